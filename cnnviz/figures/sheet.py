"""All maps of a layer on one sheet: a single palette picture, however many maps, with a legend.

For a row of layers with up to hundreds of maps each; `cnnviz.figures.maps` draws single maps with
titles, marks and numbers.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape
from math import ceil

import numpy as np
import numpy.typing as npt
from PIL import Image

from cnnviz.figures import palette
from cnnviz.figures.colouring import Range, png, range_between
from cnnviz.figures.maps import legend
from cnnviz.figures.numbers import short

Array = npt.NDArray[np.floating]
GAP = palette.LEVELS  # index of the colour between the maps, which is transparent
FEW_MAPS = 32  # up to so many, maps are drawn large
LARGE, SMALL = (10, 88), (16, 56)  # (maps in a row, width of a map on screen in pixels)
CELL_PX = 12  # width of a cell of a vector
VECTOR_COLUMNS = 64


def sheet_png(maps: Array, ranges: Sequence[Range], *, columns: int) -> bytes:
    """Return maps as one palette PNG, one pixel a cell, with transparent gaps.

    Parameters
    ----------
    maps : ndarray of float, shape (N, H, W)
        Finite numbers.
    ranges : sequence of Range
        One a map, all of the same scale.
    columns : int
        Maps in a row, from 1; the last row may be shorter.
    """
    count, height, width = maps.shape
    gap = max(1, height // 12)
    rows = ceil(count / columns)
    sheet = np.full((rows * (height + gap) - gap, columns * (width + gap) - gap), GAP, np.uint8)
    for index, (values, span) in enumerate(zip(maps, ranges, strict=True)):
        top, left = (index // columns) * (height + gap), (index % columns) * (width + gap)
        sheet[top : top + height, left : left + width] = span.levels(values)
    image = Image.fromarray(sheet)
    image.putpalette(palette.table(ranges[0].scale).tobytes() + bytes(3))
    image.info["transparency"] = GAP
    return png(image)


def image_tag(content: bytes, *, width_px: int | None = None, alt: str = "") -> str:
    """Return a PNG as an image of the page; without `alt` screen readers skip it."""
    width = f" style='width:{width_px}px'" if width_px else ""
    source = f"data:image/png;base64,{b64encode(content).decode()}"
    return f"<img{width} alt='{escape(alt, quote=True)}' src='{source}'>"


def layer_html(output: Array, kind: str, *, per: str, title: str, words: Mapping[str, str]) -> str:
    """Return one layer's output as a titled sheet with a legend; its class is ``layer``.

    Parameters
    ----------
    output : ndarray of float, shape (C, H, W) or (F,)
        Maps, or a vector, which is drawn as one map in reading order.
    kind : str
        Kind of the layer, for its colour; see `palette.LAYERS`.
    per : {'map', 'layer'}
        Whether each map has its own colour range, or all share one.
    title : str
        Name of the layer.
    words : mapping
        ``note`` beside the title, ``alt`` for screen readers, ``own`` under the legend of maps that
        each have their own range.
    """
    maps = output if output.ndim == 3 else _as_map(output)
    columns, map_px = LARGE if len(maps) <= FEW_MAPS else SMALL
    columns = min(len(maps), columns)
    whole = range_between(float(maps.min()), float(maps.max()))
    ranges = [whole] * len(maps) if per == "layer" or len(maps) == 1 else _own(maps, whole.scale)
    map_px = CELL_PX * maps.shape[2] if output.ndim == 1 else map_px
    picture = image_tag(sheet_png(maps, ranges, columns=columns), width_px=columns * map_px, alt=words["alt"])
    shared = per == "layer" or len(maps) == 1
    scale = legend(whole) if shared else legend_of_own(whole.scale, words["own"])
    head = f"<div class='head'><b>{escape(title)}</b> <span>{escape(words['note'])}</span></div>"
    colour = palette.LAYERS.get(kind, palette.LAYERS["input"])
    return (
        f"<div class='layer' style='--kind:{colour}'>{head}<div class='scroll'>{picture}</div>{scale}</div>"
    )


def legend_of_own(scale: str, own: str) -> str:
    """Return the legend of maps with a range each: its ends are every map's own largest number."""
    low = f"\N{MINUS SIGN} {own}" if scale == "signed" else "0"
    middle = "0" if scale == "signed" else ""
    ticks = "".join(f"<span>{escape(text)}</span>" for text in (low, middle, own))
    gradient = palette.css_gradient(scale)
    return f"<div class='cnn-legend'><b style='background:{gradient}'></b>{ticks}</div>"


def span_text(values: Array) -> tuple[str, str]:
    """Return the smallest and the largest number as short texts."""
    return short(float(values.min())), short(float(values.max()))


def _own(maps: Array, scale: str) -> list[Range]:
    lows, highs = maps.min(axis=(1, 2)).tolist(), maps.max(axis=(1, 2)).tolist()
    return [range_between(low, high, scale) for low, high in zip(lows, highs, strict=True)]


def _as_map(vector: Array) -> Array:
    """Return a vector as one map (1, rows, columns); cells beyond its end are 0."""
    columns = min(len(vector), VECTOR_COLUMNS)
    rows = ceil(len(vector) / columns)
    cells = np.zeros(rows * columns, vector.dtype)
    cells[: len(vector)] = vector
    return cells.reshape(1, rows, columns)
