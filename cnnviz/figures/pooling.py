"""Pooling as pictures and formulas: the winners on the input, the working of one cell."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cnnviz.figures import palette
from cnnviz.figures.colouring import range_of
from cnnviz.figures.maps import CELL_PX, MOST_NUMBERED, Look, Mark, TiledMaps, tile_maps, tile_pictures
from cnnviz.figures.numbers import short
from cnnviz.ops.pool import PoolCell, PoolResult

FADE = 0.8  # how far cells that won nowhere move towards grey on a large map
FADED = 238  # that grey
LARGE_CELL_PX, LARGE_TILE_PX = 58, 260  # of a small map with numbers
MOST_TERMS = 12  # numbers of a window that are written out


def window_figure(result: PoolResult, *, chosen: tuple[int, int], look: Look, title: str = "") -> TiledMaps:
    """Return the first input map with its winners and the window of one output cell.

    On a small map the winners are boxed; on a large one all other cells fade.

    Parameters
    ----------
    result : PoolResult
        The pooling shown; only a maximum has winners.
    chosen : (int, int)
        Row and column of the output cell whose window is marked.
    look : Look
        Size and language.
    title : str
        What stands above.
    """
    grid, titles = result.maps[0], (title,) if title else ()
    window = _window_mark(result, chosen)
    if max(grid.shape) <= MOST_NUMBERED or result.winners is None:
        boxes = [Mark(row=row, col=col, role="output") for row, col in sorted(_winners(result))]
        return tile_maps(grid, look, titles=titles, marks=[*boxes, window])
    return tile_pictures([_faded(result)], look, titles=titles, marks=[window])


def formula_html(cell: PoolCell) -> str:
    """Return how the cell came about as HTML that wraps on a phone: the winner boxed, padding grey.

    Examples
    --------
    >>> from cnnviz.ops.pool import pool2d
    >>> from cnnviz.specs import PoolSpec
    >>> formula_html(pool2d([[[1, 2], [0, 1]]], PoolSpec(kind="average")).cell(0, 0, 0))
    '<p class="cnn-formula">(1 + 2 + 0 + 1) / 4 = <b>1</b></p>'
    """
    if cell.kind == "max":
        working = f"max({', '.join(_terms(cell))})"
    elif cell.kind == "l2":
        squares = " + ".join(term if term == "…" else f"{term}²" for term in _terms(cell))
        working = f"√({squares})" if cell.scale == 1 else f"√({short(cell.scale)} · ({squares}))"
    else:
        working = f"({' + '.join(_terms(cell))}) / {int(cell.takes_part.sum())}"
    return f'<p class="cnn-formula">{working} = <b>{short(cell.value)}</b></p>'


def typed_px(cols: int) -> int:
    """Return the width of a tile with numbers in its cells: the fewer columns, the larger the cells."""
    return min(LARGE_CELL_PX, max(CELL_PX, LARGE_TILE_PX // cols)) * cols


def side_by_side(figures: Sequence[TiledMaps], most_px: int) -> str:
    """Return figures of one tile each, at most `most_px` wide, in rows; a phone has two in a row."""
    cells = "".join(f"<div>{figure.html}</div>" for figure in figures)
    return f'<style>{_style()}</style><div class="cnn-row" style="--most:{most_px}px">{cells}</div>'


def _terms(cell: PoolCell) -> list[str]:
    """Return the numbers of the window as HTML; the middle of a long list is left out, not the winner."""
    texts: list[str] = []
    boxed = None
    for place in np.argwhere(cell.takes_part):
        row, col = place.tolist()
        text = short(cell.values[row, col], 3)
        text = f"({text})" if cell.values[row, col] < 0 else text
        text = f"<i>{text}</i>" if cell.is_padding[row, col] else text
        if (row, col) == cell.winner:
            text, boxed = f"<mark>{text}</mark>", len(texts)
        texts.append(text)
    if len(texts) <= MOST_TERMS:
        return texts
    first, last = MOST_TERMS - 3, len(texts) - 2
    middle = ["…", texts[boxed], "…"] if boxed is not None and first <= boxed < last else ["…"]
    return [*texts[:first], *middle, *texts[last:]]


def _window_mark(result: PoolResult, chosen: tuple[int, int]) -> Mark:
    """Return the box around the window of one output cell, cut to the map."""
    cell = result.cell(0, *chosen)
    inside = ~cell.is_padding
    rows, cols = int(inside.any(axis=1).sum()), int(inside.any(axis=0).sum())
    row, col = (max(0, corner) for corner in cell.corner)
    return Mark(row=row, col=col, rows=rows, cols=cols, role="kernel")


def _winners(result: PoolResult) -> set[tuple[int, int]]:
    """Return the input cells that win some window."""
    if result.winners is None:
        return set()
    height, width = result.maps.shape[1:]
    places = result.winners[0].reshape(-1, 2).tolist()
    return {(row, col) for row, col in places if row < height and col < width}


def _faded(result: PoolResult) -> npt.NDArray[np.uint8]:
    """Return the first map in colour, shape (H, W, 3), with every cell that won nowhere faded."""
    grid = result.maps[0]
    span = range_of(grid)
    colours = palette.table(span.scale)[span.levels(grid)].astype(np.float64)
    won = np.zeros(grid.shape, dtype=bool)
    rows, cols = np.array(sorted(_winners(result))).T
    won[rows, cols] = True
    faded = colours + FADE * (FADED - colours)
    return np.rint(np.where(won[..., None], colours, faded)).astype(np.uint8)


@cache
def _style() -> str:
    return Path(__file__).with_name("pooling.css").read_text(encoding="utf-8")
