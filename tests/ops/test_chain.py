"""Chains of one-weight layers: autograd judges the gradients, arithmetic the collapse."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cnnviz.errors import ShapeError
from cnnviz.ops.activation import KINDS
from cnnviz.ops.chain import chain
from tests.ops.test_activation import TORCH

numbers = st.floats(-3, 3)
inputs, weights = (arrays(np.float64, st.integers(1, 5), elements=numbers) for _ in range(2))


@given(inputs, weights, st.sampled_from(KINDS))
def test_values_and_gradients_equal_autograd(x: np.ndarray, factors: np.ndarray, kind: str) -> None:
    tensor = torch.from_numpy(x.copy()).requires_grad_()
    value = tensor
    for weight in factors.tolist():
        value = TORCH[kind](weight * value)
    value.sum().backward()
    result = chain(x, factors, kind)
    np.testing.assert_allclose(result.after[-1], value.detach(), atol=1e-9)
    np.testing.assert_allclose(result.gradients[-1], tensor.grad, atol=1e-9)


@given(inputs, weights)
def test_linear_layers_collapse_to_one(x: np.ndarray, factors: np.ndarray) -> None:
    one = chain(x, [factors.prod()], "identity")
    np.testing.assert_allclose(chain(x, factors, "identity").after[-1], one.after[0], atol=1e-9)


def test_lecture_c_cubed() -> None:
    assert chain([5.0], [2, 2, 2], "identity").after[:, 0].tolist() == [10, 20, 2**3 * 5]


def test_a_sigmoid_leaves_at_most_a_quarter_a_layer() -> None:
    result = chain(np.linspace(-9, 9, 37), np.ones(4), "sigmoid")
    assert (result.gradients.max(axis=1) <= 0.25 ** np.arange(1, 5)).all()


def test_refuses_what_is_not_a_row() -> None:
    with pytest.raises(ShapeError, match="`weights`"):
        chain([1.0], [[1.0]], "relu")
