"""Files of every kind and condition: right pixels or a clear word, never anything else."""

import struct
import zlib
from contextlib import suppress
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from cnnviz.errors import ImageError
from cnnviz.images.decode import FORMATS, WORKING_PX, decode

RAMP = np.arange(24 * 16, dtype=np.uint16).reshape(24, 16)
COLOUR = Image.fromarray(np.dstack([RAMP // 2, 255 - RAMP // 2, RAMP // 3]).astype(np.uint8))


def encoded(image, kind="PNG", **options):
    stream = BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format(kind):
    options = {"WEBP": {"lossless": True}, "JPEG": {"quality": 98}}.get(kind, {})
    picture = decode(encoded(COLOUR, kind, **options), "a")
    assert picture.size == (24, 16)
    tolerance = 12 if kind in ("JPEG", "AVIF", "GIF") else 0
    assert np.abs(picture.pixels_u8.astype(int) - np.asarray(COLOUR)).max() <= tolerance


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(orientation):
    turns = {1: (), 2: (0,), 3: (3,), 4: (1,), 5: (5,), 6: (2,), 7: (6,), 8: (4,)}[orientation]
    stored = COLOUR
    for turn in turns:
        stored = stored.transpose(Image.Transpose(turn))
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = decode(encoded(stored, "PNG", exif=exif))
    assert (picture.pixels_u8 == np.asarray(COLOUR)).all()


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA", "P"])
def test_transparency_is_put_on_white(mode):
    clear = Image.new("RGBA", (4, 4), (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), (0, 0, 2, 4))
    kind, image = "PNG", clear.convert(mode)
    if mode == "PA":
        kind, image = "TIFF", clear
    if mode == "P":
        image = Image.new("P", (4, 4), 0)
        image.putpalette([0, 0, 0, 9, 9, 9])
        image.paste(1, (0, 0, 2, 4))
        image.info["transparency"] = 0
    pixels = decode(encoded(image, kind)).pixels_u8
    assert pixels[0, 0].max() <= 9
    assert pixels[0, 3].min() == 255


def test_sixteen_bits_are_scaled_not_cut():
    deep = Image.fromarray(np.array([[0, 32768, 65535]], np.uint16))
    for kind in ("PNG", "TIFF"):
        assert decode(encoded(deep, kind)).pixels_u8.tolist() == [[0, 128, 255]]


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        (np.array([[0, 0.5, 1]], np.float32), [[0, 128, 255]]),
        (np.array([[-1, 0, 1]], np.float32), [[0, 128, 255]]),
        (np.array([[0, 128, 255]], np.int32), [[0, 128, 255]]),
        (np.array([[0, np.nan, 1]], np.float32), [[0, 0, 255]]),
    ],
)
def test_floats_and_wide_integers(values, wanted):
    assert decode(encoded(Image.fromarray(values), "TIFF")).pixels_u8.tolist() == wanted


def test_colour_spaces_and_depths():
    assert decode(encoded(Image.new("CMYK", (3, 3), (0, 255, 255, 0)), "TIFF")).pixels_u8[0, 0, 0] > 200
    assert decode(encoded(COLOUR.convert("P"), "PNG")).is_colour
    assert not decode(encoded(COLOUR.convert("L"), "JPEG")).is_colour
    assert set(np.unique(decode(encoded(COLOUR.convert("1"), "PNG")).pixels_u8)) == {0, 255}


def test_only_the_first_frame_of_an_animation_counts():
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue", "lime")]
    for kind in ("GIF", "WEBP", "PNG"):
        data = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
        red, green, blue = decode(data).pixels_u8[4, 4]
        assert red > 200
        assert max(green, blue) < 60


def test_large_pictures_are_reduced():
    data = encoded(Image.new("RGB", (3000, 1500), "red"), "JPEG")
    assert decode(data).size == (WORKING_PX // 2, WORKING_PX)


def png_header(width, height):
    """Return a PNG of a few bytes that claims any size."""
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 100)
    data = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return (
        data + struct.pack(">I", len(body)) + b"IDAT" + body + struct.pack(">I", zlib.crc32(b"IDAT" + body))
    )


BMP_BOMB = b"BM" + struct.pack("<IHHIIiiHHIIiiII", 100, 0, 0, 54, 40, 60000, 60000, 1, 24, 0, 0, 0, 0, 0, 0)
GIF_BOMB = encoded(COLOUR, "GIF")[:6] + struct.pack("<HH", 65535, 65535) + encoded(COLOUR, "GIF")[10:]
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "image_empty"),
        (b"This is a text, renamed to .png", "image_unknown"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image_unknown"),
        (b"%PDF-1.7", "image_unknown"),
        (HEIC, "image_heic"),
        (encoded(COLOUR)[:90], "image_broken"),
        (encoded(COLOUR, "JPEG")[:-60], "image_broken"),
        (encoded(COLOUR, "GIF")[:-30], "image_broken"),
        (png_header(6325, 6325), "image_too_large"),
        (png_header(12000, 9000), "image_too_large"),
        (png_header(60000, 60000), "image_too_large"),
        (BMP_BOMB, "image_too_large"),
        (GIF_BOMB, "image_too_large"),
        (b"GIF89a" + struct.pack("<HHBBB", 65535, 65535, 0, 0, 0) + b";", "image_unknown"),
    ],
)
def test_what_cannot_be_read_is_explained(data, code):
    with pytest.raises(ImageError, match=r"“it\.png”") as caught:
        decode(data, "it.png")
    assert caught.value.code == code
    assert "it.png" in caught.value.worded("ko")


FILES = [encoded(COLOUR, kind) for kind in FORMATS]


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's remarks on damaged EXIF
@settings(max_examples=400)
@given(st.sampled_from(FILES), st.data())
def test_damaged_files_give_a_picture_or_a_clear_word(data, drawn):
    damaged = bytearray(data)
    for _ in range(drawn.draw(st.integers(1, 12))):
        damaged[drawn.draw(st.integers(0, len(data) - 1))] = drawn.draw(st.integers(0, 255))
    with suppress(ImageError):
        assert max(decode(bytes(damaged), "x").size) <= WORKING_PX
