"""Do all methods agree? Compare the heats of several attributions of one answer."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from cnnviz.check import check_integer
from cnnviz.explain.results import Agreement, Attribution

Floats = npt.NDArray[np.float32]


def agreement(attributions: Sequence[Attribution], *, grid: int = 7) -> Agreement:
    """Return rank correlation and overlap of the strongest fields, for each pair of attributions.

    Parameters
    ----------
    attributions : sequence of Attribution
        Of one picture, M of them; what is compared is written at `Agreement`.
    grid : int
        Fields along each side, from 2 to 64; a smaller picture is compared pixel by pixel.

    Returns
    -------
    Agreement

    Examples
    --------
    >>> heat = np.arange(16, dtype=np.float32).reshape(4, 4)
    >>> one = Attribution("saliency", 0, "", heat[np.newaxis], heat, signed=False)
    >>> agreement([one, one], grid=2).mean_rank_correlation
    1.0
    """
    check_integer("grid", grid, 2, 64)
    fields = np.stack([_fields(one.heat, grid) for one in attributions])
    flat = fields.reshape(len(fields), -1)
    ranks = np.stack([_ranks(row) for row in flat])
    with np.errstate(invalid="ignore", divide="ignore"):  # a constant heat has no order: NaN
        correlation = np.atleast_2d(np.corrcoef(ranks))
    strongest = np.stack([_strongest(row) for row in flat])
    shared = (strongest[:, np.newaxis] & strongest).sum(-1)
    overlap = shared / strongest.sum(-1).max()
    names = tuple(one.method for one in attributions)
    return Agreement(names, fields, correlation.astype(np.float32), overlap.astype(np.float32))


def _fields(heat: Floats, grid: int) -> Floats:
    """Return the mean of what speaks for the class over each field, shape (grid, grid) or smaller."""
    rows, cols = (np.linspace(0, side, min(grid, side) + 1).astype(int) for side in heat.shape)
    sums = np.add.reduceat(np.add.reduceat(np.maximum(heat, 0), rows[:-1], 0), cols[:-1], 1)
    means: Floats = (sums / np.outer(np.diff(rows), np.diff(cols))).astype(np.float32)
    return means


def _ranks(row: Floats) -> Floats:
    """Return ranks from 0, equal values sharing the mean of theirs."""
    _, place, counts = np.unique(row, return_inverse=True, return_counts=True)
    last = counts.cumsum() - 1
    means: Floats = (last - (counts - 1) / 2)[place].astype(np.float32)
    return means


def _strongest(row: Floats) -> npt.NDArray[np.bool_]:
    """Return which fifth of the values is largest; where all are equal, the first ones."""
    count = max(1, round(row.size / 5))
    chosen = np.zeros(row.size, dtype=bool)
    chosen[np.argsort(-row, kind="stable")[:count]] = True
    return chosen
