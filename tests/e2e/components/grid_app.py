"""A page with number grids, for the browser tests."""

import numpy as np
import streamlit as st

from cnnviz.ui.components.grid.number_grid import number_grid, numbers, set_numbers

SIGNS = ("#2166ac", "#b2182b")
START = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])
st.button("Preset", on_click=set_numbers, args=("demo.kernel", np.full((3, 3), 1 / 9)))
if not st.toggle("Hide"):
    number_grid("demo.kernel", START, label="Kernel", language="en", resizable=True, signs=SIGNS)
st.code(repr(numbers("demo.kernel", START).tolist()))
wide = number_grid("demo.wide", np.arange(24).reshape(2, 12) / 4, label="Wide", language="en")
number_grid("demo.fixed", wide[:, :5], label="Fixed", language="en", read_only=True, signs=SIGNS)
