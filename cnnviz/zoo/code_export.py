"""Write a stack as a program for PyTorch or Keras that makes the same network.

Text in, text out: neither framework is imported. The PyTorch program has the very weights shown on
screen. Keras draws other random numbers from the same distribution; chosen kernels are the same.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from cnnviz.stack.kernels import Array, chosen_kernels
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

Lines = list[str]


def pytorch_code(stack: StackSpec) -> str:
    """Return a PyTorch program: the network ``net``, its weights, and a forward pass of zeros.

    Raises
    ------
    ModelError
        If a layer does not fit.
    """
    places = stack.places()
    layers = [f'    ("{p.name}", {_TORCH[type(p.layer)](p.layer, p.shape_in)}),' for p in places]
    shape = ", ".join(map(str, (1, *stack.input_shape)))
    lines = [
        "from collections import OrderedDict",
        "",
        "import torch",
        "from torch import nn",
        "",
        "net = nn.Sequential(OrderedDict([",
        *layers,
        "]))",
        "net.eval()",
        "",
        *_torch_weights(places),
        f"x = torch.zeros({shape})  # batch, channels, rows, columns; 0 is black, 1 is white",
        "with torch.no_grad():",
        "    print(net(x).shape)",
    ]
    return "\n".join(lines) + "\n"


def keras_code(stack: StackSpec) -> str:
    """Return a Keras program: the network ``model`` with its chosen kernels, and its summary.

    Keras keeps channels last, so maps are (rows, columns, channels) there.

    Raises
    ------
    ModelError
        If a layer does not fit.
    """
    places = stack.places()
    channels, height, width = stack.input_shape
    layers = [f"    {line}," for placed in places for line in _keras_lines(placed)]
    kernels = _keras_kernels(places)
    lines = [
        *_keras_refusals(places),
        "import keras",
        *(["import numpy as np"] if kernels else []),
        "from keras import layers",
        "",
        "model = keras.Sequential([",
        f"    keras.Input(shape=({height}, {width}, {channels})),  # rows, columns, channels",
        *layers,
        "])",
        "",
        *kernels,
        "model.summary()",
    ]
    return "\n".join(lines) + "\n"


def _torch_weights(places: tuple[Placed, ...]) -> Lines:
    """Return the lines that draw the weights as `cnnviz.zoo.stack_builder` does."""
    seeds = {p.name: p.layer.seed for p in places if isinstance(p.layer, ConvLayer | DenseLayer)}
    if not seeds:
        return []
    lines = [
        "# The weights on screen: He initialisation with a seed for each layer; biases 0.",
        f"seeds = {seeds}",
        "for name, seed in seeds.items():",
        "    layer, generator = net.get_submodule(name), torch.Generator().manual_seed(seed)",
        '    nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu", generator=generator)',
        "    if layer.bias is not None:",
        "        nn.init.zeros_(layer.bias)",
    ]
    chosen = [
        f"    net.{placed.name}.weight[{idx}] = torch.tensor({_written(kernel)}) / {_channels(placed)}"
        for placed in places
        for idx, kernel in enumerate(_kernels(placed))
    ]
    if chosen:
        lines += ["# Chosen kernels: the same on every channel, divided by the number of channels."]
        lines += ["with torch.no_grad():", *chosen]
    return [*lines, ""]


def _keras_refusals(places: tuple[Placed, ...]) -> Lines:
    """Return a comment for each layer that PyTorch runs and Keras refuses."""
    return [
        f"# {placed.name}: Keras allows no stride above 1 together with dilation; PyTorch does."
        for placed in places
        if isinstance(placed.layer, ConvLayer)
        and max(placed.layer.stride) > 1
        and max(placed.layer.dilation) > 1
    ]


def _keras_kernels(places: tuple[Placed, ...]) -> Lines:
    """Return the lines that put the chosen kernels in."""
    lines: Lines = []
    for placed in places:
        chosen = [
            f"kernel[..., {idx}] = (np.array({_written(kernel)}) / {_channels(placed)})[:, :, None]"
            for idx, kernel in enumerate(_kernels(placed))
        ]
        if chosen:
            layer = f'model.get_layer("{placed.name}")'
            lines += [f"kernel, *bias = {layer}.get_weights()  # rows, columns, channels, filters", *chosen]
            lines += [f"{layer}.set_weights([kernel, *bias])", ""]
    return lines


def _kernels(placed: Placed) -> tuple[Array, ...]:
    return chosen_kernels(placed.layer) if isinstance(placed.layer, ConvLayer) else ()


def _channels(placed: Placed) -> int:
    """Return how many channels one filter sees."""
    layer = placed.layer
    return placed.shape_in[0] // layer.groups if isinstance(layer, ConvLayer) else 1


def _written(kernel: Array) -> str:
    return str(kernel.tolist())


def _changed(layer: Layer, **names: str) -> str:
    """Return the settings of `layer` that are not at their default, as arguments; ``names`` renames them."""
    plain = type(layer)()
    pairs = ((target, getattr(layer, name), getattr(plain, name)) for name, target in names.items())
    return "".join(f", {target}={value}" for target, value, default in pairs if value != default)


def _keras_lines(placed: Placed) -> Lines:
    """Return the lines of one layer; its name goes into the last one."""
    *before, last = _KERAS[type(placed.layer)](placed.layer, placed.shape_in)
    separator = "" if last.endswith("(") else ", "
    return [*before, f'{last}{separator}name="{placed.name}")']


def _torch_conv(layer: ConvLayer, shape: Shape) -> str:
    names = {name: name for name in ("stride", "padding", "dilation", "groups", "bias")}
    sizes = f"{shape[0]}, {layer.filters}, kernel_size={layer.kernel_size}"
    return f"nn.Conv2d({sizes}{_changed(layer, **names)})"


def _torch_activation(layer: ActivationLayer, _shape: Shape) -> str:
    return "nn.Softmax(dim=1)" if layer.function == "softmax" else f"nn.{layer.label}()"


def _torch_pool(layer: PoolLayer, _shape: Shape) -> str:
    if layer.pool == "global_average":
        return "nn.AdaptiveAvgPool2d(1)"
    window = f"{layer.kernel_size}, stride={layer.stride}"
    if layer.pool == "l2":
        return f"nn.LPPool2d(2, {window})"
    padding = _changed(layer, padding="padding")
    return f"nn.{'MaxPool2d' if layer.pool == 'max' else 'AvgPool2d'}({window}{padding})"


def _torch_norm(_layer: BatchNormLayer, shape: Shape) -> str:
    if len(shape) == 1 or shape[1] * shape[2] == 1:
        return f"nn.BatchNorm{'1d' if len(shape) == 1 else '2d'}({shape[0]})"
    return f"nn.BatchNorm2d({shape[0]}, track_running_stats=False)"


def _torch_dense(layer: DenseLayer, shape: Shape) -> str:
    return f"nn.Linear({shape[0]}, {layer.units}{_changed(layer, bias='bias')})"


def _keras_conv(layer: ConvLayer, _shape: Shape) -> Lines:
    names = {"stride": "strides", "dilation": "dilation_rate", "groups": "groups", "bias": "use_bias"}
    drawn = f"kernel_initializer=keras.initializers.HeUniform(seed={layer.seed})"
    conv = f"layers.Conv2D({layer.filters}, {layer.kernel_size}{_changed(layer, **names)}, {drawn}"
    return [*_keras_padding(layer.padding), conv]


def _keras_activation(layer: ActivationLayer, _shape: Shape) -> Lines:
    own = {
        "relu": "layers.ReLU(",
        "leaky_relu": "layers.LeakyReLU(negative_slope=0.01",
        "elu": "layers.ELU(",
        "softmax": "layers.Softmax(",
    }
    plain = "linear" if layer.function == "identity" else layer.function
    return [own.get(layer.function, f'layers.Activation("{plain}"')]


def _keras_pool(layer: PoolLayer, _shape: Shape) -> Lines:
    (rows, cols), (top, left) = layer.kernel_size, layer.padding
    window = f"{layer.kernel_size}, strides={layer.stride}"
    if layer.pool == "global_average":
        return ["layers.GlobalAveragePooling2D(keepdims=True"]
    if layer.pool == "average":
        return [*_keras_padding(layer.padding), f"layers.AveragePooling2D({window}"]
    if layer.pool == "max":
        edges = f"((0, 0), ({top}, {top}), ({left}, {left}), (0, 0))"
        lowest = f'layers.Lambda(lambda x: keras.ops.pad(x, {edges}, constant_values=-float("inf")))'
        return [*([lowest] if top or left else []), f"layers.MaxPooling2D({window}"]
    mean = f"keras.ops.average_pool(x * x, {layer.kernel_size}, strides={layer.stride})"
    return [f"layers.Lambda(lambda x: keras.ops.sqrt({rows * cols} * {mean})"]


def _keras_padding(padding: tuple[int, int]) -> Lines:
    return [f"layers.ZeroPadding2D({padding})"] if any(padding) else []


def _keras_dense(layer: DenseLayer, _shape: Shape) -> Lines:
    drawn = f"kernel_initializer=keras.initializers.HeUniform(seed={layer.seed})"
    return [f"layers.Dense({layer.units}{_changed(layer, bias='use_bias')}, {drawn}"]


_TORCH: Mapping[type[Layer], Callable[..., str]] = MappingProxyType(
    {
        ConvLayer: _torch_conv,
        ActivationLayer: _torch_activation,
        PoolLayer: _torch_pool,
        BatchNormLayer: _torch_norm,
        DropoutLayer: lambda layer, _shape: f"nn.Dropout({layer.share})",
        FlattenLayer: lambda _layer, _shape: "nn.Flatten()",
        DenseLayer: _torch_dense,
    }
)
# The last line of each stays open: the name of the layer is put in.
_KERAS: Mapping[type[Layer], Callable[..., Lines]] = MappingProxyType(
    {
        ConvLayer: _keras_conv,
        ActivationLayer: _keras_activation,
        PoolLayer: _keras_pool,
        BatchNormLayer: lambda _layer, _shape: ["layers.BatchNormalization(momentum=0.9, epsilon=1e-5"],
        DropoutLayer: lambda layer, _shape: [f"layers.Dropout({layer.share}"],
        FlattenLayer: lambda _layer, _shape: ["layers.Flatten("],
        DenseLayer: _keras_dense,
    }
)
