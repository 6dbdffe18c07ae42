"""What made the models of a task better, on what people really draw and photograph."""

import streamlit as st

from cnnviz.figures.scoreboard import scoreboard_html
from cnnviz.ui.frame import Page
from cnnviz.ui.views.models import changes, model_name, suite_name
from cnnviz.zoo import registry
from cnnviz.zoo.cards import REAL_USE, Card

NAMED = 4  # changes to the training pictures


def draw_better(page: Page, task: str, chosen: str) -> None:
    """Draw accuracy on real pictures: step by step for one network, and for every network of `task`."""
    cards = [registry.card(task, name) for name in registry.choices(task)]
    told = next((card for card in cards if card.better), None)
    suite = REAL_USE[task]
    measured = [card for card in cards if suite in card.suites]
    places = iter(st.columns(2, gap="large") if told and measured else [st.container()])
    if told:
        with next(places):
            _draw_steps(page, told)
    if measured:
        with next(places):
            _draw_sizes(page, measured, suite, chosen)


def _draw_steps(page: Page, card: Card) -> None:
    """Draw one network three times: plain, with preparation, and trained on changed pictures."""
    st.header(page.t("headings.better"), anchor=False)
    st.markdown(
        page.t("better.intro", model=model_name(page, card.name), suite=suite_name(page, card.better_suite))
    )
    values = {"changes": ", ".join(changes(page, card.training.augmentation)[:NAMED])}
    rows = []
    for step, share in card.better.items():
        name, why = (_told(page, step, card.task, what, values) for what in ("name", "why"))
        rows.append((name, why, share))
    st.html(scoreboard_html(rows, told=True))


def _told(page: Page, step: str, task: str, what: str, values: dict[str, str]) -> str:
    """Return the name of a step or why it helps, in words for the task if there are any."""
    own = f"better.{step}.{what}_{task}"
    return page.t(own if page.has(own) else f"better.{step}.{what}", **values)


def _draw_sizes(page: Page, cards: list[Card], suite: str, chosen: str) -> None:
    """Draw every network of the task, from the smallest to the best, on the same real pictures."""
    st.header(page.t("headings.sizes"), anchor=False)
    st.markdown(page.t("better.sizes", suite=suite_name(page, suite)))
    rows = [
        (
            model_name(page, card.name),
            page.t("better.size", parameters=f"{card.parameters:,}"),
            card.suites[suite],
        )
        for card in cards
    ]
    st.html(scoreboard_html(rows, marked=model_name(page, chosen)))
