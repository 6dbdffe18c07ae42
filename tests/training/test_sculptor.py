"""Hands made by code show what their label says, and their joints lie on them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from training import hand_mesh, hands, poses, render, sculptor, skinning
from training.sources import CLASSES

TIPS = (8, 12, 16, 20)


def _hand(label: str, seed: int) -> skinning.Hand:
    random = np.random.default_rng(seed)
    return skinning.moved(poses.posed(label, random), poses.built(random))


@pytest.mark.parametrize(
    ("label", "stretched"), [("rock", (0, 0, 0, 0)), ("paper", (1, 1, 1, 1)), ("scissors", (1, 1, 0, 0))]
)
def test_fingers_are_stretched_as_the_label_says(label: str, stretched: tuple[int, ...]) -> None:
    for seed in range(30):
        joints = _hand(label, seed).joints
        reach = np.linalg.norm(joints[list(TIPS)] - joints[0], axis=1)
        knuckle = np.linalg.norm(joints[[5, 9, 13, 17]] - joints[0], axis=1)
        assert tuple(np.int64(reach > 1.25 * knuckle)) == stretched


def test_the_mesh_is_closed_but_for_the_arm_and_its_joints_lie_in_it() -> None:
    mesh = hand_mesh.load()
    sides = {(int(a), int(b)) for t in mesh.faces for a, b in zip(t, np.roll(t, -1), strict=True)}
    open_ends = {a for a, b in sides if (b, a) not in sides}
    assert (mesh.rest[list(open_ends), 1] < -2.5).all()
    assert mesh.weights.sum(1) == pytest.approx(1)
    assert np.asarray(mesh.finer.sum(1)) == pytest.approx(1)
    assert ((mesh.rest.min(0) < mesh.joints) & (mesh.joints < mesh.rest.max(0))).all()


def test_skin_follows_its_bones_without_tearing() -> None:
    for label in CLASSES:
        points = _hand(label, 4).points
        corners = points[hand_mesh.load().faces]
        assert np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max() < 0.4


def test_a_thumb_lies_on_the_finger_that_it_holds() -> None:
    pose = poses.posed("rock", np.random.default_rng(0))
    touch = poses.Touch(2, 0.5, None, np.zeros(3))
    joints = skinning.moved(replace(pose, touch=touch), poses.built(np.random.default_rng(0))).joints
    assert np.linalg.norm(joints[4] - joints[10:12].mean(0)) < 0.35


def test_the_nearest_triangle_is_seen() -> None:
    points = np.array([[0, 0, 0], [9, 0, 0], [0, 9, 0], [0, 0, 1], [4, 0, 1], [0, 4, 1.0]])
    found = render.seen(points, np.array([[0, 1, 2], [3, 4, 5]]), 8)
    picture = np.full(64, -1)
    picture[found.pixels] = found.triangles
    assert picture[[0, 7, 63]].tolist() == [1, 0, -1]
    assert render.mixed(points, np.array([[0, 1, 2], [3, 4, 5]]), found)[0] == pytest.approx([0.5, 0.5, 1])


def test_what_is_behind_lies_in_shadow() -> None:
    points = np.array([[0, 0, 9], [9, 0, 9], [0, 9, 9], [0, 0, 0], [9, 0, 0], [0, 9, 0], [99, 99, 0.0]])
    faces = np.array([[0, 1, 2], [3, 4, 5]])
    spots = np.array([[2, 2, 0], [2, 2, 9.0], [9, 9, 0]])
    share = render.lit_share(points, faces, np.array([0, 0, 1.0]), spots)
    assert share.tolist() == [0, 1, 1]


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


def test_a_hand_stretched_out_in_a_game_lies_level_and_its_elbow_mostly_hangs() -> None:
    drawn = [sculptor._in_play("paper", np.random.default_rng(seed)) for seed in range(300)]
    turns, elbows = (np.stack(part) for part in zip(*drawn, strict=True))
    assert turns @ turns.transpose(0, 2, 1) == pytest.approx(np.broadcast_to(np.eye(3), turns.shape))
    assert np.mean(np.linalg.det(turns) < 0) == pytest.approx(0.5, abs=0.1)  # as many left hands
    fingers, backs = turns[:, :, 1], turns[:, :, 2]  # on the screen, y down
    assert np.mean(backs[:, 1] < -0.6) > 0.6
    assert np.abs(fingers[:, 1]).mean() < 0.45
    assert np.mean(np.einsum("nij,nj->ni", turns, elbows)[:, 1] > 0) > 0.6
