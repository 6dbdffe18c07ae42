"""A network as steps that know what they listen to, so that branches and shortcuts can be shown.

Steps inside a block of a network are worked out when somebody looks into the block: a block's output is
kept, what lies inside follows from it and from the outputs before.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.utils import _pytree as pytree

from cnnviz.errors import ModelError
from cnnviz.trace.activations import Activations, LayerOutput
from cnnviz.trace.blocks import block_kind
from cnnviz.trace.record import Call, Ref, Shape, is_layer, record
from cnnviz.trace.summary import call_kind, call_path

F32 = npt.NDArray[np.float32]
INPUT = "input"


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One layer or function on the way.

    Parameters
    ----------
    name : str
        Unique; the last step of a block is called as the block, ``layer1_0``, others ``layer1_0.conv1``.
    kind : str
        As in `cnnviz.trace.summary.LayerRow`.
    block : str
        The top-level layer or block that it is in.
    sources : tuple of str
        The steps whose outputs it got, ``input`` for the picture.
    part : nn.Module or None
        The layer itself, only to be read; of a function that is an activation a layer that does the same.
    shape : tuple of int
        Of its output, without the batch.
    """

    name: str
    kind: str
    block: str
    sources: tuple[str, ...]
    part: nn.Module | None
    shape: Shape


@dataclass(frozen=True, eq=False)
class Graph:
    """The steps of a network, in the order of its forward pass.

    Parameters
    ----------
    net : nn.Module
        The network; only read.
    steps : tuple of Step
        What it does.
    calls : tuple of Call
        How each step is done.
    """

    net: nn.Module
    steps: tuple[Step, ...]
    calls: tuple[Call, ...]

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Number of each step by its name; -1 is the picture."""
        return {INPUT: -1} | {step.name: at for at, step in enumerate(self.steps)}

    @cached_property
    def blocks(self) -> Mapping[str, tuple[Step, ...]]:
        """The steps of each top-level layer or block, by its name."""
        gathered: dict[str, list[Step]] = {}
        for step in self.steps:
            gathered.setdefault(step.block, []).append(step)
        return {name: tuple(steps) for name, steps in gathered.items()}

    def __getitem__(self, name: str) -> Step:
        """Return the step called `name`.

        Raises
        ------
        ModelError
            If there is none.
        """
        at = self.places.get(name, -1)
        if at < 0:
            raise ModelError("no_layer", name=name, choices=", ".join(self.blocks))
        return self.steps[at]

    def on(self, net: nn.Module) -> "Graph":
        """Return the same steps on a network of the same layout, such as one with weights."""
        layers = dict(net.named_modules())
        parts = [layers.get(call.path) if call.layer else None for call in self.calls]
        steps = [replace(step, part=part or step.part) for step, part in zip(self.steps, parts, strict=True)]
        return Graph(net, tuple(steps), self.calls)

    def readers(self, name: str) -> tuple[Step, ...]:
        """Return the steps that listen to the step called `name`."""
        return tuple(step for step in self.steps if name in step.sources)

    def run(self, picture_f32: npt.ArrayLike) -> Activations:
        """Return the output of each top-level layer or block for one prepared picture (C, H, W).

        Raises
        ------
        ModelError
            If the network does not accept a picture of this shape.
        """
        picture = np.array(picture_f32, np.float32, order="C")
        kept = {len(self.steps) - 1} | {self.places[name] for name in self.blocks if name in self.places}
        values: dict[int, Any] = {-1: torch.from_numpy(picture).unsqueeze(0)}
        last_use = {source: at for at, call in enumerate(self.calls) for source in call.sources}
        try:
            with torch.inference_mode():
                for at, call in enumerate(self.calls):
                    values[at] = self._apply(at, values.__getitem__)
                    for source in set(call.sources):
                        if last_use[source] == at and source not in kept:
                            del values[source]
        except RuntimeError as error:  # torch's word for a shape that does not fit
            raise ModelError("network_input", got=picture.shape, reason=str(error).splitlines()[0]) from error
        layers = [self._output(self.steps[at], _array(values[at])) for at in sorted(kept)]
        return Activations(picture, tuple(layers))

    def unfold(self, run: Activations, block: str) -> Activations:
        """Return `run` with every block's kind, and of `block` the outputs of every step inside."""
        layers = [replace(layer, kind=self.kind(layer.name)) for layer in run.layers]
        steps = self.blocks.get(block, ())
        if len(steps) > 1:
            outputs = self._work_out(run, [step.name for step in steps])
            at = [layer.name for layer in layers].index(steps[-1].name)
            layers[at : at + 1] = [LayerOutput(s.name, s.kind, outputs[s.name]) for s in steps]
        return Activations(run.input, tuple(layers))

    def output(self, run: Activations, name: str) -> F32:
        """Return what the step called `name` put out in the forward pass `run`; ``input`` is the picture."""
        return self._work_out(run, [name])[name]

    def head(self, name: str) -> nn.Module:
        """Return the network up to and with the step called `name`; it shares the weights."""
        return _Head(self, self.places[self[name].name])

    def kind(self, block: str) -> str:
        """Return what kind of block or layer a top-level name is, as `cnnviz.trace.blocks` has it."""
        return block_kind(self.blocks[block])

    def _output(self, step: Step, output: F32) -> LayerOutput:
        whole = len(self.blocks[step.block]) > 1 and step.name == step.block
        return LayerOutput(step.name, self.kind(step.block) if whole else step.kind, output)

    def _work_out(self, run: Activations, names: Sequence[str]) -> dict[str, F32]:
        """Return the outputs of steps, as far as possible from what `run` kept."""
        kept = {layer.name: layer.output for layer in run.layers} | {INPUT: run.input}
        values = {self.places[name]: _batch(output) for name, output in kept.items() if name in self.places}

        def value(at: int) -> Any:
            if at not in values:
                values[at] = self._apply(at, value)
            return values[at]

        with torch.inference_mode():
            return {name: kept[name] if name in kept else _array(value(self.places[name])) for name in names}

    def _apply(self, at: int, value_of: Callable[[int], Any]) -> Any:
        """Return the output of step `at`, given those of its sources."""
        return _apply(self.net, self.calls[at], value_of)


class _Head(nn.Module):
    """A network up to one of its steps."""

    def __init__(self, whole: Graph, last: int) -> None:
        super().__init__()
        self.net = whole.net
        self.calls, self.last = whole.calls, last
        needed = {last}
        for at in range(last, -1, -1):
            if at in needed:
                needed |= set(whole.calls[at].sources)
        self.needed = sorted(needed - {-1})

    def forward(self, pictures: Tensor) -> Tensor:
        """Return the output of the step."""
        values: dict[int, Any] = {-1: pictures}
        for at in self.needed:
            values[at] = _apply(self.net, self.calls[at], values.__getitem__)
        return cast(Tensor, values[self.last])


def has_blocks(net: nn.Module) -> bool:
    """Return whether `net` has parts of several layers.

    Examples
    --------
    >>> has_blocks(nn.Sequential(nn.ReLU())), has_blocks(nn.Sequential(nn.Sequential(nn.ReLU())))
    (False, True)
    """
    return not all(is_layer(part) for part in net.children())


def graph(net: nn.Module, input_shape: Shape) -> Graph:
    """Return the steps of `net` for pictures of `input_shape`.

    Parameters
    ----------
    net : nn.Module
        Any network whose forward pass does not look at the numbers; only read.
    input_shape : tuple of int
        (C, H, W), without the batch.

    Raises
    ------
    ModelError
        If the forward pass cannot be followed or does not accept the shape.

    Examples
    --------
    >>> [step.name for step in graph(nn.Sequential(nn.Flatten(), nn.Linear(4, 2)), (1, 2, 2)).steps]
    ['0', '1']
    """
    calls = record(net, input_shape)
    owners = _blocks_of(calls, net)
    names = _unique_names(calls, owners)
    steps = []
    for call, name, block in zip(calls, names, owners, strict=True):
        sources = tuple(INPUT if source < 0 else names[source] for source in call.sources)
        kind = call_kind(call)
        part = net.get_submodule(call.path) if call.layer else _stand_in(call, kind)
        steps.append(Step(name, kind, block, sources, part, call.shape_out))
    return Graph(net, tuple(steps), calls)


def _blocks_of(calls: Sequence[Call], net: nn.Module) -> list[str]:
    """Return the top-level layer or block of each call; a function outside all belongs to the one before."""
    tops = dict(net.named_children())
    blocks: list[str] = []
    for call in calls:
        top = call_path(call).partition(".")[0]
        blocks.append(top if top in tops else blocks[-1] if blocks else top)
    return blocks


def _unique_names(calls: Sequence[Call], blocks: Sequence[str]) -> list[str]:
    """Return a name for each call: the block's for its last, else its path, numbered where it comes again."""
    last = {block: at for at, block in enumerate(blocks)}
    names: list[str] = []
    taken = {INPUT, *last}
    for at, call in enumerate(calls):
        path, number = call_path(call), 1
        name = blocks[at] if last[blocks[at]] == at else path
        while name in taken and last[blocks[at]] != at:
            number += 1
            name = f"{path}_{number}"
        taken.add(name)
        names.append(name)
    return names


def _stand_in(call: Call, kind: str) -> nn.Module | None:
    return nn.ReLU() if kind == "activation" and call.function_name == "relu" else None


def _apply(net: nn.Module, call: Call, value_of: Callable[[int], Any]) -> Any:
    def filled(leaf: Any) -> Any:
        if not isinstance(leaf, Ref):
            return leaf
        value = value_of(leaf.call)
        return value[leaf.place] if isinstance(value, tuple | list) else value

    args, kwargs = pytree.tree_map(filled, (call.args, dict(call.kwargs)))
    if call.layer is None:
        assert call.function is not None  # noqa: S101  # one of the two
        return call.function(*args, **kwargs)
    layer = net.get_submodule(call.path)
    if getattr(layer, "inplace", False):  # it would overwrite what was kept
        args = tuple(arg.clone() for arg in args)
    return layer(*args, **kwargs)


def _batch(output: F32) -> Tensor:
    return torch.from_numpy(np.asarray(output, np.float32)).unsqueeze(0)


def _array(batch: Any) -> F32:
    first = batch[0] if isinstance(batch, tuple | list) else batch
    return cast(F32, first.numpy()[0])
