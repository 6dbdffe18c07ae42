"""The lectures' networks as stacks; their numbers are held in ``tests/golden/test_networks.py``."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from cnnviz.stack.layers import (
    ActivationLayer,
    ConvLayer,
    DenseLayer,
    DropoutLayer,
    FlattenLayer,
    Layer,
    PoolLayer,
)
from cnnviz.stack.spec import StackSpec

Layers = tuple[Layer, ...]
RELU, SOFTMAX, FLATTEN = ActivationLayer(), ActivationLayer(function="softmax"), FlattenLayer()
POOL = PoolLayer()
POOL_3 = PoolLayer(kernel_size=(3, 3))  # AlexNet's overlapping pooling: window 3, stride 2


def _conv(filters: int, size: int, *, padding: int = 0, stride: int = 1, groups: int = 1) -> ConvLayer:
    """Return a square convolution."""
    return ConvLayer(
        filters=filters,
        kernel_size=(size, size),
        padding=(padding, padding),
        stride=(stride, stride),
        groups=groups,
    )


def _seeded(layers: Layers) -> Layers:
    """Return `layers` with a seed of its own for each layer that has weights."""
    return tuple(
        replace(layer, seed=idx) if isinstance(layer, ConvLayer | DenseLayer) else layer
        for idx, layer in enumerate(layers)
    )


def _photo_rounds(rounds: int) -> Layers:
    """Return two chosen kernels and a random one, ReLU and pooling, again and again."""
    conv = ConvLayer(kernels=("sobel_x", "sharpen"))
    return (conv, RELU, POOL) * rounds


def _classifier(*units: int) -> Layers:
    """Return AlexNet's dense end: dropout before each hidden layer, ReLU after it."""
    hidden = [layer for n in units[:-1] for layer in (DropoutLayer(), DenseLayer(units=n), RELU)]
    return (FLATTEN, *hidden, DenseLayer(units=units[-1]))


TEN_TWENTY = (
    *(_conv(10, 5), RELU, POOL),
    *(_conv(20, 5), RELU, POOL),
    *(FLATTEN, DenseLayer(units=100), RELU, DenseLayer(units=10)),
)
THREE_CONV = (
    *(_conv(32, 3), RELU, POOL),
    *(_conv(64, 3), RELU, POOL),
    *(_conv(64, 3), RELU),
    *(FLATTEN, DenseLayer(units=64), RELU, DenseLayer(units=10), SOFTMAX),
)
MLP = (FLATTEN, DenseLayer(units=256), RELU, DenseLayer(units=256), RELU, DenseLayer(units=10))
# Y. LeCun et al. (1998) as it is taught: tanh, average pooling, every map connected.
TANH, AVERAGE = ActivationLayer(function="tanh"), PoolLayer(pool="average")
LENET5 = (
    *(_conv(6, 5, padding=2), TANH, AVERAGE),
    *(_conv(16, 5), TANH, AVERAGE),
    *(FLATTEN, DenseLayer(units=120), TANH, DenseLayer(units=84), TANH, DenseLayer(units=10)),
)
# A. Krizhevsky, I. Sutskever, G. Hinton (2012): two halves on two GPUs are two groups.
ALEXNET_TWO_GPUS = (
    *(_conv(96, 11, stride=4), RELU, POOL_3),
    *(_conv(256, 5, padding=2, groups=2), RELU, POOL_3),
    *(_conv(384, 3, padding=1), RELU),
    *(_conv(384, 3, padding=1, groups=2), RELU),
    *(_conv(256, 3, padding=1, groups=2), RELU, POOL_3),
    *_classifier(4096, 4096, 1000),
)
# A. Krizhevsky, "One weird trick" (2014), which torchvision follows.
ALEXNET_ONE_GPU = (
    *(_conv(64, 11, stride=4, padding=2), RELU, POOL_3),
    *(_conv(192, 5, padding=2), RELU, POOL_3),
    *(_conv(384, 3, padding=1), RELU),
    *(_conv(256, 3, padding=1), RELU),
    *(_conv(256, 3, padding=1), RELU, POOL_3),
    *_classifier(4096, 4096, 1000),
)

NETWORKS: Mapping[str, StackSpec] = MappingProxyType(
    {
        name: StackSpec(input_shape=shape, layers=_seeded(layers))
        for name, shape, layers in (
            ("photo-stack", (3, 300, 400), _photo_rounds(4)),
            ("ten-twenty", (1, 28, 28), TEN_TWENTY),
            ("three-conv", (1, 28, 28), THREE_CONV),
            ("six-filter", (3, 32, 32), (_conv(6, 5), RELU, POOL, FLATTEN, DenseLayer(units=10))),
            ("mlp", (1, 28, 28), MLP),
            ("lenet5", (1, 28, 28), LENET5),
            ("vgg-two-3x3", (1, 28, 28), (_conv(1, 3), _conv(1, 3))),
            ("vgg-one-5x5", (1, 28, 28), (_conv(1, 5),)),
            ("alexnet-two-gpus", (3, 227, 227), ALEXNET_TWO_GPUS),
            ("alexnet-one-gpu", (3, 224, 224), ALEXNET_ONE_GPU),
        )
    }
)
