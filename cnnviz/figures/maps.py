"""Many maps, or pictures, as one tiled figure with a numeric legend.

A figure is HTML: one palette PNG holds all maps with one pixel a cell, and each tile shows its part,
enlarged by the browser with sharp edges. So it is small to send, crisp at any size, flows into the
width of a phone and takes the text colour of the theme. Draw it with
``st.html(tile_maps(maps).html)``: one element and one picture, however many maps.
"""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from io import BytesIO
from itertools import groupby
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from cnnviz import words
from cnnviz.check import check_array, check_choice
from cnnviz.figures import palette
from cnnviz.figures.colouring import Range, png, range_between
from cnnviz.figures.numbers import short
from cnnviz.figures.tiles import Sheet

Visited = tuple[Sequence[bool], Sequence[bool]]

MOST_NUMBERED = 14  # rows or columns up to which a single map shows its numbers
CELL_PX = 42  # width of a cell with a number in it
RING_PX = 8  # cells narrower than this get their box drawn around them
SINGLE_PX, FEW_PX, MANY_PX = 440, 168, 112  # width of a tile: of one map, of up to FEW, of more
FEW = 8
LARGE = 256  # pictures with more rows or columns are photographs: sent as JPEG


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How maps are drawn.

    Parameters
    ----------
    scale : {'auto', 'signed', 'positive', 'absolute', 'picture'}
        As in `cnnviz.figures.colouring.range_of`.
    per : {'map', 'layer'}
        Whether each map has its own range, with a legend under it, or all share one.
    columns : int, optional
        Tiles in a row; by default as many as the page is wide.
    tile_px : int, optional
        Width of a tile, in CSS pixels; by default by size and number of the maps. A tile never
        becomes wider than the page. Cells smaller than a pixel are averaged.
    numbers : bool, optional
        Write the numbers into the cells; by default where there is one small map.
    legend : bool
        Draw the legend.
    white : float
        What is white at scale 'picture'.
    language : str
        Of the text for screen readers.
    """

    scale: str = "auto"
    per: str = "map"
    columns: int | None = None
    tile_px: int | None = None
    numbers: bool | None = None
    legend: bool = True
    white: float = 1.0
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A rectangle of cells picked out on a tile.

    Parameters
    ----------
    row, col, rows, cols : int
        First cell, and how many rows and columns.
    role : str
        A key of `palette.ROLES`: its colour.
    shape : {'box', 'dot', 'fill'}
        An outline, a dot in the middle, or a tint over the cells.
    map_idx : int, optional
        On which tile; on all by default.
    """

    row: int
    col: int
    rows: int = 1
    cols: int = 1
    role: str = "mark"
    shape: str = "box"
    map_idx: int | None = None


@dataclass(frozen=True, slots=True)
class TiledMaps:
    """A figure of many maps.

    Parameters
    ----------
    html : str
        The figure, for `st.html`.
    alt : str
        What it shows, in a sentence; also inside `html`.
    ranges : tuple of Range
        The colour range of each map; none for pictures.
    """

    html: str
    alt: str
    ranges: tuple[Range, ...] = ()


def tile_maps(
    maps: npt.ArrayLike,
    look: Look | None = None,
    *,
    titles: Sequence[str] = (),
    marks: Iterable[Mark] = (),
    visited: Visited | None = None,
) -> TiledMaps:
    """Draw maps side by side as one figure.

    Parameters
    ----------
    maps : array_like, shape (N, H, W) or (H, W)
        Finite numbers.
    look : Look, optional
        Scale, range, columns, size.
    titles : sequence of str
        One a map, such as ``Conv0-0``, or none.
    marks : iterable of Mark
        Cells to pick out.
    visited : (sequence of bool, sequence of bool), optional
        For each row and each column whether a window ever covers it (`Axis.visited`); the others
        are hatched.

    Returns
    -------
    TiledMaps

    Raises
    ------
    ShapeError, RangeError
        If `maps` is empty, has other dimensions or holds NaN or an infinity.

    Examples
    --------
    >>> tile_maps([[-2.0, 1.0]]).ranges
    (Range(scale='signed', low=-2.0, high=2.0),)
    """
    look, values = look or Look(), check_array("maps", maps, ndim=(2, 3))
    values = values if values.ndim == 3 else values[np.newaxis]
    lows, highs = values.min(axis=(1, 2)), values.max(axis=(1, 2))
    ranges, tile_px = _ranges(lows, highs, look), _tile_px(values.shape, look)
    drawn, marks, hatched = _reduced(values, tile_px), list(marks), _hatched(visited)
    sheet = Sheet.of([span.levels(small) for small, span in zip(drawn, ranges, strict=True)], ranges[0].scale)
    tiles = []
    for idx, (grid, span) in enumerate(zip(values, ranges, strict=True)):
        overlay = [*hatched, *(_mark(m, grid.shape) for m in marks if m.map_idx in (None, idx))]
        text = _numbers(grid, span) if _numbered(values.shape, look) else ""
        picture = sheet.tile(idx, text + "".join(overlay), _kind(tile_px / grid.shape[1]))
        below = _small_legend(span) if look.legend and look.per == "map" else ""
        tiles.append(_tile(titles[idx : idx + 1], picture, below))
    alt = _alt(values.shape, short(lows.min()), short(highs.max()), look.language)
    below = legend(ranges[0]) if look.legend and look.per == "layer" else ""
    return TiledMaps(_figure(tiles, alt, tile_px, look.columns, sheet) + below, alt, ranges)


def tile_pictures(
    pictures: Sequence[npt.NDArray[np.uint8]],
    look: Look | None = None,
    *,
    titles: Sequence[str] = (),
    marks: Iterable[Mark] = (),
    visited: Visited | None = None,
) -> TiledMaps:
    """Draw pictures side by side as one figure; they may differ in size.

    Parameters
    ----------
    pictures : sequence of ndarray of uint8, each (H, W) or (H, W, 3)
        Grey, or red, green, blue.
    look : Look, optional
        Columns, size and language; the rest does not apply.
    titles, marks, visited
        As for `tile_maps`.
    """
    look, marks, hatched = look or Look(), list(marks), _hatched(visited)
    sizes = [(len(pictures), *picture.shape[:2]) for picture in pictures]
    tile_px = max(_tile_px(size, look) for size in sizes)
    tiles = []
    for idx, picture in enumerate(pictures):
        overlay = [*hatched, *(_mark(m, picture.shape[:2]) for m in marks if m.map_idx in (None, idx))]
        cell_px = tile_px / picture.shape[1]
        tiles.append(_tile(titles[idx : idx + 1], _picture(_encoded(picture), "".join(overlay), cell_px)))
    key = "maps.picture" if len(pictures) == 1 else "maps.pictures"
    count, rows, cols = sizes[0]
    alt = words.text(look.language, key, count=count, rows=rows, cols=cols)
    return TiledMaps(_figure(tiles, alt, tile_px, look.columns), alt)


def legend(span: Range) -> str:
    """Return the colours of `span` with the numbers at both ends and in the middle, as HTML."""
    ticks = "".join(f"<span>{short(number, 3)}</span>" for number in _ticks(span))
    bar = f'<b style="background:{palette.css_gradient(span.scale)}"></b>'
    return f'<div class="cnn-legend">{bar}{ticks}</div>'


def _small_legend(span: Range) -> str:
    """Return the legend below a tile of a sheet: one element, whose bar is coloured by the sheet's rules."""
    return f'<div class="cnn-legend line">{" ".join(short(number, 3) for number in _ticks(span))}</div>'


def _ticks(span: Range) -> tuple[float, float, float]:
    return span.low, (span.low + span.high) / 2, span.high


def _ranges(lows: npt.NDArray[np.float64], highs: npt.NDArray[np.float64], look: Look) -> tuple[Range, ...]:
    check_choice("per", look.per, ("map", "layer"))
    whole = range_between(lows.min(), highs.max(), look.scale, look.white)
    if look.per == "layer":
        return (whole,) * len(lows)
    ends = zip(lows.tolist(), highs.tolist(), strict=True)
    return tuple(range_between(low, high, whole.scale, look.white) for low, high in ends)


def _tile_px(shape: tuple[int, ...], look: Look) -> int:
    """Return the width of a tile: as asked, or a whole number of pixels a cell near what suits the count."""
    count, _, cols = shape
    if look.tile_px is not None:
        return look.tile_px
    if _numbered(shape, look):
        return CELL_PX * cols
    wanted = SINGLE_PX if count == 1 else FEW_PX if count <= FEW else MANY_PX
    return cols * (wanted // cols) if cols <= wanted else wanted


def _numbered(shape: tuple[int, ...], look: Look) -> bool:
    count, rows, cols = shape
    if look.numbers is not None:
        return look.numbers
    return count == 1 and max(rows, cols) <= MOST_NUMBERED


def _reduced(values: npt.NDArray[np.float64], tile_px: int) -> list[npt.NDArray[np.floating]]:
    """Return the maps with k × k cells averaged into one where k cells would share a pixel."""
    k = values.shape[2] // tile_px
    if k < 2:
        return list(values)
    size = max(1, values.shape[2] // k), max(1, values.shape[1] // k)
    small = (Image.fromarray(grid.astype(np.float32)).resize(size, Image.Resampling.BOX) for grid in values)
    return [np.asarray(image) for image in small]


def _encoded(picture: npt.NDArray[np.uint8]) -> bytes:
    image = Image.fromarray(picture)
    if max(image.size) <= LARGE:
        return png(image)
    file = BytesIO()
    image.save(file, "JPEG", quality=92)
    return file.getvalue()


def _figure(
    tiles: Sequence[str], alt: str, tile_px: int, columns: int | None, sheet: Sheet | None = None
) -> str:
    role = "group" if 'class="numbers"' in tiles[0] else "img"  # numbers are there to be read, also aloud
    sizes = f"--tile:{tile_px}px" + (f";--columns:{columns}" if columns else "")
    kind = "cnn-maps fixed" if columns else "cnn-maps"
    kind, rules = (f"{kind} {sheet.name}", sheet.style) if sheet else (kind, "")
    opened = f'<div role="{role}" aria-label="{escape(alt)}" class="{kind}" style="{sizes}">'
    return f"<style>{_style()}{rules}</style>{opened}{''.join(tiles)}</div>"


def _tile(title: Sequence[str], picture: str, below: str = "") -> str:
    caption = "".join(f"<figcaption>{escape(text)}</figcaption>" for text in title)
    return f"<figure>{caption}{picture}{below}</figure>"


def _picture(content: bytes, overlay: str, cell_px: float) -> str:
    kind = "png" if content.startswith(b"\x89PNG") else "jpeg"
    source = f"data:image/{kind};base64,{b64encode(content).decode()}"
    return f'<div class="picture{_kind(cell_px)}"><img alt="" src="{source}">{overlay}</div>'


def _kind(cell_px: float) -> str:
    """Return the classes of a tile whose cells are `cell_px` wide."""
    return " fine small" if cell_px < 1 else " small" if cell_px < RING_PX else ""


def _mark(mark: Mark, size: tuple[int, ...]) -> str:
    place = _place(size, (mark.row, mark.rows), (mark.col, mark.cols))
    return f'<i class="{mark.shape}" style="--role:{palette.ROLES[mark.role]};{place}"></i>'


def _place(size: tuple[int, ...], down: tuple[int, int], across: tuple[int, int]) -> str:
    """Return the CSS position of (first, count) rows and columns on a tile of `size`, in per cent."""
    (top, height), (left, width) = (
        (100 * a / n, 100 * b / n) for (a, b), n in zip((down, across), size, strict=True)
    )
    return f"top:{top:.4g}%;height:{height:.4g}%;left:{left:.4g}%;width:{width:.4g}%"


def _hatched(visited: Visited | None) -> list[str]:
    if visited is None:
        return []
    rows, cols = visited
    size = len(rows), len(cols)
    bands = [_place(size, run, (0, size[1])) for run in _runs(rows)]
    bands += [_place(size, (0, size[0]), run) for run in _runs(cols)]
    return [f'<i class="hatch" style="{band}"></i>' for band in bands]


def _runs(visited: Sequence[bool]) -> list[tuple[int, int]]:
    """Return (first, count) of each stretch that is not visited."""
    runs, at = [], 0
    for reached, stretch in groupby(visited):
        count = len(list(stretch))
        if not reached:
            runs.append((at, count))
        at += count
    return runs


def _numbers(grid: npt.NDArray[np.float64], span: Range) -> str:
    """Return the numbers of the cells as text, each in an ink that its cell's colour lets one read."""
    rows, cols = grid.shape
    inks, levels = palette.inks(span.scale), span.levels(grid)
    cells = []
    for at, value in np.ndenumerate(grid):
        text = short(value)
        cells.append(f'<span style="--length:{max(4, len(text))};color:{inks[levels[at]]}">{text}</span>')
    return f'<div class="numbers" style="--rows:{rows};--cols:{cols}">{"".join(cells)}</div>'


def _alt(shape: tuple[int, ...], low: str, high: str, language: str) -> str:
    count, rows, cols = shape
    key = "maps.one" if count == 1 else "maps.many"
    return words.text(language, key, count=count, rows=rows, cols=cols, low=low, high=high)


@cache
def _style() -> str:
    return Path(__file__).with_name("maps.css").read_text(encoding="utf-8")
