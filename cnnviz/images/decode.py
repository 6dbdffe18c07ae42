"""Decode a picture file that a person gave us: in memory, bounded, with a clear word where it fails.

PNG, JPEG, WebP, AVIF, GIF (first frame), BMP and TIFF (first page). Orientation from EXIF is applied,
transparency is put on white, and every depth and colour space becomes 8-bit grey or RGB.
"""

import struct
import zlib
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from cnnviz.errors import ImageError
from cnnviz.images.picture import Picture

FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "GIF", "BMP", "TIFF")
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif", ".bmp", ".tif", ".tiff")  # of their files
MAX_PIXELS = 40_000_000  # a phone's 40-megapixel photo still fits; beyond it memory would be at risk
WORKING_PX = 1024  # longer side after decoding: enough for every page, and 3 MB at most
BROKEN = (  # seen in fuzzing Pillow with damaged files
    *(OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, OverflowError),
    *(AttributeError, RuntimeError, MemoryError, struct.error, zlib.error),
)
BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)
HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1")

U8 = npt.NDArray[np.uint8]


def decode(data: bytes, name: str = "", *, origin: str = "upload") -> Picture:
    """Return the picture in the file content `data`.

    Parameters
    ----------
    data : bytes
        The whole file.
    name : str
        Its name, for the screen; the content alone decides what it is.
    origin : {'upload', 'camera', ...}
        Where it comes from.

    Returns
    -------
    Picture
        Grey (H, W) where the file is grey, otherwise (H, W, 3); the longer side is at most 1024
        pixels, larger pictures being reduced by averaging.

    Raises
    ------
    ImageError
        ``image_empty``, ``image_heic``, ``image_unknown``, ``image_too_large`` or ``image_broken``.

    Examples
    --------
    >>> decode(open("hand.jpg", "rb").read(), "hand.jpg").size  # doctest: +SKIP
    (768, 1024)
    """
    if not data:
        raise ImageError("image_empty", name=name)
    image = _opened(data, name)
    if image.width * image.height > MAX_PIXELS:
        raise _too_large(name, image.width * image.height)
    try:
        image.draft(
            "RGB" if image.mode != "L" else "L", (WORKING_PX, WORKING_PX)
        )  # JPEG only: less to decode
        image.load()
        upright = _upright(image)
        small = _eight_bit(upright)
    except BOMB as error:
        raise _too_large(name, image.width * image.height) from error
    except BROKEN as error:
        raise ImageError("image_broken", name=name) from error
    small.thumbnail((WORKING_PX, WORKING_PX), Image.Resampling.BOX)
    return Picture(np.asarray(small), origin=origin, name=name)


def _opened(data: bytes, name: str) -> Image.Image:
    """Return the file with its header read and its pixels not yet."""
    try:
        return Image.open(BytesIO(data), formats=FORMATS)
    except BOMB as error:
        raise _too_large(name, None) from error
    except UnidentifiedImageError as error:
        is_heic = data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS
        raise ImageError("image_heic" if is_heic else "image_unknown", name=name) from error
    except BROKEN as error:
        raise ImageError("image_broken", name=name) from error


def _too_large(name: str, pixels: int | None) -> ImageError:
    got = "> 100" if pixels is None else f"{pixels / 1e6:.0f}"
    return ImageError("image_too_large", name=name, limit=MAX_PIXELS // 1_000_000, got=got)


def _upright(image: Image.Image) -> Image.Image:
    """Return the picture turned as its EXIF says; EXIF that cannot be read turns nothing."""
    try:
        return ImageOps.exif_transpose(image)
    except BROKEN:
        return image


def _eight_bit(image: Image.Image) -> Image.Image:
    """Return the picture as 8-bit grey or RGB, on white where it is transparent."""
    if image.mode.startswith("I") or image.mode == "F":
        return Image.fromarray(_scaled(np.asarray(image), image.mode))
    if image.has_transparency_data:
        clear = image.convert("RGBA")
        white = Image.new("RGBA", clear.size, "white")
        flat = Image.alpha_composite(white, clear)
        return flat.convert("L" if image.mode in ("1", "L", "LA", "La") else "RGB")
    return image.convert("L" if image.mode in ("1", "L") else "RGB")


def _scaled(values: npt.NDArray[np.generic], mode: str) -> U8:
    """Return deep grey values as uint8: 16 bits by 257; others by range, 0..1 where they lie in it."""
    deep = np.nan_to_num(values.astype(np.float64), posinf=0, neginf=0)
    low, high = float(deep.min()), float(deep.max())
    if mode.startswith("I;16") or (mode == "I" and low >= 0 and 255 < high <= 65535):
        low, high = 0.0, 65535.0
    elif low >= 0 and high <= (1 if mode == "F" else 255):
        low, high = 0.0, 1.0 if mode == "F" else 255.0
    return np.rint((deep - low) / max(high - low, 1e-12) * 255).astype(np.uint8)
