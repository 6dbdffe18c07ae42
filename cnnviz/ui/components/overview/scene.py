"""What the browser gets of a forward pass: layers, colour levels of every map, strengths of the wires.

A map travels as one byte a cell: its place between the map's own smallest and largest number, which
travel exactly. That is what a thumbnail shows; numbers of single cells are in the detail views.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from cnnviz import words
from cnnviz.figures import palette
from cnnviz.ops.softmax import SoftmaxResult
from cnnviz.trace.activations import Activations, LayerOutput
from cnnviz.trace.wiring import Wires
from cnnviz.ui.components.microscope import payload

STEPS = 254  # between the smallest and the largest number of a map
SECTION = "overview."


def scene(
    run: Activations, wires: Sequence[Wires], softmax: SoftmaxResult, *, labels: Sequence[str], language: str
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

    Raises
    ------
    RangeError
        If an output holds NaN or an infinity.
    """
    last = len(run.layers) - 1
    columns = [_column(LayerOutput("input", "input", run.input), Wires("none"), 0, language)]
    for index, (layer, wire) in enumerate(zip(run.layers, wires, strict=True)):
        column = _column(layer, wire, index + 1, language, before=columns[-1][0])
        if index == last:
            column[0]["labels"] = list(labels)
        columns.append(column)
    answer = LayerOutput("softmax", "softmax", softmax.probs)  # type: ignore[arg-type]  # float64 is fine here
    columns.append(_column(answer, Wires("all"), len(columns), language))
    columns[-1][0]["labels"] = list(labels)
    header, arrays = payload.colours()
    header |= {"kind": "overview", "texts": dict(texts(language)), "layers": [part for part, _ in columns]}
    header["kinds"] = dict(palette.LAYERS)
    header["digest"] = blake2b(run.input.tobytes() + softmax.logits.tobytes(), digest_size=8).hexdigest()
    arrays["picture_table"] = palette.table("picture")
    for _, numbers in columns:
        arrays |= numbers
    return payload.pack(header, arrays)


@cache
def texts(language: str) -> Mapping[str, str]:
    """Return every template of the section ``overview``, with values still to be filled in."""
    catalogue = words.catalogue(language)
    return {key.removeprefix(SECTION): catalogue[key] for key in catalogue if key.startswith(SECTION)}


def _column(
    layer: LayerOutput, wires: Wires, index: int, language: str, *, before: payload.Header | None = None
) -> tuple[payload.Header, dict[str, payload.AnyArray]]:
    """Return header and arrays of one layer."""
    output = np.asarray(layer.output, np.float64)
    payload._check_drawable(output)
    cells = output.reshape(len(output), -1)
    header: payload.Header = {
        "name": layer.name,
        "kind": layer.kind,
        "title": words.text(language, f"overview.kind.{layer.kind}"),
        "shape": list(output.shape),
        "wire": wires.kind,
        "plane": _plane(before),
        "range": [float(output.min()), float(output.max())],
    }
    arrays: dict[str, payload.AnyArray] = {f"low{index}": cells.min(1), f"high{index}": cells.max(1)}
    if output.ndim == 3:
        arrays[f"map{index}"] = levels(cells)
    if wires.strength is not None:
        header["peak"] = float(np.abs(wires.strength).max()) or 1.0
        scaled = np.rint(wires.strength / header["peak"] * 127) + 128  # type: ignore[operator]  # a float
        arrays[f"wire{index}"] = scaled.astype(np.uint8)
    return header, arrays


def _plane(before: payload.Header | None) -> int:
    """Return the cells of a map of the layer before: so many elements of a flattened vector are one map."""
    shape = before["shape"] if before else [1]
    return int(np.prod(shape[1:])) if isinstance(shape, list) else 1


def levels(cells: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    """Return for each row of `cells` (units, n) where its numbers lie between its ends, 0..254.

    Examples
    --------
    >>> levels(np.array([[0.0, 1.0, 2.0]])).tolist()
    [[0, 127, 254]]
    """
    low, high = cells.min(1, keepdims=True), cells.max(1, keepdims=True)
    span = np.where(high > low, high - low, 1.0)
    steps: npt.NDArray[np.uint8] = np.rint((cells - low) / span * STEPS).astype(np.uint8)
    return steps
