"""Convolution: a kernel moves over a picture, and every number can be followed."""

import streamlit as st

from cnnviz.images.resize import shrunk
from cnnviz.ui import cache, controls, frame
from cnnviz.ui.views import convolution_kernels as kernels
from cnnviz.ui.views import convolution_result as view
from cnnviz.ui.views.convolution_examples import draw_top
from cnnviz.ui.views.convolution_line import draw_line
from cnnviz.ui.views.convolution_settings import draw_settings
from cnnviz.ui.views.microscope import Look, draw_microscope
from cnnviz.ui.views.picture_panel import picture_popover

page = frame.begin("convolution")
st.html(view.STYLE)

if draw_top(page) == "line":
    draw_line(page)
    frame.draw_lesson(page)
    st.stop()


@st.fragment
def plane() -> None:
    """Draw what changes with the picture, the kernels and the settings; the frame of the page stays."""
    left, middle, right = st.columns((6, 5, 6), gap="medium")
    with left:
        input_slot = st.empty()
        picture = picture_popover(page, page.t("change_picture"))
    if picture is None:
        input_slot.info(page.t("no_picture"), icon=":material/draw:")
        return

    with left:
        colour = picture.is_colour and controls.toggle(page, "colour")
    image = shrunk(picture.channels_f64(colour=colour), view.LONGEST)
    white = max(1.0, float(image.max())) if picture.numbers is not None else float(len(image))

    bank = kernels.bank_of(page)
    map_idx = kernels.chosen_idx(bank)
    with middle:
        kernels.draw_kernels(page, bank, len(image))
    spec = draw_settings(page, image.shape[1:], bank)
    digest = f"{picture.digest}.{len(image)}"
    result = controls.last_good(page, "result", lambda: cache.cached_conv(digest, bank.text, spec, image))

    if result is not None:
        cell = view.cell_of(page, result, map_idx)
        scale = "auto" if picture.numbers is not None else "picture"
        input_slot.html(view.input_html(page, result, cell, scale=scale))
        with right:
            st.html(view.output_html(page, result, cell, white=white))
            controls.segmented(page, "view")
        detail = controls.segmented(page, "detail")
        if detail == "microscope":
            draw_microscope(page, result, Look(map_idx=map_idx, start=(cell.row, cell.col)))
        elif detail == "cell":
            view.draw_cell(page, cell, result)
        elif detail == "size":
            view.draw_size(page, result)
        elif detail == "maps":
            view.draw_maps(page, result, white=white)
        elif detail == "channels":
            view.draw_channels(page, result, map_idx)
        else:
            view.draw_files(page, result, map_idx, white=white)
    frame.keep_url(page)


plane()
frame.draw_lesson(page)
