"""Surgery: switch units off, change kernels and biases of a private copy, and see what it answers then."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnnviz.figures import inside, palette
from cnnviz.figures.numbers import short
from cnnviz.ui import cache, controls
from cnnviz.ui.components.changes.change_map import change_bytes, change_map
from cnnviz.ui.components.grid import number_grid as grid
from cnnviz.ui.frame import Page
from cnnviz.ui.views.inside_progress import rerun_here, stoppable_progress
from cnnviz.ui.views.inside_subject import Subject, open_unit, opened_unit

if TYPE_CHECKING:
    from cnnviz.explain.results import Surgical
    from cnnviz.explain.surgery import Edit, Surgery

MOST_LISTED = 10
SIGNS = (palette.SIGNED[2], palette.SIGNED[8])


def draw_surgery(page: Page, subject: Subject) -> None:
    """Draw the instruments, the answers side by side, how the change travels, and the ranking of units."""
    st.markdown(page.t("surgery_intro"))
    left, right = st.columns((4, 5), gap="medium")
    with left, controls.explained_errors(page):
        _draw_instruments(page, subject)
    with controls.explained_errors(page):
        _draw_outcome(page, subject, right)
    _draw_ranking(page, subject)


def _draw_outcome(page: Page, subject: Subject, beside: DeltaGenerator) -> None:
    """Draw both answers `beside` the instruments; below, what was done and how it travels to the answer."""
    from cnnviz.explain.travel import travel

    _draw_done(page, subject)
    way = travel(subject.net, subject.answer.activations, _surgery(subject))
    with beside:
        _draw_answers(page, subject, way.answers)
    st.markdown(f"**{page.t('travel')}**")
    if way.first == len(way.layers):
        st.caption(page.t("travel_none" if _surgery(subject).edits else "travel_later"))
        return
    data = change_bytes(way, labels=subject.labels, language=page.language)
    change_map("inside.changes", data, on_open=lambda unit: open_unit(page, subject, unit))


def _draw_answers(page: Page, subject: Subject, both: "Surgical") -> None:
    keys = ("class", "logit", "prob", "before", "after", "change")
    words = {key: page.t(f"surgery_{key}") for key in keys}
    st.html(inside.compare_html(both, labels=subject.labels, words=words))
    first, then = both.before.order[0], both.after.order[0]
    key = "surgery_same" if first == then else "surgery_changed"
    st.markdown(page.t(key, first=subject.labels[first], then=subject.labels[then]))


def _surgery(subject: Subject) -> "Surgery":
    """Return what was done to this network in this visit."""
    from cnnviz.explain.surgery import Surgery

    done: Surgery = st.session_state.get(_key(subject), Surgery())
    return done


def _key(subject: Subject) -> str:
    return f"inside.surgery.{subject.task}.{subject.name}"


def _operate(subject: Subject, edit: "Edit") -> None:
    st.session_state[_key(subject)] = _surgery(subject).then(edit)


def _heads(subject: Subject) -> dict[str, str]:
    """Return the layers with weights, each with the last layer of its group: what the rest of it sees."""
    heads: dict[str, str] = {}
    for one in subject.layers:
        if one.kind in ("conv", "dense"):
            heads[one.name] = one.name
        elif one.kind in ("norm", "activation") and heads:
            heads[list(heads)[-1]] = one.name
    return heads


def _draw_instruments(page: Page, subject: Subject) -> None:
    """Draw the choice of a unit and what can be done to it."""
    from cnnviz.explain.surgery import FLIPS, FlipKernel, SetBias, SwitchOff, operate

    heads = _heads(subject)
    _follow_opened(page, subject, heads)
    columns = st.columns(2)
    with columns[0]:
        layer = controls.select(page, "edit_layer", choices=tuple(heads))
    count = len(subject.answer.activations[layer])
    with columns[1]:
        unit = int(controls.number(page, "edit_unit", high=count)) - 1
    is_conv = subject.answer.activations[layer].ndim == 3
    with st.container(horizontal=True, gap="small"):
        st.button(
            page.t("switch_off"),
            icon=":material/power_settings_new:",
            key="inside.edit.off",
            on_click=lambda: _operate(subject, SwitchOff(heads[layer], unit)),
        )
        for how in FLIPS if is_conv else ():
            st.button(
                page.t(f"flip.{how}"),
                key=f"inside.edit.{how}",
                on_click=lambda how=how: _operate(subject, FlipKernel(layer, unit, how)),
            )
    part = operate(subject.net, _surgery(subject)).get_submodule(layer)
    bias = 0.0 if part.bias is None else float(part.bias[unit])  # type: ignore[index]  # a tensor
    place = f"inside.edit.bias.{subject.task}.{subject.name}.{layer}.{unit}.{len(_surgery(subject).edits)}"
    columns = st.columns(2)
    label = page.t("bias_now")
    typed = columns[0].number_input(label, value=round(bias, 6), step=0.1, format="%.4g", key=place)
    if abs(typed - round(bias, 6)) > 1e-9:
        _operate(subject, SetBias(layer, unit, typed))
        rerun_here()
    if is_conv:
        kernel = part.weight[unit].numpy()  # type: ignore[index]  # a tensor
        with columns[1]:
            channel = _draw_channel(page, len(kernel))
        _draw_kernel(page, subject, (layer, unit, channel), kernel)


def _follow_opened(page: Page, subject: Subject, heads: dict[str, str]) -> None:
    """Choose the unit that was opened in the overview since the last time."""
    opened = opened_unit(page, subject)
    if opened is None or st.session_state.get("inside.edit.followed") == opened:
        return
    st.session_state["inside.edit.followed"] = opened
    names = [one.name for one in subject.layers]
    at = names.index(opened[0]) if opened[0] in names else len(names) - 1
    before = [name for name in heads if names.index(name) <= at]
    if before and subject.layers[at].kind != "flatten":
        controls.push(page, "edit_layer", before[-1])
        controls.push(page, "edit_unit", opened[1] + 1)


def _draw_channel(page: Page, count: int) -> int:
    """Draw the choice of one of the kernel slices where there are several; return it, from 0."""
    return int(controls.number(page, "edit_channel", high=count)) - 1 if count > 1 else 0


def _draw_kernel(
    page: Page, subject: Subject, place: tuple[str, int, int], kernel: npt.NDArray[np.float32]
) -> None:
    """Draw the kernel slice at a place (layer, unit, channel) as numbers to type into."""
    from cnnviz.explain.surgery import SetKernel

    layer, unit, channel = place
    now = np.round(kernel[channel].astype(np.float64), 4)
    key = f"inside.edit.kernel.{subject.task}.{subject.name}.{layer}.{unit}.{channel}"
    if not np.array_equal(st.session_state.get(f"{key}.drawn", now), now):
        grid.set_numbers(key, now)  # changed by something else: a flip, undo, another visit
    label = page.t("kernel_slice", channel=channel + 1, count=len(kernel))
    st.caption(label)
    typed = grid.number_grid(key, now, label=label, language=page.language, signs=SIGNS)
    st.session_state[f"{key}.drawn"] = typed
    if not np.allclose(typed, now, atol=1e-9):
        wanted = np.where(typed == now, kernel[channel], typed)  # what was not touched stays exact
        rows = tuple(tuple(float(value) for value in row) for row in wanted)
        _operate(subject, SetKernel(layer, unit, channel, rows))
        rerun_here()


def _draw_done(page: Page, subject: Subject) -> None:
    """Draw the list of operations, with undo and reset."""
    done = _surgery(subject)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            page.t("undo"),
            icon=":material/undo:",
            key="inside.edit.undo",
            disabled=not done.edits,
            on_click=lambda: st.session_state.update({_key(subject): done.undo()}),
        )
        st.button(
            page.t("reset"),
            icon=":material/restart_alt:",
            key="inside.edit.reset",
            disabled=not done.edits,
            on_click=lambda: st.session_state.pop(_key(subject), None),
        )
        lines = [f"{number}. {_said(page, edit)}" for number, edit in enumerate(done.edits, start=1)]
        st.markdown("\n".join(lines[-MOST_LISTED:]) if lines else page.t("surgery_nothing"))


def _said(page: Page, edit: "Edit") -> str:
    """Return an operation in words."""
    from cnnviz.explain import surgery

    place = {"layer": edit.layer, "unit": edit.unit + 1}
    if isinstance(edit, surgery.SetBias):
        return page.t("did_bias", value=short(edit.value), **place)
    if isinstance(edit, surgery.FlipKernel):
        return page.t("did_flip", how=page.t(f"flip.{edit.how}").lower(), **place)
    if isinstance(edit, surgery.SetKernel):
        return page.t("did_kernel", channel=edit.channel + 1, **place)
    return page.t("did_off", **place)


def _draw_ranking(page: Page, subject: Subject) -> None:
    """Draw which single units matter most for the answer, once asked for."""
    from cnnviz.explain.layers import unit_layers

    st.markdown(f"**{page.t('ranking')}**")
    label = subject.labels[subject.answer.ranking.first]
    st.caption(page.t("ranking_about", label=label))
    asked = f"inside.ranking.{subject.task}.{subject.name}"
    if not st.session_state.get(asked):
        st.button(
            page.t("ranking_start"),
            icon=":material/leaderboard:",
            key="inside.ranking.start",
            on_click=lambda: st.session_state.update({asked: True}),
        )
        return
    names = unit_layers(subject.net)
    bar, stop = stoppable_progress(page, "inside.ranking.stop", lambda: st.session_state.pop(asked, None))
    found = []
    for done, name in enumerate(names):
        bar.progress(done / len(names), page.t("working"))
        found.append(
            cache.cached_ranking(
                (subject.task, subject.name),
                subject.digest,
                name,
                subject.answer.ranking.first,
                _picture=subject.answer.activations.input,
            )
        )
    bar.empty()
    stop.empty()
    from cnnviz.explain.surgery import SwitchOff, most_important

    changing = {(one.layer, unit) for one in found for unit in np.flatnonzero(one.changes_answer).tolist()}
    rows = most_important(tuple(found), MOST_LISTED)
    words = {key: page.t(f"ranking_{key}") for key in ("unit", "fall", "turns")}
    left, right = st.columns((3, 1), vertical_alignment="top")
    left.html(inside.ranking_html(rows, changing=changing, words=words))
    with right:
        layer, unit, _ = rows[0]
        st.button(
            page.t("ranking_off", layer=layer, unit=unit + 1),
            icon=":material/power_settings_new:",
            key="inside.ranking.off",
            on_click=lambda: _operate(subject, SwitchOff(layer, unit)),
        )
