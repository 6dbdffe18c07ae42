"""Activations equal the plain forward pass, layer by layer, and touch nothing."""

from collections import OrderedDict

import numpy as np
import pytest
import torch
from torch import nn

from cnnviz.errors import ModelError
from cnnviz.trace.activations import activations
from cnnviz.zoo.architectures import BUILDERS, build

EVERY = [(task, name) for task in BUILDERS for name in BUILDERS[task]]


def picture_for(net: nn.Sequential) -> np.ndarray:
    shape = (3, 64, 64) if getattr(net[0], "in_channels", 1) == 3 else (1, 28, 28)
    return np.random.default_rng(0).standard_normal(shape).astype(np.float32)


@pytest.mark.parametrize(("task", "name"), EVERY)
def test_every_output_is_what_the_layers_so_far_give(task: str, name: str) -> None:
    net = build(task, name).eval()
    picture = picture_for(net)
    got = activations(net, picture)
    batch = torch.from_numpy(picture)[None]
    with torch.inference_mode():
        for place, (label, _) in enumerate(net.named_children(), start=1):
            np.testing.assert_array_equal(got[label], net[:place](batch)[0].numpy())
        np.testing.assert_array_equal(got.logits, net(batch)[0].numpy())


def test_kinds_and_shapes_of_the_lectures_network() -> None:
    net = build("digits", "ten-twenty")
    layers = activations(net, picture_for(net)).layers
    assert [(layer.kind, layer.output.shape) for layer in layers[:4]] == [
        ("conv", (10, 24, 24)),
        ("activation", (10, 24, 24)),
        ("pool", (10, 12, 12)),
        ("conv", (20, 8, 8)),
    ]


def test_nothing_is_left_on_the_network_nor_changed_in_the_picture() -> None:
    net = build("digits", "best").eval()
    picture = picture_for(net)
    before, kept = {name: value.clone() for name, value in net.state_dict().items()}, picture.copy()
    activations(net, picture)
    assert not any(layer._forward_hooks or layer._forward_pre_hooks for layer in net.modules())
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    np.testing.assert_array_equal(picture, kept)


def test_a_picture_of_another_shape_is_explained() -> None:
    with pytest.raises(ModelError, match=r"\(1, 20, 20\)"):
        activations(build("digits", "mlp"), np.zeros((1, 20, 20), np.float32))


def test_an_unknown_layer_names_those_there_are() -> None:
    net = nn.Sequential(OrderedDict(flatten=nn.Flatten(), dense=nn.Linear(4, 2)))
    with pytest.raises(ModelError, match="flatten, dense"):
        activations(net, np.ones((1, 2, 2), np.float32))["conv1"]
