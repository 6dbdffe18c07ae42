"""One map of one layer worked out again by `cnnviz.ops`, on the trained weights and the real maps.

A network only hands out numbers; the result objects of `ops` know how each of them came about. That
both agree is for tests to prove.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from cnnviz.errors import ModelError
from cnnviz.ops.activation import ActivationResult, activate
from cnnviz.ops.conv import ConvResult, conv2d
from cnnviz.ops.pool import PoolResult, pool2d
from cnnviz.specs import ConvSpec, PoolSpec
from cnnviz.trace.activations import Activations

F64 = npt.NDArray[np.float64]
Result = ConvResult | PoolResult | ActivationResult

# Names of functions in `cnnviz.ops.activation`, and the settings that they take from the layer.
FUNCTIONS: Mapping[type[nn.Module], tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        nn.ReLU: ("relu", ()),
        nn.LeakyReLU: ("leaky_relu", ("negative_slope",)),
        nn.ELU: ("elu", ("alpha",)),
        nn.GELU: ("gelu", ()),
        nn.SiLU: ("silu", ()),
        nn.Sigmoid: ("sigmoid", ()),
        nn.Tanh: ("tanh", ()),
        nn.Identity: ("identity", ()),
    }
)


POOLS = (nn.MaxPool2d, nn.AvgPool2d, nn.LPPool2d)
POOL_NAMES: Mapping[type[nn.Module], str] = MappingProxyType(
    {nn.MaxPool2d: "max", nn.AvgPool2d: "average", nn.LPPool2d: "l2"}
)


@dataclass(frozen=True, slots=True)
class Explained:
    """One map of a layer with everything that went into it.

    Parameters
    ----------
    result : ConvResult, PoolResult or ActivationResult
        Holds this map alone, as its map 0.
    after : ActivationResult or None
        The activation that comes right after a convolution or a normalisation.
    """

    result: Result
    after: ActivationResult | None = None


def explainable(net: nn.Sequential, run: Activations) -> tuple[str, ...]:
    """Return the names of the layers of `net` that make maps in a way `explain` can work out."""
    layers = dict(net.named_children())
    return tuple(
        layer.name
        for layer in run.layers
        if layer.output.ndim == 3 and _maker(layers[layer.name]) is not None
    )


def explain(net: nn.Sequential, run: Activations, name: str, map_idx: int) -> Explained:
    """Return map `map_idx` of the layer `name`, worked out anew from what the layer got.

    Parameters
    ----------
    net : nn.Sequential
        Only read.
    run : Activations
        A forward pass of `net`.
    name : str
        One of `explainable`.
    map_idx : int
        Which map of the layer's output.

    Raises
    ------
    ModelError
        If the layer is not one of those.
    RangeError
        If its numbers are not finite.
    """
    names = explainable(net, run)
    if name not in names:
        raise ModelError("no_layer", name=name, choices=", ".join(names))
    layers = dict(net.named_children())
    order = [layer.name for layer in run.layers]
    at = order.index(name)
    maps = run.layers[at - 1].output if at else run.input
    following = layers[order[at + 1]] if at + 1 < len(order) else None
    return explain_layer(layers[name], maps, map_idx, following=following)


def explain_layer(
    layer: nn.Module, maps: npt.ArrayLike, map_idx: int, *, following: nn.Module | None = None
) -> Explained:
    """Return map `map_idx` of one layer that gets `maps`, (C, H, W).

    Parameters
    ----------
    layer, following : nn.Module
        The layer, and the one after it, which counts if it is an activation after a convolution.
    maps : array_like
        What the layer got.
    map_idx : int
        Which map of its output.

    Raises
    ------
    ModelError
        If nothing here can work out such a layer.
    """
    maker = _maker(layer)
    if maker is None:
        raise ModelError("no_layer", name=type(layer).__name__, choices="Conv2d, BatchNorm2d, pooling")
    result = maker(layer, np.asarray(maps, np.float64), map_idx)
    if isinstance(result, ConvResult) and type(following) in FUNCTIONS:
        return Explained(result, _activation(following, result.output, 0))
    return Explained(result)


def is_explainable(layer: nn.Module) -> bool:
    """Return whether `explain_layer` can work out such a layer."""
    return _maker(layer) is not None


def _maker(layer: nn.Module) -> Callable[[nn.Module, F64, int], Result] | None:
    """Return what works out such a layer; None if nothing does."""
    if type(layer) in FUNCTIONS:
        return _activation
    if isinstance(layer, nn.Conv2d):
        return None if isinstance(layer.padding, str) else _conv
    if isinstance(layer, nn.AdaptiveAvgPool2d):
        return _pool if layer.output_size in (1, (1, 1)) else None
    if isinstance(layer, nn.BatchNorm2d):
        return _norm
    return _pool if isinstance(layer, POOLS) else None


def _conv(layer: nn.Module, maps: F64, map_idx: int) -> ConvResult:
    assert isinstance(layer, nn.Conv2d)  # noqa: S101  # chosen by `_maker`
    (above, left), weight = _pair(layer.padding), _numbers(layer.weight)[map_idx]
    spec = ConvSpec(
        kernel_size=_pair(layer.kernel_size),
        stride=_pair(layer.stride),
        padding=(above, above, left, left),
        padding_mode=layer.padding_mode,
        dilation=_pair(layer.dilation),
    )
    bias = [0.0] if layer.bias is None else [float(_numbers(layer.bias)[map_idx])]
    share = layer.in_channels // layer.groups  # a map sees the channels of its group alone
    first = map_idx // (layer.out_channels // layer.groups) * share
    return conv2d(maps[first : first + share], weight[np.newaxis], bias, spec)


def _norm(layer: nn.Module, maps: F64, map_idx: int) -> ConvResult:
    """Return a normalisation as what it is once trained: times one number, plus another.

    ``γ·(x - μ) / √(σ² + ε) + β`` (S. Ioffe, C. Szegedy, 2015) is a 1x1 kernel ``γ / √(σ² + ε)`` on one
    map with the bias ``β - μ·γ / √(σ² + ε)``.
    """
    assert isinstance(layer, nn.BatchNorm2d)  # noqa: S101  # chosen by `_maker`
    plane = maps[map_idx]
    gamma, beta = (1.0, 0.0) if layer.weight is None else _at(map_idx, layer.weight, layer.bias)
    mean, variance = float(plane.mean()), float(plane.var())  # of a layer that keeps no statistics
    if layer.running_mean is not None:
        mean, variance = _at(map_idx, layer.running_mean, layer.running_var)
    gain = gamma / np.sqrt(variance + layer.eps)
    return conv2d(plane[np.newaxis], [[[[gain]]]], [beta - mean * gain])


def _pool(layer: nn.Module, maps: F64, map_idx: int) -> PoolResult:
    plane = maps[map_idx : map_idx + 1]
    if isinstance(layer, nn.AdaptiveAvgPool2d):
        return pool2d(plane, PoolSpec(kind="global_average"))
    assert isinstance(layer, POOLS)  # noqa: S101  # chosen by `_maker`
    kernel = _pair(layer.kernel_size)
    spec = PoolSpec(
        kind=POOL_NAMES[type(layer)],
        kernel_size=kernel,
        stride=_pair(layer.stride or kernel),
        padding=_pair(getattr(layer, "padding", 0)),
        ceil_mode=bool(layer.ceil_mode),
    )
    return pool2d(plane, spec)


def _activation(layer: nn.Module | None, maps: F64, map_idx: int) -> ActivationResult:
    kind, settings = FUNCTIONS[type(layer)]  # type: ignore[index]  # the caller has asked
    params = {name: float(getattr(layer, name)) for name in settings}
    return activate(maps[map_idx : map_idx + 1], kind, **params)


def _pair(value: object) -> tuple[int, int]:
    if isinstance(value, tuple):
        return int(value[0]), int(value[1])
    return int(value), int(value)  # type: ignore[call-overload]  # torch's int or pair


def _at(index: int, *tensors: torch.Tensor | None) -> tuple[float, ...]:
    return tuple(float(_numbers(tensor)[index]) for tensor in tensors)


def _numbers(tensor: torch.Tensor | None) -> F64:
    assert tensor is not None  # noqa: S101  # a trained layer has it
    return np.asarray(tensor.detach().numpy(), np.float64)
