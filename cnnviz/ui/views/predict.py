"""What the three Predict pages are: picture, what the network sees of it, answer, and a look inside.

All of it is one fragment, so that a stroke of the pen reruns nothing else; the answer is sent before
the slower lower part, of which only the chosen section is drawn.
"""

from dataclasses import replace
from html import escape
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnnviz.figures import maps
from cnnviz.figures.strip import step_html
from cnnviz.images import prepare
from cnnviz.images.picture import Picture
from cnnviz.ui import cache, controls, frame
from cnnviz.ui.frame import Page
from cnnviz.ui.views.answers import answer_of, draw_answer, draw_doubt, draw_facts, draw_truth
from cnnviz.ui.views.picture_panel import picture_panel
from cnnviz.ui.views.predict_inside import draw_inside
from cnnviz.zoo import registry
from cnnviz.zoo.cards import Card

STYLES = (Path(__file__).with_name("predict.css"), Path(maps.__file__).with_name("maps.css"))


def draw_predict(page: Page, task: str) -> None:
    """Draw the whole page for `task`: ``digits``, ``clothes`` or ``rps``."""
    for style in STYLES:
        st.html(style)
    _live(page, task)
    frame.draw_lesson(page)


@st.fragment
def _live(page: Page, task: str) -> None:
    """Draw what changes with the picture."""
    left, right = st.columns((6, 7), gap="large")
    with right:
        name = controls.select(page, "model", choices=registry.names(task))
        draw_facts(page, registry.card(task, name))
        slot = st.container()
    with left:
        picture = picture_panel(page, task, misread=lambda: registry.metrics(task, name))
    if picture is None:
        slot.info(page.t("predict.no_picture"), icon=":material/draw:")
    else:
        with controls.explained_errors(page):
            _draw_all(page, picture, slot=slot, card=registry.card(task, name))
    frame.keep_url(page)


def _draw_all(page: Page, picture: Picture, *, slot: DeltaGenerator, card: Card) -> None:
    """Draw answer, strip and the look inside for a picture and a network; the answer is sent first."""
    prepared = cache.cached_prepared(picture.digest, _recipe(page, picture, card), _picture=picture)
    if prepared.is_empty:
        slot.info(page.t("predict.no_picture"), icon=":material/draw:")
        return
    answer = answer_of(card.task, card.name, prepared.tensor_f32)
    with slot:
        draw_answer(page, answer)
        draw_truth(page, answer, picture.label)
        draw_doubt(page, answer)
    strip = st.container()
    draw_inside(page, answer)  # sent before the strip, which takes longer to draw
    with strip:
        _draw_strip(page, prepared)


def _recipe(page: Page, picture: Picture, card: Card) -> prepare.Recipe:
    """Return the preparation that the controls ask for."""
    asked = controls.value(page, "form")
    form = prepare.form_of(picture) if asked == "auto" else asked
    usual = card.recipe(form)
    return replace(usual, off=controls.value(page, "off") & frozenset(usual.switchable))


def _draw_strip(page: Page, prepared: prepare.Prepared) -> None:
    """Draw the switches, and every step: what it is, the picture after it, what happened, why."""
    heading, form = st.columns((3, 2), vertical_alignment="bottom")
    heading.subheader(page.t("predict.sees"), anchor=False)
    heading.caption(page.t("predict.sees_intro"))
    with form:
        controls.segmented(page, "form")
    names = {name: page.t(f"prepare.steps.{name}.name") for name in prepared.recipe.switchable}
    controls.switches(page, "off", names)
    st.html(f"<div class='strip'>{''.join(_step_html(page, step) for step in prepared.steps)}</div>")


def _step_html(page: Page, step: prepare.Step) -> str:
    """Return the picture after a step, its name, what happened and, folded, why."""
    name, why = (page.t(f"prepare.steps.{step.name}.{part}") for part in ("name", "why"))
    note = page.t(f"prepare.notes.{step.note}", **step.values)
    tile = step_html(step.pixels_f32, f"{name}: {note}", normalised=step.name == prepare.LAST and step.on)
    folded = f"<details><summary>{escape(page.t('predict.why'))}</summary>{escape(why)}</details>"
    kind = "" if step.on else " class='off'"
    return f"<div{kind}>{tile}<b>{escape(name)}</b><span>{escape(note)}</span>{folded}</div>"
