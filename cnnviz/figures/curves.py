"""Curves: one line a function, a bar for how often each number occurs, chosen points.

An SVG picture with HTML texts, and not plotly: a chart costs no time to make, a phone loads nothing
to show it, and its texts take the colour of the theme. Draw it with ``st.html(line_chart(...))``.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from math import ceil, floor, log10
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cnnviz.figures import palette
from cnnviz.figures.numbers import short
from cnnviz.ops.activation import ActivationResult, activate

Array = npt.NDArray[np.float64]
Span = tuple[float, float]

WIDTH, HEIGHT = 600, 300  # of the drawing, in its own units
BARS, BARS_HEIGHT = 48, 0.32  # number of bars, and height of the highest as a share of the plot
VALUE_COLOUR, SLOPE_COLOUR = palette.LAYERS["activation"], palette.LAYERS["softmax"]


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One curve: its name, its numbers at the chart's x, its colour, and whether it is dashed."""

    name: str
    y: Array
    colour: str
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """A point picked out, with the text beside it."""

    x: float
    y: float
    colour: str
    text: str = ""


def activation_chart(
    result: ActivationResult, *, names: Sequence[str], alt: str, chosen: float | None = None
) -> str:
    """Return function and derivative, how often the map holds each number, and one chosen number.

    Parameters
    ----------
    result : ActivationResult
        The map before and after the function.
    names : (str, str, str)
        What the function, its derivative and the bars are called.
    alt : str
        The chart in a sentence, for screen readers.
    chosen : float, optional
        The number of the map to mark on both curves.
    """
    reach = float(np.clip(ceil(np.abs(result.x).max()), 4, 12))
    x = np.linspace(-reach, reach, 241)
    curve = activate(x, result.kind, **result.params)
    lines = [
        Line(names[0], curve.value, VALUE_COLOUR),
        Line(names[1], curve.derivative, SLOPE_COLOUR, dashed=True),
    ]
    points = []
    if chosen is not None:
        at = activate([chosen], result.kind, **result.params)
        value, slope = float(at.value[0]), float(at.derivative[0])
        points = [
            Point(chosen, value, VALUE_COLOUR, f"f({short(chosen, 3)}) = {short(value, 3)}"),
            Point(chosen, slope, SLOPE_COLOUR, f"f′ = {short(slope, 3)}"),
        ]
    return line_chart(x, lines, points=points, bars=(names[2], result.x), alt=alt)


def line_chart(
    x: Array,
    lines: Sequence[Line],
    *,
    points: Sequence[Point] = (),
    bars: tuple[str, Array] | None = None,
    alt: str,
) -> str:
    """Return a chart as HTML.

    Parameters
    ----------
    x : array, shape (N,)
        Where the curves were worked out, ascending.
    lines : sequence of Line
        Curves; each ``y`` is (N,).
    points : sequence of Point
        Points picked out; they are clipped to the chart.
    bars : (str, array), optional
        Name and numbers of any shape whose frequencies stand at the foot of the chart; numbers
        beyond the ends count in the outermost bars.
    alt : str
        The chart in a sentence, for screen readers.

    Examples
    --------
    >>> "<img" in line_chart(np.arange(3.0), [Line("x", np.arange(3.0), "#d55e00")], alt="x")
    True
    """
    across: Span = (float(x[0]), float(x[-1]))
    lowest = min(0.0, *(float(line.y.min()) for line in lines))
    highest = max(0.0, *(float(line.y.max()) for line in lines))
    margin = 0.05 * ((highest - lowest) or 1.0)
    frame = _Frame(across, (lowest - margin, highest + margin))
    shapes = [_grid(frame), _bars(bars[1], frame) if bars else ""]
    shapes += [_line(x, line, frame) for line in lines]
    shapes += [_dot(point, frame) for point in points]
    top = int(np.argmax([point.y for point in points])) if points else 0
    beside = (_text(point, frame, over=idx == top) for idx, point in enumerate(points))
    texts = _numbers(frame) + "".join(beside)
    drawing = f'<div class="plot">{_picture(shapes)}{texts}</div>'
    opened = f'<div class="cnn-chart" role="img" aria-label="{escape(alt)}">'
    return f"<style>{_style()}</style>{opened}{drawing}{_key(lines, bars and bars[0])}</div>"


def ticks(span: Span, most: int = 8) -> list[float]:
    """Return round numbers within `span`, at most `most` of them, 1, 2 or 5 times a power of ten apart.

    Examples
    --------
    >>> ticks((-6.0, 6.0))
    [-6.0, -4.0, -2.0, 0.0, 2.0, 4.0, 6.0]
    """
    rough = (span[1] - span[0]) / most
    power = 10.0 ** floor(log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    first, last = ceil(span[0] / step), floor(span[1] / step)
    return [round(index * step, 12) for index in range(first, last + 1)]


@dataclass(frozen=True, slots=True)
class _Frame:
    """What the drawing spans, and where a number lies on it, as a share of width and of height."""

    across: Span
    up: Span

    def left(self, x: float) -> float:
        return min(1.0, max(0.0, (x - self.across[0]) / (self.across[1] - self.across[0])))

    def top(self, y: float) -> float:
        return 1.0 - min(1.0, max(0.0, (y - self.up[0]) / (self.up[1] - self.up[0])))


def _picture(shapes: Sequence[str]) -> str:
    """Return the shapes as a picture; a page keeps no drawing commands, but it keeps pictures."""
    opened = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
    content = b64encode(f"{opened}{''.join(shapes)}</svg>".encode()).decode()
    return f'<img alt="" src="data:image/svg+xml;base64,{content}">'


def _grid(frame: _Frame) -> str:
    """Return the lines behind the curves; those of 0 are stronger."""
    paths = [(v, f"M{frame.left(v) * WIDTH:.1f} 0V{HEIGHT}") for v in ticks(frame.across)]
    paths += [(v, f"M0 {frame.top(v) * HEIGHT:.1f}H{WIDTH}") for v in ticks(frame.up, 6)]
    return "".join(f'<path d="{d}" stroke="#808080" stroke-opacity="{0.3 if v else 0.9}"/>' for v, d in paths)


def _numbers(frame: _Frame) -> str:
    """Return the numbers along both axes."""
    across = ((v, f"left:{100 * frame.left(v):.2f}%") for v in ticks(frame.across))
    up = ((v, f"top:{100 * frame.top(v):.2f}%") for v in ticks(frame.up, 6))
    texts = [f'<span class="across" style="{place}">{short(v)}</span>' for v, place in across]
    return "".join(texts + [f'<span class="up" style="{place}">{short(v)}</span>' for v, place in up])


def _bars(values: Array, frame: _Frame) -> str:
    counts, edges = np.histogram(np.clip(values, *frame.across), bins=BARS, range=frame.across)
    heights = np.sqrt(counts / counts.max()) * HEIGHT * BARS_HEIGHT  # square root: rare numbers show
    width = WIDTH / BARS - 1
    lefts = (frame.left(edge) * WIDTH for edge in edges[:-1].tolist())
    rects = (
        f'<rect x="{left:.1f}" y="{HEIGHT - tall:.1f}" width="{width:.1f}" height="{tall:.1f}"/>'
        for left, tall in zip(lefts, heights.tolist(), strict=True)
        if tall
    )
    return f'<g fill="#808080" fill-opacity="0.4">{"".join(rects)}</g>'


def _line(x: Array, line: Line, frame: _Frame) -> str:
    places = zip(x.tolist(), line.y.tolist(), strict=True)
    path = " ".join(f"{frame.left(a) * WIDTH:.1f},{frame.top(b) * HEIGHT:.1f}" for a, b in places)
    dashes = ' stroke-dasharray="9 6"' if line.dashed else ""
    return f'<polyline fill="none" stroke-width="3.5" stroke="{line.colour}"{dashes} points="{path}"/>'


def _dot(point: Point, frame: _Frame) -> str:
    at, up = frame.left(point.x) * WIDTH, frame.top(point.y) * HEIGHT
    drop = f'<path d="M{at:.1f} {up:.1f}V{HEIGHT}" stroke="#808080" stroke-dasharray="3 3"/>'
    look = f'fill="{point.colour}" stroke="#fff" stroke-width="2"'
    return f'{drop}<circle cx="{at:.1f}" cy="{up:.1f}" r="7" {look}/>'


def _text(point: Point, frame: _Frame, *, over: bool) -> str:
    """Return the text beside a point: the highest one's above it, the others' below, so that none meet."""
    left, top = frame.left(point.x), min(0.9, max(0.08, frame.top(point.y)))
    side = f"beside{' left' if left > 0.7 else ''}{' over' if over else ''}"  # where there is room
    place = f"left:{100 * left:.2f}%;top:{100 * top:.2f}%"
    return f'<span class="{side}" style="{place}">{escape(point.text)}</span>'


def _key(lines: Sequence[Line], bars: str | None) -> str:
    """Return what each line and the bars are called."""
    styles = (f"border-color:{x.colour};border-style:{'dashed' if x.dashed else 'solid'}" for x in lines)
    items = [f'<i style="{style}"></i>{escape(x.name)}' for style, x in zip(styles, lines, strict=True)]
    items += [f'<i class="bars"></i>{escape(bars)}'] if bars else []
    return f'<div class="key">{"".join(f"<span>{item}</span>" for item in items)}</div>'


@cache
def _style() -> str:
    return Path(__file__).with_name("curves.css").read_text(encoding="utf-8")
