"""A layer worked out anew is the layer: every number equals the network's own."""

import numpy as np
import pytest
import torch
from torch import nn

from cnnviz.errors import ModelError
from cnnviz.ops.conv import ConvResult
from cnnviz.trace.activations import activations
from cnnviz.trace.cells import FUNCTIONS, explain, explainable
from cnnviz.zoo import registry

PICTURE = np.random.default_rng(8).normal(size=(3, 64, 64)).astype(np.float32)


def picture_for(card) -> np.ndarray:
    rows, cols = card.size[-2:] if len(card.size) > 1 else (card.size[0],) * 2
    net = registry.load(card.task, card.name)
    first = next(m for m in net.modules() if isinstance(m, (nn.Conv2d, nn.Linear)))
    channels = first.in_channels if isinstance(first, nn.Conv2d) else 1
    return PICTURE[:channels, :rows, :cols]


def check(net: nn.Sequential, picture: np.ndarray) -> None:
    run = activations(net, picture)
    names = explainable(net, run)
    for layer in run.layers:
        if layer.name not in names:
            continue
        for map_idx in {0, len(layer.output) // 2, len(layer.output) - 1}:
            result = explain(net, run, layer.name, map_idx).result
            values = result.output if hasattr(result, "output") else result.value
            scale = float(np.abs(layer.output).max()) or 1.0
            np.testing.assert_allclose(values[0], layer.output[map_idx], atol=2e-5 * scale)


MODELS = [(task, name) for task in ("digits", "clothes", "rps") for name in registry.names(task)]


@pytest.mark.parametrize(("task", "name"), MODELS)
def test_trained_layers_equal_the_networks_own_output(task, name):
    check(registry.load(task, name), picture_for(registry.card(task, name)))


@pytest.mark.parametrize("function", list(FUNCTIONS))
def test_every_kind_of_layer(function):
    torch.manual_seed(3)
    net = nn.Sequential(
        nn.Conv2d(3, 4, (3, 5), stride=(2, 1), padding=(1, 2), dilation=(2, 1), padding_mode="reflect"),
        function(),
        nn.MaxPool2d(3, stride=2, padding=1, ceil_mode=True),
        nn.Conv2d(4, 6, 3, bias=False, groups=2),
        nn.BatchNorm2d(6),
        nn.BatchNorm2d(6, track_running_stats=False),
        nn.LPPool2d(2, 2),
        nn.AvgPool2d((2, 3), padding=1),
        nn.AdaptiveAvgPool2d(1),
    )
    net(torch.from_numpy(PICTURE).unsqueeze(0).repeat(2, 1, 1, 1))  # gives the normalisation its statistics
    net.eval()
    assert len(explainable(net, activations(net, PICTURE))) == len(net)
    check(net, PICTURE)


def test_an_activation_right_after_a_convolution_is_its_last_step():
    net = nn.Sequential(nn.Conv2d(3, 2, 3), nn.ReLU(), nn.Conv2d(2, 2, 3)).eval()
    run = activations(net, PICTURE)
    explained = explain(net, run, "0", 1)
    assert isinstance(explained.result, ConvResult)
    np.testing.assert_allclose(explained.after.value[0], run["1"][1], atol=1e-5)
    assert explain(net, run, "2", 0).after is None


def test_layers_that_make_no_maps_are_left_out():
    net = nn.Sequential(
        nn.Flatten(), nn.Linear(3 * 64 * 64, 2), nn.ReLU(), nn.Conv2d(1, 1, 1, groups=1)
    ).eval()
    run = activations(net[:3], PICTURE)
    assert explainable(net, run) == ()
    with pytest.raises(ModelError, match="has no layer"):
        explain(net, run, "1", 0)
