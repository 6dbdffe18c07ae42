"""Everything that is measured of one model at once: each suite, and how well its gate separates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from torch import nn

from cnnviz.learn import suites
from cnnviz.learn.evaluate import Evaluation, evaluate, joined, probabilities, separation
from cnnviz.learn.gate import features, scores
from cnnviz.zoo.cards import Card
from cnnviz.zoo.measures import GateWeights, Separation, Share

F64 = npt.NDArray[np.float64]

KNOWN = ("test", "strokes", "people")  # suites whose pictures the gate has to let pass


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What was measured of a model.

    Parameters
    ----------
    suites : mapping of str to Evaluation
        Its answers, suite by suite.
    separations : mapping of str to Separation
        How well its gate tells the suites in `KNOWN` from a suite of strange pictures.
    """

    suites: Mapping[str, Evaluation]
    separations: Mapping[str, Separation]


def measure(
    net: nn.Sequential,
    card: Card,
    folder: Path,
    *,
    gate: GateWeights | None = None,
    names: Sequence[str] | None = None,
) -> Measured:
    """Return the answers of a model to every suite at hand.

    Parameters
    ----------
    net : nn.Sequential
        The model of `card`, in eval mode; only read.
    card : Card
        Says how pictures are prepared.
    folder : Path
        Where the data sets are.
    gate : GateWeights, optional
        Of the same model; left out, nothing is separated.
    names : sequence of str, optional
        Which suites; every one at hand if left out.

    Raises
    ------
    DataError
        If the pictures of a named suite are not in `folder`; or, with no suite named, if there are none.
    """
    chosen = suites.names(card.task, folder) or ("test",) if names is None else names
    found: dict[str, Evaluation] = {}
    known: list[F64] = []
    for name in chosen:
        parts = []
        for inputs, labels in suites.batches(card, name, folder):
            parts.append((labels, probabilities(net, inputs)))
            if gate and name in KNOWN:
                known.append(scores(features(net, gate.layer, inputs), gate))
        found[name] = Evaluation(*map(np.concatenate, zip(*parts, strict=True)))
    separated = {}
    if gate and known and card.task in suites.STRANGE:
        strange = _strange_scores(net, card, folder, gate)
        separated[suites.STRANGE[card.task][0]] = separation(np.concatenate(known), strange)
    return Measured(MappingProxyType(found), MappingProxyType(separated))


def measure_ensemble(
    members: Sequence[tuple[nn.Sequential, Card]],
    folder: Path,
    *,
    gate: GateWeights | None = None,
    names: Sequence[str] | None = None,
) -> Measured:
    """Return the answers of an ensemble of networks, each with its card, as `measure` does for one.

    Each is asked about pictures of its `Card.forms` only; the first about every one. `gate` is that of the
    first: it alone says whether a picture shows one of the classes at all.
    """
    first = measure(*members[0], folder, gate=gate, names=names)
    each = {name: [result] for name, result in first.suites.items()}
    for net, card in members[1:]:
        asked = [name for name in each if suites.form_of_suite(card.task, name) in card.forms]
        for name, result in measure(net, card, folder, names=asked).suites.items():
            each[name].append(result)
    found = {name: joined(results) for name, results in each.items()}
    return Measured(MappingProxyType(found), first.separations)


def _strange_scores(net: nn.Sequential, card: Card, folder: Path, gate: GateWeights) -> F64:
    inputs, is_empty = suites.strange_inputs(card, folder)
    return np.where(is_empty, -np.inf, scores(features(net, gate.layer, inputs), gate))


def ablation(net: nn.Sequential, card: Card, suite: str, folder: Path) -> dict[str, Share]:
    """Return the accuracy on `suite` with each single step of the preparation switched off.

    Steps that are off anyway, and those without which the picture would not fit the network, are left out.
    """
    recipe = card.recipe(suites.form_of_suite(card.task, suite))
    usual = recipe.off or frozenset()
    steps = [step for step in recipe.switchable if recipe.is_on(step)]
    return {
        step: evaluate(net, *suites.inputs(card, suite, folder, off=usual | {step})).share for step in steps
    }
