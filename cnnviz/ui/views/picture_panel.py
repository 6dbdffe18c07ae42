"""The picture panel: draw, built-in pictures, data set, upload, camera, number grid; used by every page."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import streamlit as st

from cnnviz import check
from cnnviz.images.picture import Picture
from cnnviz.learn.datasets import DATASETS
from cnnviz.ui.frame import Page
from cnnviz.ui.views import picture_panel_memory as memory
from cnnviz.ui.views import picture_panel_sources as sources
from cnnviz.ui.views.picture_panel_data import Misread, dataset_source

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "draw": ":material/draw:",
        "sample": ":material/photo_library:",
        "dataset": ":material/database:",
        "upload": ":material/upload_file:",
        "camera": ":material/photo_camera:",
        "grid": ":material/grid_on:",
    }
)
USUAL: Mapping[str | None, tuple[str, ...]] = MappingProxyType(
    {
        None: ("sample", "grid", "draw", "dataset", "upload", "camera"),
        "digits": ("draw", "sample", "dataset", "upload", "camera"),
        "clothes": ("sample", "draw", "dataset", "upload", "camera"),
        "rps": ("sample", "camera", "upload", "dataset", "draw"),
        "photos": ("sample", "upload", "camera"),
    }
)


def picture_panel(
    page: Page,
    task: str | None = None,
    *,
    kinds: Sequence[str] | None = None,
    misread: Misread | None = None,
) -> Picture | None:
    """Draw the panel and return the chosen picture.

    The choice is kept for the whole visit, on every page (see `picture_panel_memory`). A file that
    cannot be read is explained beside the uploader, and the last good picture stays.

    Parameters
    ----------
    page : Page
        The page to draw on.
    task : {'digits', 'clothes', 'rps', 'photos'}, optional
        Narrows samples and data set to a task.
    kinds : sequence of str, optional
        Which of `KINDS`, in this order; those usual for the task if left out.
    misread : callable, optional
        Returns places in the test set and answers, as `cnnviz.zoo.cards.Metrics` has them in ``wrong``
        and ``answers``; the data set browser then offers "only those this model gets wrong".

    Returns
    -------
    Picture or None
        None while a person has an empty sheet before them.
    """
    chosen_kinds = tuple(kinds or USUAL[task])
    for name in chosen_kinds:
        check.check_choice("kinds", name, tuple(KINDS))
    choice = memory.current(task)
    kind = _draw_kinds(page, chosen_kinds, choice)
    found = _found(page, task, kind, misread)
    if found is not None:
        choice = memory.keep(found, kind, task)
        st.session_state[f"{page.name}.picture_seen"] = (
            choice.order
        )  # not chosen elsewhere: stay with this kind
    elif kind == "draw" and choice.kind == "draw":
        return None
    if kind != choice.kind or kind in ("upload", "camera", "dataset"):
        st.caption(page.t("picture.now", name=picture_name(page, choice.picture)))
    return choice.picture


def picture_popover(page: Page, label: str, task: str | None = None) -> Picture | None:
    """Draw a button called `label` that opens the panel, and return the chosen picture.

    The panel is drawn only while it is open: every element of a page costs time in each rerun.
    """
    blank = f"{page.name}.picture_blank"  # the choice that an emptied sheet stands in for
    with st.popover(
        label,
        icon=":material/image:",
        width="stretch",
        key=f"{page.name}.picture_open",
        on_change="rerun",
    ) as popover:
        if popover.open:
            picture = picture_panel(page, task)
            st.session_state[blank] = memory.current(task).order if picture is None else None
            return picture
    choice = memory.current(task)
    return None if st.session_state.get(blank) == choice.order else choice.picture


def picture_name(page: Page, picture: Picture) -> str:
    """Return how a picture is called on screen."""
    if picture.origin == "sample" and picture.name.count("/") == 2:
        return sources.sample_name(page, picture.name)
    if picture.origin == "dataset" and picture.label is not None:
        task = next((name for name, data in DATASETS.items() if picture.label in data.classes), None)
        label = page.t(f"samples.{task}.{picture.label}") if task else picture.label
        return f"{picture.name} · {label}"
    return picture.name or page.t(f"picture.origins.{picture.origin}")


def _found(page: Page, task: str | None, kind: str, misread: Misread | None) -> Picture | None:
    """Draw the controls of a kind and return the picture they give, if any."""
    match kind:
        case "draw":
            return sources.draw_source(page, task)
        case "sample":
            return sources.sample_source(page, task)
        case "dataset":
            return dataset_source(page, task, misread)
        case "upload":
            return sources.upload_source(page)
        case "camera":
            return sources.camera_source(page)
        case _:
            return sources.grid_source(page)


def _draw_kinds(page: Page, kinds: Sequence[str], choice: memory.Choice) -> str:
    """Draw the choice of kinds; a picture that was chosen elsewhere brings its own kind along."""
    key, seen = f"{page.name}.picture_kind", f"{page.name}.picture_seen"
    state = st.session_state
    if state.get(seen) != choice.order or state.get(key) not in kinds:
        state[seen] = choice.order
        state[key] = choice.kind if choice.kind in kinds else kinds[0]
    return str(
        st.segmented_control(
            page.t("picture.label"),
            kinds,
            key=key,
            format_func=lambda kind: f"{KINDS[kind]} {page.t(f'picture.kinds.{kind}')}",
            required=True,
            label_visibility="collapsed",
            wrap=True,
            persist_state="session",
        )
    )
