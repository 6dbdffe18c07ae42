"""Open shoes: flip-flops, slides and sandals with straps, on soles that show where a foot stood."""

import numpy as np

from training import lasts
from training.cloth import F64, Random, cloth_colour, near
from training.lasts import Last, Mesh


def sandal(random: Random) -> Mesh:
    """Make a flip-flop, a slide, or a sandal with straps, flat or with a heel."""
    heel = random.choice([random.uniform(0, 0.06), random.uniform(0.12, 0.35)], p=(0.85, 0.15))
    stocky = random.random() < 0.7 and heel < 0.1
    last = Last(
        random.uniform(1.1, 1.5) if stocky else random.uniform(1.0, 1.3),
        random.uniform(0, 0.15),
        heel,
        random.uniform(0.03, 0.14),
        random.uniform(0.4, 1.1) if stocky else random.uniform(0, 0.5),
    )
    mesh, upper = Mesh(), cloth_colour(random)
    bed = near(upper, random, 0.6)
    wall = near(bed, random, 0.4)
    walls = np.stack([near(wall, random, 0.5), wall])[:, None] if random.random() < 0.4 else wall
    lasts.add_sole(mesh, last, (walls, _bed(bed, random)), random.uniform(1.0, 1.07))
    kind, high = random.random(), random.uniform(0.09, 0.2)
    if kind < 0.22:
        _thong(mesh, last, random, upper)
    elif kind < 0.5:
        _slide(mesh, last, (random, high), upper)
    elif kind < 0.75:
        _trekking(mesh, last, (random, high), upper)
    else:
        _straps(mesh, last, (random, high), upper)
    return mesh


def _shade(mesh: Mesh, last: Last, where: tuple[float, float], colour: F64) -> None:
    """Darken the insole around t, over a width: what lies under a band is in its shadow."""
    middle, width = where
    t = np.clip(middle + np.linspace(-0.55, 0.55, 4) * width, 0.03, 0.97)
    inner, outer = last.edge(t, -1) * 0.97, last.edge(t, 1) * 0.97
    across = [inner + share * (outer - inner) for share in np.linspace(0, 1, 5)]
    mesh.net(np.stack([np.stack([t, y, last.floor(t) + 0.012], 1) for y in across], 1), colour)


def _trekking(mesh: Mesh, last: Last, how: tuple[Random, float], colour: F64) -> None:
    """Add two or three broad bands, closed by others of another colour, and a padded heel."""
    random, high = how
    spots = [random.uniform(0.68, 0.8), random.uniform(0.44, 0.58)]
    for t in spots if random.random() < 0.8 else spots[:1]:
        width, slant = random.uniform(0.09, 0.2), random.normal(0, 0.04)
        _shade(mesh, last, (t, width * 1.4), colour * random.uniform(0.15, 0.5))
        ends = np.array([t - slant, t + slant])
        lasts.add_band(mesh, last, (ends, width, high), near(colour, random, 0.1))
        if random.random() < 0.6:
            lasts.add_band(mesh, last, (ends, width * 0.5, high + 0.015), near(colour, random, 0.5))
        if random.random() < 0.3:
            _badge(mesh, last, (random, t, high), near(colour, random, 0.8))
    if random.random() < 0.75:
        _heel(mesh, last, random, colour)


def _heel(mesh: Mesh, last: Last, random: Random, colour: F64) -> None:
    """Add the padding behind the heel, open above, and a band around the ankle."""
    angle, rise = np.linspace(0.45, 1.55, 9) * np.pi, random.uniform(0.12, 0.3)
    ring = np.stack([0.14 + 0.14 * np.cos(angle), 0.125 * last.wide * np.sin(angle)], 1)
    low, base = np.clip(-np.cos(angle), 0, 1), float(last.floor(np.array(0.1)))
    top = np.column_stack([ring, base + rise * (0.45 + 0.55 * low)])
    bottom = np.column_stack([ring, np.full(9, base + rise * random.choice([0.0, 0.4]))])
    inner = np.column_stack([ring * [1, 0.9] + [0.01, 0], top[:, 2] - 0.05])
    mesh.net(np.stack([bottom, top]), near(colour, random, 0.1))
    mesh.net(np.stack([top, inner]), near(colour * random.uniform(0.4, 1.1), random, 0.3))
    if random.random() < 0.7:
        t = random.uniform(0.22, 0.34)
        ends = np.array([t, t]), random.uniform(0.06, 0.12), rise + random.uniform(0.03, 0.12)
        lasts.add_band(mesh, last, ends, near(colour, random, 0.3))


def _bed(colour: F64, random: Random) -> F64:
    """Return the colours (13, 4, 3) of an insole: the prints of heel and ball, and a rim."""
    faces = np.broadcast_to(colour, (13, 4, 3)).copy()
    t = (1 - np.cos(np.linspace(0, np.pi, 14)))[:-1] / 2 + 0.04
    if random.random() < 0.6:
        shade = random.uniform(0.6, 1.2)
        worn = (t < 0.27) | ((t > 0.6) & (t < 0.93))
        faces[worn, 1:3] = np.clip(colour * shade, 0.02, 1)
    if random.random() < 0.5:
        faces[:, [0, 3]] = near(colour, random, 0.5)
    return faces


def _thong(mesh: Mesh, last: Last, random: Random, colour: F64) -> None:
    """Add the Y of a flip-flop, with a flower or a jewel now and then."""
    toe, back, high = random.uniform(0.76, 0.87), random.uniform(0.35, 0.52), random.uniform(0.05, 0.14)
    width = random.uniform(0.035, 0.12)
    share = np.linspace(0, 1, 7)
    for side in (1, -1):
        t = toe + (back - toe) * share
        y = last.edge(np.array(back), side) * share**0.8 * 1.02
        z = last.floor(t) + high * np.sin(np.pi * np.clip(share * 0.85 + 0.15, 0, 1))
        lasts.add_line(mesh, np.stack([t, y, z], 1), width, colour)
    if random.random() < 0.25:
        _badge(mesh, last, (random, toe - 0.08, high), near(colour, random, 0.8))


def _slide(mesh: Mesh, last: Last, how: tuple[Random, float], colour: F64) -> None:
    """Add one broad band, plain or with stripes or a badge; or two crossing or parallel ones."""
    random, high = how
    start, width = random.uniform(0.58, 0.72), random.uniform(0.2, 0.46)
    kind = random.random()
    _shade(mesh, last, (start, width), colour * random.uniform(0.15, 0.5))
    if kind < 0.2:
        for slant in (0.14, -0.14):
            lasts.add_band(mesh, last, (np.array([start - slant, start + slant]), width * 0.45, high), colour)
    elif kind < 0.45:
        for off in (-0.16, 0.09):
            lasts.add_band(mesh, last, (np.array([start + off, start + off]), width * 0.45, high), colour)
            if random.random() < 0.4:
                _badge(mesh, last, (random, start + off, high), cloth_colour(random))
    else:
        slant = random.normal(0, 0.03)
        lasts.add_band(mesh, last, (np.array([start - slant, start + slant]), width, high), colour)
        for off in random.uniform(-0.35, 0.35, int(random.integers(0, 4))) * width:
            stripe = np.array([start - slant + off, start + slant + off]), width * 0.12, high + 0.01
            lasts.add_band(mesh, last, stripe, near(colour, random, 0.7))
        for _ in range(int(random.integers(1, 4)) if random.random() < 0.4 else 0):
            _badge(mesh, last, (random, start, high), cloth_colour(random))


def _badge(mesh: Mesh, last: Last, where: tuple[Random, float, float], colour: F64) -> None:
    """Add a badge, bow or buckle on a band at t, `high` above the sole."""
    random, t, high = where
    large = random.choice([random.uniform(0.02, 0.09), random.uniform(0.08, 0.16)], p=(0.7, 0.3))
    size = large * np.array([1, random.uniform(0.5, 1.6)])
    middle = t + random.normal(0, 0.02), random.normal(0, 0.04) * last.wide
    angle = np.linspace(0, 2 * np.pi, 9)
    ring = np.stack([np.cos(angle), np.sin(angle)], 1) * size + middle
    top = float(last.floor(np.array(t))) + high + 0.03
    rows = [np.column_stack([(ring - middle) * s + middle, np.full(9, top)]) for s in (1, 0.1)]
    mesh.net(np.stack(rows), colour)


def _straps(mesh: Mesh, last: Last, how: tuple[Random, float], colour: F64) -> None:
    """Add bands across, along the instep, around heel and ankle."""
    random, high = how
    _shade(mesh, last, (0.66, 0.45), colour * random.uniform(0.2, 0.6))
    for t in random.uniform(0.45, 0.87, int(random.integers(1, 5))):
        slant = random.normal(0, 0.06)
        width = random.uniform(0.05, 0.18)
        own = near(colour, random, 0.15)
        lasts.add_band(mesh, last, (np.array([t - slant, t + slant]), width, high), own)
    if random.random() < 0.35:
        t = np.linspace(0.3, 0.75, 6)
        line = np.stack([t, np.zeros(6), last.floor(t) + high * 1.1], 1)
        lasts.add_line(mesh, line, random.uniform(0.04, 0.09), colour)
    if random.random() < 0.8:
        _ankle(mesh, last, random, colour)


def _ankle(mesh: Mesh, last: Last, random: Random, colour: F64) -> None:
    """Add a strap behind the heel and, mostly, one around the ankle, its end loose now and then."""
    angle = np.linspace(-np.pi * 0.5, np.pi * 0.5, 9) + np.pi
    rise = random.uniform(0.1, 0.28)
    spots = np.stack([0.2 + 0.21 * np.cos(angle), 0.12 * last.wide * np.sin(angle)], 1)
    z = last.floor(np.array(0.1)) + rise * np.clip(1.2 * np.cos(angle - np.pi), 0.1, 1)
    lasts.add_line(mesh, np.column_stack([spots, z]), random.uniform(0.04, 0.09), colour)
    if random.random() < 0.7:
        t, width = random.uniform(0.25, 0.4), random.uniform(0.05, 0.1)
        lasts.add_band(mesh, last, (np.array([t, t]), width, rise + 0.08), colour)
        if random.random() < 0.3:
            out = last.edge(np.array(t), 1) * np.array([1, 1.5, 2])
            end = np.stack([t + random.normal(0, 0.03, 3), out, np.array([0.6, 0.5, 0.3]) * rise + 0.05], 1)
            lasts.add_line(mesh, end, width, colour)
