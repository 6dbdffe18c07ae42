"""What arms of hands made by code wear: a sleeve or a band, tubes of triangles around the forearm."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SLEEVES, BANDS = 0.45, 0.25  # how often an arm has a sleeve; if not, a band
AROUND, RINGS = 28, 24
WIDE, HIGH = (0.27, 0.43), (0.19, 0.39)  # half axes of an arm at the wrist and 1.6 palms behind it


@dataclass(frozen=True)
class Worn:
    """A tube: `points` (W, 3), `faces` (F, 3) counter-clockwise from outside, `colours` (W, 3) in 0..1."""

    points: Floats
    faces: Ints
    colours: Floats


def worn(arm: Floats, thick: Floats, random: np.random.Generator) -> Worn:
    """Return what is around a forearm that goes along `arm`, nothing quite often.

    `thick` (2,) are shares of its usual width and depth.
    """
    if random.random() < SLEEVES:
        start, loose = random.uniform(0.05, 1.3), random.uniform(1.15, 1.6)
        folds, long = random.uniform(0.01, 0.05), 2.8 - start
    elif random.random() < BANDS:
        start, loose, folds, long = random.uniform(0.08, 0.4), 1.2, 0.0, random.uniform(0.06, 0.2)
    else:
        return Worn(np.zeros((0, 3)), np.zeros((0, 3), np.int64), np.zeros((0, 3)))
    return _tube(arm, (start, start + long), (loose * thick, folds), random)


def _tube(
    arm: Floats, reach: tuple[float, float], fit: tuple[Floats, float], random: np.random.Generator
) -> Worn:
    """Return a tube from and to these places along the arm, `fit`: how loose it is, how deep its folds."""
    share = np.linspace(0, 1, RINGS)[:, None] ** 1.2
    far = reach[0] + (reach[1] - reach[0]) * share
    angle = np.linspace(0, 2 * np.pi, AROUND, endpoint=False)
    grown = (far / 1.6).clip(0, 1)
    waves = random.uniform(1, 4, 3)[:, None, None], random.uniform(6, 22, 3)[:, None, None]
    phase = random.uniform(0, 7, 3)[:, None, None]
    fold = np.sin(np.round(waves[0]) * angle + waves[1] * far + phase).sum(0)
    size = 1 + fit[1] * fold / 0.3
    cuff = 1 + 0.06 * (share < 0.06)
    across = (WIDE[0] + (WIDE[1] - WIDE[0]) * grown) * np.cos(angle) * size * cuff * fit[0][0]
    out = (HIGH[0] + (HIGH[1] - HIGH[0]) * grown) * np.sin(angle) * size * cuff * fit[0][1]
    side = np.cross(arm, [0, 0, 1.0])
    side /= np.linalg.norm(side)
    points = far[..., None] * arm + across[..., None] * side + out[..., None] * np.cross(side, arm)
    ids = np.arange(RINGS * AROUND).reshape(RINGS, AROUND)
    a, b, c, d = ids[:-1], np.roll(ids, -1, 1)[:-1], ids[1:], np.roll(ids, -1, 1)[1:]
    faces = np.concatenate([np.stack([a, b, d], -1).reshape(-1, 3), np.stack([a, d, c], -1).reshape(-1, 3)])
    return Worn(points.reshape(-1, 3), faces, _cloth(ids, random))


def _cloth(ids: Ints, random: np.random.Generator) -> Floats:
    """Return a colour for each point: plain or striped."""
    plain, other = (random.random(3) * random.uniform(0.15, 1) for _ in range(2))
    stripes = np.sin(np.indices(ids.shape)[int(random.integers(2))] * random.uniform(0.5, 2)) > 0
    striped = random.random() < 0.25
    colours: Floats = np.where((stripes & striped)[..., None], other, plain).reshape(-1, 3)
    return colours
