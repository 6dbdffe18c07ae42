"""Every accuracy on every card is measured again: a slice always, everything in the slow run.

One picture may change sides between processors, as float32 sums are rounded in another order.
"""

from pathlib import Path

import numpy as np
import pytest

from cnnviz.learn.evaluate import evaluate
from cnnviz.learn.suites import inputs
from cnnviz.zoo import registry

EVERY = [(task, name) for task in registry.TASKS for name in registry.names(task)]
SUITES = [(task, name, suite) for task, name in EVERY for suite in registry.card(task, name).suites]
STEP = 20  # 500 of 10,000 pictures


@pytest.mark.parametrize(("task", "name"), EVERY)
def test_a_slice_is_misread_as_the_card_says(data_dir: Path, task: str, name: str) -> None:
    card, metrics = registry.card(task, name), registry.metrics(task, name)
    step = STEP if task != "rps" else 3
    result = evaluate(registry.load(task, name), *inputs(card, "test", data_dir, every=step))
    wanted = set(metrics.wrong[metrics.wrong % step == 0].tolist())
    assert len(wanted ^ set((result.wrong * step).tolist())) <= 1


@pytest.mark.slow
@pytest.mark.parametrize(("task", "name", "suite"), SUITES)
def test_every_number_is_measured_again(data_dir: Path, task: str, name: str, suite: str) -> None:
    card = registry.card(task, name)
    result = evaluate(registry.load(task, name), *inputs(card, suite, data_dir))
    assert result.share.count == card.suites[suite].count
    assert abs(result.share.right - card.suites[suite].right) <= 2
    if suite == "test":
        moved = np.abs(result.confusion - registry.metrics(task, name).confusion).sum()
        assert moved <= 4
