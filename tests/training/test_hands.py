"""Hands are cut out, moved with their bones, and pasted; what is held out never enters a batch."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from cnnviz.learn.augment import Augmentation
from cnnviz.learn.loop import NONE
from training import cutouts, hands, joints
from training.sources import CLASSES, files

SIDE = 32
FINGER = (12, 11, 10, 9)  # of the middle finger, from the tip


def some(count: int = 64) -> hands.Hands:
    """Return red hands, white where they are cut off, that point up; half of them without joints."""
    planes = torch.zeros(count, 5, 128, 128, dtype=torch.uint8)
    planes[:, 0], planes[:, 3, 32:96, 32:96], planes[:, 4] = 200, 255, 255
    places = torch.zeros(count, 21, 2)
    places[:, FINGER, 1] = torch.tensor([-0.5, -0.4, -0.3, -0.2])
    places[count // 2 :] = float("nan")
    names = np.array(["cgi", "crops"] * (count // 2))
    return hands.Hands(planes, torch.arange(count) % 3, places, names, names)


@pytest.fixture(scope="module")
def upright() -> hands.Paster:
    return hands.Paster(some(), Augmentation(), side=SIDE)


def test_bones_turn_with_the_picture() -> None:
    grid = Augmentation().grid([8, 4, SIDE, SIDE], torch.Generator())
    turned, turn = hands.turned(grid, 1.0, torch.Generator().manual_seed(1))
    picture = torch.zeros(8, 1, SIDE, SIDE)
    picture[:, :, : SIDE // 2, 14:18] = 1  # a bar that points up from the middle
    moved = torch.nn.functional.grid_sample(picture, turned, align_corners=False)[:, 0]
    where = torch.tensor([0.0, -1.0]) @ turn.transpose(1, 2)  # (x, y) of "up" in what was sampled
    rows, cols = torch.meshgrid(*(torch.linspace(-1, 1, SIDE),) * 2, indexing="ij")
    seen = torch.stack([(moved * cols).sum((1, 2)), (moved * rows).sum((1, 2))], 1)
    assert torch.allclose(seen / seen.norm(dim=1, keepdim=True), where, atol=0.1)
    assert len(where.round().unique(dim=0)) == 3


def test_a_batch_has_pictures_labels_and_bones(upright: hands.Paster) -> None:
    pictures, labels, bones = upright(torch.arange(40), torch.Generator().manual_seed(3))
    assert pictures.shape == (40, 3, SIDE, SIDE)
    assert pictures.min() >= 0
    assert pictures.max() <= 1
    assert set(labels.tolist()) == {0, 1, 2}
    assert bones.shape == (40, 2 * hands.BONES)
    assert 0 < bones.isnan().all(1).sum() < 40


def test_the_hand_is_brought_to_the_frame(upright: hands.Paster) -> None:
    middle, half = upright.frames[0, :2], upright.frames[0, 2]
    assert torch.allclose(middle, torch.tensor([0.0, -0.25]))
    assert half == pytest.approx(0.25 * hands.HAND)
    assert upright.frames[-1].tolist() == [0, 0, 1]


def test_pictures_without_a_hand_have_no_class(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hands, "empty", lambda side, **_: torch.zeros(4, 3, side, side, dtype=torch.uint8))
    paster = hands.Paster(some(), Augmentation(), side=SIDE, nothing=1.0)
    _, labels, bones = paster(torch.arange(20), torch.Generator())
    assert (labels == NONE).all()
    assert bones.isnan().all()


def test_hands_stand_before_rooms_and_people_too(monkeypatch: pytest.MonkeyPatch) -> None:
    white = torch.full((4, 3, SIDE, SIDE), 255, dtype=torch.uint8)
    monkeypatch.setattr(hands, "empty", lambda *_, **__: white)
    behind = [
        hands.Paster(some(), Augmentation(), side=SIDE, among=share)._behind(60, torch.Generator())
        for share in (0.0, 1.0)
    ]
    brightness = [one.mean((1, 2, 3)) for one in behind]
    assert (brightness[1] > 0.6).float().mean() > 0.6 > (brightness[0] > 0.6).float().mean()


def test_a_hand_that_moves_blurs_into_the_background(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hands.Paster, "_behind", lambda _, count, __: torch.zeros(count, 3, SIDE, SIDE))
    still, moving = (
        hands.Paster(some(), Augmentation(), side=SIDE, spoilt=0.0, shaken=dict.fromkeys(CLASSES, share))(
            torch.arange(60), torch.Generator().manual_seed(4)
        )[0][:, 0]
        for share in (0.0, 1.0)
    )
    partly = [((red > 0.05) & (red < 0.4)).float().mean() for red in (still, moving)]
    assert partly[1] > 0.03 > partly[0]


def test_sources_are_drawn_by_their_shares() -> None:
    paster = hands.Paster(some(), Augmentation(), side=SIDE, shares={"cgi": 0.9, "crops": 0.1})
    weights = paster.weights.view(-1, 2).sum(0)
    assert weights.tolist() == pytest.approx([0.9, 0.1])


def test_sources_count_alike_and_so_do_the_people_of_each() -> None:
    kept = some(8)
    sources, groups = np.array(["cgi"] * 2 + ["crops"] * 6), np.array([*"aabbbbbc"])
    counts = hands.Hands(kept.planes_u8, kept.labels, kept.joints, sources, groups).counts
    torch.testing.assert_close(counts, torch.tensor([2.0, 2.0, 0.4, 0.4, 0.4, 0.4, 0.4, 2.0]))


def test_a_hand_is_told_from_the_room_by_its_bones() -> None:
    picture = np.full((96, 120, 3), (60, 90, 160), np.uint8)
    picture[10:80, 50:70] = (220, 170, 140)
    places = np.full((21, 2), 0.5, np.float32)
    places[:, 0] = np.linspace(0.75, 0.15, 21)
    cut = cutouts.cut_out(Image.fromarray(picture), "crops", places)
    assert cut[3, 64, 64] > 200
    assert cut[3, 64, 7] == cut[3, 64, 120] == 0
    assert cut[4, 64, 7] == 255
    assert cut[4, 0].max() == 0  # what made the picture a square


def test_joints_are_known_of_most_pictures() -> None:
    known = joints.known()
    assert len(known) > 6000
    assert next(iter(known.values())).shape == (21, 2)


def test_photos_left_out_for_their_label_are_there_and_not_held_out(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CNNVIZ_DATA", str(data_dir))
    kept = {path.name: hands.is_kept("crops", path) for _, path in files("crops")}
    for beginning in hands.MISLABELLED:
        found = [is_kept for name, is_kept in kept.items() if name.startswith(beginning)]
        assert found
        assert all(found)
