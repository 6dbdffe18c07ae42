"""Which layers can be asked, and which is asked by default."""

import pytest
import torch
from torch import nn

from cnnviz.errors import ChoiceError, ModelError
from cnnviz.explain import layers


def test_layers_with_their_shapes(net, picture):
    found = {layer.name: layer.shape for layer in layers.layers(net, picture)}
    assert found["pool1"] == (4, 5, 5)
    assert found["dense2"] == (5,)


def test_default_is_the_deepest_map_that_says_where(net, picture):
    assert layers.default_layer(net, picture) == "relu2"


def test_default_takes_what_there_is():
    small = nn.Sequential(nn.Conv2d(1, 1, 3), nn.AdaptiveAvgPool2d(1))
    assert layers.default_layer(small, torch.zeros(1, 4, 4)) == "0"  # 2×2


@pytest.mark.parametrize("head", [nn.Flatten(), nn.AdaptiveAvgPool2d(1)])
def test_no_layer_with_maps(head):
    with pytest.raises(ModelError, match="No layer"):
        layers.default_layer(nn.Sequential(head), torch.zeros(1, 4, 4))


def test_unit_layers_are_groups_without_the_answer(net):
    assert layers.unit_layers(net) == ("relu1", "relu2", "relu3")


def test_unknown_layer_names_close_ones(net):
    with pytest.raises(ChoiceError, match="conv1"):
        layers.submodule(net, "conv9")
    with pytest.raises(ChoiceError, match="relu1"):
        layers.split(net, "rel1")
