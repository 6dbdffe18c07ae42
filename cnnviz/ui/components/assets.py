"""Register a component of ours from the files beside its wrapper."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

HERE = Path(__file__).parent


@cache
def mount(name: str) -> "ComponentRenderer":
    """Return the command that draws component `name`: index.html, index.js and style.css of its folder."""
    html, js, css = (
        (HERE / name / file).read_text(encoding="utf-8") for file in ("index.html", "index.js", "style.css")
    )
    return st.components.v2.component(f"cnnviz_{name}", html=html, js=js, css=css)
