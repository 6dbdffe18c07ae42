"""A stack of layers as one figure, drawn as in the lectures: a row of maps for each layer, and a table.

All layers together are one piece of HTML for `st.html`, however many maps there are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from cnnviz.figures import palette
from cnnviz.figures.maps import CELL_PX, Look, tile_maps

if TYPE_CHECKING:  # the table is only read; loading it would load PyTorch
    from cnnviz.trace.summary import LayerRow, Summary

F32 = npt.NDArray[np.float32]

NUMBERED_UNITS = 14  # units of a vector up to which their numbers are written
MOST_COLUMNS = 40  # of a vector that is folded into rows
STRIP_PX = 420  # width of a folded vector
HEADS = ("layer", "shape", "parameters", "macs", "field", "memory")


@dataclass(frozen=True, slots=True, eq=False)
class LayerPicture:
    """One layer to draw: name, kind, a line about it, numbers (C, H, W) or (N,), whether it is chosen."""

    name: str
    kind: str
    about: str
    values: F32
    chosen: bool = False


def layers_html(layers: Sequence[LayerPicture], look: Look, *, most: int, more: str) -> str:
    """Return every layer's maps, one row of tiles below the other, named ``Conv0-0``, ``Conv0-1``, ...

    Parameters
    ----------
    layers : sequence of LayerPicture
        First layer first.
    look : Look
        How maps are drawn.
    most : int
        Maps drawn of one layer.
    more : str
        What stands below where there are more; names ``{count}``, the number of maps left out.

    Examples
    --------
    >>> layer = LayerPicture("MaxP0", "pool", "1×1×1", np.ones((1, 1, 1), np.float32))
    >>> "MaxP0-0" in layers_html([layer], Look(), most=8, more="")
    True
    """
    return f"<style>{_style()}</style>" + "".join(_layer(layer, look, most, more) for layer in layers)


def table_html(
    table: "Summary", *, heads: Mapping[str, str], texts: Mapping[str, str], chosen: str = ""
) -> str:
    """Return the layers as a table with sums: shape, parameters and MACs written out, receptive field.

    Parameters
    ----------
    table : Summary
        What is shown.
    heads : mapping
        Heading of each of `HEADS`.
    texts : mapping
        ``total``, and ``whole`` for a receptive field that covers the picture.
    chosen : str
        Name of the layer that stands out.
    """
    head = "".join(f'<th scope="col">{escape(heads[name])}</th>' for name in HEADS)
    body = "".join(_row(row, table.input_shape, texts["whole"], row.name == chosen) for row in table.rows)
    sums = (f"{table.parameters:,}", f"{table.macs:,}", "", memory(table.weight_bytes + table.output_bytes))
    foot = "".join(f"<td>{cell}</td>" for cell in (escape(texts["total"]), "", *sums))
    parts = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody><tfoot><tr>{foot}</tr></tfoot>"
    return f'<style>{_style()}</style><div class="cnn-table" tabindex="0"><table>{parts}</table></div>'


def plain_table_html(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of texts that scrolls on a phone; all columns but the first stand to the right."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join(f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in row)}</tr>" for row in rows)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<style>{_style()}</style><div class="cnn-table plain" tabindex="0">{table}</div>'


def memory(count: int) -> str:
    """Return a number of bytes in words.

    Examples
    --------
    >>> memory(900), memory(40_000), memory(244_000_000)
    ('900 B', '40.0 kB', '244 MB')
    """
    for factor, unit in ((1_000_000, "MB"), (1_000, "kB")):
        if count >= factor:
            size = count / factor
            return f"{size:,.0f} {unit}" if size >= 100 else f"{size:.1f} {unit}"
    return f"{count} B"


def _layer(layer: LayerPicture, look: Look, most: int, more: str) -> str:
    """Return one layer: its head, its first maps, and how many are left out."""
    if layer.values.ndim == 1:
        figure, left = _vector(layer, look), 0
    else:
        titles = [f"{layer.name}-{idx}" for idx in range(min(most, len(layer.values)))]
        shown = replace(look, scale="picture") if _is_picture(layer) else look
        figure = tile_maps(layer.values[:most], shown, titles=titles).html
        left = max(0, len(layer.values) - most)
    note = f"<p>{escape(more.format(count=left))}</p>" if left else ""
    head = f"<h2>{escape(layer.name)}<small>{escape(layer.about)}</small></h2>"
    opened = f'<section class="cnn-layer{" chosen" if layer.chosen else ""}"{_colour(layer.kind)}>'
    return f"{opened}{head}{figure}{note}</section>"


def _is_picture(layer: LayerPicture) -> bool:
    """Return whether the layer is the picture itself, black at 0 and white at 1; typed numbers are not."""
    return layer.kind == "input" and layer.values.min() >= 0 and layer.values.max() <= 1


def _vector(layer: LayerPicture, look: Look) -> str:
    """Return a vector as a strip of cells, folded where it is long."""
    count = len(layer.values)
    if count <= NUMBERED_UNITS:
        strip = replace(look, tile_px=int(1.3 * CELL_PX) * count, numbers=True, columns=None)
        return tile_maps(layer.values[None, None], strip).html
    columns = max(size for size in range(1, MOST_COLUMNS + 1) if count % size == 0)
    folded = layer.values.reshape(1, -1, columns) if columns > 1 else layer.values[None, None]
    return tile_maps(folded, replace(look, tile_px=STRIP_PX, numbers=False, columns=None)).html


def _row(row: "LayerRow", input_shape: tuple[int, ...], whole: str, chosen: bool) -> str:
    field = [part.size for part in row.field]
    sees_all = len(input_shape) == 3 and all(f >= n for f, n in zip(field, input_shape[1:], strict=True))
    cells = (
        escape(row.name),
        written(row.shape_out),
        _counted(row.parameters, row.parameters_text),
        _counted(row.macs, row.macs_text),
        f"{written(tuple(field))}{f'<small>{escape(whole)}</small>' if sees_all else ''}",
        memory(row.weight_bytes + row.output_bytes),
    )
    opened = f'<tr class="{"chosen" if chosen else ""}"{_colour(row.kind)}>'
    return f"{opened}{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def written(shape: tuple[int, ...]) -> str:
    """Return a shape as it stands on screen, such as 10×24×24."""
    return "×".join(map(str, shape))


def _counted(count: int, text: str) -> str:
    return f"{count:,}<small>{escape(text)}</small>" if text else f"{count:,}"


def _colour(kind: str) -> str:
    return f' style="--kind:{palette.LAYERS.get(kind, palette.LAYERS["input"])}"'


@cache
def _style() -> str:
    return Path(__file__).with_name("layers.css").read_text(encoding="utf-8")
