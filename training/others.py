"""Drawings that show no digit, made by code: a network is taught to spread its answer evenly over them.

Letters in the typefaces that matplotlib ships, scribbles, shapes, dots, blots, two digits side by side,
and clothes of Fashion-MNIST's training set.
What cannot be told from a digit (O, I, S, Z and their like) is left out. The pictures on which "is this
a digit?" is measured are made by other code, in `cnnviz.learn.suites`.
"""

from pathlib import Path

import matplotlib
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from cnnviz.images.picture import Picture
from cnnviz.images.prepare import prepare
from cnnviz.learn import datasets
from training.handwriting import RECIPE, write

U8 = npt.NDArray[np.uint8]
LETTERS = "ACDEFGHJKLMNPQRTUVWXYadefhkmnprtuvwxy&?#%@+="
FONTS = (
    "DejaVuSans",
    "DejaVuSerif",
    "DejaVuSans-Bold",
    "DejaVuSansMono-Oblique",
    "STIXGeneral",
    "cmr10",
    "cmtt10",
)
CLOTHES = 6  # one picture in so many is a garment
SIDE = 280  # pixels of a sheet


def others(count: int, cache: Path, seed: int = 12) -> U8:
    """Return `count` prepared pictures of no digit, (count, 1, 28, 28) uint8; `cache` keeps them."""
    if not cache.exists():
        random = np.random.default_rng(seed)
        sheets = [MAKERS[place % len(MAKERS)](random) for place in range(count)]
        pictures = [prepare(Picture(sheet, origin="drawing"), RECIPE).tensor_f32 for sheet in sheets]
        drawn = np.rint(np.stack(pictures) * 255).astype(np.uint8)
        drawn[::CLOTHES] = [_garment(place) for place in range(len(drawn[::CLOTHES]))]
        np.savez_compressed(cache, pictures=drawn)
    with np.load(cache) as kept:
        pictures_u8: U8 = kept["pictures"][:count]
        return pictures_u8


def _garment(place: int) -> U8:
    """Return a training picture of Fashion-MNIST, (1, 28, 28)."""
    return datasets.picture("clothes", "train", place).pixels_u8[None]


def _letter(random: np.random.Generator) -> U8:
    """Return one letter or sign, turned a little."""
    sheet = Image.new("L", (SIDE, SIDE))
    name = Path(matplotlib.get_data_path(), "fonts", "ttf", f"{FONTS[random.integers(len(FONTS))]}.ttf")
    font = ImageFont.truetype(name, int(random.integers(90, 200)))
    letter = LETTERS[random.integers(len(LETTERS))]
    pen = int(random.integers(0, 7))
    ImageDraw.Draw(sheet).text((SIDE / 2, SIDE / 2), letter, 255, font, anchor="mm", stroke_width=pen)
    return np.asarray(sheet.rotate(random.uniform(-20, 20), Image.Resampling.BILINEAR))


def _line(points: list[tuple[float, float]], pen: int) -> U8:
    sheet = Image.new("L", (SIDE, SIDE))
    draw = ImageDraw.Draw(sheet)
    draw.line(points, 255, pen, joint="curve")
    for x, y in (points[0], points[-1]):
        draw.ellipse((x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2), 255)
    return np.asarray(sheet)


def _scribble(random: np.random.Generator) -> U8:
    """Return a random walk with momentum: from a few to very many turns."""
    steps = random.standard_normal((int(random.integers(30, 220)), 2))
    speed = np.zeros(2)
    place, points = np.array(random.uniform(60, 220, 2)), []
    for step in steps:
        speed = 0.8 * speed + random.uniform(4, 7) * step + 0.01 * (SIDE / 2 - place)
        place = np.clip(place + speed, 8, SIDE - 8)
        points.append((float(place[0]), float(place[1])))
    return _line(points, int(random.integers(6, 28)))


def _shape(random: np.random.Generator) -> U8:
    """Return a polygon or star, outlined or filled, of three to eight corners."""
    corners = int(random.integers(3, 9))
    angles = 2 * np.pi * (np.arange(2 * corners) / (2 * corners) + random.random())
    deepest = 1.0 if corners < 5 else 0.75  # many corners without dents would be a zero
    dents = np.where(np.arange(2 * corners) % 2, random.uniform(0.3, deepest), 1.0)
    radius = random.uniform(45, 110) * dents
    x, y = SIDE / 2 + radius * np.cos(angles), SIDE / 2 + radius * np.sin(angles) * random.uniform(0.6, 1)
    points = list(zip(x.tolist(), y.tolist(), strict=True))
    if random.random() < 0.3:
        sheet = Image.new("L", (SIDE, SIDE))
        ImageDraw.Draw(sheet).polygon(points, 255)
        return np.asarray(sheet)
    return _line([*points, points[0]], int(random.integers(6, 24)))


def _dots(random: np.random.Generator) -> U8:
    """Return one to twelve discs or short dashes."""
    sheet = Image.new("L", (SIDE, SIDE))
    draw = ImageDraw.Draw(sheet)
    for x, y in random.uniform(30, SIDE - 30, (int(random.integers(1, 13)), 2)):
        wide, high = random.uniform(4, 40, 2) if random.random() < 0.3 else (random.uniform(4, 30),) * 2
        draw.ellipse((x - wide, y - high, x + wide, y + high), 255)
    return np.asarray(sheet)


def _bars(random: np.random.Generator) -> U8:
    """Return three to five straight lines at any angle: crosses, hashes, fans."""
    total = np.zeros((SIDE, SIDE), np.uint8)
    pen = int(random.integers(6, 28))
    for _ in range(int(random.integers(3, 6))):
        ends = random.uniform(30, SIDE - 30, (2, 2))
        total = np.maximum(total, _line([(float(x), float(y)) for x, y in ends], pen))
    return total


def _blot(random: np.random.Generator) -> U8:
    """Return a filled area, up to the whole sheet."""
    sheet = Image.new("L", (SIDE, SIDE))
    wide = random.uniform(40, SIDE)
    high = random.uniform(40, min(SIDE, 2 * wide))  # a narrow one would be a 1
    x, y = random.uniform(0, SIDE - wide), random.uniform(0, SIDE - high)
    draw = ImageDraw.Draw(sheet)
    (draw.ellipse if random.random() < 0.5 else draw.rectangle)((x, y, x + wide, y + high), 255)
    return np.asarray(sheet)


def _pair(random: np.random.Generator) -> U8:
    """Return two digits side by side."""
    halves = []
    for _ in range(2):
        drawn = write(int(random.integers(10)), random).picture().pixels_u8
        ink = drawn if drawn.mean() < 128 else 255 - drawn
        rows, cols = np.nonzero(ink)
        halves.append(Image.fromarray(ink[rows.min() : rows.max() + 1, cols.min() : cols.max() + 1]))
    sheet = Image.new("L", (SIDE, SIDE))
    for place, half in enumerate(halves):
        sheet.paste(half.resize((int(random.integers(50, 110)), 150)), (15 + 130 * place, 60))
    return np.asarray(sheet)


MAKERS = (_letter, _scribble, _shape, _letter, _dots, _bars, _letter, _scribble, _blot, _pair)
