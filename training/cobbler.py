"""Shoes drawn by code, seen from above and mostly in pairs, as they stand on a floor."""

from collections.abc import Callable

import numpy as np

from training.cloth import F64, Random, Sheet, cloth_colour, contrast

Place = Callable[[F64], F64]  # from a shoe's own units to the sheet's
Shoe = Callable[[Sheet, Random, Place], None]


def _pair(sheet: Sheet, random: Random, shoe: Shoe) -> None:
    """Draw a shoe of length 1.6 twice, mirrored, side by side and seen from above; now and then just one."""
    state = random.integers(1 << 30)
    gap, turn = random.uniform(0.26, 0.4), random.normal(0, 6, 2) + random.normal(0, 8)
    single = random.random() < 0.12
    slant = random.normal(0, 0.06)
    for side in (1,) if single else (1, -1):
        angle = np.deg2rad(turn[(side + 1) // 2])
        matrix = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        shift = [0 if single else side * gap, 0 if single else side * slant]

        def place(points: F64, side: int = side, matrix: F64 = matrix, shift: list[float] = shift) -> F64:
            return np.asarray((points * [side, 1]) @ matrix + shift)

        shoe(sheet, np.random.default_rng(state), place)


def _sole(part: tuple[float, float] = (0.0, 1.0), grow: float = 1.0) -> F64:
    """Return the outline of a foot seen from above, heel at y 0.8, toes at -0.8, or a part of it."""
    t = np.linspace(*part, 24)
    knots = [0, 0.03, 0.1, 0.35, 0.65, 0.85, 0.95, 1], [0.05, 0.13, 0.2, 0.19, 0.27, 0.25, 0.17, 0.06]
    wide = np.interp(t, *knots) * grow
    middle = -0.05 * np.sin(np.pi * t) + 0.03 * t
    y = 0.8 - 1.6 * t
    return np.concatenate([np.stack([middle + wide, y], 1), np.stack([middle - wide, y], 1)[::-1]])


def sandal(sheet: Sheet, random: Random) -> None:
    """Draw sandals: flip-flops, slides, or straps across."""

    def shoe(sheet: Sheet, random: Random, place: Place) -> None:
        upper = cloth_colour(random)
        sheet.part(place(_sole(grow=random.uniform(1.0, 1.15))), sheet.colour, random.uniform(0.5, 1))
        sheet.patch(place(_sole(grow=0.88)), sheet.colour)
        kind = random.random()
        if kind < 0.25:
            toes = np.array([(0.24, 0.0), (0.1, -0.3), (0, -0.5), (-0.12, -0.3), (-0.26, 0.0)])
            sheet.strap(place(toes), upper, random.uniform(0.06, 0.14))
        elif kind < 0.55:
            start = random.uniform(0.42, 0.55)
            sheet.part(place(_sole((start, start + random.uniform(0.2, 0.36)), 1.12)), upper)
        else:
            for start in random.uniform(0.35, 0.85, int(random.integers(2, 4))):
                tilt = random.normal(0, 0.1)
                y = 0.8 - 1.6 * start
                sheet.strap(
                    place(np.array([(-0.27, y - tilt), (0.25, y + tilt)])), upper, random.uniform(0.07, 0.18)
                )
        if random.random() < 0.4:
            ring = np.array([(-0.2, 0.45), (-0.22, 0.2), (0, 0.1), (0.2, 0.2), (0.2, 0.45)])
            sheet.strap(place(ring), upper, random.uniform(0.05, 0.1))

    _pair(sheet, random, shoe)


def _closed_shoe(sheet: Sheet, random: Random, place: Place) -> None:
    """Draw sole, upper, laces: what sneakers and boots share."""
    rim = np.full(3, random.uniform(0.6, 1)) if random.random() < 0.6 else sheet.colour
    sheet.part(place(_sole(grow=random.uniform(1.05, 1.2))), rim)
    sheet.patch(place(_sole(grow=random.uniform(0.92, 1.05))), sheet.colour)
    if random.random() < 0.4:
        sheet.patch(place(_sole((0.82, 1), 0.95)), cloth_colour(random))
    for start in random.uniform(0.0, 0.9, int(random.integers(0, 4))):
        panel = _sole((start, start + random.uniform(0.05, 0.25)), random.uniform(0.7, 0.95))
        sheet.patch(place(panel), sheet.colour, random.uniform(0.5, 1.8))
    tongue = np.array([(-0.1, 0.25), (0.1, 0.25), (0.07, -0.25), (-0.07, -0.25)])
    sheet.patch(place(tongue), sheet.colour, random.uniform(0.5, 1.5))
    shade = random.choice([random.uniform(2, 6), random.uniform(0.2, 0.6)])
    if random.random() < 0.8:
        for y in np.linspace(-0.25, 0.15, int(random.integers(3, 7))):
            sheet.seam(place(np.array([(-0.12, y), (0.12, y - 0.03)])), shade, random.uniform(0.02, 0.05))


def sneaker(sheet: Sheet, random: Random) -> None:
    """Draw sneakers, open at the heel."""

    def shoe(sheet: Sheet, random: Random, place: Place) -> None:
        _closed_shoe(sheet, random, place)
        angle = np.linspace(0, 2 * np.pi, 20)
        size = [random.uniform(0.11, 0.16), random.uniform(0.2, 0.28)]
        hole = np.stack([np.sin(angle), np.cos(angle)], 1) * size + [0, 0.45]
        sheet.patch(place(hole), cloth_colour(random), random.uniform(0.3, 1))
        shade = contrast(sheet, random)
        for y in random.uniform(-0.3, 0.4, int(random.integers(0, 4))):  # stripes on the outer side
            sheet.seam(place(np.array([(-0.26, y), (-0.13, y + 0.15)])), shade, random.uniform(0.02, 0.06))

    _pair(sheet, random, shoe)


def boot(sheet: Sheet, random: Random) -> None:
    """Draw boots, whose shafts lean towards the viewer or lie."""

    def shoe(sheet: Sheet, random: Random, place: Place) -> None:
        _closed_shoe(sheet, random, place)
        wide, end, lean = random.uniform(0.19, 0.3), random.uniform(0.75, 1.15), random.normal(0, 0.06)
        start = random.uniform(0.0, 0.35)
        shaft = np.array([(-wide * 0.9, start), (wide * 0.9, start), (wide + lean, end), (-wide + lean, end)])
        sheet.part(place(shaft), sheet.colour, random.uniform(0.75, 1.1))
        angle = np.linspace(0, 2 * np.pi, 20)
        ring = np.stack([np.sin(angle), np.cos(angle)], 1) * [wide, random.uniform(0.08, 0.2)] + [lean, end]
        sheet.part(place(ring), sheet.colour, random.uniform(0.7, 1.2))
        if random.random() < 0.7:
            sheet.patch(
                place((ring - [lean, end]) * 0.75 + [lean, end]), sheet.colour, random.uniform(0.3, 0.7)
            )
        if random.random() < 0.5:
            for y in np.linspace(start, end - 0.15, int(random.integers(2, 5))):
                sheet.seam(place(np.array([(-0.12, y), (0.12, y)])), contrast(sheet, random), 0.03)

    _pair(sheet, random, shoe)
