"""Changing a picture step by step: what each kind does, and that answers are the networks'."""

import numpy as np
import pytest
import torch

from cnnviz.errors import ChoiceError, RangeError, ShapeError
from cnnviz.explain.sweep import KINDS, Contestant, perturb, sweep


@pytest.fixture
def grey():
    """Return a 10×10 picture with a bright patch, dark at the border."""
    picture = np.zeros((1, 10, 10), dtype=np.float32)
    picture[0, 3:6, 4:7] = np.arange(1, 10).reshape(3, 3) / 9
    return picture


@pytest.mark.parametrize("kind", [name for name in KINDS if name != "recolour"])
def test_neutral_amount_changes_nothing(grey, kind):
    np.testing.assert_allclose(perturb(grey, kind, [KINDS[kind].neutral])[0], grey, atol=1e-5)


def test_neutral_hue_keeps_colours():
    colour = np.random.default_rng(0).random((3, 4, 5))
    np.testing.assert_allclose(perturb(colour, "recolour", [0, 360]), [colour, colour], atol=1e-3)


@pytest.mark.parametrize(("kind", "axis"), [("shift_down", 1), ("shift_right", 2)])
def test_shift(grey, kind, axis):
    np.testing.assert_allclose(perturb(grey, kind, [0.2])[0], np.roll(grey, 2, axis), atol=1e-5)


def test_turn_is_anticlockwise(grey):
    np.testing.assert_allclose(perturb(grey, "rotate", [90])[0], np.rot90(grey, axes=(1, 2)), atol=1e-4)


def test_turn_of_a_wide_picture_does_not_shear():
    wide = np.zeros((1, 20, 40), dtype=np.float32)
    wide[0, 8:12, 16:24] = 1
    turned = perturb(wide, "rotate", [90])[0, 0]
    assert turned[6:14, 18:22].mean() == pytest.approx(1, abs=0.01)
    assert turned.sum() == pytest.approx(32, rel=0.02)


def test_scale_makes_larger(grey):
    assert perturb(grey, "scale", [0.5, 1, 1.5]).sum((1, 2, 3)).diff().min() > 1


def test_what_moves_in_is_the_border():
    light = np.ones((3, 6, 6), dtype=np.float32) * 0.8
    np.testing.assert_allclose(perturb(light, "shift_right", [0.3])[0], light, atol=1e-6)


def test_invert_cover_noise_and_colour(grey):
    np.testing.assert_allclose(perturb(grey, "invert", [1])[0], 1 - grey, atol=1e-6)
    covered = perturb(grey, "cover", [0.4])[0, 0]
    assert (covered[3:7, 3:7] == 0.5).all()
    assert covered.ne(torch.from_numpy(grey[0])).sum() <= 16
    np.testing.assert_allclose(perturb(grey, "recolour", [120])[0], 0.587 * grey, atol=1e-6)
    assert torch.equal(perturb(grey, "noise", [0.3], seed=1), perturb(grey, "noise", [0.3], seed=1))
    assert not torch.equal(perturb(grey, "noise", [0.3], seed=1), perturb(grey, "noise", [0.3], seed=2))


def test_hue_turn_keeps_grey_and_moves_red():
    picture = np.stack([np.full((2, 2), v) for v in (0.6, 0.3, 0.3)])
    turned = perturb(picture, "recolour", [120])[0, :, 0, 0]
    assert turned.argmax() == 1
    np.testing.assert_allclose(perturb(np.full((3, 2, 2), 0.4), "recolour", [77])[0], 0.4, atol=1e-3)


def test_answers_are_the_networks(net):
    picture = np.random.default_rng(0).random((3, 12, 12))[:1].repeat(1, 0)
    two = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 1), *net.children())
    found = sweep(
        {"a": Contestant(two, (0.2,), (0.5,)), "b": Contestant(two)}, picture, "rotate", amounts=[0, 45]
    )
    seen = (torch.from_numpy(found.pictures) - 0.2) / 0.5
    np.testing.assert_allclose(found.probs["a"], two(seen).softmax(1).detach(), atol=1e-6)
    assert found.probs["b"].shape == (2, 5)
    assert not np.allclose(found.probs["a"], found.probs["b"])


def test_each_network_gets_pictures_of_its_size():
    picture = np.random.default_rng(0).random((1, 12, 12))
    dense = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(36, 5))
    found = sweep({"a": Contestant(dense, size=(6, 6))}, picture, "rotate", amounts=[0])
    small = torch.nn.functional.avg_pool2d(torch.from_numpy(found.pictures), 2)
    np.testing.assert_allclose(found.probs["a"], dense(small).softmax(1).detach(), atol=0.02)


def test_whole_range_by_default(net, grey):
    found = sweep({}, grey, "rotate")
    assert (found.amounts[0], found.amounts[-1], len(found.pictures)) == (-180, 180, 41)


def test_illegal_changes(grey):
    with pytest.raises(ChoiceError, match="rotate"):
        perturb(grey, "rotat", [0])
    with pytest.raises(RangeError, match="amount"):
        perturb(grey, "scale", [9])
    with pytest.raises(ShapeError, match="1 channel"):
        perturb(np.zeros((2, 4, 4)), "noise", [0])
