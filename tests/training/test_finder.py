"""Scenes to find hands in: the square told is where the hand was pasted; the targets peak there."""

import numpy as np
import pytest
import torch

from cnnviz.images.finder import network, weights
from training import finder, hands, landmarks, scenes

COUNT = 60


@pytest.fixture(scope="module")
def made(module_patch: pytest.MonkeyPatch) -> scenes.Scene:
    """Return scenes of hands that are pure red, before black, without arms and blobs, light as it is."""
    planes = torch.zeros(12, 5, 128, 128, dtype=torch.uint8)
    planes[:, 0, 32:96, 32:96], planes[:, 3:, 32:96, 32:96] = 255, 255
    corners = torch.tensor([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
    joints = corners[torch.arange(21) % 4].expand(12, 21, 2).clone()
    names = np.array(["made"] * 12)
    module_patch.setattr(scenes, "ARMS", 0.0)
    maker = scenes.Scenes(hands.Hands(planes, torch.zeros(12).long(), joints, names, names), {"made": 1.0})
    maker.rooms = torch.zeros(1, 3, scenes.SIDE, scenes.SIDE, dtype=torch.uint8)
    maker.light = maker.spoil = lambda pictures, _: pictures
    module_patch.setattr(maker, "_distracted", lambda pictures, *_: pictures)
    return maker.batch(COUNT, torch.Generator().manual_seed(1))


@pytest.fixture(scope="module")
def module_patch():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def test_the_square_lies_around_the_hand(made: scenes.Scene) -> None:
    checked = 0
    for picture, middle, side in zip(made.pictures, made.middle, made.side, strict=True):
        rows, cols = (np.flatnonzero((picture[0] > 0.5).any(axis)) for axis in (1, 0))
        edge = len(rows) and (min(rows[0], cols[0]) == 0 or max(rows[-1], cols[-1]) == scenes.SIDE - 1)
        if side.isnan() or edge or side < 0.2:
            continue
        seen = np.array([cols[0] + cols[-1] + 1, rows[0] + rows[-1] + 1]) / (2 * scenes.SIDE)
        np.testing.assert_allclose(middle.numpy(), seen, atol=0.02)
        assert float(side) / hands.HAND == pytest.approx(max(len(rows), len(cols)) / scenes.SIDE, abs=0.03)
        checked += 1
    assert checked > 10


def test_some_scenes_show_no_hand(made: scenes.Scene) -> None:
    bare = made.side.isnan()
    assert 0 < bare.sum() < COUNT / 2
    near, _ = finder.targets(made)
    assert (near[bare] == 0).all()
    assert ((near == 1).flatten(1).sum(1) == (~bare).long()).all()


def test_targets_lead_back_to_the_middle(made: scenes.Scene) -> None:
    near, numbers = finder.targets(made)
    for place in (~made.side.isnan()).nonzero()[:, 0].tolist():
        row, col = np.unravel_index(int(near[place].argmax()), near[place].shape)
        log_side, down, right = numbers[place, :, row, col].tolist()
        assert np.exp(log_side) == pytest.approx(float(made.side[place]), rel=1e-4)
        wanted = made.middle[place].numpy() * finder.CELLS
        np.testing.assert_allclose((col + 0.5 + right, row + 0.5 + down), wanted, atol=1e-3)


def test_a_perfect_answer_costs_least(made: scenes.Scene) -> None:
    near, numbers = finder.targets(made)
    perfect = torch.cat([torch.where(near == 1, 9.0, -9.0)[:, None], numbers], 1)
    good = finder.loss(perfect, near, numbers)
    for worse in (-perfect, perfect + torch.tensor([0, 1.0, 0, 0])[:, None, None]):
        assert finder.loss(worse, near, numbers) > good + 0.5


def palms() -> list[tuple[np.ndarray, ...]]:
    """Return layers as the palm detector's file has them, in its order, with its last layers."""
    random = np.random.default_rng(5)

    def conv(out: int, into: int, side: int) -> tuple[np.ndarray, ...]:
        return random.normal(0, 0.05, (out, into, side, side)).astype(np.float32), np.zeros(out, np.float32)

    def slope(channels: int) -> tuple[np.ndarray, ...]:
        return (np.full(channels, 0.1, np.float32),)

    def block(into: int, out: int) -> list[tuple[np.ndarray, ...]]:
        return [conv(into, 1, 5), conv(out, into, 1), slope(out)]

    found, into = [conv(32, 3, 5), slope(32)], 32
    for stage, width in enumerate((32, 64, 128, 256, 256)):
        found += (block(into, width) if stage else []) + 3 * block(width, width)
        into = width
    for width, heads in ((256, (6, 108)), (128, (2, 36))):
        found += [conv(width, into, 1), slope(width), *(2 * block(width, width))]
        found += [conv(out, width, 1) for out in heads]
        into = width
    return found


def test_the_palm_detector_is_the_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landmarks, "layers", lambda _: palms())
    parameters = finder.beginning()
    shipped = weights()
    assert {name: value.shape for name, value in parameters.items()} == {
        name: value.shape for name, value in shipped.items()
    }
    said = network(torch.rand(2, 3, 96, 128), parameters)
    assert said.shape == (2, 4, 12, 16)
    assert (said[:, 0].sigmoid() < 0.2).all()


def test_what_the_palm_detector_sees_stays_as_it_is() -> None:
    learned = {name.split(".")[0] for name in weights() if not name.startswith(finder.FROZEN)}
    assert learned == {"up3", "risen3", "up2", "risen2", "head"}
