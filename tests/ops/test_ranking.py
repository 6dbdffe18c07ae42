"""The ranking agrees with the softmax it is taken from."""

import math

import pytest

from cnnviz.ops.ranking import rank
from cnnviz.ops.softmax import softmax


def test_order_is_by_probability():
    assert rank(softmax([1, 5, 3])).order == (1, 2, 0)


def test_equal_classes_keep_their_order():
    assert rank(softmax([2, 2, 2])).order == (0, 1, 2)


def test_entropy_is_greatest_where_all_are_equal():
    ranking = rank(softmax([0] * 10))
    assert ranking.entropy_bits == pytest.approx(math.log2(10))
    assert ranking.spread == pytest.approx(1)


def test_entropy_is_zero_where_one_has_everything():
    assert rank(softmax([1000, 0, 0])).entropy_bits == 0


@pytest.mark.parametrize(
    ("logits", "doubt"),
    [
        ([9, 0, 0], "none"),
        ([9, 9.2, 0, 0, 0, 0, 0, 0, 0, 0], "close"),
        ([9, 8.25, 7.4, 0, 0, 0, 0, 0, 0, 0], "close"),  # 60 %, 28 %, 12 %
        ([1, 1, 1], "spread"),
    ],
)
def test_doubt(logits, doubt):
    assert rank(softmax(logits)).doubt == doubt
