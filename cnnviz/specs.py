"""Settings of one layer as frozen values: legal by construction, hashable, to and from plain dicts.

Sizes are (rows, columns) throughout, padding is (top, bottom, left, right). Whether a layer fits a
given input is `cnnviz.shapes`' question, not asked here.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Self

from cnnviz import check
from cnnviz.errors import RangeError, ShapeError

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")
POOL_KINDS = ("max", "average", "l2", "global_average")
MAX_SIZE = 512  # of a kernel, stride, dilation or padding; far above any network taught

Pair = tuple[int, int]
Sides = tuple[int, int, int, int]


class Spec:
    """What every spec can do: turn into a plain dict and back."""

    def to_dict(self) -> dict[str, object]:
        """Return the settings as a dict of plain values, fit for JSON."""
        return asdict(self)  # type: ignore[call-overload, no-any-return]  # subclasses are dataclasses

    @classmethod
    def from_dict(cls, settings: Mapping[str, object]) -> Self:
        """Return the spec that `to_dict` wrote; lists are taken for tuples, as JSON knows no tuple."""
        return cls(**{name: tuple(v) if isinstance(v, list) else v for name, v in settings.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvSpec(Spec):
    """How a kernel moves over its input.

    Parameters
    ----------
    kernel_size : (int, int)
        Rows and columns of the kernel, from 1.
    stride : (int, int)
        Rows and columns from one position to the next, from 1.
    padding : (int, int, int, int)
        Rows and columns added at (top, bottom, left, right), from 0.
    padding_mode : {'zeros', 'reflect', 'replicate', 'circular'}
        What the added cells hold, as in `torch.nn.Conv2d`.
    dilation : (int, int)
        Distance of neighbouring kernel cells on the input; 1 is no gap.

    Examples
    --------
    >>> ConvSpec(kernel_size=(3, 3), stride=(2, 2)).stride
    (2, 2)
    """

    kernel_size: Pair = (3, 3)
    stride: Pair = (1, 1)
    padding: Sides = (0, 0, 0, 0)
    padding_mode: str = "zeros"
    dilation: Pair = (1, 1)

    def __post_init__(self) -> None:
        check.check_pair("kernel_size", self.kernel_size, 1, MAX_SIZE)
        check.check_pair("stride", self.stride, 1, MAX_SIZE)
        check.check_pair("dilation", self.dilation, 1, MAX_SIZE)
        check.check_choice("padding_mode", self.padding_mode, PADDING_MODES)
        if not isinstance(self.padding, tuple) or len(self.padding) != 4:
            raise ShapeError("sides", name="padding", got=self.padding)
        for side in self.padding:
            check.check_integer("padding", side, 0, MAX_SIZE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolSpec(Spec):
    """How a pooling window moves and what it keeps.

    Parameters
    ----------
    kind : {'max', 'average', 'l2', 'global_average'}
        What is kept of a window: the largest value, the mean, the root of the sum of squares;
        'global_average' takes the mean of the whole map and ignores every other setting.
    kernel_size, stride : (int, int)
        Rows and columns of the window and from one window to the next, from 1.
    padding : (int, int)
        Rows added at top and bottom, columns at left and right; at most half the window, as in PyTorch.
        Padding never wins a maximum; it counts as 0 in an average.
    ceil_mode : bool
        Keep a last window that reaches over the edge, as in PyTorch.
    far_zeros : bool
        The lecture's variant: fill up with zeros on the far side, so that the output is
        ``ceil(n / stride)``. A zero can win a maximum over negatives.
    """

    kind: str = "max"
    kernel_size: Pair = (2, 2)
    stride: Pair = (2, 2)
    padding: Pair = (0, 0)
    ceil_mode: bool = False
    far_zeros: bool = False

    def __post_init__(self) -> None:
        check.check_choice("kind", self.kind, POOL_KINDS)
        check.check_pair("kernel_size", self.kernel_size, 1, MAX_SIZE)
        check.check_pair("stride", self.stride, 1, MAX_SIZE)
        check.check_pair("padding", self.padding, 0, MAX_SIZE)
        for window, added in zip(self.kernel_size, self.padding, strict=True):
            if added > window // 2:
                raise RangeError("pool_padding", limit=window // 2, window=window, got=added)
