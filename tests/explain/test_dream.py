"""Drawing what a unit wants: the unit gets more of it, the seed repeats it, one can stop."""

from itertools import islice

import numpy as np
import pytest
import torch
from torch import nn

from cnnviz.errors import ModelError, RangeError
from cnnviz.explain.dream import DreamSpec, dream

SHAPE = (2, 12, 12)


@pytest.mark.parametrize("layer", ["conv1", "relu2", "dense2"])
def test_activation_rises(net, layer):
    steps = list(dream(net, SHAPE, layer=layer, unit=1, spec=DreamSpec(steps=30, smooth=0.0)))
    assert len(steps) == 31
    assert steps[-1].activation > steps[0].activation + 0.04


def test_activation_is_the_units_mean(net):
    spec = DreamSpec(steps=2, mean=(0.5, 0.2), std=(2.0, 3.0))
    last = list(dream(net, SHAPE, layer="conv1", unit=1, spec=spec))[-1]
    seen = (last.picture - np.array([[[0.5]], [[0.2]]])) / np.array([[[2.0]], [[3.0]]])
    output = net.conv1(torch.from_numpy(seen).float()[None])[0, 1]
    assert last.activation == pytest.approx(output.mean().item(), abs=1e-5)
    assert 0 <= last.picture.min() <= last.picture.max() <= 1


def test_picture_wanted_by_one_kernel_is_the_sign_of_its_weights():
    net = nn.Sequential(nn.Conv2d(1, 1, 4))
    last = list(dream(net, (1, 4, 4), layer="0", unit=0, spec=DreamSpec(steps=200, smooth=0, jitter=0)))[-1]
    np.testing.assert_array_equal(last.picture > 0.5, (net[0].weight[0] > 0).numpy())


def test_same_seed_same_picture(net):
    runs = [
        list(dream(net, SHAPE, layer="relu2", unit=0, spec=DreamSpec(steps=3, seed=s))) for s in (1, 1, 2)
    ]
    np.testing.assert_array_equal(runs[0][-1].picture, runs[1][-1].picture)
    assert (runs[0][-1].picture != runs[2][-1].picture).any()


def test_steps_taken_one_at_a_time_keep_their_pictures(net):
    first, second = islice(dream(net, SHAPE, layer="conv1", unit=0), 2)
    assert (first.step, second.step, second.steps) == (0, 1, 100)
    assert (first.picture != second.picture).any()


def test_illegal_wishes(net):
    with pytest.raises(RangeError, match="unit"):
        next(dream(net, SHAPE, layer="conv1", unit=4))
    with pytest.raises(RangeError, match="steps"):
        DreamSpec(steps=0)
    with pytest.raises(ModelError, match="does not accept"):
        next(dream(net, (1, 12, 12), layer="conv1", unit=0))
