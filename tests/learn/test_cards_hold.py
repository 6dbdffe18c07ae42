"""Every number on every card is measured again: a slice always, everything in the slow run.

One picture may change sides between processors, as float32 sums are rounded in another order.
"""

from pathlib import Path

import numpy as np
import pytest

from cnnviz.learn.evaluate import evaluate
from cnnviz.learn.measure import ablation, measure, measure_ensemble
from cnnviz.learn.suites import STRANGE, inputs
from cnnviz.zoo import registry
from cnnviz.zoo.cards import REAL_USE

EVERY = [(task, name) for task in registry.TASKS for name in registry.names(task)]
SUITES = [(task, name, suite) for task, name in EVERY for suite in registry.card(task, name).suites]
ABLATIONS = [(task, name, suite) for task, name in EVERY for suite in registry.card(task, name).ablation]
STEP = 20  # 500 of 10,000 pictures


@pytest.mark.parametrize(("task", "name"), EVERY)
def test_a_slice_is_misread_as_the_card_says(data_dir: Path, task: str, name: str) -> None:
    card, metrics = registry.card(task, name), registry.metrics(task, name)
    step = STEP if task != "rps" else 3
    result = evaluate(registry.load(task, name), *inputs(card, "test", data_dir, every=step))
    wanted = set(metrics.wrong[metrics.wrong % step == 0].tolist())
    assert len(wanted ^ set((result.wrong * step).tolist())) <= 1


@pytest.mark.parametrize(("task", "name"), EVERY)
def test_a_card_agrees_with_itself(task: str, name: str) -> None:
    card = registry.card(task, name)
    for suite, shares in card.by_class.items():
        there = [share for share in shares if share]
        total = sum(share.right for share in there), sum(share.count for share in there)
        assert total == (card.suites[suite].right, card.suites[suite].count)
    for suite, share in card.top2.items():
        assert card.suites[suite].right <= share.right <= share.count == card.suites[suite].count
    if card.better:
        assert list(card.better) == ["plain", "prepared", "augmented"]
        assert card.better["augmented"] == card.suites[card.better_suite]


@pytest.mark.parametrize(("task", "name"), EVERY)
def test_a_settled_model_has_every_measurement(task: str, name: str) -> None:
    card = registry.card(task, name)
    if card.calibration is None:
        pytest.skip(f"{task}/{name}: a card from before calibration")
    assert set(card.calibration.errors) == set(card.top2) == set(card.by_class) == set(card.suites)
    assert {name: sum(one.share.count for one in groups) for name, groups in card.groups.items()} == {
        name: share.count for name, share in card.suites.items()
    }
    assert card.speed is not None
    assert (card.gate is not None) == (task in STRANGE)
    assert list(card.separations) == ([STRANGE[task][0]] if task in STRANGE else [])


@pytest.mark.parametrize("task", [task for task in registry.TASKS if "ensemble" in registry.choices(task)])
def test_an_ensemble_is_what_its_members_say_together(data_dir: Path, task: str) -> None:
    card = registry.card(task, "ensemble")
    members = [(registry.load(task, one.name), one) for one in registry.members(task, "ensemble")]
    suite = REAL_USE[task]
    found = measure_ensemble(members, data_dir, names=[suite]).suites[suite]
    assert abs(found.share.right - card.suites[suite].right) <= 1
    assert abs(found.top2.right - card.top2[suite].right) <= 1
    assert found.calibration_error == pytest.approx(card.calibration.errors[suite], abs=0.005)
    assert card.parameters == sum(member.parameters for _, member in members)


@pytest.mark.slow
@pytest.mark.parametrize(("task", "name", "suite"), SUITES)
def test_every_share_is_measured_again(data_dir: Path, task: str, name: str, suite: str) -> None:
    card = registry.card(task, name)
    result = measure(registry.load(task, name), card, data_dir, names=[suite]).suites[suite]
    assert result.share.count == card.suites[suite].count
    assert abs(result.share.right - card.suites[suite].right) <= 2
    if suite == "test":
        moved = np.abs(result.confusion - registry.metrics(task, name).confusion).sum()
        assert moved <= 4
    if card.calibration:
        assert abs(result.top2.right - card.top2[suite].right) <= 2
        pairs = zip(result.by_class, card.by_class[suite], strict=True)
        assert all(a == b or (a and b and abs(a.right - b.right) <= 2) for a, b in pairs)
        # two pictures that change sides move the error by a share of two pictures
        assert result.calibration_error == pytest.approx(
            card.calibration.errors[suite], abs=2 / result.share.count + 5e-4
        )


@pytest.mark.slow
@pytest.mark.parametrize(("task", "name"), [pair for pair in EVERY if registry.card(*pair).gate])
def test_every_separation_is_measured_again(data_dir: Path, task: str, name: str) -> None:
    card, gate = registry.card(task, name), registry.gate(task, name)
    found = measure(registry.load(task, name), card, data_dir, gate=gate).separations
    assert set(found) == set(card.separations)
    for suite, one in found.items():
        assert (one.known, one.other) == (card.separations[suite].known, card.separations[suite].other)
        assert one.auroc == pytest.approx(card.separations[suite].auroc, abs=2e-4)


@pytest.mark.slow
@pytest.mark.parametrize(("task", "name", "suite"), ABLATIONS)
def test_every_ablation_is_measured_again(data_dir: Path, task: str, name: str, suite: str) -> None:
    card = registry.card(task, name)
    found = ablation(registry.load(task, name), card, suite, data_dir)
    assert list(found) == list(card.ablation[suite])
    assert all(abs(share.right - card.ablation[suite][step].right) <= 2 for step, share in found.items())
