"""How one unit of a network comes about, as result objects of `cnnviz.ops` on the network's own numbers.

The forward pass is PyTorch's; what is explained is computed anew in double precision from the input of
the layer and its weights, with every intermediate kept, and equals PyTorch's output to its rounding.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from torch import nn

from cnnviz.check import check_integer
from cnnviz.errors import ModelError
from cnnviz.ops.activation import ActivationResult, activate
from cnnviz.trace.activations import Activations
from cnnviz.trace.cells import FUNCTIONS, Explained, explain_layer, is_explainable
from cnnviz.trace.graph import INPUT, Graph, Step, graph

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where a unit is: its layer, its number, the layer before and the numbers that came from there.

    Parameters
    ----------
    layer, unit : str, int
        Name of the layer; map, or element of a vector.
    before : str
        Name of the layer before, ``input`` for the first.
    inputs : ndarray of float32, (C, H, W) or (F,)
        What the layer got.
    output : ndarray of float32, (H, W) or ()
        What the unit put out.
    """

    layer: str
    unit: int
    before: str
    inputs: F32
    output: F32


@dataclass(frozen=True, slots=True, eq=False)
class MapUnit:
    """A map of a convolution, a pooling or an activation.

    Parameters
    ----------
    place : Place
        Where it is.
    explained : Explained
        How it came about; its result holds this map alone, as map 0.
    after_layer : str
        Name of the layer of ``explained.after``; empty where there is none.
    """

    place: Place
    explained: Explained
    after_layer: str


@dataclass(frozen=True, slots=True, eq=False)
class NormUnit:
    """A map after batch normalisation as it works when predicting: ``(x - mean) / √(variance + ε) · γ + β``.

    Mean and variance are averages over the training batches and do not depend on this picture.
    """

    place: Place
    mean: float
    variance: float
    epsilon: float
    gamma: float
    beta: float

    @property
    def scale(self) -> float:
        """What every number is multiplied by."""
        return float(self.gamma / np.sqrt(self.variance + self.epsilon))

    @property
    def shift(self) -> float:
        """What is added then."""
        return self.beta - self.mean * self.scale


@dataclass(frozen=True, slots=True, eq=False)
class FlattenUnit:
    """An element of a flattened vector, and the cell of a map that it is."""

    place: Place
    cell: tuple[int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class DenseUnit:
    """A unit of a dense layer: weights (F,), products with the inputs, their sum and the bias."""

    place: Place
    weights: F64
    products: F64
    bias: float
    total: float
    after: ActivationResult | None
    after_layer: str


@dataclass(frozen=True, slots=True, eq=False)
class DropoutUnit:
    """A unit of a dropout layer; `share` of its numbers was put to 0 in training, none when predicting."""

    place: Place
    share: float


@dataclass(frozen=True, slots=True, eq=False)
class ElementUnit:
    """An element of a vector after an activation."""

    place: Place
    activation: ActivationResult


@dataclass(frozen=True, slots=True, eq=False)
class SumUnit:
    """A unit of a sum, as at the end of a residual block: what each way brought, added cell by cell.

    Parameters
    ----------
    place : Place
        Where it is; of an activation right after the sum, that one.
    names : tuple of str
        The layers whose units are added, in order.
    terms : tuple of ndarray of float32
        Their outputs, each of the unit's shape.
    total : ndarray of float64
        The sum.
    after : ActivationResult or None
        The activation that comes right after.
    """

    place: Place
    names: tuple[str, ...]
    terms: tuple[F32, ...]
    total: F64
    after: ActivationResult | None


@dataclass(frozen=True, slots=True, eq=False)
class JoinedUnit:
    """A unit of maps laid behind each other, as at the end of an inception block: one unit of one branch."""

    place: Place
    source: str
    source_unit: int


UnitResult = SumUnit | JoinedUnit | MapUnit | NormUnit | FlattenUnit | DenseUnit | DropoutUnit | ElementUnit


def unit_result(net: nn.Module | Graph, run: Activations, layer: str, unit: int) -> UnitResult:
    """Return how unit `unit` of the step called `layer` came about in the forward pass `run`.

    Parameters
    ----------
    net : nn.Module or Graph
        The network, or its steps where they are known already; only read.
    run : Activations
        What it did with a picture.
    layer : str
        Name of a step: of a top-level layer, or of one inside a block.
    unit : int
        Map, or element of its vector, from 0.

    Raises
    ------
    ModelError
        If there is no such layer, or it is of a kind that is not explained.
    RangeError
        If the layer has no such unit.

    Examples
    --------
    >>> net = nn.Sequential(nn.Flatten(), nn.Linear(4, 2))
    >>> run = activations(net, np.ones((1, 2, 2)))  # doctest: +SKIP
    >>> unit_result(net, run, "1", 0).total  # doctest: +SKIP
    """
    steps = net if isinstance(net, Graph) else graph(net, run.input.shape)
    step = steps[layer]
    check_integer("unit", unit, 0, step.shape[0] - 1)
    inputs = steps.output(run, step.sources[0])
    place = Place(layer, unit, step.sources[0], inputs, steps.output(run, layer)[unit])
    if step.kind == "add":
        return _sum(steps, run, step, place)
    before = steps[step.sources[0]] if step.sources[0] != INPUT else step
    if step.kind == "activation" and before.kind == "add":
        return _sum(steps, run, before, place)
    if step.kind == "concat":
        return _joined(steps, step, place)
    if step.part is None:
        raise ModelError("layer_not_explained", layer=layer, kind=step.kind)
    return _explained(step.part, place, _following(steps, step))


def _following(steps: Graph, step: Step) -> dict[str, nn.Module]:
    """Return the layer that comes right after a step, where nothing else listens to the step."""
    readers = steps.readers(step.name)
    return {one.name: one.part for one in readers if one.part is not None} if len(readers) == 1 else {}


def _sum(steps: Graph, run: Activations, step: Step, place: Place) -> SumUnit:
    terms = tuple(steps.output(run, name)[place.unit] for name in step.sources)
    total = np.asarray(np.sum(terms, axis=0, dtype=np.float64))
    for layer in _following(steps, step).values():
        if type(layer) in FUNCTIONS:
            return SumUnit(place, step.sources, terms, total, _activated(layer, total))
    return SumUnit(place, step.sources, terms, total, None)


def _joined(steps: Graph, step: Step, place: Place) -> JoinedUnit:
    unit = place.unit
    for name in step.sources:
        count = steps[name].shape[0]
        if unit < count:
            return JoinedUnit(place, name, unit)
        unit -= count
    raise ModelError("layer_not_explained", layer=step.name, kind=step.kind)


def _explained(part: nn.Module, place: Place, following: dict[str, nn.Module]) -> UnitResult:
    if isinstance(part, nn.Linear):
        return _dense(part, place, following)
    if isinstance(part, nn.Flatten) and place.inputs.ndim == 3:
        channel, row, col = (int(i) for i in np.unravel_index(place.unit, place.inputs.shape))
        return FlattenUnit(place, (channel, row, col))
    if isinstance(part, (nn.Dropout, nn.Dropout2d)):
        return DropoutUnit(place, part.p)
    if isinstance(part, nn.BatchNorm2d) and part.running_mean is not None:
        numbers = (part.running_mean, part.running_var, part.weight, part.bias)
        mean, variance, gamma, beta = (
            float(each[place.unit].detach()) for each in numbers if each is not None
        )
        return NormUnit(place, mean, variance, part.eps, gamma, beta)
    if type(part) in FUNCTIONS and place.inputs.ndim == 1:
        return ElementUnit(place, _activated(part, np.array([place.inputs[place.unit]])))
    if place.inputs.ndim == 3 and is_explainable(part):
        name = next(iter(following), "")
        explained = explain_layer(part, place.inputs, place.unit, following=following.get(name))
        return MapUnit(place, explained, name if explained.after else "")
    raise ModelError("layer_not_explained", layer=place.layer, kind=type(part).__name__)


def _dense(part: nn.Linear, place: Place, following: dict[str, nn.Module]) -> DenseUnit:
    weights = part.weight[place.unit].detach().numpy().astype(np.float64)
    products = weights * place.inputs
    bias = 0.0 if part.bias is None else float(part.bias[place.unit].detach())
    total = float(products.sum() + bias)
    for name, layer in following.items():
        if type(layer) in FUNCTIONS:
            return DenseUnit(
                place, weights, products, bias, total, _activated(layer, np.array([total])), name
            )
    return DenseUnit(place, weights, products, bias, total, None, "")


def _activated(part: nn.Module, values: npt.NDArray[np.floating]) -> ActivationResult:
    kind, settings = FUNCTIONS[type(part)]
    params = {name: float(getattr(part, name)) for name in settings}
    return activate(values.astype(np.float64), kind, **params)
