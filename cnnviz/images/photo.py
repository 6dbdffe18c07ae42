"""Prepare a photo for a network trained on ImageNet, exactly as torchvision does, with every step kept."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from cnnviz.images.picture import Picture
from cnnviz.images.prepare import LAST, Prepared, Step, normalised

# torchvision.transforms._presets.ImageClassification with the sizes of the published IMAGENET1K_V1 weights
SHORTER = 256  # pixels of the shorter side after scaling
SIDE = 224  # pixels of the middle that is cut out
F32 = npt.NDArray[np.float32]


class Normalisation(NamedTuple):
    """What is taken off each channel and what the rest is divided by, for values in 0..1."""

    mean: tuple[float, ...]
    std: tuple[float, ...]


def prepare_photo(picture: Picture, normalisation: Normalisation) -> Prepared:
    """Return `picture` scaled, its middle cut out, and normalised.

    Parameters
    ----------
    picture : Picture
        Of any size, grey or colour.
    normalisation : Normalisation
        Three channels.

    Returns
    -------
    Prepared
        With ``tensor_f32`` of shape (3, 224, 224); the same to the last bit as torchvision's own.

    References
    ----------
    torchvision, ``ImageClassification``: ``resize`` (bilinear, antialiased) and ``center_crop`` on a
    Pillow picture, ``pil_to_tensor``, ``convert_image_dtype``, ``normalize``.
    """
    colour = Image.fromarray(picture.pixels_u8).convert("RGB")
    scaled = _scaled(colour)
    top, left = (round((size - SIDE) / 2.0) for size in (scaled.height, scaled.width))
    middle = scaled.crop((left, top, left + SIDE, top + SIDE))
    cut = Step("middle", _unit(middle), True, "middle", {"side": SIDE})
    tensor, last = normalised(cut.pixels_f32, normalisation.mean, normalisation.std)
    steps = (
        Step("original", _unit(colour), True, "original", {"rows": colour.height, "cols": colour.width}),
        Step("shorter", _unit(scaled), True, "shorter", {"rows": scaled.height, "cols": scaled.width}),
        cut,
        last,
    )
    assert steps[-1].name == LAST  # noqa: S101  # `Prepared.seen_f32` is the step before it
    return Prepared(steps, tensor, is_empty=False)


def _scaled(colour: Image.Image) -> Image.Image:
    """Return the picture with its shorter side of `SHORTER` pixels; the longer one is rounded down."""
    short, long = sorted(colour.size)
    other = int(SHORTER * long / short)
    size = (SHORTER, other) if colour.width <= colour.height else (other, SHORTER)
    return colour if size == colour.size else colour.resize(size, Image.Resampling.BILINEAR)


def _unit(picture: Image.Image) -> F32:
    return np.asarray(picture, np.float32) / np.float32(255)
