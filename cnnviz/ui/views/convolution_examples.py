"""The worked examples of the lectures, each one click away."""

from dataclasses import dataclass, field
from types import MappingProxyType

import streamlit as st

from cnnviz.images.picture import Picture
from cnnviz.images.worked import WORKED, Rows
from cnnviz.ui import controls
from cnnviz.ui.frame import Page
from cnnviz.ui.state import Value
from cnnviz.ui.views.picture_panel_memory import set_picture

_SQUARE: Rows = tuple(tuple(float(2 <= row < 6 and 2 <= col < 6) for col in range(8)) for row in range(8))
_KERNEL_A, _KERNEL_B = "2,3,1/1,1,3/1,0,0", "2,0,1/0,1,2/1,0,2"
# What every example sets unless it says otherwise.
PLAIN: MappingProxyType[str, Value] = MappingProxyType(
    {
        "mode": "plane",
        "chosen": 1,
        "padding": "valid",
        "padding_mode": "zeros",
        "stride_rows": 1,
        "stride_cols": 1,
        "dilation_rows": 1,
        "dilation_cols": 1,
        "view": "signed",
        "detail": "microscope",
        "row": 0,
        "col": 0,
    }
)

PLAIN_LINE: MappingProxyType[str, Value] = MappingProxyType(
    {"line_position": 0, "line_bias": 0.0, "line_stride": 1, "line_dilation": 1, "line_mode": "zeros"}
)


@dataclass(frozen=True, slots=True)
class Example:
    """One example.

    Parameters
    ----------
    numbers : tuple of tuple of float
        The input, row by row.
    kernels : str
        The kernels, as `cnnviz.ops.kernel_bank` writes them.
    settings : mapping
        Controls that differ from `PLAIN`.
    """

    numbers: Rows
    kernels: str
    settings: MappingProxyType[str, Value] = field(default_factory=lambda: MappingProxyType({}))


_TWO = MappingProxyType({"stride_rows": 2, "stride_cols": 2})
EXAMPLES = MappingProxyType(
    {
        "conv_a": Example(WORKED["conv_a"], _KERNEL_A),
        "conv_a_pad": Example(WORKED["conv_a"], _KERNEL_A, MappingProxyType({"padding": "same"})),
        "conv_b": Example(WORKED["conv_b"], _KERNEL_B),
        "conv_b_bias": Example(WORKED["conv_b"], f"{_KERNEL_B}@3"),
        "conv_c": Example(WORKED["conv_c"], _KERNEL_B, _TWO),
        "conv_d": Example(WORKED["conv_d"], "1,0,1/0,1,0/1,0,1"),
        "dot_2d": Example(WORKED["dot_2d"], "0,1,1/0,1,1/0,0,1"),
        "inner": Example(WORKED["inner"], "5,7/6,8"),
        "sobel": Example(_SQUARE, "sobel_x;sobel_y", MappingProxyType({"detail": "maps"})),
    }
)


@dataclass(frozen=True, slots=True)
class LineExample:
    """One example in one dimension: signal and kernel, one row a channel, and the padding of both ends."""

    signal: str
    kernel: str
    padding: int = 0


LINE_EXAMPLES = MappingProxyType(
    {
        "dot_1d": LineExample("1,0,2", "2,3,1"),
        "difference": LineExample("0,0,1,2,3,3,3,0,0,0", "-1,0,1"),
        "mean": LineExample("0,0,3,0,0,3,3,3,0,0", ",".join([repr(1 / 3)] * 3), 1),
        "two_channels": LineExample("1,2,0,1,3,1,0/0,1,1,0,2,2,1", "1,0,-1/0.5,1,0.5"),
    }
)


def draw_top(page: Page) -> str:
    """Draw the choice of dimensions and one button for each example; return the dimensions."""
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="convolution_top"):
        field = controls.seed(page, "mode")
        mode = st.segmented_control(
            page.t("mode.label"),
            field.choices,
            key=field.key,
            required=True,
            format_func=lambda choice: controls.choice_text(page, "mode", choice),
            persist_state="session",
            label_visibility="collapsed",
        )
        for name in EXAMPLES if mode == "plane" else LINE_EXAMPLES:
            key, label = f"convolution.example.{name}", page.t(f"examples.{name}")
            st.button(label, key=key, on_click=_choose, args=(page, name))
    return str(mode)


def _choose(page: Page, name: str) -> None:
    if name in EXAMPLES:
        set_picture(Picture.from_numbers(EXAMPLES[name].numbers, name=page.t(f"examples.{name}")))
    settings = _plane(EXAMPLES[name]) if name in EXAMPLES else _line(LINE_EXAMPLES[name])
    for control, value in settings.items():
        controls.push(page, control, value)


def _plane(example: Example) -> dict[str, Value]:
    return {**PLAIN, "kernels": example.kernels, **example.settings}


def _line(example: LineExample) -> dict[str, Value]:
    numbers = {"line_signal": example.signal, "line_kernel": example.kernel}
    sides = {"line_before": example.padding, "line_after": example.padding}
    return {**PLAIN_LINE, **numbers, **sides}
