"""Garments drawn by code as they lie before a camera: sleeves at any angle, shoes by `cobbler`.

Fashion-MNIST shows hanging garments and single shoes from the side only. `training.wardrobe` lights what
is drawn here, puts it before a background and prepares it like any photo.
"""

from collections.abc import Callable

import numpy as np

from training import cobbler, sleeves, trimmings
from training.cloth import F32, Random, Sheet, contrast, mirror, rounded


def draw(label: int, random: Random) -> F32:
    """Return a garment of class `label`, 0..9 as in Fashion-MNIST: (SIDE, SIDE, 4), colours and opacity."""
    if label in cobbler.MAKERS:
        return cobbler.draw(label, random)
    sheet = Sheet(random)
    MAKERS[label](sheet, random)
    return sheet.cutout()


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
    sheet.part(rounded(outline, random.uniform(0.01, 0.12)), sheet.colour)
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
        "slope": random.uniform(0.03, 0.14) if random.random() < 0.6 else random.uniform(0.12, 0.23),
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
    over = length > 0.6 and random.random() < 0.35
    if length > 0 and not over:
        sleeves.add_sleeves(sheet, random, shoulder, (length, over))
    _body(sheet, random, form)
    if over:
        sheet.over = Sheet(random, sheet.colour)
        sleeves.add_sleeves(sheet.over, random, shoulder, (length, over))


def _arms(form: dict[str, float], random: Random) -> float:
    """Return the length of long sleeves: down to the hem, or shorter where the garment is long."""
    return float(np.clip((form["low"] - form["top"]) * random.uniform(0.7, 1.0), 0.75, 1.2))


def _t_shirt(sheet: Sheet, random: Random) -> None:
    loose = random.random() < 0.15
    form = _form(random, (0.95, 1.4), (0.36, 0.55), depth=(0.4, 0.6) if loose else (0.24, 0.4))
    bare = random.random() < 0.1
    if bare:
        form["neck"] = form["wide"] * random.uniform(0.5, 0.75)
    _top(sheet, random, form, 0 if bare else random.uniform(0.25 if loose else 0.17, 0.42))
    trimmings.patterned(sheet, 0, random)
    trimmings.neckline(sheet, random, form)
    if random.random() < 0.55:
        trimmings.logo(sheet, random, form)


def _pullover(sheet: Sheet, random: Random) -> None:
    wide_sleeves = (0.28, 0.46) if random.random() < 0.8 else (0.45, 0.7)
    form = _form(random, (0.9, 1.5), (0.36, 0.56), depth=wide_sleeves)
    form["hem"] = form["wide"] * random.uniform(0.8, 1.15)
    kind = random.random()
    hooded, high = kind < 0.22, kind > 0.68
    if hooded:
        trimmings.hood(sheet, random, form)
    if 0.22 < kind < 0.35:
        form["dip"] = random.uniform(0.16, 0.4)  # a low or pointed neckline
    if high:
        form["neck"], form["slope"] = random.uniform(0.14, 0.24), random.uniform(0.05, 0.2)
    _top(sheet, random, form, _arms(form, random) if random.random() < 0.88 else random.uniform(0.5, 0.75))
    trimmings.patterned(sheet, 2, random)
    (trimmings.turtleneck if high else trimmings.neckline)(sheet, random, form)
    if kind > 0.93:
        trimmings.short_zip(sheet, random, form)
    if hooded and random.random() < 0.7:
        trimmings.drawstrings(sheet, random, form)
    if random.random() < 0.45:
        trimmings.logo(sheet, random, form)
    if random.random() < 0.55:
        trimmings.ribs(sheet, random, form)
    if kind < 0.15:
        outline = mirror(np.array([(0, 0.1), (0.15, 0.1), (0.28, 0.35), (0, 0.35)]))
        sheet.seam(outline + np.array([0, form["low"] - 0.5]), contrast(sheet, random))


DRESSES = (  # long; short, straight; short, wide: height, width of a shoulder, hem and waist in such widths
    ((1.5, 2.2), (0.24, 0.40), (0.9, 2.2), (0.65, 1.05)),
    ((1.3, 1.75), (0.28, 0.42), (0.9, 1.3), (0.85, 1.1)),
    ((1.1, 1.6), (0.24, 0.42), (1.5, 2.6), (0.65, 1.05)),
)


def _dress_form(random: Random) -> dict[str, float]:
    """Return the measures of a dress of one of the kinds."""
    high, wide, hem, waist = DRESSES[random.choice(3, p=(0.45, 0.3, 0.25))]
    form = _form(random, high, wide)
    form["hem"], form["waist"] = form["wide"] * random.uniform(*hem), form["wide"] * random.uniform(*waist)
    form["tail"] = random.uniform(0, 0.3) * max(form["hem"] - form["wide"], 0)  # a wide skirt ends in an arc
    return form


def _dress(sheet: Sheet, random: Random) -> None:
    form = _dress_form(random)
    lengths = (0, random.uniform(0.06, 0.14), random.uniform(0.12, 0.4), random.uniform(0.5, 1.0))
    length = float(random.choice(lengths, p=(0.48, 0.1, 0.27, 0.15)))
    if not length:
        form["neck"] = form["wide"] * random.uniform(0.4, 0.8)
        form["dip"] = random.uniform(0.08, 0.3)
        if random.random() < 0.3:
            trimmings.shoulder_straps(sheet, random, form)
    _top(sheet, random, form, length)
    trimmings.patterned(sheet, 3, random)
    if random.random() < 0.75:
        trimmings.neckline(sheet, random, form)
    waist = (form["top"] + form["low"]) / 2 + random.uniform(-0.2, 0.05)
    if random.random() < 0.5:
        line = np.array([(-1.3, waist), (1.3, waist)])
        sheet.seam(line, contrast(sheet, random), random.uniform(0.02, 0.08))
    trimmings.skirt(sheet, random, form, waist)


def _coat(sheet: Sheet, random: Random) -> None:
    short = random.random() < 0.6  # a jacket
    form = _form(random, (0.95, 1.3) if short else (1.2, 1.75), (0.38, 0.6), depth=(0.3, 0.5))
    form["hem"] = form["wide"] * (random.uniform(0.85, 1.1) if short else random.uniform(0.9, 1.3))
    kind, hooded = random.random(), random.random() < 0.35
    if hooded:
        trimmings.hood(sheet, random, form)
    _top(sheet, random, form, _arms(form, random))
    if random.random() < 0.18:
        trimmings.panels(sheet, random, form)
    trimmings.patterned(sheet, 4, random)
    if random.random() < 0.3:
        trimmings.quilted(sheet, random)
    if short and random.random() < 0.35:
        trimmings.ribs(sheet, random, form)
    _front(sheet, random, form, (kind, short, hooded))
    if random.random() < 0.8:
        trimmings.pocket_zips(sheet, random, form)
    if not short and random.random() < 0.3:
        y = (form["top"] + form["low"]) / 2 + random.uniform(0, 0.15)
        sheet.seam(np.array([(-1, y), (1, y)]), random.uniform(0.6, 0.8), 0.06)


def _front(sheet: Sheet, random: Random, form: dict[str, float], how: tuple[float, bool, bool]) -> None:
    """Add what a coat closes with, and its collar: `how` are a number in 0..1, whether short, and hooded."""
    kind, short, hooded = how
    if short and 0.3 <= kind < 0.4:
        return trimmings.slanting_zip(sheet, random, form)
    trimmings.opening(sheet, random, form)
    if kind < (0.08 if short else 0.35):
        return trimmings.lapels(sheet, random, form, random.uniform(0.2, 0.45))
    if not hooded or kind < 0.6:
        trimmings.stand_collar(sheet, random, form)
    if random.random() < 0.25:
        trimmings.flung_open(sheet, random, form)
    if random.random() < 0.1:
        trimmings.fur_collar(sheet, random, form)
    return None


def _shirt(sheet: Sheet, random: Random) -> None:
    form = _form(random, (1.0, 1.55), (0.38, 0.56), depth=(0.26, 0.42))
    form["neck"] = form["wide"] * random.uniform(0.25, 0.38)
    if random.random() < 0.75:
        form["tail"] = random.uniform(0.05, 0.22)
    length = _arms(form, random) if random.random() < 0.65 else random.uniform(0.22, 0.5)
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
