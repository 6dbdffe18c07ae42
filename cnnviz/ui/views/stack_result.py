"""What a stack makes of the picture: every layer's maps, the table, the program."""

from math import prod

import numpy as np
import numpy.typing as npt
import streamlit as st

from cnnviz.figures.layers import HEADS, LayerPicture, layers_html, table_html, written
from cnnviz.figures.maps import Look
from cnnviz.figures.numbers import short
from cnnviz.images.picture import Picture
from cnnviz.images.resize import fitted
from cnnviz.stack.spec import StackSpec
from cnnviz.ui import cache, controls
from cnnviz.ui.frame import Page
from cnnviz.ui.views.microscope import draw_stack_microscope

F64 = npt.NDArray[np.float64]

SMALL = 64  # rows or columns; a larger picture has wider tiles, three in a row
PHOTO_PX, DIGIT_PX = 198, 122  # two cells of a 400 wide photo are one pixel


def draw_result(page: Page, stack: StackSpec, picture: Picture | None) -> None:
    """Draw the chosen section for a stack whose layers fit on each other."""
    section = controls.segmented(page, "section")
    if section == "code":
        _draw_code(page, stack)
    elif section == "table":
        _draw_table(page, stack)
    elif picture is None:
        st.info(page.t("no_picture"), icon=":material/draw:")
    elif section == "microscope":
        with controls.explained_errors(page):
            draw_stack_microscope(page, stack, picture, input_of(picture, stack))
    else:
        _draw_maps(page, stack, picture)


def input_of(picture: Picture, stack: StackSpec) -> F64:
    """Return the picture as the stack takes it: channels, rows, columns; 0 black, 1 white."""
    colour = stack.input_shape[0] == 3
    channels = picture.channels_f64(colour=colour)
    if colour and len(channels) == 1:
        channels = np.repeat(channels, 3, axis=0)
    return fitted(channels, stack.input_shape[1:])


def _draw_maps(page: Page, stack: StackSpec, picture: Picture) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        most = int(controls.slider(page, "shown"))
    with right:
        per = controls.segmented(page, "scale")
    entered = input_of(picture, stack)
    text = stack.to_text()
    outputs = controls.last_good(
        page, "outputs", lambda: cache.cached_stack(picture.digest, text, _stack=stack, _picture=entered)
    )
    if outputs is None:
        return
    chosen = _chosen_name(page, stack)
    pictures = [
        LayerPicture(out.name, out.kind, _about(page, out.output), out.output, out.name == chosen)
        for out in outputs
    ]
    first = LayerPicture(page.t("input.name"), "input", written(entered.shape), entered.astype(np.float32))
    photo = max(stack.input_shape[1:]) > SMALL
    look = Look(
        per=per,
        language=page.language,
        tile_px=PHOTO_PX if photo else DIGIT_PX,
        columns=3 if photo else None,
    )
    st.html(layers_html([first, *pictures], look, most=most, more=page.t("more", count="{count}")))
    if len(outputs) < len(stack.layers):
        st.info(page.t("too_heavy", name=stack.names[len(outputs)]), icon=":material/weight:")


def _draw_table(page: Page, stack: StackSpec) -> None:
    heads = {name: page.t(f"table.{name}") for name in HEADS}
    texts = {name: page.t(f"table.{name}") for name in ("total", "whole")}
    st.html(
        table_html(
            cache.cached_summary(stack.to_text(), _stack=stack),
            heads=heads,
            texts=texts,
            chosen=_chosen_name(page, stack),
        )
    )
    st.caption(page.t("table.note"))


def _draw_code(page: Page, stack: StackSpec) -> None:
    from cnnviz.zoo.code_export import keras_code, pytorch_code

    framework = controls.segmented(page, "framework")
    code = {"pytorch": pytorch_code, "keras": keras_code}[framework](stack)
    st.caption(page.t(f"framework.about.{framework}"))
    st.code(code, language="python")
    st.download_button(
        page.t("download"),
        code,
        file_name=f"{framework}_stack.py",
        mime="text/x-python",
        icon=":material/download:",
    )


def _chosen_name(page: Page, stack: StackSpec) -> str:
    names = stack.names
    return names[min(int(controls.value(page, "layer")), len(names) - 1)] if names else ""


def _about(page: Page, values: npt.NDArray[np.float32]) -> str:
    words = {"shape": written(values.shape), "count": f"{prod(values.shape):,}"}
    return page.t("about", low=short(float(values.min()), 3), high=short(float(values.max()), 3), **words)
