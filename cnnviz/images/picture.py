"""One picture as every page receives it: pixels, where they come from, what they show."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Self

import numpy as np
import numpy.typing as npt

from cnnviz import check
from cnnviz.errors import ShapeError

ORIGINS = ("drawing", "upload", "camera", "sample", "dataset", "grid")
LUMA = (0.299, 0.587, 0.114)  # weights of red, green, blue in grey: ITU-R BT.601, as in Pillow's "L"

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture that a person chose. It never changes; its `digest` serves as a cache key.

    Parameters
    ----------
    pixels_u8 : ndarray of uint8, (H, W) or (H, W, 3)
        Grey or red, green, blue, 0..255. A read-only copy is kept.
    numbers : ndarray of float64, (H, W), optional
        What was typed into a number grid; `pixels_u8` only depicts it then.
    origin : {'drawing', 'upload', 'camera', 'sample', 'dataset', 'grid'}
        Where it comes from.
    name : str
        How it is called on screen, for instance a file name.
    label : str, optional
        Key of its true class, for instance ``"7"`` or ``"sneaker"``, where that is known.

    Raises
    ------
    ShapeError
        If `pixels_u8` is not uint8 of one of the two shapes, or is empty.
    ChoiceError
        If `origin` is unknown.

    Examples
    --------
    >>> Picture(np.zeros((28, 28), np.uint8), origin="drawing").size
    (28, 28)
    """

    pixels_u8: U8
    numbers: F64 | None = None
    origin: str = "sample"
    name: str = ""
    label: str | None = None

    def __post_init__(self) -> None:
        check.check_choice("origin", self.origin, ORIGINS)
        pixels = np.array(self.pixels_u8, order="C")
        shape_fits = pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[2] == 3)
        if pixels.dtype != np.uint8 or not shape_fits or pixels.size == 0:
            raise ShapeError("picture", got=f"{pixels.dtype} {pixels.shape}")
        pixels.setflags(write=False)
        object.__setattr__(self, "pixels_u8", pixels)

    @classmethod
    def from_numbers(cls, numbers: npt.ArrayLike, name: str = "") -> Self:
        """Return the picture of a number grid: its smallest number black, its largest white.

        Parameters
        ----------
        numbers : array_like of float, (H, W)
            Any finite numbers. Where all are equal the picture is mid-grey.
        name : str
            How it is called on screen.
        """
        values = check.check_array("numbers", numbers, ndim=2).copy()
        values.setflags(write=False)
        low, high = values.min(), values.max()
        scaled = (values - low) / (high - low) if high > low else np.full_like(values, 0.5)
        return cls(np.rint(scaled * 255).astype(np.uint8), numbers=values, origin="grid", name=name)

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, cols = self.pixels_u8.shape[:2]
        return rows, cols

    @property
    def is_colour(self) -> bool:
        """Whether red, green and blue are held, even where they are equal."""
        return self.pixels_u8.ndim == 3

    @cached_property
    def digest(self) -> str:
        """Hash of pixels and numbers, 16 hexadecimal digits; name, origin and label do not count."""
        content = sha256(repr((self.pixels_u8.shape, self.numbers is not None)).encode())
        content.update(self.pixels_u8.tobytes())
        if self.numbers is not None:
            content.update(self.numbers.tobytes())
        return content.hexdigest()[:16]

    def grey_f32(self) -> F32:
        """Return the brightness of the pixels, (H, W), 0..1; colours are weighted by `LUMA`."""
        if not self.is_colour:
            return self.pixels_u8.astype(np.float32) / np.float32(255)
        return self.pixels_u8.astype(np.float32) @ (np.array(LUMA, np.float32) / np.float32(255))

    def rgb_f32(self) -> F32:
        """Return red, green and blue, (3, H, W), 0..1; a grey picture has three equal channels."""
        if not self.is_colour:
            return np.repeat(self.grey_f32()[None], 3, axis=0)
        return np.ascontiguousarray(self.pixels_u8.transpose(2, 0, 1), np.float32) / np.float32(255)

    def channels_f64(self, *, colour: bool = True) -> F64:
        """Return what an operation works on, (C, H, W).

        The numbers as typed, for a number grid (C is 1); otherwise the pixels in 0..1, with C being
        3 for a colour picture and `colour`, else 1.
        """
        if self.numbers is not None:
            return np.array(self.numbers)[None]
        channels = self.rgb_f32() if colour and self.is_colour else self.grey_f32()[None]
        return channels.astype(np.float64)
