"""Draw one unit in the browser: what a convolution adds up, or what a flatten lines up."""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import streamlit as st

from cnnviz import words
from cnnviz.ops.conv import ConvResult
from cnnviz.trace.unit import FlattenUnit, MapUnit
from cnnviz.ui.components.microscope import payload

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

HERE = Path(__file__).parent
# Decoding, numbers and colours are the microscope's. Classes that extend none may stand in any order.
SCRIPTS = (
    "../microscope/numbers",
    "../microscope/payload",
    "../microscope/grid",
    "terms",
    "conv",
    "flat",
    "index",
)
SECTION = "unit."
LEAST_MAPS = 5  # input maps that are sent in any case, as many as stand on a page
MOST_CELLS = 600_000  # numbers of input maps and shares that are sent beyond that


def unit_view(
    key: str,
    unit: MapUnit | FlattenUnit,
    *,
    language: str,
    names: Sequence[str] = (),
    on_cell: Callable[[int, int], None] | None = None,
) -> None:
    """Draw `unit`; hovering and paging are the browser's own, a click on a cell calls `on_cell`.

    Parameters
    ----------
    key : str
        Name of the view, unique in the app.
    unit : MapUnit of a convolution, or FlattenUnit
        As `cnnviz.trace.unit.unit_result` gives it.
    language : {'en', 'ko'}
        Of every word.
    names : sequence of str
        What the input maps of a convolution are called.
    on_cell : callable, optional
        Gets row and column of the cell of a convolution that was opened.
    """

    def opened() -> None:
        sent = (st.session_state.get(key) or {}).get("cell")
        if isinstance(sent, dict) and on_cell is not None:
            on_cell(int(sent["row"]), int(sent["col"]))

    data = conv_bytes(unit, names, language) if isinstance(unit, MapUnit) else flat_bytes(unit, language)
    _mount()(key=key, data=data, on_cell_change=opened)


def conv_bytes(unit: MapUnit, names: Sequence[str], language: str) -> bytes:
    """Return what the browser gets of a convolution's map: every number of its result and its activation."""
    conv, after = unit.explained.result, unit.explained.after
    assert isinstance(conv, ConvResult)  # noqa: S101  # the caller chose it
    rows, cols = (
        {
            "kernel": axis.kernel,
            "stride": axis.stride,
            "dilation": axis.dilation,
            "before": axis.before,
            "inside": axis.size_in,
            "out": axis.size_out,
        }
        for axis in conv.axes
    )
    shares = conv.channel_maps(0)
    kept = _strongest(shares, conv.image[0].size)
    arrays: dict[str, payload.AnyArray] = {
        "inputs": conv.image[kept],
        "kernels": conv.weight[0][kept],
        "shares": shares[kept],
        "sum": conv.output[0],
    }
    names = names or [str(i + 1) for i in range(len(conv.image))]
    if after is not None:
        arrays["after"] = after.value[0]
    scales = {"input": "inputs", "kernel": "kernels", "share": "shares", "sum": "sum", "after": "after"}
    header: payload.Header = {
        "kind": "conv",
        "name": f"{unit.place.layer}.{unit.place.unit}",
        "channels": len(kept),
        "total": len(conv.image),
        "rows": rows,
        "cols": cols,
        "bias": float(conv.bias[0]),
        "names": [names[k] for k in kept],
        "after_layer": unit.after_layer,
        "after_name": words.text(language, f"microscope.name_{after.kind}") if after else "",
        "scales": {role: _ends(arrays[name]) for role, name in scales.items() if name in arrays},
    }
    header["scales"] = {"after": [0.0, 1.0]} | header["scales"]  # type: ignore[operator]  # a dict
    return _packed(header, arrays, language)


def _strongest(shares: npt.NDArray[np.float64], input_cells: int) -> list[int]:
    """Return the input maps that are sent, in order: all, or of many large ones those that add most."""
    count = max(LEAST_MAPS, MOST_CELLS // (shares[0].size + input_cells))
    if count >= len(shares):
        return list(range(len(shares)))
    best = np.argsort(-np.abs(shares).sum((1, 2)), kind="stable")[:count]
    return sorted(int(k) for k in best)


def flat_bytes(unit: FlattenUnit, language: str) -> bytes:
    """Return what the browser gets of a flattened vector."""
    inputs = np.asarray(unit.place.inputs, np.float64)
    channels, height, width = inputs.shape
    header: payload.Header = {
        "kind": "flat",
        "channels": channels,
        "height": height,
        "width": width,
        "element": unit.place.unit,
        "range": _ends(inputs),
    }
    return _packed(header, {"inputs": inputs}, language)


def _packed(header: payload.Header, arrays: dict[str, payload.AnyArray], language: str) -> bytes:
    colours, tables = payload.colours()
    catalogue = words.catalogue(language)
    texts = {key.removeprefix(SECTION): catalogue[key] for key in catalogue if key.startswith(SECTION)}
    return payload.pack(header | colours | {"texts": texts}, arrays | tables)


def _ends(array: npt.NDArray[np.generic]) -> list[float]:
    return [float(array.min()), float(array.max())]


@cache
def _mount() -> "ComponentRenderer":
    """Register the component: its scripts joined to one, as inline scripts cannot import each other."""
    script = "\n".join((HERE / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
    html, css = ((HERE / file).read_text(encoding="utf-8") for file in ("index.html", "style.css"))
    return st.components.v2.component("cnnviz_unit", html=html, js=script, css=css)
