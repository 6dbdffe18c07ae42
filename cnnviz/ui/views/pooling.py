"""Pooling: four kinds side by side, one cell explained, the far edge, and a shift by a pixel."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import streamlit as st

from cnnviz.errors import CnnvizError
from cnnviz.figures.layers import plain_table_html
from cnnviz.figures.maps import MOST_NUMBERED, Look, Mark, TiledMaps, tile_maps
from cnnviz.figures.numbers import short
from cnnviz.figures.pooling import formula_html, side_by_side, typed_px, window_figure
from cnnviz.ops.pool import PoolResult, pool2d, shift_and_pool
from cnnviz.specs import POOL_KINDS, PoolSpec
from cnnviz.ui import controls
from cnnviz.ui.components.microscope.scope import Look as Scope
from cnnviz.ui.frame import Page
from cnnviz.ui.views.microscope import draw_microscope

F64 = npt.NDArray[np.float64]

INPUT_PX, OUTPUT_PX, SINGLE_PX = 380, 190, 116
EDGES = ("floor", "ceil", "far_zeros")


def draw_pooling(page: Page, maps: F64) -> None:
    """Draw everything about pooling for one map, shape (1, H, W)."""
    spec = _chosen_spec(page, maps.shape[1:])
    results = controls.last_good(
        page, "pooled", lambda: {kind: pool2d(maps, _with(spec, kind=kind)) for kind in POOL_KINDS}
    )
    if results is None:
        return
    kinds, place = st.columns((6, 4), gap="medium")
    with kinds:
        kind = controls.segmented(page, "kind")
    shown = results[kind]
    _, rows, cols = shown.output.shape
    with place, st.container(horizontal=True):
        out_row = int(controls.number(page, "out_row", high=rows - 1))
        out_col = int(controls.number(page, "out_col", high=cols - 1))
    cell = out_row, out_col
    left, right = st.columns((5, 7), gap="large")
    with left:
        _draw_input(page, shown, cell)
    with right:
        _draw_outputs(page, results, kind, cell)
    st.header(page.t("microscope.title"), anchor=False)
    draw_microscope(page, shown, Scope(start=cell))
    st.divider()
    _draw_edges(page, maps, spec)
    st.divider()
    _draw_shift(page, maps, spec)


def _chosen_spec(page: Page, size: tuple[int, ...]) -> PoolSpec:
    """Return the settings; their bounds move so that every choice is possible."""
    columns = st.columns(4, gap="medium")
    with columns[0]:
        window = int(controls.slider(page, "window", high=min(8, *size)))
    with columns[1]:
        stride = int(controls.slider(page, "stride"))
    with columns[3]:
        edge = controls.select(page, "edge")
    with columns[2]:
        most = 0 if edge == "far_zeros" else window // 2
        padding = int(controls.slider(page, "padding", high=most))
    return PoolSpec(
        kernel_size=(window, window),
        stride=(stride, stride),
        padding=(padding, padding),
        ceil_mode=edge == "ceil",
        far_zeros=edge == "far_zeros",
    )


def _with(spec: PoolSpec, **changes: object) -> PoolSpec:
    return PoolSpec.from_dict(spec.to_dict() | changes)


def _look(page: Page, size: tuple[int, ...], tile_px: int) -> Look:
    """Return how a map is drawn: a small one with its numbers, which need no legend."""
    small = max(size[-2:]) <= MOST_NUMBERED
    return Look(
        tile_px=typed_px(size[-1]) if small else tile_px,
        numbers=small,
        legend=not small,
        language=page.language,
    )


def _draw_input(page: Page, shown: PoolResult, cell: tuple[int, int]) -> None:
    """Draw the map with winners and window, and the working of the chosen cell."""
    look = _look(page, shown.maps.shape, INPUT_PX)
    st.html(window_figure(shown, chosen=cell, look=look, title=page.t("input")).html)
    st.caption(page.t("winners" if shown.winners is not None else "no_winners"))


def _draw_outputs(page: Page, results: dict[str, PoolResult], kind: str, cell: tuple[int, int]) -> None:
    """Draw the pooled maps side by side and the working of the chosen cell."""
    mark = Mark(row=cell[0], col=cell[1], role="kernel")
    figures = [
        _tile(page, result.output, controls.choice_text(page, "kind", name), [mark] if name == kind else [])
        for name, result in results.items()
    ]
    st.html(side_by_side(figures, OUTPUT_PX))
    overall = results["global_average"]
    _, rows, cols = overall.maps.shape
    st.markdown(page.t("global", value=short(float(overall.output[0, 0, 0]), 5), rows=rows, cols=cols))
    st.markdown(page.t("working", row=cell[0], col=cell[1], kind=controls.choice_text(page, "kind", kind)))
    trace = results[kind].cell(0, *cell)
    st.html(formula_html(trace))
    if trace.is_padding.any():
        st.caption(page.t("working_zero" if trace.winner_is_padding else "working_padding"))


def _tile(page: Page, output: F64, title: str, marks: Sequence[Mark] = ()) -> TiledMaps:
    """Return one pooled map with a title that ends in its size."""
    _, rows, cols = output.shape
    look = _look(page, output.shape, OUTPUT_PX)
    if output.size == 1:  # one number
        return tile_maps(output, replace(look, tile_px=SINGLE_PX), titles=[title], marks=marks)
    return tile_maps(output, look, titles=[f"{title} · {rows}×{cols}"], marks=marks)


def _draw_edges(page: Page, maps: F64, spec: PoolSpec) -> None:
    """Draw the maximum with each of the three rules for what is left over at the far edge."""
    st.header(page.t("edges.title"), anchor=False)
    st.markdown(page.t("edges.intro"))
    pooled: dict[str, F64] = {}
    for edge in EDGES:
        changed = _with(spec, kind="max", ceil_mode=edge == "ceil", far_zeros=edge == "far_zeros")
        try:
            pooled[edge] = pool2d(maps, changed).output
        except CnnvizError as error:
            st.info(f"{controls.choice_text(page, 'edge', edge)}: {error.worded(page.language)}")
    figures = [_tile(page, out, page.t(f"edges.short.{edge}")) for edge, out in pooled.items()]
    st.html(side_by_side(figures, OUTPUT_PX))
    st.markdown(_difference(page, pooled))


def _difference(page: Page, pooled: dict[str, F64]) -> str:
    """Return how many cells differ between ceil mode and the lecture's zeros."""
    one, other = pooled.get("ceil"), pooled.get("far_zeros")
    if one is None or other is None or one.shape != other.shape:
        return page.t("edges.other_size")
    count = int((one != other).sum())
    return page.t("edges.differ" if count else "edges.same", count=count, total=one.size)


def _draw_shift(page: Page, maps: F64, spec: PoolSpec) -> None:
    """Draw what moving the input by some pixels changes, for each kind of pooling."""
    st.header(page.t("shift.title"), anchor=False)
    st.markdown(page.t("shift.intro"))
    left, right = st.columns((4, 8), gap="large")
    with left:
        rows, cols = (int(controls.slider(page, name)) for name in ("shift_rows", "shift_cols"))
    shifts = {kind: shift_and_pool(maps, _with(spec, kind=kind), rows=rows, cols=cols) for kind in POOL_KINDS}
    top = shifts["max"]
    tiles = (top.before.output, top.after.output, top.after.output - top.before.output)
    with right:
        titles = [page.t(f"shift.{name}") for name in ("before", "after", "difference")]
        figures = [_tile(page, tile, title) for tile, title in zip(tiles, titles, strict=True)]
        st.html(side_by_side(figures, OUTPUT_PX))
    with left:
        heads = [page.t("shift.kind"), page.t("shift.changed"), page.t("shift.amount")]
        lines = [[page.t("shift.none"), _percent(top.changed_inputs), _percent(top.input_change)]]
        lines += [
            [controls.choice_text(page, "kind", kind), _percent(x.changed_outputs), _percent(x.output_change)]
            for kind, x in shifts.items()
        ]
        st.html(plain_table_html(heads, lines))


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
