"""Pen strokes and how they look: the one renderer for the canvas, the samples and replayed writing.

A stroke is a line of positions on a square sheet of 280 × 280 units, drawn with a round pen; a wide sheet
is several squares side by side. The browser's canvas draws the same lines with round caps and joins, so
what a network receives is what the person saw.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from cnnviz import check
from cnnviz.errors import RangeError
from cnnviz.images.picture import Picture

SHEET = 280  # units of a sheet's side; ten times the 28 pixels of MNIST
WIDEST = 6  # squares side by side
PAPERS = ("black", "white")
PEN_WIDTHS = (4, 48)  # thinnest and thickest pen, in units
PEN = 24.0  # the usual pen: about the thickness of MNIST's strokes once the digit is fitted
MAX_STROKES, MAX_POINTS = 400, 4000
SUPERSAMPLING = 3

Point = tuple[float, float]
U8 = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line drawn without lifting the pen; a single point is a dot.

    Parameters
    ----------
    points : tuple of (row, col)
        In units of the sheet, rows 0..280, columns to 280 times its aspect; positions outside are allowed
        and simply not seen.
    width : float
        Diameter of the pen in units.
    """

    points: tuple[Point, ...]
    width: float = PEN


@dataclass(frozen=True, slots=True)
class Drawing:
    """Strokes on a sheet of paper.

    Parameters
    ----------
    strokes : tuple of Stroke
        In the order they were drawn.
    paper : {'black', 'white'}
        Colour of the sheet; the pen has the other one.
    aspect : int
        Width over height of the sheet, 1..6.

    Raises
    ------
    ChoiceError, RangeError
        If the paper is unknown, or strokes, points, positions or widths are beyond all reason.
    """

    strokes: tuple[Stroke, ...] = ()
    paper: str = "black"
    aspect: int = 1

    def __post_init__(self) -> None:
        check.check_integer("aspect", self.aspect, 1, WIDEST)
        check.check_choice("paper", self.paper, PAPERS)
        check.check_integer("strokes", len(self.strokes), 0, MAX_STROKES)
        check.check_integer("points", sum(len(stroke.points) for stroke in self.strokes), 0, MAX_POINTS)
        for stroke in self.strokes:
            check.check_number("width", stroke.width, *PEN_WIDTHS)
            if stroke.points and not np.abs(np.array(stroke.points)).max() <= 10 * SHEET:
                raise RangeError("number", name="points", low=0, high=SHEET, got="NaN / ∞ / > 2800")

    @property
    def is_empty(self) -> bool:
        """Whether nothing is drawn."""
        return not any(stroke.points for stroke in self.strokes)

    def picture(self, name: str = "", *, origin: str = "drawing", label: str | None = None) -> Picture:
        """Return the drawing as a grey picture of 280 × 280 pixels; a wide sheet is as many times as wide."""
        pixels = render(self.strokes, paper=self.paper, aspect=self.aspect)
        return Picture(pixels, origin=origin, name=name, label=label)


def render(strokes: Sequence[Stroke], *, size_px: int = SHEET, paper: str = "black", aspect: int = 1) -> U8:
    """Return the anti-aliased picture of `strokes`.

    Parameters
    ----------
    strokes : sequence of Stroke
        In units of the sheet.
    size_px : int
        Height of the picture; the whole sheet is scaled to it.
    paper : {'black', 'white'}
        ``'black'``: white pen (255) on black (0); ``'white'``: the other way round.
    aspect : int
        Width over height of the sheet.

    Returns
    -------
    ndarray of uint8, (size_px, size_px * aspect)

    Examples
    --------
    >>> int(render([Stroke(((140, 140),))]).max())
    255
    """
    side = size_px * SUPERSAMPLING
    sheet = Image.new("L", (side * aspect, side), 0)
    pen = ImageDraw.Draw(sheet)
    for stroke in strokes:
        _draw(pen, stroke, side / SHEET)
    pixels = np.asarray(sheet.reduce(SUPERSAMPLING), np.uint8)
    return pixels if paper == "black" else 255 - pixels


def in_a_row(drawings: Sequence[Drawing], *, aspect: int, height: float, pen: float = PEN) -> Drawing:
    """Return drawings side by side on one wide sheet, evenly apart.

    Parameters
    ----------
    drawings : sequence of Drawing
        On square sheets; of each, what is drawn counts, not where on its sheet.
    aspect : int
        Width over height of the sheet.
    height : float
        How high each becomes, as a share of the sheet's height.
    pen : float
        Diameter of the pen in units.

    Examples
    --------
    >>> line = Drawing((Stroke(((0, 9), (80, 9))),))
    >>> [one.points for one in in_a_row([line, line], aspect=2, height=0.5).strokes]
    [((70.0, 140.0), (210.0, 140.0)), ((70.0, 420.0), (210.0, 420.0))]
    """
    placed: list[Stroke] = []
    for place, one in enumerate(drawings):
        spots = np.array([spot for stroke in one.strokes for spot in stroke.points])
        low, high = spots.min(0), spots.max(0)
        scale = height * SHEET / max(high[0] - low[0], 1e-9)
        middle = np.array([SHEET / 2, SHEET * aspect * (place + 0.5) / len(drawings)])
        for stroke in one.strokes:
            moved = (np.array(stroke.points) - (low + high) / 2) * scale + middle
            placed.append(Stroke(tuple((float(row), float(col)) for row, col in moved), pen))
    return Drawing(tuple(placed), aspect=aspect)


def _draw(pen: ImageDraw.ImageDraw, stroke: Stroke, scale: float) -> None:
    """Draw one stroke: a bar for each segment and a disc at each point, which rounds joins and caps."""
    radius = max(stroke.width * scale / 2, 0.5)
    spots = [(col * scale, row * scale) for row, col in stroke.points]
    for (x0, y0), (x1, y1) in pairwise(spots):
        length = float(np.hypot(x1 - x0, y1 - y0))
        if length > 0:
            across, down = (y0 - y1) / length * radius, (x1 - x0) / length * radius
            bar = [(x0 + across, y0 + down), (x1 + across, y1 + down)]
            pen.polygon([*bar, (x1 - across, y1 - down), (x0 - across, y0 - down)], fill=255)
    for x, y in spots:
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
