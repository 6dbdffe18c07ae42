"""Drawn garments: each class has its silhouette, and the same numbers draw the same garment."""

import numpy as np
import pytest

from training import tailor
from training.cloth import SIDE


def drawings(label, count=12):
    random = np.random.default_rng(label)
    return [tailor.draw(label, random) for _ in range(count)]


def spans(drawing):
    """Return rows and columns that the garment spans."""
    spots = np.argwhere(drawing[..., 3] > 0.5)
    return np.ptp(spots, axis=0) + 1


@pytest.mark.parametrize("label", range(10))
def test_a_garment_covers_a_fair_part_of_the_drawing(label):
    for drawing in drawings(label):
        assert drawing.shape == (SIDE, SIDE, 4)
        assert 0 <= drawing.min() <= drawing.max() <= 1
        assert 0.03 < drawing[..., 3].mean() < 0.7


@pytest.mark.parametrize("label", [1, 3])
def test_trousers_and_dresses_are_higher_than_wide(label):
    ratios = [np.divide(*spans(drawing)) for drawing in drawings(label)]
    assert np.median(ratios) > 1.3


def test_trousers_have_two_legs():
    for drawing in drawings(1):
        row = drawing[np.argwhere(drawing[..., 3] > 0.5)[:, 0].max() - 5, :, 3] > 0.5
        assert np.count_nonzero(np.diff(row.astype(int)) == 1) == 2


def test_pullovers_are_wider_than_t_shirts():
    t_shirts, pullovers = ([spans(drawing)[1] for drawing in drawings(label, 40)] for label in (0, 2))
    assert np.mean(pullovers) > 1.1 * np.mean(t_shirts)


def test_most_shoes_stand_in_pairs():
    pairs = [np.count_nonzero(np.diff((row[80, :, 3] > 0.5).astype(int)) == 1) for row in drawings(7, 30)]
    assert np.count_nonzero(np.array(pairs) == 2) > 15


def test_the_same_numbers_draw_the_same_garment():
    first, second = drawings(4, 3), drawings(4, 3)
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
