"""What the three Predict pages are: picture, what the network sees of it, answer, and a look inside.

A stroke of the pen reruns one fragment that holds the picture panel alone. The fragment fills slots
that the page has laid out: a few pieces of HTML, which the browser paints faster than controls. Only
what needs controls of its own (`predict_inside.DRAWN`) makes the whole page run again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnnviz.figures import maps
from cnnviz.images import prepare
from cnnviz.images.picture import Picture
from cnnviz.ui import cache, controls, frame
from cnnviz.ui.frame import Page
from cnnviz.ui.views import predict_inside
from cnnviz.ui.views.answers import (
    Answer,
    answer_html,
    answer_of,
    doubt_html,
    draw_facts,
    joined,
    network_name,
    record_html,
    truth_html,
)
from cnnviz.ui.views.picture_panel import picture_panel
from cnnviz.ui.views.preparation import chosen_html, strip_html, strips_html
from cnnviz.zoo import registry
from cnnviz.zoo.cards import Card

STYLES = (Path(__file__).with_name("predict.css"), Path(maps.__file__).with_name("maps.css"))
USUAL_FORM: Mapping[str, str] = MappingProxyType({"digits": "drawing", "clothes": "drawing", "rps": "photo"})


@dataclass(frozen=True, slots=True)
class Slots:
    """Places that the fragment fills, and the steps that were given a switch.

    `inside` is None where the chosen section has controls of its own.
    """

    answer: DeltaGenerator
    record: DeltaGenerator
    strip: DeltaGenerator
    inside: DeltaGenerator | None
    steps: tuple[str, ...]


def draw_predict(page: Page, task: str) -> None:
    """Draw the whole page for `task`: ``digits``, ``clothes`` or ``rps``."""
    for style in STYLES:
        st.html(style)
    left, right = st.columns((6, 7), gap="large")
    with right:
        answer = st.empty()
        name = controls.select(page, "model", choices=registry.choices(task))
        card = registry.card(task, name)
        draw_facts(page, card)
        record = st.empty()
    steps = st.session_state.get(f"{page.name}.steps") or _switchable(_usual(card, USUAL_FORM[task]))
    strip = _lay_out_strip(page, steps)
    section = controls.segmented(page, "detail")
    inside = _lay_out_inside(page, section, card)
    with left:
        _live(page, card, section, slots=Slots(answer, record, strip, inside, steps))
    if section in predict_inside.DRAWN:
        _draw_section(page, card, section)
    frame.draw_lesson(page)


def _lay_out_strip(page: Page, steps: tuple[str, ...]) -> DeltaGenerator:
    """Draw heading and switches of the preparation, and return the place of its pictures."""
    heading, form = st.columns((3, 2), vertical_alignment="bottom")
    heading.header(page.t("predict.sees"), anchor=False)
    heading.caption(page.t("predict.sees_intro"))
    with form:
        controls.segmented(page, "form")
    controls.switches(page, "off", {name: page.t(f"prepare.steps.{name}.name") for name in steps})
    return st.empty()


def _lay_out_inside(page: Page, section: str, card: Card) -> DeltaGenerator | None:
    if section not in predict_inside.LIVE:
        return None
    predict_inside.draw_live_controls(page, section, card)
    return st.empty()


@st.fragment
def _live(page: Page, card: Card, section: str, *, slots: Slots) -> None:
    """Draw the panel, and fill the slots from its picture."""
    picture = picture_panel(page, card.task, misread=lambda: registry.metrics(card.task, card.name))
    memory = st.session_state
    memory[f"{page.name}.picture"] = picture
    if picture is None:
        _ask_for_picture(page, slots)
        return
    steps = _switchable(_recipes(page, picture, card))
    new_steps = steps != slots.steps
    new_section = slots.inside is None and memory.get(f"{page.name}.drawn") != picture.digest
    memory[f"{page.name}.steps"], memory[f"{page.name}.drawn"] = steps, picture.digest
    if new_steps or new_section:
        st.rerun()  # what lies outside the fragment follows the picture
    with controls.explained_errors(page):
        _fill(page, picture, card, section=section, slots=slots)


def _fill(page: Page, picture: Picture, card: Card, *, section: str, slots: Slots) -> None:
    """Write answer, strip and section of a picture into their slots, the answer first."""
    prepared, answer = _answer(page, picture, card)
    if chosen := chosen_html(page, picture, prepared[0]):
        st.html(chosen)
    if prepared[0].is_empty:
        _ask_for_picture(page, slots)
    else:
        truth = truth_html(page, answer, picture.label)
        slots.answer.html(answer_html(page, answer) + truth + doubt_html(page, answer))
        slots.record.html(record_html(page, answer, [one.recipe for one in prepared]))
    if slots.inside is not None:
        slots.inside.html(predict_inside.live_html(page, section, answer))
    slots.strip.html(_strips_html(page, picture, prepared, answer))


def _strips_html(page: Page, picture: Picture, prepared: Sequence[prepare.Prepared], answer: Answer) -> str:
    """Return the preparation for the networks that are asked; it is drawn once a picture."""
    names = tuple(network_name(page, one.card) for one in answer.networks)
    recipes = tuple(one.recipe for one in prepared)
    place = cache.cached_strip_place(picture.digest, recipes, names, page.language)
    if not place:
        alike = len(set(recipes)) == 1
        each = dict(zip(names, prepared, strict=True))
        place.append(strip_html(page, prepared[0]) if alike else strips_html(page, each))
    return place[0]


def _ask_for_picture(page: Page, slots: Slots) -> None:
    """Say what is wanted where the answer would be, and nothing of what was said before."""
    slots.answer.info(page.t("predict.no_picture"), icon=":material/draw:")
    slots.record.empty()


def _draw_section(page: Page, card: Card, section: str) -> None:
    """Draw a section with controls of its own, for the picture that the panel gave."""
    picture = st.session_state[f"{page.name}.picture"]
    if picture is not None:
        with controls.explained_errors(page):
            predict_inside.DRAWN[section](
                page,
                _answer(page, picture, card)[1],
                lambda name: _answer(page, picture, registry.card(card.task, name))[1],
            )


def _answer(page: Page, picture: Picture, card: Card) -> tuple[list[prepare.Prepared], Answer]:
    """Return a picture as the controls ask, prepared for each network of `card`, and the answer."""
    recipes = _recipes(page, picture, card)
    prepared = [cache.cached_prepared(picture.digest, recipe, _picture=picture) for recipe in recipes]
    asked = [
        one if recipe.is_on(prepare.UPRIGHT) else registry.card(card.task, one.name)
        for one, recipe in zip(_asked(card, recipes[0].form), recipes, strict=True)
    ]
    answers = [answer_of(one, each.tensor_f32) for one, each in zip(asked, prepared, strict=True)]
    return prepared, joined(card, answers) if card.members else answers[0]


def _recipes(page: Page, picture: Picture, card: Card) -> list[prepare.Recipe]:
    """Return the preparation that the controls ask for, for each network that `card` stands for."""
    asked, off = controls.value(page, "form"), controls.value(page, "off")
    form = prepare.form_of(picture) if asked == "auto" else asked
    return [replace(recipe, off=off & frozenset(recipe.switchable)) for recipe in _usual(card, form)]


def _usual(card: Card, form: str) -> list[prepare.Recipe]:
    """Return the preparation of a picture of `form` for each network that is asked, nothing switched off."""
    return [one.recipe(form) for one in _asked(card, form)]


def _asked(card: Card, form: str) -> list[Card]:
    """Return the networks that are asked about a picture of `form`: of an ensemble not always all."""
    every = registry.members(card.task, card.name)
    return [one for one in every if form in one.forms or not card.members]


def _switchable(recipes: Sequence[prepare.Recipe]) -> tuple[str, ...]:
    """Return the steps of any of the preparations that can be switched off, those of the longest first."""
    every = sorted((recipe.switchable for recipe in recipes), key=len, reverse=True)
    return tuple(dict.fromkeys(step for steps in every for step in steps))
