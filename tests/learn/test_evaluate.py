"""Counting right and wrong answers, on numbers small enough to check by hand."""

import numpy as np
import pytest
from torch import nn

from cnnviz.errors import RangeError
from cnnviz.learn import evaluate as evaluating
from cnnviz.learn.evaluate import Evaluation, evaluate, probabilities, separation
from cnnviz.zoo.measures import Share

FOUR = Evaluation(
    np.array([0, 0, 1, 1]), np.array([[0.9, 0.1], [0.4, 0.6], [0.3, 0.7], [0.0, 1.0]], np.float32)
)


def test_right_wrong_and_confusion() -> None:
    assert (FOUR.share.right, FOUR.share.count) == (3, 4)
    assert FOUR.confusion.tolist() == [[1, 1], [0, 2]]
    assert FOUR.wrong.tolist() == [1]
    assert FOUR.of_class(0).value == 0.5


def test_a_class_without_pictures_has_no_share() -> None:
    assert Evaluation(np.array([0]), np.array([[0.8, 0.2]], np.float32)).of_class(1) is None


def test_calibration_error_is_the_mean_gap_of_confidence_and_accuracy() -> None:
    # each picture in a bin of its own: |0.9 - 1| + |0.6 - 0| + |0.7 - 1| + |1 - 1|, over 4
    assert FOUR.calibration_error == pytest.approx(0.25)


def test_groups_are_pictures_of_like_confidence() -> None:
    probs = np.array([[0.91, 0.09], [0.93, 0.07], [0.55, 0.45]], np.float32)
    unsure, sure = Evaluation(np.array([0, 1, 0]), probs).groups
    assert (sure.share, unsure.share) == (Share(1, 2), Share(1, 1))
    assert (sure.confidence, unsure.confidence) == pytest.approx((0.92, 0.55))


def test_top_two_counts_the_second_guess() -> None:
    three = Evaluation(
        np.array([0, 1, 2]), np.array([[0.5, 0.3, 0.2], [0.5, 0.3, 0.2], [0.4, 0.4, 0.2]], np.float32)
    )
    assert (three.share.right, three.top2.right, three.top2.count) == (1, 2, 3)
    assert [share.right for share in three.by_class] == [1, 0, 0]


def test_separation_is_the_area_under_the_roc_curve() -> None:
    random = np.random.default_rng(0)
    known, other = np.round(random.normal(1, 1, 40), 1), np.round(random.normal(0, 1, 30), 1)  # with ties
    levels = np.unique(np.concatenate([known, other, [-9, 9]]))
    hits, alarms = ([(scores >= level).mean() for level in levels] for scores in (known, other))
    area = -np.trapezoid(hits, alarms)  # falling alarms
    assert separation(known, other).auroc == pytest.approx(area)
    assert separation(other, known).auroc == pytest.approx(1 - area)


def test_an_empty_sheet_scores_below_everything() -> None:
    assert separation([0.0], [-np.inf, -np.inf]).auroc == 1


def test_batches_do_not_change_the_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    net = nn.Sequential(nn.Flatten(), nn.Linear(4, 3)).eval()
    inputs = np.random.default_rng(0).random((7, 1, 2, 2), np.float32)
    whole = probabilities(net, inputs)
    np.testing.assert_allclose(whole.sum(1), 1, atol=1e-6)
    for pixels, sizes in ((8, [2, 2, 2, 1]), (1, [1] * 7)):
        monkeypatch.setattr(evaluating, "AT_ONCE_PX", pixels)
        assert [len(batch) for batch in evaluating.batches_of(inputs)] == sizes
        np.testing.assert_allclose(probabilities(net, inputs), whole, atol=1e-6)


def test_nothing_to_measure_is_explained() -> None:
    with pytest.raises(RangeError, match="no pictures"):
        evaluate(nn.Identity(), np.zeros((0, 1, 2, 2), np.float32), [])
