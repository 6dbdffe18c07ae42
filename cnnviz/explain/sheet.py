"""Read a sheet with several drawings on it: which windows of which size hold one, and what it is.

A network for digits has no class for "nothing here", so its probabilities alone cannot find them. What a
window must look like is taken from MNIST: in its middle a drawing, about 20 pixels large, whole, its centre
of mass in the middle of the 28 × 28. Neighbours may look in at the rim.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cnnviz.explain.canvas import Slider, slider
from cnnviz.explain.results import CanvasScan, Found, Rectangle, SheetReading
from cnnviz.explain.sweep import Contestant

F64 = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# Heights of the sheet that are tried, in pixels: digits from nine tenths of its height down to a fifth become
# 20 pixels large in one of them, or nearly.
SIZES_PX = (22, 28, 36, 46, 58, 72, 90)
BORDER = 12  # px of black around the sheet, so that a drawing near its edge has a window around it too
LEAST_INK = 0.02  # mean of a window that counts as drawn on
INKED = 0.25  # brightness of a pixel that counts as drawn on
WANTED_SIDE = 20  # px, the longer side of a digit of MNIST
OFF_SIZE = 5.0  # px from it at which a window's score has fallen to 1/e
OFF_CENTRE = 4.0  # px off the middle at which it has fallen to 1/e
BLANK_COLS, BLANK_ROWS = 0, 4  # inside a drawing; more are the space between two drawings
LEAST_SCORE = 0.1
TAKEN = 0.25  # share of a drawing's ink that may belong to one found before


@dataclass(frozen=True, slots=True, eq=False)
class _Pieces:
    """The drawing in the middle of each window (h, w): its edges in the canvas, its ink, how well it sits."""

    top: Ints
    bottom: Ints
    left: Ints
    right: Ints
    mass: F64
    fit: F64  # 0 for none or a cut-off one, to 1

    def sums(self, values: F64) -> F64:
        """Return the sum of `values` (H, W) over each drawing's rectangle, (h, w)."""
        return _between(_integral(values), self.top, self.bottom, self.left, self.right)


@dataclass(frozen=True, slots=True, eq=False)
class _Size:
    """The sheet in one size: its ink with the border (H, W), the network's answers, the windows' drawings."""

    ink: F64
    scan: CanvasScan
    pieces: _Pieces


def read_sheet(
    contestant: Contestant, sizes: Sequence[npt.ArrayLike], shape: tuple[int, int, int]
) -> SheetReading:
    """Return what a network reads on a sheet.

    In every size, one forward pass answers for each window. A window's score is the probability of its
    first guess, times ``exp(-(d/4)²)`` with d the distance in pixels of the middle drawing's centre of mass
    from the window's middle, times ``exp(-((s-20)/5)²)`` with s the drawing's longer side; 0 where it is
    cut off or there is none. The best window is taken, windows of the same drawing are dropped, in all
    sizes; then the best of the rest, and so on.

    Parameters
    ----------
    contestant : Contestant
        Network and normalisation.
    sizes : sequence of array_like, each (C, H, W), float32 in 0..1
        The same sheet rendered in several sizes, light on black.
    shape : (int, int, int)
        (C, H, W) of the network's pictures.

    Raises
    ------
    ModelError
        If a layer has no counterpart that slides.
    """
    slides = slider(contestant, shape)
    seen = [_look(slides, np.asarray(canvas, np.float32)) for canvas in sizes]
    sides = [np.asarray(canvas).shape[1] for canvas in sizes]
    taken = [np.zeros_like(one.ink) for one in seen]
    found: list[Found] = []
    while (best := _best(seen, taken)) is not None:
        found.append(_found(seen, *best))
        for gone, side in zip(taken, sides, strict=True):
            _take(gone, found[-1].box, side / sides[best[0]])
    found.sort(key=lambda one: (one.box.left + one.box.right) / sides[one.size_idx])
    return SheetReading(tuple(sides), tuple(one.scan for one in seen), tuple(found))


def _look(slides: Slider, canvas: npt.NDArray[np.float32]) -> _Size:
    """Return the sheet in one size, with its border, as the network sees it."""
    short = [
        max(0, side - got - 2 * BORDER) for side, got in zip(slides.window, canvas.shape[1:], strict=True)
    ]
    whole = np.pad(canvas, [(0, 0), *((BORDER, BORDER + lack) for lack in short)])
    answers = slides.scan(whole)
    ink = whole.mean(0).astype(np.float64)
    return _Size(ink, answers, _pieces(ink, answers))


def _best(seen: Sequence[_Size], taken: Sequence[F64]) -> tuple[int, int, int] | None:
    """Return size, row and column of the best window of a drawing that is free; None where none is good."""
    best: tuple[float, int, int, int] = (LEAST_SCORE, -1, -1, -1)
    for size_idx, (one, gone) in enumerate(zip(seen, taken, strict=True)):
        free = one.pieces.sums(one.ink * gone) <= TAKEN * one.pieces.mass
        scores = one.scan.probs.max(0) * one.pieces.fit * free
        row, col = (int(i) for i in np.unravel_index(int(scores.argmax()), scores.shape))
        best = max(best, (float(scores[row, col]), size_idx, row, col))
    return best[1:] if best[1] >= 0 else None


def _found(seen: Sequence[_Size], size_idx: int, row: int, col: int) -> Found:
    """Return what the network sees in a window; rectangles without the border."""
    one, pieces = seen[size_idx].scan, seen[size_idx].pieces
    top, left = row * one.stride[0] - BORDER, col * one.stride[1] - BORDER
    edges = (pieces.top, pieces.bottom, pieces.left, pieces.right)
    class_idx = int(one.probs[:, row, col].argmax())
    return Found(
        class_idx,
        float(one.probs[class_idx, row, col]),
        size_idx,
        Rectangle(top, top + one.window[0], left, left + one.window[1]),
        Rectangle(*(int(edge[row, col]) - BORDER for edge in edges)),
    )


def _take(gone: F64, box: Rectangle, scale: float) -> None:
    """Mark a drawing as taken; `scale` leads from the pixels of `box` to those of this size."""
    edges = (box.top, box.bottom, box.left, box.right)
    top, bottom, left, right = (max(0, round(edge * scale) + BORDER) for edge in edges)
    gone[top:bottom, left:right] = 1


def _pieces(ink: F64, answers: CanvasScan) -> _Pieces:
    """Return the drawing in the middle of each window."""
    (height, width), (rows, cols) = answers.window, answers.probs.shape[1:]
    tops = (np.arange(rows) * answers.stride[0])[:, None]
    lefts = (np.arange(cols) * answers.stride[1])[None]
    drawn = _integral((ink > INKED).astype(np.float64))
    across = lefts[..., None] + np.arange(width)  # (1, w, width): columns of each window
    bands = _between(drawn, tops[..., None], tops[..., None] + height, across, across + 1) > 0
    first_col, last_col, whole_cols = _middle_run(bands, BLANK_COLS)
    left, right = lefts + first_col, lefts + last_col + 1
    down = tops[..., None] + np.arange(height)  # (h, 1, height): rows of each window
    bands = _between(drawn, down, down + 1, left[..., None], right[..., None]) > 0
    first_row, last_row, whole_rows = _middle_run(bands, BLANK_ROWS)
    top, bottom = tops + first_row, tops + last_row + 1
    places = (top, bottom, left, right)
    mass = _between(_integral(ink), *places)
    safe = np.maximum(mass, 1e-9)
    row_at = _between(_integral(ink * np.arange(len(ink))[:, None]), *places) / safe
    col_at = _between(_integral(ink * np.arange(ink.shape[1])), *places) / safe
    off = (row_at - tops - (height - 1) / 2) ** 2 + (col_at - lefts - (width - 1) / 2) ** 2
    off_side = np.maximum(bottom - top, right - left) - WANTED_SIDE
    legal = whole_cols & whole_rows & (mass >= LEAST_INK * height * width)
    near = np.exp(-off / OFF_CENTRE**2 - off_side**2 / OFF_SIZE**2)
    fit: F64 = np.where(legal, near, 0.0)
    return _Pieces(top, bottom, left, right, mass, fit)


def _middle_run(drawn: Bools, blank: int) -> tuple[Ints, Ints, Bools]:
    """Return first and last place of the stretch around the middle of each row of `drawn` (..., side).

    It may hold up to `blank` blank places in a row. The last result tells whether it ends on both sides.
    """
    side = drawn.shape[-1]
    middle = side // 2
    first, begun = _reach(drawn[..., middle::-1], blank)
    last, ended = _reach(drawn[..., middle:], blank)
    return middle - first, middle + last, begun & ended & drawn.any(-1)


def _reach(drawn: Bools, blank: int) -> tuple[Ints, Bools]:
    """Return how far the stretch from the first place on goes, and whether blank places end it."""
    reach = np.zeros(drawn.shape[:-1], np.int64)
    gap, going = np.zeros_like(reach), np.ones(reach.shape, np.bool_)
    for at in range(drawn.shape[-1]):
        reach = np.where(going & drawn[..., at], at, reach)
        gap = np.where(drawn[..., at], 0, gap + 1)
        going &= gap <= blank
    return reach, reach < drawn.shape[-1] - 1


def _integral(values: F64) -> F64:
    """Return the sums over all rectangles from the corner, (H + 1, W + 1)."""
    return np.pad(values.cumsum(0).cumsum(1), ((1, 0), (1, 0)))


def _between(integral: F64, top: Ints, bottom: Ints, left: Ints, right: Ints) -> F64:
    """Return the sum over rectangles, by an integral image."""
    sums: F64 = integral[bottom, right] - integral[top, right] - integral[bottom, left] + integral[top, left]
    return sums
