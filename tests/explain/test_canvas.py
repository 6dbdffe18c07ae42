"""A network slid over a canvas answers as it does on each cut-out window."""

import numpy as np
import pytest
import torch
from torch import nn

from cnnviz.errors import ModelError, RangeError
from cnnviz.explain.canvas import fully_convolutional, slider
from cnnviz.explain.sweep import Contestant
from cnnviz.zoo.architectures import build

SHAPE = (1, 28, 28)


@pytest.mark.parametrize("name", ["mlp", "ten-twenty", "three-conv"])
def test_answers_equal_those_on_the_windows(name):
    torch.manual_seed(0)
    net = build("digits", name).eval()
    canvas = np.random.default_rng(0).random((1, 33, 50)).astype(np.float32)
    found = slider(Contestant(net, (0.1,), (0.3,)), SHAPE).scan(canvas)
    for row in range(found.logits.shape[1]):
        for col in range(0, found.logits.shape[2], 3):
            top, left = row * found.stride[0], col * found.stride[1]
            window = torch.from_numpy(canvas[None, :, top : top + 28, left : left + 28])
            wanted = net((window - 0.1) / 0.3)[0].detach()
            np.testing.assert_allclose(found.logits[:, row, col], wanted, atol=1e-4)


@pytest.mark.parametrize("name", ["lenet5", "best", "mlp", "ten-twenty", "three-conv"])
def test_every_digit_network_slides(name):
    net = build("digits", name).eval()
    found = slider(Contestant(net), SHAPE).scan(np.zeros((1, 28, 60)))
    assert found.probs.shape[:2] == (10, 1)
    np.testing.assert_allclose(found.probs.sum(0), 1, atol=1e-5)


def test_network_is_untouched():
    net = build("digits", "three-conv")
    fully_convolutional(net, SHAPE)
    assert net.training
    assert net.dense1.weight.shape == (64, 576)


def test_what_cannot_be_done_is_explained():
    net = nn.Sequential(nn.Flatten(), nn.Linear(784, 4), nn.BatchNorm1d(4))
    with pytest.raises(ModelError, match="BatchNorm1d"):
        fully_convolutional(net, SHAPE)
    with pytest.raises(RangeError, match="28 × 28"):
        slider(Contestant(build("digits", "mlp")), SHAPE).scan(np.zeros((1, 20, 60)))
