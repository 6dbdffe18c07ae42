"""The network that finds a hand: it tells places in the picture's own pixels; its file is checked."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from cnnviz import words
from cnnviz.errors import WeightsError
from cnnviz.images import finder
from cnnviz.images.samples import KEYS, sample


def saying(monkeypatch: pytest.MonkeyPatch, *looks: tuple[float, int, int]) -> None:
    """Let the network say at each look, at 128 pixels and at 256, with what logit a hand is at a place."""

    def network(pictures: torch.Tensor, _: object) -> torch.Tensor:
        closer = pictures.shape[-1] // 128
        assert pictures.shape == (1, 3, 96 * closer, 128 * closer)
        logit, row, col = looks[closer - 1]
        said = torch.full((1, finder.HEAD, 12 * closer, 16 * closer), -9.0)
        said[0, :, row, col] = torch.tensor([logit, np.log(0.25), 0.5, -0.25])
        return said

    monkeypatch.setattr(finder, "network", network)


PHOTO = np.zeros((480, 640, 3), np.uint8)


def test_the_place_is_told_in_pixels_of_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    saying(monkeypatch, (3, 2, 10))
    found = finder.find_hand(PHOTO)
    assert found.row == pytest.approx(3 * 40 - 0.5)  # a place is 40 pixels high and wide
    assert found.col == pytest.approx(10.25 * 40 - 0.5)
    assert found.side == pytest.approx(160)
    assert found.score == pytest.approx(1 / (1 + np.exp(-3)))


def test_it_looks_again_at_more_pixels_where_it_is_unsure(monkeypatch: pytest.MonkeyPatch) -> None:
    saying(monkeypatch, (-1, 2, 10), (1, 20, 30))
    found = finder.find_hand(PHOTO)
    assert (found.row, found.col) == pytest.approx((21 * 20 - 0.5, 30.25 * 20 - 0.5))
    assert found.side == pytest.approx(80)
    assert finder.find_hand(PHOTO[:180, :240]).side == pytest.approx(60)  # has no more pixels: one look
    saying(monkeypatch, (-1, 2, 10), (-0.1, 20, 30))  # a score of 48 %: not enough
    assert finder.find_hand(PHOTO).side == pytest.approx(160)


def test_what_fills_up_the_picture_is_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def network(pictures: torch.Tensor, _: object) -> torch.Tensor:
        assert (pictures[:, :, :72] == 1).all()
        assert (pictures[:, :, 72:] == 0).all()
        said = torch.zeros(1, finder.HEAD, 12, 16)
        said[0, 0, 9:] = 9
        said[0, 0, 8, 3] = 2
        return said

    monkeypatch.setattr(finder, "network", network)
    found = finder.find_hand(np.full((360, 640), 255, np.uint8))  # 72 x 128 once small
    assert (found.row, found.col) == pytest.approx((8.5 * 40 - 0.5, 3.5 * 40 - 0.5))


@pytest.mark.parametrize("shape", [(1, 1), (3, 500, 3), (2000, 40), (33, 47, 3)])
def test_any_picture_is_looked_at(shape: tuple[int, ...]) -> None:
    found = finder.find_hand(np.random.default_rng(4).integers(0, 256, shape, np.uint8))
    assert 0 <= found.score <= 1
    assert np.isfinite([found.row, found.col, found.side]).all()


def room(rows: int = 360, cols: int = 480) -> Image.Image:
    """Return a wall with a shelf and a window."""
    wall = np.full((rows, cols, 3), (150, 160, 170), np.uint8) + np.uint8(
        np.linspace(0, 50, cols)[None, :, None]
    )
    wall[: rows // 3, : cols // 4] = (200, 215, 230)
    wall[2 * rows // 3 :, cols // 2 :] = (90, 70, 60)
    return Image.fromarray(wall)


@pytest.mark.parametrize("key", KEYS["rps"])
def test_a_hand_across_the_room_is_found(key: str) -> None:
    hand = Image.fromarray(sample(key).pixels_u8).convert("RGB").resize((110, 110))
    picture = room()
    picture.paste(hand, (300, 120))
    found = finder.find_hand(np.asarray(picture))
    assert abs(found.row - 175) < 40
    assert abs(found.col - 355) < 40
    assert 60 < found.side < 180


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(finder.FOLDER, tmp_path / "finder"))


def test_one_flipped_bit_is_noticed(copied: Path) -> None:
    content = bytearray((copied / finder.FILE).read_bytes())
    content[-1] ^= 1
    (copied / finder.FILE).write_bytes(content)
    with pytest.raises(WeightsError, match="not those of its card"):
        finder.weights(copied)


def test_missing_weights_are_explained(copied: Path) -> None:
    (copied / finder.FILE).unlink()
    with pytest.raises(WeightsError, match="missing"):
        finder.weights(copied)


def test_the_page_says_how_many_weights_it_has() -> None:
    count = sum(value.numel() for value in finder.weights().values())
    assert f"{round(count, -4):,} weights" in words.text("en", "prepare.steps.hand.why")
    assert f"가중치 {round(count / 1e4)}만 개" in words.text("ko", "prepare.steps.hand.why")
