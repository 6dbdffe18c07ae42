"""What the open unit can see of the picture, and what of it counts."""

import streamlit as st

from cnnviz.figures.maps import Look, Mark, tile_maps
from cnnviz.figures.numbers import short
from cnnviz.ui import controls
from cnnviz.ui.frame import Page
from cnnviz.ui.views.inside_subject import Subject, cell_of, opened_unit, unit_name


def draw_field(page: Page, subject: Subject) -> None:
    """Draw the rectangle that a cell of the open unit can see, and its gradient on the picture."""
    from cnnviz.explain.field import unit_view

    opened = opened_unit(page, subject)
    if opened is None or opened[0] == "input":
        st.info(page.t("none_open_field"), icon=":material/touch_app:")
        return
    layer, unit = opened
    layer = subject.layers[-1].name if layer == "softmax" else layer
    at = _draw_cell(page, subject, layer, unit)
    picture = subject.answer.activations.input
    view = unit_view(subject.net, picture, layer=layer, unit=unit, at=at)
    height, width = view.weight.shape
    inside = view.field.inside(height, width)
    values = {
        "name": f"{layer}, {unit_name(page, subject, layer, unit)}",
        "value": short(view.value),
        "rows": view.field.size[0],
        "cols": view.field.size[1],
        "height": height,
        "width": width,
        "share": f"{100 * view.effective_share:.0f}",
    }
    st.markdown(page.t("field_text", **values))
    mark = Mark(row=inside.top, col=inside.left, rows=inside.size[0], cols=inside.size[1], role="input")
    seen = picture.mean(0)
    shown = subject.prepared.seen_f32
    tiles = (
        (shown if shown.ndim == 2 else shown.mean(-1), "picture", "field_picture"),
        (view.gradient.sum(0), "auto", "field_gradient"),
        (view.gradient.sum(0) * seen, "auto", "field_share"),
    )
    for column, (values_map, scale, key) in zip(st.columns(3), tiles, strict=True):
        look = Look(scale=scale, tile_px=290, numbers=False, language=page.language)
        with column:
            st.markdown(f"**{page.t(key)}**")
            st.html(tile_maps(values_map, look, marks=[mark]).html)
            st.caption(page.t(f"{key}_about"))


def _draw_cell(page: Page, subject: Subject, layer: str, unit: int) -> tuple[int, int]:
    """Draw the choice of a cell of the unit's map; return it, counted from 0."""
    shape = subject.answer.activations[layer][unit].shape
    if len(shape) != 2:
        return 0, 0
    row, col = cell_of(page, shape)
    columns = st.columns((2, 2, 3), vertical_alignment="bottom")
    with columns[0]:
        row = int(controls.slider(page, "row", high=shape[0] - 1))
    with columns[1]:
        col = int(controls.slider(page, "col", high=shape[1] - 1))
    return row, col
