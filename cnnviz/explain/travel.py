"""How an operation on a network travels: each layer's output before and after it, and what of it changed."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from cnnviz.errors import RangeError
from cnnviz.explain.results import Answer, Surgical
from cnnviz.explain.surgery import Surgery, operate
from cnnviz.trace.activations import Activations, activations

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class LayerChange:
    """What one layer puts out for the same picture before and after an operation.

    Parameters
    ----------
    name, kind : str
        As in `cnnviz.trace.activations.LayerOutput`.
    before, after : ndarray of float32, (C, H, W) or (F,)
        Its outputs; not to be written to.
    touched : tuple of int
        Units of this layer that were operated on, in ascending order.

    Examples
    --------
    >>> one = LayerChange("relu1", "activation", np.float32([3, 4]), np.float32([3, 1]), ())
    >>> one.share, one.order
    (0.6, (1, 0))
    """

    name: str
    kind: str
    before: F32
    after: F32
    touched: tuple[int, ...]

    @property
    def difference(self) -> F64:
        """``after - before``, shape of the output."""
        return self.after.astype(np.float64) - self.before

    @property
    def sizes(self) -> F64:
        """Mean absolute difference of each unit, shape (C,) or (F,)."""
        sizes: F64 = np.abs(self.difference).reshape(len(self.before), -1).mean(1)
        return sizes

    @property
    def num_changed(self) -> int:
        """Number of units of which any number is another one."""
        return int(np.count_nonzero(self.sizes))

    @property
    def share(self) -> float:
        """``‖after - before‖ / ‖before‖`` with ‖ ‖ the root of the layer's summed squares.

        0 where nothing changed; infinity where the output was all 0 and is no longer.
        """
        change = float(np.linalg.norm(self.difference.ravel()))
        size = float(np.linalg.norm(self.before.astype(np.float64).ravel()))
        return change / size if size else float("inf") if change else 0.0

    @property
    def order(self) -> tuple[int, ...]:
        """Units: those operated on first, then those that changed most."""
        sizes, own = self.sizes, set(self.touched)
        return tuple(sorted(range(len(sizes)), key=lambda unit: (unit not in own, -sizes[unit])))


@dataclass(frozen=True, slots=True, eq=False)
class Travel:
    """An operation's way through a network, layer by layer, to the answer."""

    layers: tuple[LayerChange, ...]

    @property
    def answers(self) -> Surgical:
        """Scores and probabilities before and after."""
        last = self.layers[-1]
        return Surgical(_answer(last.before), _answer(last.after))

    @property
    def first(self) -> int:
        """Place of the first layer that changed or was operated on; the number of layers if there is none."""
        places = (at for at, one in enumerate(self.layers) if one.touched or one.num_changed)
        return next(places, len(self.layers))


def travel(net: nn.Sequential, run: Activations, surgery: Surgery) -> Travel:
    """Return what `surgery` changes on the way of a picture through `net`.

    Parameters
    ----------
    net : nn.Sequential
        Named layers or blocks; left untouched.
    run : Activations
        What it made of the picture.
    surgery : Surgery
        What to do to a private copy of it.

    Raises
    ------
    ChoiceError, RangeError, ShapeError, ModelError
        As `cnnviz.explain.surgery.operate`; also if a number of the operated network is no longer finite.
    """
    after = activations(operate(net, surgery), run.input)  # type: ignore[arg-type]  # a twin is of the same class
    for layer in after.layers:
        if not np.isfinite(layer.output).all():
            raise RangeError("operated_overflow", name=layer.name)
    pairs = zip(run.layers, after.layers, strict=True)
    return Travel(
        tuple(
            LayerChange(old.name, old.kind, old.output, new.output, _touched(surgery, old.name))
            for old, new in pairs
        )
    )


def _touched(surgery: Surgery, layer: str) -> tuple[int, ...]:
    """Return the units of a top-level layer that were operated on; inside a block none can be told."""
    return tuple(sorted({edit.unit for edit in surgery.edits if edit.layer == layer}))


def _answer(logits: F32) -> Answer:
    return Answer(logits, torch.from_numpy(logits).softmax(0).numpy())
