"""What the browser gets of a forward pass: layers, colour levels of every map, strengths of the wires.

A map travels as one byte a cell: its place between the map's own smallest and largest number, which
travel exactly. That is what a thumbnail shows; numbers of single cells are in the detail views. Of a
large network only the maps in view travel, as a `Window` says, and maps of many cells smaller.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from cnnviz import words
from cnnviz.figures import palette
from cnnviz.images.resize import shrunk
from cnnviz.ops.softmax import SoftmaxResult
from cnnviz.trace.activations import Activations, LayerOutput
from cnnviz.trace.wiring import Link, Wires
from cnnviz.ui.components.microscope import payload

THUMBNAIL_PX, INPUT_PX = 64, 112  # longest side that is sent; a cell is then the mean of what it covers
BLOCKS = ("residual", "bottleneck", "inception", "squeeze_excitation", "block")
JOINS = ("add", "mul", "concat")
STRONGEST = 48  # strengths of a unit, as many as are drawn
STEPS = 254  # between the smallest and the largest number of a map
SECTION = "overview."


@dataclass(frozen=True, slots=True)
class Window:
    """What of a large network the browser gets: it asks for more when somebody turns a page.

    Parameters
    ----------
    units : mapping of str to sequence of int
        The units of a layer whose maps and strengths are sent, by its name.
    order : sequence of int
        The classes as they are listed, best first.
    folded, unfolded : sequence of str
        The blocks that can be unfolded; the one that is.
    """

    units: Mapping[str, Sequence[int]]
    order: Sequence[int]
    folded: Sequence[str] = ()
    unfolded: Sequence[str] = ()


def scene(
    run: Activations,
    wires: Sequence[Wires],
    softmax: SoftmaxResult,
    *,
    labels: Sequence[str],
    language: str,
    window: Window | None = None,
) -> bytes:
    """Return everything that the overview draws.

    Parameters
    ----------
    run : Activations
        A forward pass.
    wires : sequence of Wires
        One a layer, as `cnnviz.trace.wiring.wiring` gives them.
    softmax : SoftmaxResult
        Of the logits; drawn as one layer more.
    labels : sequence of str
        Names of the classes.
    language : {'en', 'ko'}
        Of every word.
    window : Window, optional
        Everything if left out.

    Raises
    ------
    RangeError
        If an output holds NaN or an infinity.
    """
    probs = LayerOutput("softmax", "softmax", softmax.probs)  # type: ignore[arg-type]  # float64 is fine here
    layers = [LayerOutput("input", "input", run.input), *run.layers, probs]
    every = [Wires("none"), *wires, Wires("all")]
    names = [layer.name for layer in layers]
    columns = []
    for index, (layer, wire) in enumerate(zip(layers, every, strict=True)):
        links = wire.links or (Link(names[index - 1], wire.kind),) * (index > 0)
        is_class = index >= len(layers) - 2
        sent = _Sent(index, language, window, tuple(window.order) if window and is_class else ())
        column = _column(layer, wire, sent)
        column[0]["sources"] = [_source(link, names, layers) for link in links]
        if is_class:
            column[0]["labels"] = [labels[k] for k in sent.order] if sent.order else list(labels)
        columns.append(column)
    header, arrays = payload.colours()
    header |= {"kind": "overview", "texts": dict(texts(language)), "layers": [part for part, _ in columns]}
    header["kinds"] = (
        palette.LAYERS | dict.fromkeys(BLOCKS, palette.BLOCK) | dict.fromkeys(JOINS, palette.JOIN)
    )
    header["digest"] = blake2b(run.input.tobytes() + softmax.logits.tobytes(), digest_size=8).hexdigest()
    arrays["picture_table"] = palette.table("picture")
    for _, numbers in columns:
        arrays |= numbers
    return payload.pack(header, arrays)


@dataclass(frozen=True, slots=True)
class _Sent:
    """How a column travels: its number, the words, and what of it is sent, in which order."""

    index: int
    language: str
    window: Window | None
    order: tuple[int, ...] = ()

    def units(self, name: str) -> list[int] | None:
        """Return the units whose maps and strengths are sent; None for all."""
        return None if self.window is None else list(self.window.units.get(name, ()))

    def folding(self, name: str) -> str:
        """Return whether the block called `name` can be folded or unfolded."""
        if self.window is None:
            return ""
        return "open" if name in self.window.unfolded else "shut" if name in self.window.folded else ""


def _source(link: Link, names: Sequence[str], layers: Sequence[LayerOutput]) -> payload.Header:
    """Return a link as the browser wants it; `plane` is how many elements of a vector are one map."""
    at = names.index(link.source)
    plane = int(np.prod(layers[at].output.shape[1:]))
    return {"at": at, "wire": link.kind, "offset": link.offset, "skip": link.skip, "plane": plane}


@cache
def texts(language: str) -> Mapping[str, str]:
    """Return every template of the section ``overview``, with values still to be filled in."""
    catalogue = words.catalogue(language)
    return {key.removeprefix(SECTION): catalogue[key] for key in catalogue if key.startswith(SECTION)}


def _column(
    layer: LayerOutput, wires: Wires, sent: _Sent
) -> tuple[payload.Header, dict[str, payload.AnyArray]]:
    """Return header and arrays of one layer."""
    output = np.asarray(layer.output)
    payload._check_drawable(output)
    if sent.order:
        output = output[list(sent.order)]
    cells = output.reshape(len(output), -1)
    header: payload.Header = {
        "name": layer.name,
        "kind": layer.kind,
        "title": words.text(sent.language, f"overview.kind.{layer.kind}"),
        "shape": list(output.shape),
        "wire": wires.kind,
        "range": [float(output.min()), float(output.max())],
        "fold": sent.folding(layer.name),
    }
    if sent.order:
        header["ids"] = list(sent.order)
    index = sent.index
    arrays: dict[str, payload.AnyArray] = {f"low{index}": cells.min(1), f"high{index}": cells.max(1)}
    if output.ndim == 3:
        units = None if index == 0 else sent.units(layer.name)
        maps, arrays[f"map{index}"] = _thumbnails(output, units, INPUT_PX if index == 0 else THUMBNAIL_PX)
        header["thumb"] = list(maps)
        if units is not None:
            header["sent"] = units
    if wires.strength is not None:
        _add_strengths(header, arrays, wires, sent)
    return header, arrays


def _thumbnails(
    output: npt.NDArray[np.floating], units: list[int] | None, most: int
) -> tuple[tuple[int, ...], npt.NDArray[np.uint8]]:
    """Return rows and columns of the thumbnails, and the levels of the maps of `units`."""
    maps = output if units is None else output[units]
    if not len(maps):
        return maps.shape[1:], np.empty(0, np.uint8)
    low, high = maps.min((1, 2)), maps.max((1, 2))
    small = shrunk(maps, most) if max(maps.shape[1:]) > most else maps
    return small.shape[1:], _levels_between(small.reshape(len(small), -1), low, high)


def _add_strengths(
    header: payload.Header, arrays: dict[str, payload.AnyArray], wires: Wires, sent: _Sent
) -> None:
    """Add all strengths, or of a layer of which not everything is sent each unit's strongest."""
    strength, index = wires.strength, sent.index
    assert strength is not None  # noqa: S101  # the caller has looked
    peak = header["peak"] = float(np.abs(strength).max()) or 1.0
    if sent.window is None:
        arrays[f"wire{index}"] = _bytes_of(strength, peak)
        return
    count = min(STRONGEST, strength.shape[1])
    best = np.argpartition(-np.abs(strength), count - 1, axis=1)[:, :count]
    header["strongest"] = count
    header["wired"] = [sent.order.index(unit) for unit in wires.units] if sent.order else list(wires.units)
    arrays[f"wire{index}"] = _bytes_of(np.take_along_axis(strength, best, 1), peak)
    arrays[f"from{index}"] = best.astype(np.float64)


def _bytes_of(strength: npt.NDArray[np.float32], peak: float) -> npt.NDArray[np.uint8]:
    scaled: npt.NDArray[np.uint8] = (np.rint(strength / peak * 127) + 128).astype(np.uint8)
    return scaled


def levels(cells: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    """Return for each row of `cells` (units, n) where its numbers lie between its ends, 0..254.

    Examples
    --------
    >>> levels(np.array([[0.0, 1.0, 2.0]])).tolist()
    [[0, 127, 254]]
    """
    return _levels_between(cells, cells.min(1), cells.max(1))


def _levels_between(
    cells: npt.NDArray[np.floating], low: npt.NDArray[np.floating], high: npt.NDArray[np.floating]
) -> npt.NDArray[np.uint8]:
    low, high = low[:, np.newaxis], high[:, np.newaxis]
    span = np.where(high > low, high - low, 1.0)
    steps: npt.NDArray[np.uint8] = np.rint((cells - low) / span * STEPS).astype(np.uint8)
    return steps
