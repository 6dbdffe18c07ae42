"""Pooling with the winner of every window and the working of every cell kept."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cnnviz import check
from cnnviz.shapes import Axis, pool_axes
from cnnviz.specs import PoolSpec

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class PoolCell:
    """How one output cell of a pooling came about.

    Parameters
    ----------
    kind : str
        Kind of pooling, as in `PoolSpec`.
    values : array
        What the window covers, shape (rows, cols), float64; padding is 0. A window that reaches past
        the padded edge, as `ceil_mode` allows, holds only the cells inside.
    is_padding, takes_part : array
        Which cells are padding and which take part, shape (rows, cols), bool. Padding takes no part
        in a maximum, except for the zeros of the lecture's variant.
    corner : (int, int)
        Input row and column of the window's first cell; negative inside the padding.
    winner : (int, int) or None
        Row and column inside the window of the largest value; None unless `kind` is 'max'.
    scale : float
        What the sum is multiplied by: 1 / cells for an average; for 'l2' full window / cells, which
        is 1 unless the window reaches past the padded edge; 1 for a maximum.
    value : float
        The output cell.
    """

    kind: str
    values: Array
    is_padding: Mask
    takes_part: Mask
    corner: tuple[int, int]
    winner: tuple[int, int] | None
    scale: float
    value: float

    @property
    def terms(self) -> tuple[float, ...]:
        """The numbers that take part, row by row."""
        return tuple(self.values[self.takes_part].tolist())

    @property
    def winner_is_padding(self) -> bool:
        """Whether a zero that was filled in beat every number of the map."""
        return self.winner is not None and bool(self.is_padding[self.winner])


@dataclass(frozen=True, slots=True, eq=False)
class PoolResult:
    """What `pool2d` computed.

    Parameters
    ----------
    maps : array
        What came in, shape (C, H, W), float64.
    spec : PoolSpec
        The settings.
    axes : (Axis, Axis)
        Rows and columns of the size formula.
    output : array
        The pooled maps, shape (C, OH, OW), float64.
    winners : array or None
        For 'max' the input (row, col) of each output cell's largest value, shape (C, OH, OW, 2),
        int64; the first one in reading order where several are equal. It lies outside the input
        where a zero of the lecture's variant won.
    """

    maps: Array
    spec: PoolSpec
    axes: tuple[Axis, Axis]
    output: Array
    winners: npt.NDArray[np.int64] | None

    def cell(self, map_idx: int, row: int, col: int) -> PoolCell:
        """Return how output cell (`row`, `col`) of map `map_idx` came about.

        Raises
        ------
        RangeError
            If there is no such cell.
        """
        for name, index, size in zip(
            ("map_idx", "row", "col"), (map_idx, row, col), self.output.shape, strict=True
        ):
            check.check_integer(name, index, 0, size - 1)
        rows, cols = (_window(axis, index) for axis, index in zip(self.axes, (row, col), strict=True))
        inside = np.ix_(
            (rows >= 0) & (rows < self.axes[0].size_in), (cols >= 0) & (cols < self.axes[1].size_in)
        )
        values, is_padding = np.zeros((len(rows), len(cols))), np.ones((len(rows), len(cols)), dtype=bool)
        is_padding[inside] = False
        values[inside] = self.maps[map_idx][np.ix_(rows[inside[0].ravel()], cols[inside[1].ravel()])]
        winner = None
        if self.winners is not None:
            best_row, best_col = self.winners[map_idx, row, col].tolist()
            winner = best_row - int(rows[0]), best_col - int(cols[0])
        competes = self.winners is None or self.spec.far_zeros
        return PoolCell(
            kind=self.spec.kind,
            values=values,
            is_padding=is_padding,
            takes_part=np.ones_like(is_padding) if competes else ~is_padding,
            corner=(int(rows[0]), int(cols[0])),
            winner=winner,
            scale=float(_scale(self.spec.kind, np.array(values.size), self.axes)),
            value=float(self.output[map_idx, row, col]),
        )


def pool2d(maps: npt.ArrayLike, spec: PoolSpec) -> PoolResult:
    """Pool every map: keep one number of each window.

    Parameters
    ----------
    maps : array_like
        Shape (C, H, W), finite numbers.
    spec : PoolSpec
        Kind, window, stride, padding and rounding. For 'average' padding counts as 0. For 'l2' the
        cell is ``sqrt(K · mean(v²))`` with K cells in a full window, which is the root of the sum of
        squares, as `torch.nn.LPPool2d` has it.

    Returns
    -------
    PoolResult
        The pooled maps, the winners, and `cell` for the working of one cell.

    Raises
    ------
    ShapeError, RangeError
        If `maps` is not (C, H, W) of finite numbers or the window does not fit.

    Examples
    --------
    >>> pool2d([[[1, 2], [3, 0]]], PoolSpec()).output.tolist()
    [[[3.0]]]
    """
    cells = check.check_array("maps", maps, ndim=3)
    axes = pool_axes(cells.shape[1], cells.shape[2], spec)
    if spec.kind == "max":
        output, winners = _maximum(cells, axes, fill=0.0 if spec.far_zeros else -math.inf)
        return PoolResult(cells, spec, axes, output, winners)
    if spec.kind == "global_average":
        return PoolResult(cells, spec, axes, cells.mean(axis=(1, 2), keepdims=True), None)
    squared = spec.kind == "l2"
    total = sum(view for _, _, view in _offsets(cells * cells if squared else cells, axes, fill=0.0))
    heights, widths = (np.array([len(_window(axis, i)) for i in range(axis.size_out)]) for axis in axes)
    scaled = total * _scale(spec.kind, heights[:, None] * widths, axes)
    return PoolResult(cells, spec, axes, np.sqrt(scaled) if squared else scaled, None)


@dataclass(frozen=True, slots=True, eq=False)
class ShiftResult:
    """What moving the input by some cells changes after pooling.

    Parameters
    ----------
    before, after : PoolResult
        The maps as they came, pooled; and the moved maps, pooled.
    changed_inputs, changed_outputs : float
        Share of the cells that are different afterwards, in 0..1.
    input_change, output_change : float
        Mean absolute change as a share of the mean absolute number before; 0 for maps of zeros.
    """

    before: PoolResult
    after: PoolResult
    changed_inputs: float
    changed_outputs: float
    input_change: float
    output_change: float


def shift_and_pool(maps: npt.ArrayLike, spec: PoolSpec, *, rows: int = 0, cols: int = 1) -> ShiftResult:
    """Pool `maps` as they are and moved `rows` down and `cols` to the right, and compare.

    Negative numbers move up and left. The edge's cells are repeated where the map moves away.

    Examples
    --------
    >>> shift_and_pool([[[0, 9, 0, 0]]], PoolSpec(kernel_size=(1, 4), stride=(1, 4))).changed_outputs
    0.0
    """
    cells = check.check_array("maps", maps, ndim=3)
    height, width = cells.shape[1:]
    down = np.clip(np.arange(height) - rows, 0, height - 1)
    right = np.clip(np.arange(width) - cols, 0, width - 1)
    before, after = pool2d(cells, spec), pool2d(cells[:, down[:, None], right], spec)
    pairs = ((before.maps, after.maps), (before.output, after.output))
    shares = [1.0 - float(np.isclose(a, b, rtol=0, atol=1e-9).mean()) for a, b in pairs]
    return ShiftResult(before, after, *shares, *(_relative(a, b) for a, b in pairs))


def _relative(before: Array, after: Array) -> float:
    size = float(np.abs(before).mean())
    return float(np.abs(after - before).mean()) / size if size else 0.0


def _offsets(cells: Array, axes: tuple[Axis, Axis], fill: float) -> Iterator[tuple[int, int, Array]]:
    """Yield, for each cell (i, j) of the window, what all windows have there, shape (C, OH, OW)."""
    rows, cols = axes
    widths = [(axis.before, max(0, _end(axis) - axis.size_in - axis.before)) for axis in axes]
    padded = np.pad(cells, [(0, 0), *widths], constant_values=fill)
    for i in range(rows.kernel):
        down = slice(i, i + rows.starts[-1] + 1, rows.stride)
        for j in range(cols.kernel):
            yield i, j, padded[:, down, j : j + cols.starts[-1] + 1 : cols.stride]


def _maximum(cells: Array, axes: tuple[Axis, Axis], fill: float) -> tuple[Array, npt.NDArray[np.int64]]:
    """Return the largest value of each window and where on the input it is."""
    rows, cols = axes
    shape = (len(cells), rows.size_out, cols.size_out)
    best, winners = np.full(shape, -math.inf), np.zeros((*shape, 2), dtype=np.int64)
    for i, j, view in _offsets(cells, axes, fill):
        better = view > best  # not >=: of equals the first one stays, as in PyTorch
        best[better] = view[better]
        winners[better] = (i, j)
    winners[..., 0] += (np.array(rows.starts) - rows.before)[:, None]
    winners[..., 1] += np.array(cols.starts) - cols.before
    return best, winners


def _window(axis: Axis, index: int) -> npt.NDArray[np.int64]:
    """Return the input cells of window `index`; those past the padded edge are left out."""
    start = axis.starts[index]
    return np.arange(start, min(start + axis.kernel, axis.padded)) - axis.before


def _end(axis: Axis) -> int:
    """Return one past the last padded cell that any window would cover."""
    return axis.starts[-1] + axis.kernel


def _scale(kind: str, size: Array, axes: tuple[Axis, Axis]) -> Array:
    """Return what windows of `size` cells have their sum multiplied by."""
    full = axes[0].kernel * axes[1].kernel
    return np.asarray({"max": 1.0 + 0 * size, "l2": full / size}.get(kind, 1.0 / size))
