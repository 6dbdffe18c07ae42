"""Numbers to colours: which range a scale covers, and the palette picture it gives."""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image

from cnnviz.check import check_choice
from cnnviz.figures import palette

SCALES = ("auto", *palette.STOPS)
Array = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers at both ends of a colour scale.

    Parameters
    ----------
    scale : {'signed', 'positive', 'absolute', 'picture'}
        Which colours.
    low, high : float
        The number at each end; `low` < `high`.
    """

    scale: str
    low: float
    high: float

    def levels(self, values: Array) -> npt.NDArray[np.uint8]:
        """Return for each number the index of its colour in `palette.table`; ends take what lies beyond."""
        if self.scale == "absolute":
            values = np.abs(values)
        scaled = np.clip(values, self.low, self.high) - self.low
        scaled /= self.high - self.low  # divided first: the smallest numbers there are stay finite
        scaled *= palette.LEVELS - 1
        scaled += 0.5  # and cutting off rounds
        return scaled.astype(np.uint8)


def range_of(values: Array, scale: str = "auto", white: float = 1.0) -> Range:
    """Return the range that shows `values`.

    Parameters
    ----------
    values : ndarray
        Any shape, finite.
    scale : {'auto', 'signed', 'positive', 'absolute', 'picture'}
        'signed' reaches as far below 0 as above; 'positive' and 'absolute' start at 0; 'picture' is
        black at 0 and white at `white`, whatever `values` hold; 'auto' is 'signed' where there is a
        negative number, else 'positive'.
    white : float
        What is white in a picture, above 0.

    Examples
    --------
    >>> range_of(np.array([-1.0, 4.0]))
    Range(scale='signed', low=-4.0, high=4.0)
    """
    return range_between(float(values.min()), float(values.max()), scale, white)


def range_between(lowest: float, highest: float, scale: str = "auto", white: float = 1.0) -> Range:
    """Return the range that shows numbers from `lowest` to `highest`; see `range_of`."""
    check_choice("scale", scale, SCALES)
    if scale == "auto":
        scale = "signed" if lowest < 0 else "positive"
    if scale == "picture":
        return Range(scale, 0.0, white)
    high = highest if scale == "positive" else max(-lowest, highest)
    high = high if high > 0 else 1.0  # a map of zeros still has a scale
    return Range(scale, -high if scale == "signed" else 0.0, high)


def map_png(values: Array, span: Range, *, enlarge: int = 1) -> bytes:
    """Return one map as a palette PNG, `enlarge` × `enlarge` pixels a cell, edges kept sharp.

    Parameters
    ----------
    values : ndarray of float, shape (H, W)
        Any finite numbers.
    span : Range
        As made by `range_of`.
    enlarge : int
        Pixels a cell and side, from 1.
    """
    image = Image.fromarray(span.levels(values))
    if enlarge > 1:
        image = image.resize((image.width * enlarge, image.height * enlarge), Image.Resampling.NEAREST)
    image.putpalette(palette.table(span.scale).tobytes())
    return png(image)


def png(image: Image.Image) -> bytes:
    """Return `image` as PNG, packed quickly rather than tightly."""
    file = BytesIO()
    image.save(file, "PNG", compress_level=1)
    return file.getvalue()
