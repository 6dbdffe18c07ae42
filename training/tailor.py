"""Garments drawn by code as they lie before a camera: sleeves at any angle, shoes by `cobbler`.

Fashion-MNIST shows hanging garments and single shoes from the side only. `training.wardrobe` lights what
is drawn here, puts it before a background and prepares it like any photo.
"""

from collections.abc import Callable

import numpy as np

from training import cobbler, trimmings
from training.cloth import F32, F64, Random, Sheet, cloth_colour, contrast, mirror


def draw(label: int, random: Random) -> F32:
    """Return a garment of class `label`, 0..9 as in Fashion-MNIST: (SIDE, SIDE, 4), colours and opacity."""
    if label in cobbler.MAKERS:
        return cobbler.draw(label, random)
    sheet = Sheet(random)
    MAKERS[label](sheet, random)
    return sheet.cutout()


def _sleeves(sheet: Sheet, random: Random, body: tuple[float, float, float], how: tuple[float, bool]) -> None:
    """Add both sleeves from the shoulder (x, y) to `depth` below it, of a length, over the trunk or not."""
    (x, y, depth), (length, over) = body, how
    angles, bends = _posture(random, length, over)
    cuff = random.uniform(0.45, 0.75 if length > 0.5 else 0.95) * depth
    shade, hidden = random.uniform(0.85, 1.0), random.uniform(0.6, 0.9)
    own = cloth_colour(random) if random.random() < 0.08 else sheet.colour  # sleeves of another colour
    for side, angle, bend in zip((1, -1), angles, bends, strict=True):
        start = np.array([x, y]) + depth / 2 * np.array([-np.cos(angle), np.sin(angle)])
        line = _arm(start, (angle, bend), length + depth / 4)
        widths = np.array([depth, (depth + cuff) / 2, cuff]) / 2
        edges = _limb(sheet, (line * [side, 1], widths), own * shade)
        if over:
            sheet.seam(edges, hidden, 0.025)
        if length > 0.6 and random.random() < 0.4:
            _cuff(sheet, (line, cuff), side)


def _posture(random: Random, length: float, over: bool) -> tuple[F64, F64]:
    """Return how far both sleeves point away from the trunk, and how much their elbows bend."""
    if over and random.random() < 0.5:  # folded
        angles, bends = random.uniform(2, 38, 2), random.uniform(-150, -45, 2)
    elif over or random.random() < 0.4:  # hanging
        angles, bends = random.uniform(3, 25, 2), random.uniform(-22, 8, 2)
    else:
        angles, bends = random.uniform(12, 65, 2), random.uniform(-45, 20, 2)
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


def _limb(sheet: Sheet, limb: tuple[F64, F64], colour: F64) -> F64:
    """Add a part of half-widths (n,) along a line (n, 2); return its outline."""
    line, widths = limb
    ahead = np.gradient(line, axis=0)
    across = ahead[:, ::-1] * [-1, 1] / np.linalg.norm(ahead, axis=1, keepdims=True) * widths[:, None]
    outline = np.concatenate([line + across, (line - across)[::-1]])
    sheet.part(outline, colour)
    sheet.seam(line[:1] + np.stack([across[0], -across[0]]), 0.75)
    return outline


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
        (form["hem"], low - form["tail"]),
        (0.75 * form["hem"], low - 0.3 * form["tail"]),
        (0, low + random.uniform(-0.02, 0.08)),
    ]
    outline = mirror(np.array(half))
    sheet.part(outline, sheet.colour)
    if random.random() < 0.6:  # the shadow between trunk and sleeves
        sheet.seam(outline[4:8], random.uniform(0.65, 0.95), 0.025)
        sheet.seam(outline[-8:-4], random.uniform(0.65, 0.95), 0.025)


def _form(
    random: Random,
    length: tuple[float, float],
    wide: tuple[float, float],
    *,
    depth: tuple[float, float] = (0.24, 0.4),
) -> dict[str, float]:
    """Return random measures of a top: `length` high, `wide` to the shoulder, sleeves `depth` thick there."""
    width, long = random.uniform(*wide), random.uniform(*length)
    top = -long / 2 - 0.05
    return {
        "neck": width * random.uniform(0.28, 0.5),
        "wide": width,
        "top": top,
        "slope": random.uniform(0.03, 0.14),
        "depth": random.uniform(*depth),
        "low": top + long,
        "tail": 0.0,
        "dip": random.uniform(0.03, 0.16),
        "waist": width * random.uniform(0.85, 1.1),
        "hem": width * random.uniform(0.9, 1.15),
    }


def _top(sheet: Sheet, random: Random, form: dict[str, float], length: float) -> None:
    """Add sleeves and trunk: the sleeves behind it, or hanging or folded over it."""
    shoulder = form["wide"] * 0.97, form["top"] + form["slope"], form["depth"]
    over = length > 0.6 and random.random() < 0.45
    if length > 0 and not over:
        _sleeves(sheet, random, shoulder, (length, over))
    _body(sheet, random, form)
    if over:
        _sleeves(sheet, random, shoulder, (length, over))


def _t_shirt(sheet: Sheet, random: Random) -> None:
    form = _form(random, (1.0, 1.5), (0.36, 0.55))
    bare = random.random() < 0.15
    if bare:
        form["neck"] = form["wide"] * random.uniform(0.5, 0.75)
    _top(sheet, random, form, 0 if bare else random.uniform(0.18, 0.42))
    trimmings.patterned(sheet, 0, random)
    trimmings.neckline(sheet, random, form)
    if random.random() < 0.55:
        trimmings.logo(sheet, random, form)


def _pullover(sheet: Sheet, random: Random) -> None:
    wide_sleeves = (0.28, 0.46) if random.random() < 0.8 else (0.45, 0.7)
    form = _form(random, (0.85, 1.4), (0.36, 0.58), depth=wide_sleeves)
    form["hem"] = form["wide"] * random.uniform(0.8, 1.15)
    kind = random.random()
    if kind < 0.2:
        trimmings.hood(sheet, random, form)
    if 0.2 < kind < 0.35:
        form["dip"] = random.uniform(0.16, 0.4)  # a low or pointed neckline
    _top(
        sheet,
        random,
        form,
        random.choice([random.uniform(0.75, 1.15), random.uniform(0.5, 0.75)], p=(0.88, 0.12)),
    )
    trimmings.patterned(sheet, 2, random)
    if kind > 0.72:
        trimmings.high_collar(sheet, random, form)
    else:
        trimmings.neckline(sheet, random, form)
    if kind > 0.9:
        trimmings.short_zip(sheet, random, form)
    if random.random() < 0.45:
        trimmings.logo(sheet, random, form)
    if random.random() < 0.55:
        trimmings.ribs(sheet, random, form)
    if kind < 0.14:
        outline = mirror(np.array([(0, 0.1), (0.15, 0.1), (0.28, 0.35), (0, 0.35)]))
        sheet.seam(outline + np.array([0, form["low"] - 0.5]), contrast(sheet, random))


def _dress(sheet: Sheet, random: Random) -> None:
    form = _form(random, (1.5, 2.2), (0.24, 0.4))
    form["waist"] = form["wide"] * random.uniform(0.65, 1.05)
    form["hem"] = form["wide"] * random.uniform(0.9, 2.2)
    sleeves = random.choice([0, random.uniform(0.12, 0.4), random.uniform(0.5, 1.0)], p=(0.5, 0.3, 0.2))
    if not sleeves:
        form["neck"] = form["wide"] * random.uniform(0.4, 0.8)
        form["dip"] = random.uniform(0.08, 0.3)
    _top(sheet, random, form, float(sleeves))
    trimmings.patterned(sheet, 3, random)
    if random.random() < 0.75:
        trimmings.neckline(sheet, random, form)
    middle = (form["top"] + form["low"]) / 2
    if random.random() < 0.5:
        y = middle + random.uniform(-0.2, 0.05)
        sheet.seam(np.array([(-1, y), (1, y)]), contrast(sheet, random), random.uniform(0.02, 0.08))
    for x in random.uniform(-0.8, 0.8, int(random.integers(0, 6))):
        ends = np.array([(x * form["waist"], middle), (x * form["hem"], form["low"])])
        sheet.seam(ends, random.uniform(0.7, 0.95))


def _coat(sheet: Sheet, random: Random) -> None:
    form = _form(random, (0.95, 1.75), (0.38, 0.6), depth=(0.3, 0.48))
    form["hem"] = form["wide"] * random.uniform(0.9, 1.3)
    hooded = random.random() < 0.35
    if hooded:
        trimmings.hood(sheet, random, form)
    _top(sheet, random, form, random.uniform(0.75, 1.15))
    trimmings.patterned(sheet, 4, random)
    if random.random() < 0.25:
        for y in np.arange(form["top"] + 0.15, form["low"], random.uniform(0.08, 0.2)):
            sheet.seam(np.array([(-1.2, y), (1.2, y)]), random.uniform(0.6, 0.95), 0.03)
    trimmings.opening(sheet, random, form)
    kind = random.random()
    if kind < 0.35:
        trimmings.lapels(sheet, random, form, random.uniform(0.2, 0.45))
    elif not hooded:
        trimmings.high_collar(sheet, random, form)
    y, x = form["low"] - random.uniform(0.2, 0.5), form["wide"] * random.uniform(0.4, 0.75)
    for side in (-1, 1):
        sheet.seam(np.array([(side * x, y), (side * x * 0.8, y - random.uniform(-0.02, 0.2))]), 0.6, 0.03)
    if random.random() < 0.25:
        y = (form["top"] + form["low"]) / 2 + random.uniform(0, 0.15)
        sheet.seam(np.array([(-1, y), (1, y)]), random.uniform(0.6, 0.8), 0.06)


def _shirt(sheet: Sheet, random: Random) -> None:
    form = _form(random, (1.0, 1.55), (0.38, 0.56), depth=(0.26, 0.42))
    form["neck"] = form["wide"] * random.uniform(0.25, 0.38)
    if random.random() < 0.6:
        form["tail"] = random.uniform(0.05, 0.2)
    length = random.uniform(0.7, 1.15) if random.random() < 0.65 else random.uniform(0.22, 0.5)
    _top(sheet, random, form, length)
    trimmings.patterned(sheet, 6, random)
    trimmings.placket(sheet, random, form)
    trimmings.shirt_collar(sheet, random, form)
    if random.random() < 0.5:
        trimmings.breast_pockets(sheet, random, form)


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
        trimmings.buttons(sheet, random, (top + high, top + high + 0.02), 0.0)


MAKERS: dict[int, Callable[[Sheet, Random], None]] = {
    0: _t_shirt,
    1: _trouser,
    2: _pullover,
    3: _dress,
    4: _coat,
    6: _shirt,
    8: _bag,
}
