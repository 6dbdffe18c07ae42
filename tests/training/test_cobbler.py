"""Drawn shoes: forms hold together, cameras see them as they stand, boots reach higher than sneakers."""

import numpy as np
import pytest

from training import cobbler, lasts
from training.cloth import SIDE

FLAT = lasts.Last(1.1, 0.1, 0.0, 0.05)


def shoes(label, count=30):
    random = np.random.default_rng(label)
    return [np.stack(cobbler.MAKERS[label](random).corners) for _ in range(count)]


@pytest.mark.parametrize("label", cobbler.MAKERS)
def test_shoes_stand_on_the_floor_and_are_longer_than_wide(label):
    for corners in shoes(label):
        length, width, _ = np.ptp(corners.reshape(-1, 3), axis=0)
        assert abs(corners[..., 2].min()) < 0.05
        assert 0.9 < length < 1.3
        assert length > 1.8 * width


def test_boots_are_higher_than_sneakers_and_those_than_most_sandals():
    sandals, sneakers, boots = (
        np.median([corners[..., 2].max() for corners in shoes(label)]) for label in (5, 7, 9)
    )
    assert boots > 1.4 * sneakers > 1.4 * sandals * 0.9


def test_most_shoes_stand_in_pairs():
    random = np.random.default_rng(1)
    counts = [len(cobbler._stood(cobbler.sneaker(random), random)) for _ in range(40)]
    assert set(counts) == {1, 2}
    assert np.mean(counts) > 1.7


def test_the_fellow_is_a_mirrored_copy():
    mesh = lasts.Mesh()
    lasts.add_sole(mesh, FLAT, (np.ones(3), np.ones(3)))
    right, left = (np.stack(mesh.placed(mirrored, 0.0, (0.0, 0.0)).corners) for mirrored in (False, True))
    assert np.allclose(left, right * [1, -1, 1])


def views(above):
    mesh = lasts.Mesh()
    lasts.add_sole(mesh, FLAT, (np.zeros(3), np.ones(3)))
    return lasts.view([mesh], (0.0, np.deg2rad(above), 0.0), np.random.default_rng(3))


def test_a_flat_sole_is_broad_from_above_and_thin_from_the_side():
    high, low = (np.ptp(np.flatnonzero((views(angle)[..., 3] > 0.5).any(1))) for angle in (85, 10))
    assert high > 2 * low


def test_from_above_the_insole_hides_the_wall():
    seen = views(88)
    inside = seen[..., :3][seen[..., 3] > 0.5].mean(1)
    assert np.mean(inside > 0.3) > 0.8


@pytest.mark.parametrize("label", cobbler.MAKERS)
def test_a_view_fills_the_drawing_and_stays_within(label):
    random = np.random.default_rng(label)
    for _ in range(10):
        alpha = cobbler.draw(label, random)[..., 3] > 0.5
        longest = max(np.ptp(np.flatnonzero(alpha.any(axis))) for axis in (0, 1))
        assert 0.8 * SIDE < longest < 0.9 * SIDE
        assert not alpha[0].any()
