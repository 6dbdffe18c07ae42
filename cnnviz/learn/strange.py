"""Pictures that show no digit, to measure whether a network notices: made here by code, no file needed.

Letters that cannot be mistaken for a digit, printed and written; scribbles, crosses, dots, simple
drawings; an empty and a full sheet; and clothes of Fashion-MNIST's test set where it is at hand. None of
this code, its letters or its shapes is used to train a network.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from cnnviz.errors import DataError
from cnnviz.images.picture import Picture
from cnnviz.images.strokes import PAPERS, SHEET, Drawing, Stroke
from cnnviz.learn import datasets
from cnnviz.learn.redraw import PENS, redrawn
from cnnviz.learn.strange_shapes import DRAWINGS, LETTERS, Shapes

U8 = npt.NDArray[np.uint8]
COUNT = 1000  # drawings
GARMENTS = 250  # besides; every 40th picture of the test set
PRINTED = "AEFHKMNPRTWXdfhkmnrtwx&#@?"
SIZES_PX = (70, 100, 140, 190)  # of a printed letter


def not_digits(folder: Path) -> Iterator[Picture]:
    """Return every picture, the same ones each time; those of clothes only if `folder` has them."""
    random = np.random.default_rng(23)
    for number in range(COUNT):
        yield MAKERS[number % len(MAKERS)](number // len(MAKERS), random)
    try:
        count = len(datasets.labels("clothes", "test", folder))
    except DataError:
        return
    for place in range(0, count, count // GARMENTS):
        garment = datasets.picture("clothes", "test", place, folder)
        yield Picture(garment.pixels_u8, origin="dataset", name=garment.name)


def _printed(number: int, random: np.random.Generator) -> Picture:
    """Return a letter in the typeface that Pillow brings along."""
    sheet = Image.new("L", (SHEET, SHEET))
    font = ImageFont.load_default(SIZES_PX[number % len(SIZES_PX)])
    place = tuple(SHEET / 2 + random.uniform(-40, 40, 2))
    letter = PRINTED[number % len(PRINTED)]
    ImageDraw.Draw(sheet).text(place, letter, 255, font, anchor="mm", stroke_width=int(random.integers(6)))
    pixels: U8 = np.asarray(sheet)
    return Picture(pixels if number % 2 else 255 - pixels, origin="drawing", name=f"letter {letter}")


def _from(shapes: Shapes) -> Callable[..., Picture]:
    """Return a maker of drawings of these shapes, each in turn, narrowed, slanted and unsteady."""

    def make(number: int, random: np.random.Generator) -> Picture:
        name = list(shapes)[number % len(shapes)]
        form = np.array([[1, 0], [random.normal(0, 0.15), random.uniform(0.7, 1.1)]])  # of (row, col)
        lines = [np.array(line, float)[:, ::-1] @ form for line in shapes[name]]
        unsteady = [line + random.normal(0, 0.02, line.shape) for line in lines]
        return _drawn(redrawn(unsteady, PENS[number % 3], random), number, name)

    return make


def _drawn(strokes: tuple[Stroke, ...], number: int, name: str) -> Picture:
    return Drawing(strokes, PAPERS[number // 3 % 2]).picture(name)


def _scribble(number: int, random: np.random.Generator) -> Picture:
    """Return the sum of a few swings of either axis: a tangle of many turns."""
    time = np.linspace(0, 2 * np.pi, 160)[:, None, None]
    speed = random.uniform(1.5, 9, (1, 2, 3))
    line = (random.uniform(0.3, 1, (1, 2, 3)) * np.sin(speed * time + random.uniform(0, 7, (1, 2, 3)))).sum(2)
    return _drawn(redrawn([line], PENS[number % 3], random), number, "scribble")


def _crosshatch(number: int, random: np.random.Generator) -> Picture:
    """Return two to five strokes one way and as many another: crosses, fences, hatching."""
    count, lean = int(random.integers(2, 6)), random.uniform(-0.3, 0.3)
    ends = np.linspace(0.15, 0.85, count)
    down = [np.array([[0.0, end], [1.0, end + lean]]) for end in ends]
    across = [np.array([[end, 0.0], [end + lean, 1.0]]) for end in ends]
    lines = [line + random.normal(0, 0.03, (2, 2)) for line in down + across]
    return _drawn(redrawn(lines, PENS[0], random), number, "hatching")


def _dots(number: int, random: np.random.Generator) -> Picture:
    """Return one to nine dots of the pen."""
    pen = float(random.uniform(10, 40))
    spots = random.uniform(40, SHEET - 40, (int(random.integers(1, 10)), 2)).tolist()
    return _drawn(tuple(Stroke(((row, col),), pen) for row, col in spots), number, "dots")


def _sheet(number: int, random: np.random.Generator) -> Picture:
    """Return an empty sheet, one blackened all over, or one with a big blot."""
    pixels = np.full((SHEET, SHEET), 255 * (number % 2), np.uint8)
    if number % 4 == 3:
        rows, cols = np.indices(pixels.shape) - random.uniform(90, 190, (2, 1, 1))
        pixels[np.hypot(rows, cols * random.uniform(0.6, 1.6)) < random.uniform(50, 90)] = 0
    if number % 4 == 2:
        margin = int(random.integers(8, 60))
        pixels[margin:-margin, margin:-margin] = 255
    return Picture(pixels, origin="drawing", name="sheet")


_LETTER, _DRAWING = _from(LETTERS), _from(DRAWINGS)
MAKERS = (
    _printed,
    _LETTER,
    _DRAWING,
    _scribble,
    _printed,
    _LETTER,
    _DRAWING,
    _crosshatch,
    _LETTER,
    _DRAWING,
    _dots,
    _scribble,
    _sheet,
)
