"""The journey equals PyTorch's forward pass through the same network."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from cnnviz.errors import ShapeError
from cnnviz.ops.journey import ten_twenty

SHAPES = {"conv1": (10, 1, 5, 5), "conv2": (20, 10, 5, 5), "dense1": (100, 320), "dense2": (10, 100)}


@pytest.fixture
def weights():
    generator = np.random.default_rng(0)
    made = {f"{name}.weight": generator.normal(size=shape) for name, shape in SHAPES.items()}
    return made | {f"{name}.bias": generator.normal(size=shape[0]) for name, shape in SHAPES.items()}


def test_journey_equals_torch(weights):
    image = np.random.default_rng(1).normal(size=(1, 28, 28))
    w = {name: torch.from_numpy(value) for name, value in weights.items()}
    x = torch.from_numpy(image)[None]
    for name in ("conv1", "conv2"):
        x = functional.relu(functional.conv2d(x, w[f"{name}.weight"], w[f"{name}.bias"]))
        x = functional.max_pool2d(x, 2)
    x = functional.relu(functional.linear(x.flatten(1), w["dense1.weight"], w["dense1.bias"]))
    logits = functional.linear(x, w["dense2.weight"], w["dense2.bias"])[0]
    np.testing.assert_allclose(ten_twenty(image, weights).softmax.logits, logits.numpy(), rtol=1e-9)


def test_another_size_is_refused(weights):
    with pytest.raises((ShapeError, ValueError)):
        ten_twenty(np.zeros((1, 32, 32)), weights)
