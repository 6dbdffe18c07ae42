"""A page with a drawing pad, for the browser tests."""

import streamlit as st

from cnnviz.images.strokes import Drawing, Stroke
from cnnviz.ui.components.pad.drawing_pad import drawing, drawing_pad, set_drawing

LINE = Drawing((Stroke(((40.0, 140.0), (240.0, 140.0)), 20.0),))
st.button("Line", on_click=set_drawing, args=("demo.pad", LINE))
live = not st.toggle("On release")
if not st.toggle("Hide"):
    drawing_pad("demo.pad", label="A digit", language="en", live=live)
now = drawing("demo.pad")
st.code(f"{len(now.strokes)} strokes on {now.paper}")
st.session_state.runs = st.session_state.get("runs", 0) + 1
st.text(f"run {st.session_state.runs}, live {live}")
