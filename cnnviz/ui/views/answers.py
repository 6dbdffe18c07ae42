"""One network's answer to one prepared picture: every layer's output, the softmax, the guesses."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import streamlit as st

from cnnviz.figures import predictions
from cnnviz.ops.ranking import Ranking, rank
from cnnviz.ops.softmax import SoftmaxResult, softmax
from cnnviz.ui import cache
from cnnviz.ui.frame import Page
from cnnviz.zoo import registry
from cnnviz.zoo.cards import Card

if TYPE_CHECKING:
    from cnnviz.trace.activations import Activations


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What a network makes of a picture.

    Parameters
    ----------
    card : Card
        Card of the network.
    activations : Activations
        Its input and the output of every layer.
    softmax, ranking : SoftmaxResult, Ranking
        Of its last layer.
    """

    card: Card
    activations: "Activations"
    softmax: SoftmaxResult
    ranking: Ranking


def answer_of(task: str, name: str, tensor_f32: npt.NDArray[np.float32]) -> Answer:
    """Send a prepared picture, (C, H, W), through the network `name`.

    Raises
    ------
    ModelError, WeightsError
        If the network cannot be loaded or does not take such a picture.
    """
    from cnnviz.trace.activations import activations

    run = activations(cache.cached_net(task, name), tensor_f32)
    scores = softmax(run.logits)
    return Answer(registry.card(task, name), run, scores, rank(scores))


def labels_of(page: Page, card: Card) -> list[str]:
    """Return the classes in the reader's language, in the order of the logits."""
    return [page.t(f"classes.{key}") for key in card.classes]


def answer_html(page: Page, answer: Answer) -> str:
    """Return the guesses, large, and a bar a class."""
    labels = labels_of(page, answer.card)
    words = {kind: page.t(f"predict.{kind}") for kind in ("first", "second")}
    guesses = predictions.answer_html(answer.softmax, answer.ranking, labels=labels, words=words)
    return guesses + predictions.bars_html(answer.softmax, answer.ranking, labels=labels)


def doubt_html(page: Page, answer: Answer) -> str:
    """Return a sentence on how sure the answer is."""
    ranking, labels = answer.ranking, labels_of(page, answer.card)
    values = {
        "first": labels[ranking.first],
        "second": labels[ranking.second],
        "margin": f"{ranking.margin * 100:.1f}",
        "entropy": f"{ranking.entropy_bits:.2f}",
        "most": f"{np.log2(len(labels)):.2f}",
    }
    sentence = predictions.marked_html(page.t(f"predict.doubt_{ranking.doubt}", **values))
    if ranking.doubt == "none":
        sentence += " " + predictions.marked_html(page.t("predict.always_one", count=len(labels)))
    return f"<div class='doubt {ranking.doubt}' role='status'>{sentence}</div>"


def truth_html(page: Page, answer: Answer, label: str | None) -> str:
    """Return whether the first guess is the label of the picture; nothing where there is none."""
    if label not in answer.card.classes:
        return ""
    right = answer.card.classes[answer.ranking.first] == label
    verdict = page.t("predict.right" if right else "predict.wrong")
    text = page.t("predict.true_class", label=page.t(f"classes.{label}"), verdict=verdict)
    return f"<div class='truth'>{predictions.marked_html(text)}</div>"


def draw_facts(page: Page, card: Card) -> None:
    """Name the size of a network and how often it is right, with its 95 % interval."""
    share = card.test
    percent = {key: f"{getattr(share, key) * 100:.2f} %" for key in ("low", "high")}
    st.caption(
        page.t(
            "predict.facts",
            parameters=f"{card.parameters:,}",
            accuracy=f"{share.value * 100:.2f} %",
            count=f"{share.count:,}",
            **percent,
        )
    )
