"""Convolution along a line: the same rule in one dimension, with one row of numbers a channel."""

import numpy as np
import streamlit as st

from cnnviz.figures import formula, palette
from cnnviz.figures.maps import CELL_PX, Look, Mark, tile_maps
from cnnviz.ops import kernel_bank, kernels
from cnnviz.ops.conv1d import Conv1dResult, conv1d, line_spec
from cnnviz.ops.conv_code import conv1d_code
from cnnviz.shapes import Axis
from cnnviz.specs import ConvSpec
from cnnviz.ui import controls
from cnnviz.ui.components.grid.number_grid import number_grid
from cnnviz.ui.components.microscope.scope import Look as Scope
from cnnviz.ui.frame import Page
from cnnviz.ui.views import convolution_bounds as bounds
from cnnviz.ui.views.convolution_kernels import Array, typed_text
from cnnviz.ui.views.convolution_result import working_html
from cnnviz.ui.views.microscope import draw_microscope

SIGNS = (palette.SIGNED[2], palette.SIGNED[-3])
SIGNAL, KERNEL = "convolution.line_signal", "convolution.line_kernel"


def draw_line(page: Page) -> None:
    """Draw the page's part on one dimension."""
    signal, weight = _numbers(page)
    left, right = st.columns((5, 7), gap="large")
    with right:
        figure = st.container()
    with left:
        _draw_grids(page, signal, weight)
    spec = _draw_settings(page, signal.shape[1], weight.shape[1])
    bias = float(st.session_state["convolution.line_bias"])
    result = controls.last_good(page, "line", lambda: conv1d(signal, weight[np.newaxis], [bias], spec))
    if result is not None:
        with figure:
            _draw_result(page, result)
        st.header(page.t("microscope.title"), anchor=False)
        names = [str(number + 1) for number in range(len(result.padded))]
        start = (0, int(st.session_state["convolution.line_position"]))
        draw_microscope(page, result.plane, Scope(names=names, start=start))
        with st.expander(page.t("code"), icon=":material/code:"):
            st.code(conv1d_code(result.plane), language="python")


def _numbers(page: Page) -> tuple[Array, Array]:
    """Return signal (C, L) and kernel (C, K): what was typed, with as many kernel rows as channels."""
    texts = []
    for name in ("line_signal", "line_kernel"):
        field = controls.seed(page, name)
        held = str(st.session_state[field.key])
        with controls.explained_errors(page):
            kernel_bank.values_of(held)
            texts.append(held)
        texts = texts if texts[-1:] == [held] else [*texts, str(field.default)]
    signal = kernel_bank.values_of(typed_text(f"{SIGNAL}_grid", texts[0]))
    weight = kernel_bank.values_of(typed_text(f"{KERNEL}_grid", texts[1]))
    if len(weight) != len(signal):
        weight = np.resize(weight, (len(signal), weight.shape[1]))
    st.session_state[SIGNAL], st.session_state[KERNEL] = kernel_bank.typed(signal), kernel_bank.typed(weight)
    typed_text(f"{KERNEL}_grid", st.session_state[KERNEL])
    return signal, weight


def _draw_grids(page: Page, signal: Array, weight: Array) -> None:
    """Draw the editors of signal and kernel."""
    for name, values in (("line_signal", signal), ("line_kernel", weight)):
        st.markdown(f"**{page.t(f'{name}.label')}**", help=page.t(f"{name}.help"))
        number_grid(
            f"convolution.{name}_grid",
            values,
            label=page.t(f"{name}.label"),
            language=page.language,
            resizable=True,
            most=kernels.MAX_SIZE,
            signs=SIGNS,
        )


def _draw_settings(page: Page, length: int, kernel: int) -> ConvSpec:
    """Draw the settings, each bounded by those before it, and return them."""
    columns = st.container(key="convolution_settings").columns(
        (4, 3, 3, 3, 3, 3), gap="small", vertical_alignment="bottom"
    )
    with columns[0]:
        choices = bounds.modes("custom", (length, 1), (kernel, 1))
        mode = controls.select(page, "line_mode", choices=choices, named_as="padding_mode")
    with columns[1]:
        low, high = bounds.side(length, kernel, mode)
        before = int(controls.number(page, "line_before", low=low, high=high))
    with columns[2]:
        low, high = bounds.side(length, kernel, mode, before)
        after = int(controls.number(page, "line_after", low=low, high=high))
    with columns[3]:
        most = bounds.most_dilation(length, kernel, mode, (before, after))
        dilation = int(controls.number(page, "line_dilation", high=most))
    with columns[4]:
        most = bounds.most_stride(Axis(length, kernel, 1, before, after, dilation))
        stride = int(controls.number(page, "line_stride", high=most))
    with columns[5]:
        controls.number(page, "line_bias")
    return line_spec(kernel, stride=stride, padding=(before, after), padding_mode=mode, dilation=dilation)


def _draw_result(page: Page, result: Conv1dResult) -> None:
    """Draw the padded signal, the output below it, and the working of one position."""
    count, axis = result.output.shape[1], result.axis
    controls.seed(page, "line_position", high=count - 1)
    cell = result.cell(0, st.session_state["convolution.line_position"])
    key = "line_padded" if axis.padded > axis.size_in else "line_input"
    st.markdown(f"**{page.t(key, size=axis.size_in, padded=axis.padded)}**")
    window = [Mark(row=0, rows=len(result.padded), col=at + axis.before, role="kernel") for at in cell.cols]
    tints = [(0, axis.before), (axis.before + axis.size_in, axis.after)]
    padding = [
        Mark(row=0, rows=len(result.padded), col=col, cols=cols, role="padding", shape="fill")
        for col, cols in tints
        if cols
    ]
    look = Look(numbers=True, tile_px=CELL_PX * axis.padded, language=page.language)
    visited = (True,) * len(result.padded), axis.visited
    st.html(tile_maps(result.padded, look, marks=[*padding, *window], visited=visited).html)
    st.markdown(f"**{page.t('line_output', size=count)}**")
    look = Look(scale="signed", numbers=True, tile_px=CELL_PX * count, language=page.language)
    st.html(tile_maps(result.output, look, marks=[Mark(row=0, col=cell.col, role="output")]).html)
    controls.slider(page, "line_position", high=count - 1)
    st.html(working_html(page, cell))
    st.latex(formula.size_latex(axis, page.t("axis_out")))
