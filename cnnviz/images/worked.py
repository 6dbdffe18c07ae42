"""The inputs of the lectures' worked examples: data only. Their kernels and results are on the pages."""

from collections.abc import Mapping
from types import MappingProxyType

Rows = tuple[tuple[float, ...], ...]

WORKED: Mapping[str, Rows] = MappingProxyType(
    {
        "conv_a": ((2, 2, 3, 0), (3, 0, 2, 3), (1, 0, 3, 2), (2, 3, 0, 1)),
        "conv_b": ((1, 2, 3, 0), (0, 1, 2, 3), (3, 0, 1, 2), (2, 3, 0, 1)),
        "conv_c": tuple(tuple((1, 2, 3, 0)[(col - row) % 4] for col in range(7)) for row in range(7)),
        "conv_d": ((1, 1, 1, 0, 0), (0, 1, 1, 1, 0), (0, 0, 1, 1, 1), (0, 0, 1, 1, 0), (0, 1, 1, 0, 0)),
        "dot_2d": ((1, 0, 1), (0, 1, 0), (1, 0, 1)),
        "inner": ((1, 3), (2, 4)),
        "pool": ((1, 2, 1, 0), (0, 1, 2, 3), (3, 0, 1, 2), (2, 4, 0, 1)),
    }
)
FIRST = "conv_a"
