"""Poses of a hand that shows rock, paper or scissors, and builds of hands: angles, directions, lengths.

The hand is that of `hand_mesh`: x towards the thumb, y towards the finger tips, z out of the back.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FAN = np.array([1.0, 0.1, -0.8, -1.7])  # how far each finger goes aside when the hand is spread
NARROW = -2.2  # degrees of that for fingers that touch

# Directions of the three bones of a thumb, and which way its nail looks.
THUMBS = {
    "out": [[0.72, 0.62, -0.3], [0.75, 0.65, -0.15], [0.7, 0.7, 0.0], [0.6, -0.6, 0.5]],
    "along": [[0.36, 0.85, -0.38], [0.1, 0.98, -0.1], [-0.05, 1.0, 0.05], [0.85, 0.0, 0.45]],
    "tucked": [[0.38, 0.72, -0.58], [-0.35, 0.85, -0.35], [-0.65, 0.7, -0.05], [0.35, 0.3, -0.9]],
    "over": [[0.18, 0.58, -0.8], [-0.46, 0.52, -0.73], [-1.0, 0.1, 0.0], [0.1, 0.35, -0.95]],
    "beside": [[0.4, 0.52, -0.74], [0.05, 0.62, -0.78], [-0.35, 0.75, 0.1], [0.8, 0.2, -0.6]],
    "holding": [[0.12, 0.52, -0.84], [-0.55, 0.4, -0.7], [-0.95, 0.2, 0.05], [0.1, 0.3, -0.95]],
}
TOUCHED = {"over": (1, 2, 2, 2), "beside": (1,), "holding": (3, 3, 3, 4)}  # fingers that a thumb lies on
LOOSE = 0.1  # how often it does not touch them
USUAL = {
    "rock": (("over", 0.6), ("beside", 0.3), ("holding", 0.1)),
    "paper": (("out", 0.55), ("along", 0.33), ("tucked", 0.12)),
    "scissors": (("holding", 0.6), ("over", 0.15), ("beside", 0.1), ("tucked", 0.05), ("out", 0.1)),
}


@dataclass(frozen=True)
class Touch:
    """Where a thumb's tip lies: on a finger (1..4), at a share of its middle bone, `out` (3,) of the bone.

    `out` is left out where it lies on the back of the bone; `off` (3,) is how far it is from there.
    """

    finger: int
    share: float
    out: Floats | None
    off: Floats


@dataclass(frozen=True)
class Pose:
    """How a hand is held, angles in radians.

    `aside` (4,), `bends` (4, 3) of the fingers; `thumb` (3, 3): directions of its bones; `nail` (3,): which
    way its nail looks; `touch`: what its tip lies on; `cup`: how far the outer half of the palm bends;
    `arm` (3,): where the elbow is.
    """

    aside: Floats
    bends: Floats
    thumb: Floats
    nail: Floats
    touch: Touch | None
    cup: float
    arm: Floats


@dataclass(frozen=True)
class Build:
    """Sizes as shares of the usual: `width`, `depth` of the palm, `lengths`, `thicks` (5, 3) of finger bones.

    `arm` (2,) is that of its width and depth, `puff` is how much fatter the skin is than the bones say, in
    palms, and `lumps` (N, 4) are waves in which that changes: their ways, in radians a palm, and phases.
    """

    width: float
    depth: float
    lengths: Floats
    thicks: Floats
    arm: Floats
    puff: float
    lumps: Floats


def built(random: np.random.Generator) -> Build:
    """Return a hand of random build."""
    long, thick = random.uniform(0.86, 1.14), random.uniform(1.0, 1.38)
    taper = np.linspace(1, random.uniform(0.82, 1.02), 3)
    lengths = long * random.normal(1, 0.035, (5, 1)) * random.normal(1, 0.02, (5, 3))
    thicks = thick * taper * random.normal(1, 0.03, (5, 1)) * random.normal(1, 0.02, (5, 3))
    width, depth = random.uniform(0.88, 1.12), random.uniform(0.88, 1.2)
    arm = np.array([width, depth]) * random.uniform(0.97, 1.25)
    return Build(
        width,
        depth,
        lengths,
        thicks * width**0.5,
        arm,
        random.uniform(-0.005, 0.02),
        random.normal(0, 3, (4, 4)),
    )


def posed(label: str, random: np.random.Generator, *, closed: bool = False) -> Pose:
    """Return a pose that shows `label`: 'rock', 'paper' or 'scissors'.

    The fingers of a `closed` hand are not spread, most of the time.
    """
    aside, bends = _angles(label, random, (0.8, 0.1, 0.1) if closed else (0.3, 0.2, 0.5))
    kind, thumb, nail = _thumb(label, random)
    cup = np.radians(random.uniform(-3, 8) if label == "paper" else random.uniform(4, 14))
    arm = np.array([random.normal(0, 0.2), -1.0, random.normal(0, 0.27)])
    return Pose(aside, bends, thumb, nail, _touch(kind, random), float(cup), arm / np.linalg.norm(arm))


def _angles(
    label: str, random: np.random.Generator, spreads: tuple[float, float, float]
) -> tuple[Floats, Floats]:
    """Return how far each finger goes aside, (4,), and its three joints bend, (4, 3), in radians.

    `spreads` are the shares of hands with fingers together, a little apart and wide apart.
    """
    spread = random.choice([NARROW, random.uniform(0, 5), random.uniform(4, 19)], p=spreads)
    aside = FAN * spread + random.normal(0, 1.2, 4)
    open_, shut = _open(random), _shut(random)
    if label == "paper":
        flexion = open_
    elif label == "rock":
        flexion, aside = shut, aside * 0.2
    else:
        flexion = np.concatenate([open_[:2] + random.uniform(0, 12), shut[2:]])
        apart = random.uniform(3, 40)
        lean = random.normal(0, 4)
        aside = np.array([apart * 0.6 + lean, -apart * 0.6 + lean, 0.2 * aside[2], 0.2 * aside[3]])
    return np.radians(aside), np.radians(flexion)


def _open(random: np.random.Generator) -> Floats:
    """Return bends of stretched fingers in degrees, alike in neighbours."""
    whole = random.normal(4, 9) + random.normal(0, 3.5, 4)
    middle = np.abs(random.normal(0, 9) + random.normal(0, 4, 4))
    return np.stack([whole, middle, 0.5 * middle + random.normal(0, 2, 4)], 1)


def _shut(random: np.random.Generator) -> Floats:
    """Return bends of fingers in a fist, now and then a loose one."""
    loose = random.uniform(0, 12) * (random.random() < 0.3)
    whole = random.normal(83, 6) - loose + random.normal(0, 3.5, 4)
    return np.stack([whole, random.normal(106, 5, 4) - loose, random.normal(70, 8, 4) - loose], 1)


def _thumb(label: str, random: np.random.Generator) -> tuple[str, Floats, Floats]:
    """Return how it is held, directions of its bones, (3, 3), and which way the nail looks, (3,)."""
    names, shares = zip(*USUAL[label], strict=True)
    kinds = [str(random.choice(names, p=shares)) for _ in range(2)]
    first, second = (np.array(THUMBS[kind]) for kind in kinds)
    mixed = first + (second - first) * 0.5 * random.random() ** 2 + random.normal(0, 0.06, (4, 3))
    mixed = mixed / np.linalg.norm(mixed, axis=1, keepdims=True)
    return kinds[0], mixed[:3], mixed[3]


def _touch(kind: str, random: np.random.Generator) -> Touch | None:
    """Return what a thumb held like this lies on, nothing if it is loose."""
    off = random.normal(0, 0.04, 3)
    if kind not in TOUCHED or random.random() < LOOSE:
        return None
    finger = int(random.choice(TOUCHED[kind]))
    out = np.array([0.95, 0.0, -0.3]) if kind == "beside" else None
    return Touch(finger, random.uniform(0.0, 0.5) if kind == "beside" else random.uniform(0.2, 0.8), out, off)
