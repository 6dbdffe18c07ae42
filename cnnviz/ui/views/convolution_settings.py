"""How the kernels move: stride, padding and dilation, in bounds that follow input and kernel."""

from dataclasses import replace

import streamlit as st

from cnnviz.ops.kernel_bank import Bank
from cnnviz.shapes import conv_axes, same_padding
from cnnviz.specs import ConvSpec
from cnnviz.ui import controls
from cnnviz.ui.frame import Page
from cnnviz.ui.views import convolution_bounds as bounds
from cnnviz.ui.views.convolution_kernels import draw_bias

Pair = tuple[int, int]
AXES = ("rows", "cols")
SIDES = (("top", "bottom"), ("left", "right"))


def draw_settings(page: Page, size: Pair, bank: Bank) -> ConvSpec:
    """Draw the controls and return the settings; each is bounded by those before it.

    Parameters
    ----------
    page : Page
        The page.
    size : (int, int)
        Rows and columns of the input.
    bank : Bank
        The kernels.
    """
    kernel = bank.size
    row = st.container(key="convolution_bar", horizontal=True, gap="small", vertical_alignment="bottom")
    with row:
        padding = controls.select(page, "padding", choices=bounds.paddings(size, kernel))
        mode = _draw_mode(page, padding, size, kernel)
    sides = _draw_sides(page, size, kernel, mode) if padding == "custom" else ((0, 0), (0, 0))
    most = [
        bounds.most_dilation(size[idx], kernel[idx], mode, None if padding == "same" else sides[idx])
        for idx in range(len(AXES))
    ]
    # Asked before it is drawn: the stride stands before the dilation, but is bounded by it.
    fields = [controls.seed(page, f"dilation_{name}", high=most[idx]) for idx, name in enumerate(AXES)]
    dilation = [int(st.session_state[field.key]) for field in fields]
    spec = ConvSpec(kernel_size=kernel, dilation=(dilation[0], dilation[1]), padding_mode=mode)
    spec = replace(spec, padding=same_padding(spec) if padding == "same" else (*sides[0], *sides[1]))
    with row:
        stride = [
            int(controls.number(page, f"stride_{name}", high=bounds.most_stride(axis)))
            for name, axis in zip(AXES, conv_axes(*size, spec), strict=True)
        ]
        for name, high in zip(AXES, most, strict=True):
            controls.number(page, f"dilation_{name}", high=high)
        draw_bias(page, bank)
    _explain(page, padding, size, kernel)
    return replace(spec, stride=(stride[0], stride[1]))


def _draw_mode(page: Page, padding: str, size: Pair, kernel: Pair) -> str:
    """Draw what the added cells hold; without padding there is nothing to choose."""
    if padding == "valid":
        st.selectbox(
            page.t("padding_mode.label"), (page.t("no_padding"),), disabled=True, key="convolution.no_mode"
        )
        return "zeros"
    return controls.select(page, "padding_mode", choices=bounds.modes(padding, size, kernel))


def _draw_sides(page: Page, size: Pair, kernel: Pair, mode: str) -> tuple[Pair, Pair]:
    """Draw the four sides and return ((top, bottom), (left, right))."""
    columns = iter(st.container(key="convolution_sides").columns(4))
    pairs = []
    for idx, (first, second) in enumerate(SIDES):
        with next(columns):
            low, high = bounds.side(size[idx], kernel[idx], mode)
            before = int(controls.number(page, first, low=low, high=high))
        with next(columns):
            low, high = bounds.side(size[idx], kernel[idx], mode, before)
            after = int(controls.number(page, second, low=low, high=high))
        pairs.append((before, after))
    return pairs[0], pairs[1]


def _explain(page: Page, padding: str, size: Pair, kernel: Pair) -> None:
    """Say why a choice is withheld."""
    values = {"kernel": f"{kernel[0]}×{kernel[1]}", "size": f"{size[0]}×{size[1]}"}
    if "valid" not in bounds.paddings(size, kernel):
        st.caption(page.t("no_valid", **values))
    offered = bounds.modes(padding, size, kernel)
    for mode in ("reflect", "circular"):
        if padding != "valid" and mode not in offered:
            st.caption(page.t("no_mode", mode=controls.choice_text(page, "padding_mode", mode), **values))
