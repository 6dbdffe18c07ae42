"""Every suite of a model at once, on a slice of its pictures."""

from pathlib import Path

import numpy as np
import pytest

from cnnviz.learn import suites
from cnnviz.learn.evaluate import evaluate
from cnnviz.learn.measure import ablation, measure
from cnnviz.zoo import registry
from cnnviz.zoo.measures import GateWeights

INK = GateWeights("flatten", np.ones(784, np.float32), 0.0)  # asks for much ink


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take few pictures of each suite."""
    batches, strange = suites.batches, suites.strange_inputs
    monkeypatch.setattr(suites, "AT_ONCE", 40)
    monkeypatch.setattr(suites, "batches", lambda *args, **more: batches(*args, **{**more, "every": 100}))
    monkeypatch.setattr(suites, "strange_inputs", lambda *args: strange(*args, every=25))


@pytest.mark.usefixtures("few")
def test_each_suite_is_evaluated_and_known_ones_are_separated(data_dir: Path) -> None:
    net, card = registry.load("digits", "mlp"), registry.card("digits", "mlp")
    found = measure(net, card, data_dir, gate=INK)
    assert {name: result.share.count for name, result in found.suites.items()} == {"test": 100, "strokes": 15}
    separated = found.separations["strange"]
    assert (separated.known, separated.other) == (115, 50)
    expected = evaluate(net, *suites.inputs(card, "strokes", data_dir))
    np.testing.assert_array_equal(found.suites["strokes"].probs, expected.probs)


@pytest.mark.usefixtures("few")
def test_empty_sheets_score_below_all(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    net, card = registry.load("digits", "mlp"), registry.card("digits", "mlp")
    full = np.full((6, 1, 28, 28), 3, np.float32)  # much ink, called empty
    monkeypatch.setattr(suites, "strange_inputs", lambda *_: (full, np.ones(6, bool)))
    assert measure(net, card, data_dir, gate=INK, names=["test"]).separations["strange"].auroc == 1
    monkeypatch.setattr(suites, "strange_inputs", lambda *_: (full, np.zeros(6, bool)))
    assert measure(net, card, data_dir, gate=INK, names=["test"]).separations["strange"].auroc == 0


def test_without_a_gate_nothing_is_separated(data_dir: Path) -> None:
    net, card = registry.load("rps", "small"), registry.card("rps", "small")
    assert not measure(net, card, data_dir, names=["test"]).separations


@pytest.mark.usefixtures("few")
def test_ablation_switches_each_step_off_alone(data_dir: Path) -> None:
    net, card = registry.load("digits", "mlp"), registry.card("digits", "mlp")
    found = ablation(net, card, "strokes", data_dir)
    assert list(found) == ["polarity", "box", "fit", "contrast", "centre", "normalise"]
    inputs, labels = suites.inputs(card, "strokes", data_dir, off=frozenset({"polarity"}))
    assert found["polarity"] == evaluate(net, inputs, labels).share
    assert found["polarity"].right < evaluate(net, *suites.inputs(card, "strokes", data_dir)).share.right
