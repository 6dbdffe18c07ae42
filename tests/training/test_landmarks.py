"""A network that begins with folded convolutions answers as they do, and can be trained on."""

import numpy as np
import pytest
import torch
from torch import nn

from cnnviz.learn.loop import normalise
from cnnviz.zoo.architectures import build
from training import landmarks, pretrained

MEAN, STD = (0.4, 0.5, 0.6), (0.2, 0.25, 0.3)


def net_and_pairs():
    """Return a small network and what a package could hold for it: kernels, and biases in place of norms."""
    layers = nn.Conv2d(3, 4, 3, bias=False), nn.BatchNorm2d(4), nn.ReLU6()
    net = nn.Sequential(*layers, nn.Conv2d(4, 5, 1, bias=False), nn.BatchNorm2d(5), nn.ReLU6())
    random = np.random.default_rng(3)
    shapes = [tuple(layer.weight.shape) for layer in net if isinstance(layer, nn.Conv2d)]
    return net, [
        (random.normal(size=s).astype(np.float32), np.float32(random.normal(size=s[0]))) for s in shapes
    ]


def wanted(pairs, pictures):
    maps = pictures
    for kernel, bias in pairs:
        maps = nn.functional.conv2d(maps, torch.from_numpy(kernel), torch.from_numpy(bias)).clamp(0, 6)
    return maps


def test_pictures_in_0_to_1_and_normalised_ones_give_the_same_maps():
    net, pairs = net_and_pairs()
    pictures = torch.rand(2, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    landmarks.put(net, pairs, MEAN, STD)
    found = net.eval()(normalise(pictures, MEAN, STD))
    torch.testing.assert_close(found, wanted(pairs, pictures), rtol=1e-4, atol=1e-4)


def test_unfolding_keeps_the_answers_and_fits_the_normalisation_to_the_pictures():
    net, pairs = net_and_pairs()
    pictures = torch.rand(64, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    inputs = normalise(pictures, MEAN, STD)
    landmarks.put(net, pairs, MEAN, STD)
    landmarks.unfold(net, inputs)
    torch.testing.assert_close(net.eval()(inputs), wanted(pairs, pictures), rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(net.train()(inputs), wanted(pairs, pictures), rtol=1e-2, atol=1e-2)


def test_another_networks_kernels_are_refused():
    net, pairs = net_and_pairs()
    with pytest.raises(ValueError, match=r"convolution 0 has shape \(4, 3, 3, 3\), not \(5, 4, 1, 1\)"):
        landmarks.put(net, pairs[::-1], MEAN, STD)


def test_what_is_remembered_is_that_of_the_network():
    assert pretrained.knowledge(build("rps", "best")) == "hands"
    assert pretrained.knowledge(build("rps", "imagenet")) == "imagenet"
    assert pretrained.knowledge(build("clothes", "colour")) == "imagenet"
