"""First and second guess of a softmax, and how sure it is."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnviz.ops.softmax import SoftmaxResult

CLOSE_MARGIN = 0.25  # first and second guess closer than this: say so
LOW_CONFIDENCE = 0.6  # first guess less probable than this: say so
HIGH_SPREAD = 0.5  # more than half of the entropy of knowing nothing: say so


@dataclass(frozen=True, slots=True)
class Ranking:
    """Who won, by how much, and how widely the probability is spread.

    Parameters
    ----------
    order : tuple of int
        Class indices, most probable first.
    confidence : float
        Probability of the first, 0..1.
    margin : float
        Probability of the first less that of the second, 0..1.
    entropy_bits : float
        ``-Σ p log2 p``: 0 if one class has everything, ``log2 K`` if all are equal.
    spread : float
        `entropy_bits` over ``log2 K``, 0..1.
    """

    order: tuple[int, ...]
    confidence: float
    margin: float
    entropy_bits: float
    spread: float

    @property
    def first(self) -> int:
        """Index of the most probable class."""
        return self.order[0]

    @property
    def second(self) -> int:
        """Index of the second most probable class."""
        return self.order[1]

    @property
    def doubt(self) -> str:
        """What to say: ``spread`` over many classes, ``close`` between the first two, or ``none``."""
        if self.spread > HIGH_SPREAD:
            return "spread"
        unsure = self.margin < CLOSE_MARGIN or self.confidence < LOW_CONFIDENCE
        return "close" if unsure else "none"


def rank(result: SoftmaxResult) -> Ranking:
    """Order the classes of a softmax over at least two classes; equal ones stay in class order.

    Entropy: C. E. Shannon, "A mathematical theory of communication" (1948), section 6.

    Examples
    --------
    >>> from cnnviz.ops.softmax import softmax
    >>> rank(softmax([0, 3])).order, rank(softmax([1, 1])).entropy_bits
    ((1, 0), 1.0)
    """
    return rank_probs(result.probs)


def rank_probs(probs: npt.NDArray[np.floating[Any]]) -> Ranking:
    """Return the same as `rank` for probabilities, (K,), that some softmax gave."""
    order = np.argsort(-probs, kind="stable")
    positive = probs[probs > 0]
    entropy = float(-(positive * np.log2(positive)).sum()) + 0.0  # + 0.0 turns -0.0 into 0.0
    return Ranking(
        order=tuple(order.tolist()),
        confidence=float(probs[order[0]]),
        margin=float(probs[order[0]] - probs[order[1]]),
        entropy_bits=entropy,
        spread=entropy / float(np.log2(len(probs))),
    )
