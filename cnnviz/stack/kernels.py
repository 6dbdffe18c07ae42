"""The kernels that a convolution layer of a stack was given by name or typed."""

import numpy as np
import numpy.typing as npt

from cnnviz import check
from cnnviz.ops.kernels import PRESETS, kernel, resize
from cnnviz.specs import Pair
from cnnviz.stack.layers import TYPED, ConvLayer

Array = npt.NDArray[np.float64]


def kernel_names(size: Pair) -> tuple[str, ...]:
    """Return what the first filters of a layer with kernels of `size` may be: presets that fit, or typed.

    A smaller preset is set into zeros; none is cut. Drawn ones are left out: a layer has its seed.
    """
    fitting = (
        name
        for name, preset in PRESETS.items()
        if not preset.takes_seed and (_has_size(name, size) or _no_larger(preset.size, size))
    )
    return (*fitting, TYPED)


def chosen_kernels(layer: ConvLayer) -> tuple[Array, ...]:
    """Return the kernels of the first filters, each of shape `kernel_size`; the other filters are random.

    Raises
    ------
    ChoiceError
        If a name is unknown or its preset does not fit into the layer's kernel.

    Examples
    --------
    >>> chosen_kernels(ConvLayer(kernels=("identity",)))[0].tolist()
    [[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]
    """
    return tuple(_chosen(name, layer) for name in layer.kernels[: layer.filters])


def _chosen(name: str, layer: ConvLayer) -> Array:
    check.check_choice("kernels", name, kernel_names(layer.kernel_size))
    if name == TYPED:
        return np.array(layer.typed, dtype=np.float64)
    if _has_size(name, layer.kernel_size):
        return kernel(name, size=layer.kernel_size)
    return resize(kernel(name), layer.kernel_size)


def _has_size(name: str, size: Pair) -> bool:
    """Return whether the preset is made in `size` itself."""
    preset = PRESETS[name]
    return all(side in preset.sizes for side in size) and (size[0] == size[1] or not preset.square)


def _no_larger(inner: Pair, outer: Pair) -> bool:
    return inner[0] <= outer[0] and inner[1] <= outer[1]
