"""Hands are turned until the fingers point up: by a network that says where the joints are."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from cnnviz.errors import ChoiceError, RangeError, WeightsError
from cnnviz.images import upright
from cnnviz.images.finder import FILE
from cnnviz.images.picture import Picture
from cnnviz.images.prepare import FORMS, Recipe, prepare
from cnnviz.images.samples import KEYS, sample
from cnnviz.images.upright import Held, Square, cut_out, drawn, find_joints
from cnnviz.words import LANGUAGES, text
from cnnviz.zoo import registry

SCISSORS = "rps/scissors/1"


def pixels_of(key: str, turned_deg: float = 0.0) -> np.ndarray:
    """Return a sample with room around it, (300, 300, 3) in 0..1, turned anticlockwise."""
    image = Image.fromarray(sample(key).pixels_u8).convert("RGB").resize((200, 200))
    around = tuple(int(value) for value in np.asarray(image)[0, 0])
    sheet = Image.new("RGB", (300, 300), around)
    sheet.paste(image, (50, 50))
    turned = sheet.rotate(turned_deg, Image.Resampling.BILINEAR, fillcolor=around)
    return np.asarray(turned, np.float32) / np.float32(255)


def recipe(form: str = "photo", **changes: object) -> Recipe:
    changes = {"size": 224, "upright": 1.0} | changes
    return Recipe(task="rps", form=form, mean=(0.0,) * 3, std=(1.0,) * 3, **changes)


def hand(up: tuple[float, float], middle: tuple[float, float] = (0.4, 0.6), size: float = 0.2) -> Held:
    """Return a flat hand whose fingers point where `up` does: its joints in rows and columns."""
    ahead, aside = np.array(up), np.array([-up[1], up[0]])
    joints = np.zeros((upright.JOINTS, 2))
    for finger, row in enumerate(upright.FINGERS):
        for far, joint in enumerate(row):
            joints[joint] = far * ahead + (finger - 2) / 2 * (far > 0) * aside
    return Held(np.array(middle) + size * joints / 4, 0.9)


@pytest.mark.parametrize(
    ("up", "degrees"), [((0, -1), 0), ((-1, 0), 90), ((1, 0), -90), ((0.6, -0.8), -36.87)]
)
def test_the_square_stands_on_the_wrist(up: tuple[float, float], degrees: float) -> None:
    held = hand(up)
    square = held.square
    assert square.degrees == pytest.approx(degrees, abs=0.01)
    inside = (held.joints - square.middle) @ square.turn / square.side + 0.5
    assert square.outside(inside) == pytest.approx(held.joints)
    tip, wrist = inside[12], inside[upright.WRIST]
    assert tip[0] == pytest.approx(wrist[0])
    assert 0 < tip[1] < wrist[1] < 1


def test_a_hand_that_is_moved_turned_and_larger_has_a_square_that_is() -> None:
    before, after = hand((0, -1), (0.4, 0.6), 0.2).square, hand((1, 0), (0.5, 0.5), 0.4).square
    assert after.side == pytest.approx(2 * before.side)
    from_wrist = before.middle - [0.4, 0.6]
    assert after.middle - 0.5 == pytest.approx(2 * np.array([-from_wrist[1], from_wrist[0]]))


def test_what_is_cut_out_lies_where_the_square_says() -> None:
    pixels = np.zeros((100, 100, 3), np.float32)
    pixels[20:30, 60:70] = 1  # its middle at (0.65, 0.25)
    square = Square(np.array([0.65, 0.25]), 0.2, np.array([1.0, 0.0]))
    seen = cut_out(pixels, square, 40)
    assert seen.shape == (40, 40, 3)
    assert seen.mean() == pytest.approx(0.25, abs=0.03)
    assert seen[15:25, 15:25].min() == 1
    corner = cut_out(pixels, Square(np.array([0.0, 0.0]), 0.5, np.array([0.0, -1.0])), 20)
    assert (corner == 0).all()  # outside, the border is repeated
    grey = cut_out(pixels[..., 0], square, 40)
    assert (grey == seen).all()


@pytest.mark.parametrize("turned_deg", [30.0, 90.0, 180.0])
def test_joints_turn_with_the_picture(turned_deg: float) -> None:
    straight, turned = (find_joints(pixels_of(SCISSORS, degrees)) for degrees in (0.0, turned_deg))
    assert min(straight.sure, turned.sure) > upright.SEEN
    assert (turned.square.degrees - straight.square.degrees) % 360 == pytest.approx(turned_deg, abs=10)
    assert turned.square.side == pytest.approx(straight.square.side, rel=0.1)


@pytest.mark.parametrize("key", [key for key in KEYS["rps"] if "rock" not in key])
def test_a_hand_is_seen_from_whichever_side_it_comes(key: str) -> None:
    assert find_joints(pixels_of(key, 180.0)).sure > upright.SEEN


def test_no_hand_is_seen_on_a_wall() -> None:
    assert find_joints(np.full((64, 64, 3), 0.6, np.float32)).sure < upright.SEEN


def test_it_is_the_first_part_of_the_model() -> None:
    net = registry.load("rps", "joints")
    first = net[: [name for name, _ in net.named_children()].index("joints") + 1]
    pictures = torch.rand(2, 3, 224, 224, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        wanted, found = first(pictures), upright.network(pictures, upright.weights())
    torch.testing.assert_close(found, wanted, rtol=1e-3, atol=2e-2)  # pixels


def test_bones_are_drawn_where_the_joints_are() -> None:
    lines = drawn(hand((0, -1)).joints, 120)
    assert lines.shape == (120, 120)
    assert lines[72, 48] == 1  # the wrist
    assert 0.001 < lines.mean() < 0.05


@pytest.mark.parametrize("shape", [(1, 1), (3, 90, 3), (40, 200), (224, 224, 3)])
@pytest.mark.parametrize("form", FORMS)
def test_any_picture_any_form(shape: tuple[int, ...], form: str) -> None:
    pixels = np.random.default_rng(4).integers(0, 256, shape, np.uint8)
    for off in (frozenset(), frozenset({"square"} if form != "dataset" else ()), frozenset({"upright"})):
        found = prepare(Picture(pixels), recipe(form, off=off))
        assert found.tensor_f32.shape == (3, 224, 224)
        assert np.isfinite(found.tensor_f32).all()
        step = next(step for step in found.steps if step.name == "upright")
        assert 0 <= step.pixels_f32.min() <= step.pixels_f32.max() <= 1
        assert step.on == ("upright" not in off)
        for language in LANGUAGES:
            assert text(language, f"prepare.notes.{step.note}", **step.values)


def test_the_note_says_whether_a_hand_is_seen() -> None:
    pixels = np.uint8(np.rint(255 * pixels_of(SCISSORS)))
    seen = prepare(Picture(pixels), recipe("dataset")).steps[1]
    assert seen.note == "upright_seen"
    assert seen.mask_f32.shape == (300, 300)
    assert (
        prepare(Picture(np.full((60, 60), 150, np.uint8)), recipe("dataset")).steps[1].note
        == "upright_unsure"
    )


def test_a_closer_square_is_the_middle_of_the_one_for_joints() -> None:
    picture = Picture(np.uint8(np.rint(255 * pixels_of(SCISSORS, 30.0))))
    wide = prepare(picture, recipe("dataset", size=200)).seen_f32
    close = prepare(picture, recipe("dataset", size=160, upright=0.8)).seen_f32
    assert np.abs(wide[20:180, 20:180] - close).mean() < 0.01
    with pytest.raises(RangeError):
        recipe(upright=-0.5)


def test_only_hands_are_turned() -> None:
    with pytest.raises(ChoiceError):
        Recipe(task="digits", form="photo", size=28, mean=(0.0,), std=(1.0,), upright=1.0)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(upright.FOLDER, tmp_path / "joints"))


def test_one_flipped_bit_is_noticed(copied: Path) -> None:
    content = bytearray((copied / FILE).read_bytes())
    content[-1] ^= 1
    (copied / FILE).write_bytes(content)
    with pytest.raises(WeightsError, match="not those of its card"):
        upright.weights(copied)


def test_missing_weights_are_explained(copied: Path) -> None:
    (copied / FILE).unlink()
    with pytest.raises(WeightsError, match="missing"):
        upright.weights(copied)
