"""Fitting maps to a size: means are kept, proportions too."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.errors import RangeError, ShapeError
from cnnviz.images.resize import fitted, shrunk

sides = st.integers(1, 40)


@given(sides, sides, sides, sides)
def test_has_the_size_and_stays_in_range(height: int, width: int, rows: int, cols: int) -> None:
    maps = np.random.default_rng(0).random((2, height, width))
    result = fitted(maps, (rows, cols))
    assert result.shape == (2, rows, cols)
    assert result.min() >= maps.min() - 1e-6
    assert result.max() <= maps.max() + 1e-6


def test_halving_averages_two_by_two() -> None:
    maps = np.arange(16.0).reshape(1, 4, 4)
    assert fitted(maps, (2, 2)).tolist() == [[[2.5, 4.5], [10.5, 12.5]]]


def test_a_wide_picture_loses_its_sides_and_is_not_squeezed() -> None:
    maps = np.zeros((1, 2, 6))
    maps[0, :, 2:4] = 1
    assert fitted(maps, (2, 2)).tolist() == [[[1, 1], [1, 1]]]
    assert fitted(maps.transpose(0, 2, 1), (1, 1)).tolist() == [[[1]]]


@given(sides, sides, sides)
def test_shrinking_keeps_the_proportions_and_never_enlarges(height: int, width: int, longest: int) -> None:
    result = shrunk(np.zeros((1, height, width)), longest)
    assert max(result.shape[1:]) == min(longest, max(height, width))
    assert abs(result.shape[1] * width - result.shape[2] * height) <= max(height, width)


def test_refuses_what_is_no_map_or_no_size() -> None:
    with pytest.raises(ShapeError, match="`maps`"):
        fitted([[1.0]], (1, 1))
    with pytest.raises(RangeError, match="`size`"):
        fitted([[[1.0]]], (0, 1))
