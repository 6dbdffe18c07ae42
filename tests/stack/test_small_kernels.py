"""The VGG argument in the lectures' numbers, and its field judged by torch."""

import pytest
import torch
from torch import nn

from cnnviz.errors import RangeError
from cnnviz.stack.small_kernels import small_against_large


def test_lecture_numbers():
    small, large = small_against_large(2, 1)
    assert (small.parameters, large.parameters) == (20, 26)
    assert small.field == large.field == large.kernel == 5


@pytest.mark.parametrize(("num_layers", "channels"), [(1, 1), (2, 64), (3, 7)])
def test_counts_equal_torchs(num_layers, channels):
    for choice in small_against_large(num_layers, channels):
        layer = nn.Conv2d(channels, channels, choice.kernel, device="meta")
        numel = choice.num_layers * sum(weight.numel() for weight in layer.parameters())
        assert choice.parameters == numel
        assert choice.weights == choice.num_layers * layer.weight.numel()


@pytest.mark.parametrize("num_layers", [1, 2, 4])
def test_field_is_the_smallest_picture_that_leaves_one_cell(num_layers):
    small, large = small_against_large(num_layers, 1)
    stack = nn.Sequential(*[nn.Conv2d(1, 1, 3) for _ in range(num_layers)])
    for net in (stack, nn.Conv2d(1, 1, large.kernel)):
        assert net(torch.zeros(1, 1, small.field, small.field)).shape[2:] == (1, 1)


def test_bounds():
    with pytest.raises(RangeError, match="num_layers"):
        small_against_large(0, 1)
