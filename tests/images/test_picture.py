"""A picture is immutable, knows its digest and gives arrays of the promised shapes."""

import numpy as np
import pytest

from cnnviz.errors import ChoiceError, ShapeError
from cnnviz.images.picture import Picture


def test_pixels_are_a_read_only_copy():
    source = np.zeros((4, 5), np.uint8)
    picture = Picture(source)
    source[0, 0] = 9
    assert picture.pixels_u8[0, 0] == 0
    with pytest.raises(ValueError, match="read-only"):
        picture.pixels_u8[0, 0] = 1


@pytest.mark.parametrize(
    "pixels", [np.zeros((4, 5)), np.zeros((0, 5), np.uint8), np.zeros((4, 5, 4), np.uint8), np.uint8(3)]
)
def test_other_arrays_are_refused(pixels):
    with pytest.raises(ShapeError, match="uint8 of shape"):
        Picture(pixels)


def test_unknown_origin_is_refused():
    with pytest.raises(ChoiceError, match="origin"):
        Picture(np.zeros((2, 2), np.uint8), origin="web")


def test_shapes_and_ranges():
    grey = Picture(np.full((4, 5), 255, np.uint8))
    colour = Picture(np.full((4, 5, 3), 255, np.uint8))
    for picture in (grey, colour):
        assert picture.grey_f32().shape == (4, 5)
        assert picture.rgb_f32().shape == (3, 4, 5)
        assert picture.grey_f32().dtype == picture.rgb_f32().dtype == np.float32
        assert np.allclose(picture.grey_f32(), 1)
        assert np.allclose(picture.rgb_f32(), 1)


def test_grey_follows_pillow():
    from PIL import Image

    pixels = np.random.default_rng(0).integers(0, 256, (8, 9, 3), np.uint8)
    pillow = np.asarray(Image.fromarray(pixels).convert("L"), float) / 255
    assert np.abs(Picture(pixels).grey_f32() - pillow).max() < 1.01 / 255


def test_channels_of_a_grid_are_the_numbers_as_typed():
    picture = Picture.from_numbers([[-3, 0.5], [1, 2]], name="a")
    assert picture.channels_f64().tolist() == [[[-3, 0.5], [1, 2]]]
    assert picture.pixels_u8.min() == 0
    assert picture.pixels_u8.max() == 255
    assert picture.origin == "grid"


def test_channels_of_a_photo():
    picture = Picture(np.zeros((4, 5, 3), np.uint8))
    assert picture.channels_f64().shape == (3, 4, 5)
    assert picture.channels_f64(colour=False).shape == (1, 4, 5)


def test_equal_numbers_are_mid_grey():
    assert set(Picture.from_numbers([[7, 7]]).pixels_u8.ravel()) == {128}


def test_digest_tells_content_and_nothing_else():
    pixels = np.zeros((4, 6), np.uint8)
    assert Picture(pixels, name="a").digest == Picture(pixels, name="b", origin="upload").digest
    assert Picture(pixels).digest != Picture(pixels.reshape(6, 4)).digest
    assert Picture.from_numbers([[1, 2]]).digest != Picture.from_numbers([[1, 3]]).digest
