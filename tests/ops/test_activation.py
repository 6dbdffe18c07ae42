"""Activation functions: PyTorch judges value and derivative."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from torch.nn import functional

from cnnviz.errors import ChoiceError, RangeError
from cnnviz.ops.activation import KINDS, activate

cells = arrays(np.float64, array_shapes(max_dims=4, max_side=5), elements=st.floats(-1000, 1000))
TORCH = {
    "relu": functional.relu,
    "leaky_relu": functional.leaky_relu,
    "elu": functional.elu,
    "gelu": functional.gelu,
    "silu": functional.silu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "identity": lambda x: x * 1,
}


@pytest.mark.parametrize("kind", KINDS)
@given(x=cells)
def test_value_and_derivative_equal_pytorch(kind: str, x: np.ndarray) -> None:
    tensor = torch.from_numpy(x.copy()).requires_grad_()
    wanted = TORCH[kind](tensor)
    wanted.sum().backward()
    result = activate(x, kind)
    np.testing.assert_allclose(result.value, wanted.detach(), atol=1e-9)
    np.testing.assert_allclose(result.derivative, tensor.grad, atol=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_the_corner_at_zero_is_pytorchs(kind: str) -> None:
    test_value_and_derivative_equal_pytorch.hypothesis.inner_test(kind, np.zeros((1, 1, 1)))


@given(x=cells, alpha=st.floats(0, 10))
def test_settings_are_used(x: np.ndarray, alpha: float) -> None:
    tensor = torch.from_numpy(x.copy())
    np.testing.assert_allclose(
        activate(x, "elu", alpha=alpha).value, functional.elu(tensor, alpha), atol=1e-9
    )
    leaky = activate(x, "leaky_relu", negative_slope=alpha)
    np.testing.assert_allclose(leaky.value, functional.leaky_relu(tensor, alpha), atol=1e-9)


def test_the_input_is_left_alone() -> None:
    x = np.array([-1.0, 2.0])
    activate(x, "relu")
    activate(x, "identity").value[0] = 7
    assert x.tolist() == [-1, 2]


def test_refuses_an_unknown_function_and_names_close_ones() -> None:
    with pytest.raises(ChoiceError, match="relu"):
        activate([1.0], "rellu")


def test_refuses_unknown_and_impossible_settings() -> None:
    with pytest.raises(ChoiceError, match="`params`"):
        activate([1.0], "relu", alpha=1)
    with pytest.raises(RangeError, match="`alpha`"):
        activate([1.0], "elu", alpha=-1)
