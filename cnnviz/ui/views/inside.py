"""Inside the network: one picture's way through one network, and what can be asked about it.

All of it is one fragment: a click in the overview, a stroke of the pen or a section's control reruns
nothing else. The overview is sent first; of the sections below it only the chosen one is worked out.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnnviz.errors import CnnvizError
from cnnviz.images.picture import Picture
from cnnviz.ui import cache, controls, frame
from cnnviz.ui.components.overview.network_map import network_map, show_opened
from cnnviz.ui.frame import Page
from cnnviz.ui.views.imagenet_fetch import draw_fetch
from cnnviz.ui.views.inside_field import draw_field
from cnnviz.ui.views.inside_photo import best_guesses, photo_subject
from cnnviz.ui.views.inside_robust import draw_robust
from cnnviz.ui.views.inside_subject import (
    Subject,
    fold,
    open_unit,
    opened_unit,
    overview_bytes,
    subject_of,
)
from cnnviz.ui.views.inside_surgery import draw_surgery
from cnnviz.ui.views.inside_unit import draw_unit
from cnnviz.ui.views.inside_wants import draw_wants
from cnnviz.ui.views.inside_why import draw_why
from cnnviz.ui.views.inside_window import want, window_bytes
from cnnviz.ui.views.picture_panel import picture_panel
from cnnviz.zoo import registry
from cnnviz.zoo.imagenet_table import ARCHITECTURES

FOR_PHOTOS = ("unit", "field", "why", "wants")  # sections that large networks can be asked
SECTIONS: Mapping[str, Callable[[Page, Subject], None]] = MappingProxyType(
    {
        "unit": draw_unit,
        "field": draw_field,
        "why": draw_why,
        "wants": draw_wants,
        "surgery": draw_surgery,
        "robust": draw_robust,
    }
)


@st.fragment
def draw_inside(page: Page) -> None:
    """Draw the page: choice of picture and network, overview, chosen section."""
    picture, task, model, note = _draw_choice(page)
    with controls.explained_errors(page):
        if task == cache.PHOTOS and not _is_here(model):
            draw_fetch(page, model)
        else:
            _draw_network(page, picture, task=task, model=model, note=note)
    frame.keep_url(page)


def _draw_network(
    page: Page, picture: Picture | None, *, task: str, model: str, note: DeltaGenerator
) -> None:
    """Draw overview and chosen section."""
    photos = task == cache.PHOTOS
    if photos:
        with note, st.spinner(page.t("working"), show_time=True):
            subject = photo_subject(page, picture, model)
    else:
        subject = subject_of(page, picture, task=task, model=model)
    note.markdown(page.t("no_picture") if subject.prepared.is_empty else "")
    if photos:
        note.empty()
        st.markdown(best_guesses(page, subject))
    _draw_overview(page, subject)
    section = controls.segmented(page, "section", choices=FOR_PHOTOS if photos else tuple(SECTIONS))
    SECTIONS[section](page, subject)


def _is_here(model: str) -> bool:
    from cnnviz.zoo.imagenet_weights import weights_file

    return weights_file(model).is_here


def _draw_choice(page: Page) -> tuple[Picture | None, str, str, DeltaGenerator]:
    """Draw the controls above the overview; return picture, task, network and a place for a note."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        with st.container(width="content"):
            task = controls.segmented(page, "task")
        with st.container(width=320):
            model = controls.select(page, "model", choices=_names(task))
        with st.popover(page.t("picture"), icon=":material/draw:", type="primary", width="content"):
            picture = picture_panel(page, task=task)
        note = st.empty()
    return picture, task, model, note


def _names(task: str) -> tuple[str, ...]:
    if task != cache.PHOTOS:
        return registry.names(task)
    return tuple(name for name, one in ARCHITECTURES.items() if one.torchvision)


def _draw_overview(page: Page, subject: Subject) -> None:
    """Draw the overview, or in its place why there is none."""
    pack = window_bytes if subject.is_large else overview_bytes
    try:
        scene: bytes | CnnvizError = pack(page, subject)
    except CnnvizError as error:
        scene = error
    network_map(
        "inside.map",
        scene,
        language=page.language,
        on_open=lambda unit: open_unit(page, subject, unit),
        on_want=want,
        on_fold=lambda block: fold(page, block),
    )
    show_opened("inside.map", opened_unit(page, subject))
