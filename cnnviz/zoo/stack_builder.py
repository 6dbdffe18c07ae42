"""Make a network of a `StackSpec`, with the weights that its layers ask for."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from types import MappingProxyType

import torch
from torch import nn

from cnnviz.stack.kernels import chosen_kernels
from cnnviz.stack.layers import (
    ActivationLayer,
    BatchNormLayer,
    ConvLayer,
    DenseLayer,
    DropoutLayer,
    FlattenLayer,
    Layer,
    PoolLayer,
    Shape,
)
from cnnviz.stack.spec import Placed, StackSpec


def build(stack: StackSpec, *, device: str = "cpu") -> nn.Sequential:
    """Return the network of `stack`, in prediction mode; modules are named as the layers.

    Parameters
    ----------
    stack : StackSpec
        Layers that fit on each other.
    device : {'cpu', 'meta'}
        'meta' gives shapes without weights, at no cost.

    Raises
    ------
    ModelError
        If a layer does not fit.

    Examples
    --------
    >>> build(StackSpec(input_shape=(1, 4, 4), layers=(PoolLayer(),)))
    Sequential(
      (MaxP0): MaxPool2d(kernel_size=(2, 2), stride=(2, 2), padding=(0, 0), dilation=1, ceil_mode=False)
    )
    """
    modules = OrderedDict((placed.name, _module(placed, device)) for placed in stack.places())
    return nn.Sequential(modules).eval()


def module(placed: Placed) -> nn.Module:
    """Return one layer of a stack with its weights, as `run` has it."""
    return _module(placed, "cpu").eval()


def weights(placed: Placed) -> int:
    """Return how many weights a layer has, biases left out."""
    layer = placed.layer
    if isinstance(layer, DenseLayer):
        return placed.shape_in[0] * layer.units
    if isinstance(layer, ConvLayer):
        rows, cols = layer.kernel_size
        return layer.filters * rows * cols * placed.shape_in[0] // layer.groups
    return 0


def _module(placed: Placed, device: str) -> nn.Module:
    """Return the module of one layer; weights are drawn with the seed of the layer."""
    module = _MAKERS[type(placed.layer)](placed.layer, placed.shape_in)
    if device == "meta":
        return module.to("meta")
    if isinstance(placed.layer, ConvLayer | DenseLayer):
        _fill(module.to_empty(device=device), placed.layer)
    return module


def _fill(module: nn.Module, layer: ConvLayer | DenseLayer) -> None:
    """Draw the weights (K. He et al., 2015), put in the chosen kernels, set biases to 0."""
    weight = module.get_parameter("weight")
    generator = torch.Generator().manual_seed(layer.seed)
    nn.init.kaiming_uniform_(weight, nonlinearity="relu", generator=generator)
    if layer.bias:
        nn.init.zeros_(module.get_parameter("bias"))
    if isinstance(layer, ConvLayer):
        with torch.no_grad():
            for idx, kernel in enumerate(chosen_kernels(layer)):
                weight[idx] = torch.from_numpy(kernel / weight.shape[1])


def _conv(layer: ConvLayer, shape: Shape) -> nn.Module:
    return nn.Conv2d(
        shape[0],
        layer.filters,
        layer.kernel_size,
        stride=layer.stride,
        padding=layer.padding,
        dilation=layer.dilation,
        groups=layer.groups,
        bias=layer.bias,
        device="meta",
    )


def _activation(layer: ActivationLayer, shape: Shape) -> nn.Module:  # noqa: ARG001  # all makers alike
    return _ACTIVATIONS[layer.function]()


def _pool(layer: PoolLayer, shape: Shape) -> nn.Module:  # noqa: ARG001  # as above
    if layer.pool == "global_average":
        return nn.AdaptiveAvgPool2d(1)
    if layer.pool == "l2":
        return nn.LPPool2d(2, layer.kernel_size, layer.stride)
    kind = nn.MaxPool2d if layer.pool == "max" else nn.AvgPool2d
    return kind(layer.kernel_size, layer.stride, layer.padding)


def _norm(layer: BatchNormLayer, shape: Shape) -> nn.Module:  # noqa: ARG001  # as above
    """Return batch normalisation by the picture's own statistics; one cell has none, so it passes."""
    if len(shape) == 1:
        return nn.BatchNorm1d(shape[0])
    return nn.BatchNorm2d(shape[0], track_running_stats=shape[1] * shape[2] == 1)


_ACTIVATIONS: Mapping[str, Callable[[], nn.Module]] = MappingProxyType(
    {
        "relu": nn.ReLU,
        "leaky_relu": nn.LeakyReLU,
        "elu": nn.ELU,
        "gelu": nn.GELU,
        "silu": nn.SiLU,
        "sigmoid": nn.Sigmoid,
        "tanh": nn.Tanh,
        "identity": nn.Identity,
        "softmax": lambda: nn.Softmax(dim=1),
    }
)
_MAKERS: Mapping[type[Layer], Callable[..., nn.Module]] = MappingProxyType(
    {
        ConvLayer: _conv,
        ActivationLayer: _activation,
        PoolLayer: _pool,
        BatchNormLayer: _norm,
        DropoutLayer: lambda layer, _: nn.Dropout(layer.share),
        FlattenLayer: lambda _layer, _shape: nn.Flatten(),
        DenseLayer: lambda layer, shape: nn.Linear(shape[0], layer.units, bias=layer.bias, device="meta"),
    }
)
