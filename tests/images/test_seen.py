"""What was found in a picture is kept for the last few pictures, known by their pixels."""

import numpy as np
import pytest

from cnnviz.images.seen import LAST, remembered


def test_the_same_picture_is_looked_at_once() -> None:
    looked: list[float] = []

    def brightest(pixels: np.ndarray) -> float:
        looked.append(float(pixels.max()))
        return looked[-1]

    find = remembered(brightest)
    first, second = np.eye(3, dtype=np.float32), 2 * np.eye(3, dtype=np.float32)
    assert [find(pixels) for pixels in (first, second, first.copy(), second.T)] == [1, 2, 1, 2]
    assert looked == [1, 2]
    for shape in range(1, 1 + LAST):
        find(np.zeros(shape))
    find(first)
    assert looked == [1, 2, *[0] * LAST, 1]


@pytest.mark.parametrize(
    "other", [np.zeros((2, 8), np.uint8), np.zeros((4, 4), np.int8), np.ones((4, 4), np.uint8)]
)
def test_pictures_are_told_apart_by_shape_kind_and_content(other: np.ndarray) -> None:
    find = remembered(lambda pixels: (pixels.shape, pixels.dtype, pixels.sum()))
    assert find(np.zeros((4, 4), np.uint8)) != find(other)
