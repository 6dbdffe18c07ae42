"""Printed lines are told from ink: ruled and squared paper is cleaned, a stroke stays as it was."""

import numpy as np
import pytest

from cnnviz.images.picture import Picture
from cnnviz.images.prepare import Recipe, prepare
from cnnviz.images.printed import printed
from cnnviz.images.strokes import Drawing, Stroke

PHOTO = Recipe(task="digits", form="photo", size=28, mean=(0.0,), std=(1.0,))
DRAWN = Recipe(task="digits", form="drawing", size=28, mean=(0.0,), std=(1.0,))
FOUR = (
    Stroke(((70.0, 110.0), (150.0, 80.0), (150.0, 200.0)), 9.0),
    Stroke(((110.0, 165.0), (220.0, 155.0)), 9.0),
)
GAP = 20


def lines(slope, *, squared=False, dark=0.2):
    """Return a sheet of (280, 280) with lines every 20 rows that rise by `slope`, and columns if squared."""
    rows, cols = np.mgrid[0:280, 0:280]
    sheet = np.where((rows + np.rint(slope * cols).astype(int)) % GAP < 2, dark, 0.0)
    if squared:
        sheet = np.maximum(sheet, np.where((cols - np.rint(slope * rows).astype(int)) % GAP < 2, dark, 0.0))
    return sheet.astype(np.float32)


def ink(strokes=FOUR):
    return np.float32(0.6) * (Drawing(strokes, "black").picture().pixels_u8 / np.float32(255))


@pytest.mark.parametrize("slope", [0.0, 0.05, -0.12])
@pytest.mark.parametrize("squared", [False, True])
def test_lines_are_found_and_strokes_are_not(slope, squared):
    sheet, strokes = lines(slope, squared=squared), ink()
    left = np.clip(np.maximum(sheet, strokes) - printed(np.maximum(sheet, strokes)), 0, None)
    apart = (sheet > 0) & (strokes == 0)
    assert (left[apart] > 0.05).mean() < 0.05
    assert np.quantile(left[strokes > 0.5], 0.05) > 0.2  # of 0.6: no more is taken than a line is dark


@pytest.mark.parametrize("shape", [(1, 1), (5, 300), (40, 40), (280, 280)])
def test_a_plain_sheet_has_no_lines(shape):
    noise = np.random.default_rng(4).random(shape, np.float32) * np.float32(0.03)
    assert not printed(noise).any()


def test_one_long_stroke_is_no_printed_line():
    assert not printed(ink((Stroke(((10.0, 150.0), (270.0, 140.0)), 9.0),))).any()


@pytest.mark.parametrize("squared", [False, True])
def test_a_digit_on_lined_paper_is_prepared_like_a_drawing(squared):
    sheet = 1 - np.maximum(lines(0.04, squared=squared), ink())
    light = np.linspace(0.55, 1, 280)[:, None]
    noisy = 235 * sheet * light + np.random.default_rng(5).normal(0, 3, sheet.shape)
    seen = prepare(Picture(noisy.clip(0, 255).astype(np.uint8), origin="upload"), PHOTO).seen_f32
    drawn = prepare(Drawing(FOUR, "black").picture(), DRAWN).seen_f32
    assert np.abs(seen - drawn).mean() < 0.05


def test_a_dark_table_around_the_sheet_is_not_the_ground():
    pixels = np.full((300, 400), 60.0)
    pixels[20:, 30:370] = 230
    pixels[20:, 30:370] *= np.linspace(0.5, 1, 280)[:, None]
    inside = Drawing(FOUR, "black").picture().pixels_u8 > 100
    pixels[20:, 60:340][inside] = 40
    done = prepare(Picture(pixels.astype(np.uint8), origin="upload"), PHOTO)
    assert done.steps[2].note == "ink_dark"
    assert np.abs(done.seen_f32 - prepare(Drawing(FOUR, "black").picture(), DRAWN).seen_f32).mean() < 0.05


@pytest.mark.parametrize(("ground", "stroke", "note"), [(90, 30, "ink_dark"), (150, 220, "ink_bright")])
def test_dim_paper_is_still_paper_and_a_bright_board_still_a_board(ground, stroke, note):
    pixels = np.random.default_rng(6).normal(ground, 4, (280, 280))
    pixels[ink() > 0.3] = stroke
    done = prepare(Picture(pixels.clip(0, 255).astype(np.uint8), origin="camera"), PHOTO)
    assert done.steps[2].note == note
