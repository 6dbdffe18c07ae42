"""Garments drawn by code as they lie before a camera: sleeves at any angle, pairs of shoes from above.

Fashion-MNIST shows hanging garments and single shoes from the side only. `training.wardrobe` lights what
is drawn here, puts it before a background and prepares it like any photo.
"""

from collections.abc import Callable

import numpy as np
from PIL import Image

from training import cobbler
from training.cloth import F32, F64, SIDE, Random, Sheet, cloth_colour, contrast, mirror

PATTERNS = {  # chances of: plain, stripes across, stripes along, check, print all over
    0: (0.6, 0.15, 0.05, 0.02, 0.18),
    2: (0.65, 0.22, 0.02, 0.04, 0.07),
    3: (0.45, 0.1, 0.05, 0.1, 0.3),
    4: (0.86, 0.03, 0.02, 0.04, 0.05),
    6: (0.35, 0.05, 0.2, 0.3, 0.1),
}


def draw(label: int, random: Random) -> F32:
    """Return a garment of class `label`, 0..9 as in Fashion-MNIST: (SIDE, SIDE, 4), colours and opacity."""
    sheet = Sheet(random)
    MAKERS[label](sheet, random)
    return sheet.cutout()


def _patterned(sheet: Sheet, label: int, random: Random) -> None:
    """Cover the cloth with one of the patterns usual for the class."""
    kind = random.choice(5, p=PATTERNS[label])
    if kind == 0:
        return
    rows, cols = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    period, strength = random.uniform(5, 26), random.uniform(0.2, 0.75)
    across, along = (np.sin(2 * np.pi * place / period + random.random()) for place in (rows, cols))
    sharp = random.uniform(1, 6)
    waves = {1: across, 2: along, 3: (across + along) / 1.5}
    if kind == 4:
        cells = int(random.integers(8, 40))
        spots = (
            random.random((cells, cells, 3)) if random.random() < 0.5 else random.random((cells, cells, 1))
        )
        print_u8 = np.uint8(255 * np.broadcast_to(spots, (cells, cells, 3)))
        large = Image.fromarray(print_u8).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
        wave = np.asarray(large, np.float32) / np.float32(127.5) - 1
    else:
        wave = np.clip(sharp * waves[int(kind)], -1, 1).astype(np.float32)
    low = sheet.colour.mean() < 0.3
    sheet.cover(np.float32(1 + (2.0 if low else 1.0) * strength * (wave if low else (wave - 1) / 2)))


def _sleeves(sheet: Sheet, random: Random, body: tuple[float, float, float], length: float) -> None:
    """Add both sleeves from the shoulder (x, y) to `depth` below it: upper and lower arm."""
    x, y, depth = body
    hanging = random.random() < 0.4
    angles = np.deg2rad(random.uniform(3, 22, 2) if hanging else random.uniform(15, 85, 2))
    if random.random() < 0.8:
        angles[1] = angles[0] + np.deg2rad(random.normal(0, 5))
    cuff = random.uniform(0.45, 0.75 if length > 0.5 else 0.95) * depth
    bend = np.deg2rad(random.uniform(-45, 25)) if length > 0.6 else 0.0
    shade = random.uniform(0.8, 1.0)
    for side, angle in zip((1, -1), angles, strict=True):
        start = np.array([x, y]) + depth / 2 * np.array([-np.cos(angle), np.sin(angle)])
        line = _arm(start, (angle, bend), length + depth / 4)
        widths = np.array([depth, (depth + cuff) / 2, cuff]) / 2
        _limb(sheet, (line * [side, 1], widths), shade)
        if length > 0.6 and random.random() < 0.4:
            end, before = line[2], line[1]
            across = np.array([[-1, 1], [1, -1]]) * (end - before)[::-1] / np.linalg.norm(end - before)
            sheet.seam((end - 0.1 * (end - before) + across * cuff / 2) * [side, 1], 0.7)


def _arm(start: F64, angles: tuple[float, float], length: float) -> F64:
    """Return shoulder, elbow and wrist (3, 2); angles from hanging straight down."""
    first = np.array([np.sin(angles[0]), np.cos(angles[0])])
    second = np.array([np.sin(sum(angles)), np.cos(sum(angles))])
    return np.stack([start, start + first * length / 2, start + (first + second) * length / 2])


def _limb(sheet: Sheet, limb: tuple[F64, F64], shade: float) -> None:
    """Add a part of half-widths (n,) along a line (n, 2)."""
    line, widths = limb
    ahead = np.gradient(line, axis=0)
    across = ahead[:, ::-1] * [-1, 1] / np.linalg.norm(ahead, axis=1, keepdims=True) * widths[:, None]
    outline = np.concatenate([line + across, (line - across)[::-1]])
    sheet.part(outline, sheet.colour, shade)
    sheet.seam(line[:1] + np.stack([across[0], -across[0]]), 0.75)


def _body(sheet: Sheet, random: Random, form: dict[str, float]) -> None:
    """Add the trunk of a top or dress."""
    neck, wide, top, slope = form["neck"], form["wide"], form["top"], form["slope"]
    depth, low = form["depth"], form["low"]
    middle = top + 0.5 * (low - top)
    half = [
        (0, top + form["dip"]),
        (neck * 0.7, top + 0.6 * form["dip"]),
        (neck, top),
        (wide, top + slope),
        (wide * random.uniform(0.88, 1), top + slope + depth),
        (form["waist"], middle),
        (form["hem"], low),
        (0, low + random.uniform(-0.02, 0.08)),
    ]
    sheet.part(mirror(np.array(half)), sheet.colour)


def _form(random: Random, length: tuple[float, float], wide: tuple[float, float]) -> dict[str, float]:
    """Return random measures of a top `length` high and `wide` from the middle to the shoulder."""
    width, long = random.uniform(*wide), random.uniform(*length)
    top = -long / 2 - 0.05
    return {
        "neck": width * random.uniform(0.28, 0.5),
        "wide": width,
        "top": top,
        "slope": random.uniform(0.03, 0.14),
        "depth": random.uniform(0.24, 0.4),
        "low": top + long,
        "dip": random.uniform(0.03, 0.16),
        "waist": width * random.uniform(0.85, 1.1),
        "hem": width * random.uniform(0.9, 1.15),
    }


def _top(sheet: Sheet, random: Random, form: dict[str, float], length: float) -> None:
    """Add sleeves and trunk."""
    if length > 0:
        _sleeves(sheet, random, (form["wide"] * 0.97, form["top"] + form["slope"], form["depth"]), length)
    _body(sheet, random, form)


def _neckline(sheet: Sheet, random: Random, form: dict[str, float]) -> None:
    """Add the inside of the back that shows in the neck, and its band."""
    neck, top, dip = form["neck"], form["top"], form["dip"]
    if random.random() < 0.7:
        hole = np.array([(-neck, top), (-neck * 0.5, top + dip * 0.8), (0, top + dip)])
        both = np.concatenate([hole, hole[::-1] * [-1, 1]])
        sheet.part(both, sheet.colour, random.uniform(0.5, 0.9))
    line = np.array([(-neck, top), (-neck * 0.6, top + dip * 0.85), (0, top + dip * 1.1)])
    sheet.seam(np.concatenate([line, line[::-1] * [-1, 1]]), contrast(sheet, random), 0.04)


def _logo(sheet: Sheet, random: Random, form: dict[str, float]) -> None:
    """Print something on the breast."""
    high, wide = random.uniform(0.06, 0.35), random.uniform(0.1, 0.75) * form["wide"]
    x, y = random.normal(0, 0.03), form["top"] + form["slope"] + random.uniform(0.2, 0.5)
    if random.random() < 0.3:
        high, wide, x = high * 0.3, wide * 0.3, random.choice([-0.4, 0.4]) * form["wide"]
    ink = cloth_colour(random)
    for _ in range(int(random.integers(1, 7))):
        spot = np.array([x, y + high / 2]) + random.uniform(-0.5, 0.5, (5, 2)) * [2 * wide, high]
        sheet.patch(spot, ink, random.uniform(0.6, 1.4))


def _t_shirt(sheet: Sheet, random: Random) -> None:
    form = _form(random, (1.0, 1.5), (0.36, 0.55))
    bare = random.random() < 0.15
    if bare:
        form["neck"] = form["wide"] * random.uniform(0.5, 0.75)
    _top(sheet, random, form, 0 if bare else random.uniform(0.18, 0.42))
    _patterned(sheet, 0, random)
    _neckline(sheet, random, form)
    if random.random() < 0.55:
        _logo(sheet, random, form)


def _pullover(sheet: Sheet, random: Random) -> None:
    form = _form(random, (0.85, 1.35), (0.38, 0.56))
    kind = random.random()
    if kind < 0.2:
        _hood(sheet, random, form)
    _top(sheet, random, form, random.uniform(0.75, 1.15))
    _patterned(sheet, 2, random)
    if kind > 0.8:
        _high_collar(sheet, random, form)
    else:
        _neckline(sheet, random, form)
    if random.random() < 0.4:
        _logo(sheet, random, form)
    if random.random() < 0.6:
        y = form["low"] - random.uniform(0.06, 0.14)
        sheet.seam(np.array([(-form["hem"], y), (form["hem"], y)]), contrast(sheet, random))
    if kind < 0.12:
        outline = mirror(np.array([(0, 0.1), (0.15, 0.1), (0.28, 0.35), (0, 0.35)]))
        pocket = outline + np.array([0, form["low"] - 0.5])
        sheet.seam(pocket, 0.75)


def _hood(sheet: Sheet, random: Random, form: dict[str, float]) -> None:
    angle = np.linspace(0, 2 * np.pi, 24)
    size = np.array([form["neck"] * random.uniform(1.1, 1.5), random.uniform(0.14, 0.28)])
    ring = np.stack([np.sin(angle), np.cos(angle)], 1)
    sheet.part(ring * size + [0, form["top"] - 0.05], sheet.colour, random.uniform(0.8, 1))
    sheet.patch(ring * size * 0.6 + [0, form["top"] - 0.03], sheet.colour, random.uniform(0.4, 0.8))


def _high_collar(sheet: Sheet, random: Random, form: dict[str, float]) -> None:
    neck, top, high = form["neck"], form["top"], random.uniform(0.08, 0.2)
    collar = mirror(np.array([(neck * 0.9, top - high), (neck, top + 0.06), (0, top + form["dip"])]))
    sheet.part(collar, sheet.colour, random.uniform(0.85, 1))
    sheet.seam(np.array([(-neck, top + 0.05), (0, top + form["dip"]), (neck, top + 0.05)]), 0.75)


def _dress(sheet: Sheet, random: Random) -> None:
    form = _form(random, (1.5, 2.2), (0.24, 0.4))
    form["waist"] = form["wide"] * random.uniform(0.65, 1.05)
    form["hem"] = form["wide"] * random.uniform(0.9, 2.2)
    sleeves = random.choice([0, random.uniform(0.12, 0.4), random.uniform(0.5, 1.0)], p=(0.5, 0.3, 0.2))
    if not sleeves:
        form["neck"] = form["wide"] * random.uniform(0.4, 0.8)
        form["dip"] = random.uniform(0.08, 0.3)
    _top(sheet, random, form, float(sleeves))
    _patterned(sheet, 3, random)
    if random.random() < 0.75:
        _neckline(sheet, random, form)
    middle = (form["top"] + form["low"]) / 2
    if random.random() < 0.5:
        y = middle + random.uniform(-0.2, 0.05)
        sheet.seam(np.array([(-1, y), (1, y)]), contrast(sheet, random), random.uniform(0.02, 0.08))
    for x in random.uniform(-0.8, 0.8, int(random.integers(0, 6))):
        ends = np.array([(x * form["waist"], middle), (x * form["hem"], form["low"])])
        sheet.seam(ends, random.uniform(0.7, 0.95))


def _opening(sheet: Sheet, random: Random, form: dict[str, float]) -> None:
    """Add the front edge of a coat: zip or edge, closed or open, with buttons or without."""
    top, low, x = form["top"] + form["dip"], form["low"], random.normal(0, 0.03)
    if random.random() < 0.25:
        gap = random.uniform(0.03, 0.14)
        inside = np.array([(-gap * 0.6, top - 0.05), (gap * 0.6, top - 0.05), (gap, low), (-gap, low)])
        sheet.patch(inside, cloth_colour(random), random.uniform(0.5, 1))
    line = np.array([(x, top - 0.1), (x, low)])
    sheet.seam(line, contrast(sheet, random), random.uniform(0.025, 0.06))
    if random.random() < 0.35:
        _buttons(sheet, random, (top + 0.05, low - 0.2), random.uniform(0.03, 0.14))


def _buttons(sheet: Sheet, random: Random, rows: tuple[float, float], x: float) -> None:
    shade, size = contrast(sheet, random) ** 2, random.uniform(0.012, 0.03)
    for y in np.linspace(*rows, int(random.integers(3, 8))):
        sheet.patch(np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * size + [x, y], sheet.colour, shade)


def _coat(sheet: Sheet, random: Random) -> None:
    form = _form(random, (0.95, 1.75), (0.38, 0.58))
    form["hem"] = form["wide"] * random.uniform(0.9, 1.3)
    hooded = random.random() < 0.35
    if hooded:
        _hood(sheet, random, form)
    _top(sheet, random, form, random.uniform(0.75, 1.15))
    _patterned(sheet, 4, random)
    if random.random() < 0.25:
        for y in np.arange(form["top"] + 0.15, form["low"], random.uniform(0.1, 0.2)):
            sheet.seam(np.array([(-1.2, y), (1.2, y)]), random.uniform(0.6, 0.85), 0.03)
    _opening(sheet, random, form)
    kind = random.random()
    if kind < 0.35:
        _lapels(sheet, random, form, random.uniform(0.2, 0.45))
    elif not hooded:
        _high_collar(sheet, random, form)
    y, x = form["low"] - random.uniform(0.2, 0.5), form["wide"] * random.uniform(0.4, 0.75)
    for side in (-1, 1):
        sheet.seam(np.array([(side * x, y), (side * x * 0.8, y - random.uniform(-0.02, 0.2))]), 0.6, 0.03)
    if random.random() < 0.25:
        y = (form["top"] + form["low"]) / 2 + random.uniform(0, 0.15)
        sheet.seam(np.array([(-1, y), (1, y)]), random.uniform(0.6, 0.8), 0.06)


def _lapels(sheet: Sheet, random: Random, form: dict[str, float], low: float) -> None:
    neck, top = form["neck"], form["top"]
    for side in (-1, 1):
        flap = np.array(
            [
                (neck * 0.4, top - 0.06),
                (neck * 1.1, top + 0.04),
                (neck * 1.3, top + 0.6 * low),
                (0, top + low),
            ]
        )
        sheet.part(flap * [side, 1], sheet.colour, random.uniform(0.75, 0.95))
        sheet.seam(flap[1:] * [side, 1], contrast(sheet, random))


def _shirt(sheet: Sheet, random: Random) -> None:
    form = _form(random, (1.1, 1.55), (0.38, 0.54))
    form["neck"] = form["wide"] * random.uniform(0.25, 0.38)
    length = random.uniform(0.75, 1.15) if random.random() < 0.65 else random.uniform(0.22, 0.5)
    _top(sheet, random, form, length)
    _patterned(sheet, 6, random)
    shade, top = contrast(sheet, random), form["top"]
    for x in random.uniform(0.02, 0.05) * np.array([-1, 1]):
        sheet.seam(np.array([(x, top + 0.05), (x, form["low"])]), shade, 0.015)
    if random.random() < 0.8:
        _buttons(sheet, random, (top + 0.15, form["low"] - 0.1), 0.0)
    _lapels(sheet, random, form, random.uniform(0.12, 0.22))
    if random.random() < 0.5:
        x, y, size = form["wide"] * 0.5, top + random.uniform(0.35, 0.5), random.uniform(0.07, 0.1)
        pocket = np.array([(-1, -1), (1, -1), (1, 1), (0, 1.3), (-1, 1), (-1, -1)]) * size + [x, y]
        sheet.seam(pocket, shade, 0.02)


def _trouser(sheet: Sheet, random: Random) -> None:
    top, low = -random.uniform(0.85, 1.05), random.uniform(0.85, 1.05)
    waist, crotch = random.uniform(0.24, 0.34), top + random.uniform(0.42, 0.6)
    hip, cuff = waist * random.uniform(1.05, 1.35), random.uniform(0.08, 0.22)
    for side in (-1, 1):
        spread = random.uniform(0.02, 0.22) if random.random() < 0.6 else random.uniform(0.2, 0.5)
        middle = cuff + spread
        leg = [
            (0, top),
            (waist, top),
            (hip, crotch - 0.1),
            (middle + cuff, low),
            (middle - cuff, low),
            (0.0, crotch),
        ]
        sheet.part(np.array(leg) * [side, 1], sheet.colour, random.uniform(0.9, 1))
    shade = contrast(sheet, random)
    sheet.seam(np.array([(-waist, top + 0.1), (waist, top + 0.1)]), shade)
    sheet.seam(np.array([(0, top), (0, crotch)]), shade)
    if random.random() < 0.7:
        for side in (-1, 1):
            sheet.seam(np.array([(0.5 * waist, top + 0.1), (waist, top + 0.28)]) * [side, 1], shade)


def _bag(sheet: Sheet, random: Random) -> None:
    wide, high = random.uniform(0.5, 0.9), random.uniform(0.3, 0.7)
    top, flare = 0.75 - 2 * high, random.uniform(0.8, 1.15)
    grip, rise = wide * random.uniform(0.3, 0.8), random.uniform(0.2, 0.6)
    angle = np.linspace(-np.pi / 2, np.pi / 2, 16)
    arch = np.stack([grip * np.sin(angle), top - rise * np.cos(angle)], 1)
    sheet.strap(arch, sheet.colour * random.uniform(0.6, 1), random.uniform(0.05, 0.11))
    sheet.part(mirror(np.array([(0, top), (wide * flare, top), (wide, 0.75), (0, 0.78)])), sheet.colour)
    shade = contrast(sheet, random)
    if random.random() < 0.6:
        y = top + random.uniform(0.1, 0.6) * 2 * high
        sheet.seam(
            np.array([(-wide * flare, top), (-wide * 0.9, y), (wide * 0.9, y), (wide * flare, top)]),
            shade,
            0.03,
        )
    if random.random() < 0.5:
        _buttons(sheet, random, (top + high, top + high + 0.02), 0.0)


MAKERS: tuple[Callable[[Sheet, Random], None], ...] = (
    _t_shirt,
    _trouser,
    _pullover,
    _dress,
    _coat,
    cobbler.sandal,
    _shirt,
    cobbler.sneaker,
    _bag,
    cobbler.boot,
)
