"""Draw how an operation travels through a network: maps before, after, and their difference, to the answer.

A map travels as one byte a cell, before and after on the one scale of the pair, the difference on the one
scale of its layer. Ends of scales, mean and largest difference of each unit travel exactly.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from math import ceil, isfinite, sqrt
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import streamlit as st

from cnnviz import words
from cnnviz.figures import palette
from cnnviz.ui.components.microscope import payload

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

    from cnnviz.explain.travel import LayerChange, Travel

HERE = Path(__file__).parent
# Decoding, number formats and scales are those of the other views.
SCRIPTS = ("../microscope/payload", "../microscope/numbers", "../overview/ranges", "maps", "index")
SECTION = "changes."
SILENT = frozenset({"dropout", "flatten"})  # kinds that hand on what they get
MOST_UNITS = 16  # maps of a layer that can be shown, most changed first
MOST_CELLS = 60_000  # of a layer: fewer maps of large ones
MOST_CLASSES = 10
STEPS = 254
F64 = npt.NDArray[np.float64]
Unit = tuple[str, int]


def change_map(key: str, data: bytes, *, on_open: Callable[[Unit], None]) -> None:
    """Draw what `change_bytes` packed; pointing is the browser's own, a click on a unit calls `on_open`."""

    def opened() -> None:
        sent = (st.session_state.get(key) or {}).get("open")
        layer, unit = (sent.get("layer"), sent.get("unit")) if isinstance(sent, Mapping) else (None, None)
        if isinstance(layer, str) and isinstance(unit, int):
            on_open((layer, unit))

    _mount()(key=key, data=data, on_open_change=opened)


def change_bytes(travel: "Travel", *, labels: Sequence[str], language: str) -> bytes:
    """Return everything that the view draws.

    Parameters
    ----------
    travel : Travel
        At least one layer changed or was operated on.
    labels : sequence of str
        Names of the classes.
    language : {'en', 'ko'}
        Of every word.
    """
    shown = [one for one in travel.layers[travel.first : -1] if one.kind not in SILENT]
    columns = [_column(layer, index, language) for index, layer in enumerate(shown)]
    header, arrays = payload.colours()
    header |= {
        "texts": _texts(language),
        "kinds": dict(palette.LAYERS),
        "columns": [part for part, _ in columns],
        "quiet": [one.name for one in travel.layers[: travel.first] if one.kind not in SILENT],
        "classes": _classes(travel, labels),
    }
    for _, numbers in columns:
        arrays |= numbers
    return payload.pack(header, arrays)


def _column(
    layer: "LayerChange", index: int, language: str
) -> tuple[payload.Header, dict[str, payload.AnyArray]]:
    """Return header and arrays of one layer."""
    before, difference = np.asarray(layer.before, np.float64), layer.difference
    sizes, share = layer.sizes, layer.share
    header: payload.Header = {
        "name": layer.name,
        "kind": layer.kind,
        "title": words.text(language, f"overview.kind.{layer.kind}"),
        "units": len(before),
        "changed": layer.num_changed,
        "share": share if isfinite(share) else None,
        "touched": list(layer.touched),
        "peak": float(np.abs(difference).max()),
    }
    is_vector = before.ndim == 1 or before[0].size == 1
    if is_vector:
        units, maps = range(len(before)), [_as_map(one.ravel()) for one in (before, difference)]
    else:
        count = max(4, min(MOST_UNITS, MOST_CELLS // before[0].size))
        units = layer.order[:count]  # type: ignore[assignment]  # both are sequences of numbers
        maps = [one[list(units)] for one in (before, difference)]
    places = [int(np.abs(one).argmax()) for one in difference[list(units)].reshape(len(units), -1)]
    at = np.array(places) + np.arange(len(units)) * before[0].size
    old = before[list(units)].ravel()[at]
    header |= {
        "vector": is_vector,
        "shown": list(units),
        "rows": maps[0].shape[1],
        "cols": maps[0].shape[2],
        "at": places,
    }
    return header, _arrays(index, *maps) | {
        f"size{index}": sizes[list(units)],
        f"old{index}": old,
        f"new{index}": old + difference[list(units)].ravel()[at],
    }


def _arrays(index: int, before: F64, difference: F64) -> dict[str, payload.AnyArray]:
    """Return maps (N, H, W) as bytes: before and after on the scale of each pair, differences on one."""
    both = np.stack([before, before + difference], 1).reshape(len(before), 2, -1)  # (N, 2, H·W)
    low, high = both.min((1, 2)), both.max((1, 2))
    span = np.where(high > low, high - low, 1.0)
    levels = np.rint((both - low[:, None, None]) / span[:, None, None] * STEPS).astype(np.uint8)
    peak = float(np.abs(difference).max()) or 1.0
    moved = np.rint((difference / peak + 1) * STEPS / 2).astype(np.uint8)
    return {
        f"low{index}": low,
        f"high{index}": high,
        f"before{index}": levels[:, 0],
        f"after{index}": levels[:, 1],
        f"moved{index}": moved.reshape(len(before), -1),
    }


def _as_map(vector: F64) -> F64:
    """Return a vector as one map, (1, rows, columns), about square, in reading order; zeros at its end."""
    cols = ceil(sqrt(len(vector)))
    cells = np.zeros(ceil(len(vector) / cols) * cols)
    cells[: len(vector)] = vector
    return cells.reshape(1, -1, cols)


def _classes(travel: "Travel", labels: Sequence[str]) -> list[dict[str, object]]:
    """Return the classes with their probabilities, all in order or the likeliest of many."""
    both = travel.answers
    best = np.argsort(-np.maximum(both.before.probs, both.after.probs), kind="stable")
    chosen = range(len(labels)) if len(labels) <= MOST_CLASSES else best[:MOST_CLASSES].tolist()
    firsts = both.before.order[0], both.after.order[0]
    return [
        {
            "label": labels[k],
            "before": float(both.before.probs[k]),
            "after": float(both.after.probs[k]),
            "was": k == firsts[0],
            "is": k == firsts[1],
        }
        for k in chosen
    ]


@cache
def _texts(language: str) -> Mapping[str, str]:
    catalogue = words.catalogue(language)
    return {key.removeprefix(SECTION): catalogue[key] for key in catalogue if key.startswith(SECTION)}


@cache
def _mount() -> "ComponentRenderer":
    """Register the component: its scripts joined to one, as inline scripts cannot import each other."""
    script = "\n".join((HERE / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
    html, css = ((HERE / file).read_text(encoding="utf-8") for file in ("index.html", "style.css"))
    return st.components.v2.component("cnnviz_changes", html=html, js=script, css=css)
