"""The layers that a stack is made of, as frozen values: settings, short name, shape that comes out.

Shapes are (C, H, W) for maps and (N,) for a vector.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from types import MappingProxyType
from typing import ClassVar

from cnnviz import check
from cnnviz.errors import RangeError, ShapeError
from cnnviz.ops.activation import KINDS as FUNCTIONS
from cnnviz.shapes import conv_axes, pool_axes
from cnnviz.specs import ConvSpec, Pair, PoolSpec

Shape = tuple[int, ...]
Grid = tuple[tuple[float, ...], ...]

MAX_FILTERS, MAX_UNITS, MAX_KERNEL = 512, 4096, 11
TYPED = "typed"  # the kernel that a person typed, among the names of presets


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """What every layer can do; the layers below say what `kind` they are."""

    kind: ClassVar[str] = ""

    @property
    def label(self) -> str:
        """Short name as in the lectures' drawings, such as Conv or MaxP."""
        return ""

    def output_shape(self, shape: Shape) -> Shape:
        """Return the shape that comes out for an input of `shape`.

        Raises
        ------
        RangeError, ShapeError
            If the layer does not fit.
        """
        return shape


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvLayer(Layer):
    """Convolution with zero padding.

    Parameters
    ----------
    filters : int
        Maps that come out, from 1.
    kernel_size, stride, padding, dilation : (int, int)
        Rows and columns, as in `ConvSpec`; padding is the same on opposite sides.
    groups : int
        The channels are shared out among so many groups that do not see each other.
    bias : bool
        Add one number a map; it starts at 0.
    kernels : tuple of str
        Presets of `cnnviz.ops.kernels` for the first filters, or 'typed'; the others are random.
        A chosen kernel is applied to every channel and divided by the number of channels.
    typed : tuple of tuple of float
        The kernel called 'typed', row by row.
    seed : int
        What the random kernels are drawn with.
    """

    kind: ClassVar[str] = "conv"
    filters: int = 3
    kernel_size: Pair = (3, 3)
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)
    groups: int = 1
    bias: bool = True
    kernels: tuple[str, ...] = ()
    typed: Grid = ()
    seed: int = 0

    def __post_init__(self) -> None:
        check.check_integer("filters", self.filters, 1, MAX_FILTERS)
        check.check_pair("kernel_size", self.kernel_size, 1, MAX_KERNEL)
        check.check_pair("padding", self.padding, 0, MAX_KERNEL)
        check.check_integer("groups", self.groups, 1, MAX_FILTERS)
        check.check_integer("seed", self.seed, 0, 2**31 - 1)
        if TYPED in self.kernels:
            self._check_typed()
        if self.filters % self.groups:
            raise RangeError("stack_groups", groups=self.groups, filters=self.filters)
        _ = self.spec

    @property
    def label(self) -> str:
        """Conv."""
        return "Conv"

    @property
    def spec(self) -> ConvSpec:
        """How the kernels move."""
        (rows, cols) = self.padding
        return ConvSpec(
            kernel_size=self.kernel_size,
            stride=self.stride,
            padding=(rows, rows, cols, cols),
            dilation=self.dilation,
        )

    def _check_typed(self) -> None:
        rows, cols = check.check_array("typed", self.typed, ndim=2).shape
        if (rows, cols) != self.kernel_size:
            raise ShapeError("stack_typed", got=written((rows, cols)), wanted=written(self.kernel_size))

    def output_shape(self, shape: Shape) -> Shape:
        """Return (filters, OH, OW)."""
        channels, height, width = _maps(shape)
        if channels % self.groups:
            raise RangeError("stack_groups", groups=self.groups, filters=channels)
        return self.filters, *(axis.size_out for axis in conv_axes(height, width, self.spec))


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivationLayer(Layer):
    """One function on every number; 'softmax' goes over the channels or the vector."""

    kind: ClassVar[str] = "activation"
    function: str = "relu"

    def __post_init__(self) -> None:
        check.check_choice("function", self.function, ACTIVATIONS)

    @property
    def label(self) -> str:
        """ReLU, Sigmoid, ..."""
        return _FUNCTION_LABELS[self.function]


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolLayer(Layer):
    """Pooling, as `PoolSpec` has it: kind, window, stride, padding."""

    kind: ClassVar[str] = "pool"
    pool: str = "max"
    kernel_size: Pair = (2, 2)
    stride: Pair = (2, 2)
    padding: Pair = (0, 0)

    def __post_init__(self) -> None:
        check.check_pair("kernel_size", self.kernel_size, 1, MAX_KERNEL)
        _ = self.spec
        if self.pool == "l2" and any(self.padding):  # torch.nn.LPPool2d knows no padding
            raise RangeError("stack_l2_padding", got=max(self.padding))

    @property
    def label(self) -> str:
        """MaxP, AvgP, L2P or GAP."""
        return _POOL_LABELS[self.pool]

    @property
    def spec(self) -> PoolSpec:
        """How the window moves and what it keeps."""
        return PoolSpec(
            kind=self.pool, kernel_size=self.kernel_size, stride=self.stride, padding=self.padding
        )

    def output_shape(self, shape: Shape) -> Shape:
        """Return (C, OH, OW)."""
        channels, height, width = _maps(shape)
        return channels, *(axis.size_out for axis in pool_axes(height, width, self.spec))


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchNormLayer(Layer):
    """Batch normalisation; every map is brought to mean 0 and variance 1, then scaled and shifted."""

    kind: ClassVar[str] = "norm"

    @property
    def label(self) -> str:
        """BN."""
        return "BN"


@dataclass(frozen=True, slots=True, kw_only=True)
class DropoutLayer(Layer):
    """Dropout of a share of the numbers during training; nothing happens when predicting."""

    kind: ClassVar[str] = "dropout"
    share: float = 0.5

    def __post_init__(self) -> None:
        check.check_number("share", self.share, 0, 0.95)

    @property
    def label(self) -> str:
        """Drop."""
        return "Drop"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlattenLayer(Layer):
    """All maps laid end to end as one vector: map by map, row by row."""

    kind: ClassVar[str] = "flatten"

    @property
    def label(self) -> str:
        """Flat."""
        return "Flat"

    def output_shape(self, shape: Shape) -> Shape:
        """Return (C·H·W,)."""
        return (prod(shape),)


@dataclass(frozen=True, slots=True, kw_only=True)
class DenseLayer(Layer):
    """Fully connected layer: every unit sees every number of the vector.

    Parameters
    ----------
    units : int
        Numbers that come out, from 1.
    bias : bool
        Add one number a unit; it starts at 0.
    seed : int
        What the random weights are drawn with.
    """

    kind: ClassVar[str] = "dense"
    units: int = 10
    bias: bool = True
    seed: int = 0

    def __post_init__(self) -> None:
        check.check_integer("units", self.units, 1, MAX_UNITS)
        check.check_integer("seed", self.seed, 0, 2**31 - 1)

    @property
    def label(self) -> str:
        """Dense."""
        return "Dense"

    def output_shape(self, shape: Shape) -> Shape:
        """Return (units,)."""
        if len(shape) != 1:
            raise ShapeError("stack_needs_vector", got=written(shape))
        return (self.units,)


LAYERS: Mapping[str, type[Layer]] = MappingProxyType(
    {
        layer.kind: layer
        for layer in (
            ConvLayer,
            ActivationLayer,
            PoolLayer,
            BatchNormLayer,
            DropoutLayer,
            FlattenLayer,
            DenseLayer,
        )
    }
)
ACTIVATIONS = (*FUNCTIONS, "softmax")
_FUNCTION_LABELS = MappingProxyType(
    {
        "relu": "ReLU",
        "leaky_relu": "LeakyReLU",
        "elu": "ELU",
        "gelu": "GELU",
        "silu": "SiLU",
        "sigmoid": "Sigmoid",
        "tanh": "Tanh",
        "identity": "Identity",
        "softmax": "Softmax",
    }
)
_POOL_LABELS = MappingProxyType({"max": "MaxP", "average": "AvgP", "l2": "L2P", "global_average": "GAP"})


def _maps(shape: Shape) -> tuple[int, int, int]:
    if len(shape) != 3:
        raise ShapeError("stack_needs_maps", got=written(shape))
    return shape


def written(shape: Shape) -> str:
    """Return `shape` as it stands on screen, such as 10×24×24."""
    return "×".join(map(str, shape))
