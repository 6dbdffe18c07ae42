"""The logistic regression behind a gate."""

import numpy as np
import pytest

from cnnviz.learn.evaluate import separation
from cnnviz.learn.gate import belonging_of, scores
from cnnviz.zoo.measures import GateWeights
from training.gate import regression, said


@pytest.fixture
def two_clouds() -> tuple[np.ndarray, np.ndarray]:
    """Return features of two kinds, around (1, 10, 0) and (-1, 10, 0), on very different scales."""
    random = np.random.default_rng(0)
    clouds = random.normal(0, 1, (2, 6000, 3)) * (1, 100, 0) + np.array([[[1, 10, 0]], [[-1, 10, 0]]])
    return clouds[0].astype(np.float32), clouds[1, :1500].astype(np.float32)


def test_it_finds_the_best_line(two_clouds: tuple[np.ndarray, np.ndarray]) -> None:
    # two normal clouds of variance 1, alike in number: the logarithm of the odds is 2 x
    weight, bias = regression(*two_clouds, decay=1e-6)
    assert weight[0] == pytest.approx(2, abs=0.15)
    assert abs(weight[1]) < 0.002
    assert bias + 10 * weight[1] == pytest.approx(0, abs=0.1)


def test_it_separates_as_well_as_the_truth_does(two_clouds: tuple[np.ndarray, np.ndarray]) -> None:
    gate = GateWeights("x", *regression(*two_clouds, decay=1e-3))
    found = separation(*(scores(cloud, gate) for cloud in two_clouds)).auroc
    assert found == pytest.approx(separation(*(cloud[:, 0] for cloud in two_clouds)).auroc, abs=0.002)
    assert belonging_of(two_clouds[0], gate).mean() > 0.7


def test_decay_makes_it_less_sure(two_clouds: tuple[np.ndarray, np.ndarray]) -> None:
    free, held = (regression(*two_clouds, decay=decay)[0] for decay in (1e-6, 1.0))
    assert 0 < held[0] < 0.6 * free[0]


def test_a_network_that_says_itself_whether_it_sees_one_is_let_do_so() -> None:
    features = np.random.default_rng(0).normal(size=(200, 5)).astype(np.float32)
    found = said("joints", features)
    assert found.weights.layer == "joints"
    assert belonging_of(features, found.weights) == pytest.approx(
        1 / (1 + np.exp(-features[:, -1])), abs=1e-6
    )
    assert found.kept == pytest.approx(0.98, abs=0.006)
