"""Scenes on which kernels show what they do: edges, corners, curves, texture, writing, colour."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from cnnviz import check

U8 = npt.NDArray[np.uint8]
F64 = npt.NDArray[np.float64]

SIDE_PX = 256
SUPERSAMPLING = 4


def scene(name: str) -> U8:
    """Return a scene, (256, 256) or (256, 256, 3).

    Parameters
    ----------
    name : str
        One of `NAMES`.

    Examples
    --------
    >>> scene("checkerboard")[0, :3].tolist()
    [255, 255, 255]
    """
    check.check_choice("name", name, NAMES)
    return SCENES[name]()


def _checkerboard() -> U8:
    rows, cols = np.indices((SIDE_PX, SIDE_PX)) // 32
    return np.where((rows + cols) % 2, 0, 255).astype(np.uint8)


def _step() -> U8:
    pixels = np.full((SIDE_PX, SIDE_PX), 60, np.uint8)
    pixels[:, SIDE_PX // 2 :] = 200
    return pixels


def _disc() -> U8:
    rows, cols = np.indices((SIDE_PX, SIDE_PX)) - (SIDE_PX - 1) / 2
    inside = np.clip(80.5 - np.hypot(rows, cols), 0, 1)
    return np.asarray(np.rint(40 + 180 * inside), np.uint8)


def _gradient() -> U8:
    return np.tile(np.arange(SIDE_PX, dtype=np.uint8), (SIDE_PX, 1))


def _bars() -> U8:
    """Return bars in four directions, one in each quarter, each twice as fine as it is long."""
    half = SIDE_PX // 2
    rows, cols = np.indices((half, half))
    waves = [cols, rows, (rows + cols) / np.sqrt(2), (rows - cols) / np.sqrt(2)]
    parts = [np.rint(127.5 + 127.5 * np.sin(wave * 2 * np.pi / 16)) for wave in waves]
    return np.block([parts[:2], parts[2:]]).astype(np.uint8)


def _text() -> U8:
    sheet = Image.new("L", (SIDE_PX, SIDE_PX), 245)
    pen = ImageDraw.Draw(sheet)
    for row, (text, size) in enumerate(
        (("CNN", 92), ("kernel 3 x 3", 38), ("stride, padding,", 30), ("0123456789", 38))
    ):
        top = (6, 112, 164, 204)[row]
        pen.text((14, top), text, fill=20, font=ImageFont.load_default(size))
    return np.asarray(sheet)


def _colours() -> U8:
    """Return a table with fruit: smooth balls, a striped cloth and a grained wall, in full colour."""
    side = SIDE_PX * 2
    rows, cols = np.indices((side, side)).astype(np.float64) / 2
    rng = np.random.default_rng(7)
    grain = np.asarray(
        Image.fromarray(rng.normal(0, 1, (64, 64))).resize((side, side), Image.Resampling.BICUBIC)
    )
    wall = (
        np.stack([150 + 9 * grain, 176 + 9 * grain, 190 + 7 * grain], axis=2) * (0.75 + cols / 900)[..., None]
    )
    weave = 12 * np.sin(cols * np.pi / 2) * np.sin(rows * np.pi / 2)
    stripe = ((cols + 0.35 * rows) // 17 % 2)[..., None]
    cloth = stripe * [196.0, 72, 62] + (1 - stripe) * [236.0, 226, 206] + weave[..., None]
    picture = np.where((rows > 168 + 4 * np.sin(cols / 40))[..., None], cloth, wall)
    balls = ((150, 84, 58, (214, 150, 34)), (168, 174, 48, (62, 132, 58)), (196, 122, 34, (178, 34, 52)))
    for row, col, radius, colour in balls:
        picture = _ball(picture, (rows - row, cols - col), radius, np.array(colour, float))
    fine = Image.fromarray(np.rint(np.clip(picture, 0, 255)).astype(np.uint8))
    return np.asarray(fine.reduce(2))


def _ball(picture: F64, place: tuple[F64, F64], radius: float, colour: F64) -> F64:
    """Return the picture with a shiny ball and its shadow; `place` is each pixel's way from the middle."""
    down, right = place[0] / radius, place[1] / radius
    shadow = np.exp(-(((down - 1.0) / 0.22) ** 2 + ((right - 0.25) / 0.9) ** 2))
    picture = picture * (1 - 0.55 * shadow[..., None])
    out2 = np.minimum(down**2 + right**2, 1)
    height = np.sqrt(1 - out2)
    light = np.clip(0.6 * height - 0.55 * down - 0.4 * right, 0, None)
    shine = np.clip(0.78 * height - 0.5 * down - 0.36 * right, 0, 1) ** 40
    ball = colour * (0.3 + 0.75 * light)[..., None] + 190 * shine[..., None]
    return np.where((down**2 + right**2 <= 1)[..., None], ball, picture)


SCENES: Mapping[str, Callable[[], U8]] = MappingProxyType(
    {
        "colours": _colours,
        "checkerboard": _checkerboard,
        "step": _step,
        "disc": _disc,
        "gradient": _gradient,
        "bars": _bars,
        "text": _text,
    }
)
NAMES = tuple(SCENES)
