"""A layer table by top-level layer or block, for networks of many hundred layers."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from torch import nn

from cnnviz.trace.record import Shape
from cnnviz.trace.summary import Fields, LayerRow, Summary


@dataclass(frozen=True)
class Block:
    """One top-level layer or block of a network, with the rows of the layers inside.

    Parameters
    ----------
    name : str
        Its name in the network.
    rows : tuple of LayerRow
        In the order of the forward pass; a single one for a plain layer.
    """

    name: str
    rows: tuple[LayerRow, ...]

    @cached_property
    def kind(self) -> str:
        """Kind of the layer, or inception, residual, bottleneck, squeeze_excitation, or block."""
        return block_kind(self.rows)

    @property
    def shape_out(self) -> Shape:
        """Shape that comes out, without the batch."""
        return self.rows[-1].shape_out

    @property
    def field(self) -> Fields:
        """What one cell of its output sees of the input, along rows and columns."""
        return self.rows[-1].field

    @cached_property
    def parameters(self) -> int:
        """Learned numbers of all layers inside."""
        return sum(row.parameters for row in self.rows)

    @cached_property
    def macs(self) -> int:
        """Multiply-adds of all layers inside, for one picture."""
        return sum(row.macs for row in self.rows)

    @cached_property
    def output_bytes(self) -> int:
        """Memory of all outputs inside, for one picture as float32."""
        return sum(row.output_bytes for row in self.rows)


class _Part(Protocol):
    """A row or step: what it is called and what it is."""

    @property
    def name(self) -> str: ...  # the class says it

    @property
    def kind(self) -> str: ...  # the class says it


def block_kind(parts: Sequence[_Part]) -> str:
    """Return the kind of a plain layer, or inception, residual, bottleneck, squeeze_excitation, or block."""
    if len(parts) == 1:
        return parts[0].kind
    kinds = [part.kind for part in parts]
    if "concat" in kinds:
        return "inception"
    if any(".gate." in part.name for part in parts):
        return "squeeze_excitation"
    if "add" in kinds:
        return "bottleneck" if any(part.name.endswith("conv3") for part in parts) else "residual"
    return "block"


def blocks(table: Summary, net: nn.Module) -> tuple[Block, ...]:
    """Return the rows of a table by the top-level layer or block of `net` that they are in.

    A function without a name of its own, such as the sum of a residual block, belongs to the layer before
    it.

    Examples
    --------
    >>> from cnnviz.trace.summary import summary
    >>> net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Sequential(nn.ReLU(), nn.MaxPool2d(2)))
    >>> [(block.name, len(block.rows)) for block in blocks(summary(net, (1, 8, 8)), net)]
    [('0', 1), ('1', 2)]
    """
    tops = dict(net.named_children())
    gathered: dict[str, list[LayerRow]] = {}
    inside = ""
    for row in table.rows:
        top = row.name.partition(".")[0]
        inside = top if top in tops else inside or row.name
        gathered.setdefault(inside, []).append(row)
    return tuple(Block(name, tuple(rows)) for name, rows in gathered.items())
