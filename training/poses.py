"""Bones of a hand that shows rock, paper or scissors: where its 21 joints are, by angles and lengths.

A right hand, its palm one unit long, seen from its back: x towards the thumb, y towards the finger tips,
z towards the viewer. Joints are counted as in `training.joints`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
KNUCKLES = np.array([[0.29, 0.93, 0.0], [0.07, 0.98, 0.03], [-0.14, 0.93, 0.02], [-0.33, 0.83, -0.03]])
PHALANGES = np.array([[0.50, 0.29, 0.21], [0.56, 0.34, 0.22], [0.52, 0.32, 0.22], [0.40, 0.23, 0.19]])
THUMB_BASE, THUMB_BONES = np.array([0.22, 0.2, -0.08]), np.array([0.42, 0.35, 0.27])
RADII = np.array([[0.125, 0.105, 0.095, 0.08]] * 4) * np.array([[1.0], [1.05], [0.98], [0.85]])
THUMB_RADII = np.array([0.17, 0.135, 0.12, 0.09])
FAN = np.array([1.0, 0.1, -0.8, -1.7])  # how far each finger goes aside when the hand is spread

# Directions of the three bones of a thumb.
THUMBS = {
    "out": [[0.72, 0.62, -0.3], [0.75, 0.65, -0.1], [0.7, 0.7, 0.05]],
    "along": [[0.45, 0.8, -0.35], [0.2, 0.97, -0.1], [0.05, 1.0, 0.0]],
    "tucked": [[0.45, 0.65, -0.6], [-0.35, 0.8, -0.45], [-0.65, 0.65, -0.2]],
    "over": [[0.5, 0.62, -0.6], [0.0, 0.5, -0.87], [-0.9, 0.25, -0.3]],
    "beside": [[0.5, 0.7, -0.45], [0.12, 0.85, -0.5], [-0.05, 0.95, -0.25]],
    "holding": [[0.4, 0.6, -0.7], [-0.35, 0.5, -0.8], [-0.85, 0.4, -0.25]],
}
USUAL = {
    "rock": (("over", 0.6), ("beside", 0.3), ("holding", 0.1)),
    "paper": (("out", 0.55), ("along", 0.33), ("tucked", 0.12)),
    "scissors": (("holding", 0.6), ("over", 0.15), ("beside", 0.1), ("tucked", 0.05), ("out", 0.1)),
}


@dataclass(frozen=True)
class Bones:
    """Where a hand's joints are.

    `joints` (21, 3), `radii` (21,): how thick it is there; `nails` (5, 3): which way each looks; `elbow`
    (3,); `back` (3,): which way the back of the hand looks.
    """

    joints: Floats
    radii: Floats
    nails: Floats
    elbow: Floats
    back: Floats

    def moved(self, turn: Floats, camera: float) -> "Bones":
        """Return the hand turned by `turn` (3, 3), seen from `camera` units away in perspective."""
        middle = (self.joints.max(0) + self.joints.min(0)) / 2
        joints, elbow = (self.joints - middle) @ turn.T, turn @ (self.elbow - middle)
        nearer, arm = camera / (camera - joints[:, 2]), camera / (camera - min(elbow[2], 0.7 * camera))
        flat = joints * np.stack([nearer, nearer, np.ones(21)], 1)
        places = flat, self.radii * nearer, self.nails @ turn.T, elbow * [arm, arm, 1], turn @ self.back
        return Bones(*places)


def posed(label: str, random: np.random.Generator, *, closed: bool = False) -> Bones:
    """Return a hand of random build that shows `label`: 'rock', 'paper' or 'scissors'.

    The fingers of a `closed` hand are not spread, most of the time.
    """
    width, length, thick = random.uniform(0.88, 1.15), random.uniform(0.85, 1.15), random.uniform(0.85, 1.2)
    across = np.array([width, 1.0, 1.0])
    joints, radii, dorsal = np.zeros((21, 3)), np.zeros(21), np.zeros((5, 3))
    radii[0] = 0.2 * thick
    aside, flexion = _angles(label, random, (0.8, 0.1, 0.1) if closed else (0.3, 0.2, 0.5))
    for finger in range(4):
        at = 5 + 4 * finger
        bones = PHALANGES[finger] * length * random.normal(1, 0.03, 3)
        places, dorsal[finger + 1] = _finger(KNUCKLES[finger] * across, aside[finger], flexion[finger], bones)
        joints[at : at + 4], radii[at : at + 4] = places, RADII[finger] * thick
    joints[1:5], dorsal[0] = _thumb(label, THUMB_BASE * across, length, random)
    radii[1:5] = THUMB_RADII * thick
    elbow = 2.6 * np.array([random.normal(0, 0.25), -1.0, random.normal(0, 0.35)])
    return Bones(joints, radii, dorsal, elbow, np.array([0.0, 0.0, 1.0]))


def _angles(
    label: str, random: np.random.Generator, spreads: tuple[float, float, float]
) -> tuple[Floats, Floats]:
    """Return how far each finger goes aside, (4,), and its three joints bend, (4, 3), in radians.

    `spreads` are the shares of hands with fingers together, a little apart and wide apart.
    """
    spread = random.choice([0.0, random.uniform(0, 5), random.uniform(4, 19)], p=spreads)
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
    loose = random.uniform(0, 15) * (random.random() < 0.4)
    whole = random.normal(80, 8) - loose + random.normal(0, 4, 4)
    return np.stack([whole, random.normal(98, 7, 4) - loose, random.normal(58, 10, 4)], 1)


def _finger(base: Floats, aside: float, bends: Floats, bones: Floats) -> tuple[Floats, Floats]:
    """Return four joints, (4, 3), and which way the nail looks, (3,)."""
    ahead = np.array([np.sin(aside), np.cos(aside), 0.0])
    back = np.array([0.0, 0.0, 1.0])
    angle = np.cumsum(bends)[:, None]
    steps = (ahead * np.cos(angle) - back * np.sin(angle)) * bones[:, None]
    places = base + np.concatenate([np.zeros((1, 3)), np.cumsum(steps, 0)])
    return places, back * np.cos(angle[-1]) + ahead * np.sin(angle[-1])


def _thumb(label: str, base: Floats, length: float, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Return four joints, (4, 3), and which way the nail looks, (3,)."""
    names, shares = zip(*USUAL[label], strict=True)
    first, second = (np.array(THUMBS[random.choice(names, p=shares)]) for _ in range(2))
    mixed = first + (second - first) * random.random() ** 2 + random.normal(0, 0.08, (3, 3))
    steps = mixed / np.linalg.norm(mixed, axis=1, keepdims=True) * (THUMB_BONES * length)[:, None]
    places = base + np.concatenate([np.zeros((1, 3)), np.cumsum(steps, 0)])
    aside = np.cross(steps[-1], [0.35, 0.2, 0.9])
    return places, -np.cross(steps[-1], aside) / np.linalg.norm(np.cross(steps[-1], aside))
