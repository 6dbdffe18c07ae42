"""What makes a garment of its cloth: patterns, necklines, collars, hoods, openings, buttons, prints."""

import numpy as np
from PIL import Image
from scipy import ndimage

from training.cloth import F32, REACH, SIDE, Random, Sheet, cloth_colour, contrast, mirror, near

PATTERNS = {  # chances of: plain, stripes across, stripes along, check, print all over
    0: (0.6, 0.15, 0.05, 0.02, 0.18),
    2: (0.64, 0.2, 0.06, 0.03, 0.07),
    3: (0.4, 0.1, 0.05, 0.1, 0.35),
    4: (0.86, 0.02, 0.01, 0.03, 0.08),
    6: (0.36, 0.03, 0.21, 0.3, 0.1),
}


def patterned(sheet: Sheet, label: int, random: Random) -> None:
    """Cover the cloth with one of the patterns usual for the class; fine ones turn grey when made small."""
    kind = int(random.choice(5, p=PATTERNS[label]))
    if kind == 0:
        return
    wave = _print(random) if kind == 4 else _woven(kind, random)
    strength, low = 0.08 + 0.67 * random.random() ** 1.5, sheet.colour.mean() < 0.3
    sheet.cover(np.float32(1 + (2.0 if low else 1.0) * strength * (wave if low else (wave - 1) / 2)))


def _woven(kind: int, random: Random) -> F32:
    """Return stripes or a check of one or two periods, (SIDE, SIDE) in -1..1; seldom quite straight."""
    rows, cols = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    bent = ndimage.gaussian_filter(random.standard_normal((SIDE, SIDE)), 14) * random.uniform(0, 60)
    wave = np.zeros((SIDE, SIDE))
    for period in np.exp(random.uniform(np.log(3), np.log(26), 2 if random.random() < 0.4 else 1)):
        across, along = (np.sin(2 * np.pi * (at + bent) / period + random.random()) for at in (rows, cols))
        wave += {1: across, 2: along, 3: (across + along) / 1.5}[kind]
    return np.clip(random.uniform(1, 6) * wave, -1, 1).astype(np.float32)


def _print(random: Random) -> F32:
    """Return a print all over, grey or coloured, (SIDE, SIDE, 3) in -1..1."""
    cells = int(random.integers(8, 40))
    spots = random.random((cells, cells, 3 if random.random() < 0.5 else 1))
    print_u8 = np.uint8(255 * np.broadcast_to(spots, (cells, cells, 3)))
    large = Image.fromarray(print_u8).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    return np.asarray(large, np.float32) / np.float32(127.5) - 1


def neckline(sheet: Sheet, random: Random, form: dict[str, float]) -> None:
    """Add the inside of the back that shows in the neck, and its band."""
    neck, top, dip = form["neck"], form["top"], form["dip"]
    if random.random() < 0.7:
        hole = np.array([(-neck, top), (-neck * 0.5, top + dip * 0.8), (0, top + dip)])
        both = np.concatenate([hole, hole[::-1] * [-1, 1]])
        sheet.part(both, sheet.colour, random.uniform(0.5, 0.9))
    line = np.array([(-neck, top), (-neck * 0.6, top + dip * 0.85), (0, top + dip * 1.1)])
    sheet.seam(np.concatenate([line, line[::-1] * [-1, 1]]), contrast(sheet, random), 0.04)


def logo(sheet: Sheet, random: Random, form: dict[str, float]) -> None:
    """Print something on the breast: a heap of shapes, lines of writing, or a small badge."""
    high, wide = random.uniform(0.06, 0.5), random.uniform(0.1, 0.75) * form["wide"]
    x, y = random.normal(0, 0.03), form["top"] + form["slope"] + random.uniform(0.2, 0.5)
    if random.random() < 0.25:
        high, wide, x = high * 0.3, wide * 0.3, random.choice([-0.4, 0.4]) * form["wide"]
    ink = cloth_colour(random)
    if random.random() < 0.3:  # writing
        for row in np.arange(y, y + high, random.uniform(0.06, 0.14)):
            cols = np.arange(x - wide, x + wide, random.uniform(0.04, 0.09))
            for col in cols[random.random(len(cols)) < 0.75]:
                spot = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * [0.02, 0.035] + [col, row]
                sheet.patch(spot, ink)
        return
    for _ in range(int(random.integers(1, 9))):
        spot = np.array([x, y + high / 2]) + random.uniform(-0.5, 0.5, (5, 2)) * [2 * wide, high]
        sheet.patch(spot, ink, random.uniform(0.6, 1.4))


def ribs(sheet: Sheet, random: Random, form: dict[str, float]) -> None:
    """Add the ribbed band at the hem of a pullover, of the same or another colour."""
    high, x, low = random.uniform(0.05, 0.14), form["hem"] * 1.02, form["low"] + 0.02
    if random.random() < 0.3:
        band = np.array([(-x, low - high), (x, low - high), (x, low + 0.1), (-x, low + 0.1)])
        sheet.patch(band, cloth_colour(random))
    sheet.seam(np.array([(-x, low - high), (x, low - high)]), contrast(sheet, random))


def short_zip(sheet: Sheet, random: Random, form: dict[str, float]) -> None:
    """Add buttons or a zip from the neck to the breast."""
    end = form["top"] + random.uniform(0.25, 0.45)
    line = np.array([(0, form["top"]), (random.normal(0, 0.01), end)])
    sheet.seam(line, contrast(sheet, random), random.uniform(0.015, 0.05))


def placket(sheet: Sheet, random: Random, form: dict[str, float]) -> None:
    """Add the front of a shirt: two seams, often hardly seen, or one edge; buttons; now and then open."""
    top, shade, lean = form["top"], contrast(sheet, random), random.normal(0, 0.015)
    wide = random.uniform(0.02, 0.05)
    for x in (-wide, wide) if random.random() < 0.6 else (wide,):
        sheet.seam(np.array([(x, top + 0.05), (x + lean, form["low"])]), shade, 0.015)
    if random.random() < 0.15:
        gap = random.uniform(0.02, 0.16)
        inside = np.array(
            [(0, form["low"] - random.uniform(0.1, 1.2)), (gap, form["low"]), (-gap, form["low"])]
        )
        sheet.patch(inside, sheet.colour, random.uniform(0.4, 0.8))
    if random.random() < 0.85:
        buttons(sheet, random, (top + 0.15, form["low"] - 0.1), 0.0)


def shirt_collar(sheet: Sheet, random: Random, form: dict[str, float]) -> None:
    """Add the stand of a collar, dark or pale within, and its two points."""
    neck, top = form["neck"], form["top"]
    stand = mirror(
        np.array([(neck * 0.8, top - random.uniform(0.04, 0.1)), (neck, top + 0.03), (0, top + 0.1)])
    )
    sheet.part(stand, sheet.colour, random.uniform(0.55, 1.1))
    if random.random() < 0.4:
        label = np.array([(-1, -0.5), (1, -0.5), (1, 0.5), (-1, 0.5)]) * random.uniform(0.03, 0.06)
        sheet.patch(label + np.array([0, top + 0.02]), cloth_colour(random))
    lapels(sheet, random, form, random.uniform(0.1, 0.24))


def breast_pockets(sheet: Sheet, random: Random, form: dict[str, float]) -> None:
    """Add one breast pocket or two, with a flap or without."""
    x, y = form["wide"] * random.uniform(0.42, 0.58), form["top"] + random.uniform(0.35, 0.55)
    size, shade = random.uniform(0.07, 0.12), contrast(sheet, random)
    outline = np.array([(-1, -1), (1, -1), (1, 1), (0, 1.3), (-1, 1), (-1, -1)]) * size
    for side in (1, -1) if random.random() < 0.4 else (random.choice([1, -1]),):
        sheet.seam(outline + np.array([side * x, y]), shade, 0.02)
        if random.random() < 0.5:
            flap = np.array([(-1, -1), (1, -1), (1, -0.3), (-1, -0.3)]) * size
            sheet.patch(flap + np.array([side * x, y]), sheet.colour, contrast(sheet, random))


def hood(sheet: Sheet, random: Random, form: dict[str, float]) -> None:
    """Add a hood, spread above the neck or fallen behind it; with fur now and then."""
    angle = np.linspace(0, 2 * np.pi, 24)
    size = np.array([form["neck"] * random.uniform(1.1, 1.5), random.uniform(0.12, 0.36)])
    ring = np.stack([np.sin(angle), np.cos(angle)], 1)
    if random.random() < 0.2:
        fur = ring * (size + random.uniform(0.03, 0.1)) * random.uniform(0.9, 1.1, (24, 1))
        sheet.part(fur + np.array([0, form["top"] - 0.05]), cloth_colour(random))
    sheet.part(ring * size + [0, form["top"] - 0.05], sheet.colour, random.uniform(0.8, 1))
    sheet.patch(ring * size * 0.6 + [0, form["top"] - 0.03], sheet.colour, random.uniform(0.4, 0.8))


def drawstrings(sheet: Sheet, random: Random, form: dict[str, float]) -> None:
    """Add the two strings of a hood, hanging from the neck."""
    shade, x = contrast(sheet, random), form["neck"] * random.uniform(0.25, 0.6)
    for side in (-1, 1):
        end = form["top"] + form["dip"] + random.uniform(0.15, 0.45)
        line = np.array([(side * x, form["top"] + form["dip"]), (side * x + random.normal(0, 0.04), end)])
        sheet.seam(line, shade, random.uniform(0.02, 0.04))


def turtleneck(sheet: Sheet, random: Random, form: dict[str, float]) -> None:
    """Add a closed collar: high, narrow, mostly rolled over, so that an edge runs across it."""
    neck, top = min(form["neck"], random.uniform(0.15, 0.22)), form["top"]
    high, low = random.uniform(0.1, 0.24), random.uniform(0.02, 0.08)
    lean = random.normal(0, 0.02)
    collar = [(neck * random.uniform(0.85, 1.0), top - high), (neck * 1.05, top), (neck * 1.2, top + low)]
    outline = mirror(np.array([(0, top - high), *collar, (0, top + low + random.uniform(0, 0.05))]))
    sheet.part(outline + np.array([lean, 0]), sheet.colour, random.uniform(0.82, 1.05))
    if random.random() < 0.75:
        y = top + low - random.uniform(0, 0.08)
        sheet.seam(
            np.array([(-neck * 1.1, y), (0, y + 0.03), (neck * 1.1, y)]), contrast(sheet, random), 0.025
        )
    if random.random() < 0.5:  # the inside of its rim
        rim = np.array([(-0.8 * neck, top - high), (0, top - high + 0.03), (0.8 * neck, top - high)])
        sheet.patch(rim + np.array([lean, 0]), sheet.colour, random.uniform(0.4, 0.8))


def stand_collar(sheet: Sheet, random: Random, form: dict[str, float]) -> None:
    """Add the collar of a jacket: low and wide, open in the middle so that the dark inside shows."""
    neck, top, high = form["neck"], form["top"], random.uniform(0.04, 0.15)
    out = neck * random.uniform(0.85, 1.15)
    collar = mirror(
        np.array([(0, top - 0.6 * high), (out, top - high), (neck * 1.1, top + 0.08), (0, top + 0.1)])
    )
    sheet.part(collar, sheet.colour, random.uniform(0.8, 1))
    gap, low = out * random.uniform(0.2, 0.8), top + form["dip"] + random.uniform(0, 0.25)
    inside = np.array([(-gap, top - 0.8 * high), (gap, top - 0.8 * high), (0, low)])
    sheet.patch(inside, sheet.colour, random.uniform(0.35, 0.8))
    for side in (-1, 1):
        sheet.seam(np.array([(side * gap, top - 0.8 * high), (0, low)]), contrast(sheet, random))


def opening(sheet: Sheet, random: Random, form: dict[str, float]) -> None:
    """Add the front edge of a coat: zip or edge, closed or open, with buttons or without."""
    top, low, x = form["top"] + form["dip"], form["low"], random.normal(0, 0.03)
    if random.random() < 0.3:
        gap = random.choice([random.uniform(0.03, 0.14), random.uniform(0.14, 0.3)])
        inside = np.array([(-gap * 0.6, top - 0.05), (gap * 0.6, top - 0.05), (gap, low), (-gap, low)])
        lining = cloth_colour(random) if random.random() < 0.5 else sheet.colour
        sheet.patch(inside, lining, random.uniform(0.35, 1))
        for side in (-1, 1):
            sheet.seam(np.array([(side * gap * 0.6, top), (side * gap, low)]), contrast(sheet, random), 0.03)
    elif random.random() < 0.92:
        line = np.array([(x, top - 0.1), (x + random.normal(0, 0.02), low)])
        sheet.seam(line, contrast(sheet, random), random.uniform(0.015, 0.06))
    if random.random() < 0.2:
        buttons(sheet, random, (top + 0.05, low - 0.2), random.uniform(0.03, 0.14))


def flung_open(sheet: Sheet, random: Random, form: dict[str, float]) -> None:
    """Add one flap or both of a coat that hangs open at the neck, so that its lining shows."""
    lining, low = near(sheet.colour, random, 0.5), form["top"] + random.uniform(0.3, 0.8)
    for side in (-1, 1) if random.random() < 0.5 else (random.choice([-1, 1]),):
        far = side * form["neck"] * random.uniform(0.7, 1.3)
        flap = np.array([(0, low), (far, form["top"] + random.uniform(0.1, 0.3)), (far * 0.6, form["top"])])
        sheet.patch(flap, lining, random.uniform(0.5, 1))
        sheet.seam(flap, contrast(sheet, random), 0.02)


def quilted(sheet: Sheet, random: Random) -> None:
    """Cover the cloth with padding: bulges across it or between crossing seams, each dark at its rim."""
    y, x = (np.mgrid[:SIDE, :SIDE] / SIDE - 0.5) * 2 * REACH
    size = random.uniform(0.07, 0.22)
    bent = ndimage.gaussian_filter(random.standard_normal((SIDE, SIDE)), 10) * random.uniform(0, 0.6)
    ways = (y + bent,) if random.random() < 0.6 else (x + y + bent, x - y + bent)
    bulge = np.prod([np.abs(np.sin(np.pi * way / size)) ** 0.5 for way in ways], axis=0)
    slope = np.cos(np.pi * ways[0] / size) * np.sign(np.sin(np.pi * ways[0] / size))  # lit from above
    depth = random.uniform(0.15, 0.6)
    sheet.cover(np.float32(1 - depth * (1 - bulge) + 0.3 * depth * slope))


def panels(sheet: Sheet, random: Random, form: dict[str, float]) -> None:
    """Add the parts of a jacket that have another colour: its shoulders or its sides."""
    colour, top, low, wide = cloth_colour(random), form["top"], form["low"], form["wide"]
    if random.random() < 0.5:
        y = top + random.uniform(0.25, 0.55)
        dip = random.uniform(-0.15, 0.15)
        ends = [(-1.4, top - 0.02), (1.4, top - 0.02), (1.4, y), (0, y + dip), (-1.4, y)]
        sheet.patch(np.array(ends), colour)
    else:
        inner = wide * random.uniform(0.4, 0.75)
        ends = [(wide * 1.2, top + 0.35), (inner, top + random.uniform(0.4, 0.7)), (inner * 1.05, low + 0.1)]
        for side in (-1, 1):
            sheet.patch(np.array([*ends, (wide * 1.6, low + 0.1)]) * [side, 1], colour)


def pocket_zips(sheet: Sheet, random: Random, form: dict[str, float]) -> None:
    """Add slanting pockets, often with bright zips, and now and then one on the breast."""
    shade = random.choice([0.5, random.uniform(1.3, 1.9)])
    y, x = form["low"] - random.uniform(0.2, 0.5), form["wide"] * random.uniform(0.4, 0.75)
    rise, lean = random.uniform(0.02, 0.28), random.uniform(0.75, 1.05)
    for side in (-1, 1):
        sheet.seam(np.array([(side * x, y), (side * x * lean, y - rise)]), shade, random.uniform(0.02, 0.04))
    if random.random() < 0.35:
        x, y = random.choice([-1, 1]) * form["wide"] * 0.5, form["top"] + random.uniform(0.35, 0.55)
        sheet.seam(np.array([(x, y), (x * random.uniform(0.9, 1.1), y + 0.18)]), shade, 0.03)


def slanting_zip(sheet: Sheet, random: Random, form: dict[str, float]) -> None:
    """Add the front of a biker's jacket: a bright zip aslant, broad flaps of the collar beside it."""
    side, shade = random.choice([-1, 1]), random.uniform(1.3, 1.9)
    line = np.array([(side * form["wide"] * 0.45, form["top"] + 0.2), (side * 0.08, form["low"])])
    sheet.seam(line, shade, random.uniform(0.02, 0.05))
    lapels(sheet, random, form, random.uniform(0.3, 0.5))


def fur_collar(sheet: Sheet, random: Random, form: dict[str, float]) -> None:
    """Add a collar of fur, its edge uneven, running down the front now and then."""
    down = random.uniform(0.2, 1.0) if random.random() < 0.4 else 0.15
    colour, neck, top = near(sheet.colour, random, 0.5), form["neck"], form["top"]
    steps = np.linspace(0, 1, 9)
    edge = [(neck * (1.3 - 0.8 * s) * random.uniform(0.85, 1.15), top - 0.08 + down * s) for s in steps]
    sheet.part(mirror(np.array([(0, top - 0.1), *edge, (0, top + down)])), colour, random.uniform(0.8, 1.1))


def shoulder_straps(sheet: Sheet, random: Random, form: dict[str, float]) -> None:
    """Add the two straps that a dress hangs by."""
    x, high, width = (
        form["wide"] * random.uniform(0.45, 0.85),
        random.uniform(0.1, 0.3),
        random.uniform(0.03, 0.14),
    )
    lean = random.uniform(0.6, 1.0)
    for side in (-1, 1):
        line = np.array(
            [(side * x, form["top"] + form["slope"] + 0.05), (side * x * lean, form["top"] - high)]
        )
        sheet.strap(line, sheet.colour, width)


def skirt(sheet: Sheet, random: Random, form: dict[str, float], waist: float) -> None:
    """Add gathers from a waist at y down to the hem, flounces, or a border of another colour."""
    low, hem = form["low"], form["hem"]
    for x in random.uniform(-0.9, 0.9, int(random.integers(0, 10))):
        ends = np.array([(x * form["waist"], waist), (x * hem, low - random.uniform(0, 0.3))])
        sheet.seam(ends, random.uniform(0.7, 0.95) if random.random() < 0.7 else 1.15, 0.03)
    for y in np.linspace(waist, low, int(random.integers(2, 5)))[1:] if random.random() < 0.2 else ():
        sheet.seam(np.array([(-1.3, y), (1.3, y)]), contrast(sheet, random), random.uniform(0.02, 0.06))
    if random.random() < 0.15:
        y = low - random.uniform(0.06, 0.25)
        sheet.patch(
            np.array([(-1.4, y), (1.4, y), (1.4, low + 0.1), (-1.4, low + 0.1)]), cloth_colour(random)
        )


def buttons(sheet: Sheet, random: Random, rows: tuple[float, float], x: float) -> None:
    """Add a row of buttons."""
    shade, size = contrast(sheet, random) ** 2, random.uniform(0.012, 0.03)
    for y in np.linspace(*rows, int(random.integers(3, 8))):
        sheet.patch(np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * size + [x, y], sheet.colour, shade)


def lapels(sheet: Sheet, random: Random, form: dict[str, float], low: float) -> None:
    """Add the two flaps of a collar that reach `low` below its top."""
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
