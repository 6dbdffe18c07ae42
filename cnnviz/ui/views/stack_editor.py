"""Edit a stack of layers: choose a layer, change its settings, add, move, double and remove layers.

The stack lives as text in the control ``layer_stack.stack``, so that a link carries it; while that is
empty the stack is the preset. Every change is a callback that writes new text.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st

from cnnviz.errors import CnnvizError
from cnnviz.images.picture import Picture
from cnnviz.stack import edit
from cnnviz.stack.networks import NETWORKS
from cnnviz.stack.spec import MAX_LAYERS, MAX_SIDE, StackSpec
from cnnviz.ui import controls
from cnnviz.ui.frame import Page
from cnnviz.ui.views.stack_settings import draw_settings

ICONS = (
    ("conv", ":material/grid_on:"),
    ("activation", ":material/show_chart:"),
    ("pool", ":material/compress:"),
    ("norm", ":material/tune:"),
    ("dropout", ":material/blur_on:"),
    ("flatten", ":material/density_small:"),
    ("dense", ":material/hub:"),
)
INPUT = "layer_stack.input"  # widgets of the input's size


def current(page: Page) -> StackSpec:
    """Return the stack of the session: as edited, as the link says, or the preset."""
    arrived = st.session_state.get("frame.arrived_with", {})
    if "preset" in arrived and "stack" not in arrived:
        controls.push(page, "stack", "")  # a link to a preset beats what was edited before
    preset = NETWORKS[controls.value(page, "preset", choices=tuple(NETWORKS))]
    text = controls.value(page, "stack")
    if not text:
        return preset
    try:
        return StackSpec.from_text(text)
    except CnnvizError as error:
        controls.push(page, "stack", "")
        st.warning(error.worded(page.language), icon=":material/link_off:")
        return preset


def draw_presets(page: Page, stack: StackSpec) -> None:
    """Draw the choice of the lectures' networks, and what the chosen one shows."""
    field = controls.seed(page, "preset", choices=tuple(NETWORKS))
    st.selectbox(
        page.t("preset.label"),
        field.choices,
        key=field.key,
        format_func=lambda name: controls.choice_text(page, "preset", name),
        on_change=_reset,
        args=(page,),
        persist_state="session",
    )
    name = st.session_state[field.key]
    st.caption(page.t(f"preset.about.{name}"))
    if stack != NETWORKS[name]:
        st.button(page.t("reset"), icon=":material/undo:", on_click=_reset, args=(page,))


def draw_editor(page: Page, stack: StackSpec) -> None:
    """Draw the layers to choose from, what can be done to the chosen one, and its settings."""
    index = _draw_layers(page, stack)
    if index is not None:
        _draw_actions(page, stack, index)
    _draw_adding(page, stack, 0 if index is None else index + 1)
    if index is not None:
        st.markdown(f"**{stack.names[index]}** · {page.t(f'kinds.{stack.layers[index].kind}')}")
        draw_settings(page, stack, index, lambda **settings: _change(page, stack, index, settings))


def draw_input(page: Page, stack: StackSpec, picture: Picture | None) -> None:
    """Draw the shape of the input: grey or colour, rows, columns."""
    channels, rows, cols = stack.input_shape
    memory = st.session_state
    memory.update({f"{INPUT}.0": channels, f"{INPUT}.1": rows, f"{INPUT}.2": cols})
    changed: dict[str, Any] = {"on_change": _resize, "args": (page, stack)}
    st.segmented_control(
        page.t("input.channels"),
        (1, 3),
        key=f"{INPUT}.0",
        format_func=lambda count: page.t(f"input.{'grey' if count == 1 else 'colour'}"),
        required=True,
        **changed,
    )
    with st.container(horizontal=True):
        st.number_input(page.t("input.rows"), 1, MAX_SIDE, key=f"{INPUT}.1", **changed)
        st.number_input(page.t("input.cols"), 1, MAX_SIDE, key=f"{INPUT}.2", **changed)
    if picture is not None:
        own = _own_shape(picture)
        label = page.t("input.own", shape="×".join(map(str, own)))
        st.button(label, disabled=own == stack.input_shape, on_click=_shape, args=(page, stack, own))


def _draw_layers(page: Page, stack: StackSpec) -> int | None:
    """Draw one button a layer; return which is chosen, None in an empty stack."""
    count, key = len(stack.layers), "layer_stack.chips"
    if not count:
        st.info(page.t("empty"))
        return None
    chosen = min(int(controls.value(page, "layer")), count - 1)
    st.session_state[key] = chosen
    icons = dict(ICONS)
    st.pills(
        page.t("layer.label"),
        range(count),
        key=key,
        format_func=lambda idx: f"{icons[stack.layers[idx].kind]} {stack.names[idx]}",
        required=True,
        wrap=True,
        on_change=lambda: controls.push(page, "layer", st.session_state[key]),
        help=page.t("layer.help"),
    )
    return chosen


def _draw_actions(page: Page, stack: StackSpec, index: int) -> None:
    """Draw the buttons that move, double and remove the chosen layer."""
    last, full = len(stack.layers) - 1, len(stack.layers) >= MAX_LAYERS
    actions: tuple[tuple[str, str, bool, Callable[[], StackSpec], int], ...] = (
        ("earlier", "arrow_upward", index == 0, lambda: edit.moved(stack, index, -1), -1),
        ("later", "arrow_downward", index == last, lambda: edit.moved(stack, index, 1), 1),
        ("double", "content_copy", full, lambda: edit.doubled(stack, index), 1),
        ("remove", "delete", False, lambda: edit.removed(stack, index), -1),
    )
    with st.container(horizontal=True, gap="xsmall"):
        for name, icon, disabled, change, step in actions:
            st.button(
                page.t(f"action.{name}"),
                key=f"layer_stack.action.{name}",
                icon=f":material/{icon}:",
                type="tertiary",
                disabled=disabled,
                on_click=_store,
                args=(page, change, index + step),
            )


def _draw_adding(page: Page, stack: StackSpec, place: int) -> None:
    """Draw one button a kind of layer that puts a new one after the chosen one."""
    after = stack.names[place - 1] if place else ""
    label = page.t("add.after", name=after) if after else page.t("add.first")
    closed = f"layer_stack.add.{len(stack.layers)}"  # a layer more or less closes the list
    with st.popover(label, icon=":material/add:", width="stretch", key=closed):
        for kind, icon in ICONS:
            st.button(
                page.t(f"kinds.{kind}"),
                key=f"layer_stack.add.{kind}",
                icon=icon,
                width="stretch",
                disabled=len(stack.layers) >= MAX_LAYERS,
                on_click=_store,
                args=(page, lambda kind=kind: edit.inserted(stack, place, kind), place),
            )


def _change(page: Page, stack: StackSpec, index: int, settings: dict[str, object]) -> None:
    _store(page, lambda: edit.changed(stack, index, **settings), index)


def _store(page: Page, change: Callable[[], StackSpec], chosen: int) -> None:
    """Make a change the stack of the session; one that is impossible is explained at the next run."""
    try:
        controls.push(page, "stack", change().to_text())
        controls.push(page, "layer", max(0, chosen))
    except CnnvizError as error:
        st.session_state["layer_stack.refused"] = error


def draw_refused(page: Page) -> None:
    """Say why the latest change was not made, once."""
    error = st.session_state.pop("layer_stack.refused", None)
    if error is not None:
        st.warning(error.worded(page.language), icon=":material/error:")


def _reset(page: Page) -> None:
    controls.push(page, "stack", "")
    controls.push(page, "layer", 0)


def _resize(page: Page, stack: StackSpec) -> None:
    channels, rows, cols = (int(st.session_state[f"{INPUT}.{part}"]) for part in range(3))
    _shape(page, stack, (channels, rows, cols))


def _shape(page: Page, stack: StackSpec, shape: tuple[int, int, int]) -> None:
    chosen = int(controls.value(page, "layer"))
    _store(page, lambda: StackSpec(input_shape=shape, layers=stack.layers), chosen)


def _own_shape(picture: Picture) -> tuple[int, int, int]:
    """Return the picture's own shape, shrunk to what a stack may take."""
    rows, cols = picture.size
    factor = min(1.0, MAX_SIDE / max(rows, cols))
    return 3 if picture.is_colour else 1, max(1, round(rows * factor)), max(1, round(cols * factor))
