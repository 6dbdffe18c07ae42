"""Numbers to colours and back, and files to take away."""

import io

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from cnnviz.errors import ChoiceError, ShapeError
from cnnviz.figures import export, palette
from cnnviz.figures.colouring import Range, map_png, range_of
from cnnviz.figures.numbers import short

GRIDS = arrays(float, st.tuples(st.integers(1, 6), st.integers(1, 6)), elements=st.floats(-1e6, 1e6))


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


@given(GRIDS)
def test_sign_is_the_side_of_the_signed_scale_and_zero_its_middle(grid):
    span = range_of(grid, "signed")
    levels = span.levels(grid).astype(int)
    assert span.low == -span.high
    assert (levels[grid == 0] == 127).all()
    clear = np.abs(grid) > span.high / 200
    assert (np.sign(levels - 127) == np.sign(grid))[clear].all()


@given(GRIDS, st.sampled_from(["signed", "positive", "absolute"]))
@example(np.array([[5e-324, 0.0, -1.0]]), "positive")  # the range is the smallest number there is
def test_a_larger_number_never_has_a_lower_colour(grid, scale):
    values = np.sort(np.abs(grid) if scale == "absolute" else grid, axis=None)
    assert (np.diff(range_of(values, scale).levels(values).astype(int)) >= 0).all()


@pytest.mark.parametrize(
    ("values", "scale", "wanted"),
    [
        ([-1, 4], "auto", Range("signed", -4, 4)),
        ([0, 4], "auto", Range("positive", 0, 4)),
        ([-5, 4], "absolute", Range("absolute", 0, 5)),
        ([-5, 4], "positive", Range("positive", 0, 4)),
        ([-5, 4], "picture", Range("picture", 0, 1)),
        ([0, 0], "signed", Range("signed", -1, 1)),
        ([-3, -3], "positive", Range("positive", 0, 1)),
    ],
)
def test_range(values, scale, wanted):
    assert range_of(np.array(values, float), scale) == wanted


def test_a_picture_is_clipped_at_black_and_white():
    assert range_of(np.zeros(1), "picture", white=2.0).levels(np.array([-1.0, 0, 1, 2, 9])).tolist() == [
        0,
        0,
        127,
        254,
        254,
    ]


def test_an_unknown_scale_is_refused():
    with pytest.raises(ChoiceError, match="`scale` does not know “jet”"):
        range_of(np.zeros(1), "jet")


def test_png_has_the_colours_of_the_table_and_sharp_edges():
    shown = pixels(map_png(np.array([[-1.0, 0.0, 1.0]]), Range("signed", -1, 1), enlarge=3))
    assert shown.shape == (3, 9, 3)
    np.testing.assert_array_equal(shown[1, [1, 4, 7]], palette.table("signed")[[0, 127, 254]])
    np.testing.assert_array_equal(shown, shown[1:2, [1, 4, 7]].repeat(3, axis=0).repeat(3, axis=1))


@given(GRIDS)
def test_csv_and_npy_read_back_exactly(grid):
    np.testing.assert_array_equal(np.loadtxt(io.BytesIO(export.to_csv(grid)), delimiter=",", ndmin=2), grid)
    np.testing.assert_array_equal(np.load(io.BytesIO(export.to_npy(grid))), grid)


def test_a_small_map_is_enlarged_for_the_download_and_a_large_one_is_not():
    assert pixels(export.to_png(np.eye(4))).shape == (256, 256, 3)
    assert pixels(export.to_png(np.eye(300))).shape == (300, 300, 3)


def test_several_maps_are_no_table():
    with pytest.raises(ShapeError, match="`values` must have 2 dimensions"):
        export.to_csv(np.zeros((2, 2, 2)))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (23.0, "23"),
        (-0.5, "−0.5"),
        (2.449489, "2.449"),
        (-0.0, "0"),
        (1e-20, "1e−20"),
        (1234567.0, "1.235e+06"),
    ],
)
def test_short_numbers(value, text):
    assert short(value) == text
