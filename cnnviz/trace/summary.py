"""What each layer of a network does to the shape, what it holds, what it costs, how far it sees.

The network is not run: its layout is copied without weights onto PyTorch's ``meta`` device and its
forward pass is followed call by call, so that a layout of any size takes well under a second and the
network itself is never touched.
"""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import prod
from types import MappingProxyType, SimpleNamespace
from typing import Any

import torch
from torch import fx, nn

from cnnviz.errors import ModelError
from cnnviz.shapes import Axis, ReceptiveField

Shape = tuple[int, ...]
Fields = tuple[ReceptiveField, ReceptiveField]
BYTES = 4  # of one float32 number


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One line of the table.

    Parameters
    ----------
    name : str
        Where it is in the network, such as ``features.0``.
    kind : str
        conv, activation, softmax, pool, norm, dropout, flatten, dense, add, concat or other.
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
    try:
        graph = fx.symbolic_trace(without_weights(net))
    except Exception as error:  # tracing runs foreign code, which may raise anything
        raise ModelError("network_untraceable", reason=_first_line(error)) from error
    reader = _Reader(graph, input_shape)
    try:
        reader.run(torch.empty(1, *input_shape, device="meta"))
    except (RuntimeError, ValueError, IndexError, TypeError) as error:  # what torch raises on a misfit
        raise ModelError("network_input", got=input_shape, reason=_first_line(error)) from error
    return Summary(tuple(input_shape), tuple(reader.rows))


def without_weights(net: nn.Module) -> nn.Module:
    """Return a copy of `net` for prediction that has shapes but no numbers; `net` is only read."""
    tensors = (*net.parameters(), *net.buffers())
    memo = {id(old): torch.empty_like(old, device="meta") for old in tensors}
    for old in net.parameters():
        memo[id(old)] = nn.Parameter(memo[id(old)], requires_grad=False)
    return copy.deepcopy(net, memo).eval()


class _Reader(fx.Interpreter):
    """Follows the forward pass and writes one row for each layer or function that it meets."""

    def __init__(self, graph: fx.GraphModule, input_shape: Shape) -> None:
        super().__init__(graph)
        self.rows: list[LayerRow] = []
        self._seen: set[nn.Module] = set()
        start: Fields = (ReceptiveField(), ReceptiveField())
        self._views: dict[fx.Node, _View] = {}
        self._start = _View(start, tuple(input_shape[1:]) if len(input_shape) == 3 else (1, 1))

    def run_node(self, n: fx.Node) -> Any:
        """Run one step; note what it sees and, where it computes a tensor, its row."""
        result = super().run_node(n)
        views = [self._views[node] for node in n.all_input_nodes if node in self._views]
        if n.op == "placeholder":
            self._views[n] = self._start
        elif isinstance(result, nn.Parameter):  # a weight that belongs to no layer
            self.rows.append(_loose(str(n.target), result, self._start.fields))
        elif views and n.op != "output":
            view = _union(views)
            self._views[n] = self._note(n, view, result) if isinstance(result, torch.Tensor) else view
        return result

    def _note(self, node: fx.Node, view: "_View", result: torch.Tensor) -> "_View":
        shape_in = _shape(self.env[node.all_input_nodes[0]])
        shape_out = _shape(result)
        layer = self.fetch_attr(str(node.target)) if node.op == "call_module" else None
        kind = _kind(node, layer)
        after = _after(view, layer or _window_of(node), kind, (shape_in, shape_out))
        fresh = layer is not None and layer not in self._seen
        parameters = sum(weight.numel() for weight in layer.parameters()) if layer and fresh else 0
        self._seen |= {layer} if layer else set()
        per_cell, macs_text = _macs(layer, shape_out)
        self.rows.append(
            LayerRow(
                name=str(node.target) if layer else node.name,
                kind=kind,
                shape_in=shape_in,
                shape_out=shape_out,
                parameters=parameters,
                parameters_text=_parameters_text(layer) if layer and parameters else "",
                macs=per_cell * prod(shape_out),
                macs_text=macs_text,
                field=after.fields,
            )
        )
        return after


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


def _window_of(node: fx.Node) -> SimpleNamespace | None:
    """Return the settings of a pooling called as a function, such as ``F.max_pool2d``; else None."""
    if getattr(node.target, "__name__", "") not in ("max_pool2d", "boolean_dispatch", "fn", "avg_pool2d"):
        return None
    names = ("input", "kernel_size", "stride", "padding")
    given = dict(zip(names, node.args, strict=False)) | node.kwargs
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


def _kind(node: fx.Node, layer: nn.Module | None) -> str:
    """Return the kind of a layer or function."""
    if layer is not None:
        return layer_kind(layer)
    name = node.target if isinstance(node.target, str) else getattr(node.target, "__name__", "")
    return _FUNCTIONS.get(name, "other")


def _shape(value: Any) -> Shape:
    return tuple(value.shape[1:]) if isinstance(value, torch.Tensor) else ()


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


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
    {"cat": "concat", "softmax": "softmax", "dropout": "dropout"}
    | dict.fromkeys(("flatten", "view", "reshape"), "flatten")
    | dict.fromkeys(("relu", "sigmoid", "tanh", "gelu", "silu"), "activation")
    | dict.fromkeys(("add", "add_", "iadd"), "add")
    | dict.fromkeys(
        ("mean", "adaptive_avg_pool2d", "avg_pool2d", "max_pool2d", "boolean_dispatch", "fn"), "pool"
    )
)
