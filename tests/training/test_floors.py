"""Floors: each kind in its range, the same seed makes the same, creases are even in strength."""

import numpy as np

from training import floors


def test_floors_are_pictures_that_differ():
    made = floors.floors(96, 12, seed=3)
    assert made.shape == (12, 96, 96, 3)
    assert np.isfinite(made).all()
    assert made.min() >= 0
    assert len(np.unique(made.mean((1, 2, 3)))) == 12


def test_the_same_seed_makes_the_same_floors():
    first, second, other = (floors.floors(64, 4, seed=seed) for seed in (5, 5, 6))
    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)


def test_creases_are_soft_and_about_nothing():
    random = np.random.default_rng(0)
    for _ in range(10):
        folds = floors.creases(160, random)
        assert abs(folds.mean()) < 1e-9
        assert abs(folds.std() - 1) < 1e-9
        assert np.abs(np.diff(folds, axis=0)).mean() < 0.5


def test_folds_of_hanging_clothes_run_down():
    random = np.random.default_rng(5)
    for _ in range(5):
        folds = floors.creases(96, random, hanging=True)
        down, across = (np.abs(np.diff(folds, axis=axis)).mean() for axis in (0, 1))
        assert across > 1.5 * down
