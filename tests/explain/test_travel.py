"""How a change travels: both passes are PyTorch's, and what changed is what differs."""

import numpy as np
import pytest
import torch

from cnnviz.errors import CnnvizError, RangeError
from cnnviz.explain import surgery
from cnnviz.explain.surgery import FlipKernel, SetBias, Surgery, SwitchOff, operate
from cnnviz.explain.travel import travel
from cnnviz.trace.activations import activations

PLAN = Surgery().then(SwitchOff("relu1", 2)).then(SetBias("conv2", 1, 0.5))


@pytest.fixture
def still(net):
    """Return the network with ReLUs that do not overwrite their input, as those of the zoo."""
    net.relu1.inplace = False
    return net


def test_every_output_is_pytorchs(still, picture):
    found = travel(still, activations(still, picture), PLAN)
    signals = [torch.from_numpy(picture)[None]] * 2
    pairs = zip(still.children(), operate(still, PLAN).children(), found.layers, strict=True)
    for before, after, layer in pairs:
        signals = [part(signal) for part, signal in zip((before, after), signals, strict=True)]
        torch.testing.assert_close(torch.from_numpy(layer.before), signals[0][0].detach())
        torch.testing.assert_close(torch.from_numpy(layer.after), signals[1][0].detach())


def test_sizes_and_share_are_those_of_the_difference(still, picture):
    for layer in travel(still, activations(still, picture), PLAN).layers:
        before, after = (torch.from_numpy(one).double() for one in (layer.before, layer.after))
        wanted = (after - before).abs().reshape(len(before), -1).mean(1)
        np.testing.assert_allclose(layer.sizes, wanted, rtol=1e-12)
        share = torch.linalg.vector_norm(after - before) / torch.linalg.vector_norm(before)
        assert layer.share == pytest.approx(float(share))


def test_nothing_changes_before_the_first_operation(still, picture):
    found = travel(still, activations(still, picture), PLAN)
    assert found.layers[found.first].name == "relu1"
    assert [layer.num_changed for layer in found.layers[: found.first]] == [0, 0]
    assert found.layers[found.first].num_changed == 1
    assert found.layers[found.first].share < 1


def test_units_operated_on_come_first_then_the_most_changed(still, picture):
    found = {one.name: one for one in travel(still, activations(still, picture), PLAN).layers}
    assert found["relu1"].touched == (2,)
    assert found["conv2"].order[0] == 1
    rest = found["conv2"].sizes[list(found["conv2"].order[1:])]
    assert rest.tolist() == sorted(rest.tolist(), reverse=True)


def test_answers_are_those_of_the_comparison(still, picture):
    found = travel(still, activations(still, picture), PLAN).answers
    wanted = surgery.compare(still, PLAN, picture)
    for mine, other in ((found.before, wanted.before), (found.after, wanted.after)):
        np.testing.assert_allclose(mine.logits, other.logits, atol=1e-6)
        np.testing.assert_allclose(mine.probs, other.probs, atol=1e-6)


def test_no_operation_changes_nothing(still, picture):
    found = travel(still, activations(still, picture), Surgery())
    assert found.first == len(found.layers)
    assert all(layer.share == 0 for layer in found.layers)


def test_numbers_beyond_all_reason_are_refused(still, picture):
    run = activations(still, picture)
    still.conv2.weight.data.fill_(3e38)
    with pytest.raises(RangeError, match="conv2"):
        travel(still, run, Surgery((SetBias("conv1", 0, 1e6),)))


def test_the_network_is_as_before_also_after_a_failure(still, picture):
    run, before = activations(still, picture), [value.clone() for value in still.state_dict().values()]
    travel(still, run, Surgery((FlipKernel("conv1", 0, "negate"),)))
    with pytest.raises(CnnvizError):
        travel(still, run, Surgery((SwitchOff("relu1", 99),)))
    assert all(torch.equal(*pair) for pair in zip(still.state_dict().values(), before, strict=True))
    assert {type(part).__name__ for part in still.children()} >= {"ReLU", "Conv2d"}
    assert not any(hasattr(part, "off_units") for part in still.children())
