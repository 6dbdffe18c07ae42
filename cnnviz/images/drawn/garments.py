"""Garments: flat outlines, shaded like soft bodies in light from the upper left, on white."""

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from cnnviz import check
from cnnviz.images.drawn.curves import curve
from cnnviz.images.drawn.garment_shapes import SHAPES, Shape

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

SIDE_PX = 280
SUPERSAMPLING = 2
ROUND_PX = 26  # how far from its edge a garment curves away from the light
NAMES = tuple(name for name, _ in SHAPES)


def garment(label: str, variant: int = 0) -> U8:
    """Return a garment of the class `label`, (280, 280) grey on white.

    Parameters
    ----------
    label : str
        One of `NAMES`, the classes of Fashion-MNIST.
    variant : {0, 1}

    Examples
    --------
    >>> garment("dress").shape
    (280, 280)
    """
    check.check_choice("label", label, NAMES)
    shapes = dict(SHAPES)[label]
    check.check_integer("variant", variant, 0, len(shapes) - 1)
    shape = shapes[variant]
    mask, tone = _flat(shape)
    shade = _shade(mask, seed=NAMES.index(label) + 10 * variant)
    cover = mask.astype(np.float32)
    large = 255 * (cover * np.clip(tone * shade, 0, 1) + 1 - cover)
    image = Image.fromarray(large.astype(np.float32)).reduce(SUPERSAMPLING)
    return np.asarray(np.rint(np.asarray(image)), np.uint8)


def _flat(shape: Shape) -> tuple[npt.NDArray[np.bool_], F32]:
    """Return where the garment is and its tone there, both at the finer resolution."""
    side = SIDE_PX * SUPERSAMPLING
    mask, cloth = Image.new("L", (side, side)), Image.new("F", (side, side), shape.tone)
    ImageDraw.Draw(mask).polygon(_spots(_closed(shape)), fill=1)
    pen = ImageDraw.Draw(cloth)
    for tone, outline in shape.patches:
        places = curve(outline) + ([0, 50] if shape.half else [0, 0])
        pen.polygon(_spots(places), fill=tone)
        if not shape.half:
            ImageDraw.Draw(mask).polygon(_spots(places), fill=1)
    for tone, width, text in shape.lines:
        _seam(pen, shape, (tone, width, text))
        if shape.half and text.startswith("|") and width > 2:
            _seam(ImageDraw.Draw(mask), shape, (1, width, text))  # handles stand out from the body
    flat = np.asarray(mask, np.bool_), np.asarray(cloth, np.float32)
    return (
        flat if shape.half else (flat[0][:, ::-1], flat[1][:, ::-1])
    )  # toes to the left, as in Fashion-MNIST


def _closed(shape: Shape) -> npt.NDArray[np.float64]:
    line = curve(shape.outline)
    if not shape.half:
        return line
    both = np.concatenate([line, line[::-1] * [1, -1]])
    return np.asarray(both + np.array([0, 50]), np.float64)


def _seam(pen: ImageDraw.ImageDraw, shape: Shape, seam: tuple[float, float, str]) -> None:
    tone, width, text = seam
    line = curve(text.removeprefix("|"))
    sides = (1, -1) if text.startswith("|") else (1,)
    for side in sides:
        spots = _spots(line * [1, side] + ([0, 50] if shape.half else [0, 0]))
        thick = max(1, round(width * SIDE_PX * SUPERSAMPLING / 100))
        pen.line(spots, fill=tone, width=thick, joint="curve")
        for x, y in (spots[0], spots[-1]):
            pen.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=tone)


def _spots(places: npt.NDArray[np.float64]) -> list[tuple[float, float]]:
    scale = SIDE_PX * SUPERSAMPLING / 100
    return [(col * scale, row * scale) for row, col in places.tolist()]


def _shade(mask: npt.NDArray[np.bool_], seed: int) -> F32:
    """Return the light on the cloth, about 1: a rounded body with a few soft folds."""
    from scipy.ndimage import distance_transform_edt, gaussian_filter

    coarse = mask[1::SUPERSAMPLING, 1::SUPERSAMPLING]  # soft light needs no finer resolution
    depth = np.minimum(distance_transform_edt(coarse) / ROUND_PX, 1)
    height = gaussian_filter(np.sqrt(1 - (1 - depth) ** 2) * ROUND_PX, 2)
    folds = gaussian_filter(np.random.default_rng(seed).normal(0, 1, coarse.shape), (20, 5))
    down, right = np.gradient(height + folds / folds.std() * 0.7)
    light = (1 + 0.45 * right + 0.35 * down) / np.sqrt(1 + right**2 + down**2)
    shade = Image.fromarray((0.35 + 0.7 * np.clip(light, 0, 1.25)).astype(np.float32))
    return np.asarray(shade.resize(mask.shape[::-1], Image.Resampling.BILINEAR))
