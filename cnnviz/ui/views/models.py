"""What the page of trained models draws: the models of a task side by side, and one card in full."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import streamlit as st

from cnnviz.errors import DataError
from cnnviz.figures import confusion
from cnnviz.figures.scoreboard import scoreboard_html
from cnnviz.figures.suites import suites_html
from cnnviz.images.prepare import channel_text
from cnnviz.learn import datasets
from cnnviz.ui import controls
from cnnviz.ui.frame import Page
from cnnviz.ui.views.answers import network_name
from cnnviz.zoo import registry
from cnnviz.zoo.cards import Card, Metrics

STYLE = Path(__file__).with_name("models.css")
SECTIONS = MappingProxyType({"digits": "digits", "clothes": "clothes", "rps": "rock_paper_scissors"})
PAIRS = 12  # of confused classes to choose from
SHOWN = 30  # misread pictures at a time


def draw_scores(page: Page, task: str, chosen: str) -> None:
    """Draw every model of `task` with its size and its accuracy on the test set."""
    rows = []
    for name in registry.choices(task):
        card = registry.card(task, name)
        rows.append((model_name(page, name), _size(page, card), card.test))
    st.html(STYLE)
    st.html(scoreboard_html(rows, marked=model_name(page, chosen)))
    st.caption(page.t("best_first"))


def model_name(page: Page, name: str) -> str:
    """Return how the model `name` is called in the reader's language."""
    key = f"predict.model.choices.{name}"
    return page.t(key) if page.has(key) else name


def suite_name(page: Page, name: str) -> str:
    """Return what the suite `name` consists of, in the reader's language."""
    key = f"suites.{name}"
    return page.t(key) if page.has(key) else name


def draw_suites(page: Page, card: Card) -> None:
    """Draw on what the model was measured, and how often it was right."""
    st.header(page.t("headings.suites"), anchor=False)
    rows = [(suite_name(page, name), share) for name, share in card.suites.items()]
    top2 = {suite_name(page, name): share for name, share in card.top2.items()}
    words = {name: page.t(name) for name in ("suite", "right", "interval", "top2")}
    st.html(suites_html(rows, words, top2=top2))
    if len(rows) > 1:
        st.caption(page.t("suites_intro"))


def draw_confusion(page: Page, card: Card, metrics: Metrics) -> None:
    """Draw the confusion matrix of the test set."""
    st.header(page.t("headings.confusion"), anchor=False)
    labels = class_names(page, card)
    words = {name: page.t(name) for name in ("truth", "answer", "legend_right")}
    most = f"{100 * confusion.worst_share(metrics.confusion):.1f} %"
    words |= {"legend_wrong": page.t("legend_wrong", most=most), "alt": _in_words(page, card, metrics)}
    st.caption(page.t("confusion_intro"))
    st.html(confusion.confusion_html(metrics.confusion, labels=labels, words=words))


def class_names(page: Page, card: Card) -> list[str]:
    """Return the classes in the reader's language, in the order of the logits."""
    keys = [f"{SECTIONS[card.task]}.classes.{name}" for name in card.classes]
    return [page.t(key) if page.has(key) else name for key, name in zip(keys, card.classes, strict=True)]


def draw_made(page: Page, card: Card) -> None:
    """Draw how the model was made: command, changes to the pictures, input, weights."""
    st.header(page.t("headings.made"), anchor=False)
    made = card.training
    st.code(made.command.replace(" && ", "\n"), language="bash", wrap_lines=True)
    if card.members:
        names = ", ".join(f"**{network_name(page, one)}**" for one in registry.members(card.task, card.name))
        st.markdown(page.t("ensemble", members=names))
        return
    if made.epochs:
        facts = {name: getattr(made, name) for name in ("epochs", "minutes", "hardware", "seed", "date")}
        st.markdown(page.t("made", **facts))
    rows, cols = card.size
    colour = page.t("grey" if card.channels == 1 else "colour")
    mean, std = channel_text(card.mean), channel_text(card.std)
    st.markdown(page.t("input", rows=rows, cols=cols, colour=colour, mean=mean, std=std))
    if changed := changes(page, made.augmentation):
        st.markdown(page.t("augmentation_intro"))
        st.caption(" · ".join(changed))
    st.caption(page.t("hash", hash=card.weights_sha256))


def draw_data(page: Page, card: Card) -> None:
    """Draw what the model learned from, with licences and the split."""
    st.header(page.t("headings.data"), anchor=False)
    pairs = zip(card.data.sources, card.data.licences, strict=True)
    lines = [page.t("data_line", name=name, licence=licence) for name, licence in pairs]
    st.markdown("\n".join(f"- {line}" for line in lines))
    if card.data.names:
        named = zip(class_names(page, card), card.data.names, strict=True)
        lines = [page.t("named_line", label=label, name=name) for label, name in named]
        st.markdown(page.t("named", names=" · ".join(lines)))
        return
    counts = {"train": f"{card.data.train:,}", "held": f"{card.data.held_out:,}"}
    st.markdown(page.t(f"split_{card.data.split}", **counts))
    if card.members:
        members = [registry.card(card.task, name) for name in card.members]
        lines = [
            f"- **{network_name(page, one)}**: {page.t(f'pretrained.{known}')}"
            for one in members
            for known in one.data.pretrained
        ]
        st.markdown("\n".join(lines))
    else:
        for known in card.data.pretrained:
            st.markdown(page.t(f"pretrained.{known}"))
    if card.data.written:
        st.markdown(page.t(f"written.{card.task}", count=f"{card.data.written:,}"))
    if card.data.others:
        st.markdown(page.t("others", count=f"{card.data.others:,}"))


def draw_mistakes(page: Page, card: Card, metrics: Metrics) -> None:
    """Draw the misread test pictures, all or those of one pair of classes."""
    st.header(page.t("headings.mistakes"), anchor=False)
    pairs = confusion.top_pairs(metrics.confusion, PAIRS)
    if not pairs:
        st.markdown(page.t("no_mistakes"))
        return
    labels = class_names(page, card)
    names = {f"{labels[row]} → {labels[col]}": (row, col) for row, col, _ in pairs}
    chosen = names.get(controls.select(page, "pair", choices=("all", *names)))
    kept = [
        (place, labels[truth], labels[answer])
        for place, truth, answer in zip(metrics.wrong, metrics.truths, metrics.answers, strict=True)
        if chosen in (None, (truth, answer))
    ]
    _draw_pictures(page, card, kept)


def _draw_pictures(page: Page, card: Card, mistakes: Sequence[tuple[int, str, str]]) -> None:
    """Draw misread pictures, given as (place in the test set, true class, answer), if they are there."""
    shown = mistakes[:SHOWN]
    try:
        found = [datasets.picture(card.task, "test", int(place)) for place, _, _ in shown]
    except DataError:
        st.info(page.t("mistakes_absent", folder=datasets.data_dir()), icon=":material/folder_open:")
        return
    counts = {"shown": len(shown), "count": len(mistakes)}
    st.caption(page.t("mistakes_more" if len(shown) < len(mistakes) else "mistakes_intro", **counts))
    captions = [page.t("mistake", truth=truth, answer=answer) for _, truth, answer in shown]
    st.html(confusion.pictures_html([picture.pixels_u8 for picture in found], captions))


def _size(page: Page, card: Card) -> str:
    kilobytes = f"{card.weights_bytes / 1000:,.0f}"
    return page.t("size", parameters=f"{card.parameters:,}", macs=f"{card.macs:,}", kilobytes=kilobytes)


def _in_words(page: Page, card: Card, metrics: Metrics) -> str:
    """Return the confusion matrix in one sentence, for those who do not see it."""
    pairs = confusion.top_pairs(metrics.confusion, 1)
    if not pairs:
        return page.t("no_mistakes")
    labels = class_names(page, card)
    (row, col, times), share = pairs[0], card.test
    facts: dict[str, Any] = {"right": share.right, "count": share.count, "times": times}
    return page.t("confusion_alt", truth=labels[row], answer=labels[col], **facts)


def changes(page: Page, ranges: Mapping[str, Any]) -> list[str]:
    """Return each change to the training pictures as a phrase; what is switched off is left out."""
    phrases = []
    for name, value in ranges.items():
        if isinstance(value, list):
            low, high = (f"{end:g}".replace("-", "−") for end in value)
            phrases.append(page.t(f"augmentation.{name}", low=low, high=high))
        elif value:
            phrases.append(page.t(f"augmentation.{name}", value=f"{value:g}", percent=f"{100 * value:g}"))
    return phrases
