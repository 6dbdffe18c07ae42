"""Why a CNN: the same picture changed step by step, through two networks."""

import numpy as np
import streamlit as st

from cnnviz.figures import palette
from cnnviz.figures.curves import Line, Point, line_chart
from cnnviz.figures.maps import Look, tile_pictures
from cnnviz.figures.numbers import short
from cnnviz.ui import cache, controls
from cnnviz.ui.frame import Page
from cnnviz.ui.views.inside_sheet import draw_sheet
from cnnviz.ui.views.inside_subject import Subject
from cnnviz.zoo import registry

COLOURS = (palette.LAYERS["conv"], palette.LAYERS["dense"])
STEPS = 41  # of a sweep


def draw_robust(page: Page, subject: Subject) -> None:
    """Draw the sweep, and for digits the sheet."""
    st.markdown(page.t("robust_intro"))
    _draw_sweep(page, subject)
    if subject.task == "digits":
        draw_sheet(page, subject)


def _draw_sweep(page: Page, subject: Subject) -> None:
    """Draw the picture at the chosen amount, both answers, and the curves over the whole range."""
    from cnnviz.explain.sweep import KINDS

    others = [name for name in registry.names(subject.task) if name != subject.name]
    columns = st.columns(3, vertical_alignment="bottom")
    with columns[0]:
        kind = controls.select(page, "change", choices=tuple(KINDS))
    with columns[1]:
        rival = controls.select(page, "rival", choices=others, named_as="model") if others else subject.name
    with columns[2]:
        at = _draw_amount(page, kind)
    seen = subject.prepared.seen_f32
    picture = seen[np.newaxis] if seen.ndim == 2 else seen.transpose(2, 0, 1)
    nets = tuple(dict.fromkeys([(subject.task, subject.name), (subject.task, rival)]))
    result = cache.cached_sweep(nets, subject.digest, kind, _picture=np.ascontiguousarray(picture))
    class_idx = subject.answer.ranking.first
    amount = float(result.amounts[at])
    lines = [
        Line(controls.choice_text(page, "model", name), probs[:, class_idx].astype(np.float64), colour)
        for (name, probs), colour in zip(result.probs.items(), COLOURS, strict=False)
    ]
    points = [Point(amount, float(line.y[at]), line.colour) for line in lines]
    label = subject.labels[class_idx]
    left, right = st.columns((1, 2), gap="large")
    with left:
        pixels = np.rint(255 * result.pictures[at]).clip(0, 255).astype(np.uint8)
        shown = pixels[0] if len(pixels) == 1 else pixels.transpose(1, 2, 0)
        st.html(tile_pictures([shown], Look(tile_px=224, language=page.language)).html)
        st.caption(page.t("amount_now", amount=short(amount, 3), unit=page.t(f"unit_of.{KINDS[kind].unit}")))
        for name, probs in result.probs.items():
            best = int(probs[at].argmax())
            st.markdown(
                page.t(
                    "robust_says",
                    model=controls.choice_text(page, "model", name),
                    label=subject.labels[best],
                    prob=f"{100 * float(probs[at, best]):.1f}",
                )
            )
    with right:
        st.markdown(page.t("curve_title", label=label))
        alt = page.t(
            "curve_alt",
            label=label,
            low=short(float(result.amounts[0])),
            high=short(float(result.amounts[-1])),
        )
        st.html(line_chart(result.amounts.astype(np.float64), lines, points=points, alt=alt))
        st.caption(page.t(f"change_about.{kind}"))


def _draw_amount(page: Page, kind: str) -> int:
    """Draw how far the picture is changed; return the step on the way, from 0."""
    from cnnviz.explain.sweep import KINDS

    field = controls.seed(page, "amount")
    amounts = np.linspace(KINDS[kind].low, KINDS[kind].high, STEPS)
    return int(
        st.select_slider(
            page.t("amount.label"),
            range(STEPS),
            key=field.key,
            format_func=lambda at: short(float(amounts[at]), 3),
            help=page.t("amount.help"),
            persist_state="session",
        )
    )
