"""The picture panel alone, for the browser tests; the task and the language come from the address."""

import streamlit as st

from cnnviz.ui.frame import Page
from cnnviz.ui.views.picture_panel import picture_panel

PAGES = {"digits": "digits", "clothes": "clothes", "rps": "rock_paper_scissors"}


@st.fragment
def live() -> None:
    """Draw the panel and say what it gives."""
    task = st.query_params.get("task")
    picture = picture_panel(Page(PAGES.get(task, "convolution"), st.query_params.get("lang", "en")), task)
    if picture is None:
        st.code("nothing")
    else:
        rows, cols = picture.size
        st.code(f"{picture.origin} {picture.name} {picture.label} {rows}x{cols}")


live()
