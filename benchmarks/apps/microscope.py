"""The emptiest app with a button, and one microscope that every click draws afresh."""

import numpy as np
import streamlit as st

from cnnviz.ops.conv import conv2d
from cnnviz.specs import ConvSpec
from cnnviz.ui.components.microscope.scope import microscope

SIZES = {"colour": (28, 3, 5), "deep": (64, 64, 3)}  # side, channels, kernel

st.session_state.clicks = st.session_state.get("clicks", 0)
if st.button("Go"):
    st.session_state.clicks += 1
if "result" not in st.session_state:  # worked out once: the maths is not what is measured
    side, channels, size = SIZES[st.query_params.get("case", "colour")]
    rng = np.random.default_rng(0)
    weight = rng.normal(size=(1, channels, size, size)) / size
    spec = ConvSpec(kernel_size=(size, size), padding=(1, 1, 1, 1))
    st.session_state.result = conv2d(rng.random((channels, side, side)), weight, [0.5], spec)
st.text(f"clicks {st.session_state.clicks}")
microscope(f"bench_{st.session_state.clicks}", st.session_state.result, language="en")
