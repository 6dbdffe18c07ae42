"""What the open unit wants to see: its weights, a picture drawn for it, the pictures that excite it most."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import streamlit as st

from cnnviz.figures.maps import Look, Mark, tile_maps, tile_pictures
from cnnviz.figures.numbers import short
from cnnviz.images.prepare import Recipe, prepare
from cnnviz.ui import controls
from cnnviz.ui.frame import Page
from cnnviz.ui.views.inside_progress import Job, draw_job
from cnnviz.ui.views.inside_subject import Subject, opened_unit, unit_name
from cnnviz.zoo import registry

if TYPE_CHECKING:
    from cnnviz.explain.results import DreamStep, ScanProgress

MOST_SLICES = 64
BATCH = 250
ONE_TO_ONE = frozenset({"activation", "norm", "dropout", "pool"})
Batches = Iterator[npt.NDArray[np.float32]]


def draw_wants(page: Page, subject: Subject) -> None:
    """Draw weights, dream and exciting pictures of the open unit."""
    opened = opened_unit(page, subject)
    if opened is None or opened[0] == "input":
        st.info(page.t("none_open_wants"), icon=":material/touch_app:")
        return
    layer, unit = opened
    layer = subject.layers[-1].name if layer == "softmax" else layer
    st.markdown(page.t("wants_intro", name=f"{layer}, {unit_name(page, subject, layer, unit)}"))
    _draw_weights(page, subject, layer, unit)
    left, right = st.columns(2, gap="large")
    with left:
        _draw_dream(page, subject, layer, unit)
    with right:
        _draw_exciting(page, subject, layer, unit)


def _draw_weights(page: Page, subject: Subject, layer: str, unit: int) -> None:
    """Draw the kernel slices of the unit, or of the convolution whose map it is."""
    names = [one.name for one in subject.layers]
    kinds = [one.kind for one in subject.layers]
    at = names.index(layer)
    while at > 0 and kinds[at] in ONE_TO_ONE:
        at -= 1
    part = subject.graph[names[at]].part
    if kinds[at] != "conv" or part is None:
        return
    kernels = part.weight[unit].detach().numpy()  # type: ignore[index]  # a tensor
    st.markdown(f"**{page.t('wants_kernels')}**")
    about = "wants_kernels_about" if len(kernels) > 1 else "wants_kernel_about"
    shown = min(len(kernels), MOST_SLICES)
    st.caption(page.t(about, count=len(kernels), layer=names[at], shown=shown))
    look = Look(per="layer", tile_px=110 if len(kernels) <= 3 else 42, numbers=False, language=page.language)
    st.html(tile_maps(kernels[:MOST_SLICES], look).html)


def _draw_dream(page: Page, subject: Subject, layer: str, unit: int) -> None:
    """Draw the settings of the dream, its button, and the picture as far as it has come."""
    from cnnviz.explain.dream import DreamSpec, dream

    st.markdown(f"**{page.t('dream')}**")
    st.caption(page.t("dream_about"))
    card = subject.answer.card
    columns = st.columns(3)
    with columns[0]:
        seed = controls.number(page, "seed")
    with columns[1]:
        steps = controls.number(page, "steps")
    with columns[2]:
        smooth = controls.number(page, "smooth")
    spec = DreamSpec(steps=steps, seed=seed, smooth=smooth, mean=card.mean, std=card.std)
    shape = subject.answer.activations.input.shape

    def show(step: "DreamStep") -> None:
        pixels = np.rint(255 * step.picture).clip(0, 255).astype(np.uint8)
        pixels_u8 = pixels[0] if len(pixels) == 1 else pixels.transpose(1, 2, 0)
        st.html(tile_pictures([pixels_u8], Look(tile_px=224, language=page.language)).html)
        st.caption(page.t("dream_step", step=step.step, steps=step.steps, value=short(step.activation)))

    draw_job(
        page,
        Job(
            key="inside.dream",
            what=(subject.task, subject.name, layer, unit, spec),
            start=page.t("dream_start"),
            steps=lambda: dream(subject.net, shape, layer=layer, unit=unit, spec=spec),
            share=lambda step: step.step / step.steps,
            show=show,
            every=5,
        ),
    )


def _draw_exciting(page: Page, subject: Subject, layer: str, unit: int) -> None:
    """Draw the button of the search through the test pictures, and the best found so far."""
    from cnnviz.explain.exciting import most_exciting
    from cnnviz.learn import datasets

    st.markdown(f"**{page.t('exciting')}**")
    if subject.task not in datasets.DATASETS:
        st.info(page.t("exciting_imagenet"), icon=":material/folder_off:")
        return
    if not datasets.is_present(subject.task):
        st.info(page.t("exciting_absent"), icon=":material/folder_off:")
        return
    count = datasets.DATASETS[subject.task].counts["test"]
    st.caption(page.t("exciting_about", count=f"{count:,}"))

    def show(progress: "ScanProgress") -> None:
        pictures = [_prepared(subject, best.index) for best in progress.best]
        marks = []
        for idx, best in enumerate(progress.best):
            seen = best.field.inside(*pictures[idx].shape[:2])
            marks.append(
                Mark(
                    row=seen.top,
                    col=seen.left,
                    rows=seen.size[0],
                    cols=seen.size[1],
                    role="input",
                    map_idx=idx,
                )
            )
        titles = [short(best.value) for best in progress.best]
        look = Look(tile_px=96, language=page.language)
        st.html(tile_pictures(pictures, look, titles=titles, marks=marks).html)
        st.caption(page.t("exciting_done", done=f"{progress.done:,}", count=f"{count:,}"))

    draw_job(
        page,
        Job(
            key="inside.exciting",
            what=(subject.task, subject.name, layer, unit),
            start=page.t("exciting_start"),
            steps=lambda: most_exciting(subject.net, _batches(subject, count), layer=layer, unit=unit),
            share=lambda progress: progress.done / count,
            show=show,
            every=4,
        ),
    )


def _recipe(subject: Subject) -> Recipe:
    return registry.card(subject.task, subject.name).recipe("dataset")


def _prepared(subject: Subject, place: int) -> npt.NDArray[np.uint8]:
    """Return a test picture as the network sees it, before normalisation."""
    from cnnviz.learn import datasets

    seen = prepare(datasets.picture(subject.task, "test", place), _recipe(subject)).seen_f32
    pixels_u8: npt.NDArray[np.uint8] = np.rint(255 * seen).clip(0, 255).astype(np.uint8)
    return pixels_u8


def _batches(subject: Subject, count: int) -> Batches:
    """Yield the test pictures as the network gets them."""
    from cnnviz.learn import datasets

    recipe = _recipe(subject)
    for first in range(0, count, BATCH):
        places = range(first, min(first + BATCH, count))
        yield np.stack(
            [prepare(datasets.picture(subject.task, "test", at), recipe).tensor_f32 for at in places]
        )
