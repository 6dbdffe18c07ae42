"""Which units of the layer before each unit listens to, and how strongly."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from torch import nn

from cnnviz.trace.graph import INPUT, Graph
from cnnviz.trace.summary import layer_kind

F32 = npt.NDArray[np.float32]
ONE_TO_ONE = frozenset({"activation", "pool", "norm", "dropout"})
PASSING = ONE_TO_ONE | {"add", "mul", "concat"}
WEIGHED = frozenset({"conv", "dense"})


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
    units : tuple of int
        The units that the rows of `strength` are of; empty for all.
    links : tuple of Link
        What the layer listens to; empty for the layer before it alone.
    """

    kind: str
    strength: F32 | None = None
    units: tuple[int, ...] = ()
    links: tuple["Link", ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """One layer that another one listens to.

    Parameters
    ----------
    source : str
        Its name; ``input`` for the picture.
    kind : {'one', 'flat', 'all'}
        As in `Wires`.
    offset : int
        Of joined maps: the unit that is the source's first.
    skip : bool
        Whether what comes out is added to what it says unchanged or by a shortcut, inside a block.
    """

    source: str
    kind: str
    offset: int = 0
    skip: bool = False


def wires_of(layer: nn.Module, units: Sequence[int] = ()) -> Wires:
    """Return how `layer` is wired; a block of layers is wired all to all, without strengths.

    Parameters
    ----------
    layer : nn.Module
        Only read.
    units : sequence of int
        The units whose strengths are wanted; all if left out.

    Examples
    --------
    >>> wires_of(nn.ReLU()).kind, wires_of(nn.Conv2d(8, 8, 3, groups=8)).kind
    ('one', 'one')
    """
    if isinstance(layer, nn.Conv2d) and layer.groups == 1:
        kernels = _rows(layer, units)  # (O, C, KH, KW)
        sign = np.where(kernels.sum((2, 3)) < 0, -1, 1)
        return Wires("all", (sign * np.abs(kernels).mean((2, 3))).astype(np.float32), tuple(units))
    if isinstance(layer, nn.Conv2d) and layer.groups == layer.in_channels == layer.out_channels:
        return Wires("one")  # each map is filtered by itself
    if isinstance(layer, nn.Linear):
        return Wires("all", _rows(layer, units), tuple(units))
    if isinstance(layer, nn.Flatten):
        return Wires("flat")
    return Wires("one" if layer_kind(layer) in ONE_TO_ONE else "all")


def wiring(net: nn.Sequential) -> tuple[Wires, ...]:
    """Return the wires of each top-level layer of `net`, in order; `net` is only read."""
    return tuple(wires_of(layer) for layer in net.children())


def graph_wiring(steps: Graph, shown: Sequence[str], units: Mapping[str, Sequence[int]]) -> tuple[Wires, ...]:
    """Return the wires of the steps in `shown`, in order, over those between them that are not shown.

    Parameters
    ----------
    steps : Graph
        The network.
    shown : sequence of str
        Names of steps; the last step of every block is among them.
    units : mapping
        The units of a step whose strengths are wanted, by name; none where it is not named.
    """
    known = {INPUT, *shown}
    return tuple(_step_wires(steps, name, known, tuple(units.get(name, ()))) for name in shown)


def _step_wires(steps: Graph, name: str, known: Set[str], units: tuple[int, ...]) -> Wires:
    step = steps[name]
    links = tuple(_merged(_links(steps, name, known)))
    direct = all(source in known for source in step.sources)
    if step.part is None or not direct or step.kind not in WEIGHED or not units:
        return Wires(links[0].kind, links=links)
    return replace(wires_of(step.part, units), links=links)


def _links(steps: Graph, name: str, known: Set[str]) -> Iterator[Link]:
    """Yield a link for each way from a step back to one that is shown."""
    step = steps[name]
    kind = "flat" if step.kind == "flatten" else "one" if step.kind in PASSING else "all"
    offset = 0
    for source in step.sources:
        for link in (Link(source, "one"),) if source in known else _links(steps, source, known):
            both = link.kind if kind == "one" else kind if link.kind == "one" else "all"
            yield replace(link, kind=both, offset=link.offset + offset)
        if step.kind == "concat":
            offset += steps[source].shape[0]


def _merged(links: Iterable[Link]) -> Iterator[Link]:
    """Yield one link a source: of several ways the one with weights, marked as passed by another."""
    ways: dict[str, list[Link]] = {}
    for link in links:
        ways.setdefault(link.source, []).append(link)
    for several in ways.values():
        best = max(several, key=lambda link: link.kind == "all")
        joined = len({link.offset for link in several}) > 1  # branches side by side are no shortcut
        yield replace(best, skip=len(several) > 1 and not joined, offset=0 if joined else best.offset)


def _rows(layer: nn.Conv2d | nn.Linear, units: Sequence[int]) -> F32:
    weight = layer.weight.detach()
    return np.asarray(weight[list(units)] if units else weight, np.float32)
