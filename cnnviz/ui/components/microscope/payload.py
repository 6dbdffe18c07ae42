"""What the browser gets of a result object: a JSON header and the numbers as bytes.

Layout: header length (4 bytes, little endian), header (UTF-8), then the arrays, each at a multiple of 8.
Arrays up to `EXACT` numbers travel as float64. Larger ones travel as 24-bit fixed point, three bytes a
number, one step a channel, the step a power of two: whole numbers stay exact, others are off by at most
1.2e-7 of the channel's largest. Output maps and kernels are always exact.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cnnviz.errors import RangeError, ShapeError
from cnnviz.figures import palette
from cnnviz.ops.activation import ActivationResult, activate
from cnnviz.ops.conv import ConvResult
from cnnviz.ops.pool import PoolResult
from cnnviz.shapes import Axis

Array = npt.NDArray[np.float64]
AnyArray = npt.NDArray[np.generic]
Header = dict[str, object]
Result = ConvResult | PoolResult | ActivationResult

EXACT = 1 << 15  # numbers: a quarter of a megabyte as float64
WHOLE_VIEW = 80  # padded rows or columns that are shown at once: 64 and some padding
LENS = 32  # padded rows and columns under the lens on anything larger
OVERVIEW_PX = 168
CURVE_POINTS = 241


@dataclass(frozen=True, slots=True)
class Part:
    """The windows of one axis that are shown.

    Parameters
    ----------
    axis : Axis
        The whole axis.
    first, count : int
        First window, and how many.
    """

    axis: Axis
    first: int
    count: int

    @property
    def cells(self) -> slice:
        """Padded cells shown; at the far end with those that no window reaches."""
        start = self.first * self.axis.stride
        if self.first + self.count == self.axis.size_out:
            return slice(start, self.axis.padded)
        return slice(start, start + (self.count - 1) * self.axis.stride + self.axis.extent)

    @property
    def windows(self) -> slice:
        """Output cells shown."""
        return slice(self.first, self.first + self.count)

    def header(self) -> Header:
        """Return the axis as geometry.js wants it."""
        axis, cells = self.axis, self.cells
        return {
            "size": cells.stop - cells.start,
            "kernel": axis.kernel,
            "stride": axis.stride,
            "dilation": axis.dilation,
            "out": self.count,
            "at": cells.start - axis.before,
            "inside": axis.size_in,
            "first": self.first,
            "visited": list(axis.visited[cells]),
            "total": axis.size_out,
            "before": axis.before,
            "after": axis.after,
            "ceil": axis.ceil_mode,
        }


def part_of(axis: Axis, wanted: int | None) -> Part:
    """Return all windows of `axis`, or those under a lens whose first window is `wanted`.

    Examples
    --------
    >>> part_of(Axis(512, 3), 600).first
    480
    """
    if axis.padded <= WHOLE_VIEW or axis.size_out == 1:
        return Part(axis, 0, axis.size_out)
    count = min(axis.size_out, max(1, (LENS - axis.extent) // axis.stride + 1))
    middle = (axis.size_out - count) // 2
    first = middle if wanted is None else min(max(0, wanted), axis.size_out - count)
    return Part(axis, first, count)


def pack(header: Mapping[str, object], arrays: Mapping[str, AnyArray]) -> bytes:
    """Return `header` and `arrays` as bytes; `uint8` arrays as they are, others as said above."""
    coded = {name: _coded(array) for name, array in arrays.items()}
    entries: Header = {}
    at = 0
    for name, (entry, data) in coded.items():
        entries[name] = {**entry, "at": at}
        at += -(-len(data) // 8) * 8
    text, start = _placed(header, entries)
    pieces = [len(text).to_bytes(4, "little"), text]
    pieces.append(bytes(start - 4 - len(text)))
    for _, data in coded.values():
        pieces += [data, bytes(-len(data) % 8)]
    return b"".join(pieces)


def _placed(header: Mapping[str, object], entries: Header) -> tuple[bytes, int]:
    """Return the header with the places of the arrays, padded with blanks, and where the arrays start."""
    blank = _json(header, entries, 0)
    start = -(-(len(blank) + 4 + 16 * len(entries)) // 8) * 8  # room for the longer numbers
    text = _json(header, entries, start)
    return text + b" " * (start - 4 - len(text)), start


def _json(header: Mapping[str, object], entries: Header, start: int) -> bytes:
    moved = {name: {**entry, "at": entry["at"] + start} for name, entry in entries.items()}  # type: ignore[dict-item,index]  # entries are dicts
    return json.dumps({**header, "arrays": moved}, ensure_ascii=False, separators=(",", ":")).encode()


def _coded(array: AnyArray) -> tuple[Header, bytes]:
    """Return type, count and steps of an array, and its bytes."""
    if array.dtype == np.uint8:
        return {"type": "u1", "count": array.size}, array.tobytes()
    numbers = np.ascontiguousarray(array, dtype="<f8")
    if numbers.ndim < 3 or numbers.size <= EXACT:
        return {"type": "f8", "count": numbers.size}, numbers.tobytes()
    peaks = np.abs(numbers).max(axis=tuple(range(1, numbers.ndim)))
    steps = np.exp2(np.frexp(peaks)[1] - 23.0)  # frexp: peak < 2**exponent, so it fits 23 bits and a sign
    scaled = np.rint(numbers / steps.reshape(-1, *[1] * (numbers.ndim - 1)))
    whole = np.clip(scaled, -(2**23) + 1, 2**23 - 1).astype("<i4")
    low_bytes = whole.view(np.uint8).reshape(-1, 4)[:, :3]
    return {"type": "i3", "count": numbers.size, "steps": steps.tolist()}, low_bytes.tobytes()


def conv_scene(
    result: ConvResult,
    *,
    map_idx: int = 0,
    lens: tuple[int, int] | None = None,
    after: ActivationResult | None,
) -> tuple[Header, dict[str, AnyArray]]:
    """Return header and arrays of one map of a convolution.

    Parameters
    ----------
    result : ConvResult
        What was computed.
    map_idx : int
        Which output map.
    lens : (int, int), optional
        First output row and column under the lens; the middle by default.
    after : ActivationResult or None
        The activation of `result.output`, if the layer has one.

    Raises
    ------
    ShapeError, RangeError
        If something is empty or not finite.
    """
    rows, cols = parts = _parts(result.axes, lens)
    output = result.output[map_idx]
    for array in (result.padded, result.weight[map_idx], output):
        _check_drawable(array)
    arrays: dict[str, AnyArray] = {
        "input": result.padded[:, rows.cells, cols.cells],
        "kernel": result.weight[map_idx],
        "output": output[rows.windows, cols.windows],
    }
    header = _frame("conv", parts) | {
        "bias": float(result.bias[map_idx]),
        "channels": len(result.padded),
        "scales": {
            "input": _scale(result.padded),
            "kernel": _scale(result.weight[map_idx]),
            "output": _scale(output),
        },
    }
    if after is not None:
        arrays["after"] = after.value[map_idx][rows.windows, cols.windows]
        header["activation"] = after.kind
        _scales(header)["output"] = _scale(after.value[map_idx])
    return _with_overview(header, arrays, parts, result.image)


def pool_scene(
    result: PoolResult, *, map_idx: int = 0, lens: tuple[int, int] | None = None
) -> tuple[Header, dict[str, AnyArray]]:
    """Return header and arrays of one map of a pooling; see `conv_scene`."""
    rows, cols = parts = _parts(result.axes, lens)
    plane, output = result.maps[map_idx], result.output[map_idx]
    for array in (plane, output):
        _check_drawable(array)
    padded = np.pad(plane, [(axis.before, axis.after) for axis in result.axes])
    arrays: dict[str, AnyArray] = {
        "input": padded[np.newaxis, rows.cells, cols.cells],
        "output": output[rows.windows, cols.windows],
    }
    header = _frame("pool", parts) | {
        "pool": result.spec.kind,
        "padding_counts": result.winners is None or result.spec.far_zeros,
        "channels": 1,
        "scales": {"input": _scale(plane), "output": _scale(output)},
    }
    if result.winners is not None:
        arrays["winners"] = _taps(result, map_idx)[rows.windows, cols.windows].astype(np.float64)
    return _with_overview(header, arrays, parts, plane[np.newaxis])


def activation_scene(
    result: ActivationResult, *, map_idx: int = 0, lens: tuple[int, int] | None = None
) -> tuple[Header, dict[str, AnyArray]]:
    """Return header and arrays of one map of an activation, with its curve; see `conv_scene`."""
    maps = result.x.reshape(-1, *result.x.shape[-2:]) if result.x.ndim > 1 else result.x.reshape(1, 1, -1)
    x, value, slope = (
        part.reshape(maps.shape)[map_idx] for part in (result.x, result.value, result.derivative)
    )
    for array in (x, value):
        _check_drawable(array)
    rows, cols = parts = _parts((Axis(x.shape[0], 1), Axis(x.shape[1], 1)), lens)
    curve = _curve(result, x)
    arrays: dict[str, AnyArray] = {
        "input": x[np.newaxis, rows.cells, cols.cells],
        "output": value[rows.windows, cols.windows],
        "slope": slope[rows.windows, cols.windows],
        "curve_x": curve.x,
        "curve_y": curve.value,
    }
    header = _frame("activation", parts) | {
        "activation": result.kind,
        "params": dict(result.params),
        "channels": 1,
        "scales": {"input": _scale(x), "output": _scale(value)},
    }
    return _with_overview(header, arrays, parts, x[np.newaxis])


def colours() -> tuple[Header, dict[str, AnyArray]]:
    """Return the colours of the roles, the two scales and which of their entries need a light ink."""
    arrays: dict[str, AnyArray] = {}
    for name in ("signed", "positive"):
        arrays[f"{name}_table"] = palette.table(name)
        light = [ink == palette.LIGHT_INK for ink in palette.inks(name)]
        arrays[f"{name}_light"] = np.array(light, dtype=np.uint8)
    inks = {"dark": palette.DARK_INK, "light": palette.LIGHT_INK}
    return {"roles": dict(palette.ROLES), "inks": inks, "levels": palette.LEVELS}, arrays


def _parts(axes: tuple[Axis, Axis], lens: tuple[int, int] | None) -> tuple[Part, Part]:
    wanted = lens or (None, None)
    return part_of(axes[0], wanted[0]), part_of(axes[1], wanted[1])


def _frame(kind: str, parts: tuple[Part, Part]) -> Header:
    return {"kind": kind, "rows": parts[0].header(), "cols": parts[1].header()}


def _scales(header: Header) -> dict[str, object]:
    scales = header["scales"]
    assert isinstance(scales, dict)  # noqa: S101  # narrows the type; written two lines above
    return scales


def _with_overview(
    header: Header, arrays: dict[str, AnyArray], parts: tuple[Part, Part], image: Array
) -> tuple[Header, dict[str, AnyArray]]:
    """Add the whole picture, small, where only a part is shown in full."""
    if all(part.count == part.axis.size_out for part in parts):
        return header, arrays
    overview_u8 = overview(image)
    header["overview"] = overview_u8.shape[:2]
    return header, arrays | {"overview": overview_u8}


def overview(image: Array) -> npt.NDArray[np.uint8]:
    """Return `image` (C, H, W) as a small picture, uint8 (rows, cols, 3), each pixel a mean of a block.

    Three channels are taken for red, green and blue from 0 to the largest number; of any other count
    the first is shown on the scale of its signs.
    """
    step = max(1, math.ceil(max(image.shape[1:]) / OVERVIEW_PX))
    height, width = (size // step * step or size for size in image.shape[1:])
    down, across = min(step, height), min(step, width)
    planes = image if len(image) == 3 else image[:1]
    blocks = planes[:, :height, :width].reshape(len(planes), height // down, down, width // across, across)
    small = blocks.mean(axis=(2, 4))
    peak = float(np.abs(image).max()) or 1.0
    if len(planes) == 3:
        pixels_f = np.clip(small / peak, 0, 1) * 255
        pixels_u8: npt.NDArray[np.uint8] = np.rint(pixels_f).astype(np.uint8).transpose(1, 2, 0)
        return pixels_u8
    low = -peak if image.min() < 0 else 0.0
    levels = np.rint((small[0] - low) / (peak - low) * (palette.LEVELS - 1)).astype(int)
    colours_u8: npt.NDArray[np.uint8] = palette.table("signed" if low < 0 else "positive")[
        levels.clip(0, palette.LEVELS - 1)
    ]
    return colours_u8


def _curve(result: ActivationResult, x: Array) -> ActivationResult:
    """Return the function itself over the numbers of the map, at least from -3 to 3."""
    reach = max(3.0, float(np.abs(x).max()) * 1.05)
    return activate(np.linspace(-reach, reach, CURVE_POINTS), result.kind, **result.params)


def _taps(result: PoolResult, map_idx: int) -> npt.NDArray[np.int64]:
    """Return for each output cell which cell of its window won, counted in reading order."""
    rows, cols = result.axes
    assert result.winners is not None  # noqa: S101  # asked by the caller
    down = result.winners[map_idx, ..., 0] + rows.before - np.array(rows.starts)[:, np.newaxis]
    right = result.winners[map_idx, ..., 1] + cols.before - np.array(cols.starts)
    taps: npt.NDArray[np.int64] = down * cols.kernel + right
    return taps


def _scale(array: Array) -> list[float]:
    return [float(array.min()), float(array.max())]


def _check_drawable(array: AnyArray) -> None:
    if array.size == 0:
        raise ShapeError("ndim", name="map", wanted="2 / 3", got=tuple(array.shape))
    if not np.isfinite(array).all():
        raise RangeError("not_finite", name="map")
