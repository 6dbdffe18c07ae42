"""The kernels of the convolution page: which there are, and the editor of the chosen one.

All of them are one text, the control ``kernels``, so that they are kept and shared like any other
control; the grid and the widgets here only edit that text.
"""

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import streamlit as st

from cnnviz.errors import CnnvizError
from cnnviz.figures import palette
from cnnviz.ops import kernel_bank, kernels
from cnnviz.ops.kernel_bank import MOST_KERNELS, TYPED, Bank, Kernel, Recipe
from cnnviz.ui import controls
from cnnviz.ui.components.grid.number_grid import number_grid, numbers, set_numbers
from cnnviz.ui.frame import Page

Array = npt.NDArray[np.float64]

BANK, CHOSEN = "convolution.kernels", "convolution.chosen"
GRID, SLICE = "convolution.grid", "convolution.slice"
CHANNELS = ("red", "green", "blue")
OPERATIONS = MappingProxyType(
    {
        "normalise": (":material/percent:", kernels.normalise),
        "rotate": (":material/rotate_left:", kernels.rotate),
        "flip_cols": (":material/swap_horiz:", lambda values: kernels.flip(values, 1)),
        "flip_rows": (":material/swap_vert:", lambda values: kernels.flip(values, 0)),
        "negate": (":material/exposure:", kernels.negate),
    }
)


def bank_of(page: Page) -> Bank:
    """Return the kernels: those of the link or of this session, with what was just typed."""
    field = controls.seed(page, "kernels")
    try:
        bank = kernel_bank.read(st.session_state[BANK])
    except CnnvizError:  # a link that was cut or altered
        bank = kernel_bank.read(str(field.default))
    controls.seed(page, "chosen", high=len(bank.kernels))
    bank = _with_typed(bank)
    st.session_state[BANK] = bank.text
    return bank


def chosen_idx(bank: Bank) -> int:
    """Return which kernel is chosen, from 0."""
    return min(int(st.session_state[CHOSEN]), len(bank.kernels)) - 1


def draw_kernels(page: Page, bank: Bank, channels: int) -> None:
    """Draw the list of kernels and the editor of the chosen one."""
    _draw_list(page, bank)
    text = bank.kernels[chosen_idx(bank)].slices[_slice_idx(bank)]
    recipe = kernel_bank.recipe_of(text)
    _draw_preset(page, recipe)
    if channels > 1:
        _draw_slices(page, bank)
    number_grid(
        GRID,
        kernel_bank.values_of(text),
        label=page.t("kernel"),
        language=page.language,
        resizable=True,
        most=kernels.MAX_SIZE,
        signs=(palette.SIGNED[2], palette.SIGNED[-3]),
    )
    _draw_operations(page)
    _draw_recipe(page, recipe)


def typed_text(grid: str, text: str, place: object = None) -> str:
    """Return `text`, or what was typed into the number grid since it was put there.

    Parameters
    ----------
    grid : str
        Key of the number grid.
    text : str
        The numbers that should stand there, as `cnnviz.ops.kernel_bank` writes a slice.
    place : object
        What the grid stands for; where that changes, `text` goes into the grid.
    """
    if st.session_state.get(f"{grid}_shows") != (place, text):
        set_numbers(grid, kernel_bank.values_of(text))
    else:
        text = kernel_bank.named(numbers(grid, kernel_bank.values_of(text)), text)
    st.session_state[f"{grid}_shows"] = place, text
    return text


def _with_typed(bank: Bank) -> Bank:
    """Return `bank` with what was typed into the grid of the chosen slice."""
    kernel_idx, slice_idx = chosen_idx(bank), _slice_idx(bank)
    kernel = bank.kernels[kernel_idx]
    text = typed_text(GRID, kernel.slices[slice_idx], (kernel_idx, slice_idx))
    return bank.with_kernel(kernel_idx, kernel.with_slice(slice_idx, text))


def _slice_idx(bank: Bank) -> int:
    count = len(bank.kernels[chosen_idx(bank)].slices)
    return min(int(st.session_state.get(SLICE, 0)), count - 1)


def _change(change: Callable[[Bank], Bank]) -> None:
    """Put a changed bank into the session; from callbacks only."""
    st.session_state[BANK] = change(kernel_bank.read(st.session_state[BANK])).text


def _change_kernel(change: Callable[[Kernel], Kernel]) -> None:
    def changed(bank: Bank) -> Bank:
        return bank.with_kernel(chosen_idx(bank), change(bank.kernels[chosen_idx(bank)]))

    _change(changed)


def _change_slice(change: Callable[[str], str]) -> None:
    idx = _slice_idx(kernel_bank.read(st.session_state[BANK]))
    _change_kernel(lambda kernel: kernel.with_slice(idx, change(kernel.slices[idx])))


def _draw_list(page: Page, bank: Bank) -> None:
    """Draw which kernel is edited, and the buttons that add one and take one away."""
    count = len(bank.kernels)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="convolution_list"):
        st.markdown(f"**{page.t('kernels')}**", width="content")
        st.segmented_control(
            page.t("kernels"),
            range(1, count + 1),
            key=CHOSEN,
            required=True,
            persist_state="session",
            label_visibility="collapsed",
        )
        full, single = count >= MOST_KERNELS, count == 1
        add_help = page.t("most_kernels", most=MOST_KERNELS) if full else page.t("add_kernel")
        st.button(
            "", icon=":material/add:", key="convolution.add", help=add_help, disabled=full, on_click=_add
        )
        remove = page.t("remove_kernel")
        st.button(
            "",
            icon=":material/delete:",
            key="convolution.remove",
            help=remove,
            disabled=single,
            on_click=_remove,
        )


def _add() -> None:
    """Add a copy-worthy kernel: the first classical one that is not there yet."""
    bank = kernel_bank.read(st.session_state[BANK])
    used = {text for kernel in bank.kernels for text in kernel.slices}
    name = next(name for name in ("sobel_x", "sobel_y", "laplacian_4", *kernels.PRESETS) if name not in used)
    st.session_state[BANK] = bank.added(Kernel((name,))).text
    st.session_state[CHOSEN] = len(bank.kernels) + 1


def _remove() -> None:
    idx = int(st.session_state[CHOSEN]) - 1
    _change(lambda bank: bank.without(idx))
    st.session_state[CHOSEN] = max(1, idx)


def _draw_preset(page: Page, recipe: Recipe) -> None:
    key = "convolution.preset"
    st.session_state[key] = recipe.name
    options = ([TYPED] if recipe.name == TYPED else []) + list(kernels.PRESETS)
    st.selectbox(
        page.t("preset"),
        options,
        key=key,
        label_visibility="collapsed",
        format_func=lambda name: page.t("typed") if name == TYPED else page.t(f"kernels.{name}.label"),
        on_change=lambda: _change_slice(lambda old: _preset_text(str(st.session_state[key]), old)),
    )


def _preset_text(name: str, old: str) -> str:
    return old if name == TYPED else Recipe(name, kernels.PRESETS[name].size).text


def _draw_slices(page: Page, bank: Bank) -> None:
    """Draw the switch between one slice for all channels and one for each, and which is edited."""
    kernel = bank.kernels[chosen_idx(bank)]
    key = "convolution.split"
    st.session_state[key] = len(kernel.slices) > 1

    def split() -> None:
        own = bool(st.session_state[key])
        _change_kernel(lambda old: old.spread(len(CHANNELS)) if own else Kernel(old.slices[:1], old.bias))

    st.toggle(page.t("split.label"), key=key, on_change=split, help=page.t("split.help"))
    if len(kernel.slices) > 1:
        st.session_state[SLICE] = _slice_idx(bank)
        st.segmented_control(
            page.t("slice"),
            range(len(kernel.slices)),
            key=SLICE,
            required=True,
            format_func=lambda idx: page.t(CHANNELS[idx]),
        )


def _draw_operations(page: Page) -> None:
    with st.container(horizontal=True, gap="xsmall", key="convolution_tools"):
        for name, (icon, operation) in OPERATIONS.items():
            key, words = f"convolution.operation.{name}", page.t(f"operations.{name}")
            st.button("", icon=icon, key=key, help=words, on_click=_operate, args=(operation,))


def _operate(operation: Callable[[npt.ArrayLike], Array]) -> None:
    def changed(text: str) -> str:
        values = operation(kernel_bank.values_of(text))
        within = (
            float(np.abs(values).max()) <= kernel_bank.LARGEST
        )  # dividing by a tiny sum can leave the bounds
        return kernel_bank.named(values, text) if within else text

    _change_slice(changed)


def _draw_recipe(page: Page, recipe: Recipe) -> None:
    """Draw what can be chosen of a preset, its meaning and its source."""
    if recipe.name == TYPED:
        return
    preset = kernels.PRESETS[recipe.name]
    settings = [("rows", preset.sizes), ("cols", () if preset.square else preset.sizes)]
    names = [name for name, sizes in settings if len(sizes) > 1]
    names += ["angle"] * preset.takes_angle + ["seed"] * preset.takes_seed
    for name, column in zip(names, st.columns(len(names)) if names else (), strict=True):
        with column:
            _draw_setting(page, recipe, name)
    meaning, source = (page.t(f"kernels.{recipe.name}.{part}") for part in ("meaning", "source"))
    st.caption(meaning, help=page.t("source", source=source))


def _draw_setting(page: Page, recipe: Recipe, name: str) -> None:
    """Draw one number of a preset."""
    preset, key = kernels.PRESETS[recipe.name], f"convolution.recipe.{name}"
    now = {"rows": recipe.size[0], "cols": recipe.size[1], "angle": recipe.angle, "seed": recipe.seed}[name]
    st.session_state[key] = now
    change: Any = {"key": key, "on_change": _resettle, "args": (name,)}
    if name in ("rows", "cols"):
        label = page.t("size") if preset.square else page.t(f"size_{name}")
        st.selectbox(label, preset.sizes, **change)
    else:
        low, high, step = (-180, 180, 15) if name == "angle" else (0, 9999, 1)
        st.number_input(page.t(name), low, high, step=step, help=page.t(f"{name}_help"), **change)


def _resettle(name: str) -> None:
    """Take the number `name` of the preset into the kernel."""
    value = int(st.session_state[f"convolution.recipe.{name}"])

    def changed(text: str) -> str:
        old = kernel_bank.recipe_of(text)
        rows, cols = old.size
        size = (value if name == "rows" else rows, value if name == "cols" else cols)
        size = (value, value) if name == "rows" and kernels.PRESETS[old.name].square else size
        angle, seed = (
            value if name == part else held for part, held in (("angle", old.angle), ("seed", old.seed))
        )
        return Recipe(old.name, size, angle, seed).text

    _change_slice(changed)


def draw_bias(page: Page, bank: Bank) -> None:
    """Draw the bias of the chosen kernel."""
    key = "convolution.bias"
    st.session_state[key] = bank.kernels[chosen_idx(bank)].bias

    def take() -> None:
        _change_kernel(lambda kernel: Kernel(kernel.slices, float(st.session_state[key])))

    most = kernel_bank.LARGEST
    st.number_input(
        page.t("bias.label"),
        -most,
        most,
        step=0.5,
        format="%g",
        key=key,
        on_change=take,
        help=page.t("bias.help"),
    )
