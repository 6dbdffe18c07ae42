"""Small untrained networks and one picture, the same in each run."""

from collections import OrderedDict

import numpy as np
import pytest
import torch
from torch import nn


@pytest.fixture
def net() -> nn.Sequential:
    """Return a network for 12×12 pictures with two channels and 5 classes."""
    torch.manual_seed(0)
    parts = {
        "conv1": nn.Conv2d(2, 4, 3),
        "norm1": nn.BatchNorm2d(4),
        "relu1": nn.ReLU(inplace=True),
        "pool1": nn.MaxPool2d(2),
        "conv2": nn.Conv2d(4, 6, 3),
        "relu2": nn.ReLU(),
        "flatten": nn.Flatten(),
        "dense1": nn.Linear(54, 8),
        "relu3": nn.ReLU(),
        "dense2": nn.Linear(8, 5),
    }
    made = nn.Sequential(OrderedDict(parts))
    made(torch.randn(16, 2, 12, 12))  # so that the batch normalisation has seen something
    return made.eval()


@pytest.fixture
def picture() -> np.ndarray:
    """Return numbers of shape (2, 12, 12)."""
    return np.random.default_rng(1).normal(size=(2, 12, 12)).astype(np.float32)
