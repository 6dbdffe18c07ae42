"""Shoes in many designs: sandals, sneakers, boots, mostly in pairs, seen from above, obliquely or aside."""

from collections.abc import Callable

import numpy as np

from training import lasts
from training.cloth import F32, F64, Random, cloth_colour
from training.lasts import Last, Mesh

Maker = Callable[[Random], Mesh]
SHOES = (5, 7, 9)


def draw(label: int, random: Random) -> F32:
    """Return shoes of class `label`, 5, 7 or 9 as in Fashion-MNIST: (SIDE, SIDE, 4)."""
    shoe = MAKERS[label](random)
    return lasts.view(_stood(shoe, random), _camera(random), random)


def _stood(shoe: Mesh, random: Random) -> list[Mesh]:
    """Return a pair as people put it down: side by side, toes outwards or inwards; or a single shoe."""
    if random.random() < 0.1:
        return [shoe.placed(random.random() < 0.5, 0.0, (0.0, 0.0))]
    gap, lag = (
        random.choice([random.uniform(0.16, 0.23), random.uniform(0.22, 0.36)], p=(0.7, 0.3)),
        random.normal(0, 0.07),
    )
    if random.random() < 0.15:
        lag = random.uniform(-0.4, 0.4)  # one put down before the other
    out = np.deg2rad(random.normal(0, 6, 2) + random.normal(3, 8))
    if random.random() < 0.1:
        out[1] += random.uniform(-0.8, 0.8)
    swapped = -1 if random.random() < 0.06 else 1
    return [
        shoe.placed(side < 0, float(side * turn), (side * lag, swapped * side * gap))
        for side, turn in zip((1, -1), out, strict=True)
    ]


def _camera(random: Random) -> tuple[float, float, float]:
    """Return angles round, above and the roll: from straight above to standing before them."""
    if random.random() < 0.55:  # from where people stand: toes towards them or away
        around = random.choice([-90, 90]) + random.normal(0, 10)
        above, roll = random.uniform(48, 88), random.normal(0, 6)
    else:
        around = random.choice([0, 180]) + random.uniform(-75, 75)
        above, roll = random.uniform(15, 65), random.normal(0, 5)
    if random.random() < 0.12:
        roll = random.uniform(-180, 180)
    return float(np.deg2rad(around)), float(np.deg2rad(above)), float(np.deg2rad(roll))


def _near(colour: F64, random: Random, far: float = 0.25) -> F64:
    """Return a colour of another part: mostly a tone of the same, else any."""
    if random.random() < far:
        return cloth_colour(random)
    return np.clip(colour * random.uniform(0.7, 1.25) + random.normal(0, 0.03), 0.02, 1)


def sandal(random: Random) -> Mesh:
    """Make a flip-flop, a slide, or a sandal with straps, flat or with a heel."""
    heel = random.choice([random.uniform(0, 0.06), random.uniform(0.12, 0.35)], p=(0.8, 0.2))
    last = Last(random.uniform(1.05, 1.4), random.uniform(0, 0.2), heel, random.uniform(0.03, 0.12))
    mesh, upper = Mesh(), cloth_colour(random)
    bed = _near(upper, random, 0.6)
    lasts.add_sole(mesh, last, (_near(bed, random), bed))
    kind = random.random()
    high = random.uniform(0.09, 0.17)
    if kind < 0.25:
        _thong(mesh, last, random, upper)
    elif kind < 0.55:
        _slide(mesh, last, (random, high), upper)
    else:
        _straps(mesh, last, (random, high), upper)
    return mesh


def _thong(mesh: Mesh, last: Last, random: Random, colour: F64) -> None:
    """Add the Y of a flip-flop."""
    toe, back, high = random.uniform(0.72, 0.84), random.uniform(0.35, 0.5), random.uniform(0.05, 0.12)
    width = random.uniform(0.035, 0.09)
    share = np.linspace(0, 1, 7)
    for side in (1, -1):
        t = toe + (back - toe) * share
        y = last.edge(np.array(back), side) * share**0.8 * 1.02
        z = last.floor(t) + high * np.sin(np.pi * np.clip(share * 0.85 + 0.15, 0, 1))
        lasts.add_line(mesh, np.stack([t, y, z], 1), width, colour)


def _slide(mesh: Mesh, last: Last, how: tuple[Random, float], colour: F64) -> None:
    """Add one broad band, plain or with a stripe or a badge; or two crossing or parallel ones."""
    random, high = how
    start, width = random.uniform(0.58, 0.68), random.uniform(0.18, 0.4)
    kind = random.random()
    if kind < 0.25:
        for slant in (0.12, -0.12):
            lasts.add_band(mesh, last, (np.array([start - slant, start + slant]), width * 0.45, high), colour)
    elif kind < 0.45:
        for off in (-0.16, 0.08):
            lasts.add_band(mesh, last, (np.array([start + off, start + off]), width * 0.45, high), colour)
    else:
        slant = random.normal(0, 0.03)
        lasts.add_band(mesh, last, (np.array([start - slant, start + slant]), width, high), colour)
        for off in random.uniform(-0.35, 0.35, int(random.integers(0, 4))) * width:
            stripe = np.array([start - slant + off, start + slant + off]), width * 0.12, high + 0.01
            lasts.add_band(mesh, last, stripe, _near(colour, random, 0.7))


def _straps(mesh: Mesh, last: Last, how: tuple[Random, float], colour: F64) -> None:
    """Add bands across, along the instep, around heel and ankle."""
    random, high = how
    for t in random.uniform(0.45, 0.85, int(random.integers(1, 4))):
        slant = random.normal(0, 0.06)
        width = random.uniform(0.04, 0.15)
        own = _near(colour, random, 0.15)
        lasts.add_band(mesh, last, (np.array([t - slant, t + slant]), width, high), own)
    if random.random() < 0.35:
        t = np.linspace(0.3, 0.75, 6)
        line = np.stack([t, np.zeros(6), last.floor(t) + high * 1.1], 1)
        lasts.add_line(mesh, line, random.uniform(0.04, 0.09), colour)
    if random.random() < 0.8:
        _ankle(mesh, last, random, colour)


def _ankle(mesh: Mesh, last: Last, random: Random, colour: F64) -> None:
    """Add a strap behind the heel and, mostly, one around the ankle."""
    angle = np.linspace(-np.pi * 0.5, np.pi * 0.5, 9) + np.pi
    rise = random.uniform(0.1, 0.28)
    spots = np.stack([0.2 + 0.21 * np.cos(angle), 0.12 * last.wide * np.sin(angle)], 1)
    z = last.floor(np.array(0.1)) + rise * np.clip(1.2 * np.cos(angle - np.pi), 0.1, 1)
    lasts.add_line(mesh, np.column_stack([spots, z]), random.uniform(0.04, 0.09), colour)
    if random.random() < 0.7:
        t = random.uniform(0.25, 0.4)
        lasts.add_band(mesh, last, (np.array([t, t]), random.uniform(0.04, 0.09), rise + 0.08), colour)


def _upper(mesh: Mesh, last: Last, how: tuple[Random, float, float], colour: F64) -> tuple[F64, F64]:
    """Add the closed upper from the opening at t to the toes; return its t and heights."""
    random, start, instep = how
    toe = random.uniform(0.08, 0.15)
    t = np.linspace(start, 0.995, 12)
    share = (t - start) / (1 - start)
    high = toe + (instep - toe) * (1 - share) ** random.uniform(1.0, 1.8)
    high = high * np.sqrt(np.clip((1.02 - t) / 0.14, 0.05, 1))
    faces = np.broadcast_to(colour, (11, 8, 3)).copy()
    if random.random() < 0.35:
        faces[share[:-1] > random.uniform(0.7, 0.9)] = _near(colour, random, 0.6)  # toe cap
    if random.random() < 0.45:
        low = int(random.integers(1, 4))
        faces[:, :low] = faces[:, 8 - low :] = _near(colour, random, 0.4)
    for _ in range(int(random.integers(0, 4))):  # panels
        row, col = random.integers(0, 9), random.integers(0, 3)
        own = _near(colour, random, 0.4)
        faces[row : row + 2, col : col + 2] = faces[row : row + 2, 6 - col : 8 - col] = own
    points = lasts.arches(last, t, high)
    mesh.net(points, faces)
    return t, high


def _laced(mesh: Mesh, last: Last, along: tuple[F64, F64], how: tuple[Random, F64]) -> None:
    """Add a tongue, and laces or hook-and-loop bands, or nothing, on the instep."""
    random, colour = how
    t, high = along
    kind = random.random()
    if kind < 0.15:
        return
    own = _near(colour, random, 0.6)
    end, half = random.uniform(0.35, 0.6), random.uniform(0.04, 0.08)
    count, width = (int(random.integers(3, 8)), random.uniform(0.012, 0.035)) if kind < 0.85 else (3, 0.08)
    wide = half if kind < 0.85 else 0.12
    tongue = t[0] + np.linspace(-0.03, end * (1 - t[0]), 5)
    rise = last.floor(tongue) + np.interp(tongue, t, high) + 0.012
    sides = [np.stack([tongue, np.full(5, y), rise], 1) for y in (-half * 0.9, half * 0.9)]
    mesh.net(np.stack(sides), _near(colour, random, 0.3))
    for place in np.linspace(0.0, end, count):
        at = t[0] + place * (1 - t[0])
        z = float(last.floor(np.array(at)) + np.interp(at, t, high)) + 0.03
        line = np.array([(at, -wide, z - 0.02), (at + random.normal(0, 0.01), 0, z), (at, wide, z - 0.02)])
        lasts.add_line(mesh, line, width, own)


def _ring(last: Last, long: float, wide: float, middle: float) -> F64:
    """Return an oval outline (17, 2) of an opening."""
    angle = np.linspace(0, 2 * np.pi, 17)
    return np.stack([middle + long * np.cos(angle), wide * last.wide * np.sin(angle)], 1)


def _collar(last: Last, form: dict[str, float]) -> list[tuple[F64, F64]]:
    """Return outlines of the ankle part with their heights: from the sole to the rim."""
    start, rim = form["start"], form["rim"]
    foot = _ring(last, start / 2 + 0.04, 0.12, start / 2 + 0.02)
    top = _ring(last, form["long"], form["wide"], form["middle"])
    base, angle = float(last.floor(np.array(0.1))), np.linspace(0, 2 * np.pi, 17)
    heights = base + rim + form["dip"] * np.cos(angle) + form.get("back", 0) * np.cos(angle) ** 2
    bottom = last.floor(np.clip(foot[:, 0], 0, 1))
    steps = np.array([0, 0.35, 0.7, 1.0])
    ease = steps ** form.get("ease", 1.0)
    return [
        (foot + (top - foot) * e, bottom + (heights - bottom) * s) for s, e in zip(steps, ease, strict=True)
    ]


def sneaker(random: Random) -> Mesh:
    """Make a sneaker: low or over the ankle, laced, with bands, or slipped on; stripes and panels."""
    last = Last(
        random.uniform(1.0, 1.35),
        random.uniform(0, 0.15),
        random.uniform(0, 0.06),
        random.uniform(0.05, 0.14),
    )
    mesh, colour = Mesh(), cloth_colour(random)
    rim = np.full(3, random.uniform(0.7, 1)) if random.random() < 0.5 else _near(colour, random)
    lasts.add_sole(mesh, last, (rim, rim), random.uniform(1.03, 1.14))
    start = random.uniform(0.36, 0.46)
    instep = random.uniform(0.2, 0.28)
    along = _upper(mesh, last, (random, start, instep), colour)
    tall = 0.12 if random.random() < 0.12 else 0.0
    form = {
        "start": start, "rim": random.uniform(0.17, 0.23) + tall, "long": random.uniform(0.15, 0.19),
        "wide": random.uniform(0.075, 0.1), "middle": random.uniform(0.19, 0.23),
        "dip": random.uniform(0, 0.05), "back": random.uniform(0, 0.05),
    }  # fmt: skip
    lasts.add_shaft(mesh, _collar(last, form), (_near(colour, random, 0.15), _near(colour, random, 0.5)))
    _laced(mesh, last, along, (random, colour))
    _stripes(mesh, last, random, colour)
    return mesh


def _stripes(mesh: Mesh, last: Last, random: Random, colour: F64) -> None:
    """Add stripes or a swoosh to both flanks."""
    ink = _near(colour, random, 0.8)
    for t in np.linspace(0.4, 0.55, int(random.integers(0, 4))):
        for side in (1, -1):
            ends = np.array([t, t - random.uniform(0, 0.12)])
            y = last.edge(ends, side) * [1.02, 0.85]
            z = last.floor(ends) + np.array([0.02, random.uniform(0.12, 0.18)])
            lasts.add_line(mesh, np.stack([ends, y, z], 1), random.uniform(0.02, 0.05), ink)


def boot(random: Random) -> Mesh:
    """Make an ankle boot: laced, zipped, pulled on or lined with fur; flat or with a heel."""
    heel = random.choice([random.uniform(0.02, 0.1), random.uniform(0.12, 0.38)], p=(0.65, 0.35))
    last = Last(random.uniform(0.95, 1.35), random.uniform(0, 0.35), heel, random.uniform(0.03, 0.12))
    mesh, colour = Mesh(), cloth_colour(random) * random.choice([0.3, 0.6, 1])  # mostly dark
    lasts.add_sole(mesh, last, (_near(colour, random), _near(colour, random)), random.uniform(1.0, 1.1))
    start, rim = random.uniform(0.34, 0.44), random.uniform(0.34, 0.75)
    along = _upper(mesh, last, (random, start, random.uniform(0.24, 0.32)), colour)
    form = {
        "start": start, "rim": rim, "long": random.uniform(0.13, 0.2), "wide": random.uniform(0.085, 0.13),
        "middle": random.uniform(0.13, 0.21), "dip": random.normal(0, 0.03), "ease": random.uniform(0.6, 1),
        "back": random.uniform(0, 0.06) if random.random() < 0.4 else 0.0,
    }  # fmt: skip
    rings = _collar(last, form)
    lining = cloth_colour(random) if random.random() < 0.4 else colour * random.uniform(0.3, 0.8)
    lasts.add_shaft(mesh, rings, (_near(colour, random, 0.1), lining))
    if random.random() < 0.3:  # fur, or a rolled rim
        top = np.column_stack([rings[-1][0], rings[-1][1]])
        lasts.add_line(mesh, top, random.uniform(0.05, 0.1), lining)
    if random.random() < 0.6:
        _laced(mesh, last, along, (random, colour))
        _shaft_laces(mesh, rings, random, _near(colour, random, 0.5))
    return mesh


def _shaft_laces(mesh: Mesh, rings: list[tuple[F64, F64]], random: Random, colour: F64) -> None:
    """Add laces up the front of a shaft."""
    front = np.array([[ring[0, 0], height[0]] for ring, height in rings])
    for share in np.linspace(0.3, 0.95, int(random.integers(2, 6))):
        x, z = (np.interp(share, np.linspace(0, 1, len(front)), front[:, axis]) for axis in (0, 1))
        line = np.array([(x, -0.05, z), (x + 0.02, 0, z), (x, 0.05, z)])
        lasts.add_line(mesh, line, random.uniform(0.015, 0.035), colour)


MAKERS: dict[int, Maker] = {5: sandal, 7: sneaker, 9: boot}
