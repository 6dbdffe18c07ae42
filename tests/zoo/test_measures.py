"""Intervals against published ones."""

import numpy as np
import pytest

from cnnviz.zoo.measures import Z95, Group, Separation, Share, about_as_sure, error_by_chance


# 95 % score intervals of R. Newcombe, "Two-sided confidence intervals for the single proportion"
# (Statistics in Medicine 17, 1998), table I, method 3
@pytest.mark.parametrize(
    ("right", "count", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_interval_equals_the_published_ones(right: int, count: int, low: float, high: float) -> None:
    share = Share(right, count)
    assert (share.low, share.high) == pytest.approx((low, high), abs=5e-5)


def test_separation_has_the_published_standard_error() -> None:
    # the reading of CT images in J. Hanley, B. McNeil (1982): area 0.893, 51 and 58 cases, error 0.032
    separation = Separation(0.893, 51, 58)
    assert (0.893 - separation.low) / Z95 == pytest.approx(0.032, abs=6e-4)
    assert separation.high - 0.893 == pytest.approx(0.893 - separation.low)


def test_separation_error_is_the_spread_of_repeated_measurements() -> None:
    random = np.random.default_rng(0)
    known, other = random.exponential(4, (4000, 60, 1)), random.exponential(1, (4000, 1, 40))
    areas = (known > other).mean((1, 2))  # exponential scores, as the formula assumes: area 4 / 5
    separation = Separation(0.8, 60, 40)
    assert (0.8 - separation.low) / Z95 == pytest.approx(areas.std(), rel=0.05)


def test_a_perfect_separation_stays_in_range() -> None:
    assert Separation(1.0, 10, 10).high == 1
    assert Separation(0.99, 5, 5).high == 1


def test_pictures_about_as_sure_are_the_nearest_that_are_enough() -> None:
    groups = [Group(0.4, Share(3, 9)), Group(0.6, Share(8, 11)), Group(0.9, Share(30, 40))]
    assert about_as_sure(groups, 0.95) == Share(30, 40)
    assert about_as_sure(groups, 0.45) == Share(11, 20)
    assert about_as_sure(groups, 0.45, least=21) == Share(41, 60)
    assert about_as_sure(groups[:1], 0.4) is None
    assert about_as_sure((), 0.4) is None


def test_error_by_chance_is_what_an_honest_model_shows_on_average() -> None:
    random = np.random.default_rng(3)
    sure = {0.37: 9, 0.55: 40, 0.98: 130}
    groups = [Group(prob, Share(0, count)) for prob, count in sure.items()]
    drawn = np.stack([np.abs(random.binomial(n, p, 20000) - n * p) for p, n in sure.items()]).sum(0)
    assert error_by_chance(groups) == pytest.approx(drawn.mean() / sum(sure.values()), rel=0.02)
    assert error_by_chance([Group(1.0, Share(5, 5))]) == 0
