"""How one unit comes about equals what PyTorch computed, for every layer of networks of every kind."""

import numpy as np
import pytest
import torch
from torch import nn

from cnnviz.errors import ModelError, RangeError
from cnnviz.trace import unit as units
from cnnviz.trace.activations import activations
from cnnviz.zoo.architectures import build


def explained_output(found):
    """Return what the working of a unit ends in, before a following activation."""
    if isinstance(found, units.MapUnit):
        result = found.explained.result
        return result.value[0] if hasattr(result, "value") else result.output[0]
    if isinstance(found, units.NormUnit):
        return found.place.inputs[found.place.unit] * found.scale + found.shift
    if isinstance(found, units.DenseUnit):
        return found.total
    if isinstance(found, units.ElementUnit):
        return found.activation.value[0]
    return found.place.inputs[found.cell] if isinstance(found, units.FlattenUnit) else found.place.inputs[1]


@pytest.mark.parametrize("name", ["mlp", "lenet5", "ten-twenty", "three-conv", "best"])
def test_every_layer_is_explained_as_computed(name):
    torch.manual_seed(0)
    net = build("digits", name).eval()
    for part in net.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.running_mean.normal_()
            part.running_var.uniform_(0.5, 2)
    run = activations(net, np.random.default_rng(1).normal(size=(1, 28, 28)))
    for layer in run.layers:
        found = units.unit_result(net, run, layer.name, 1)
        assert np.allclose(explained_output(found), layer.output[1], atol=2e-4, rtol=1e-4), layer.name


def test_an_activation_behind_a_layer_comes_with_it():
    net = build("digits", "ten-twenty").eval()
    run = activations(net, np.random.default_rng(1).normal(size=(1, 28, 28)))
    conv, dense = (units.unit_result(net, run, name, 3) for name in ("conv2", "dense1"))
    assert (conv.after_layer, dense.after_layer) == ("relu2", "relu3")
    assert np.allclose(conv.explained.after.value[0], run["relu2"][3], atol=1e-4)
    assert dense.after.value[0] == pytest.approx(float(run["relu3"][3]), abs=1e-4)


def test_units_that_are_not_there_are_refused():
    net = nn.Sequential(nn.Flatten(), nn.Linear(4, 2))
    run = activations(net, np.ones((1, 2, 2)))
    with pytest.raises(RangeError):
        units.unit_result(net, run, "1", 2)
    with pytest.raises(ModelError):
        units.unit_result(net, run, "2", 0)


def test_a_layer_of_another_kind_is_refused_in_words():
    net = nn.Sequential(nn.AdaptiveMaxPool2d(2))
    with pytest.raises(ModelError, match="single units"):
        units.unit_result(net, activations(net, np.ones((1, 4, 4))), "0", 0)
