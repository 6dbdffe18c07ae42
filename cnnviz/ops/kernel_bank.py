"""The kernels of one convolution layer as one line of text, which is also their share link.

::

    bank    kernel ; kernel ; ...                1 to 8 kernels
    kernel  slice | slice | ... @ bias           one slice for all channels, or one for each
    slice   sobel_x, motion:9x9:45, random:3x3:0:7        a preset: name:size:angle:seed
            2,3,1/1,1,3/1,0,0                             or typed numbers, row by row

The layer's weight gives all kernels one size: smaller ones are filled up with zeros around their
centre, which changes nothing under "same" padding.
"""

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from cnnviz.check import check_array, check_integer
from cnnviz.errors import RangeError
from cnnviz.ops import kernels

Array = npt.NDArray[np.float64]

MOST_KERNELS = 8
LARGEST = 1e6  # of a weight or a bias; keeps sums of products far from overflow
TYPED = "typed"


@dataclass(frozen=True, slots=True)
class Recipe:
    """A preset with what was chosen of it; `name` is ``typed`` for numbers of one's own.

    Parameters
    ----------
    name : str
        A key of `cnnviz.ops.kernels.PRESETS`, or ``typed``.
    size : (int, int)
        Rows and columns.
    angle, seed : int
        As for `cnnviz.ops.kernels.kernel`.
    """

    name: str
    size: tuple[int, int]
    angle: int = 0
    seed: int = 0

    @property
    def text(self) -> str:
        """The slice as text; what is at its default at the end is left out."""
        preset = kernels.PRESETS[self.name]
        parts = [(f"{self.size[0]}x{self.size[1]}", self.size == preset.size)]
        parts += [(str(self.angle), self.angle == 0), (str(self.seed), self.seed == 0)]
        while parts and parts[-1][1]:
            parts.pop()
        return ":".join([self.name, *(part for part, _ in parts)])


@dataclass(frozen=True, slots=True)
class Kernel:
    """One kernel of a layer.

    Parameters
    ----------
    slices : tuple of str
        One for all channels, or one a channel.
    bias : float
        Added to the whole map.
    """

    slices: tuple[str, ...]
    bias: float = 0.0

    @property
    def text(self) -> str:
        """The kernel as part of a bank's text."""
        return "|".join(self.slices) + (f"@{_number(self.bias)}" if self.bias else "")

    def with_slice(self, index: int, text: str) -> "Kernel":
        """Return the kernel with another slice at `index`."""
        slices = [text if idx == index else old for idx, old in enumerate(self.slices)]
        return replace(self, slices=tuple(slices))

    def spread(self, channels: int) -> "Kernel":
        """Return the kernel with a slice of its own for each channel."""
        return replace(self, slices=tuple(self.slices[idx % len(self.slices)] for idx in range(channels)))


@dataclass(frozen=True, slots=True)
class Bank:
    """The kernels of one layer; legal by construction.

    Parameters
    ----------
    kernels : tuple of Kernel
        One to eight.
    """

    kernels: tuple[Kernel, ...]

    def __post_init__(self) -> None:
        check_integer("kernels", len(self.kernels), 1, MOST_KERNELS)
        for kernel in self.kernels:
            if not math.isfinite(kernel.bias) or abs(kernel.bias) > LARGEST:
                raise RangeError("number", name="bias", low=-LARGEST, high=LARGEST, got=kernel.bias)
            for text in kernel.slices:
                values_of(text)

    @property
    def text(self) -> str:
        """The bank as text; `read` reads it back."""
        return ";".join(kernel.text for kernel in self.kernels)

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of the layer's kernels: as many as the largest needs."""
        shapes = [values_of(text).shape for kernel in self.kernels for text in kernel.slices]
        return max(rows for rows, _ in shapes), max(cols for _, cols in shapes)

    @property
    def biases(self) -> Array:
        """One number a kernel, shape (O,)."""
        return np.array([kernel.bias for kernel in self.kernels])

    def weight(self, channels: int) -> Array:
        """Return the weight of the layer, shape (O, `channels`, KH, KW).

        A kernel with one slice has it in every channel; surplus slices are left out.
        """
        grids = [kernel.spread(channels).slices for kernel in self.kernels]
        return np.array([[kernels.resize(values_of(text), self.size) for text in grid] for grid in grids])

    def with_kernel(self, index: int, kernel: Kernel) -> "Bank":
        """Return the bank with another kernel at `index`."""
        return Bank(tuple(kernel if idx == index else old for idx, old in enumerate(self.kernels)))

    def added(self, kernel: Kernel) -> "Bank":
        """Return the bank with one more kernel."""
        return Bank((*self.kernels, kernel))

    def without(self, index: int) -> "Bank":
        """Return the bank without the kernel at `index`."""
        return Bank(self.kernels[:index] + self.kernels[index + 1 :])


def read(text: str) -> Bank:
    """Return the bank that `text` describes.

    Raises
    ------
    RangeError, ShapeError, ChoiceError
        If it describes none.

    Examples
    --------
    >>> read("sobel_x;1,2/3,4@0.5").biases.tolist()
    [0.0, 0.5]
    """
    found = []
    for part in text.split(";"):
        slices, _, bias = part.partition("@")
        found.append(Kernel(tuple(slices.split("|")), _parse(bias) if bias else 0.0))
    return Bank(tuple(found))


@lru_cache(maxsize=1024)
def recipe_of(text: str) -> Recipe:
    """Return what the slice `text` is made by."""
    name, *parts = text.split(":")
    if name not in kernels.PRESETS:
        rows, cols = values_of(text).shape
        return Recipe(TYPED, (rows, cols))
    size = tuple(map(_whole, parts[0].split("x"))) if parts else kernels.PRESETS[name].size
    return Recipe(name, (size[0], size[-1]), *map(_whole, parts[1:3]))


@lru_cache(maxsize=1024)
def values_of(text: str) -> Array:
    """Return the numbers of the slice `text`, read-only.

    Raises
    ------
    RangeError, ShapeError, ChoiceError
        If it is no slice.
    """
    if text[:1].isalpha():
        recipe = recipe_of(text) if text.partition(":")[0] in kernels.PRESETS else Recipe(text, (1, 1))
        array = kernels.kernel(recipe.name, size=recipe.size, angle=recipe.angle, seed=recipe.seed)
    else:
        array = _typed_values(text)
    array.setflags(write=False)
    return array


def typed(values: npt.ArrayLike) -> str:
    """Return the slice of typed numbers.

    Examples
    --------
    >>> typed([[2, -0.5]])
    '2,-0.5'
    """
    array = check_array("kernel", values, ndim=2)
    return "/".join(",".join(map(_number, row)) for row in array.tolist())


def named(values: npt.ArrayLike, like: str) -> str:
    """Return the slice `like` if it has exactly these numbers, else that of typed numbers."""
    return like if np.array_equal(values_of(like), np.asarray(values)) else typed(values)


def _typed_values(text: str) -> Array:
    array = check_array(
        "kernel", [[_parse(part) for part in row.split(",")] for row in text.split("/")], ndim=2
    )
    for name, size in zip(("rows", "columns"), array.shape, strict=True):
        check_integer(name, size, 1, kernels.MAX_SIZE)
    return array


def _parse(text: str) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise RangeError("number", name="kernel", low=-LARGEST, high=LARGEST, got=text) from error
    if not abs(value) <= LARGEST:
        raise RangeError("number", name="kernel", low=-LARGEST, high=LARGEST, got=text)
    return value


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise RangeError("integer", name="kernel", low=-360, high=2**31 - 1, got=text) from error


def _number(value: float) -> str:
    """Return `value` so that it reads back exactly, whole numbers without a point."""
    return str(int(value)) if value.is_integer() and abs(value) <= LARGEST else repr(value)
