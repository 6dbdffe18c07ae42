"""Drawn shoes: forms hold together, cameras see them as they stand, boots reach higher than sneakers."""

import numpy as np
import pytest

from training import cobbler, laces, lasts, sandals
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
        assert length > 1.5 * width  # a strap may stand off


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


def test_a_full_sole_has_hardly_a_waist():
    waist, ball = np.array(0.4), np.array(0.7)
    slim, stocky = (
        [last.edge(t, 1) - last.edge(t, -1) for t in (waist, ball)]
        for last in (FLAT, lasts.Last(1.1, 0.1, 0.0, 0.05, 1.0))
    )
    assert slim[0] < 0.75 * slim[1]
    assert stocky[0] > 0.85 * stocky[1]


def test_shoes_of_a_pair_touch_but_do_not_pass_through_each_other():
    random = np.random.default_rng(2)
    shoe = cobbler.sneaker(random)
    inner = -np.stack(shoe.corners)[..., 1].min()
    pairs = [pair for pair in (cobbler._stood(shoe, random) for _ in range(60)) if len(pair) == 2]
    gaps = [np.ptp([np.stack(one.corners)[..., 1].mean() for one in pair]) / inner for pair in pairs]
    assert np.percentile(gaps, 5) > 1.8
    assert np.median(gaps) < 3


def test_an_insole_is_alike_on_both_sides():
    for seed in range(8):
        faces = sandals._bed(np.full(3, 0.5), np.random.default_rng(seed))
        assert faces.shape == (13, 4, 3)
        assert np.array_equal(faces, faces[:, ::-1])


def test_laces_lie_on_the_instep_and_a_tongue_may_rise_above_it():
    t, high = np.linspace(0.4, 0.99, 12), np.linspace(0.25, 0.1, 12)
    tops = []
    for seed in range(12):
        mesh = lasts.Mesh()
        laces.fasten(mesh, FLAT, (t, high), (np.random.default_rng(seed), np.ones(3)))
        if mesh.corners:
            corners = np.stack(mesh.corners)
            assert abs(corners[..., 1]).max() < 0.35
            tops.append(corners[..., 2].max())
    assert min(tops) > 0.3
    assert max(tops) > 0.36
