"""How the open unit comes about, step by step, down to the microscope on one of its cells."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import streamlit as st

from cnnviz.figures import inside, predictions
from cnnviz.figures.maps import Look as MapLook
from cnnviz.figures.maps import Mark, tile_maps
from cnnviz.figures.numbers import short
from cnnviz.ops.conv import ConvResult
from cnnviz.ui import controls
from cnnviz.ui.components.microscope.scope import Look, microscope
from cnnviz.ui.components.unit.unit_view import unit_view
from cnnviz.ui.frame import Page
from cnnviz.ui.views.inside_subject import (
    Subject,
    cell_of,
    close_all,
    open_cell,
    open_unit,
    opened_unit,
    unit_name,
)
from cnnviz.ui.views.preparation import strip_html

if TYPE_CHECKING:
    from cnnviz.trace import unit as units

SOFTMAX_STYLE = Path(__file__).with_name("predict.css")
MOST_CLASSES = 20  # rows of the softmax's table
HEADINGS = ("class", "logit", "shifted", "exponential", "division", "probability")


def draw_unit(page: Page, subject: Subject) -> None:
    """Draw the breadcrumb and the working of the open unit, or how to open one."""
    opened = opened_unit(page, subject)
    if opened is None:
        st.info(page.t("none_open"), icon=":material/touch_app:")
        return
    layer, unit = opened
    _draw_breadcrumb(page, subject, layer, unit)
    if layer == "softmax":
        _draw_softmax(page, subject, unit)
    elif layer == "input":
        _draw_input(page, subject, unit)
    else:
        _draw_layer(page, subject, layer, unit)


def _draw_layer(page: Page, subject: Subject, layer: str, unit: int) -> None:
    from cnnviz.trace import unit as units

    found = units.unit_result(subject.graph, subject.answer.activations, layer, unit)
    drawers: Mapping[type, Callable[..., None]] = MappingProxyType(
        {
            units.SumUnit: _draw_sum,
            units.JoinedUnit: _draw_joined,
            units.MapUnit: _draw_map,
            units.NormUnit: _draw_norm,
            units.FlattenUnit: _draw_flatten,
            units.DenseUnit: _draw_dense,
            units.DropoutUnit: _draw_dropout,
            units.ElementUnit: _draw_element,
        }
    )
    drawers[type(found)](page, subject, found)


def _draw_breadcrumb(page: Page, subject: Subject, layer: str, unit: int) -> None:
    """Draw network › layer, unit › cell; each part leads back to itself."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            page.t("crumb_network"),
            key="inside.crumb.network",
            type="tertiary",
            icon=":material/arrow_back:",
            help=page.t("crumb_help"),
            on_click=lambda: close_all(page),
        )
        st.markdown("›", width="content")
        name = f"{layer}, {unit_name(page, subject, layer, unit)}"
        if not controls.value(page, "cell"):
            st.markdown(f"**{name}**", width="content")
            return
        st.button(
            name, key="inside.crumb.unit", type="tertiary", on_click=lambda: open_unit(page, subject, None)
        )
        st.markdown("›", width="content")
        place = {part: int(controls.value(page, part)) for part in ("row", "col")}
        st.markdown(f"**{page.t('crumb_cell', **place)}**", width="content")


def _names(page: Page, subject: Subject, before: str, count: int) -> list[str]:
    """Return what the input maps of a layer are called."""
    if before == "input":
        return [unit_name(page, subject, "input", unit) for unit in range(count)]
    return [f"{before} {unit + 1}" for unit in range(count)]


def _draw_map(page: Page, subject: Subject, found: "units.MapUnit") -> None:
    """Draw a convolution's terms, or the microscope where there is one map in and one out."""
    result, place = found.explained.result, found.place
    start = cell_of(page, place.output.shape)
    cell, count = controls.value(page, "cell"), len(place.inputs)
    if cell or not isinstance(result, ConvResult):
        if not isinstance(result, ConvResult):
            st.markdown(page.t(f"about_{_kind(subject, place.layer)}"))
        numbers = () if place.before == "input" else [str(idx + 1) for idx in range(count)]
        names = numbers if isinstance(result, ConvResult) else [str(place.unit + 1)]
        look = Look(names=names, map_name=str(place.unit + 1), start=start, after=found.explained.after)
        microscope("inside.scope", result, language=page.language, look=look)
    else:
        st.markdown(page.t("about_conv"))
        unit_view(
            "inside.conv",
            found,
            language=page.language,
            names=_names(page, subject, place.before, count),
            on_cell=lambda row, col: open_cell(page, row, col),
        )


def _kind(subject: Subject, layer: str) -> str:
    return "input" if layer == "input" else subject.graph[layer].kind


def _draw_sum(page: Page, subject: Subject, found: "units.SumUnit") -> None:
    """Draw both ways of a residual block, their sum and the activation; each way can be opened."""
    place, unit = found.place, found.place.unit
    st.markdown(page.t("about_sum"))
    maps: list[npt.NDArray[np.floating]] = [*found.terms, found.total]
    titles = [f"{name} {unit + 1}" for name in found.names]
    titles.append(page.t("sum_total"))
    if found.after is not None:
        maps.append(found.after.value)
        titles.append(page.t(f"microscope.name_{found.after.kind}"))
    row, col = cell_of(page, place.output.shape)
    marks = [Mark(row=row, col=col, role="output", map_idx=k) for k in range(len(maps))]
    st.html(
        tile_maps(
            np.stack(maps), MapLook(language=page.language, tile_px=190), titles=titles, marks=marks
        ).html
    )
    st.latex(inside.sum_latex(found, row, col, name=titles[-1]))
    st.caption(page.t("sum_cell", row=row, col=col))
    _draw_sources(page, subject, [(name, unit) for name in found.names])


def _draw_joined(page: Page, subject: Subject, found: "units.JoinedUnit") -> None:
    """Draw the map, and say from which branch it comes."""
    place = found.place
    values = {"unit": place.unit + 1, "source": found.source, "source_unit": found.source_unit + 1}
    st.markdown(page.t("about_joined", **values))
    st.html(tile_maps(place.output, MapLook(language=page.language, tile_px=240)).html)
    _draw_sources(page, subject, [(found.source, found.source_unit)])


def _draw_sources(page: Page, subject: Subject, sources: list[tuple[str, int]]) -> None:
    """Draw a button for each unit that the open one comes from."""
    with st.container(horizontal=True, gap="small"):
        for name, unit in sources:
            st.button(
                page.t("open_source", name=f"{name}, {unit_name(page, subject, name, unit)}"),
                key=f"inside.source.{name}",
                icon=":material/subdirectory_arrow_left:",
                on_click=lambda name=name, unit=unit: open_unit(page, subject, (name, unit)),
            )


def _draw_norm(page: Page, subject: Subject, found: "units.NormUnit") -> None:
    """Draw the map before and after, and the formula with its numbers."""
    del subject
    place = found.place
    st.markdown(page.t("about_norm"))
    st.latex(inside.norm_latex(found))
    titles = [f"{place.before} {place.unit + 1}", f"{place.layer} {place.unit + 1}"]
    pair = [place.inputs[place.unit], place.output]
    st.html(tile_maps(pair, MapLook(language=page.language), titles=titles).html)


def _draw_flatten(page: Page, subject: Subject, found: "units.FlattenUnit") -> None:
    del subject
    st.markdown(page.t("about_flatten"))
    unit_view("inside.flat", found, language=page.language)


def _draw_dropout(page: Page, subject: Subject, found: "units.DropoutUnit") -> None:
    del subject
    st.markdown(page.t("about_dropout", share=short(100 * found.share, 3)))
    place = found.place
    if place.output.ndim == 2:
        st.html(tile_maps(place.output, MapLook(language=page.language)).html)
    else:
        st.latex(rf"{short(float(place.inputs[place.unit]))} \to {short(float(place.output))}")


def _draw_element(page: Page, subject: Subject, found: "units.ElementUnit") -> None:
    del subject
    st.markdown(page.t("about_activation"))
    step = found.activation
    name = page.t(f"microscope.name_{step.kind}")
    st.latex(rf"\text{{{name}}}({short(float(step.x[0]), 5)}) = {short(float(step.value[0]), 5)}")


def _draw_dense(page: Page, subject: Subject, found: "units.DenseUnit") -> None:
    """Draw the largest products, the rest in one line, and the sum."""
    place = found.place
    words = {key: page.t(f"dense_{key}") for key in ("input", "value", "weight", "product", "bias", "total")}
    words["rest"] = page.t("dense_rest", count=max(0, len(found.products) - inside.DENSE_ROWS))
    words["after"] = (
        f"{found.after_layer}: {page.t(f'microscope.name_{found.after.kind}')}" if found.after else ""
    )
    st.markdown(page.t("about_dense", count=len(found.products), layer=place.before))
    left, right = st.columns((3, 2), gap="large")
    html = inside.dense_html(
        found, label=lambda unit: unit_name(page, subject, place.before, unit), words=words
    )
    left.html(html)
    maps = _maps_before(subject, place.before)
    if maps is not None:
        shares = inside.strongest_maps(found.products.reshape(maps))
        with right:
            st.markdown(page.t("dense_maps", layer=place.before))
            tile_px = 44 if len(shares) > 1 else None
            look = MapLook(per="layer", tile_px=tile_px, language=page.language)
            st.html(tile_maps(shares, look).html)


def _maps_before(subject: Subject, layer: str) -> tuple[int, ...] | None:
    """Return the shape of the maps that were flattened into a vector; None for another vector."""
    names = ["input", *(one.name for one in subject.layers)]
    at = names.index(layer)
    if at == 0 or _kind(subject, layer) != "flatten":
        return None
    before = subject.answer.activations.input if at == 1 else subject.layers[at - 2].output
    return before.shape if before.ndim == 3 and before.shape[1] > 1 else None


def _draw_softmax(page: Page, subject: Subject, unit: int) -> None:
    """Draw scores first, then every step, then the formula of one class with its numbers."""
    result, ranking = subject.answer.softmax, subject.answer.ranking
    st.markdown(page.t("predict.softmax.intro"))
    headings = [page.t(f"predict.softmax.{heading}") for heading in HEADINGS]
    total = page.t("predict.softmax.total")
    best = ranking.order[:MOST_CLASSES] if len(subject.labels) > MOST_CLASSES else None
    st.html(SOFTMAX_STYLE)
    st.html(
        predictions.table_html(
            result, ranking, labels=subject.labels, headings=headings, total=total, only=best
        )
    )
    if best:
        st.caption(page.t("softmax_best", count=len(best), all=f"{len(subject.labels):,}"))
    st.caption(page.t("predict.softmax.shift", shift=predictions.number(result.shift)))
    st.latex(predictions.formula_latex(result, unit, label=subject.labels[unit]))


def _draw_input(page: Page, subject: Subject, unit: int) -> None:
    """Draw what the network got, and how the numbers came from the picture."""
    card = subject.answer.card
    mean, std = card.mean[unit % len(card.mean)], card.std[unit % len(card.std)]
    st.markdown(page.t("about_input"))
    st.latex(rf"x = \frac{{p - {mean:g}}}{{{std:g}}}, \quad p \in [0, 1]")
    st.html(SOFTMAX_STYLE)
    st.html(strip_html(page, subject.prepared))
    values = subject.answer.activations.input[unit]
    st.html(tile_maps(values, MapLook(language=page.language)).html)
