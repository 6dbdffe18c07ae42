"""Draw a whole network as columns of maps, joined by curves; say which unit was opened."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.errors import CnnvizError
from cnnviz.ui.components.microscope import payload

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

HERE = Path(__file__).parent
# Decoding and number formats are the microscope's. Functions are known throughout the joined script.
SCRIPTS = (
    "../microscope/payload", "../microscope/numbers", "columns", "links", "ranges", "paint", "model", "tools",
    "index",
)  # fmt: skip
Unit = tuple[str, int]


def network_map(key: str, scene: bytes | CnnvizError, *, language: str) -> None:
    """Draw the overview of `scene`, or the sentence of an error in its place.

    Pointer, paging, scales, zoom and hidden layers are the browser's own: nothing is sent until a unit is
    opened by a click or Enter, or closed by Escape. `opened_unit` says which one it is now.

    Parameters
    ----------
    key : str
        Name of the view, unique in the app.
    scene : bytes or CnnvizError
        As `cnnviz.ui.components.overview.scene.scene` makes it.
    language : {'en', 'ko'}
        Of the sentence of an error.
    """
    if isinstance(scene, CnnvizError):
        scene = payload.pack({"kind": "message", "text": scene.worded(language)}, {})
    mount()(key=key, data=scene, on_open_change=lambda: _open(key))


def opened_unit(key: str) -> Unit | None:
    """Return layer and unit that were opened last in the overview `key`; None if they were closed again."""
    found: Unit | None = st.session_state.get(f"{key}.unit")
    return found


def open_unit(key: str, unit: Unit | None) -> None:
    """Open a unit from Python, as a click would, or close what is open with None."""
    st.session_state[f"{key}.unit"] = unit


def _open(key: str) -> None:
    """Keep what the browser opened; it sends layer and unit, or nothing for a unit to close it."""
    sent = (st.session_state.get(key) or {}).get("open")
    if not isinstance(sent, dict):
        return
    layer, unit = sent.get("layer"), sent.get("unit")
    open_unit(key, (layer, unit) if isinstance(layer, str) and isinstance(unit, int) else None)


@cache
def mount() -> "ComponentRenderer":
    """Register the component: its scripts joined to one, as inline scripts cannot import each other."""
    script = "\n".join((HERE / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
    html, css = ((HERE / file).read_text(encoding="utf-8") for file in ("index.html", "style.css"))
    return st.components.v2.component("cnnviz_overview", html=html, js=script, css=css)
