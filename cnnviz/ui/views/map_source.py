"""The map that the page on activation and pooling works on: a picture under a kernel, or a lecture's grid."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import streamlit as st

from cnnviz.images.picture import Picture
from cnnviz.images.resize import shrunk
from cnnviz.ops.conv import conv2d
from cnnviz.ops.kernels import PRESETS, kernel
from cnnviz.shapes import same_padding
from cnnviz.specs import ConvSpec
from cnnviz.ui import controls, state
from cnnviz.ui.frame import Page

F64 = npt.NDArray[np.float64]

LONGEST = 96  # rows or columns of the map, so that its cells stay visible
NONE = "none"
KERNELS = (NONE, *(name for name, preset in PRESETS.items() if not preset.takes_seed and name != "identity"))
# The grids on the slides, and what a click on one sets besides the map.
GRIDS = MappingProxyType(
    {
        "pool": ((1, 2, 1, 0), (0, 1, 2, 3), (3, 0, 1, 2), (2, 4, 0, 1)),
        "pool_odd": ((1, -2, -3), (-4, 5, -6), (-7, -8, -9)),
    }
)
SETTINGS: Mapping[str, Mapping[str, state.Value]] = MappingProxyType(
    {
        "picture": MappingProxyType({}),
        "pool": MappingProxyType(
            {"view": "pooling", "window": 2, "stride": 2, "padding": 0, "edge": "floor"}
        ),
        "pool_odd": MappingProxyType(
            {"view": "pooling", "window": 2, "stride": 2, "padding": 0, "edge": "far_zeros"}
        ),
    }
)


def draw_examples(page: Page) -> None:
    """Draw one button for each lecture example and one for the picture; the current one stands out."""
    current = controls.value(page, "source")
    with st.container(horizontal=True):
        for name in state.FIELDS["activation_pooling.source"].choices:
            st.button(
                page.t(f"source.choices.{name}"),
                key=f"activation_pooling.example.{name}",
                type="primary" if name == current else "secondary",
                on_click=_choose,
                args=(page, name),
            )


def draw_kernel(page: Page) -> None:
    """Draw the choice of the kernel that makes the map, with what it does."""
    field = controls.seed(page, "kernel", choices=KERNELS)
    st.selectbox(
        page.t("kernel.label"),
        KERNELS,
        key=field.key,
        format_func=lambda name: kernel_label(page, name),
        help=page.t("kernel.help"),
        persist_state="session",
    )


def kernel_label(page: Page, name: str) -> str:
    """Return how a kernel is called on screen."""
    return page.t("kernel.none") if name == NONE else page.t(f"kernels.{name}.label")


def map_of(page: Page, picture: Picture | None) -> F64 | None:
    """Return the map, shape (1, H, W): a lecture's grid, or the picture after the chosen kernel."""
    source = controls.value(page, "source")
    if source in GRIDS:
        return np.array([GRIDS[source]], dtype=np.float64)
    if picture is None:
        return None
    cells = picture.channels_f64(colour=False)
    if picture.numbers is None:
        cells = shrunk(cells, LONGEST)
    name = controls.value(page, "kernel", choices=KERNELS)
    return cells if name == NONE else _filtered(cells, kernel(name))


def _filtered(cells: F64, weights: F64) -> F64:
    """Return the map of one kernel, as large as the picture; the edge is repeated outwards."""
    rows, cols = weights.shape
    spec = ConvSpec(kernel_size=(rows, cols), padding_mode="replicate")
    padding = same_padding(spec)
    spec = ConvSpec(kernel_size=(rows, cols), padding=padding, padding_mode="replicate")
    return conv2d(cells, weights[None, None], spec=spec).output


def _choose(page: Page, source: str) -> None:
    for name, value in {"source": source, **SETTINGS[source]}.items():
        controls.push(page, name, value)
