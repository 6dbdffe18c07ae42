"""Change a stack: one setting of one layer, or the order of the layers. Every function returns a new stack.

Settings that depend on each other move along, so that a legal layer stays legal.
"""

from dataclasses import replace
from math import gcd

from cnnviz import check
from cnnviz.ops.kernels import resize
from cnnviz.specs import Pair
from cnnviz.stack.kernels import kernel_names
from cnnviz.stack.layers import LAYERS, TYPED, ConvLayer, DenseLayer, Grid, Layer, PoolLayer
from cnnviz.stack.spec import StackSpec


def changed(stack: StackSpec, index: int, **settings: object) -> StackSpec:
    """Return the stack with settings of layer `index` changed.

    A new kernel size cuts or fills up the typed kernel and drops presets that no longer fit; a new
    number of filters makes the groups smaller where they do not divide it; a new window of a pooling
    lowers its padding to half of it.

    Raises
    ------
    RangeError, ShapeError, ChoiceError
        If a setting is impossible.

    Examples
    --------
    >>> stack = StackSpec(input_shape=(1, 8, 8), layers=(ConvLayer(),))
    >>> changed(stack, 0, filters=5).layers[0].filters
    5
    """
    layer = stack.layers[_index(stack, index)]
    if isinstance(layer, ConvLayer):
        settings = _for_conv(layer, settings)
    if isinstance(layer, PoolLayer):
        settings = _for_pool(layer, settings)
    after = replace(layer, **settings)  # the layer checks its settings
    return _with(stack, [*stack.layers[:index], after, *stack.layers[index + 1 :]])


def inserted(stack: StackSpec, index: int, kind: str) -> StackSpec:
    """Return the stack with a new layer of `kind` before place `index`; weights get a seed of their own."""
    check.check_choice("kind", kind, tuple(LAYERS))
    check.check_integer("index", index, 0, len(stack.layers))
    layer = _own_seed(stack, LAYERS[kind]())
    return _with(stack, [*stack.layers[:index], layer, *stack.layers[index:]])


def removed(stack: StackSpec, index: int) -> StackSpec:
    """Return the stack without layer `index`."""
    _index(stack, index)
    return _with(stack, [*stack.layers[:index], *stack.layers[index + 1 :]])


def doubled(stack: StackSpec, index: int) -> StackSpec:
    """Return the stack with a copy of layer `index` after it; random weights of the copy differ."""
    copy = _own_seed(stack, stack.layers[_index(stack, index)])
    return _with(stack, [*stack.layers[: index + 1], copy, *stack.layers[index + 1 :]])


def moved(stack: StackSpec, index: int, by: int) -> StackSpec:
    """Return the stack with layer `index` moved `by` places towards the end, at most to either end."""
    layers = list(stack.layers)
    layer = layers.pop(_index(stack, index))
    layers.insert(min(max(0, index + by), len(layers)), layer)
    return _with(stack, layers)


def _with(stack: StackSpec, layers: list[Layer]) -> StackSpec:
    return replace(stack, layers=tuple(layers))


def _index(stack: StackSpec, index: int) -> int:
    return check.check_integer("index", index, 0, len(stack.layers) - 1)


def _own_seed(stack: StackSpec, layer: Layer) -> Layer:
    """Return `layer` with the lowest seed that no layer of the stack has."""
    if not isinstance(layer, ConvLayer | DenseLayer):
        return layer
    taken = {other.seed for other in stack.layers if isinstance(other, ConvLayer | DenseLayer)}
    return replace(layer, seed=next(seed for seed in range(len(taken) + 1) if seed not in taken))


def _for_conv(layer: ConvLayer, settings: dict[str, object]) -> dict[str, object]:
    """Return the settings with those that depend on kernel size and number of filters."""
    size = settings.get("kernel_size", layer.kernel_size)
    if size != layer.kernel_size:
        rows, cols = check.check_pair("kernel_size", size, 1, 11)
        fitting = kernel_names((rows, cols))
        names = tuple(name for name in layer.kernels if name in fitting)
        settings = {"kernels": names, "typed": _typed(layer, (rows, cols)), **settings}
    if TYPED in settings.get("kernels", ()) and not settings.get("typed", layer.typed):  # type: ignore[operator]
        settings = {**settings, "typed": _typed(layer, layer.kernel_size)}
    filters = settings.get("filters", layer.filters)
    if isinstance(filters, int) and "groups" not in settings and filters % layer.groups:
        settings = {**settings, "groups": gcd(filters, layer.groups)}
    return settings


def _typed(layer: ConvLayer, size: Pair) -> Grid:
    """Return the typed kernel brought to `size`; a first one passes the picture on."""
    grid = resize(layer.typed or [[1.0]], size)
    return tuple(tuple(row) for row in grid.tolist())


def _for_pool(layer: PoolLayer, settings: dict[str, object]) -> dict[str, object]:
    """Return the settings with a padding that the window and the kind allow."""
    rows, cols = check.check_pair("kernel_size", settings.get("kernel_size", layer.kernel_size), 1, 11)
    top, left = check.check_pair("padding", settings.get("padding", layer.padding), 0, 11)
    if settings.get("pool", layer.pool) == "l2":
        top, left = 0, 0
    return {**settings, "padding": (min(top, rows // 2), min(left, cols // 2))}
