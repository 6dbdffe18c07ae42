"""Activation: the function, what it does to a map, and what it does to a stack of layers."""

import numpy as np
import numpy.typing as npt
import streamlit as st

from cnnviz.figures import palette
from cnnviz.figures.curves import Line, activation_chart, line_chart
from cnnviz.figures.layers import plain_table_html
from cnnviz.figures.maps import MOST_NUMBERED, Look, Mark, tile_maps
from cnnviz.figures.numbers import short
from cnnviz.figures.pooling import side_by_side, typed_px
from cnnviz.ops.activation import KINDS, PARAMS, ActivationResult, activate
from cnnviz.ops.chain import chain
from cnnviz.ui import controls
from cnnviz.ui.components.microscope.scope import Look as Scope
from cnnviz.ui.frame import Page
from cnnviz.ui.views.microscope import draw_microscope

F64 = npt.NDArray[np.float64]

COMPARED = ("sigmoid", "tanh", "relu")  # how their gradients fare through many layers
TELLING = 1.5  # the cell nearest to it is chosen at first: there the functions and their slopes differ
TILE_PX = 250


def draw_activation(page: Page, maps: F64) -> None:
    """Draw everything about activation for one map, shape (1, H, W)."""
    result, (row, col) = _chosen(page, maps)
    chart, pictures = st.columns((5, 6), gap="large")
    with chart:
        _draw_chart(page, result, (row, col))
    with pictures:
        _draw_maps(page, result, (row, col))
    st.header(page.t("microscope.title"), anchor=False)
    draw_microscope(page, result, Scope(start=(row, col)))
    st.divider()
    _draw_vanishing(page, float(maps[0, row, col]))
    st.divider()
    _draw_collapse(page)


def _chosen(page: Page, maps: F64) -> tuple[ActivationResult, tuple[int, int]]:
    """Return what the chosen function makes of the map, and the chosen cell."""
    columns = st.columns((3, 3, 4), gap="medium")
    with columns[0]:
        kind = controls.select(page, "function", choices=KINDS)
    with columns[1]:
        settings = {name: controls.slider(page, name) for name in PARAMS[kind]}
    with columns[2], st.container(horizontal=True):
        start = np.unravel_index(np.abs(maps[0] - TELLING).argmin(), maps[0].shape)
        row = controls.number(page, "row", high=maps.shape[1] - 1, start=int(start[0]))
        col = controls.number(page, "col", high=maps.shape[2] - 1, start=int(start[1]))
    st.markdown(page.t(f"function.meaning.{kind}"))
    return activate(maps, kind, **settings), (int(row), int(col))


def _draw_chart(page: Page, result: ActivationResult, cell: tuple[int, int]) -> None:
    name = controls.choice_text(page, "function", result.kind)
    x, value, slope = (float(part[0][cell]) for part in (result.x, result.value, result.derivative))
    words = {"row": cell[0], "col": cell[1], "x": short(x), "value": short(value), "slope": short(slope)}
    alt = page.t("chart_alt", name=name, low=short(result.x.min()), high=short(result.x.max()))
    names = [page.t(f"chart.{part}", name=name) for part in ("value", "slope", "bars")]
    st.html(activation_chart(result, names=names, alt=alt, chosen=x))
    st.markdown(page.t("cell", **words))


def _draw_maps(page: Page, result: ActivationResult, cell: tuple[int, int]) -> None:
    titles = page.t("before"), page.t("after")
    large = max(result.x.shape) > MOST_NUMBERED
    look = Look(
        tile_px=TILE_PX if large else typed_px(result.x.shape[2]),
        numbers=not large,
        language=page.language,
    )
    mark = Mark(row=cell[0], col=cell[1], role="kernel")
    pairs = zip((result.x, result.value), titles, strict=True)
    figures = [tile_maps(maps, look, titles=[title], marks=[mark]) for maps, title in pairs]
    st.html(side_by_side(figures, TILE_PX))
    counts = (f"{100 * float(share):.0f}" for share in ((result.x < 0).mean(), (result.value == 0).mean()))
    slopes = f"{100 * float((np.abs(result.derivative) < 0.01).mean()):.0f}"
    st.markdown(page.t("counts", negative=next(counts), zero=next(counts), flat=slopes))


def _draw_vanishing(page: Page, x: float) -> None:
    """Draw the product of the slopes through several layers, function by function."""
    st.header(page.t("vanishing.title"), anchor=False)
    st.markdown(page.t("vanishing.intro", x=short(x)))
    left, right = st.columns((5, 7), gap="large")
    with left:
        count = int(controls.slider(page, "layers"))
        chains = [chain([x], np.ones(count), kind) for kind in COMPARED]
        last = {kind: short(float(c.gradients[-1, 0]), 3) for kind, c in zip(COMPARED, chains, strict=True)}
        st.markdown(page.t("vanishing.result", layers=count, most=short(0.25**count, 3), **last))
    with right:
        names = [controls.choice_text(page, "function", kind) for kind in COMPARED]
        heads = [
            page.t("vanishing.layer"),
            *(f"{name}: {page.t(f'vanishing.{part}')}" for name in names for part in ("slope", "product")),
        ]
        rows = (
            [str(at + 1), *(short(float(v[at, 0]), 3) for c in chains for v in (c.slopes, c.gradients))]
            for at in range(count)
        )
        st.html(plain_table_html(heads, rows))


def _draw_collapse(page: Page) -> None:
    """Draw three layers without and with a function between them, against one layer."""
    st.header(page.t("collapse.title"), anchor=False)
    st.markdown(page.t("collapse.intro"))
    left, right = st.columns((5, 7), gap="large")
    with left:
        weights = [float(controls.slider(page, name)) for name in ("w1", "w2", "w3")]
        kind = controls.select(page, "between", choices=[name for name in KINDS if name != "identity"])
    product = float(np.prod(weights))
    x = np.linspace(-4, 4, 161)
    linear, one = chain(x, weights, "identity"), chain(x, [product], "identity")
    bent = chain(x, weights, kind)
    name = controls.choice_text(page, "function", kind)
    lines = [
        Line(page.t("collapse.three"), linear.after[-1], palette.LAYERS["conv"]),
        Line(
            page.t("collapse.one", product=short(product)),
            one.after[-1],
            palette.ROLES["output"],
            dashed=True,
        ),
        Line(page.t("collapse.bent", name=name), bent.after[-1], palette.LAYERS["activation"]),
    ]
    with right:
        st.html(line_chart(x, lines, alt=page.t("collapse.alt", name=name)))
    with left:
        steps = chain([2.0], weights, "identity").after[:, 0]
        numbers = {f"a{at + 1}": short(float(step)) for at, step in enumerate(steps)}
        signs = {f"w{at + 1}": short(weight) for at, weight in enumerate(weights)}
        st.markdown(page.t("collapse.numbers", product=short(product), **numbers, **signs))
