"""What is measured of a model, with 95 % intervals: shares, separations, calibration, gate and speed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log, sqrt

import numpy as np
import numpy.typing as npt

Z95 = 1.959963984540054  # 97.5 % quantile of the standard normal distribution


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many were right, with the range in which the true share lies.

    Parameters
    ----------
    right, count : int
        Pictures read correctly, pictures in all (at least 1).

    Examples
    --------
    >>> share = Share(95, 100)
    >>> share.value, round(share.low, 3), round(share.high, 3)
    (0.95, 0.888, 0.978)
    """

    right: int
    count: int

    @property
    def value(self) -> float:
        """The share, 0..1."""
        return self.right / self.count

    @property
    def low(self) -> float:
        """Lower end of the 95 % interval."""
        return self._wilson()[0]

    @property
    def high(self) -> float:
        """Upper end of the 95 % interval."""
        return self._wilson()[1]

    def _wilson(self) -> tuple[float, float]:
        """Return the interval of E. B. Wilson, "Probable inference" (JASA 22, 1927)."""
        p, n = self.value, self.count
        centre = p + Z95**2 / (2 * n)
        spread = Z95 * sqrt(p * (1 - p) / n + Z95**2 / (4 * n * n))
        return (centre - spread) / (1 + Z95**2 / n), (centre + spread) / (1 + Z95**2 / n)


@dataclass(frozen=True, slots=True)
class Separation:
    """How well a score tells known pictures from strange ones, with the range in which the truth lies.

    Parameters
    ----------
    auroc : float
        Chance that a known picture scores higher than a strange one, ties counted half: the area under
        the ROC curve, 0.5 for a coin, 1 for a perfect score.
    known, other : int
        Pictures of the classes; pictures of anything else (at least 1 each).

    Examples
    --------
    >>> separation = Separation(0.9, 50, 50)
    >>> round(separation.low, 3), round(separation.high, 3)
    (0.837, 0.963)
    """

    auroc: float
    known: int
    other: int

    @property
    def low(self) -> float:
        """Lower end of the 95 % interval."""
        return max(0.0, self.auroc - Z95 * self._error())

    @property
    def high(self) -> float:
        """Upper end of the 95 % interval."""
        return min(1.0, self.auroc + Z95 * self._error())

    def _error(self) -> float:
        """Return the standard error of J. Hanley, B. McNeil (Radiology 143, 1982), equation 1."""
        a, known, other = self.auroc, self.known, self.other
        two_known, two_other = a / (2 - a), 2 * a * a / (1 + a)
        spread = a * (1 - a) + (known - 1) * (two_known - a * a) + (other - 1) * (two_other - a * a)
        return sqrt(max(0.0, spread) / (known * other))


@dataclass(frozen=True, slots=True)
class Calibration:
    """Whether a model's confidence can be believed.

    Parameters
    ----------
    temperature : float
        The logits were divided by it; it is already in the weights of the last dense layer.
    split : tuple of str
        Validation pictures on which it was chosen: ``held``, ``written``, ``photographed``.
    errors : mapping of str to float
        Expected calibration error by suite, 15 bins, 0..1.
    """

    temperature: float
    split: tuple[str, ...]
    errors: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Group:
    """Pictures of which a model is about equally sure.

    Parameters
    ----------
    confidence : float
        Mean of the largest probability, 0..1.
    share : Share
        How many of them are right.
    """

    confidence: float
    share: Share


def about_as_sure(groups: Sequence[Group], confidence: float, *, least: int = 20) -> Share | None:
    """Return how many are right of the pictures of which a model was most nearly as sure.

    Parameters
    ----------
    groups : sequence of Group
        What was measured.
    confidence : float
        Largest probability of another picture, 0..1.
    least : int
        The nearest groups are taken together until they hold this many pictures.

    Returns
    -------
    Share or None
        None if there are fewer pictures in all.

    Examples
    --------
    >>> groups = [Group(0.5, Share(6, 12)), Group(0.7, Share(7, 10)), Group(0.98, Share(57, 60))]
    >>> about_as_sure(groups, 0.95), about_as_sure(groups, 0.55)
    (Share(right=57, count=60), Share(right=13, count=22))
    """
    right = count = 0
    for group in sorted(groups, key=lambda group: abs(group.confidence - confidence)):
        right, count = right + group.share.right, count + group.share.count
        if count >= least:
            return Share(right, count)
    return None


def error_by_chance(groups: Sequence[Group]) -> float:
    """Return the calibration error to be expected of a model that is exactly as sure as it is right.

    Of few pictures some more or fewer are right by chance, so no model reaches 0: in each group the number
    of right ones is binomial, and its mean distance from what is expected is that of A. de Moivre (1730).

    Parameters
    ----------
    groups : sequence of Group
        What was measured; the confidence and the number of pictures of each count, not how many were right.

    Examples
    --------
    >>> few, many = (error_by_chance([Group(0.8, Share(0, count))]) for count in (10, 1000))
    >>> round(few, 3), round(many, 3)
    (0.097, 0.01)
    """
    count = sum(group.share.count for group in groups)
    return sum(_mean_distance(group.share.count, group.confidence) for group in groups) / count


def _mean_distance(count: int, prob: float) -> float:
    """Return the mean of ``|X - count * prob|`` for a binomial X: 2 m (1 - p) b(m), m next above the mean."""
    if not 0 < prob < 1:
        return 0.0
    above = int(count * prob) + 1
    chosen = lgamma(count + 1) - lgamma(above + 1) - lgamma(count - above + 1)
    return 2 * above * (1 - prob) * exp(chosen + above * log(prob) + (count - above) * log(1 - prob))


@dataclass(frozen=True, slots=True)
class Gate:
    """Does a picture show one of the classes at all? A logistic regression on the output of a layer.

    Parameters
    ----------
    layer : str
        Its output, flattened, is what the regression reads.
    threshold : float
        Below this probability a picture is said to show none of the classes, 0..1.
    kept : float
        Share of the validation pictures of the classes that are at or above the threshold, 0..1.
    split : tuple of str
        Those validation pictures, as in `Calibration`.
    sha256 : str
        Hash of ``gate.safetensors``, hexadecimal.
    bytes : int
        Its size.
    """

    layer: str
    threshold: float
    kept: float
    split: tuple[str, ...]
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast a model answers, on one thread.

    Parameters
    ----------
    picture_ms : float
        Milliseconds for one picture, preparation and forward pass together: the median.
    preparation_ms : float
        Milliseconds of those that the preparation takes.
    pictures_per_s : float
        Prepared pictures a second, many at a time.
    hardware : str
        Where it was measured.
    """

    picture_ms: float
    preparation_ms: float
    pictures_per_s: float
    hardware: str


@dataclass(frozen=True, slots=True, eq=False)
class GateWeights:
    """The logistic regression of a `Gate`: ``sigmoid(features @ weight + bias)``.

    Parameters
    ----------
    layer : str
        The layer whose output it reads.
    weight_f32 : ndarray of float32, (F,)
        One for each feature; standardising the features is already in it.
    bias : float
        Added to the sum.
    """

    layer: str
    weight_f32: npt.NDArray[np.float32]
    bias: float
