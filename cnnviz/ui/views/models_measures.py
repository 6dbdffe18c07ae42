"""What else was measured of a model: class by class, its confidence, its gate, each step, its speed.

Each of these draws nothing where the card does not hold the measurement.
"""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from cnnviz.figures.reliability import reliability_html
from cnnviz.figures.scoreboard import scoreboard_html
from cnnviz.figures.suites import by_class_html, facts_html
from cnnviz.ui.frame import Page
from cnnviz.ui.views.models import SECTIONS, class_names, suite_name
from cnnviz.zoo.cards import Card, Metrics
from cnnviz.zoo.measures import Group, Share, error_by_chance

UNSEEN = ("without", "copies", "made")  # of `Card.unseen`, as they are shown


def draw_by_class(page: Page, card: Card, metrics: Metrics) -> None:
    """Draw how often each class is right, in each suite."""
    st.header(page.t("headings.by_class"), anchor=False)
    measured: dict[str, Sequence[Share | None]] = {"test": _test_by_class(metrics), **card.by_class}
    columns = {suite_name(page, name): shares for name, shares in measured.items()}
    words = {name: page.t(f"by_class.{name}") for name in ("class", "none")}
    st.caption(page.t("by_class.intro"))
    st.html(by_class_html(columns, class_names(page, card), words))


def draw_unseen(page: Page, card: Card) -> None:
    """Draw how well photos are read whose source the network never saw."""
    if not card.unseen:
        return
    st.header(page.t("headings.unseen"), anchor=False)
    kinds = [kind for kind in UNSEEN if kind in card.unseen]
    st.markdown(" ".join(page.t(f"unseen.{kind}_intro") for kind in kinds))
    rows = [
        (page.t(f"unseen.sources.{source}"), page.t(f"unseen.{kind}", count=f"{share.count:,}"), share)
        for source in card.unseen[kinds[0]]
        for kind in kinds
        if (share := card.unseen[kind].get(source))
    ]
    st.html(scoreboard_html(rows))


def draw_calibration(page: Page, card: Card) -> None:
    """Draw how far confidence and accuracy lie apart."""
    if card.calibration is None:
        return
    st.header(page.t("headings.calibration"), anchor=False)
    errors = card.calibration.errors
    worst = max(errors, key=errors.__getitem__)
    points = f"{100 * errors[worst]:.1f}"
    st.markdown(page.t("calibration.intro", suite=suite_name(page, worst), points=points))
    headings = page.t("suite"), page.t("calibration.error")
    rows = [
        (suite_name(page, name), f"{100 * error:.2f} %", _by_chance(page, card, name))
        for name, error in errors.items()
    ]
    st.html(facts_html(rows, headings))
    if card.groups:
        st.caption(page.t("calibration.chance_intro"))
        _draw_reliability(page, card)
    if card.calibration.split:
        temperature, split = f"{card.calibration.temperature:.2f}", _settled_on(page, card.calibration.split)
        st.caption(page.t("calibration.temperature", value=temperature, split=split))


def _by_chance(page: Page, card: Card, suite: str) -> tuple[str, ...]:
    """Return how much of the calibration error of a suite few pictures alone would bring, in words."""
    if suite not in card.groups:
        return ()
    return (page.t("calibration.chance", error=f"{100 * error_by_chance(card.groups[suite]):.2f} %"),)


def _draw_reliability(page: Page, card: Card) -> None:
    """Draw how sure and how right the model is, group by group."""

    def said(suite: str, group: Group) -> str:
        sure, right = (f"{100 * value:.1f} %" for value in (group.confidence, group.share.value))
        count = f"{group.share.count:,}"
        return page.t("calibration.one", suite=suite, confidence=sure, right=right, count=count)

    groups = {suite_name(page, name): found for name, found in card.groups.items()}
    words = {name: page.t(f"calibration.{name}") for name in ("says", "right", "equal")}
    st.html(reliability_html(groups, words, said))
    st.caption(page.t("calibration.diagram"))


def _settled_on(page: Page, kinds: tuple[str, ...]) -> str:
    """Return in words which pictures something was settled on."""
    return ", ".join(page.t(f"settled_on.{kind}") for kind in kinds)


def draw_gate(page: Page, card: Card) -> None:
    """Draw how well the model tells its classes from anything else."""
    if card.gate is None:
        return
    st.header(page.t("headings.gate"), anchor=False)
    ask = page.t(f"{SECTIONS[card.task]}.gate.ask")
    st.markdown(page.t("gate.own" if card.upright else "gate.intro", ask=ask))
    rows = []
    for name, found in card.separations.items():
        interval = f"{page.t('interval')} {found.low:.4f} – {found.high:.4f}"
        counts = [page.t(f"gate.{side}", count=f"{getattr(found, side):,}") for side in ("known", "other")]
        rows.append((suite_name(page, name), f"{found.auroc:.4f}", (interval, *counts)))
    if rows:
        st.html(facts_html(rows, (page.t("gate.against"), page.t("gate.auroc"))))
        first = next(iter(card.separations.values()))
        st.caption(page.t("gate.auroc_intro", pairs=f"{100 * first.auroc:.1f}"))
    gate = card.gate
    shares = {"threshold": f"{100 * gate.threshold:.0f}", "kept": f"{100 * gate.kept:.1f}"}
    st.caption(page.t("gate.threshold", split=_settled_on(page, gate.split), **shares))


def draw_ablation(page: Page, card: Card) -> None:
    """Draw what becomes of the accuracy when one step of the preparation is switched off."""
    if not card.ablation:
        return
    st.header(page.t("headings.ablation"), anchor=False)
    for suite, steps in card.ablation.items():
        whole = card.suites[suite]
        st.markdown(page.t("ablation.intro", suite=suite_name(page, suite)))
        every = page.t("ablation.all")
        rows = [(every, "", whole)]
        for step, share in sorted(steps.items(), key=lambda pair: pair[1].value):
            name = page.t("ablation.without", step=page.t(f"prepare.steps.{step}.name"))
            points = f"{100 * (share.value - whole.value):+.1f}".replace("-", "−")
            rows.append((name, page.t("ablation.points", points=points), share))
        st.html(scoreboard_html(rows, marked=every))


def draw_speed(page: Page, card: Card) -> None:
    """Draw how fast the model answers."""
    if card.speed is None:
        return
    st.header(page.t("headings.speed"), anchor=False)
    speed = card.speed
    rows = [
        (page.t("speed.one"), page.t("speed.ms", value=f"{speed.picture_ms:.2f}"), ()),
        (page.t("speed.preparation"), page.t("speed.ms", value=f"{speed.preparation_ms:.2f}"), ()),
        (page.t("speed.many"), page.t("speed.per_second", value=f"{speed.pictures_per_s:,.0f}"), ()),
    ]
    st.html(facts_html(rows))
    st.caption(page.t("speed.hardware", hardware=speed.hardware))


def _test_by_class(metrics: Metrics) -> list[Share | None]:
    """Return the accuracy of each class on the test set, from the confusion matrix."""
    counts = np.stack([np.diag(metrics.confusion), metrics.confusion.sum(1)], axis=1)
    return [Share(right, count) if count else None for right, count in counts.tolist()]
