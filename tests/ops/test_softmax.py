"""Softmax: the lecture's number, its properties, and PyTorch as judge."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cnnviz.errors import RangeError, ShapeError
from cnnviz.ops.softmax import softmax

logits = arrays(np.float64, st.integers(1, 12), elements=st.floats(-500, 500))


@given(logits, st.floats(0.1, 10))
def test_equals_pytorch(scores: np.ndarray, temperature: float) -> None:
    wanted = torch.softmax(torch.from_numpy(scores) / temperature, 0)
    np.testing.assert_allclose(softmax(scores, temperature).probs, wanted, atol=1e-12)


@given(logits, st.floats(-100, 100))
def test_sums_to_one_and_ignores_a_constant(scores: np.ndarray, constant: float) -> None:
    result = softmax(scores)
    assert result.probs.sum() == pytest.approx(1)
    np.testing.assert_allclose(softmax(scores + constant).probs, result.probs, atol=1e-9)


def test_the_steps_lead_to_the_probabilities() -> None:
    result = softmax([2.0, 1.0, 0.5], temperature=2)
    assert result.shift == 1.0
    np.testing.assert_allclose(result.shifted, [0, -0.5, -0.75])
    np.testing.assert_allclose(result.exponentials / result.total, result.probs)
    assert result.total == pytest.approx(result.exponentials.sum())


def test_huge_scores_do_not_overflow() -> None:
    assert softmax([1e300, 0]).probs.tolist() == [1.0, 0.0]


def test_lecture_dog_and_cat() -> None:
    dog, cat = softmax([np.log(0.95), np.log(0.05)]).probs
    assert (round(dog, 2), round(cat, 2)) == (0.95, 0.05)


@pytest.mark.parametrize("bad", [[], [[1, 2]], ["a"]])
def test_refuses_what_is_not_a_row_of_numbers(bad: object) -> None:
    with pytest.raises(ShapeError, match="`logits`"):
        softmax(bad)


def test_refuses_a_temperature_of_zero() -> None:
    with pytest.raises(RangeError, match="`temperature` must be a number from"):
        softmax([1, 2], temperature=0)
