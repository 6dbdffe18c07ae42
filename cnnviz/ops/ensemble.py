"""What several networks say together: the geometric mean of their probabilities, with every step kept."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cnnviz import check

Array = npt.NDArray[np.float64]

LEAST = 1e-30  # a probability below it counts as that, so that it has a logarithm


@dataclass(frozen=True, slots=True, eq=False)
class Together:
    """What `together` computed, step by step; all arrays are float64.

    Parameters
    ----------
    roots : array, (..., K)
        Geometric mean of what the networks say of each class: the M-th root of the product.
    totals : array, (...)
        Sum of these over the classes, at most 1: how far the networks agree.
    probs : array, (..., K)
        ``roots / totals``, in 0..1, with sum 1 over the classes.
    """

    roots: Array
    totals: Array
    probs: Array


def together(probs: npt.ArrayLike) -> Together:
    """Turn the probabilities of M networks into one: ``p_k = (p_1k ··· p_Mk)^(1/M) / Σ``.

    The softmax of the mean of the networks' logits is the same.

    Parameters
    ----------
    probs : array_like, (M, ..., K)
        Probabilities of K classes, from each of M networks, for one picture or for many.

    Returns
    -------
    Together
        Every intermediate.

    Raises
    ------
    ShapeError, RangeError
        If `probs` is no such array, or holds NaN or an infinity.

    References
    ----------
    C. Genest, J. Zidek, "Combining probability distributions: a critique and an annotated bibliography"
    (1986): the logarithmic opinion pool. G. Hinton, "Products of experts" (1999).

    Examples
    --------
    >>> together([[0.9, 0.1], [0.5, 0.5]]).probs.round(2).tolist()
    [0.75, 0.25]
    """
    each = check.check_array("probs", probs, ndim=(2, 3, 4))
    roots = np.exp(np.log(np.maximum(each, LEAST)).mean(0))
    totals = roots.sum(-1)
    return Together(roots, totals, roots / totals[..., None])
