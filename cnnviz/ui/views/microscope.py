"""The microscope on one layer of a network: choose layer and map, and see each of its cells come about."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import streamlit as st

from cnnviz.errors import CnnvizError
from cnnviz.images.picture import Picture
from cnnviz.ui import cache, controls
from cnnviz.ui.components.microscope.payload import Result
from cnnviz.ui.components.microscope.scope import Look, microscope
from cnnviz.ui.frame import Page

F64 = npt.NDArray[np.float64]

if TYPE_CHECKING:
    from cnnviz.stack.spec import StackSpec
    from cnnviz.trace.activations import Activations
    from cnnviz.trace.cells import Explained


def draw_microscope(page: Page, result: Result, look: Look | None = None) -> None:
    """Draw the page's only microscope on a result that the page has worked out."""
    microscope(f"{page.name}.microscope", result, language=page.language, look=look)


def draw_net_microscope(page: Page, task: str, model: str, run: "Activations") -> None:
    """Draw the choice of a layer and a map of a trained network, and the microscope on it.

    Parameters
    ----------
    page : Page
        A page with the controls ``scope_layer`` and ``scope_map``.
    task, model : str
        Which network.
    run : Activations
        What it made of the picture.
    """
    from cnnviz.trace.cells import explain, explainable

    net = cache.cached_net(task, model)
    names = explainable(net, run)
    first = run.layers[0].name

    def work_out(name: str, map_idx: int) -> "Explained":
        return explain(net, run, name, map_idx)

    _draw(page, [(name, len(run[name])) for name in names], work_out, first=first)


def draw_stack_microscope(page: Page, stack: "StackSpec", picture: Picture, image: F64) -> None:
    """Draw the choice of a layer and a map of a stack, and the microscope on it.

    Parameters
    ----------
    page : Page
        A page with the controls ``scope_layer`` and ``scope_map``.
    stack : StackSpec
        Layers that fit on each other.
    picture : Picture
        Where `image` comes from.
    image : ndarray of float64, (C, H, W)
        What the stack gets.
    """
    from cnnviz.trace.cells import explain_layer, is_explainable
    from cnnviz.zoo.stack_builder import build, module

    outputs = cache.cached_stack(picture.digest, stack.to_text(), _stack=stack, _picture=image)
    places = stack.places()[: len(outputs)]
    order = [placed.name for placed in places]
    blank = dict(build(stack, device="meta").named_children())  # kinds of layers, without their weights
    shown = [p for p in places if len(p.shape_out) == 3 and is_explainable(blank[p.name])]

    def work_out(name: str, map_idx: int) -> "Explained":
        at = order.index(name)
        maps = outputs[at - 1].output if at else image
        following = blank[order[at + 1]] if at + 1 < len(order) else None
        return explain_layer(module(places[at]), maps, map_idx, following=following)

    _draw(page, [(p.name, p.shape_out[0]) for p in shown], work_out, first=order[0] if order else "")


def _draw(
    page: Page,
    layers: Sequence[tuple[str, int]],
    work_out: Callable[[str, int], "Explained"],
    *,
    first: str,
) -> None:
    """Draw the two choices and the microscope; `layers` are names with their numbers of maps."""
    if not layers:
        st.info(page.t("microscope.no_maps"), icon=":material/grid_off:")
        return
    st.markdown(page.t("microscope.intro"))
    counts = dict(layers)
    left, right, _ = st.columns((2, 1, 2), gap="medium")
    with left:
        name = controls.select(page, "scope_layer", choices=tuple(counts))
    with right:
        number = int(controls.number(page, "scope_map", high=counts[name]))
    key = f"{page.name}.microscope"
    try:
        explained = work_out(name, number - 1)
    except CnnvizError as error:
        microscope(key, error, language=page.language)
        return
    channels = len(getattr(explained.result, "padded", ()))
    look = Look(
        after=explained.after,
        names=() if name == first else [str(idx + 1) for idx in range(channels)],
        map_name=str(number),
    )
    microscope(key, explained.result, language=page.language, look=look)
