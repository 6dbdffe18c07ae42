"""The pictures that excite a unit most are those of a search by hand."""

import numpy as np
import pytest
import torch

from cnnviz.errors import RangeError
from cnnviz.explain.exciting import most_exciting


@pytest.fixture
def pictures():
    return np.random.default_rng(0).normal(size=(20, 2, 12, 12)).astype(np.float32)


def test_best_of_a_map(net, pictures):
    *_, last = most_exciting(net, np.split(pictures, 4), layer="conv2", unit=3, keep=5)
    part = net[:5](torch.from_numpy(pictures))[:, 3].detach().numpy()
    peaks = part.max((1, 2))
    assert [one.index for one in last.best] == np.argsort(-peaks)[:5].tolist()
    one = last.best[0]
    assert one.value == pytest.approx(part[one.index, one.row, one.col])
    assert (one.field.top, one.field.size) == (2 * one.row, (8, 8))


def test_best_of_a_vector_and_progress(net, pictures):
    steps = list(most_exciting(net, np.split(pictures, 4), layer="dense2", unit=0))
    assert [step.done for step in steps] == [5, 10, 15, 20]
    assert [len(step.best) for step in steps] == [5, 9, 9, 9]
    logits = net(torch.from_numpy(pictures))[:, 0].detach().numpy()
    assert [one.index for one in steps[-1].best] == np.argsort(-logits)[:9].tolist()


def test_of_equal_ones_the_first_counts(net, pictures):
    same = np.repeat(pictures[:1], 6, 0)
    *_, last = most_exciting(net, [same[:3], same[3:]], layer="conv1", unit=0, keep=2)
    assert [one.index for one in last.best] == [0, 1]


def test_unknown_unit(net, pictures):
    with pytest.raises(RangeError, match="unit"):
        next(most_exciting(net, [pictures], layer="conv1", unit=4))
