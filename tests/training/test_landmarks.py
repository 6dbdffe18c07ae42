"""A network that begins with folded convolutions answers as they do, and can be trained on."""

from collections import OrderedDict

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


def test_kernels_that_halve_pad_as_in_the_package(monkeypatch):
    layers = {
        "conv1": nn.Conv2d(3, 4, 4, stride=2, padding=1, bias=False),
        "norm1": nn.BatchNorm2d(4),
        "relu1": nn.ReLU6(),
        "flatten": nn.Flatten(),
        "joints": nn.Linear(64, 5),
    }
    random = np.random.default_rng(3)
    kernel, bias = random.normal(size=(4, 3, 3, 3)).astype(np.float32), np.float32(random.normal(size=4))
    places, there = (
        (random.normal(size=(n, 64)).astype(np.float32), np.float32(random.normal(size=n))) for n in (6, 1)
    )
    learned = [
        ("CONV_2D", "first", (kernel, bias)),
        ("FULLY_CONNECTED", "world", (places[0][:1], places[1][:1])),
        ("FULLY_CONNECTED", "conv_handflag", there),
        ("FULLY_CONNECTED", "Identity", places),
    ]
    monkeypatch.setattr(landmarks, "_learned", lambda _: iter(learned))
    net = nn.Sequential(OrderedDict(layers)).eval()
    landmarks.know_joints(net)
    pictures = torch.rand(2, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    padded = nn.functional.pad(pictures, (0, 1, 0, 1))  # as TensorFlow does: at the far edges only
    maps = nn.functional.conv2d(padded, torch.from_numpy(kernel), torch.from_numpy(bias), 2).clamp(0, 6)
    x1, y1, _, x2, y2, _ = (
        torch.from_numpy(places[0]) @ maps.flatten(1).T + torch.from_numpy(places[1])[:, None]
    )
    sure = torch.from_numpy(there[0]) @ maps.flatten(1).T + torch.from_numpy(there[1])[:, None]
    wanted = torch.stack([x1, y1, x2, y2, sure[0]], 1)
    torch.testing.assert_close(net(pictures), wanted, rtol=1e-3, atol=1e-3)


def test_what_is_remembered_is_that_of_the_network():
    assert pretrained.knowledge(build("rps", "best")) == "hands"
    assert pretrained.knowledge(build("rps", "imagenet")) == "imagenet"
    assert pretrained.knowledge(build("clothes", "colour")) == "imagenet"
