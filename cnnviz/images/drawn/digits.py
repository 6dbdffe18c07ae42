"""Digits as strokes in several hands, with a wobble that a seed decides."""

import numpy as np
import numpy.typing as npt

from cnnviz import check
from cnnviz.images.drawn.curves import curve
from cnnviz.images.drawn.digit_shapes import HANDS, MANNERS
from cnnviz.images.strokes import SHEET, Drawing, Stroke

F64 = npt.NDArray[np.float64]

HEIGHT = 190.0  # of a digit in units of the sheet


def digit(label: str, hand: str = "school", *, seed: int = 0) -> Drawing:
    """Return the digit `label` as `hand` writes it.

    Parameters
    ----------
    label : {'0', ..., '9'}
    hand : {'school', 'slanted', 'continental', 'quick'}
    seed : int, from 0
        0 is the hand's model; every other number another attempt at it.

    Examples
    --------
    >>> len(digit("4").strokes)
    2
    """
    check.check_choice("label", label, [str(number) for number in range(10)])
    check.check_choice("hand", hand, list(HANDS))
    check.check_integer("seed", seed, 0, 2**31)
    width, slant, aspect = MANNERS[hand]
    rng = np.random.default_rng((seed, int(label), sorted(HANDS).index(hand)))
    lines = [curve(line) for line in HANDS[hand][int(label)].split(";")]
    if seed:
        lines = [_wobbled(line, rng) for line in lines]
        slant, aspect = slant + rng.normal(0, 0.08), aspect * rng.uniform(0.9, 1.12)
    shape = np.array([[1, 0], [-slant, aspect]]) * (HEIGHT / 100)
    spots = [(line - 50) @ shape.T + SHEET / 2 for line in lines]
    return Drawing(tuple(Stroke(tuple(map(tuple, line.round(1).tolist())), width) for line in spots))


def _wobbled(line: F64, rng: np.random.Generator) -> F64:
    """Return the line moved by slow waves of up to about three units."""
    along = np.linspace(0, 1, len(line))[:, None]
    waves = sum(
        rng.normal(0, 1.8 / k, 2) * np.sin(np.pi * k * along + rng.uniform(0, 2 * np.pi, 2))
        for k in (1, 2, 3)
    )
    return np.asarray(line + waves + rng.normal(0, 1, 2), np.float64)
