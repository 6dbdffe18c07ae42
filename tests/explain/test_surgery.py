"""Surgery: what was asked happens, on a copy, and the ranking equals switching off one by one."""

import numpy as np
import pytest
import torch

from cnnviz.errors import ChoiceError, CnnvizError, ModelError, RangeError, ShapeError
from cnnviz.explain import attribution, guard, layers, surgery
from cnnviz.explain.surgery import FlipKernel, SetBias, SetKernel, SetWeight, Surgery, SwitchOff, operate
from cnnviz.trace.summary import summary

KERNEL = ((1.0, 2.0, 3.0), (4.0, 5.0, 6.0), (7.0, 8.0, 9.0))
EDITS = [
    SwitchOff("relu1", 2),
    SetWeight("conv1", 0, (1, 2, 0), 5.0),
    SetWeight("dense2", 3, (1,), -2.0),
    SetKernel("conv2", 5, 3, KERNEL),
    FlipKernel("conv1", 1, "left_right"),
    SetBias("dense2", 4, 3.0),
]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: type(edit).__name__)
def test_copy_changes_and_original_does_not(net, picture, edit):
    before = {name: value.clone() for name, value in net.state_dict().items()}
    result = surgery.compare(net, Surgery((edit,)), picture)
    assert (result.logit_change != 0).any()
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    np.testing.assert_array_equal(result.before.logits, attribution.answer(net, picture).logits)


@pytest.mark.parametrize("layer", ["conv1", "norm1", "pool1", "dense1"])
def test_switched_off_unit_is_zero_and_others_are_not(net, picture, layer):
    plan = Surgery().then(SwitchOff(layer, 1)).then(SwitchOff(layer, 3))
    head, _ = layers.split(operate(net, plan), layer)
    whole, _ = layers.split(guard.twin(net), layer)
    wanted = whole(guard.batch(picture)).clone()
    wanted[:, [1, 3]] = 0
    assert torch.equal(head(guard.batch(picture)), wanted)


def test_edits_go_where_they_should(net):
    plan = Surgery().then(SetWeight("conv1", 0, (1, 2, 0), 5.0)).then(SetKernel("conv2", 5, 3, KERNEL))
    made = operate(net, plan.then(SetBias("conv1", 2, -1.0)))
    assert made.conv1.weight[0, 1, 2, 0] == 5
    assert made.conv2.weight[5, 3].tolist() == [list(row) for row in KERNEL]
    assert made.conv1.bias[2] == -1


@pytest.mark.parametrize(
    ("how", "wanted"),
    [
        ("left_right", lambda w: w[..., ::-1]),
        ("up_down", lambda w: w[:, ::-1]),
        ("half_turn", lambda w: w[:, ::-1, ::-1]),
        ("negate", lambda w: -w),
    ],
)
def test_flips(net, how, wanted):
    made = operate(net, Surgery((FlipKernel("conv1", 1, how),)))
    kernel = net.conv1.weight.detach().numpy()
    np.testing.assert_array_equal(made.conv1.weight[1], wanted(kernel[1]))
    np.testing.assert_array_equal(made.conv1.weight[0], kernel[0])


def test_bias_where_there_was_none(net, picture):
    net.conv2.bias = None
    made = operate(net, Surgery((SetBias("conv2", 1, 2.0),)))
    assert made.conv2.bias.tolist() == [0, 2, 0, 0, 0, 0]
    assert net.conv2.bias is None


def test_operated_network_can_be_explained_and_summed_up(net, picture):
    made = operate(net, Surgery((SwitchOff("conv2", 0),)))
    assert summary(made, (2, 12, 12)) == summary(net, (2, 12, 12))
    found = attribution.grad_cam(made, picture, class_idx=0, layer="conv2")
    assert (found.coarse != attribution.grad_cam(net, picture, class_idx=0, layer="conv2").coarse).any()


def test_undo_and_none(net, picture):
    plan = Surgery().then(EDITS[0]).then(EDITS[1])
    assert plan.undo() == Surgery((EDITS[0],))
    assert not surgery.compare(net, plan.undo().undo().undo(), picture).logit_change.any()


@pytest.mark.parametrize("layer", ["relu1", "pool1", "relu3"])
def test_ranking_equals_switching_off_one_by_one(net, picture, layer):
    found = surgery.rank_units(net, picture, class_idx=2, layer=layer)
    for unit, logits in enumerate(found.logits):
        alone = surgery.compare(net, Surgery((SwitchOff(layer, unit),)), picture)
        np.testing.assert_allclose(logits, alone.after.logits, atol=1e-5)
        assert found.drops[unit] == pytest.approx(-alone.logit_change[2], abs=1e-5)
    assert found.drops[list(found.order)].tolist() == sorted(found.drops.tolist(), reverse=True)


def test_ranking_does_not_depend_on_the_batches(net, picture, monkeypatch):
    whole = surgery.rank_units(net, picture, class_idx=0, layer="relu3")
    monkeypatch.setattr(surgery, "BATCH_NUMBERS", 1)
    apart = surgery.rank_units(net, picture, class_idx=0, layer="relu3")
    np.testing.assert_allclose(apart.logits, whole.logits, rtol=1e-5)  # float32, summed in another order


def test_most_important_of_all_layers(net, picture):
    rankings = surgery.rank_all(net, picture, class_idx=2)
    assert [one.layer for one in rankings] == ["relu1", "relu2", "relu3"]
    best = surgery.most_important(rankings, 3)
    assert best[0][2] == max(one.drops.max() for one in rankings)
    assert len(best) == 3


@pytest.mark.parametrize(
    ("edit", "kind", "part"),
    [
        (SwitchOff("conv9", 0), ChoiceError, "conv1"),
        (SwitchOff("relu1", 4), RangeError, "unit"),
        (SetWeight("conv1", 4, (0, 0, 0), 1.0), RangeError, "unit"),
        (SetWeight("conv1", 0, (0, 0), 1.0), ShapeError, "at"),
        (SetWeight("conv1", 0, (0, 0, 3), 1.0), RangeError, "at"),
        (SetWeight("conv1", 0, (0, 0, 0), float("nan")), RangeError, "value"),
        (SetWeight("relu1", 0, (0,), 1.0), ModelError, "relu1"),
        (SetKernel("conv1", 0, 0, ((1.0,),)), ShapeError, "spec"),
        (FlipKernel("dense1", 0, "negate"), ModelError, "dense1"),
        (FlipKernel("conv1", 0, "sideways"), ChoiceError, "half_turn"),
        (SetBias("flatten", 0, 1.0), ModelError, "flatten"),
    ],
)
def test_illegal_edits_are_explained(net, picture, edit, kind, part):
    with pytest.raises(CnnvizError, match=part) as caught:
        surgery.compare(net, Surgery((edit,)), picture)
    assert isinstance(caught.value, kind)
