"""What networks say together: its properties, and PyTorch as judge."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cnnviz.errors import RangeError, ShapeError
from cnnviz.ops.ensemble import together

logits = arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(2, 10)), elements=st.floats(-30, 30))


@given(logits)
def test_is_the_softmax_of_the_mean_of_the_logits(scores: np.ndarray) -> None:
    each = torch.from_numpy(scores)
    wanted = each.mean(0).softmax(0)
    np.testing.assert_allclose(together(each.softmax(1)).probs, wanted, atol=1e-9)


@given(logits)
def test_networks_that_agree_say_what_each_says(scores: np.ndarray) -> None:
    alone = torch.from_numpy(scores).softmax(1).numpy()
    result = together(np.stack([alone, alone]))
    np.testing.assert_allclose(result.probs, alone, atol=1e-9)
    np.testing.assert_allclose(result.totals, 1, atol=1e-9)


def test_the_steps_lead_to_the_probabilities() -> None:
    result = together([[0.8, 0.2], [0.2, 0.8]])
    np.testing.assert_allclose(result.roots, [0.4, 0.4])
    assert result.totals == pytest.approx(0.8)
    np.testing.assert_allclose(result.probs, [0.5, 0.5])


def test_many_pictures_at_once_are_the_same_as_one_by_one() -> None:
    each = np.random.default_rng(0).dirichlet(np.ones(3), (2, 5))
    wanted = [together(each[:, place]).probs for place in range(5)]
    np.testing.assert_allclose(together(each).probs, wanted)


def test_what_nobody_finds_possible_is_still_a_number() -> None:
    assert together([[1.0, 0.0], [0.0, 1.0]]).probs.tolist() == [0.5, 0.5]


@pytest.mark.parametrize(("bad", "error"), [([0.5, 0.5], ShapeError), ([[float("nan"), 1]], RangeError)])
def test_refuses_what_is_not_rows_of_numbers(bad: object, error: type[Exception]) -> None:
    with pytest.raises(error, match="`probs`"):
        together(bad)
