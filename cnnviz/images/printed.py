"""Lines printed on paper, ruled or squared, told from ink: they are straight, long and there are several.

So along every direction near to level, and near to upright, long pieces are looked at: where a line runs,
three quarters of a piece are as dark as the line at least, whatever was written across it. No stroke is as
long.
"""

import numpy as np
import numpy.typing as npt
from scipy import ndimage

F32 = npt.NDArray[np.float32]

BLOCK = 8  # pixels along a line that are taken together
SLOPES = BLOCK * np.tan(np.deg2rad(np.arange(-12, 12.1, 0.75)))  # rows that a line rises in a block
NEAR = 3  # so many slopes on either side of the best one are looked at: paper is seen in perspective
PIECE, SHARE = 0.85, 0.75  # length of a piece, of the picture's; how much of it a line fills
FEWEST = 4  # lines; one or two may be strokes
FAINT = 0.01  # of full brightness: less is no line
DARKEST = 1.2  # times the median of all lines: more is ink that lies on one
MORE = 1.3  # times what is found: a quantile lies below the mean


def printed(ink_f32: F32) -> F32:
    """Return how much of each pixel is printed lines.

    Parameters
    ----------
    ink_f32 : ndarray of float32, (H, W)
        How much darker than its surroundings a pixel is, 0..1.

    Returns
    -------
    ndarray of float32, (H, W)
        To be subtracted; 0 everywhere where there are no lines.
    """
    return np.maximum(_level(ink_f32), _level(ink_f32.T).T)


def _level(ink: F32) -> F32:
    """Return the lines that are nearly level."""
    rows, cols = ink.shape
    count = cols // BLOCK
    if count < 8 or rows < 8:
        return np.zeros_like(ink)
    blocks = np.median(ink[:, : count * BLOCK].reshape(rows, count, BLOCK), 2)  # lines that cross are lost
    best = int(np.argmax([_sheared(blocks, slope).mean(1).var() for slope in SLOPES]))
    near = SLOPES[max(0, best - NEAR) : best + NEAR + 1]
    dark = np.max([_sheared(_filled(_sheared(blocks, slope)), -slope) for slope in near], axis=0)
    is_line = dark > max(3 * float(np.median(dark)), FAINT)
    begins = np.diff(is_line.astype(np.int8), axis=0, prepend=0) == 1
    if np.median(begins.sum(0)) < FEWEST:
        return np.zeros_like(ink)
    lines = np.where(is_line, np.minimum(dark, DARKEST * np.median(dark[is_line])), 0).astype(np.float32)
    whole = lines[:, np.minimum(np.arange(cols) // BLOCK, count - 1)]
    return np.asarray(MORE * ndimage.maximum_filter1d(whole, 3, axis=0), np.float32)


def _sheared(blocks: F32, slope: float) -> F32:
    """Return the blocks with each column moved up by `slope` rows more than the one before it."""
    rows, count = blocks.shape
    moved = np.rint(slope * (np.arange(count) - count / 2)).astype(int)
    return np.take_along_axis(blocks, np.clip(np.arange(rows)[:, None] + moved, 0, rows - 1), 0)


def _filled(blocks: F32) -> F32:
    """Return how dark `SHARE` of the blocks in the piece of its row around each block are at least."""
    piece = max(8, round(PIECE * blocks.shape[1]))
    sides = ((0, 0), (piece // 2, piece - 1 - piece // 2))
    pieces = np.lib.stride_tricks.sliding_window_view(np.pad(blocks, sides, mode="reflect"), piece, axis=1)
    place = round((1 - SHARE) * piece)
    return np.partition(pieces, place, axis=2)[..., place]
