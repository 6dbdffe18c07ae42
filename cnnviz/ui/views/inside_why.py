"""Why this answer: attributions side by side, what each shows and does not, and whether they agree."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from cnnviz.errors import ModelError
from cnnviz.figures.maps import Look, tile_maps, tile_pictures
from cnnviz.ui import cache, controls
from cnnviz.ui.frame import Page
from cnnviz.ui.views.inside_progress import stoppable_progress
from cnnviz.ui.views.inside_subject import Subject

if TYPE_CHECKING:
    from cnnviz.explain.attribution import Question
    from cnnviz.explain.results import Attribution

AUTO = "auto"
ASKED, HALTED = "inside.why.asked", "inside.why.halted"  # keys of the session
TILE_PX = 150
MOST_GUESSES = 20  # of a thousand classes that can be chosen
STEPS, FEW_STEPS = 50, 24  # of integrated gradients; few for networks that take long
SLOW_MACS = 20_000_000  # beyond, all methods together take more than a second: ask first


def draw_why(page: Page, subject: Subject) -> None:
    """Draw the explanations of one answer, or of the first and the second guess."""
    from cnnviz.explain import layers
    from cnnviz.explain.attribution import METHODS

    st.markdown(page.t("why_intro"))
    maps = [one.name for one in layers.map_layers(subject.net, subject.answer.activations.input)]
    left, right = st.columns(2)
    classes = _classes(subject)
    with left:
        names = {"first": page.t("first_guess"), "both": page.t("both_guesses")}
        names |= {key: subject.labels[class_idx] for key, class_idx in classes.items()}
        field = controls.seed(page, "target", choices=tuple(names))
        target = st.selectbox(
            page.t("target.label"),
            tuple(names),
            key=field.key,
            format_func=names.__getitem__,
            persist_state="session",
        )
    with right:
        layer = controls.select(page, "cam_layer", choices=(AUTO, *maps)) if maps else AUTO
    if not maps:
        st.info(page.t("why_no_maps"), icon=":material/info:")
    ranking = subject.answer.ranking
    chosen = {"first": (ranking.first,), "both": (ranking.first, ranking.second)}
    targets = chosen[target] if target in chosen else (classes[target],)
    methods = [name for name in METHODS if maps or "grad_cam" not in name]
    if _may_go_on(page, subject):
        for class_idx in targets:
            _draw_class(page, subject, class_idx, layer="" if layer == AUTO else layer, methods=methods)


def _classes(subject: Subject) -> dict[str, int]:
    """Return the classes that can be chosen, by a key for the address; of a thousand the best ones.

    Names do not tell ImageNet's classes apart: a crane is a bird and a machine.
    """
    if subject.task != cache.PHOTOS:
        return {key: k for k, key in enumerate(subject.answer.card.classes)}
    return {str(k): k for k in subject.answer.ranking.order[:MOST_GUESSES]}


def _may_go_on(page: Page, subject: Subject) -> bool:
    """Return whether to work now: at once for small networks, otherwise once somebody asked for it."""
    asked = st.session_state.get(ASKED)
    halted = st.session_state.get(HALTED) == (subject.task, subject.name, subject.digest)
    small = subject.answer.card.macs < SLOW_MACS and not halted
    if small or asked == (subject.task, subject.name):
        return True
    st.button(
        page.t("why_start"),
        icon=":material/play_arrow:",
        type="primary",
        key="inside.why.start",
        on_click=lambda: st.session_state.update({ASKED: (subject.task, subject.name)}),
    )
    return False


def _halt(subject: Subject) -> None:
    """Stop: nothing more is worked out for this picture until somebody asks again."""
    st.session_state.pop(ASKED, None)
    st.session_state[HALTED] = (subject.task, subject.name, subject.digest)


def _draw_class(page: Page, subject: Subject, class_idx: int, *, layer: str, methods: list[str]) -> None:
    """Draw one class: a tile a method, filled in one after the other, then how far they agree."""
    from cnnviz.explain.agreement import agreement

    prob = float(subject.answer.softmax.probs[class_idx])
    heading = st.container()
    title = page.t("why_class", label=subject.labels[class_idx], prob=f"{100 * prob:.1f}")
    heading.header(title, anchor=False)
    bar, stop = stoppable_progress(page, f"inside.why.stop.{class_idx}", lambda: _halt(subject))
    slots = [column.container() for column in st.columns(len(methods) + 1)]
    with slots[0]:
        seen = np.rint(255 * subject.prepared.seen_f32).clip(0, 255).astype(np.uint8)
        st.html(tile_pictures([seen], Look(tile_px=TILE_PX, language=page.language)).html)
        st.markdown(f"**{page.t('why_picture')}**")
    found = []
    for done, (method, slot) in enumerate(zip(methods, slots[1:], strict=True)):
        question = _question(subject, method, class_idx=class_idx, layer=layer)
        tell = _teller(page, subject, question, bar=bar, place=(method, done, len(methods)))
        with slot:
            one = _draw_method(page, subject, method, question=question, tell=tell)
        if one is not None:
            found.append(one)
    bar.empty()
    stop.empty()
    if len(found) > 1:
        shown = agreement(found)
        values = {
            "overlap": f"{100 * shown.mean_overlap:.0f}",
            "correlation": f"{shown.mean_rank_correlation:.2f}",
            "count": len(found),
        }
        icon = {"agree": ":material/check_circle:", "partly": ":material/contrast:"}
        with heading:
            st.markdown(
                f"{icon.get(shown.verdict, ':material/error:')} {page.t(f'why_{shown.verdict}', **values)}"
            )


def _question(subject: Subject, method: str, *, class_idx: int, layer: str) -> "Question":
    from cnnviz.explain.attribution import Question

    card = subject.answer.card
    black = tuple(-mean / std for mean, std in zip(card.mean, card.std, strict=True))
    steps = FEW_STEPS if subject.task == cache.PHOTOS else STEPS
    return Question(class_idx=class_idx, layer=layer if "cam" in method else "", baseline=black, steps=steps)


def _teller(
    page: Page, subject: Subject, question: "Question", *, bar: Any, place: tuple[str, int, int]
) -> Callable[[int], None]:
    """Return what moves the bar with every batch of the method at `place`: its name, number, of how many."""
    from cnnviz.explain.attribution import num_passes

    method, number, count = place
    every = num_passes(method, subject.answer.activations.input.shape, question)
    seen = 0

    def tell(pictures: int) -> None:
        nonlocal seen
        seen += pictures
        share = min(1.0, seen / every)
        bar.progress((number + share) / count, page.t("working_on", name=page.t(f"method.{method}.name")))

    tell(0)
    return tell


def _draw_method(
    page: Page, subject: Subject, method: str, *, question: "Question", tell: Callable[[int], None]
) -> "Attribution | None":
    """Draw one method's tile with its sentence; return what it found, None where it cannot be asked."""
    picture = subject.answer.activations.input
    net = (subject.task, subject.name)
    slow = subject.answer.card.macs >= SLOW_MACS
    try:
        one = cache.attribution_of(
            net, subject.digest, method, question, picture=picture, on_batch=tell if slow else None
        )
    except ModelError as error:
        st.markdown(f"**{page.t(f'method.{method}.name')}**")
        st.warning(error.worded(page.language))
        return None
    look = Look(scale="signed" if one.signed else "positive", tile_px=TILE_PX, language=page.language)
    st.html(tile_maps(one.heat, look).html)
    st.markdown(f"**{page.t(f'method.{method}.name')}**")  # below, so that pictures stand in line
    st.caption(page.t(f"method.{method}.about", layer=one.layer))
    if one.num_relus == 0:
        st.caption(page.t("why_no_relus"))
    return one
