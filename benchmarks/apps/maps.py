"""Sixty-four feature maps that change at a click, drawn as the pages draw them."""

import numpy as np
import streamlit as st

from cnnviz.figures.maps import tile_maps

st.session_state.clicks = st.session_state.get("clicks", 0)
if st.button("Go"):
    st.session_state.clicks += 1
noise = np.random.default_rng(st.session_state.clicks).normal(size=(64, 26, 26))
st.html(tile_maps(noise).html)
st.text(f"clicks {st.session_state.clicks}")
