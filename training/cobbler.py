"""Shoes in many designs: sandals, sneakers, boots, mostly in pairs, seen from above, obliquely or aside."""

from collections.abc import Callable

import numpy as np

from training import laces, lasts
from training.cloth import F32, F64, Random, cloth_colour, near
from training.lasts import Last, Mesh
from training.sandals import sandal

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
    inner = -float(np.stack(shoe.corners)[..., 1].min())  # to where its fellow may stand
    gap = inner * random.choice([random.uniform(1.0, 1.2), random.uniform(1.2, 2.2)], p=(0.7, 0.3))
    lag = random.normal(0, 0.07)
    if random.random() < 0.15:
        lag = random.uniform(-0.4, 0.4)  # one put down before the other
    out = np.deg2rad(random.normal(0, 5, 2) + random.normal(3, 6))
    if random.random() < 0.1:
        out[1] += random.uniform(-0.8, 0.8)
    swapped = -1 if random.random() < 0.06 else 1
    return [
        shoe.placed(side < 0, float(side * turn), (side * lag, swapped * side * gap))
        for side, turn in zip((1, -1), out, strict=True)
    ]


def _camera(random: Random) -> tuple[float, float, float]:
    """Return angles round, above and the roll: from straight above to standing before them."""
    if random.random() < 0.6:  # from where people stand: toes towards them or away
        around = random.choice([-90, 90]) + random.normal(0, 10)
        above, roll = random.uniform(48, 88), random.normal(0, 6)
    else:
        around = random.choice([0, 180]) + random.uniform(-75, 75)
        above, roll = random.uniform(15, 65), random.normal(0, 5)
    if random.random() < 0.12:
        roll = random.uniform(-180, 180)
    return float(np.deg2rad(around)), float(np.deg2rad(above)), float(np.deg2rad(roll))


def _upper(
    mesh: Mesh, last: Last, how: tuple[Random, float, float], colour: F64, *, panels: int
) -> tuple[F64, F64]:
    """Add the closed upper from the opening at t to the toes; return its t and heights."""
    random, start, instep = how
    toe = random.uniform(0.08, 0.15)
    t = np.linspace(start, 0.995, 12)
    share = (t - start) / (1 - start)
    high = toe + (instep - toe) * (1 - share) ** random.uniform(1.0, 1.8)
    high = high * np.sqrt(np.clip((1.02 - t) / 0.14, 0.05, 1))
    faces = np.broadcast_to(colour, (11, 8, 3)).copy()
    if random.random() < 0.35:
        faces[share[:-1] > random.uniform(0.7, 0.9)] = near(colour, random, 0.6)  # toe cap
    if random.random() < 0.45:
        low = int(random.integers(1, 4))
        faces[:, :low] = faces[:, 8 - low :] = near(colour, random, 0.4)
    for _ in range(int(random.integers(0, panels + 1))):
        row, col = random.integers(0, 9), random.integers(0, 3)
        own = near(colour, random, 0.4)
        faces[row : row + 2, col : col + 2] = faces[row : row + 2, 6 - col : 8 - col] = own
    points = lasts.arches(last, t, high)
    mesh.net(points, faces)
    return t, high


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
    """Make a sneaker: low, chunky or over the ankle; laced, with bands, or slipped on; stripes, panels."""
    chunky = random.random() < 0.35
    last = Last(
        random.uniform(1.05, 1.4),
        random.uniform(0, 0.15),
        random.uniform(0, 0.08),
        random.uniform(0.1, 0.2) if chunky else random.uniform(0.04, 0.12),
        random.uniform(0.3, 1),
    )
    mesh, colour = Mesh(), cloth_colour(random)
    lasts.add_sole(mesh, last, _sole(colour, random), random.uniform(1.02, 1.16 if chunky else 1.1))
    start = random.uniform(0.34, 0.46)
    along = _upper(mesh, last, (random, start, random.uniform(0.2, 0.28)), colour, panels=3)
    tall = random.uniform(0.08, 0.2) if random.random() < 0.2 else 0.0
    form = {
        "start": start, "rim": random.uniform(0.15, 0.23) + tall,
        "long": start / 2 + random.normal(-0.03, 0.01),
        "wide": random.uniform(0.075, 0.11), "middle": start / 2 + random.uniform(0, 0.03),
        "dip": random.uniform(0, 0.05), "back": random.uniform(0, 0.06),
    }  # fmt: skip
    lining = near(colour, random, 0.5) * random.choice([0.4, 1])
    lasts.add_shaft(mesh, _collar(last, form), (near(colour, random, 0.15), lining))
    laces.fasten(mesh, last, along, (random, colour))
    laces.stripes(mesh, last, random, colour)
    return mesh


def _sole(colour: F64, random: Random) -> tuple[F64, F64]:
    """Return wall and rim of a sneaker's sole: pale, or near the upper; its tread another now and then."""
    rim = np.full(3, random.uniform(0.7, 1)) if random.random() < 0.55 else near(colour, random)
    tread = near(rim, random, 0.5) if random.random() < 0.4 else rim
    return np.stack([tread, rim])[:, None], rim


def boot(random: Random) -> Mesh:
    """Make an ankle boot: laced, zipped, pulled on or lined with fur; flat or with a heel."""
    heel = random.choice([random.uniform(0.02, 0.1), random.uniform(0.12, 0.38)], p=(0.65, 0.35))
    last = Last(
        random.uniform(1.0, 1.4),
        random.uniform(0, 0.35) * (heel > 0.1 or random.random() < 0.3),
        heel,
        random.uniform(0.03, 0.14),
        random.uniform(0.2, 1),
    )
    mesh, colour = Mesh(), cloth_colour(random) * random.choice([0.3, 0.6, 1])  # mostly dark
    wall = near(colour * random.choice([0.5, 1]), random)
    sole = _sole(colour, random) if random.random() < 0.15 else (wall, near(wall, random))
    lasts.add_sole(mesh, last, sole, random.uniform(1.0, 1.12))
    start = random.uniform(0.34, 0.44)
    rim = random.choice([random.uniform(0.3, 0.48), random.uniform(0.48, 0.75)], p=(0.7, 0.3))
    along = _upper(mesh, last, (random, start, random.uniform(0.24, 0.32)), colour, panels=1)
    form = {
        "start": start, "rim": rim, "long": random.uniform(0.14, 0.22), "wide": random.uniform(0.09, 0.15),
        "middle": random.uniform(0.13, 0.21), "dip": random.normal(0, 0.03), "ease": random.uniform(0.6, 1),
        "back": random.uniform(0, 0.06) if random.random() < 0.4 else 0.0,
    }  # fmt: skip
    rings = _collar(last, form)
    lining = (cloth_colour(random) if random.random() < 0.4 else colour) * random.uniform(0.3, 0.9)
    lasts.add_shaft(mesh, rings, (near(colour, random, 0.1), lining))
    if random.random() < 0.3:  # fur, or a rolled rim
        top = np.column_stack([rings[-1][0], rings[-1][1]])
        lasts.add_line(mesh, top, random.uniform(0.05, 0.1), lining)
    if random.random() < 0.6:
        laces.fasten(mesh, last, along, (random, colour))
        laces.up_the_shaft(mesh, rings, random, near(colour, random, 0.5))
    return mesh


MAKERS: dict[int, Maker] = {5: sandal, 7: sneaker, 9: boot}
