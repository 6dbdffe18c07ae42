"""Bring maps to a wanted number of rows and columns without distorting them."""

import numpy as np
import numpy.typing as npt
from PIL import Image

from cnnviz import check

F64 = npt.NDArray[np.float64]
MOST = 4096  # rows or columns that may be asked for


def fitted(maps: npt.ArrayLike, size: tuple[int, int]) -> F64:
    """Return the middle of every map, cut to the shape of `size` and brought to that size.

    Smaller cells are averages of the area they cover; larger ones are interpolated between neighbours.
    Maps that have the size already are returned as they are.

    Parameters
    ----------
    maps : array_like
        Shape (C, H, W), finite numbers.
    size : (int, int)
        Rows and columns wanted.

    Raises
    ------
    ShapeError, RangeError
        If `maps` is not (C, H, W) of finite numbers or `size` is not two whole numbers from 1.

    Examples
    --------
    >>> fitted([[[0, 1, 3, 9], [1, 2, 4, 9]]], (1, 1)).tolist()
    [[[2.5]]]
    """
    cells = check.check_array("maps", maps, ndim=3)
    rows, cols = check.check_pair("size", size, 1, MOST)
    height, width = cells.shape[1:]
    if (height, width) == (rows, cols):
        return cells
    kept_width = min(width, max(1, round(height * cols / rows)))
    kept_height = min(height, max(1, round(width * rows / cols)))
    top, left = (height - kept_height) // 2, (width - kept_width) // 2
    middle = cells[:, top : top + kept_height, left : left + kept_width].astype(np.float32)
    method = Image.Resampling.BOX if rows <= kept_height else Image.Resampling.BILINEAR
    resized = [np.asarray(Image.fromarray(grid).resize((cols, rows), method)) for grid in middle]
    return np.stack(resized).astype(np.float64)


def shrunk(maps: npt.ArrayLike, longest: int) -> F64:
    """Return the maps with at most `longest` rows and columns, the proportions kept; never enlarged.

    Examples
    --------
    >>> shrunk([[[1, 3], [5, 7]]], 1).tolist()
    [[[4.0]]]
    """
    cells = check.check_array("maps", maps, ndim=3)
    height, width = cells.shape[1:]
    factor = longest / max(height, width)
    if factor >= 1:
        return cells
    return fitted(cells, (max(1, round(height * factor)), max(1, round(width * factor))))
