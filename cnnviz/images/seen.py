"""What was found in a picture is kept for the last few pictures.

Networks that are asked together often see a picture prepared in the same way up to here.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from hashlib import blake2b
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[Any]
Result = TypeVar("Result")

LAST = 4  # pictures whose results are kept


class _Seen:
    """A picture, known by its pixels; once it was looked at they are let go."""

    def __init__(self, pixels: Pixels) -> None:
        self.pixels = pixels
        content = blake2b(pixels.tobytes(), digest_size=16).digest()
        self.known_by = pixels.shape, pixels.dtype.str, content

    def let_go(self) -> Pixels:
        pixels, self.pixels = self.pixels, np.empty(0)
        return pixels

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Seen) and other.known_by == self.known_by

    def __hash__(self) -> int:
        return hash(self.known_by)


def remembered(find: Callable[[Pixels], Result]) -> Callable[[Pixels], Result]:
    """Return `find` with its results for the last few pictures kept."""

    @lru_cache(maxsize=LAST)
    def found(seen: _Seen) -> Result:
        return find(seen.let_go())

    @wraps(find)
    def remembering(pixels: Pixels) -> Result:
        return found(_Seen(pixels))

    return remembering
