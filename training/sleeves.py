"""Sleeves of drawn garments: spread, hanging, folded over the trunk or behind it."""

import numpy as np

from training.cloth import F64, Random, Sheet, cloth_colour, rounded


def add_sleeves(
    sheet: Sheet, random: Random, body: tuple[float, float, float], how: tuple[float, bool]
) -> None:
    """Add both sleeves from the shoulder (x, y) to `depth` below it, of a length, over the trunk or not."""
    (x, y, depth), (length, over) = body, how
    angles, bends = posture(random, length, over)
    cuff = random.uniform(0.45, 0.75 if length > 0.5 else 0.95) * depth
    shade, hidden = random.uniform(0.85, 1.0), random.uniform(0.6, 0.9)
    own = cloth_colour(random) if random.random() < 0.08 else sheet.colour  # sleeves of another colour
    for side, angle, bend in zip((1, -1), angles, bends, strict=True):
        start = np.array([x, y]) + depth / 2 * np.array([-np.cos(angle), np.sin(angle)])
        line = _arm(start, (angle, bend), length + depth / 4)
        widths = np.array([depth, (depth + cuff) / 2, cuff]) / 2
        edges = _limb(sheet, (line * [side, 1], widths), own * shade, random.uniform(0, 0.08))
        if over:
            sheet.seam(edges, hidden, 0.025)
        if length > 0.6 and random.random() < 0.4:
            _cuff(sheet, (line, cuff), side)


def posture(random: Random, length: float, over: bool) -> tuple[F64, F64]:
    """Return how far both sleeves point away from the trunk, and how much their elbows bend."""
    if over and random.random() < 0.5:  # folded
        angles, bends = random.uniform(2, 38, 2), random.uniform(-150, -45, 2)
    elif over or random.random() < 0.4:  # hanging
        angles, bends = random.uniform(3, 25, 2), random.uniform(-22, 8, 2)
    elif random.random() < 0.12:  # folded behind the trunk: the elbows stick out
        angles, bends = random.uniform(15, 50, 2), random.uniform(-160, -80, 2)
    else:
        wide = 65 if random.random() < 0.4 else 38
        angles, bends = random.uniform(8, wide, 2), random.uniform(-35, 15, 2)
    if random.random() < 0.8:
        angles[1], bends[1] = angles[0] + random.normal(0, 5), bends[0] + random.normal(0, 8)
    return np.deg2rad(angles), np.deg2rad(bends) * (length > 0.6)


def _cuff(sheet: Sheet, sleeve: tuple[F64, float], side: int) -> None:
    """Add the seam of a cuff."""
    line, cuff = sleeve
    end, before = line[2], line[1]
    across = np.array([[-1, 1], [1, -1]]) * (end - before)[::-1] / np.linalg.norm(end - before)
    sheet.seam((end - 0.1 * (end - before) + across * cuff / 2) * [side, 1], 0.7)


def _arm(start: F64, angles: tuple[float, float], length: float) -> F64:
    """Return shoulder, elbow and wrist (3, 2); angles from hanging straight down."""
    first = np.array([np.sin(angles[0]), np.cos(angles[0])])
    second = np.array([np.sin(sum(angles)), np.cos(sum(angles))])
    return np.stack([start, start + first * length / 2, start + (first + second) * length / 2])


def _limb(sheet: Sheet, limb: tuple[F64, F64], colour: F64, soft: float) -> F64:
    """Add a part of half-widths (n,) along a line (n, 2), corners cut by `soft`; return its outline."""
    line, widths = limb
    ahead = np.gradient(line, axis=0)
    across = ahead[:, ::-1] * [-1, 1] / np.linalg.norm(ahead, axis=1, keepdims=True) * widths[:, None]
    outline = np.concatenate([line + across, (line - across)[::-1]])
    sheet.part(rounded(outline, soft), colour)
    sheet.seam(line[:1] + np.stack([across[0], -across[0]]), 0.75)
    return outline
