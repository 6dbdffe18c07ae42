"""What each layer of a network does to the shape, what it holds, what it costs, how far it sees.

The network is not run: `cnnviz.trace.record` follows the forward pass of a copy without weights, so that a
layout of any size takes well under a second and the network itself is never touched.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate
from math import prod
from types import MappingProxyType, SimpleNamespace
from typing import Any

from torch import nn

from cnnviz.shapes import Axis, ReceptiveField
from cnnviz.trace.record import Call, Ref, Shape, record

Fields = tuple[ReceptiveField, ReceptiveField]
BYTES = 4  # of one float32 number
ONE_TO_ONE = frozenset({"activation", "pool", "norm", "dropout", "flatten"})  # a unit stays itself


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One line of the table.

    Parameters
    ----------
    name : str
        Where it is in the network, such as ``features.0``.
    kind : str
        conv, activation, softmax, pool, norm, dropout, flatten, dense, add, mul, concat or other.
    shape_in, shape_out : tuple of int
        (C, H, W) or (N,), without the batch.
    parameters : int
        Learned numbers; 0 where they were counted in an earlier line.
    parameters_text : str
        The same written out, such as ``10·(5·5·1)+10``; empty for 0.
    macs : int
        Multiplications with a weight, each with its addition, for one picture; biases, activations,
        pooling and normalisation are not counted, as torchvision's published figures have it.
    macs_text : str
        The same written out: output cells times multiplications for one cell.
    field : (ReceptiveField, ReceptiveField)
        Rows and columns of the input that one output cell sees; cells outside the input count.
    """

    name: str
    kind: str
    shape_in: Shape
    shape_out: Shape
    parameters: int
    parameters_text: str
    macs: int
    macs_text: str
    field: Fields

    @property
    def weight_bytes(self) -> int:
        """Memory of the parameters as float32."""
        return BYTES * self.parameters

    @property
    def output_bytes(self) -> int:
        """Memory of the output for one picture as float32."""
        return BYTES * prod(self.shape_out)


@dataclass(frozen=True, slots=True)
class Summary:
    """The table of a network for one input shape, layer by layer in the order of the forward pass."""

    input_shape: Shape
    rows: tuple[LayerRow, ...]

    @property
    def parameters(self) -> int:
        """Learned numbers of all layers that the forward pass uses."""
        return sum(row.parameters for row in self.rows)

    @property
    def macs(self) -> int:
        """Multiply-adds for one picture, as in `LayerRow`."""
        return sum(row.macs for row in self.rows)

    @property
    def weight_bytes(self) -> int:
        """Memory of all parameters as float32."""
        return sum(row.weight_bytes for row in self.rows)

    @property
    def output_bytes(self) -> int:
        """Memory of all outputs for one picture as float32, if all are kept."""
        return sum(row.output_bytes for row in self.rows)


def summary(net: nn.Module, input_shape: Shape) -> Summary:
    """Return the table of `net` for one input of `input_shape`.

    Parameters
    ----------
    net : nn.Module
        Any network whose forward pass takes one tensor and no decisions. It is only read.
    input_shape : tuple of int
        (C, H, W) or (N,), without the batch.

    Raises
    ------
    ModelError
        If the forward pass cannot be followed or does not accept the shape.

    Examples
    --------
    >>> summary(nn.Sequential(nn.Conv2d(1, 10, 5)), (1, 28, 28)).rows[0].parameters_text
    '10·(5·5·1)+10'
    """
    reader = _Reader(input_shape)
    for call in record(net, input_shape):
        reader.note(call)
    return Summary(tuple(input_shape), tuple(reader.rows))


def unit_row(net: nn.Module, input_shape: Shape, unit: int) -> LayerRow:
    """Return the last row of the table with the receptive field of one unit of it.

    It is smaller than the layer's where branches that see differently much were joined, as in an
    inception block: a map belongs to one branch.

    Parameters
    ----------
    net, input_shape
        As in `summary`.
    unit : int
        Map of the output, or element of its vector.
    """
    calls = list(record(net, input_shape))
    at = len(calls) - 1
    while at >= 0 and len(calls[at].shapes_in) >= 1:
        call, kind = calls[at], call_kind(calls[at])
        if kind == "concat":
            place, unit = _branch(call, unit)
            source = call.sources[place]
            calls[at] = replace(call, args=(Ref(source),), kwargs={}, shapes_in=(call.shapes_in[place],))
        elif kind in ONE_TO_ONE and len(call.sources) == 1:
            unit = unit // prod(call.shapes_in[0][1:]) if kind == "flatten" else unit
            source = call.sources[0]
        else:
            break
        at = source
    reader = _Reader(input_shape)
    for call in calls:
        reader.note(call)
    return reader.rows[-1]


def _branch(call: Call, unit: int) -> tuple[int, int]:
    """Return which of the joined branches a unit belongs to, and its number there."""
    starts = [0, *accumulate(shape[0] for shape in call.shapes_in[:-1])]
    place = max(k for k, start in enumerate(starts) if start <= unit)
    return place, unit - starts[place]


class _Reader:
    """Writes one row for each layer or function of a forward pass."""

    def __init__(self, input_shape: Shape) -> None:
        self.rows: list[LayerRow] = []
        self._seen: set[object] = set()
        start: Fields = (ReceptiveField(), ReceptiveField())
        self._views = {-1: _View(start, tuple(input_shape[1:]) if len(input_shape) == 3 else (1, 1))}

    def note(self, call: Call) -> None:
        """Add the row of the next call."""
        for name, weight in call.loose:
            if id(weight) not in self._seen:
                self._seen.add(id(weight))
                self.rows.append(_loose(name, weight, self._views[-1].fields))
        kind, layer = call_kind(call), call.layer
        view = _union([self._views[source] for source in call.sources])
        after = _after(view, layer or _window_of(call), kind, (call.shapes_in[0], call.shape_out))
        self._views[len(self._views) - 1] = after
        fresh = layer is not None and id(layer) not in self._seen
        parameters = sum(weight.numel() for weight in layer.parameters()) if layer and fresh else 0
        self._seen.add(id(layer))
        per_cell, macs_text = _macs(layer, call.shape_out)
        self.rows.append(
            LayerRow(
                name=call_path(call),
                kind=kind,
                shape_in=call.shapes_in[0],
                shape_out=call.shape_out,
                parameters=parameters,
                parameters_text=_parameters_text(layer) if layer and parameters else "",
                macs=per_cell * prod(call.shape_out),
                macs_text=macs_text,
                field=after.fields,
            )
        )


def call_kind(call: Call) -> str:
    """Return the kind of a call, one of those in `LayerRow`."""
    return layer_kind(call.layer) if call.layer else _FUNCTIONS.get(call.function_name, "other")


def call_path(call: Call) -> str:
    """Return where a call is in the network: of a function its module and its name, ``layer1_0.add``.

    Not unique: a layer or function that works twice in a module has the same path twice.
    """
    if call.layer is not None:
        return call.path
    name = "relu" if call.function_name == "relu_" else call.function_name
    return f"{call.path}.{name}".removeprefix(".")


def _loose(name: str, weight: nn.Parameter, fields: Fields) -> LayerRow:
    """Return the row of a weight that belongs to no layer."""
    shape, count = tuple(weight.shape), weight.numel()
    return LayerRow(name, "other", shape, shape, count, "·".join(map(str, shape)), 0, "", fields)


@dataclass(frozen=True, slots=True)
class _View:
    """What one cell sees of the input, and how many rows and columns of such cells there are."""

    fields: Fields
    size: Shape


def _union(views: list[_View]) -> _View:
    """Return what a cell sees that draws on all `views`, as at the end of a residual block."""
    largest = max(views, key=lambda view: prod(view.size))  # a single cell is spread over its cells
    fields = []
    for index, field in enumerate(largest.fields):
        start = min(view.fields[index].start for view in views)
        end = max(view.fields[index].start + view.fields[index].size for view in views)
        fields.append(ReceptiveField(end - start, field.jump, start))
    return _View((fields[0], fields[1]), largest.size)


def _after(view: _View, layer: object, kind: str, shapes: tuple[Shape, Shape]) -> _View:
    """Return what a cell sees after one more layer."""
    shape_in, shape_out = shapes
    if len(shape_in) == 3 and len(shape_out) == 3:
        axes = [_axis(layer, index, shape_in[1 + index], shape_out[1 + index]) for index in (0, 1)]
        fields = tuple(field.through(axis) for field, axis in zip(view.fields, axes, strict=True))
        return _View((fields[0], fields[1]), shape_out[1:])
    averaged = len(shape_in) == 3 and shape_out == shape_in[:1] and kind not in ("flatten", "other")
    if kind == "dense" or averaged:  # one cell sees all that any cell before it saw
        ends = zip(view.fields, view.size, strict=True)
        fields = tuple(ReceptiveField(f.size + (n - 1) * f.jump, f.jump, f.start) for f, n in ends)
        return _View((fields[0], fields[1]), (1, 1))
    return view


def _axis(layer: Any, index: int, size_in: int, size_out: int) -> Axis:
    """Return the sliding window of `layer` along one axis; a single cell where there is none."""
    if isinstance(layer, nn.AdaptiveAvgPool2d | nn.AdaptiveMaxPool2d):
        return Axis(size_in, -(-size_in // size_out), max(1, size_in // size_out))
    if not hasattr(layer, "kernel_size"):
        return Axis(size_in, 1)
    if isinstance(layer, nn.Conv2d):  # "same" is worked out there, in the order of functional.pad
        before = layer._reversed_padding_repeated_twice[2 - 2 * index]
    else:
        before = _of(getattr(layer, "padding", 0), index)
    dilation = _of(getattr(layer, "dilation", 1), index)
    return Axis(size_in, _of(layer.kernel_size, index), _of(layer.stride, index), before, 0, dilation)


def _window_of(call: Call) -> SimpleNamespace | None:
    """Return the settings of a pooling called as a function, such as ``F.max_pool2d``; else None."""
    if call.function_name not in ("max_pool2d", "boolean_dispatch", "fn", "avg_pool2d"):
        return None
    names = ("input", "kernel_size", "stride", "padding")
    given = dict(zip(names, call.args, strict=False)) | dict(call.kwargs)
    window = given.get("kernel_size", 1)
    return SimpleNamespace(
        kernel_size=window, stride=given.get("stride") or window, padding=given.get("padding", 0)
    )


def _of(setting: Any, index: int) -> int:
    return int(setting[index] if isinstance(setting, tuple) else setting)


def _macs(layer: nn.Module | None, shape_out: Shape) -> tuple[int, str]:
    """Return the multiplications for one output cell, and all of them written out."""
    if isinstance(layer, nn.Conv2d):
        rows, cols = layer.kernel_size
        channels = layer.in_channels // layer.groups
        maps, height, width = shape_out
        return rows * cols * channels, f"{height}·{width}·{maps}·({rows}·{cols}·{channels})"
    if isinstance(layer, nn.Linear):
        return layer.in_features, f"{layer.in_features}·{layer.out_features}"
    return 0, ""


def _parameters_text(layer: nn.Module) -> str:
    """Return how the number of parameters comes about."""
    if isinstance(layer, nn.Conv2d):
        rows, cols = layer.kernel_size
        weights = f"{layer.out_channels}·({rows}·{cols}·{layer.in_channels // layer.groups})"
        return weights + (f"+{layer.out_channels}" if layer.bias is not None else "")
    if isinstance(layer, nn.Linear):
        weights = f"{layer.in_features}·{layer.out_features}"
        return weights + (f"+{layer.out_features}" if layer.bias is not None else "")
    if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
        return f"2·{layer.num_features}"
    return "+".join(str(weight.numel()) for weight in layer.parameters())


def layer_kind(layer: nn.Module) -> str:
    """Return the kind of `layer`, one of those in `LayerRow`; ``other`` for what is not known, as blocks are.

    Examples
    --------
    >>> layer_kind(nn.ReLU())
    'activation'
    """
    return _kind_of(type(layer))  # type: ignore[arg-type]  # mypy takes the class for its instances here


@cache
def _kind_of(layer_type: type[nn.Module]) -> str:
    return next((kind for known, kind in _MODULES.items() if issubclass(layer_type, known)), "other")


_MODULES: Mapping[type[nn.Module], str] = MappingProxyType(
    {nn.Conv2d: "conv", nn.Linear: "dense", nn.Flatten: "flatten"}
    | dict.fromkeys((nn.Softmax, nn.LogSoftmax), "softmax")
    | dict.fromkeys(
        (nn.ReLU, nn.LeakyReLU, nn.ELU, nn.GELU, nn.SiLU, nn.Sigmoid, nn.Tanh, nn.Identity), "activation"
    )
    | dict.fromkeys((nn.ReLU6, nn.Hardswish, nn.Hardsigmoid), "activation")
    | dict.fromkeys((nn.MaxPool2d, nn.AvgPool2d, nn.LPPool2d), "pool")
    | dict.fromkeys((nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d), "pool")
    | dict.fromkeys((nn.BatchNorm1d, nn.BatchNorm2d, nn.LayerNorm, nn.LocalResponseNorm), "norm")
    | dict.fromkeys((nn.Dropout, nn.Dropout2d), "dropout")
)
_FUNCTIONS: Mapping[str, str] = MappingProxyType(
    {"cat": "concat", "mul": "mul", "softmax": "softmax", "dropout": "dropout"}
    | dict.fromkeys(("flatten", "view", "reshape"), "flatten")
    | dict.fromkeys(("relu", "sigmoid", "tanh", "gelu", "silu"), "activation")
    | dict.fromkeys(("add", "iadd"), "add")
    | dict.fromkeys(
        ("mean", "adaptive_avg_pool2d", "avg_pool2d", "max_pool2d", "boolean_dispatch", "fn"), "pool"
    )
)
