"""Networks of ImageNet's size: the same judges as for the small ones, on torchvision's own layouts."""

import sys

import numpy as np
import pytest
import torch
from torch import nn

from cnnviz.explain import guard, layers
from cnnviz.explain.attribution import grad_cam, guided_grad_cam
from cnnviz.explain.field import unit_view
from cnnviz.explain.results import Rectangle
from cnnviz.zoo.imagenet_layouts import sequential, torchvision_network
from cnnviz.zoo.torchvision_compat import torchvision


@pytest.fixture(scope="module")
def photo():
    return np.random.default_rng(1).normal(size=(3, 224, 224)).astype(np.float32)


def untrained(name):
    torch.manual_seed(0)
    return torchvision_network(name)


@pytest.mark.parametrize(("name", "layer", "path"), [
    ("resnet18", "layer4_1", "layer4.1"),
    ("resnet18", "layer3_0", "layer3.0"),
    ("googlenet", "inception5b", "inception5b"),
])  # fmt: skip
def test_grad_cam_equals_the_package_of_that_name(photo, name, layer, path):
    torchvision()  # the package imports it
    from pytorch_grad_cam import GradCAM
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    network = untrained(name)
    asked = (grad_cam(sequential(network), photo, class_idx=k, layer=layer) for k in range(9))
    found = next(one for one in asked if one.coarse.any())  # untrained, a class may have none
    with GradCAM(model=network, target_layers=[network.get_submodule(path)]) as judge:
        wanted = judge(guard.batch(photo), targets=[ClassifierOutputTarget(found.class_idx)])[0]
    large = sys.modules["cv2"].resize(found.coarse, (224, 224))  # the package enlarges and stretches to 0..1
    np.testing.assert_allclose((large - large.min()) / np.ptp(large), wanted, atol=1e-4)


@pytest.mark.parametrize(("name", "relus"), [("googlenet", 57), ("resnet18", 17), ("alexnet", 7)])
def test_every_relu_is_guided_be_it_a_layer_or_a_function(photo, name, relus):
    found = guided_grad_cam(sequential(untrained(name)), photo, class_idx=7)
    assert found.num_relus == relus


@pytest.mark.parametrize(("name", "layer"), [
    ("alexnet", "relu5"), ("vgg16", "relu13"), ("resnet18", "layer4_1"),
    ("googlenet", "inception5b"),
])  # fmt: skip
def test_the_deepest_layer_that_can_say_where_is_asked(photo, name, layer):
    assert layers.default_layer(sequential(untrained(name)), photo) == layer


def passing(net):
    """Let every cell through: positive weights, means instead of maxima."""
    for name, part in list(net.named_modules()):
        if isinstance(part, nn.MaxPool2d):
            mean = nn.AvgPool2d(part.kernel_size, part.stride, part.padding, part.ceil_mode)
            setattr(net.get_submodule(name.rpartition(".")[0]), name.rpartition(".")[2], mean)
    for weight in net.parameters():
        nn.init.constant_(weight, 0.01)
    return net


@pytest.mark.parametrize(("name", "layer", "unit"), [
    ("resnet18", "layer1_0", 3), ("googlenet", "inception3a", 3), ("googlenet", "inception3a", 70),
    ("googlenet", "inception3a", 255), ("googlenet", "maxpool3", 10),
])  # fmt: skip
def test_receptive_field_is_where_the_gradient_goes(photo, name, layer, unit):
    net = passing(sequential(untrained(name)))
    view = unit_view(net, np.abs(photo), layer=layer, unit=unit, at=(12, 13))
    rows, cols = view.weight.any(1).nonzero()[0], view.weight.any(0).nonzero()[0]
    seen = Rectangle(rows.min(), rows.max() + 1, cols.min(), cols.max() + 1)
    assert seen == view.field.inside(224, 224)
