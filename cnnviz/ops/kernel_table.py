"""Kernels with fixed numbers, row by row. Meaning and source of each are in ``lessons/*/kernels.toml``.

``_x`` is the derivative along the columns (it answers to vertical edges), ``_y`` along the rows
(horizontal edges). Bright to the right of, or below, dark gives a positive answer.
"""

from types import MappingProxyType

Rows = tuple[tuple[float, ...], ...]

FIXED: MappingProxyType[str, Rows] = MappingProxyType(
    {
        "sharpen": ((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
        "sobel_x": ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)),
        "sobel_y": ((-1, -2, -1), (0, 0, 0), (1, 2, 1)),
        "scharr_x": ((-3, 0, 3), (-10, 0, 10), (-3, 0, 3)),
        "scharr_y": ((-3, -10, -3), (0, 0, 0), (3, 10, 3)),
        "prewitt_x": ((-1, 0, 1), (-1, 0, 1), (-1, 0, 1)),
        "prewitt_y": ((-1, -1, -1), (0, 0, 0), (1, 1, 1)),
        "roberts_down": ((1, 0), (0, -1)),
        "roberts_up": ((0, 1), (-1, 0)),
        "laplacian_4": ((0, 1, 0), (1, -4, 1), (0, 1, 0)),
        "laplacian_8": ((1, 1, 1), (1, -8, 1), (1, 1, 1)),
        "emboss": ((-2, -1, 0), (-1, 1, 1), (0, 1, 2)),
        "line_horizontal": ((-1, -1, -1), (2, 2, 2), (-1, -1, -1)),
        "line_vertical": ((-1, 2, -1), (-1, 2, -1), (-1, 2, -1)),
        "line_up": ((-1, -1, 2), (-1, 2, -1), (2, -1, -1)),
        "line_down": ((2, -1, -1), (-1, 2, -1), (-1, -1, 2)),
    }
)
