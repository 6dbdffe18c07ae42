"""Activation functions and their derivatives, cell by cell.

Where a function has a corner, the derivative there is the one that PyTorch uses: that of the side
of the negative numbers.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from cnnviz import check

Array = npt.NDArray[np.float64]
Function = Callable[..., tuple[Array, Array]]


@dataclass(frozen=True, slots=True, eq=False)
class ActivationResult:
    """What `activate` computed; all arrays are float64 of the shape of the input.

    Parameters
    ----------
    kind : str
        Name of the function.
    params : Mapping[str, float]
        Its settings, such as the slope of the leaky ReLU.
    x, value, derivative : array
        What came in, the function of it, and the slope of the function there.
    """

    kind: str
    params: Mapping[str, float]
    x: Array
    value: Array
    derivative: Array


def activate(x: npt.ArrayLike, kind: str, **params: float) -> ActivationResult:
    """Apply one activation function to every cell of `x`.

    Parameters
    ----------
    x : array_like
        Finite numbers, of 1 to 4 dimensions.
    kind : {'relu', 'leaky_relu', 'elu', 'gelu', 'silu', 'sigmoid', 'tanh', 'identity'}
        The function.
    **params : float
        ``negative_slope`` of the leaky ReLU (0.01) and ``alpha`` of the ELU (1.0), each in 0..10.

    Returns
    -------
    ActivationResult
        Value and derivative, each of the shape of `x`.

    Raises
    ------
    ChoiceError
        If no function or setting is called so.
    ShapeError, RangeError
        If `x` is not an array of finite numbers or a setting lies outside.

    Examples
    --------
    >>> activate([-2, 0, 3], "relu").value.tolist()
    [0.0, 0.0, 3.0]
    """
    check.check_choice("kind", kind, KINDS)
    for name, number in params.items():
        check.check_choice("params", name, tuple(PARAMS[kind]))
        check.check_number(name, number, 0, 10)
    settings = {**PARAMS[kind], **params}
    cells = check.check_array("x", x, ndim=(1, 2, 3, 4))
    value, derivative = _FUNCTIONS[kind](cells, *settings.values())
    return ActivationResult(kind, MappingProxyType(settings), cells, value, derivative)


def _relu(x: Array) -> tuple[Array, Array]:
    """``max(0, x)`` (V. Nair and G. Hinton, 2010)."""
    return np.maximum(x, 0), (x > 0).astype(np.float64)


def _leaky_relu(x: Array, slope: float) -> tuple[Array, Array]:
    """``x`` above 0, ``slope·x`` below (A. Maas et al., 2013)."""
    gain = np.where(x > 0, 1.0, slope)
    return x * gain, gain


def _elu(x: Array, alpha: float) -> tuple[Array, Array]:
    """``x`` above 0, ``alpha·(exp(x) - 1)`` below (D.-A. Clevert et al., 2015)."""
    below = np.minimum(x, 0)  # exp of a large positive number would overflow unused
    return np.where(x > 0, x, alpha * np.expm1(below)), np.where(x > 0, 1.0, alpha * np.exp(below))


def _gelu(x: Array) -> tuple[Array, Array]:
    """``x·Φ(x)`` with the normal distribution function Φ, exact (D. Hendrycks and K. Gimpel, 2016)."""
    erf = np.vectorize(math.erf, otypes=[np.float64])(x / math.sqrt(2))
    below = (1 + erf) / 2
    density = np.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    return x * below, below + x * density


def _sigmoid(x: Array) -> tuple[Array, Array]:
    """``1 / (1 + exp(-x))``, written with tanh, which does not overflow."""
    value = (1 + np.tanh(x / 2)) / 2
    return value, value * (1 - value)


def _silu(x: Array) -> tuple[Array, Array]:
    """``x·sigmoid(x)`` (S. Elfwing et al., 2017)."""
    gate, slope = _sigmoid(x)
    return x * gate, gate + x * slope


def _tanh(x: Array) -> tuple[Array, Array]:
    """``(exp(x) - exp(-x)) / (exp(x) + exp(-x))``."""
    value = np.tanh(x)
    return value, 1 - value * value


def _identity(x: Array) -> tuple[Array, Array]:
    """``x`` itself: no activation."""
    return x.copy(), np.ones_like(x)


_FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "relu": _relu,
        "leaky_relu": _leaky_relu,
        "elu": _elu,
        "gelu": _gelu,
        "silu": _silu,
        "sigmoid": _sigmoid,
        "tanh": _tanh,
        "identity": _identity,
    }
)
KINDS = tuple(_FUNCTIONS)
# Settings and their defaults, those of torch.nn.LeakyReLU and torch.nn.ELU.
PARAMS: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {kind: MappingProxyType({}) for kind in KINDS}
    | {
        "leaky_relu": MappingProxyType({"negative_slope": 0.01}),
        "elu": MappingProxyType({"alpha": 1.0}),
    }
)
