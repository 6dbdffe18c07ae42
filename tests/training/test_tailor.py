"""Drawn garments: each class has its silhouette, and the same numbers draw the same garment."""

import numpy as np
import pytest

from training import tailor, trimmings
from training.cloth import SIDE, Sheet


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


def test_shirts_hang_lower_in_the_middle_and_pullovers_end_straight():
    random = np.random.default_rng(0)
    form = tailor._form(random, (1.2, 1.3), (0.4, 0.5))
    drawn = []
    for tail in (0.0, 0.2):
        sheet = Sheet(np.random.default_rng(1))
        tailor._body(sheet, np.random.default_rng(2), {**form, "tail": tail})
        mask = sheet.cutout()[..., 3] > 0.5
        drawn.append([np.flatnonzero(mask[:, col])[-1] for col in (80, 80 + int(0.9 * form["hem"] * 61))])
    assert drawn[0][0] - drawn[0][1] < 6 < drawn[1][0] - drawn[1][1]


def test_folded_sleeves_lie_over_the_trunk():
    random = np.random.default_rng(3)
    bends = np.concatenate([tailor._posture(random, 1.0, True)[1] for _ in range(40)])
    apart = np.concatenate([tailor._posture(random, 1.0, False)[1] for _ in range(40)])
    assert bends.min() < np.deg2rad(-90) < apart.min()
    assert not tailor._posture(random, 0.3, False)[1].any()


def test_necklines_prints_and_openings_stay_on_the_cloth():
    random = np.random.default_rng(4)
    form = tailor._form(random, (1.2, 1.3), (0.4, 0.5))
    for trim in (trimmings.placket, trimmings.ribs, trimmings.short_zip, trimmings.breast_pockets):
        sheet = Sheet(random)
        trim(sheet, random, form)
        assert not np.asarray(sheet.mask).any()
        assert len(np.unique(np.asarray(sheet.cloth).reshape(-1, 3), axis=0)) > 1


def test_the_same_numbers_draw_the_same_garment():
    first, second = drawings(4, 3), drawings(4, 3)
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
