"""Layers of one weight each, one behind the other: how numbers go forward and gradients come back."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cnnviz import check
from cnnviz.ops.activation import activate

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ChainResult:
    """What happened in each of L layers for each of N inputs; arrays are float64 of shape (L, N).

    Parameters
    ----------
    x : array, shape (N,)
        The inputs.
    weights : array, shape (L,)
        The weight of each layer.
    kind : str
        The activation function of every layer.
    before, after : array
        ``z_l = w_l · a_(l-1)`` and ``a_l = f(z_l)``, where ``a_0 = x``.
    slopes : array
        ``f'(z_l)``.
    gradients : array
        Derivative of ``a_l`` by the input: the product of ``w_k · f'(z_k)`` up to layer l.
    """

    x: Array
    weights: Array
    kind: str
    before: Array
    after: Array
    slopes: Array
    gradients: Array


def chain(x: npt.ArrayLike, weights: npt.ArrayLike, kind: str) -> ChainResult:
    """Send N numbers through L layers of one weight and one activation each.

    Parameters
    ----------
    x : array_like
        Inputs, shape (N,).
    weights : array_like
        One weight a layer, shape (L,).
    kind : str
        Activation function, as in `cnnviz.ops.activation.activate`.

    Raises
    ------
    ShapeError, RangeError, ChoiceError
        If `x` or `weights` is not a row of finite numbers, or the function is unknown.

    References
    ----------
    S. Hochreiter, "Untersuchungen zu dynamischen neuronalen Netzen" (1991), for the vanishing product.

    Examples
    --------
    >>> chain([0.0], [1, 1], "sigmoid").gradients[0].tolist()
    [0.25]
    """
    inputs = check.check_array("x", x, ndim=1)
    factors = check.check_array("weights", weights, ndim=1)
    befores, steps = [], []
    current = inputs
    for weight in factors:
        befores.append(weight * current)
        steps.append(activate(befores[-1], kind))
        current = steps[-1].value
    slopes = np.stack([step.derivative for step in steps])
    gradients = np.cumprod(slopes * factors[:, None], axis=0, dtype=np.float64)
    after = np.stack([step.value for step in steps])
    return ChainResult(inputs, factors, kind, np.stack(befores), after, slopes, gradients)
