"""Activation and pooling: what a function and a window make of a map."""

import streamlit as st

from cnnviz.ui import controls, frame
from cnnviz.ui.views.activation import draw_activation
from cnnviz.ui.views.map_source import draw_examples, draw_kernel, map_of
from cnnviz.ui.views.picture_panel import picture_panel
from cnnviz.ui.views.pooling import draw_pooling

page = frame.begin("activation_pooling")

draw_examples(page)
picture = None
if controls.value(page, "source") == "picture":
    left, right = st.columns((7, 5), gap="large")
    with left:
        picture = picture_panel(page)
    with right:
        draw_kernel(page)
        view = controls.segmented(page, "view")
else:
    view = controls.segmented(page, "view")
maps = map_of(page, picture)
if maps is None:
    st.info(page.t("no_picture"), icon=":material/draw:")
elif view == "activation":
    draw_activation(page, maps)
else:
    draw_pooling(page, maps)

frame.draw_lesson(page)
