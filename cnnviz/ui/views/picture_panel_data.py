"""The data set browser of the picture panel: by class, by place, or what a model misreads."""

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt
import streamlit as st

from cnnviz.errors import DataError
from cnnviz.images.picture import Picture
from cnnviz.learn import download
from cnnviz.learn.datasets import DATASETS, SPLITS, data_dir, is_present, picture, places, thumbnail
from cnnviz.ui.components.gallery.gallery import gallery, sheet_of
from cnnviz.ui.frame import Page

I64 = npt.NDArray[np.int64]

SHOWN = 24  # pictures at a time
ALL = "all"


class Answers(Protocol):
    """The misread pictures of a test set: places, ascending, and what each was taken for."""

    @property
    def wrong(self) -> I64:
        """Places in the test set."""

    @property
    def answers(self) -> I64:
        """Which class each was taken for."""


Misread = Callable[[], Answers]


def dataset_source(page: Page, task: str | None, misread: Misread | None) -> Picture | None:
    """Draw the browser, or the offer to download what is absent."""
    task = task or _draw_names(page)
    if not is_present(task):
        _draw_offer(page, task)
        return None
    try:
        return _draw_browser(page, task, misread)
    except DataError as error:
        st.warning(error.worded(page.language), icon=":material/database_off:")
        return None


def _draw_names(page: Page) -> str:
    return str(
        st.segmented_control(
            page.t("picture.data.name"),
            tuple(DATASETS),
            key=f"{page.name}.picture_data",
            default="digits",
            format_func=lambda name: DATASETS[name].title,
            required=True,
            label_visibility="collapsed",
            persist_state="session",
        )
    )


def _draw_offer(page: Page, task: str) -> None:
    """Say what is absent, how big it is and where it would come from; fetch it when asked to."""
    values = {
        "name": DATASETS[task].title,
        "megabytes": download.megabytes(task),
        "host": download.host(task),
        "folder": data_dir(),
        "licence": DATASETS[task].licence,
    }
    st.info(page.t("picture.data.absent", **values), icon=":material/database:")
    if not st.button(
        page.t("picture.data.fetch", **values), icon=":material/download:", key=f"{page.name}.fetch"
    ):
        return
    bar = st.progress(0.0)

    def report(done: int, total: int) -> None:
        text = page.t("picture.data.progress", done=round(done / 1e6), total=round(total / 1e6))
        bar.progress(done / total, text)

    try:
        download.fetch(task, report)
    except DataError as error:
        bar.empty()
        st.warning(error.worded(page.language), icon=":material/cloud_off:")
        return
    st.rerun()


def _draw_browser(page: Page, task: str, misread: Misread | None) -> Picture | None:
    """Draw filters, a page of small pictures and the page numbers; return the picture just clicked."""
    split, label, only_wrong = _draw_filters(page, task, misread)
    found = places(task, split, None if label == ALL else label)
    answers: dict[int, int] = {}
    if only_wrong and misread is not None:
        known = misread()
        answers = dict(zip(known.wrong.tolist(), known.answers.tolist(), strict=True))
        found = found[np.isin(found, known.wrong)]
    if task == "rps":  # frames of one hand follow each other: mix them
        found = np.random.default_rng(0).permutation(found)
    if len(found) == 0:
        st.caption(page.t("picture.data.none"))
        return None
    gallery_slot = st.container()
    shown = _draw_pages(page, found, f"{page.name}.{task}.{split}.{label}.{only_wrong}")
    with gallery_slot:
        return _draw_gallery(page, task, split, shown=shown, answers=answers)


def _draw_filters(page: Page, task: str, misread: Misread | None) -> tuple[str, str, bool]:
    """Draw which part of the data set is looked at, and return split, class and "only misread"."""
    row = st.container(horizontal=True, gap="small", wrap=False)  # columns would stack on a phone
    label = row.selectbox(
        page.t("picture.data.class"),
        (ALL, *DATASETS[task].classes),
        key=f"{page.name}.picture_class.{task}",
        format_func=lambda name: (
            page.t("picture.data.every") if name == ALL else _class_name(page, task, name)
        ),
        label_visibility="collapsed",
        persist_state="session",
    )
    choices = (*SPLITS, "wrong") if misread is not None else SPLITS
    part = row.selectbox(
        page.t("picture.data.part"),
        choices,
        key=f"{page.name}.picture_part",
        format_func=lambda name: page.t(f"picture.data.parts.{name}"),
        label_visibility="collapsed",
        persist_state="session",
    )
    return ("test" if part == "wrong" else part), label, part == "wrong"


def _draw_pages(page: Page, found: I64, key: str) -> Sequence[int]:
    """Draw the page numbers; return the places on the present page."""
    num_pages = -(-len(found) // SHOWN)
    number = 1
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if num_pages > 1:
            number = st.pagination(num_pages, key=f"{key}.page", max_visible_pages=5)
        st.caption(page.t("picture.data.count", count=f"{len(found):,}"), width="content")
    return [int(place) for place in found[(number - 1) * SHOWN : number * SHOWN]]


def _draw_gallery(
    page: Page, task: str, split: str, *, shown: Sequence[int], answers: dict[int, int]
) -> Picture | None:
    pictures = [thumbnail(task, split, place) for place in shown]
    key = f"{page.name}.data.{task}.{split}"
    names = [_name(page, task, picture(task, split, place), answers.get(place)) for place in shown]
    picked = gallery(
        key,
        sheet_of(pictures),
        names,
        label=DATASETS[task].title,
        captions=bool(answers),
    )
    return None if picked is None else picture(task, split, shown[picked])


def _name(page: Page, task: str, chosen: Picture, answer: int | None) -> str:
    """Return the class of a picture, and what it was taken for."""
    truth = _class_name(page, task, chosen.label or "")
    return truth if answer is None else f"{truth} → {_class_name(page, task, DATASETS[task].classes[answer])}"


def _class_name(page: Page, task: str, label: str) -> str:
    return page.t(f"samples.{task}.{label}")
