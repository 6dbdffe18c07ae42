"""Layer stack: build a network layer by layer, and see what each layer makes of the picture."""

import streamlit as st

from cnnviz.ui import controls, frame
from cnnviz.ui.views.picture_panel import picture_panel
from cnnviz.ui.views.stack_editor import current, draw_editor, draw_input, draw_presets, draw_refused
from cnnviz.ui.views.stack_result import draw_result

page = frame.begin("layer_stack")
stack = current(page)

editor, result = st.columns((5, 8), gap="medium")
with editor:
    draw_presets(page, stack)
    with st.expander(page.t("picture"), icon=":material/image:"):
        picture = picture_panel(page)
        draw_input(page, stack, picture)
    draw_refused(page)
    draw_editor(page, stack)

with result:
    good = controls.last_good(page, "stack", stack.fitting)
    shown = good or stack.beginning()
    if shown != stack:
        st.caption(page.t("last_good" if good else "beginning"))
    draw_result(page, shown, picture)

frame.draw_lesson(page)
