"""Colours and bumps of a hand's skin at places of the hand at rest: palm, nails, creases, knuckles, veins.

Every place is one of `hand_mesh` before it is built or bent, so that marks stay where they are on the skin.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from training import hand_mesh
from training.hand_mesh import FINGERS
from training.render import normals

Floats = NDArray[np.float64]
TONES = np.array(
    [[252, 226, 205], [238, 196, 165], [220, 168, 130], [186, 128, 92], [135, 88, 62], [80, 52, 40]]
)
GRAIN = 32  # of the noise, periodic
PAINTED, RINGED = 0.06, 0.07  # how often nails are painted, a finger has a ring
REACH = 0.24  # how far around a joint its marks go
# Lines of a palm at rest: heart, head, life.
LINES = (
    [[-0.44, 0.60], [-0.3, 0.68], [-0.1, 0.72], [0.05, 0.80], [0.13, 0.93]],
    [[0.3, 0.76], [0.15, 0.66], [-0.05, 0.58], [-0.28, 0.42]],
    [[0.3, 0.76], [0.14, 0.62], [0.03, 0.42], [0.02, 0.22], [0.08, 0.05]],
)


@dataclass(frozen=True)
class Looks:
    """A person's skin: colours in 0..1, (3,) each, and strengths of what is drawn on it."""

    back: Floats
    palm: Floats
    rosy: Floats
    nail: Floats
    crease: float
    wrinkle: float
    veins: float
    grain: float
    ring: tuple[int, Floats] | None


def looks(random: np.random.Generator) -> Looks:
    """Return the skin of somebody."""
    tone = random.uniform(0, len(TONES) - 1)
    at = min(int(tone), len(TONES) - 2)
    back = (TONES[at] + (TONES[at + 1] - TONES[at]) * (tone - at)) / 255 * random.normal(1, 0.03, 3)
    palm = back + (np.array([0.93, 0.72, 0.62]) - back) * random.uniform(0.08, 0.45)
    rosy = np.array([random.uniform(0.9, 1.02), random.uniform(0.84, 0.97), random.uniform(0.81, 0.95)])
    nail = back * 0.35 + 0.65 * np.array([0.95, 0.76, 0.72]) * (0.35 + 0.65 * back.max())
    if random.random() < PAINTED:
        nail = random.random(3)
    ring = (int(random.integers(1, 5)), np.array([0.85, 0.75, 0.5]) * random.uniform(0.5, 1.1))
    return Looks(
        back,
        palm,
        rosy,
        nail,
        crease=random.uniform(0.1, 0.5),
        wrinkle=random.uniform(0.05, 0.4),
        veins=random.uniform(0, 1) ** 2,
        grain=random.uniform(0.2, 1),
        ring=ring if random.random() < RINGED else None,
    )


@cache
def palmar() -> Floats:
    """Return how much each point of the finer mesh belongs to the palm's side, (V, 1) in 0..1."""
    mesh = hand_mesh.load()
    backs = mesh.finer @ (mesh.weights @ mesh.backs)
    towards = (normals(mesh.rest, mesh.faces) * backs).sum(1, keepdims=True)
    arm = ((-0.05 - mesh.rest[:, 1:2]) / 0.5).clip(0, 1)
    share: Floats = (0.25 - 1.3 * towards).clip(0, 1) * (1 - 0.6 * arm)
    return share


def marked(at: Floats, palm: Floats, person: Looks, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Return colours (K, 3) and heights (K,) in palms at places (K, 3) of the hand at rest.

    `palm` (K,) is how much each belongs to the palm's side.
    """
    noise = random.standard_normal((2, GRAIN, GRAIN, GRAIN))
    coarse, middle, fine = (_noise(noise[n % 2], at * scale) for n, scale in enumerate((3.0, 9.0, 28.0)))
    colour = person.back + (person.palm - person.back) * palm[:, None]
    rosy, dark, height = _joint_marks(at, palm, person)
    rosy = (rosy + 0.35 * palm * (0.5 + coarse).clip(0, 1)).clip(0, 1)[:, None]
    colour = colour * (1 + (person.rosy - 1) * rosy)
    line = 0.6 * person.crease * palm * _palm_lines(at + 0.015 * np.stack([coarse, middle, fine], 1))
    tendon, vein = _below(at, palm, noise[0])
    dark = dark + line + 0.05 * person.grain * (0.5 * coarse + 0.6 * middle + 0.6 * fine)
    height = height - 0.012 * line + 0.0014 * person.grain * (middle + fine) + 0.02 * person.veins * tendon
    height = height + 0.012 * person.veins * vein
    colour = colour * (1 - dark.clip(-0.2, 0.6)[:, None] * [0.8, 1.1, 1.1])
    colour = colour * (1 - person.veins * vein[:, None] * [0.13, 0.08, 0.03])
    nail, rim = _nails(at)
    colour = colour + (person.nail - colour) * nail[:, None]
    colour = colour * (1 - 0.25 * rim[:, None])
    height = height * (1 - nail) - 0.012 * rim
    return _ringed(colour, at, person.ring), height


def _noise(noise: Floats, at: Floats) -> Floats:
    """Return noise at places one cell apart."""
    values: Floats = ndimage.map_coordinates(noise, (at % GRAIN).T, order=1, mode="grid-wrap")
    return values


@cache
def _bones() -> list[tuple[Floats, Floats, Floats, int]]:
    """Return where each finger bone starts, its direction, its back and its number in the finger."""
    mesh = hand_mesh.load()
    rows = []
    for finger in FINGERS:
        for bone in range(3):
            step = mesh.joints[finger[bone + 1]] - mesh.joints[finger[bone]]
            rows.append(
                (mesh.joints[finger[bone]], step / np.linalg.norm(step), mesh.backs[finger[bone]], bone)
            )
    return rows


def _joint_marks(at: Floats, palm: Floats, person: Looks) -> tuple[Floats, Floats, Floats]:
    """Return how rosy and how dark skin is at finger joints, and how high, (K,) each."""
    rosy, dark, height = np.zeros((3, len(at)))
    for number, (start, along, back, bone) in enumerate(_bones()):
        if number == 0:
            continue
        off = at - start
        near = np.flatnonzero((off**2).sum(1) < REACH**2)
        t = off[near] @ along
        top = 1 - palm[near]
        round_ = np.exp(-((t / 0.09) ** 2)) * (1 - ((off[near] ** 2).sum(1) / REACH**2)) ** 0.5
        rosy[near] += top * round_ * (1.0, 0.9, 0.5)[bone]
        if bone == 2:
            rosy[near] += 0.6 * (t / 0.15).clip(0, 1)
        folds = (0.21,) if bone == 0 else (-0.025, 0.025) if bone == 1 else (0.0,)
        if bone or number < 3:
            wave = np.cos(t * 95 + 20 * (off[near] @ np.cross(along, back)) ** 2)
            ridge = person.wrinkle * top * round_ * wave
            dark[near] += 0.3 * ridge.clip(-1, 1)
            height[near] -= 0.006 * ridge
        height[near] += 0.02 * top * round_ * (bone < 2)
        for fold in folds if number > 2 else ((0.0,) if bone else ()):
            line = palm[near] * np.exp(-(((t - fold) / 0.018) ** 2))
            dark[near] += 0.7 * person.crease * line
            height[near] -= 0.012 * line
    return rosy, dark, height


def _palm_lines(at: Floats) -> Floats:
    """Return how near each place is to a line of the palm, (K,) in 0..1, as seen along z."""
    nearest = np.full(len(at), 9.0)
    for line in LINES:
        for first, last in zip(np.array(line)[:-1], np.array(line)[1:], strict=True):
            step, off = last - first, at[:, :2] - first
            share = (off @ step / (step @ step)).clip(0, 1)[:, None]
            nearest = np.minimum(nearest, ((off - share * step) ** 2).sum(1))
    close: Floats = np.exp(-nearest / 0.016**2)
    return close


def _below(at: Floats, palm: Floats, noise: Floats) -> tuple[Floats, Floats]:
    """Return how much tendons and veins show on the back, (K,) each."""
    mesh = hand_mesh.load()
    top = (1 - 1.5 * palm).clip(0, 1)
    tendon = np.zeros(len(at))
    for finger in FINGERS[1:]:
        knuckle = mesh.joints[finger[0]]
        share = (at[:, 1] / knuckle[1]).clip(0.1, 1)
        aside = at[:, 0] - knuckle[0] * share
        fade = ((at[:, 1] - 0.15) / 0.3).clip(0, 1) * ((knuckle[1] + 0.05 - at[:, 1]) / 0.1).clip(0, 1)
        tendon += np.exp(-((aside / 0.035) ** 2)) * fade
    paths = np.abs(_noise(noise, at * [4.5, 2.2, 3.0] + 7))
    fade = ((1.0 - at[:, 1]) / 0.3).clip(0, 1) * ((at[:, 1] + 1.5) / 0.5).clip(0, 1)
    return tendon * top, np.exp(-((paths / 0.13) ** 2)) * top * fade


def _nails(at: Floats) -> tuple[Floats, Floats]:
    """Return how much each place is nail, and how much its rim, (K,) each in 0..1."""
    mesh = hand_mesh.load()
    nail, rim = np.zeros((2, len(at)))
    for number, finger in enumerate(FINGERS):
        tip, last = mesh.joints[finger[3]], mesh.joints[finger[2]]
        along = (tip - last) / np.linalg.norm(tip - last)
        back = mesh.backs[finger[2]] - (mesh.backs[finger[2]] @ along) * along
        back = back / np.linalg.norm(back)
        off = at - tip
        t, s, up = off @ along, off @ np.cross(along, back), off @ back
        long, wide = (0.1, 0.085) if number == 0 else (0.075, 0.06)
        away = np.sqrt(np.abs((t - 0.03) / long) ** 2.6 + np.abs(s / wide) ** 2.6)
        here = (up > 0.0) & (away < 2)
        nail += here * ((1.0 - away) / 0.2 + 0.5).clip(0, 1)
        rim += here * np.exp(-(((away - 1.08) / 0.12) ** 2)) * (t < 0.08)
    return nail.clip(0, 1), rim.clip(0, 1)


def _ringed(colour: Floats, at: Floats, ring: tuple[int, Floats] | None) -> Floats:
    """Return colours with a ring on a finger."""
    if ring is None:
        return colour
    start, along, _, _ = _bones()[3 * ring[0]]
    off = at - start
    on = (np.abs(off @ along - 0.27) < 0.03) & ((off**2).sum(1) < 0.35**2)
    return np.where(on[:, None], ring[1], colour)
