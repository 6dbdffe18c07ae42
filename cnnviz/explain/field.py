"""What one unit can see of a picture, by arithmetic, and what it does see, by its gradient."""

import numpy.typing as npt
import torch
from torch import nn

from cnnviz.check import check_integer
from cnnviz.explain import guard, layers
from cnnviz.explain.results import Rectangle, UnitView
from cnnviz.shapes import ReceptiveField
from cnnviz.trace.summary import LayerRow, summary, unit_row


def unit_view(
    net: nn.Module, picture: npt.ArrayLike, *, layer: str, unit: int, at: tuple[int, int] = (0, 0)
) -> UnitView:
    """Return the input rectangle that a unit can see and the gradient-weighted part that it does see.

    Parameters
    ----------
    net : nn.Sequential
        Named layers or blocks.
    picture : array_like, shape (C, H, W), float32
        As prepared for the network.
    layer : str
        A top-level layer, or a step inside a block.
    unit : int
        Map of the layer, or element of its vector.
    at : (int, int)
        Row and column in the map; (0, 0) for a vector.

    Raises
    ------
    ChoiceError, RangeError
        If there is no such layer, unit or cell.

    Examples
    --------
    >>> net = nn.Sequential(nn.Conv2d(1, 1, 3), nn.Conv2d(1, 1, 3))
    >>> unit_view(net, torch.zeros(1, 7, 7), layer="1", unit=0, at=(0, 2)).field
    Rectangle(top=0, bottom=5, left=2, right=7)
    """
    pixels = guard.batch(picture).requires_grad_()
    head = layers.upto(net, layer, tuple(pixels.shape[1:]))
    output = guard.run(head, pixels)[0]
    check_integer("unit", unit, 0, len(output) - 1)
    maps = output if output.ndim == 3 else output.reshape(-1, 1, 1)  # an element is a map of one cell
    row = check_integer("row", at[0], 0, maps.shape[1] - 1)
    col = check_integer("col", at[1], 0, maps.shape[2] - 1)
    value = maps[unit, row, col]
    gradient = torch.autograd.grad(value, pixels)[0][0]
    field = unit_field(head, tuple(pixels.shape[1:]), unit=unit, at=(row, col))
    weight = gradient.abs().sum(0)
    return UnitView(layer, unit, row, col, value.item(), field, gradient.numpy(), weight.numpy())


def unit_field(head: nn.Module, shape: tuple[int, ...], *, unit: int, at: tuple[int, int]) -> Rectangle:
    """Return the input cells that cell `at` of `unit` can see at the end of the network `head`.

    Every cell on the way counts, also where a weight is 0 or a maximum is won elsewhere.
    """
    last = unit_row(head, shape, unit)
    row, col = _cell(last, unit, at)
    rows, cols = last.field
    return Rectangle(*rows.of(row), *cols.of(col))


def fields(head: nn.Module, shape: tuple[int, ...]) -> tuple[ReceptiveField, ReceptiveField]:
    """Return the receptive field of every cell at the end of `head`: along rows and along columns."""
    return summary(head, shape).rows[-1].field


def _cell(last: LayerRow, unit: int, at: tuple[int, int]) -> tuple[int, int]:
    """Return the cell that a unit stands for; an element of a flattened map is one of its cells."""
    if last.kind == "flatten" and len(last.shape_in) == 3:
        _, height, width = last.shape_in
        return unit % (height * width) // width, unit % width
    return at
