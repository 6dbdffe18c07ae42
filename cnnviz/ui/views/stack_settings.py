"""The settings of one layer of a stack, with bounds that keep it possible on the maps that come in."""

from collections.abc import Callable, Sequence
from functools import partial
from math import gcd

import streamlit as st

from cnnviz.errors import CnnvizError
from cnnviz.specs import POOL_KINDS
from cnnviz.stack.kernels import kernel_names
from cnnviz.stack.layers import (
    ACTIVATIONS,
    MAX_KERNEL,
    MAX_UNITS,
    TYPED,
    ActivationLayer,
    ConvLayer,
    DenseLayer,
    DropoutLayer,
    PoolLayer,
    Shape,
)
from cnnviz.stack.spec import StackSpec
from cnnviz.ui.components.grid.number_grid import number_grid, set_numbers
from cnnviz.ui.frame import Page

Change = Callable[..., None]  # settings by name

KEY = "layer_stack.edit"
MOST_FILTERS, MOST_STRIDE, MOST_DILATION, MOST_SEED = 64, 8, 4, 9999
SIGNS = ("#e08214", "#4393c3")  # negative and positive, from the diverging scale


def draw_settings(page: Page, stack: StackSpec, index: int, change: Change) -> None:
    """Draw the settings of layer `index`; `change` is called with what a person changes."""
    layer, shape = stack.layers[index], _shape_in(stack, index)
    match layer:
        case ConvLayer():
            _draw_conv(page, layer, shape, change)
        case PoolLayer():
            _draw_pool(page, layer, shape, change)
        case ActivationLayer():
            options = {"options": ACTIVATIONS, "format_func": lambda name: page.t(f"functions.{name}")}
            _widget(page, "function", layer.function, change, make=partial(st.selectbox, **options))
        case DropoutLayer():
            make = partial(st.slider, min_value=0.0, max_value=0.95, step=0.05)
            _widget(page, "share", float(layer.share), change, make=make)
        case DenseLayer():
            _draw_dense(page, layer, change)
    note = f"notes.{layer.kind}"
    if page.has(f"{page.name}.{note}"):
        st.caption(page.t(note))


def _shape_in(stack: StackSpec, index: int) -> Shape | None:
    """Return the shape that comes in at layer `index`; None where an earlier layer does not fit."""
    before = StackSpec(input_shape=stack.input_shape, layers=stack.layers[:index])
    try:
        places = before.places()
    except CnnvizError:
        return None
    return places[-1].shape_out if places else stack.input_shape


def _draw_conv(page: Page, layer: ConvLayer, shape: Shape | None, change: Change) -> None:
    _number(page, "filters", layer.filters, (1, max(MOST_FILTERS, layer.filters)), change)
    _draw_window(page, layer, shape, change)
    _draw_kernels(page, layer, change)
    with st.expander(page.t("settings.more")):
        _pair(page, "dilation", layer.dilation, ((1, MOST_DILATION),) * 2, change)
        groups = _divisors(layer.filters, shape)
        if len(groups) > 1:
            make = partial(st.select_slider, options=sorted({*groups, layer.groups}))
            _widget(page, "groups", layer.groups, change, make=make)
        _widget(page, "bias", layer.bias, change, make=st.toggle)
        _number(page, "seed", layer.seed, (0, MOST_SEED), change)


def _draw_pool(page: Page, layer: PoolLayer, shape: Shape | None, change: Change) -> None:
    options = {"options": POOL_KINDS, "format_func": lambda name: page.t(f"pools.{name}")}
    _widget(page, "pool", layer.pool, change, make=partial(st.selectbox, **options))
    if layer.pool != "global_average":
        _draw_window(page, layer, shape, change)


def _draw_dense(page: Page, layer: DenseLayer, change: Change) -> None:
    _number(page, "units", layer.units, (1, MAX_UNITS), change)
    with st.expander(page.t("settings.more")):
        _widget(page, "bias", layer.bias, change, make=st.toggle)
        _number(page, "seed", layer.seed, (0, MOST_SEED), change)


def _draw_window(page: Page, layer: ConvLayer | PoolLayer, shape: Shape | None, change: Change) -> None:
    """Draw kernel size, stride and padding; the kernel can be no larger than the padded map."""
    sizes = shape[1:] if shape is not None and len(shape) == 3 else (MAX_KERNEL, MAX_KERNEL)
    dilation = layer.dilation if isinstance(layer, ConvLayer) else (1, 1)
    axes = zip(sizes, layer.padding, dilation, layer.kernel_size, strict=True)
    kernels = [_most_kernel(*axis) for axis in axes]
    _pair(page, "kernel_size", layer.kernel_size, [(1, most) for most in kernels], change)
    _pair(page, "stride", layer.stride, [(1, max(MOST_STRIDE, side)) for side in layer.stride], change)
    if isinstance(layer, PoolLayer) and layer.pool == "l2":
        return
    half = isinstance(layer, PoolLayer)
    most = [size // 2 if half else MAX_KERNEL // 2 + 1 for size in layer.kernel_size]
    paddings = [(0, max(side, limit)) for side, limit in zip(layer.padding, most, strict=True)]
    _pair(page, "padding", layer.padding, paddings, change)


def _most_kernel(size: int, padding: int, dilation: int, kernel: int) -> int:
    """Return the largest kernel that fits one axis, at least the one there is."""
    fitting = (size + 2 * padding - 1) // dilation + 1
    return max(kernel, min(MAX_KERNEL, fitting))


def _draw_kernels(page: Page, layer: ConvLayer, change: Change) -> None:
    """Draw the choice of kernels for the first filters, and the grid of a typed one."""
    names = kernel_names(layer.kernel_size)
    st.session_state[f"{KEY}.kernels"] = list(layer.kernels)
    st.multiselect(
        page.t("settings.kernels"),
        names,
        key=f"{KEY}.kernels",
        format_func=lambda name: page.t("settings.typed" if name == TYPED else f"kernels.{name}.label"),
        help=page.t("settings.kernels_help"),
        placeholder=page.t("settings.random"),
        max_selections=layer.filters,
        on_change=lambda: change(kernels=tuple(st.session_state[f"{KEY}.kernels"])),
    )
    if TYPED in layer.kernels:
        _draw_typed(page, layer, change)


def _draw_typed(page: Page, layer: ConvLayer, change: Change) -> None:
    """Draw the grid of the typed kernel; what is typed becomes the stack's at the next run."""
    key = f"{KEY}.typed.{layer.seed}"
    shown = st.session_state.get(f"{key}.shown")
    if shown != layer.typed:  # the stack changed elsewhere: a link, a preset, a new size
        set_numbers(key, layer.typed)
        st.session_state[f"{key}.shown"] = layer.typed
    numbers = number_grid(
        key, layer.typed, label=page.t("settings.typed"), language=page.language, signs=SIGNS
    )
    typed = tuple(tuple(row) for row in numbers.tolist())
    if typed != layer.typed:
        st.session_state[f"{key}.shown"] = typed
        change(typed=typed)
        st.rerun()


def _divisors(filters: int, shape: Shape | None) -> list[int]:
    """Return the numbers of groups that divide both filters and channels."""
    common = gcd(filters, shape[0]) if shape is not None and len(shape) == 3 else 1
    return [count for count in range(1, common + 1) if common % count == 0]


def _widget(page: Page, name: str, value: object, change: Change, *, make: Callable[..., object]) -> None:
    """Draw the widget of one setting, holding `value`."""
    key = f"{KEY}.{name}"
    st.session_state[key] = value
    hint = f"settings.{name}_help"
    make(
        page.t(f"settings.{name}"),
        key=key,
        help=page.t(hint) if page.has(hint) else None,
        on_change=lambda: change(**{name: st.session_state[key]}),
    )


def _number(page: Page, name: str, value: int, bounds: tuple[int, int], change: Change) -> None:
    make = partial(st.number_input, min_value=bounds[0], max_value=max(bounds[1], value), step=1)
    _widget(page, name, value, change, make=make)


def _pair(
    page: Page, name: str, value: tuple[int, int], bounds: Sequence[tuple[int, int]], change: Change
) -> None:
    """Draw rows and columns of one setting side by side."""
    keys = [f"{KEY}.{name}.{part}" for part in range(2)]
    with st.container(horizontal=True):  # unlike columns it stays one line on a phone
        for part in range(2):
            st.session_state[keys[part]] = value[part]
            st.number_input(
                f"{page.t(f'settings.{name}')} · {page.t(f'frame.axis.{part}')}",
                min_value=bounds[part][0],
                max_value=bounds[part][1],
                step=1,
                key=keys[part],
                on_change=lambda: change(**{name: tuple(st.session_state[key] for key in keys)}),
            )
