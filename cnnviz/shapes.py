"""Output sizes, rows never visited and receptive fields: whole-number arithmetic only.

One axis at a time: rows and columns follow the same rule. With input size I, padding P before and P'
after, kernel K, dilation D and stride S, the output size is::

    O = floor((I + P + P' - D*(K - 1) - 1) / S) + 1

Source: V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning" (2016),
relationships 6 and 15; the same as the documentation of `torch.nn.Conv2d`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from cnnviz.errors import RangeError
from cnnviz.specs import ConvSpec, PoolSpec


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis of a sliding window: the settings, and every number of the size formula.

    Parameters
    ----------
    size_in, kernel, stride, before, after, dilation : int
        Input size, kernel size, stride, padding before and after, dilation, in cells.
    ceil_mode : bool
        Round up instead of down, as pooling may; a last window must still start inside the
        input or the padding before it.

    Examples
    --------
    >>> axis = Axis(size_in=7, kernel=2, stride=3)
    >>> axis.size_out, axis.leftover
    (2, 2)
    """

    size_in: int
    kernel: int
    stride: int = 1
    before: int = 0
    after: int = 0
    dilation: int = 1
    ceil_mode: bool = False

    @property
    def padded(self) -> int:
        """Input size with padding."""
        return self.size_in + self.before + self.after

    @property
    def extent(self) -> int:
        """Input cells from the first to the last that one window spans: ``D*(K-1) + 1``."""
        return self.dilation * (self.kernel - 1) + 1

    @property
    def travel(self) -> int:
        """Cells the window can move: the numerator of the formula, ``I + P + P' - D*(K-1) - 1``."""
        return self.padded - self.extent

    @property
    def leftover(self) -> int:
        """Cells at the far end that the last window does not reach; 0 in ceil mode."""
        return max(0, self.padded - self.starts[-1] - self.extent)

    @property
    def size_out(self) -> int:
        """Number of window positions."""
        steps = -(-self.travel // self.stride) if self.ceil_mode else self.travel // self.stride
        if self.ceil_mode and steps * self.stride >= self.size_in + self.before:
            steps -= 1  # PyTorch's rule: a window may not start in the padding on the far side
        return steps + 1

    @property
    def starts(self) -> tuple[int, ...]:
        """First padded cell of each window position."""
        return tuple(step * self.stride for step in range(self.size_out))

    @property
    def visited(self) -> tuple[bool, ...]:
        """For each padded cell, whether any window covers it."""
        reached = {s + self.dilation * k for s in self.starts for k in range(self.kernel)}
        return tuple(cell in reached for cell in range(self.padded))


def conv_axes(height: int, width: int, spec: ConvSpec) -> tuple[Axis, Axis]:
    """Return the row axis and the column axis of `spec` on an input of `height` × `width`.

    Raises
    ------
    RangeError
        If the kernel, spread out by its dilation, is larger than the padded input, or if reflected
        (circular) padding is wider than the input less one (than the input).
    """
    top, bottom, left, right = spec.padding
    rows = Axis(height, spec.kernel_size[0], spec.stride[0], top, bottom, spec.dilation[0])
    cols = Axis(width, spec.kernel_size[1], spec.stride[1], left, right, spec.dilation[1])
    for code, axis in (("kernel_too_tall", rows), ("kernel_too_wide", cols)):
        _check_fits(code, axis)
        _check_padding(axis, spec.padding_mode)
    return rows, cols


def pool_axes(height: int, width: int, spec: PoolSpec) -> tuple[Axis, Axis]:
    """Return the row axis and the column axis of `spec` on a map of `height` × `width`.

    Raises
    ------
    RangeError
        If the window is larger than the padded map.
    """
    if spec.kind == "global_average":
        return Axis(height, height), Axis(width, width)
    rows, cols = (_pool_axis(size, spec, index) for index, size in enumerate((height, width)))
    for code, axis in (("kernel_too_tall", rows), ("kernel_too_wide", cols)):
        _check_fits(code, axis)
    return rows, cols


def same_padding(spec: ConvSpec) -> tuple[int, int, int, int]:
    """Return the (top, bottom, left, right) padding that keeps the size at stride 1.

    ``D*(K-1)`` cells are shared out; the odd one goes after, as PyTorch's ``padding='same'`` does.
    """
    rows, cols = (d * (k - 1) for d, k in zip(spec.dilation, spec.kernel_size, strict=True))
    return rows // 2, rows - rows // 2, cols // 2, cols - cols // 2


@dataclass(frozen=True, slots=True)
class ReceptiveField:
    """Which input cells one output cell sees, along one axis.

    Parameters
    ----------
    size : int
        Cells that output cell 0 sees, padding included.
    jump : int
        Input cells between the fields of neighbouring output cells.
    start : int
        First input cell that output cell 0 sees; negative inside the padding.
    """

    size: int = 1
    jump: int = 1
    start: int = 0

    def through(self, axis: Axis) -> "ReceptiveField":
        """Return the field after one more layer.

        Size grows by ``(extent - 1)`` jumps, the jump by the stride, and the start moves back by
        the padding (D. Araujo, W. Norris, J. Sim, "Computing receptive fields", Distill 2019).
        """
        return ReceptiveField(
            size=self.size + (axis.extent - 1) * self.jump,
            jump=self.jump * axis.stride,
            start=self.start - axis.before * self.jump,
        )

    def of(self, index: int) -> tuple[int, int]:
        """Return the first input cell of output cell `index`, and one past the last."""
        first = self.start + index * self.jump
        return first, first + self.size


def receptive_field(axes: Iterable[Axis]) -> ReceptiveField:
    """Return the receptive field after the layers `axes`, first layer first.

    Examples
    --------
    >>> receptive_field([Axis(28, 3), Axis(26, 3)]).size
    5
    """
    field = ReceptiveField()
    for axis in axes:
        field = field.through(axis)
    return field


def _pool_axis(size: int, spec: PoolSpec, index: int) -> Axis:
    kernel, stride, added = spec.kernel_size[index], spec.stride[index], spec.padding[index]
    if spec.far_zeros:  # just as many zeros after as make ceil(n / stride) windows
        positions = -(-size // stride)
        after = max(0, (positions - 1) * stride + kernel - size)
        return Axis(size, kernel, stride, 0, after)
    return Axis(size, kernel, stride, added, added, ceil_mode=spec.ceil_mode)


def _check_fits(code: str, axis: Axis) -> None:
    if axis.travel < 0:
        raise RangeError(code, extent=axis.extent, padded=axis.padded)


def _check_padding(axis: Axis, mode: str) -> None:
    limit = {"reflect": axis.size_in - 1, "circular": axis.size_in}.get(mode)
    if limit is not None and max(axis.before, axis.after) > limit:
        got = max(axis.before, axis.after)
        raise RangeError("padding_too_wide", mode=mode, limit=limit, size=axis.size_in, got=got)
