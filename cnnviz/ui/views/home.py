"""What Home shows: the way in, the journey of one digit, a card for each page."""

from base64 import b64encode
from functools import cache
from html import escape
from pathlib import Path

import streamlit as st

from cnnviz.figures.journey import STAGES, journey_html
from cnnviz.figures.predictions import percent
from cnnviz.ui import cache as remembered
from cnnviz.ui import frame
from cnnviz.ui.frame import Page

STYLE = Path(__file__).with_name("home.css")
THUMBNAILS = Path(__file__).parents[1] / "thumbnails"
DIGIT = "3"


def draw_hero(page: Page) -> None:
    """Draw what this is, in a sentence, and the one thing to do first."""
    st.html(STYLE)
    st.title(page.t("title"), anchor=False)
    st.markdown(page.t("intro"))
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        with st.container(key="start", width="content"):
            frame.link(page, "digits", label=page.t("start"))
        frame.link(page, "convolution", label=page.t("begin_below"))


def draw_journey(page: Page) -> None:
    """Draw the journey of a drawn digit through a trained network."""
    journey = remembered.cached_journey(DIGIT)
    best = int(journey.softmax.probs.argmax())
    words = {key: page.t(f"stages.{key}") for stage in STAGES for key in (stage, f"{stage}_note")}
    words["alt"] = page.t("journey_alt", digit=best, prob=percent(float(journey.softmax.probs[best])))
    title, intro = page.t("journey_title"), page.t("journey_intro", digit=DIGIT)
    with st.container(key="journey"):
        st.html(f"<div class='journey-head'>{escape(title)}<small>{escape(intro)}</small></div>")
        st.html(journey_html(journey, words))


def draw_cards(page: Page) -> None:
    """Draw a card for each page there is, group by group; small groups share a row."""
    with st.container(key="groups"):
        for group, names in frame.GROUPS[1:]:
            there = [name for name in names if frame.exists(name)]
            if there:
                with st.container(key=f"group-{group}-of-{len(there)}"):
                    _draw_group(page, group, there)


def _draw_group(page: Page, group: str, names: list[str]) -> None:
    st.html(f"<div class='card-group'>{escape(page.t(f'frame.groups.{group}'))}</div>")
    with st.container(key=f"cards-{group}"):
        for name in names:
            _draw_card(page, name)


def _draw_card(page: Page, name: str) -> None:
    with st.container(key=f"card_{name}"):
        if (THUMBNAILS / f"{name}.png").is_file():
            st.html(f"<img class='thumb' alt='' src='{_thumbnail(name)}'>")
        frame.link(page, name)
        if page.has(f"cards.{name}"):
            st.html(f"<div class='sentence'>{escape(page.t(f'cards.{name}'))}</div>")


@cache
def _thumbnail(name: str) -> str:
    content = (THUMBNAILS / f"{name}.png").read_bytes()
    return f"data:image/png;base64,{b64encode(content).decode()}"
