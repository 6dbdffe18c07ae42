"""Kernels by name, and what one can do to a kernel.

`PRESETS` says of each what may be chosen; `kernel` makes it. The words (label, meaning, source) are
the keys ``<name>.label``, ``<name>.meaning`` and ``<name>.source`` of ``lessons/*/kernels.toml``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from cnnviz.check import check_array, check_choice, check_integer, check_number, check_pair
from cnnviz.errors import RangeError
from cnnviz.ops.kernel_table import FIXED

Array = npt.NDArray[np.float64]
Size = tuple[int, int]
Maker = Callable[[Size, float, int], Array]  # size, angle in degrees, seed

MAX_SIZE = 11  # rows or columns of a kernel


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A kernel by name, and what may be chosen of it.

    Parameters
    ----------
    name : str
        Key in `PRESETS` and section of its words.
    family : {'plain', 'blur', 'sharpen', 'gradient', 'second', 'line', 'effect'}
        What it is used for.
    size : (int, int)
        Rows and columns to begin with.
    sizes : tuple of int
        Row and column counts it can take; one count is a kernel of fixed numbers.
    square : bool
        Whether rows and columns must be equal.
    takes_angle, takes_seed : bool
        Whether it has a direction, or is drawn at random.
    make : callable
        (size, angle, seed) to the numbers.
    """

    name: str
    family: str
    make: Maker
    size: Size
    sizes: tuple[int, ...]
    square: bool = False
    takes_angle: bool = False
    takes_seed: bool = False


def kernel(name: str, *, size: Size | None = None, angle: float = 0.0, seed: int = 0) -> Array:
    """Return the numbers of the preset `name`.

    Parameters
    ----------
    name : str
        A key of `PRESETS`.
    size : (int, int), optional
        Rows and columns; one of the preset's `sizes`. Its usual size by default.
    angle : float
        Degrees, −360 to 360, counter-clockwise from "to the right": the direction of motion, or the
        one across which a Gabor kernel's stripes follow one another. Ignored where there is none.
    seed : int
        Start of the random numbers, from 0.

    Returns
    -------
    ndarray of float64, shape `size`

    Raises
    ------
    ChoiceError
        If there is no such preset.
    RangeError, ShapeError
        If the preset cannot have this size.

    Examples
    --------
    >>> kernel("sobel_x").tolist()
    [[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]
    """
    preset = PRESETS[check_choice("kernel", name, tuple(PRESETS))]
    rows, cols = preset.size if size is None else check_pair("size", size, 1, MAX_SIZE)
    fits = rows in preset.sizes and cols in preset.sizes and (rows == cols or not preset.square)
    if not fits:
        allowed = ", ".join(map(str, preset.sizes))
        raise RangeError("kernel_size_preset", kernel=name, allowed=allowed, got=f"{rows}×{cols}")
    angle = check_number("angle", angle, -360, 360)
    return preset.make((rows, cols), angle, check_integer("seed", seed, 0, 2**31 - 1))


def normalise(values: npt.ArrayLike) -> Array:
    """Return the kernel divided by its sum, or by the sum of its absolute numbers where the sum is 0.

    With sum 1 a flat region keeps its brightness; a kernel of zeros stays as it is.
    """
    array = check_array("kernel", values, ndim=2)
    total, absolute = array.sum(), np.abs(array).sum()
    close_to_zero = abs(total) <= 1e-9 * absolute
    divisor = absolute if close_to_zero else total
    return array / divisor if divisor else array.copy()


def rotate(values: npt.ArrayLike) -> Array:
    """Return the kernel turned by 90° counter-clockwise; rows and columns change places."""
    return np.rot90(check_array("kernel", values, ndim=2)).copy()


def flip(values: npt.ArrayLike, axis: int) -> Array:
    """Return the kernel mirrored: top to bottom for `axis` 0, left to right for 1."""
    return np.flip(check_array("kernel", values, ndim=2), check_integer("axis", axis, 0, 1)).copy()


def negate(values: npt.ArrayLike) -> Array:
    """Return the kernel with every sign changed."""
    return 0.0 - check_array("kernel", values, ndim=2)  # no −0


def resize(values: npt.ArrayLike, size: Size) -> Array:
    """Return the kernel cut, or filled up with zeros, to `size` around its centre.

    Where a whole number of cells cannot be shared out evenly, the far side gets one more.

    Examples
    --------
    >>> resize([[5]], (2, 3)).tolist()
    [[0.0, 5.0, 0.0], [0.0, 0.0, 0.0]]
    """
    array = check_array("kernel", values, ndim=2)
    check_pair("size", size, 1, MAX_SIZE)
    result = np.zeros(size)
    here, there = zip(*map(_overlap, array.shape, size), strict=True)
    result[there] = array[here]
    return result


def _overlap(old: int, new: int) -> tuple[slice, slice]:
    """Return where the shared middle part lies in the old and in the new axis."""
    start_old, start_new = max(0, (old - 1) // 2 - (new - 1) // 2), max(0, (new - 1) // 2 - (old - 1) // 2)
    count = min(old - start_old, new - start_new)
    return slice(start_old, start_old + count), slice(start_new, start_new + count)


def _offsets(size: Size) -> tuple[Array, Array]:
    """Return for each cell how far it lies above (rows up) and right of the centre."""
    rows, cols = (np.arange(count, dtype=np.float64) for count in size)
    up: Array = (size[0] - 1) / 2 - rows[:, np.newaxis]
    right: Array = cols[np.newaxis, :] - (size[1] - 1) / 2
    return up, right


def _identity(size: Size, _angle: float, _seed: int) -> Array:
    """1 at the centre; before it in an even size, where 'same' padding puts the centre."""
    result = np.zeros(size)
    result[(size[0] - 1) // 2, (size[1] - 1) // 2] = 1
    return result


def _box(size: Size, _angle: float, _seed: int) -> Array:
    return np.full(size, 1 / (size[0] * size[1]))


def _gaussian(size: Size, _angle: float, _seed: int) -> Array:
    """Return a bell with the standard deviation that OpenCV's `getGaussianKernel` derives from the size."""
    bells = []
    for offset, count in zip(_offsets(size), size, strict=True):
        sigma = 0.3 * ((count - 1) / 2 - 1) + 0.8
        bells.append(np.exp(-(offset**2) / (2 * sigma**2)))
    bell: Array = bells[0] * bells[1] / (bells[0].sum() * bells[1].sum())
    return bell


def _unsharp(size: Size, angle: float, seed: int) -> Array:
    """Return picture plus difference from the blurred picture: ``2·identity − gaussian``."""
    return 2 * _identity(size, angle, seed) - _gaussian(size, angle, seed)


def _laplacian_of_gaussian(size: Size, _angle: float, _seed: int) -> Array:
    """Return ∇²G with sigma a sixth of the width, made to sum to 0 (D. Marr and E. Hildreth, 1980)."""
    up, right = _offsets(size)
    variance = ((size[0] - 1) / 6) ** 2
    square = (up**2 + right**2) / (2 * variance)
    values = -(1 - square) * np.exp(-square) / (np.pi * variance**2)
    centred: Array = values - values.mean()
    return centred


def _motion(size: Size, angle: float, _seed: int) -> Array:
    """Return equal numbers, 1 in all, on a line through the centre: one cell a column, or a row if steep."""
    half, turned = (size[0] - 1) / 2, np.deg2rad(angle)
    steps = np.linspace(-half, half, size[0]) / max(abs(np.cos(turned)), abs(np.sin(turned)))
    rows = np.rint(half - steps * np.sin(turned)).astype(int)
    cols = np.rint(half + steps * np.cos(turned)).astype(int)
    result = np.zeros(size)
    result[rows, cols] = 1 / size[0]
    return result


def _gabor(size: Size, angle: float, _seed: int) -> Array:
    """Return a round Gabor kernel of wavelength size/2 and one octave, made to sum to 0.

    ``exp(−r²/2σ²)·cos(2π·u/λ)`` with u along `angle` and σ = 0.56·λ (J. Daugman 1985; N. Petkov 1995).
    """
    up, right = _offsets(size)
    wavelength = size[0] / 2
    turned = np.deg2rad(angle)
    along = right * np.cos(turned) + up * np.sin(turned)
    bell = np.exp(-(up**2 + right**2) / (2 * (0.56 * wavelength) ** 2))
    values = bell * np.cos(2 * np.pi * along / wavelength)
    centred: Array = values - values.mean()
    return centred


def _random(size: Size, _angle: float, seed: int) -> Array:
    """Return normal numbers, standard deviation ``sqrt(2 / cells)`` (He 2015), two decimals."""
    values = np.random.default_rng(seed).normal(scale=np.sqrt(2 / (size[0] * size[1])), size=size)
    return np.round(values, 2) + 0.0  # no −0


def _fixed(name: str, family: str) -> Preset:
    rows = FIXED[name]
    size = len(rows), len(rows[0])
    return Preset(
        name=name,
        family=family,
        make=lambda *_: np.array(rows, float),
        size=size,
        sizes=size[:1],
        square=True,
    )


_ANY, _ODD = tuple(range(1, MAX_SIZE + 1)), tuple(range(3, MAX_SIZE + 1, 2))
_ALL = (
    Preset(name="identity", family="plain", make=_identity, size=(3, 3), sizes=_ANY),
    Preset(name="box", family="blur", make=_box, size=(3, 3), sizes=_ANY),
    Preset(name="gaussian", family="blur", make=_gaussian, size=(5, 5), sizes=_ANY),
    Preset(
        name="motion", family="blur", make=_motion, size=(7, 7), sizes=_ODD, square=True, takes_angle=True
    ),
    _fixed("sharpen", "sharpen"),
    Preset(name="unsharp", family="sharpen", make=_unsharp, size=(5, 5), sizes=_ODD),
    *(_fixed(f"{name}_{axis}", "gradient") for name in ("sobel", "scharr", "prewitt") for axis in "xy"),
    _fixed("roberts_down", "gradient"),
    _fixed("roberts_up", "gradient"),
    _fixed("laplacian_4", "second"),
    _fixed("laplacian_8", "second"),
    Preset(
        name="log", family="second", make=_laplacian_of_gaussian, size=(7, 7), sizes=_ODD[1:], square=True
    ),
    *(_fixed(f"line_{direction}", "line") for direction in ("horizontal", "vertical", "up", "down")),
    Preset(
        name="gabor", family="line", make=_gabor, size=(9, 9), sizes=_ODD[1:], square=True, takes_angle=True
    ),
    _fixed("emboss", "effect"),
    Preset(name="random", family="plain", make=_random, size=(3, 3), sizes=_ANY, takes_seed=True),
)
PRESETS = MappingProxyType({preset.name: preset for preset in _ALL})
