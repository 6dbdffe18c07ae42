"""What closes shoes: tongues, laces with their bows, hook-and-loop bands; and stripes on their flanks."""

import numpy as np

from training import lasts
from training.cloth import F64, Random, near
from training.lasts import Last, Mesh


def fasten(mesh: Mesh, last: Last, along: tuple[F64, F64], how: tuple[Random, F64]) -> None:
    """Add a tongue, and laces or hook-and-loop bands, or nothing, on the instep.

    `along` are t of the upper from its opening on, and its heights there.
    """
    random, colour = how
    t, high = along
    kind = random.random()
    if kind < 0.12:
        return
    own = near(colour, random, 0.6)
    end, half = random.uniform(0.35, 0.6), random.uniform(0.045, 0.09)
    bands = kind > 0.87
    count = int(random.integers(2, 4)) if bands else int(random.integers(3, 8))
    width = random.uniform(0.06, 0.1) if bands else random.uniform(0.014, 0.04)
    wide, slant = (0.13, 0.0) if bands else (half, random.uniform(0, 0.05))
    _tongue(mesh, last, along, (random, end, half, near(colour, random, 0.4)))
    for place in np.linspace(0.0, end, count):
        at = t[0] + place * (1 - t[0])
        z = float(last.floor(np.array(at)) + np.interp(at, t, high)) + 0.03
        for lean in (slant, -slant) if slant > 0.015 else (0.0,):
            line = np.array([(at - lean, -wide, z - 0.02), (at, 0, z), (at + lean, wide, z - 0.02)])
            lasts.add_line(mesh, line, width, own)
    if not bands and random.random() < 0.65:
        at = t[0] + 0.02
        _bow(mesh, (at, float(last.floor(np.array(at)) + high[0]) + 0.04), (random, width), own)


def _tongue(mesh: Mesh, last: Last, along: tuple[F64, F64], form: tuple[Random, float, float, F64]) -> None:
    """Add a tongue from the instep up out of the opening."""
    (t, high), (random, end, half, colour) = along, form
    back, lift = random.uniform(0.02, 0.1), random.uniform(0, 0.12)
    places = t[0] + np.concatenate([[-back, -back / 2], np.linspace(0, end * (1 - t[0]), 4)])
    rise = last.floor(places) + np.interp(places, t, high) + 0.015
    rise += lift * np.clip((t[0] - places) / back, 0, 1)
    widths = half * np.array([1.25, 1.15, 1, 0.9, 0.85, 0.8])
    mesh.net(np.stack([np.stack([places, side * widths, rise], 1) for side in (-1, 0, 1)]), colour)


def _bow(mesh: Mesh, where: tuple[float, float], how: tuple[Random, float], colour: F64) -> None:
    """Add the loops and loose ends of a lace, tied at t and a height."""
    (t, z), (random, width) = where, how
    share = np.linspace(0, 1, 6)
    for side in (-1, 1):
        reach, ahead = random.uniform(0.06, 0.18), random.normal(0.03, 0.06)
        loop = np.sin(np.pi * share) * random.uniform(0.03, 0.07)
        spots = np.stack([t + ahead * share + loop, side * reach * share, z - 0.4 * reach * share], 1)
        back = spots - np.column_stack([2 * loop, np.zeros((6, 2))])
        reach, ahead = random.uniform(0.08, 0.26), random.normal(0.05, 0.1)
        end = np.stack([t + ahead * share**0.7, side * reach * share, z - 0.8 * reach * share**2], 1)
        for line in (spots, back, end):
            lasts.add_line(mesh, line, width, colour)


def up_the_shaft(mesh: Mesh, rings: list[tuple[F64, F64]], random: Random, colour: F64) -> None:
    """Add laces up the front of a shaft through outlines and their heights."""
    front = np.array([[ring[0, 0], height[0]] for ring, height in rings])
    for share in np.linspace(0.3, 0.95, int(random.integers(2, 6))):
        x, z = (np.interp(share, np.linspace(0, 1, len(front)), front[:, axis]) for axis in (0, 1))
        line = np.array([(x, -0.05, z), (x + 0.02, 0, z), (x, 0.05, z)])
        lasts.add_line(mesh, line, random.uniform(0.015, 0.035), colour)


def stripes(mesh: Mesh, last: Last, random: Random, colour: F64) -> None:
    """Add stripes or a swoosh to both flanks."""
    ink = near(colour, random, 0.8)
    for t in np.linspace(0.4, 0.55, int(random.integers(0, 4))):
        for side in (1, -1):
            ends = np.array([t, t - random.uniform(0, 0.12)])
            y = last.edge(ends, side) * [1.04, 0.88]
            z = last.floor(ends) + np.array([0.02, random.uniform(0.12, 0.18)])
            lasts.add_line(mesh, np.stack([ends, y, z], 1), random.uniform(0.02, 0.06), ink)
