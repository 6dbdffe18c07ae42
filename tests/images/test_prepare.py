"""Preparation: every combination runs, keeps its steps, and treats shifted or inverted drawings alike."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cnnviz.errors import ChoiceError, RangeError, ShapeError
from cnnviz.images.finder import Found
from cnnviz.images.picture import Picture
from cnnviz.images.prepare import CHANNELS, STEPS, TASKS, Recipe, form_of, prepare
from cnnviz.images.strokes import Drawing, Stroke
from cnnviz.words import LANGUAGES, catalogue

SEVEN = (Stroke(((70.0, 80.0), (70.0, 190.0), (210.0, 120.0)), 22.0),)


def recipe(task="digits", form="drawing", channels=None, **changes):
    count = channels or CHANNELS[task][0]
    return Recipe(task=task, form=form, size=28, mean=(0.5,) * count, std=(0.25,) * count, **changes)


def picture_of(strokes=SEVEN, paper="black"):
    return Drawing(strokes, paper).picture()


SHAPES = st.tuples(st.integers(1, 40), st.integers(1, 40)) | st.tuples(
    st.integers(1, 40), st.integers(1, 40), st.just(3)
)
KINDS = [(*pair, channels) for pair in sorted(STEPS) for channels in CHANNELS[pair[0]]]
RECIPES = st.sampled_from(KINDS).map(lambda kind: recipe(*kind))


@st.composite
def switched_recipes(draw):
    chosen = draw(RECIPES)
    kind = chosen.task, chosen.form, chosen.channels
    return recipe(*kind, off=draw(st.frozensets(st.sampled_from(chosen.switchable))))


@settings(max_examples=300)
@given(SHAPES.flatmap(lambda shape: arrays(np.uint8, shape)), switched_recipes())
def test_any_picture_any_recipe(pixels, chosen):
    picture = Picture(pixels)
    first, second = prepare(picture, chosen), prepare(picture, chosen)
    assert first.tensor_f32.shape == (chosen.channels, 28, 28)
    assert first.tensor_f32.dtype == np.float32
    assert np.isfinite(first.tensor_f32).all()
    assert (first.tensor_f32 == second.tensor_f32).all()
    assert [step.name for step in first.steps] == ["original", *chosen.names]
    for step in first.steps[:-1]:
        assert 0 <= step.pixels_f32.min() <= step.pixels_f32.max() <= 1


@given(switched_recipes())
def test_every_note_has_words(chosen):
    pixels = np.random.default_rng(0).integers(0, 256, (30, 40, 3), np.uint8)
    for step in prepare(Picture(pixels), chosen).steps:
        for language in LANGUAGES:
            words = catalogue(language)
            assert words[f"prepare.notes.{step.note}"].format_map(step.values)
            assert words[f"prepare.steps.{step.name}.name"]
            assert words[f"prepare.steps.{step.name}.why"]


@given(st.integers(-50, 50), st.integers(-50, 50))
def test_a_shifted_drawing_is_the_same_to_the_network(down, right):
    moved = Stroke(tuple((row + down, col + right) for row, col in SEVEN[0].points), SEVEN[0].width)
    there, here = (prepare(picture_of(strokes), recipe()).seen_f32 for strokes in ((moved,), SEVEN))
    assert np.abs(there - here).max() < 0.15


def test_black_on_white_is_the_same_as_white_on_black():
    on_black, on_white = (prepare(picture_of(paper=paper), recipe()) for paper in ("black", "white"))
    assert np.allclose(on_black.tensor_f32, on_white.tensor_f32, atol=1e-5)
    assert on_white.steps[2].note == "polarity_inverted"


def test_a_digit_fills_twenty_rows_about_its_centre_of_mass():
    seen = prepare(picture_of(), recipe()).seen_f32
    rows, cols = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    assert max(np.ptp(rows), np.ptp(cols)) + 1 == 20
    mass = seen.sum()
    assert abs((seen.sum(1) @ np.arange(28)) / mass - 14) <= 0.5
    assert abs((seen.sum(0) @ np.arange(28)) / mass - 14) <= 0.5


def test_the_aspect_is_kept_unless_fit_is_off():
    bar = picture_of((Stroke(((40.0, 140.0), (240.0, 140.0)), 20.0),))
    assert prepare(bar, recipe()).seen_f32.any(0).sum() <= 3
    assert prepare(bar, recipe(off=frozenset({"fit"}))).seen_f32.all(0).sum() >= 25


def test_a_blank_sheet_is_known_to_be_empty():
    for paper in ("black", "white"):
        assert prepare(picture_of((), paper), recipe()).is_empty
    assert not prepare(picture_of(), recipe()).is_empty


def test_a_data_set_picture_is_only_normalised():
    pixels = np.random.default_rng(1).integers(0, 256, (28, 28), np.uint8)
    prepared = prepare(Picture(pixels, origin="dataset"), recipe(form="dataset"))
    assert np.allclose(prepared.tensor_f32[0], (pixels / 255 - 0.5) / 0.25, atol=1e-6)


def test_an_outlined_garment_is_filled():
    frame = Stroke(((60.0, 60.0), (60.0, 220.0), (220.0, 220.0), (220.0, 60.0), (60.0, 60.0)), 10.0)
    filled = prepare(picture_of((frame,)), recipe("clothes")).seen_f32
    outlined = prepare(picture_of((frame,)), recipe("clothes", off=frozenset({"fill"}))).seen_f32
    assert filled[14, 14] == pytest.approx(0.62, abs=0.01)
    assert outlined[14, 14] == 0


def garment_photo():
    """Return a dark square garment on a light, noisy, unevenly lit ground."""
    light = np.linspace(170, 230, 200)[None, :, None] + np.random.default_rng(2).normal(0, 6, (240, 200, 3))
    light[60:180, 50:150] = (40, 60, 120)
    return Picture(light.clip(0, 255).astype(np.uint8), origin="upload")


def test_a_garment_is_separated_from_its_background():
    prepared = prepare(garment_photo(), recipe("clothes", "photo"))
    assert prepared.steps[1].note == "background_removed"
    mask, whole = prepared.steps[1].mask_f32, prepared.steps[1].pixels_f32
    assert (whole[mask == 0] == 1).all()
    assert mask[120, 100] == 1
    box = next(step for step in prepared.steps if step.name == "box").values
    assert abs(box["rows"] - 120) <= 10
    assert abs(box["cols"] - 100) <= 10
    assert prepared.seen_f32[0, 0] == 0
    assert prepared.seen_f32[14, 14] > 0.8


def test_handwriting_on_shadowed_paper_is_cleaned():
    sheet = 255 - picture_of().pixels_u8.astype(float) * 0.7
    shadow = np.linspace(0.35, 1, 280)[None, :] * np.linspace(1, 0.7, 280)[:, None]
    noise = np.random.default_rng(3).normal(0, 4, sheet.shape)
    photo = Picture((sheet * shadow + noise).clip(0, 255).astype(np.uint8), origin="camera")
    clean = prepare(photo, recipe(form="photo")).seen_f32
    assert np.abs(clean - prepare(picture_of(), recipe()).seen_f32).mean() < 0.05


def test_hands_are_cropped_to_a_square_without_distortion():
    pixels = np.zeros((100, 200, 3), np.uint8)
    pixels[:, 50:150] = 255
    assert prepare(Picture(pixels, origin="upload"), recipe("rps", "photo")).seen_f32.min() == 1


def test_a_network_that_sees_colour_gets_the_whole_garment():
    pixels = np.zeros((200, 100, 3), np.uint8)
    pixels[:20], pixels[:, :10], pixels[150:] = (250, 0, 0), (0, 250, 0), (0, 0, 250)
    prepared = prepare(Picture(pixels, origin="upload"), recipe("clothes", "photo", channels=3))
    assert prepared.tensor_f32.shape == (3, 28, 28)
    red, green, blue = prepared.seen_f32.transpose(2, 0, 1) > 0.5
    assert red[0, 14:20].all()
    assert blue[27].all()
    assert green[10, :8].all()  # the border repeated
    assert not green[10, 20:].any()


def test_a_grey_picture_fills_three_channels_alike():
    scan = Picture(np.arange(784, dtype=np.uint8).reshape(28, 28), origin="dataset")
    seen = prepare(scan, recipe("clothes", "dataset", channels=3)).seen_f32
    assert (seen == (scan.pixels_u8 / np.float32(255))[..., None]).all()


def test_channels_are_those_of_the_task():
    assert set(CHANNELS) == set(TASKS)
    with pytest.raises(ShapeError, match="std"):
        Recipe(task="clothes", form="photo", size=28, mean=(0.1,), std=(0.3,) * 3)


SIZES = st.integers(1, 300)


@given(SIZES, SIZES, st.floats(0, 1), st.floats(0, 1), st.floats(0.05, 2.0))
def test_the_square_around_a_hand_lies_inside_the_picture(rows, cols, down, right, share):
    found = Found(row=down * (rows - 1), col=right * (cols - 1), side=share * max(rows, cols), score=0.9)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cnnviz.images.finder.hand_of", lambda _: found)
        original, hand, *_ = prepare(Picture(np.zeros((rows, cols), np.uint8)), recipe("rps", "photo")).steps
    assert hand.note in ("hand", "hand_large")
    if hand.note == "hand_large":
        assert hand.mask_f32 is None
        return
    side = len(hand.pixels_f32)
    assert hand.pixels_f32.shape == (side, side)
    assert hand.mask_f32.shape == original.pixels_f32.shape
    assert hand.mask_f32.sum() == side**2
    row, col = (int(np.clip(round(n), 0, size - 1)) for n, size in ((found.row, rows), (found.col, cols)))
    assert hand.mask_f32[row, col] == 1
    assert side == min(rows, cols) or side == max(1, round(1.35 * found.side))


@pytest.mark.parametrize(
    ("col", "side", "left", "cut"),
    [
        (160, 100, 93, 135),  # far: a square around it
        (20, 100, 0, 135),  # at the edge: as much room as there is
        (160, 220, 40, 240),  # near, and the middle holds it: the middle
        (250, 220, 80, 240),  # near, on the right
        (100, 220, 0, 240),
        (170, 260, 50, 240),  # larger than the square: its middle
    ],
)
def test_what_is_cut_out_for_a_hand(monkeypatch, col, side, left, cut):
    monkeypatch.setattr("cnnviz.images.finder.hand_of", lambda _: Found(119.5, col, side, 0.9))
    photo = Picture(np.zeros((240, 320, 3), np.uint8), origin="camera")
    hand = prepare(photo, recipe("rps", "photo")).steps[1]
    if (left, cut) == (40, 240):
        assert hand.note == "hand_large"
    else:
        assert (hand.values["left"], hand.values["side"]) == (left, cut)


def test_where_no_hand_is_found_the_middle_is_cut_out_as_before(monkeypatch):
    monkeypatch.setattr("cnnviz.images.finder.hand_of", lambda _: Found(20.0, 20.0, 10.0, 0.01))
    photo = Picture(np.random.default_rng(3).integers(0, 256, (60, 90, 3), np.uint8), origin="camera")
    chosen = recipe("rps", "photo")
    found, without = prepare(photo, chosen), prepare(photo, chosen.switched("hand", on=False))
    assert found.steps[1].note == "hand_unsure"
    assert (found.tensor_f32 == without.tensor_f32).all()
    assert (found.steps[3].pixels_f32 == photo.pixels_u8[:, 15:75] / np.float32(255)).all()


def test_a_hand_is_told_from_its_background_after_it_was_found(monkeypatch):
    monkeypatch.setattr("cnnviz.images.finder.hand_of", lambda _: Found(120.0, 100.0, 100.0, 0.9))
    photo, chosen = garment_photo(), recipe("rps", "photo").switched("background", on=True)
    _, hand, background, *_ = prepare(photo, chosen).steps
    assert background.note == "background_removed"
    assert background.mask_f32.shape == hand.pixels_f32.shape[:2] == (135, 135)


def test_switching_steps():
    hands = recipe("rps", "photo")
    assert not hands.is_on("background")
    assert hands.switched("background", on=True).is_on("background")
    assert not recipe().switched("box", on=False).is_on("box")
    assert "grey" not in recipe().switchable


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"task": "dogs"}, ChoiceError),
        ({"form": "video"}, ChoiceError),
        ({"size": 4}, RangeError),
        ({"mean": (0.1, 0.2)}, ShapeError),
        ({"std": (0.0,)}, RangeError),
        ({"off": frozenset({"grey"})}, ChoiceError),
    ],
)
def test_impossible_recipes(changes, error):
    settings = {"task": "digits", "form": "drawing", "size": 28, "mean": (0.1,), "std": (0.3,)}
    with pytest.raises(error, match=next(iter(changes))):
        Recipe(**settings | changes)


@pytest.mark.parametrize(
    ("origin", "shape", "form"),
    [
        ("drawing", (9, 9), "drawing"),
        ("dataset", (9, 9), "dataset"),
        ("upload", (9, 9), "photo"),
        ("sample", (9, 9), "drawing"),
        ("sample", (9, 9, 3), "photo"),
    ],
)
def test_the_form_follows_the_origin(origin, shape, form):
    assert form_of(Picture(np.zeros(shape, np.uint8), origin=origin)) == form


def test_recipes_serve_as_cache_keys():
    assert hash(recipe()) == hash(recipe())
    assert recipe() != recipe(off=frozenset({"box"}))
