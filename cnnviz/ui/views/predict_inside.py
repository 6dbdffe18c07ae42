"""The lower part of a Predict page: softmax, every layer, networks side by side, the program.

Softmax and layers are HTML that follows the pen: `LIVE` names their controls, drawn once, and their
content. The others hold controls of their own and are drawn anew for each picture: `DRAWN`.
"""

from collections.abc import Callable, Mapping
from io import BytesIO
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from cnnviz.figures import predictions, sheet
from cnnviz.ops.ensemble import together
from cnnviz.ui import cache, controls
from cnnviz.ui.frame import Page
from cnnviz.ui.views.answers import Answer, answer_html, draw_facts, labels_of, network_name
from cnnviz.ui.views.microscope import draw_net_microscope
from cnnviz.zoo import registry
from cnnviz.zoo.cards import Card

if TYPE_CHECKING:
    from cnnviz.trace.activations import LayerOutput

AnswerBy = Callable[[str], Answer]  # what the network of that name makes of the same picture
HEADINGS = ("class", "logit", "shifted", "exponential", "division", "probability")
MOST_MAPS = 128  # of a layer that are drawn here; "Inside the network" has all
FIRST = "first"  # in the choice of a class: whichever is the first guess


def draw_live_controls(page: Page, section: str, card: Card) -> None:
    """Draw what stands above the content of one of `LIVE`."""
    st.markdown(page.t(f"predict.{'ensemble' if card.members and section == 'softmax' else section}.intro"))
    if section == "softmax":
        controls.select(page, "target", choices=(FIRST, *card.classes))
    else:
        controls.segmented(page, "scale")


def live_html(page: Page, section: str, answer: Answer) -> str:
    """Return the content of one of `LIVE`; for an ensemble, the whole, or its first network."""
    if not answer.members:
        return LIVE[section](page, answer)
    if section == "softmax":
        return _together_html(page, answer)
    whose = predictions.marked_html(_whose(page, answer))
    return f"<div class='note'>{whose}</div>{LIVE[section](page, answer.members[0])}"


def _whose(page: Page, answer: Answer) -> str:
    """Return a sentence that says whose inside is shown of an ensemble."""
    return page.t("predict.ensemble.whose", name=network_name(page, answer.members[0].card))


def _together_html(page: Page, answer: Answer) -> str:
    """Return how the probabilities of several networks become one, class by class."""
    each = {network_name(page, member.card): member.softmax for member in answer.members}
    pool = together([result.probs for result in each.values()])
    headings = [page.t(f"predict.{name}") for name in ("softmax.class", "ensemble.root", "ensemble.together")]
    return predictions.together_html(
        each,
        pool,
        answer.ranking,
        _target(page, answer),
        labels=labels_of(page, answer.card),
        headings=headings,
        total=page.t("predict.softmax.total"),
    )


def _target(page: Page, answer: Answer) -> int:
    """Return the class whose formula is written out."""
    classes = answer.card.classes
    target = controls.value(page, "target", choices=(FIRST, *classes))
    return answer.ranking.first if target == FIRST else classes.index(target)


def _softmax_html(page: Page, answer: Answer) -> str:
    result, labels = answer.softmax, labels_of(page, answer.card)
    headings = [page.t(f"predict.softmax.{heading}") for heading in HEADINGS]
    total = page.t("predict.softmax.total")
    table = predictions.table_html(result, answer.ranking, labels=labels, headings=headings, total=total)
    shift = page.t("predict.softmax.shift", shift=predictions.number(result.shift))
    index = _target(page, answer)
    formula = predictions.formula_html(result, index, label=labels[index])
    return f"{formula}{table}<div class='note'>{predictions.marked_html(shift)}</div>"


def _layers_html(page: Page, answer: Answer) -> str:
    per = controls.value(page, "scale")
    return "".join(_layer_html(page, layer, per) for layer in answer.activations.layers)


def _layer_html(page: Page, layer: "LayerOutput", per: str) -> str:
    low, high = sheet.span_text(layer.output)
    shape = layer.output.shape
    count, rows, cols = shape if len(shape) == 3 else (1, 1, shape[0])
    kind = page.t(f"predict.kinds.{layer.kind}")
    form = page.t(
        f"predict.layers.{'maps' if len(shape) == 3 else 'vector'}", count=shape[0], rows=rows, cols=cols
    )
    if count > MOST_MAPS:
        form = page.t("predict.layers.first", shape=form, shown=MOST_MAPS)
    words = {
        "note": page.t("predict.layers.shape", kind=kind, shape=form, low=low, high=high),
        "alt": page.t(
            "predict.layers.alt", name=layer.name, count=count, rows=rows, cols=cols, low=low, high=high
        ),
        "own": page.t("predict.layers.own"),
    }
    output = layer.output[:MOST_MAPS] if len(shape) == 3 else layer.output
    return sheet.layer_html(output, layer.kind, per=per, title=layer.name, words=words)


def _draw_compare(page: Page, answer: Answer, answer_by: AnswerBy) -> None:
    card = answer.card
    others = [name for name in registry.names(card.task) if name != card.name]
    if not others:
        st.info(page.t("predict.compare.only_one"))
        return
    st.markdown(page.t("predict.compare.intro"))
    if answer.members:
        answers = answer.members
    else:
        answers = answer, answer_by(controls.select(page, "rival", choices=others, named_as="model"))
    labels = labels_of(page, card)
    said = [labels[each.ranking.first] for each in answers]
    verdict = "agree" if len(set(said)) == 1 else "disagree"
    quoted = ", ".join(page.t("predict.compare.quoted", label=label) for label in said)
    st.markdown(page.t(f"predict.compare.{verdict}", label=said[0], labels=quoted))
    for column, each in zip(st.columns(len(answers), gap="large"), answers, strict=True):
        with column:
            st.markdown(f"**{network_name(page, each.card)}**")
            draw_facts(page, each.card)
            st.html(answer_html(page, each))


def _draw_code(page: Page, answer: Answer, _: AnswerBy) -> None:
    from cnnviz.zoo.snippet import snippet

    answer = _single(page, answer)
    card = answer.card
    st.markdown(page.t("predict.code.intro"))
    content = BytesIO()
    np.save(content, answer.activations.input)
    st.download_button(
        page.t("predict.code.download"),
        content.getvalue(),
        file_name="input.npy",
        icon=":material/download:",
        on_click="ignore",
    )
    program = snippet(
        cache.cached_net(card.task, card.name),
        f"models/{card.task}/{card.name}/weights.safetensors",
        shape=answer.activations.input.shape,
        logits=answer.softmax.logits.tolist(),
    )
    st.code(program, language="python")


def _single(page: Page, answer: Answer) -> Answer:
    """Return the answer of one network; of an ensemble the first's, and say so."""
    if answer.members:
        st.markdown(_whose(page, answer))
    return answer.networks[0]


def _draw_microscope(page: Page, answer: Answer, _: AnswerBy) -> None:
    answer = _single(page, answer)
    draw_net_microscope(page, answer.card.task, answer.card.name, answer.activations)


LIVE: Mapping[str, Callable[[Page, Answer], str]] = MappingProxyType(
    {"softmax": _softmax_html, "layers": _layers_html}
)
DRAWN: Mapping[str, Callable[[Page, Answer, AnswerBy], None]] = MappingProxyType(
    {"microscope": _draw_microscope, "compare": _draw_compare, "code": _draw_code}
)
