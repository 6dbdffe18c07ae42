"""Which layers of a network can be asked, what their units are, and how to run up to one or on from one."""

from collections import OrderedDict

import numpy.typing as npt
import torch
from torch import nn

from cnnviz.check import check_choice, check_integer
from cnnviz.errors import ModelError
from cnnviz.explain import guard
from cnnviz.explain.results import Layer
from cnnviz.trace.graph import graph

POOLS = (nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d)
BLANK = (*POOLS, nn.Flatten, nn.Dropout, nn.Dropout2d, nn.Identity)  # pass units on, make none
PASSIVE = (*BLANK, nn.ReLU, nn.Tanh, nn.Sigmoid, nn.GELU, nn.ELU, nn.LeakyReLU, nn.SiLU, nn.BatchNorm2d)
SMALLEST_MAP = 3  # cells a side that a map needs to say where something is


def layers(net: nn.Module, picture: npt.ArrayLike) -> tuple[Layer, ...]:
    """Return the top-level layers of `net` in order, with the shapes they have for `picture`.

    Parameters
    ----------
    net : nn.Sequential
        Named layers or blocks.
    picture : array_like, shape (C, H, W), float32
        As prepared for the network.

    Raises
    ------
    ModelError
        If the network is no stack of layers or does not take the picture.
    """
    found: list[Layer] = []
    parts = children(guard.twin(net))
    with torch.no_grad():
        signal = guard.batch(picture)
        for name, part in parts.items():
            signal = guard.run(part, signal)
            found.append(Layer(name, type(part).__name__, tuple(signal.shape[1:])))
    return tuple(found)


def map_layers(net: nn.Module, picture: npt.ArrayLike) -> tuple[Layer, ...]:
    """Return the layers whose maps are larger than 1×1: those that can say *where*."""
    return tuple(layer for layer in layers(net, picture) if layer.map_side > 1)


def default_layer(net: nn.Module, picture: npt.ArrayLike) -> str:
    """Return the layer to ask for Grad-CAM when nobody chose one.

    The deepest layer that is not a pool and whose maps are at least 3×3; it knows most about the class
    and still where. Where there is none, the deepest one with maps larger than 1×1. Earlier layers draw
    finer pictures that mean less: in the digit network three-conv, Grad-CAM at the 3×3 map of ``relu3`` has
    a rank correlation of +0.17 with occlusion, at the 11×11 map of ``relu2`` -0.58 (first 40 test pictures).

    Raises
    ------
    ModelError
        If no layer has maps larger than 1×1, as in a dense network.

    Examples
    --------
    >>> net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    >>> default_layer(net, torch.zeros(1, 8, 8))
    '1'
    """
    maps = map_layers(net, picture)
    pools = {kind.__name__ for kind in POOLS}
    good = [one for one in maps if one.kind not in pools and one.map_side >= SMALLEST_MAP]
    if not maps:
        raise ModelError("no_map_layer")
    return (good or list(maps))[-1].name


def unit_layers(net: nn.Module) -> tuple[str, ...]:
    """Return the layers that speak for a group of units, the last group left out.

    A convolution, its normalisation and its activation are one group; its last layer counts, as that is
    what the rest of the network sees. The output layer is the answer itself and is no candidate.

    Examples
    --------
    >>> unit_layers(nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(72, 10)))
    ('1',)
    """
    groups: list[str] = []
    for name, part in children(net).items():
        if isinstance(part, BLANK):
            continue
        if isinstance(part, PASSIVE) and groups:
            groups[-1] = name
        elif not isinstance(part, PASSIVE):
            groups.append(name)
    return tuple(groups[:-1])


def children(net: nn.Module) -> dict[str, nn.Module]:
    """Return the top-level layers of a sequential network by name.

    Raises
    ------
    ModelError
        If the network is not an `nn.Sequential`.
    """
    if not isinstance(net, nn.Sequential):
        raise ModelError("not_sequential", got=type(net).__name__)
    return dict(net.named_children())


def split(net: nn.Module, layer: str) -> tuple[nn.Sequential, nn.Sequential]:
    """Return `net` up to and with `layer`, and the rest; both share the modules of `net`.

    Raises
    ------
    ChoiceError
        If no top-level layer has that name.
    """
    names = list(children(net))
    check_choice("layer", layer, names)
    cut = names.index(layer) + 1
    parts = list(net.named_children())
    return nn.Sequential(OrderedDict(parts[:cut])), nn.Sequential(OrderedDict(parts[cut:]))


def upto(net: nn.Module, layer: str, shape: tuple[int, ...]) -> nn.Module:
    """Return a twin of `net` up to and with `layer`, which may lie inside a block: ``layer1_0.conv2``.

    Parameters
    ----------
    net : nn.Sequential
        Named layers or blocks; left untouched.
    layer : str
        A top-level layer, or a step as `cnnviz.trace.graph` names them.
    shape : tuple of int
        (C, H, W) of a picture.

    Raises
    ------
    ChoiceError
        If there is no such layer.
    """
    copy = guard.twin(net)
    if layer in children(net):
        return split(copy, layer)[0]
    steps = graph(copy, shape)
    check_choice("layer", layer, [step.name for step in steps.steps])
    return steps.head(layer)


def submodule(net: nn.Module, layer: str) -> nn.Module:
    """Return the layer called `layer`; a dot leads into a block, ``"block3.conv1"``.

    Raises
    ------
    ChoiceError
        If there is none.
    """
    check_choice("layer", layer, [name for name, _ in net.named_modules() if name])
    return net.get_submodule(layer)


def check_unit(layer: Layer, unit: int) -> int:
    """Return `unit` if `layer` has it."""
    return check_integer("unit", unit, 0, layer.num_units - 1)
