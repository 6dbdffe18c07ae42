"""Softmax with every step of its formula kept."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cnnviz import check

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SoftmaxResult:
    """What `softmax` computed, step by step; all arrays are float64 of shape (K,).

    Parameters
    ----------
    logits : array
        The scores that came in.
    temperature : float
        What the logits are divided by.
    shift : float
        The largest divided logit, taken off every one so that no exponential overflows.
    shifted : array
        ``logits / temperature - shift``, at most 0.
    exponentials : array
        ``exp(shifted)``, in 0..1.
    total : float
        Sum of the exponentials, at least 1.
    probs : array
        ``exponentials / total``, in 0..1, with sum 1.
    """

    logits: Array
    temperature: float
    shift: float
    shifted: Array
    exponentials: Array
    total: float
    probs: Array


def softmax(logits: npt.ArrayLike, temperature: float = 1.0) -> SoftmaxResult:
    """Turn K scores into K probabilities: ``p_j = exp(z_j / T) / Σ_k exp(z_k / T)``.

    Parameters
    ----------
    logits : array_like
        Scores z, shape (K,), any finite numbers.
    temperature : float
        T, from 0.01 to 100; above 1 the probabilities move together, below 1 apart.

    Returns
    -------
    SoftmaxResult
        Every intermediate. Taking the largest score off first changes no probability, since the
        factor ``exp(-shift)`` stands above and below the line.

    Raises
    ------
    ShapeError, RangeError
        If `logits` is not a row of finite numbers or the temperature lies outside.

    References
    ----------
    J. S. Bridle, "Probabilistic interpretation of feedforward classification network outputs" (1990).

    Examples
    --------
    >>> softmax([3, 0]).probs.round(2).tolist()
    [0.95, 0.05]
    """
    scores = check.check_array("logits", logits, ndim=1)
    temperature = check.check_number("temperature", temperature, 0.01, 100)
    scaled = scores / temperature
    shift = float(scaled.max())
    shifted = scaled - shift
    exponentials = np.exp(shifted)
    total = float(exponentials.sum())
    return SoftmaxResult(scores, temperature, shift, shifted, exponentials, total, exponentials / total)
