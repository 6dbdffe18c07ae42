"""Hands made by code show what their label says, and their joints lie on them."""

from pathlib import Path

import numpy as np
import pytest
import torch

from training import hands, poses, sculptor
from training.sources import CLASSES

TIPS = (8, 12, 16, 20)


@pytest.mark.parametrize(
    ("label", "stretched"), [("rock", (0, 0, 0, 0)), ("paper", (1, 1, 1, 1)), ("scissors", (1, 1, 0, 0))]
)
def test_fingers_are_stretched_as_the_label_says(label: str, stretched: tuple[int, ...]) -> None:
    for seed in range(30):
        bones = poses.posed(label, np.random.default_rng(seed))
        reach = np.linalg.norm(bones.joints[list(TIPS)] - bones.joints[0], axis=1)
        knuckle = np.linalg.norm(bones.joints[[5, 9, 13, 17]] - bones.joints[0], axis=1)
        assert tuple(np.int64(reach > 1.25 * knuckle)) == stretched


def test_a_nearer_hand_is_larger() -> None:
    bones = poses.posed("paper", np.random.default_rng(1))
    near, far = (bones.moved(np.eye(3), camera) for camera in (3.0, 100.0))
    front = bones.joints[:, 2].argmax()
    assert near.radii[front] > far.radii[front]
    assert far.joints[:, 2] == pytest.approx(near.joints[:, 2])


@pytest.mark.parametrize("label", CLASSES)
def test_joints_lie_on_the_hand(label: str) -> None:
    for seed in range(6):
        planes, joints = sculptor.sculpture(label, np.random.default_rng(seed))
        assert planes.shape == (5, sculptor.SIDE, sculptor.SIDE)
        assert planes.dtype == np.uint8
        col, row = np.int64((joints + 1) / 2 * sculptor.SIDE).T
        assert (planes[3, row, col] > 200).all()
        assert 0.05 < (planes[3] > 128).mean() < 0.7
        assert (planes[3] == planes[4]).all()


def test_light_makes_a_form_of_it() -> None:
    planes, _ = sculptor.sculpture("rock", np.random.default_rng(3))
    inside = planes[3] == 255
    assert planes[0][inside].std() > 10


def test_the_same_seed_makes_the_same_hand() -> None:
    first, again, other = (sculptor.sculpture("paper", np.random.default_rng(seed))[0] for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_they_join_the_photographed_ones(tmp_path: Path) -> None:
    kept = sculptor.sculpted(6, tmp_path / "made.npz")
    few = hands.Hands(
        *(torch.from_numpy(part[:2]) for part in kept), np.array(["cgi"] * 2), np.array(["a", "b"])
    )
    every = hands.with_made(few, 6, tmp_path / "made.npz")
    assert every.labels.tolist() == [0, 1, 0, 1, 2, 0, 1, 2]
    assert every.sources.tolist() == ["cgi"] * 2 + ["made"] * 6
    assert len(set(every.groups)) == 8
