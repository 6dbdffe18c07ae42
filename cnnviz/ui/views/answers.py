"""One network's answer to one prepared picture: every layer's output, the softmax, the guesses."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import streamlit as st

from cnnviz.figures import predictions
from cnnviz.images.prepare import Recipe
from cnnviz.ops.ensemble import together
from cnnviz.ops.ranking import Ranking, rank
from cnnviz.ops.softmax import SoftmaxResult, softmax
from cnnviz.ui import cache, controls
from cnnviz.ui.frame import Page
from cnnviz.zoo import registry
from cnnviz.zoo.cards import REAL_USE, Card
from cnnviz.zoo.measures import Share, about_as_sure

if TYPE_CHECKING:
    from cnnviz.trace.activations import Activations
    from cnnviz.zoo.imagenet_weights import PhotoNet


def network_name(page: Page, card: Card) -> str:
    """Return how the network of `card` is called, and whether an ensemble, unlike itself, turns the hand."""
    name = controls.choice_text(page, "model", card.name)
    return page.t("predict.ensemble.upright", name=name) if _is_turned(card) else name


def _is_turned(card: Card) -> bool:
    """Return whether an ensemble shows this network hands upright that alone sees them as they are."""
    return card.upright != registry.card(card.task, card.name).upright


@dataclass(frozen=True, slots=True)
class Belonging:
    """Whether a picture shows one of the classes at all: its probability, and from where on it is a yes."""

    prob: float
    threshold: float

    @property
    def is_yes(self) -> bool:
        """Whether it seems to show one."""
        return self.prob >= self.threshold


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
    belongs : Belonging or None
        Whether the picture shows one of the classes at all; None where the network cannot tell.
    members : tuple of Answer
        Of an ensemble: the answers that it puts together. Its activations are those of the first.
    """

    card: Card
    activations: "Activations"
    softmax: SoftmaxResult
    ranking: Ranking
    belongs: Belonging | None = None
    members: tuple["Answer", ...] = ()

    @property
    def networks(self) -> tuple["Answer", ...]:
        """Answers of single networks: the members of an ensemble, or itself alone."""
        return self.members or (self,)

    @property
    def is_foreign(self) -> bool:
        """Whether the picture seems to show none of the classes."""
        return self.belongs is not None and not self.belongs.is_yes


@dataclass(frozen=True, slots=True, eq=False)
class PhotoAnswer:
    """What a network trained on ImageNet makes of a photo; as `Answer`, with what torchvision publishes."""

    card: "PhotoNet"
    activations: "Activations"
    softmax: SoftmaxResult
    ranking: Ranking


def answer_of(card: Card, tensor_f32: npt.NDArray[np.float32]) -> Answer:
    """Send a picture prepared as `card` says, (C, H, W), through its network.

    Raises
    ------
    ModelError, WeightsError
        If the network cannot be loaded or does not take such a picture.
    """
    net = card.task, card.name
    run = cache.cached_activations(net, cache.digest_of(tensor_f32), _tensor_f32=tensor_f32)
    scores = softmax(run.logits)
    return Answer(card, run, scores, rank(scores), _belonging(card, run))


def joined(card: Card, members: Sequence[Answer]) -> Answer:
    """Return the answer of the ensemble of `card`: what its members say together.

    Whether the picture shows one of the classes at all, the first of them says alone.
    """
    roots = together([member.softmax.probs for member in members]).roots
    scores = softmax(np.log(roots))  # the roots, divided by their sum
    first = members[0]
    return Answer(card, first.activations, scores, rank(scores), first.belongs, tuple(members))


def _belonging(card: Card, run: "Activations") -> Belonging | None:
    """Return what the gate makes of activations that are there already: no second forward pass."""
    weights = cache.cached_gate(card.task, card.name) if card.gate else None
    if card.gate is None or weights is None:
        return None
    from cnnviz.learn.gate import belonging_of

    prob = float(belonging_of(run[weights.layer][None], weights)[0])
    return Belonging(prob, card.gate.threshold)


def labels_of(page: Page, card: Card) -> list[str]:
    """Return the classes in the reader's language, in the order of the logits."""
    return [page.t(f"classes.{key}") for key in card.classes]


def answer_html(page: Page, answer: Answer) -> str:
    """Return whether it is one of the classes at all, the guesses, large, and a bar a class."""
    labels = labels_of(page, answer.card)
    words = {kind: page.t(f"predict.{kind}") for kind in ("first", "second")}
    guesses = predictions.answer_html(answer.softmax, answer.ranking, labels=labels, words=words)
    bars = predictions.bars_html(answer.softmax, answer.ranking, labels=labels)
    kind = "foreign" if answer.is_foreign else "known"
    return f"{_belongs_html(page, answer)}<div class='{kind}'>{guesses}{bars}</div>"


def _belongs_html(page: Page, answer: Answer) -> str:
    if answer.belongs is None:
        return ""
    belongs, ranking, labels = answer.belongs, answer.ranking, labels_of(page, answer.card)
    kind = "no" if not belongs.is_yes else "yes" if ranking.doubt == "none" else "unsure"
    words = {
        "ask": page.t("gate.ask"),
        "say": page.t(f"gate.{kind}", first=labels[ranking.first], second=labels[ranking.second]),
        "mark": page.t("predict.gate_mark", percent=f"{100 * belongs.threshold:.0f}"),
    }
    return predictions.belonging_html(belongs.prob, belongs.threshold, kind=kind, words=words)


def doubt_html(page: Page, answer: Answer) -> str:
    """Return a sentence on how sure the answer is, and on what the bars cannot say."""
    ranking, labels = answer.ranking, labels_of(page, answer.card)
    values = {
        "count": len(labels),
        "first": labels[ranking.first],
        "second": labels[ranking.second],
        "margin": f"{ranking.margin * 100:.1f}",
        "entropy": f"{ranking.entropy_bits:.2f}",
        "most": f"{np.log2(len(labels)):.2f}",
    }
    keys = _doubt_keys(answer)
    sentences = " ".join(predictions.marked_html(page.t(f"predict.{key}", **values)) for key in keys)
    kind = ranking.doubt if answer.belongs is None else "none"  # else it is said at the top
    return f"<div class='doubt {kind}' role='status'>{sentences}</div>"


def _doubt_keys(answer: Answer) -> tuple[str, ...]:
    """Return which sentences are said; of a picture of something else, only that softmax picks a class."""
    if answer.is_foreign:
        return ("shares_out",)
    doubt = answer.ranking.doubt
    if answer.belongs is not None:
        return (f"doubt_{doubt}", "separate") if doubt == "none" else (f"doubt_{doubt}",)
    after = {"none": ("always_one",), "spread": ("perhaps_none",)}.get(doubt, ())
    return (f"doubt_{doubt}", *after)


def record_html(page: Page, answer: Answer, recipes: Sequence[Recipe | None]) -> str:
    """Return how often the network was right when it was about as sure of a picture of the same kind.

    Nothing is said of a kind that was not measured, nor of a picture prepared in another way than those;
    `recipes` holds the preparation for each of `answer.networks`.
    """
    card = answer.card
    suites = {_suite_like(one.card, recipe) for one, recipe in zip(answer.networks, recipes, strict=True)}
    suite = suites.pop() if len(suites) == 1 else ""
    share = about_as_sure(card.groups.get(suite, ()), answer.ranking.confidence)
    said = ""
    if share and not answer.is_foreign:
        said = page.t(f"predict.record.{suite}", right=f"{share.right:,}", count=f"{share.count:,}")
    return f"<div class='record'>{predictions.marked_html(said)}</div>"


def _suite_like(card: Card, recipe: Recipe | None) -> str:
    """Return the suite whose pictures had this form and were prepared so; nothing if there is none."""
    from cnnviz.learn.suites import form_of_suite

    if recipe is None or recipe != card.recipe(recipe.form):
        return ""
    suites = (REAL_USE[card.task], "test")
    return next((suite for suite in suites if form_of_suite(card.task, suite) == recipe.form), "")


def truth_html(page: Page, answer: Answer, label: str | None) -> str:
    """Return whether the first guess is the label of the picture; nothing where there is none."""
    if label not in answer.card.classes:
        return ""
    right = answer.card.classes[answer.ranking.first] == label
    verdict = page.t("predict.right" if right else "predict.wrong")
    text = page.t("predict.true_class", label=page.t(f"classes.{label}"), verdict=verdict)
    return f"<div class='truth'>{predictions.marked_html(text)}</div>"


def draw_facts(page: Page, card: Card) -> None:
    """Name the size of a network and how often it is right, on its test set and on pictures of real use."""
    if _is_turned(card):  # what its card says was measured otherwise
        st.caption(page.t("predict.ensemble.facts", parameters=f"{card.parameters:,}"))
        return
    lines = [page.t("predict.facts", parameters=f"{card.parameters:,}", **_accuracy(card.test))]
    suite = REAL_USE[card.task]
    if suite in card.suites:
        lines.append(page.t(f"predict.real.{suite}", **_accuracy(card.suites[suite])))
    st.caption("  \n".join(lines))


def _accuracy(share: Share) -> dict[str, str]:
    """Return an accuracy with its 95 % interval, and of how many pictures, as words."""
    values = {"accuracy": share.value, "low": share.low, "high": share.high}
    digits = 2 if share.count > 5000 else 1
    return {"count": f"{share.count:,}"} | {name: f"{100 * v:.{digits}f} %" for name, v in values.items()}
