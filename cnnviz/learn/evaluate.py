"""How often a model is right, about what it errs, and whether its confidence can be believed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from cnnviz.errors import RangeError
from cnnviz.ops.ensemble import together
from cnnviz.zoo.measures import Group, Separation, Share

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
AT_ONCE_PX = 250 * 28 * 28  # pixels of a batch


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """A model's answers to labelled pictures.

    Parameters
    ----------
    labels : ndarray of int64, (N,)
        True classes.
    probs : ndarray of float32, (N, K)
        Probability of each class.
    """

    labels: I64
    probs: F32

    @property
    def answers(self) -> I64:
        """The most probable class of each picture, (N,)."""
        answers: I64 = self.probs.argmax(1)
        return answers

    @property
    def share(self) -> Share:
        """How many are right, of how many."""
        return Share(int((self.answers == self.labels).sum()), len(self.labels))

    @property
    def confusion(self) -> I64:
        """Pictures by true class (row) and answer (column), (K, K)."""
        classes = self.probs.shape[1]
        pairs = np.bincount(self.labels * classes + self.answers, minlength=classes**2)
        return pairs.reshape(classes, classes)

    @property
    def wrong(self) -> I64:
        """Places of the misread pictures, ascending."""
        return np.flatnonzero(self.answers != self.labels)

    @property
    def calibration_error(self) -> float:
        """Expected calibration error in 15 bins of equal width: mean gap of confidence and accuracy.

        C. Guo, G. Pleiss, Y. Sun, K. Weinberger, "On calibration of modern neural networks" (2017).
        """
        gaps = [abs(one.confidence - one.share.value) * one.share.count for one in self.groups]
        return sum(gaps) / len(self.labels)

    @property
    def groups(self) -> tuple[Group, ...]:
        """Pictures by confidence, 15 groups of equal width, the least sure first; empty ones left out."""
        confidence = self.probs.max(1).astype(np.float64)
        group = np.minimum((confidence * 15).astype(np.int64), 14)
        counts = np.bincount(group, minlength=15)
        rights = np.bincount(group[self.answers == self.labels], minlength=15).tolist()
        sums = np.bincount(group, confidence, minlength=15).tolist()
        return tuple(
            Group(sums[place] / count, Share(rights[place], count))
            for place, count in enumerate(counts.tolist())
            if count
        )

    @property
    def top2(self) -> Share:
        """How often the truth is among the two most probable classes."""
        first_two = np.argsort(-self.probs, 1, kind="stable")[:, :2]
        return Share(int((first_two == self.labels[:, None]).sum()), len(self.labels))

    @property
    def by_class(self) -> tuple[Share | None, ...]:
        """How many of each class are right, in the order of the logits."""
        return tuple(self.of_class(number) for number in range(self.probs.shape[1]))

    def of_class(self, number: int) -> Share | None:
        """Return how many of class `number` are right; None where there are no such pictures."""
        row = self.confusion[number]
        return Share(int(row[number]), int(row.sum())) if row.sum() else None


def evaluate(net: nn.Module, inputs_f32: F32, labels: npt.ArrayLike) -> Evaluation:
    """Return the answers of `net` to labelled pictures.

    Parameters
    ----------
    net : nn.Module
        In eval mode; only read.
    inputs_f32 : ndarray of float32, (N, C, H, W)
        Prepared and normalised as the model's card says.
    labels : array_like of int, (N,)
        True classes.

    Raises
    ------
    RangeError
        If there are no pictures.
    """
    if not len(inputs_f32):
        raise RangeError("no_pictures")
    return Evaluation(np.asarray(labels, np.int64), probabilities(net, inputs_f32))


def joined(members: Sequence[Evaluation]) -> Evaluation:
    """Return what an ensemble answers: its members' probabilities for the same pictures, put `together`.

    Examples
    --------
    >>> rows = [[0.9, 0.1]], [[0.4, 0.6]]
    >>> both = joined([Evaluation(np.array([0]), np.float32(row)) for row in rows])
    >>> [round(float(prob), 2) for prob in both.probs[0]], both.share.right
    ([0.71, 0.29], 1)
    """
    pooled = together([one.probs for one in members])
    return Evaluation(members[0].labels, pooled.probs.astype(np.float32))


def separation(known: npt.ArrayLike, other: npt.ArrayLike) -> Separation:
    """Return how well a score tells known pictures from others: the area under its ROC curve.

    Parameters
    ----------
    known, other : array_like of float
        Scores of pictures of the classes, and of others; only their order counts. -inf is allowed.

    H. Mann, D. Whitney (1947): the share of pairs in the right order, ties counted half.

    Examples
    --------
    >>> separation([3, 2], [1, 2]).auroc  # of four pairs three are right, one is a tie
    0.875
    """
    rising, scores = np.sort(np.asarray(other, float)), np.asarray(known, float)
    below, up_to = (np.searchsorted(rising, scores, side).sum() for side in ("left", "right"))
    return Separation(float((below + up_to) / (2 * len(scores) * len(rising))), len(scores), len(rising))


def batches_of(inputs_f32: F32) -> tuple[torch.Tensor, ...]:
    """Return pictures (N, C, H, W) in batches small enough that their maps fit into a core's cache."""
    height, width = inputs_f32.shape[2:]
    count = max(1, AT_ONCE_PX // (height * width))
    batches: tuple[torch.Tensor, ...] = torch.from_numpy(inputs_f32).split(count)  # type: ignore[no-untyped-call]  # torch
    return batches


def probabilities(net: nn.Module, inputs_f32: F32) -> F32:
    """Return the softmax of the logits of each picture, (N, K).

    Parameters
    ----------
    net : nn.Module
        In eval mode; only read.
    inputs_f32 : ndarray of float32, (N, C, H, W)
        Prepared and normalised as the model's card says.
    """
    with torch.inference_mode():
        probs = [net(batch).softmax(1) for batch in batches_of(inputs_f32)]
    return np.concatenate([part.numpy() for part in probs])
