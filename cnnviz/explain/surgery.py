"""Operate on a copy of a network: switch units off, change weights and biases, see what it answers then."""

from dataclasses import dataclass, replace
from functools import cache

import numpy.typing as npt
import torch
from torch import Tensor, nn

from cnnviz.check import check_array, check_choice, check_integer, check_number
from cnnviz.errors import ModelError, ShapeError
from cnnviz.explain import guard, layers
from cnnviz.explain.attribution import BATCH_NUMBERS, answer
from cnnviz.explain.results import Surgical, UnitRanking

FLIPS = ("left_right", "up_down", "half_turn", "negate")
LARGEST = 1e6  # of a typed weight or bias


@dataclass(frozen=True, slots=True)
class SwitchOff:
    """Put the output of one unit of a top-level layer to 0: a whole map, or an element of a vector."""

    layer: str
    unit: int


@dataclass(frozen=True, slots=True)
class SetWeight:
    """Set one weight of a unit: `at` is (channel, row, col) in a convolution, (input,) in a dense layer."""

    layer: str
    unit: int
    at: tuple[int, ...]
    value: float


@dataclass(frozen=True, slots=True)
class SetKernel:
    """Set the kernel slice of a convolution's unit for one input channel, row by row."""

    layer: str
    unit: int
    channel: int
    rows: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class FlipKernel:
    """Turn every kernel slice of a convolution's unit, or change its sign; `how` is one of `FLIPS`."""

    layer: str
    unit: int
    how: str


@dataclass(frozen=True, slots=True)
class SetBias:
    """Set the bias of a unit; a layer without biases gets zeros for the others."""

    layer: str
    unit: int
    value: float


Edit = SwitchOff | SetWeight | SetKernel | FlipKernel | SetBias


@dataclass(frozen=True, slots=True)
class Surgery:
    """What was done to a network, in order; hashable, so that it is its own undo list and cache key.

    Examples
    --------
    >>> plan = Surgery().then(SwitchOff("conv1", 3)).then(SetBias("conv1", 0, 0.5))
    >>> len(plan.edits), plan.undo().undo() == Surgery()
    (2, True)
    """

    edits: tuple[Edit, ...] = ()

    def then(self, edit: Edit) -> "Surgery":
        """Return the surgery with one more edit."""
        return replace(self, edits=(*self.edits, edit))

    def undo(self) -> "Surgery":
        """Return the surgery without its last edit; none stays none."""
        return replace(self, edits=self.edits[:-1])


def operate(net: nn.Module, surgery: Surgery) -> nn.Module:
    """Return a private copy of `net` on which every edit was carried out.

    The copy shares the memory of what was not changed; layers keep their names and kinds.

    Parameters
    ----------
    net : nn.Sequential
        Named layers or blocks; left untouched.
    surgery : Surgery
        What to do.

    Raises
    ------
    ChoiceError, RangeError, ShapeError
        If an edit names a layer, unit or weight that is not there.
    ModelError
        If the layer has no weights to change, or no kernels to flip.

    Examples
    --------
    >>> net = nn.Sequential(nn.Linear(2, 1))
    >>> operate(net, Surgery((SetWeight("0", 0, (1,), 7.0),)))[0].weight[0, 1].item()
    7.0
    """
    copy = guard.twin(net)
    for edit in surgery.edits:
        part = layers.submodule(copy, edit.layer)
        if isinstance(edit, SwitchOff):
            _switch_off(copy, edit.layer, edit.unit)
        elif isinstance(edit, SetBias):
            _set_bias(part, edit)
        else:
            _change_weights(part, edit)
    return copy


def compare(net: nn.Module, surgery: Surgery, picture: npt.ArrayLike) -> Surgical:
    """Return what `net` answers to a prepared picture (C, H, W) before and after `surgery`."""
    return Surgical(answer(net, picture), answer(operate(net, surgery), picture))


def rank_units(net: nn.Module, picture: npt.ArrayLike, *, class_idx: int, layer: str) -> UnitRanking:
    """Switch every unit of `layer` off, one at a time, and return what the network answers then.

    The layers up to `layer` run once, the rest runs in batches of units.

    Parameters
    ----------
    net : nn.Sequential
        Named layers or blocks; left untouched.
    picture : array_like, shape (C, H, W), float32
        As prepared for the network.
    class_idx : int
        The class whose logit is ranked by.
    layer : str
        A top-level layer; `layers.unit_layers` names those worth asking.

    References
    ----------
    A. Morcos, D. Barrett, N. Rabinowitz, M. Botvinick, "On the importance of single directions for
    generalization" (2018), section 2.
    """
    before = answer(net, picture)
    check_integer("class_idx", class_idx, 0, len(before.logits) - 1)
    head, tail = layers.split(guard.twin(net), layer)
    with torch.no_grad():
        output = guard.run(head, guard.batch(picture))
        at_once = max(1, 4 * BATCH_NUMBERS // output.numel())
        units = torch.split(torch.arange(output.shape[1]), at_once)
        logits = torch.cat([guard.run(tail, _without(output, part)) for part in units])
    return UnitRanking(layer, class_idx, before, logits.numpy(), logits.softmax(1).numpy())


def rank_all(net: nn.Module, picture: npt.ArrayLike, *, class_idx: int) -> tuple[UnitRanking, ...]:
    """Return `rank_units` for each group of units of the network, first layer first."""
    names = layers.unit_layers(net)
    return tuple(rank_units(net, picture, class_idx=class_idx, layer=name) for name in names)


def most_important(rankings: tuple[UnitRanking, ...], count: int = 10) -> tuple[tuple[str, int, float], ...]:
    """Return (layer, unit, fall of the logit) of the units whose loss hurts the answer most."""
    every = [(one.layer, unit, float(fall)) for one in rankings for unit, fall in enumerate(one.drops)]
    return tuple(sorted(every, key=lambda entry: -entry[2])[:count])


def _without(output: Tensor, units: Tensor) -> Tensor:
    """Return one copy of a layer's output (1, U, ...) for each of `units`, with that unit at 0."""
    copies = output.expand(len(units), *output.shape[1:]).clone()
    copies[torch.arange(len(units)), units] = 0
    return copies


def _switch_off(net: nn.Module, layer: str, unit: int) -> None:
    """Give the layer a forward pass that puts a unit to 0 afterwards."""
    part = layers.submodule(net, layer)
    part.off_units = (*getattr(part, "off_units", ()), check_integer("unit", unit, 0, 1 << 20))  # type: ignore[assignment]  # a plain attribute
    if not getattr(type(part), "is_switched", False):
        part.__class__ = _switched(type(part))  # type: ignore[arg-type]  # a class is hashable


@cache
def _switched(kind: type[nn.Module]) -> type[nn.Module]:
    """Return a class like `kind`, of the same name, that puts the units in `off_units` to 0."""

    def forward(self: nn.Module, signal: Tensor) -> Tensor:
        output: Tensor = kind.forward(self, signal)
        keep = torch.ones(output.shape[1], device=output.device)
        for unit in self.off_units:  # type: ignore[union-attr]  # a tuple of numbers
            keep[check_integer("unit", unit, 0, len(keep) - 1)] = 0
        return torch.where(keep.view(-1, *[1] * (output.ndim - 2)) > 0, output, 0)

    names = {"forward": forward, "is_switched": True, "__module__": kind.__module__}
    return type(kind.__name__, (kind,), names)


def _set_bias(part: nn.Module, edit: SetBias) -> None:
    weight = _weight(part, edit.layer)
    bias = torch.zeros(len(weight)) if part.bias is None else part.bias.clone()  # type: ignore[operator]  # a tensor
    unit = check_integer("unit", edit.unit, 0, len(weight) - 1)
    bias[unit] = check_number("value", edit.value, -LARGEST, LARGEST)
    part.bias = nn.Parameter(bias, requires_grad=False)


def _change_weights(part: nn.Module, edit: SetWeight | SetKernel | FlipKernel) -> None:
    weight = _weight(part, edit.layer).clone()  # the original's memory stays as it is
    unit = check_integer("unit", edit.unit, 0, len(weight) - 1)
    if isinstance(edit, SetWeight):
        _set_weight(weight[unit], edit)
    else:
        if weight.ndim != 4:
            raise ModelError("layer_without_kernels", layer=edit.layer)
        weight[unit] = (
            _flipped(weight[unit], edit.how) if isinstance(edit, FlipKernel) else _reset(weight, edit)
        )
    part.weight = nn.Parameter(weight, requires_grad=False)


def _set_weight(weights: Tensor, edit: SetWeight) -> None:
    if len(edit.at) != weights.ndim:
        raise ShapeError("ndim", name="at", wanted=weights.ndim, got=edit.at)
    at = tuple(check_integer("at", i, 0, n - 1) for i, n in zip(edit.at, weights.shape, strict=True))
    weights[at] = check_number("value", edit.value, -LARGEST, LARGEST)


def _reset(weight: Tensor, edit: SetKernel) -> Tensor:
    """Return the kernel (C, KH, KW) of the edited unit with one slice replaced."""
    rows = torch.from_numpy(check_array("rows", edit.rows, ndim=2)).float()
    if rows.shape != weight.shape[2:]:
        raise ShapeError("kernel_shape", wanted=tuple(weight.shape[2:]), got=tuple(rows.shape))
    kernel = weight[edit.unit].clone()
    kernel[check_integer("channel", edit.channel, 0, len(kernel) - 1)] = rows
    return kernel


def _flipped(kernel: Tensor, how: str) -> Tensor:
    check_choice("how", how, FLIPS)
    if how == "negate":
        return -kernel
    return kernel.flip({"left_right": (2,), "up_down": (1,), "half_turn": (1, 2)}[how])


def _weight(part: nn.Module, layer: str) -> Tensor:
    weight = getattr(part, "weight", None)
    if not isinstance(weight, Tensor):
        raise ModelError("layer_without_weights", layer=layer)
    return weight
