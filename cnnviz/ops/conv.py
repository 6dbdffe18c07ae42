"""Convolution that keeps every intermediate: the padded input, each channel's share, each product.

"Convolution" here is what CNN libraries compute: cross-correlation, the kernel is *not* flipped.
With input x, weight w, bias b, stride S and dilation D, output map o has at (r, c)::

    y[o, r, c] = b[o] + Σ_channel Σ_i Σ_j  w[o, channel, i, j] · x[channel, S_r·r + D_r·i, S_c·c + D_c·j]

where x is already padded. Source: I. Goodfellow, Y. Bengio, A. Courville, "Deep Learning" (2016),
section 9.1, equation 9.6; the same as the documentation of `torch.nn.Conv2d`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from cnnviz.check import check_array, check_integer
from cnnviz.errors import ShapeError
from cnnviz.shapes import Axis, conv_axes
from cnnviz.specs import ConvSpec

Array = npt.NDArray[np.float64]

_BLOCK_CELLS = 1 << 16  # patch cells copied at a time: half a megabyte, stays in the processor's cache
_PAD_MODES = MappingProxyType(
    {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
)


@dataclass(frozen=True, eq=False)
class CellTrace:
    """How one output cell comes about, down to every product.

    Parameters
    ----------
    map_idx, row, col : int
        Which cell: output map, row, column, from 0.
    rows, cols : tuple of int
        Input rows (columns) that the kernel's rows (columns) lie on; outside the input where padded.
    patch, weights, products : ndarray, shape (C, KH, KW)
        Input under the kernel, the kernel, and one times the other, cell by cell.
    is_padding : ndarray of bool, shape (KH, KW)
        Which cells of the patch are padding.
    channel_sums : ndarray, shape (C,)
        Sum of the products of each channel.
    bias : float
        Added at the end.
    total : float
        ``channel_sums.sum() + bias``: the output cell.
    """

    map_idx: int
    row: int
    col: int
    rows: tuple[int, ...]
    cols: tuple[int, ...]
    patch: Array
    is_padding: npt.NDArray[np.bool_]
    weights: Array
    products: Array
    channel_sums: Array
    bias: float
    total: float


@dataclass(frozen=True, eq=False)
class ConvResult:
    """A convolution with everything that went into it.

    Parameters
    ----------
    spec : ConvSpec
        How the kernels moved.
    axes : (Axis, Axis)
        Row axis and column axis: every number of the size formula.
    padded : ndarray, shape (C, H + top + bottom, W + left + right)
        The input with its padding.
    weight : ndarray, shape (O, C, KH, KW)
        The kernels.
    bias : ndarray, shape (O,)
        One number a kernel.
    output : ndarray, shape (O, OH, OW)
        One map a kernel.
    """

    spec: ConvSpec
    axes: tuple[Axis, Axis]
    padded: Array
    weight: Array
    bias: Array
    output: Array

    @property
    def image(self) -> Array:
        """The input without its padding, shape (C, H, W)."""
        rows, cols = self.axes
        return self.padded[
            :, rows.before : rows.before + rows.size_in, cols.before : cols.before + cols.size_in
        ]

    @cached_property
    def per_channel(self) -> Array:
        """What each channel contributes before the sum and the bias, shape (O, C, OH, OW)."""
        return np.stack([self.channel_maps(map_idx) for map_idx in range(len(self.weight))])

    def channel_maps(self, map_idx: int) -> Array:
        """Return what each channel contributes to one map, shape (C, OH, OW); no bias.

        Raises
        ------
        RangeError
            If there is no such map.
        """
        check_integer("map_idx", map_idx, 0, len(self.weight) - 1)
        slices = self.weight[map_idx][:, np.newaxis, np.newaxis]  # C × (1, 1, KH, KW)
        channels = self.padded[:, np.newaxis]  # C × (1, PH, PW)
        pairs = zip(channels, slices, strict=True)
        return np.concatenate([_correlate(plane, kernel, self.axes) for plane, kernel in pairs])

    def cell(self, map_idx: int, row: int, col: int) -> CellTrace:
        """Return every step from the input to ``output[map_idx, row, col]``.

        Raises
        ------
        RangeError
            If there is no such cell.
        """
        for name, value, size in zip(
            ("map_idx", "row", "col"), (map_idx, row, col), self.output.shape, strict=True
        ):
            check_integer(name, value, 0, size - 1)
        on_rows, on_cols = (_under_kernel(axis, at) for axis, at in zip(self.axes, (row, col), strict=True))
        patch = self.padded[:, on_rows[:, np.newaxis], on_cols]  # (C, KH, KW)
        products = patch * self.weight[map_idx]
        channel_sums = products.sum(axis=(1, 2))
        rows, cols = on_rows - self.axes[0].before, on_cols - self.axes[1].before  # input positions
        outside = _outside(rows, self.axes[0])[:, np.newaxis] | _outside(cols, self.axes[1])
        return CellTrace(
            map_idx=map_idx,
            row=row,
            col=col,
            rows=tuple(rows.tolist()),
            cols=tuple(cols.tolist()),
            patch=patch,
            is_padding=outside,
            weights=self.weight[map_idx],
            products=products,
            channel_sums=channel_sums,
            bias=float(self.bias[map_idx]),
            total=float(channel_sums.sum() + self.bias[map_idx]),
        )


def conv2d(
    image: npt.ArrayLike,
    weight: npt.ArrayLike,
    bias: npt.ArrayLike | None = None,
    spec: ConvSpec | None = None,
) -> ConvResult:
    """Slide kernels over an image, as `torch.nn.functional.conv2d` does, and keep every step.

    Computed in float64; the formula is at the top of this module.

    Parameters
    ----------
    image : array_like, shape (C, H, W)
        Any finite numbers.
    weight : array_like, shape (O, C, KH, KW)
        O kernels with one slice a channel.
    bias : array_like, shape (O,), optional
        Zeros by default.
    spec : ConvSpec, optional
        By default the kernel's size, stride 1, no padding, no dilation.

    Returns
    -------
    ConvResult

    Raises
    ------
    ShapeError
        If the channels, the kernel size or the number of biases do not agree.
    RangeError
        If the kernel is larger than the padded image, or the padding too wide for its mode.

    Examples
    --------
    >>> conv2d([[[1, 2], [3, 4]]], [[[[1, 0], [0, 1]]]]).output.tolist()
    [[[5.0]]]
    """
    image, weight = check_array("image", image, ndim=3), check_array("weight", weight, ndim=4)
    spec = ConvSpec(kernel_size=(weight.shape[2], weight.shape[3])) if spec is None else spec
    bias = np.zeros(len(weight)) if bias is None else check_array("bias", bias, ndim=1)
    _check_agree(image, weight, bias, spec)
    axes = conv_axes(image.shape[1], image.shape[2], spec)
    padded = _pad(image, spec)
    output = _correlate(padded, weight, axes) + bias[:, np.newaxis, np.newaxis]
    return ConvResult(spec, axes, padded, weight.copy(), bias.copy(), output)


def _pad(image: Array, spec: ConvSpec) -> Array:
    top, bottom, left, right = spec.padding
    sides: Sequence[tuple[int, int]] = ((0, 0), (top, bottom), (left, right))
    return np.pad(image, sides, mode=_PAD_MODES[spec.padding_mode])  # type: ignore[call-overload, no-any-return]  # mode is a variable


def _correlate(padded: Array, weight: Array, axes: tuple[Axis, Axis]) -> Array:
    """Return the sums of products, shape (O, OH, OW), by one matrix product a block of output rows."""
    rows, cols = axes
    windows = sliding_window_view(padded, (rows.extent, cols.extent), axis=(1, 2))
    windows = windows[:, :: rows.stride, :: cols.stride, :: rows.dilation, :: cols.dilation]
    taps = windows.transpose(0, 3, 4, 1, 2)  # (C, OH, OW, KH, KW) to (C, KH, KW, OH, OW)
    flat = weight.reshape(len(weight), -1)  # (O, C·KH·KW)
    output = np.empty((len(weight), rows.size_out, cols.size_out))
    block = max(1, _BLOCK_CELLS // (flat.shape[1] * cols.size_out))
    for first in range(0, rows.size_out, block):
        patches = taps[..., first : first + block, :].reshape(flat.shape[1], -1)  # (C·KH·KW, rows·OW)
        output[:, first : first + block] = (flat @ patches).reshape(len(weight), -1, cols.size_out)
    return output


def _under_kernel(axis: Axis, index: int) -> npt.NDArray[np.intp]:
    """Return the padded cells under the kernel at output cell `index`."""
    return index * axis.stride + axis.dilation * np.arange(axis.kernel)


def _outside(cells: npt.NDArray[np.intp], axis: Axis) -> npt.NDArray[np.bool_]:
    return (cells < 0) | (cells >= axis.size_in)


def _check_agree(image: Array, weight: Array, bias: Array, spec: ConvSpec) -> None:
    if weight.shape[1] != image.shape[0]:
        raise ShapeError("channels", wanted=image.shape[0], got=weight.shape[1])
    if weight.shape[2:] != spec.kernel_size:
        raise ShapeError("kernel_shape", wanted=spec.kernel_size, got=weight.shape[2:])
    if bias.shape[0] != weight.shape[0]:
        raise ShapeError("bias_count", wanted=weight.shape[0], got=bias.shape[0])
