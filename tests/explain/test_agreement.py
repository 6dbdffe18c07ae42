"""Agreement: rank correlation and overlap, judged by scipy and by cases with a known answer."""

import math

import numpy as np
import pytest
from scipy.stats import spearmanr

from cnnviz.explain.agreement import agreement
from cnnviz.explain.results import Attribution


def attribution(heat):
    heat = np.asarray(heat, dtype=np.float32)
    return Attribution("saliency", 0, "", heat[np.newaxis], heat, signed=True)


def test_rank_correlation_is_spearmans():
    rng = np.random.default_rng(0)
    heats = [rng.integers(0, 9, (7, 7)) for _ in range(3)]
    found = agreement([attribution(heat) for heat in heats])
    wanted = spearmanr(np.stack([heat.ravel() for heat in heats]), axis=1).statistic
    np.testing.assert_allclose(found.rank_correlation, wanted, atol=1e-6)


def test_fields_are_means_of_what_speaks_for():
    found = agreement([attribution([[1, 3, -9, 0], [5, 7, -9, 4]])], grid=2)
    np.testing.assert_allclose(found.fields[0], [[2, 0], [6, 2]])


@pytest.mark.parametrize(("other", "overlap", "verdict"), [(1, 1, "agree"), (-1, 0, "disagree")])
def test_same_and_reversed(other, overlap, verdict):
    heat = np.arange(1.0, 50).reshape(7, 7)
    found = agreement([attribution(heat), attribution(heat if other == 1 else 50 - heat)])
    assert found.mean_rank_correlation == pytest.approx(other)
    assert found.mean_overlap == overlap
    assert found.verdict == verdict


def test_constant_heat_has_no_order():
    found = agreement([attribution(np.zeros((8, 8))), attribution(np.eye(8))])
    assert math.isnan(found.mean_rank_correlation)
    assert 0 <= found.mean_overlap <= 1
