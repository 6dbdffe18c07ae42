"""Send a picture through a stack of layers, within limits that keep a shared server quick."""

from dataclasses import replace
from itertools import takewhile
from math import prod

import numpy as np
import numpy.typing as npt

from cnnviz import check
from cnnviz.errors import ModelError, ShapeError
from cnnviz.stack.layers import written
from cnnviz.stack.spec import Placed, StackSpec
from cnnviz.trace.activations import LayerOutput, activations
from cnnviz.zoo.stack_builder import build, weights

MOST_WEIGHTS = 8_000_000  # of one layer that is run: 32 MB, more than any layer of the lectures but AlexNet's
MOST_CELLS = 6_000_000  # numbers in all outputs together: 24 MB
MOST_MACS = 1_200_000_000  # twice AlexNet's convolutions


def run(stack: StackSpec, picture: npt.ArrayLike) -> tuple[LayerOutput, ...]:
    """Return every layer's output for one picture, first layer first.

    Ends before the first layer with more than `MOST_WEIGHTS` weights, if there is one.

    Parameters
    ----------
    stack : StackSpec
        Layers that fit on each other.
    picture : array_like
        Finite numbers of the shape that the stack takes.

    Raises
    ------
    ShapeError
        If the picture has another shape.
    ModelError
        If a layer does not fit, or the stack has more than `MOST_CELLS` numbers or `MOST_MACS`
        multiplications to work out.
    """
    cells = check.check_array("picture", picture, ndim=3)
    if cells.shape != stack.input_shape:
        raise ShapeError("stack_picture", got=written(cells.shape), wanted=written(stack.input_shape))
    places = tuple(takewhile(lambda placed: weights(placed) <= MOST_WEIGHTS, stack.places()))
    _check_effort(places)
    if not places:
        return ()
    net = build(replace(stack, layers=stack.layers[: len(places)]))
    return activations(net, cells.astype(np.float32)).layers


def _check_effort(places: tuple[Placed, ...]) -> None:
    cells = sum(prod(placed.shape_out) for placed in places)
    macs = sum(weights(placed) * prod(placed.shape_out[1:]) for placed in places)
    for got, limit, code in ((cells, MOST_CELLS, "stack_cells"), (macs, MOST_MACS, "stack_macs")):
        if got > limit:
            raise ModelError(code, got=f"{got:,}", limit=f"{limit:,}")
