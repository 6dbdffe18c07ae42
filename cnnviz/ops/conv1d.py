"""Convolution along a line: the two-dimensional one on an input that is one row high."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from cnnviz.check import check_array
from cnnviz.errors import ShapeError
from cnnviz.ops.conv import Array, CellTrace, ConvResult, conv2d
from cnnviz.shapes import Axis
from cnnviz.specs import ConvSpec


@dataclass(frozen=True, eq=False)
class Conv1dResult:
    """A convolution along a line with everything that went into it.

    Parameters
    ----------
    plane : ConvResult
        The same convolution on an input one row high.
    """

    plane: ConvResult

    @property
    def axis(self) -> Axis:
        """Every number of the size formula."""
        return self.plane.axes[1]

    @property
    def signal(self) -> Array:
        """The input, shape (C, L)."""
        return self.plane.image[:, 0]

    @property
    def padded(self) -> Array:
        """The input with its padding, shape (C, L + before + after)."""
        return self.plane.padded[:, 0]

    @property
    def weight(self) -> Array:
        """The kernels, shape (O, C, K)."""
        return self.plane.weight[:, :, 0]

    @property
    def bias(self) -> Array:
        """One number a kernel, shape (O,)."""
        return self.plane.bias

    @property
    def output(self) -> Array:
        """One line of numbers a kernel, shape (O, OL)."""
        return self.plane.output[:, 0]

    @cached_property
    def per_channel(self) -> Array:
        """What each channel contributes before the sum and the bias, shape (O, C, OL)."""
        return self.plane.per_channel[:, :, 0]

    def cell(self, map_idx: int, position: int) -> CellTrace:
        """Return every step to ``output[map_idx, position]``; the patch has shape (C, 1, K)."""
        return self.plane.cell(map_idx, 0, position)


def line_spec(
    kernel_size: int,
    *,
    stride: int = 1,
    padding: tuple[int, int] = (0, 0),
    padding_mode: str = "zeros",
    dilation: int = 1,
) -> ConvSpec:
    """Return the settings of a convolution along a line; padding is (before, after).

    Examples
    --------
    >>> line_spec(3, stride=2).stride
    (1, 2)
    """
    return ConvSpec(
        kernel_size=(1, kernel_size),
        stride=(1, stride),
        padding=(0, 0, *padding),
        padding_mode=padding_mode,
        dilation=(1, dilation),
    )


def conv1d(
    signal: npt.ArrayLike,
    weight: npt.ArrayLike,
    bias: npt.ArrayLike | None = None,
    spec: ConvSpec | None = None,
) -> Conv1dResult:
    """Slide kernels along a line, as `torch.nn.functional.conv1d` does, and keep every step.

    Parameters
    ----------
    signal : array_like, shape (C, L)
        Any finite numbers.
    weight : array_like, shape (O, C, K)
        O kernels with one row a channel.
    bias : array_like, shape (O,), optional
        Zeros by default.
    spec : ConvSpec, optional
        As made by `line_spec`; by default stride 1, no padding, no dilation.

    Returns
    -------
    Conv1dResult

    Raises
    ------
    ShapeError, RangeError
        As `cnnviz.ops.conv.conv2d`; also if `spec` is not one row high.

    Examples
    --------
    >>> conv1d([[1, 0, 2]], [[[2, 3, 1]]]).output.tolist()
    [[4.0]]
    """
    signal, weight = check_array("signal", signal, ndim=2), check_array("weight", weight, ndim=3)
    spec = line_spec(weight.shape[2]) if spec is None else spec
    if spec.kernel_size[0] != 1 or spec.padding[:2] != (0, 0):
        raise ShapeError("not_a_line", got=spec.kernel_size, padding=spec.padding)
    return Conv1dResult(conv2d(signal[:, np.newaxis], weight[:, :, np.newaxis], bias, spec))
