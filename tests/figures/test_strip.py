"""A step's tile shows its pixels, whatever their size and range."""

import re
from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from cnnviz.figures.strip import SHOWN_PX, photo_html, step_html


def picture_in(html: str) -> Image.Image:
    return Image.open(BytesIO(b64decode(re.search(r"base64,([^']+)", html)[1])))


def test_small_pictures_keep_their_pixels():
    pixels = np.array([[0, 0.5], [1, 0.25]], np.float32)
    shown = np.asarray(picture_in(step_html(pixels, "x")).convert("L"))
    np.testing.assert_allclose(shown, pixels * 255, atol=1)


@pytest.mark.parametrize("shape", [(2000, 30), (300, 4000, 3), (161, 161)])
def test_large_pictures_are_reduced(shape):
    assert max(picture_in(step_html(np.ones(shape, np.float32), "x")).size) == SHOWN_PX


def test_normalised_zero_is_the_middle_of_the_signed_scale():
    html = step_html(np.array([[-1, 0, 1]], np.float32), "x", normalised=True)
    assert picture_in(html).convert("RGB").getpixel((1, 0)) == (247, 247, 247)


def test_normalised_colour_spans_black_to_white():
    pixels = np.array([[[-2, -2, -2], [3, 3, 3]]], np.float32)
    shown = np.asarray(picture_in(step_html(pixels, "x", normalised=True)))
    assert shown[0, :, 0].tolist() == [0, 255]


def test_alt_is_escaped():
    assert "alt='a &quot;b&quot;'" in step_html(np.zeros((2, 2), np.float32), 'a "b"')


def test_a_photo_keeps_its_proportions_and_gets_a_frame():
    pixels = np.full((300, 1200, 3), 90, np.uint8)
    html = photo_html(pixels, "a <photo>", frame=(30, 600, 150))
    assert picture_in(html).size == (480, 120)
    assert "alt='a &lt;photo&gt;'" in html
    assert "top:10.00%;left:50.00%;width:12.50%;height:50.00%" in html
    assert "<i " not in photo_html(pixels[..., 0], "grey")


def test_of_a_scan_one_sees_its_pixels():
    pixels = np.arange(28 * 28, dtype=np.uint32).reshape(28, 28).astype(np.uint8)
    html = photo_html(pixels, "a scan")
    assert "class='photo pixels'" in html
    assert np.array_equal(np.asarray(picture_in(html).convert("L")), pixels)
