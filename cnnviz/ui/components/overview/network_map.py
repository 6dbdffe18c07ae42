"""Draw a whole network as columns of maps, joined by curves; say which unit was opened."""

from collections.abc import Callable, Mapping
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
    "where", "index",
)  # fmt: skip
Unit = tuple[str, int]


def network_map(
    key: str,
    scene: bytes | CnnvizError,
    *,
    language: str,
    on_open: Callable[[Unit | None], None],
    on_want: Callable[[Mapping[str, object]], None] | None = None,
    on_fold: Callable[[str], None] | None = None,
) -> None:
    """Draw the overview of `scene`, or the sentence of an error in its place.

    Pointer, paging, scales, zoom and hidden layers are the browser's own: nothing is sent until a unit is
    opened by a click or Enter, or left by Escape. Of a large network, a page of maps that was not sent is
    asked for.

    Parameters
    ----------
    key : str
        Name of the view, unique in the app.
    scene : bytes or CnnvizError
        As `cnnviz.ui.components.overview.scene.scene` makes it.
    language : {'en', 'ko'}
        Of the sentence of an error.
    on_open : callable
        Gets layer and unit that were opened, or None for a step back.
    on_want : callable, optional
        Gets what is in view and was not sent: ``count`` maps a layer and ``firsts``, a number by layer.
    on_fold : callable, optional
        Gets the block that is to be unfolded; empty where the open one is to be folded.
    """
    if isinstance(scene, CnnvizError):
        scene = payload.pack({"kind": "message", "text": scene.worded(language)}, {})

    def said(name: str) -> Mapping[str, object]:
        value = (st.session_state.get(key) or {}).get(name)
        return value if isinstance(value, Mapping) else {}

    def folded() -> None:
        if on_fold is not None:
            on_fold(str(said("fold").get("block", "")))

    mount()(
        key=key,
        data=scene,
        on_open_change=lambda: on_open(_sent(st.session_state.get(key))),
        on_want_change=lambda: on_want(said("want")) if on_want else None,
        on_fold_change=folded,
    )


def show_opened(key: str, unit: Unit | None) -> None:
    """Tell every overview on the page which unit stands out as the opened one; draws nothing."""
    data = {"layer": unit[0], "unit": unit[1]} if unit else None
    script = (HERE / "opened.js").read_text(encoding="utf-8")
    with st.container(key=f"address-{key}"):  # hidden, as what keeps the address is
        st.components.v2.component("cnnviz_opened", js=script)(key=f"{key}.opened", data=data, height=1)


def _sent(state: Mapping[str, object] | None) -> Unit | None:
    """Return what the browser opened; it sends no unit for a step back."""
    sent = (state or {}).get("open")
    layer, unit = (sent.get("layer"), sent.get("unit")) if isinstance(sent, Mapping) else (None, None)
    return (layer, unit) if isinstance(layer, str) and isinstance(unit, int) else None


@cache
def mount() -> "ComponentRenderer":
    """Register the component: its scripts joined to one, as inline scripts cannot import each other."""
    script = "\n".join((HERE / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
    html, css = ((HERE / file).read_text(encoding="utf-8") for file in ("index.html", "style.css"))
    return st.components.v2.component("cnnviz_overview", html=html, js=script, css=css)
