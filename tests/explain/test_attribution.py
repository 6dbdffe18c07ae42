"""Each method equals an independent computation."""

import sys
from copy import deepcopy

import numpy as np
import pytest
import torch
from torch import nn

from cnnviz.errors import ChoiceError, ModelError, RangeError
from cnnviz.explain import attribution, guard
from cnnviz.explain.attribution import (
    METHODS,
    Question,
    attribute,
    grad_cam,
    guided_grad_cam,
    integrated_gradients,
)
from cnnviz.zoo.torchvision_compat import torchvision


def gradient(net, picture, class_idx):
    pixels = guard.batch(picture).requires_grad_()
    return torch.autograd.grad(net(pixels)[0, class_idx], pixels)[0][0].numpy()


def test_answer_is_the_forward_pass(net, picture):
    found = attribution.answer(net, picture)
    logits = net(guard.batch(picture))[0].detach()
    np.testing.assert_array_equal(found.logits, logits)
    assert found.order[0] == int(logits.argmax())
    assert found.probs.sum() == pytest.approx(1)


def test_saliency_is_the_gradient(net, picture):
    found = attribute(net, picture, method="saliency", question=Question(class_idx=2))
    np.testing.assert_allclose(found.values, gradient(net, picture, 2), atol=1e-6)
    np.testing.assert_allclose(found.heat, np.abs(found.values).max(0))


def test_integrated_gradients_add_up(net, picture):
    found = integrated_gradients(net, picture, class_idx=3, baseline=-0.5, steps=300)
    logits = [attribution.answer(net, p).logits[3] for p in (picture, np.full_like(picture, -0.5))]
    assert found.values.sum() - (logits[0] - logits[1]) == pytest.approx(found.delta, abs=1e-4)
    assert abs(found.delta) < 0.02


def test_integrated_gradients_of_a_line_are_weight_times_step(picture):
    line = nn.Sequential(nn.Flatten(), nn.Linear(288, 1))
    found = integrated_gradients(line, picture, class_idx=0, baseline=[[[1.0]], [[2.0]]])
    wanted = line[1].weight.detach().numpy().reshape(2, 12, 12) * (picture - np.array([[[1.0]], [[2.0]]]))
    np.testing.assert_allclose(found.values, wanted, atol=1e-5)


def test_occlusion_is_the_mean_fall_over_all_squares(net, picture):
    found = attribution.occlusion(net, picture, class_idx=1, window=4, baseline=0.3)
    whole = attribution.answer(net, picture).logits[1]
    falls = np.zeros((12, 12, 2))
    for row in range(0, 9, 2):
        for col in range(0, 9, 2):
            covered = picture.copy()
            covered[:, row : row + 4, col : col + 4] = 0.3
            fall = whole - attribution.answer(net, covered).logits[1]
            falls[row : row + 4, col : col + 4] += (fall, 1)
    np.testing.assert_allclose(found.heat, falls[..., 0] / falls[..., 1], atol=1e-5)


def stretch(heat):
    return (heat - heat.min()) / (heat - heat.min()).max()


@pytest.mark.parametrize("layer", ["conv1", "relu2", "pool1"])
def test_grad_cam_equals_its_formula(net, picture, layer):
    found = grad_cam(net, picture, class_idx=1, layer=layer)
    copy, maps = guard.twin(net), []
    copy.get_submodule(layer).register_forward_hook(lambda _m, _i, o: maps.append(o))
    score = copy(guard.batch(picture).requires_grad_())[0, 1]
    weights = torch.autograd.grad(score, maps[0])[0].mean((2, 3), keepdim=True)
    np.testing.assert_allclose(found.coarse, (weights * maps[0]).sum(1).relu()[0].detach(), atol=1e-6)
    assert found.heat.shape == (12, 12)


@pytest.mark.parametrize("layer", ["conv1", "relu2", "pool1"])
def test_grad_cam_equals_the_package_of_that_name(net, picture, layer):
    torchvision()  # the package imports it
    from pytorch_grad_cam import GradCAM
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    copy = deepcopy(net)
    with GradCAM(model=copy, target_layers=[copy.get_submodule(layer)]) as judge:
        wanted = judge(guard.batch(picture), targets=[ClassifierOutputTarget(1)])[0]
    coarse = grad_cam(net, picture, class_idx=1, layer=layer).coarse
    ours = stretch(sys.modules["cv2"].resize(coarse, (12, 12)))  # the package enlarges and stretches to 0..1
    np.testing.assert_allclose(ours, wanted, atol=1e-5)


def test_guided_grad_cam_is_guided_gradient_times_grad_cam(net, picture):
    found = guided_grad_cam(net, picture, class_idx=1, layer="conv2")
    copy = guard.twin(net)
    for part in copy.modules():
        if isinstance(part, nn.ReLU):
            part.register_full_backward_hook(lambda _m, inner, _outer: (inner[0].relu(),))
    guided = gradient(copy, picture, 1)
    coarse = torch.from_numpy(grad_cam(net, picture, class_idx=1, layer="conv2").coarse)
    large = nn.functional.interpolate(coarse[None, None], (12, 12), mode="nearest")[0].numpy()
    np.testing.assert_allclose(found.values, guided * large, atol=1e-6)


def test_guided_grad_cam_equals_captums(net, picture):
    import captum.attr

    found = guided_grad_cam(net, picture, class_idx=3, layer="relu2")
    copy = guard.twin(net)
    with pytest.warns(UserWarning, match="backward hooks on ReLU"):
        wanted = captum.attr.GuidedGradCam(copy, copy.relu2).attribute(
            guard.batch(picture).requires_grad_(), target=3
        )
    np.testing.assert_allclose(found.values, wanted[0].detach(), atol=1e-7)
    assert found.num_relus == 3


class Functional(nn.Module):
    """A convolution whose ReLU is a function, as in GoogLeNet."""

    def __init__(self, conv: nn.Module, relu: nn.Module) -> None:
        super().__init__()
        self.conv, self.relu = conv, relu

    def forward(self, maps):  # noqa: D102  # the class says it
        return nn.functional.relu(self.conv(maps), inplace=True)


def test_relus_that_are_functions_are_guided_too(net, picture):
    function = nn.Sequential(Functional(net.conv1, net.relu1), *list(net)[3:])
    layers = nn.Sequential(nn.Sequential(net.conv1, nn.ReLU()), *list(net)[3:])
    ours, wanted = (guided_grad_cam(one, picture, class_idx=1, layer="0") for one in (function, layers))
    np.testing.assert_array_equal(ours.values, wanted.values)
    assert ours.num_relus == 3


def test_a_network_without_relus_says_so(picture):
    net = nn.Sequential(nn.Conv2d(2, 3, 3), nn.Tanh(), nn.Flatten(), nn.Linear(300, 4))
    assert guided_grad_cam(net, picture, class_idx=1, layer="1").num_relus == 0


@pytest.mark.parametrize("method", METHODS)
def test_progress_is_counted_in_pictures(net, picture, method):
    seen = []
    question = Question(class_idx=1, layer="relu2" if "cam" in method else "", steps=20)
    found = attribute(guard.watched(net, seen.append), picture, method=method, question=question)
    plain = attribute(net, picture, method=method, question=question)
    np.testing.assert_array_equal(found.heat, plain.heat)
    assert sum(seen) == pytest.approx(attribution.num_passes(method, picture.shape, question), abs=3)


@pytest.mark.parametrize("method", METHODS)
def test_default_class_is_the_first_guess(net, picture, method):
    found = attribute(net, picture, method=method)
    assert found.class_idx == attribution.answer(net, picture).order[0]
    assert found.heat.dtype == np.float32
    assert found.signed or found.heat.min() >= 0


def test_baseline_is_one_number_a_channel(net, picture):
    asked = attribute(net, picture, method="occlusion", question=Question(class_idx=1, baseline=(0.5, -1.0)))
    cover = np.array([0.5, -1.0]).reshape(2, 1, 1)
    wanted = attribution.occlusion(net, picture, class_idx=1, baseline=cover)
    np.testing.assert_array_equal(asked.heat, wanted.heat)
    plain = attribute(net, picture, method="occlusion", question=Question(class_idx=1))
    assert (asked.heat != plain.heat).any()


def test_all_methods_but_those_without_maps(net, picture):
    found = attribution.attribute_all(net, picture, question=Question(class_idx=0))
    assert [one.method for one in found] == list(METHODS)
    dense = nn.Sequential(nn.Flatten(), nn.Linear(288, 4))
    assert len(attribution.attribute_all(dense, picture, question=Question(class_idx=0))) == 3


def test_illegal_questions_are_explained(net, picture):
    with pytest.raises(ChoiceError, match="saliency"):
        attribute(net, picture, method="saliensy")
    with pytest.raises(RangeError, match="class_idx"):
        attribute(net, picture, method="saliency", question=Question(class_idx=5))
    with pytest.raises(RangeError, match="window"):
        attribution.occlusion(net, picture, class_idx=0, window=13)


@pytest.mark.parametrize("ask", [grad_cam, guided_grad_cam])
@pytest.mark.parametrize("layer", ["dense1", "flatten"])
def test_layer_without_maps_is_explained(net, picture, ask, layer):
    with pytest.raises(ModelError, match=layer):
        ask(net, picture, class_idx=0, layer=layer)
