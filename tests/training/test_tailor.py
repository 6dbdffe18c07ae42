"""Drawn garments: each class has its silhouette, and the same numbers draw the same garment."""

import numpy as np
import pytest

from training import cloth, sleeves, tailor, trimmings
from training.cloth import REACH, SIDE, Sheet


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
    drawn, unit = [], SIDE / (2 * REACH)  # pixels
    for tail in (0.0, 0.2):
        sheet = Sheet(np.random.default_rng(1))
        tailor._body(sheet, np.random.default_rng(2), {**form, "tail": tail})
        mask = sheet.cutout()[..., 3] > 0.5
        drawn.append(
            [
                np.flatnonzero(mask[:, col])[-1]
                for col in (SIDE // 2, SIDE // 2 + int(0.85 * form["hem"] * unit))
            ]
        )
    assert drawn[0][0] - drawn[0][1] < 0.1 * unit < drawn[1][0] - drawn[1][1]


def folded(over, length=1.0):
    random = np.random.default_rng(3)
    bends = np.stack([sleeves.posture(random, length, over)[1] for _ in range(80)])
    return np.mean(bends < np.deg2rad(-70))


def test_sleeves_over_the_trunk_are_often_folded_and_others_seldom():
    assert folded(True) > 0.3
    assert 0.02 < folded(False) < 0.2
    assert folded(True, 0.3) == 0


def test_what_lies_over_a_garment_hides_it_and_has_its_pattern():
    sheet = Sheet(np.random.default_rng(9), np.full(3, 0.8))
    square = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1.0)])
    sheet.part(square * 0.8, sheet.colour)
    sheet.cover(np.full((SIDE, SIDE), 0.5, np.float32))
    sheet.over = Sheet(np.random.default_rng(9), sheet.colour)
    sheet.over.part(square * 0.4, sheet.colour)
    sheet.patch(square, np.zeros(3))
    seen = sheet.cutout()
    assert np.allclose(seen[SIDE // 2, SIDE // 2, :3], 0.4, atol=0.01)
    assert not seen[SIDE // 2, SIDE // 2 + 40, :3].any()
    assert np.count_nonzero(seen[..., 3]) > 0.25 * SIDE**2


def collars(add, count=20):
    """Return how far collars rise above the shoulders and how wide they are, in the middle of many."""
    random, seen = np.random.default_rng(6), []
    for _ in range(count):
        sheet = Sheet(random)
        form = tailor._form(random, (1.2, 1.3), (0.4, 0.5))
        add(sheet, random, form)
        shoulders = int(cloth.pixels(np.array([(0, form["top"])]))[0][1])
        above = sheet.cutout()[:shoulders, :, 3] > 0.5
        seen.append([above.any(1).sum(), above.any(0).sum()])
    return np.median(seen, 0)


def test_turtlenecks_are_high_and_narrow_and_collars_of_jackets_low_and_wide():
    (high, narrow), (low, wide) = collars(trimmings.turtleneck), collars(trimmings.stand_collar)
    assert high > 1.3 * low
    assert high / narrow > 1.3 * low / wide


def test_some_dresses_are_as_wide_as_high_and_some_short_and_straight():
    random = np.random.default_rng(7)
    forms = [tailor._dress_form(random) for _ in range(60)]
    highs = np.array([form["low"] - form["top"] for form in forms])
    hems = np.array([2 * form["hem"] for form in forms])
    assert (hems > 0.9 * highs).sum() > 3
    assert ((hems < 0.75 * highs) & (highs < 1.75)).sum() > 5


def test_long_sleeves_reach_no_further_than_the_hem():
    random = np.random.default_rng(8)
    for _ in range(30):
        form = tailor._form(random, (0.9, 1.7), (0.4, 0.5))
        assert tailor._arms(form, random) <= max(form["low"] - form["top"], 0.75)


def test_rounded_outlines_lose_their_corners_only():
    square = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1.0)])
    soft = cloth.rounded(square, 0.1)
    assert len(soft) == 8
    assert np.abs(soft).max() == 1
    assert np.allclose(np.abs(soft).min(1), 0.9)


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
