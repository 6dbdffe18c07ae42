"""One map as a file to take away: picture, table, array."""

import io

import numpy as np
import numpy.typing as npt

from cnnviz.check import check_array
from cnnviz.figures.colouring import map_png, range_of

LEAST_SIDE_PX = 256  # a small map is enlarged to at least this


def to_png(values: npt.ArrayLike, scale: str = "auto", white: float = 1.0) -> bytes:
    """Return one map, shape (H, W), as it is coloured on screen; small maps are enlarged, edges sharp.

    Raises
    ------
    ShapeError, RangeError
        If it is not one finite map.
    """
    grid = check_array("values", values, ndim=2)
    enlarge = max(1, LEAST_SIDE_PX // max(grid.shape))
    return map_png(grid, range_of(grid, scale, white), enlarge=enlarge)


def to_csv(values: npt.ArrayLike) -> bytes:
    r"""Return one map, shape (H, W), as comma-separated text with enough digits to read it back exactly.

    Examples
    --------
    >>> to_csv([[1, 0.5]])
    b'1.0,0.5\n'
    """
    grid = check_array("values", values, ndim=2)
    return "".join(",".join(map(repr, row)) + "\n" for row in grid.tolist()).encode()


def to_npy(values: npt.NDArray[np.floating]) -> bytes:
    """Return an array of any shape as a NumPy file, for `numpy.load`."""
    file = io.BytesIO()
    np.save(file, values, allow_pickle=False)
    return file.getvalue()
