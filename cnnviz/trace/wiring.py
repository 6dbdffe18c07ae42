"""Which units of the layer before each unit listens to, and how strongly."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from torch import nn

from cnnviz.trace.summary import layer_kind

F32 = npt.NDArray[np.float32]
ONE_TO_ONE = frozenset({"activation", "pool", "norm", "dropout"})


@dataclass(frozen=True, slots=True, eq=False)
class Wires:
    """The connections of one layer to the layer before it.

    Parameters
    ----------
    kind : {'one', 'flat', 'all'}
        Unit to unit; element of a vector to its map; every unit to every unit.
    strength : ndarray of float32, (units, inputs), or None
        Of connections with weights. In a dense layer the weight itself. In a convolution the mean
        absolute weight of the kernel slice, with the sign of the slice's sum.
    """

    kind: str
    strength: F32 | None = None


def wires_of(layer: nn.Module) -> Wires:
    """Return how `layer` is wired; a block of layers is wired all to all, without strengths.

    Examples
    --------
    >>> wires_of(nn.ReLU()).kind
    'one'
    """
    if isinstance(layer, nn.Conv2d) and layer.groups == 1:
        kernels = layer.weight.detach().numpy()  # (O, C, KH, KW)
        sign = np.where(kernels.sum((2, 3)) < 0, -1, 1)
        return Wires("all", (sign * np.abs(kernels).mean((2, 3))).astype(np.float32))
    if isinstance(layer, nn.Linear):
        return Wires("all", layer.weight.detach().numpy())
    if isinstance(layer, nn.Flatten):
        return Wires("flat")
    return Wires("one" if layer_kind(layer) in ONE_TO_ONE else "all")


def wiring(net: nn.Sequential) -> tuple[Wires, ...]:
    """Return the wires of each top-level layer of `net`, in order; `net` is only read."""
    return tuple(wires_of(layer) for layer in net.children())
