"""The lectures' pooling examples: the numbers on the slides."""

import math

import numpy as np
import pytest

from cnnviz.ops.pool import pool2d
from cnnviz.specs import PoolSpec

MAP = [[[1, 2, 1, 0], [0, 1, 2, 3], [3, 0, 1, 2], [2, 4, 0, 1]]]


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("max", [[2, 3], [4, 2]]),
        ("average", [[1, 1.5], [2.25, 1]]),
        ("l2", [[2.449, 3.742], [5.385, 2.449]]),
        ("global_average", [[1.4375]]),
    ],
)
def test_four_kinds_of_pooling(kind: str, wanted: list[list[float]]) -> None:
    np.testing.assert_array_equal(
        pool2d(MAP, PoolSpec(kind=kind)).output[0].round(3 if kind == "l2" else 9), wanted
    )


def test_winners_of_the_maximum() -> None:
    winners = pool2d(MAP, PoolSpec()).winners
    assert winners[0].tolist() == [[[0, 1], [1, 3]], [[3, 1], [2, 3]]]


@pytest.mark.parametrize("size", range(1, 10))
def test_zeros_on_the_far_side_give_the_size_rounded_up(size: int) -> None:
    result = pool2d(np.full((1, size, size + 1), -1.0), PoolSpec(far_zeros=True))
    assert result.output.shape == (1, math.ceil(size / 2), math.ceil((size + 1) / 2))


def test_the_lectures_variant_differs_from_ceil_mode_on_negatives() -> None:
    maps = [[[1, -2, -3], [-4, 5, -6], [-7, -8, -9]]]
    lecture, pytorch = (pool2d(maps, PoolSpec(**{how: True})).output[0] for how in ("far_zeros", "ceil_mode"))
    assert lecture.tolist() == [[5, 0], [0, 0]]
    assert pytorch.tolist() == [[5, -3], [-7, -9]]
