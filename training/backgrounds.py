"""Backgrounds for hands and clothes: made by code, and pieces of photographs that scikit-image ships."""

from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import ndimage
from skimage import data
from torch import Tensor

PHOTOS = (
    "astronaut",
    "brick",
    "cat",
    "coffee",
    "coins",
    "grass",
    "gravel",
    "rocket",
    "clock",
    "page",
    "text",
)
Floats = NDArray[np.float64]


@cache
def backgrounds(side: int, count: int = 1500, seed: int = 7, photos: tuple[str, ...] = PHOTOS) -> Tensor:
    """Return `count` backgrounds, (count, 3, side, side) uint8: half made, half pieces of `photos`."""
    random = np.random.default_rng(seed)
    makers = (_clouds, _gradient, _stripes, _boxes)
    made = [makers[i % len(makers)](side, random) for i in range(count // 2)]
    whole = [getattr(data, name)() for name in photos]
    cut = [_piece(whole[i % len(whole)], side, random) for i in range(count - len(made))]
    return torch.from_numpy(np.stack(made + cut).transpose(0, 3, 1, 2).copy())


def _colours(random: np.random.Generator, count: int) -> Floats:
    """Return colours (count, 3) in 0..1, mostly muted, as rooms are."""
    grey, hue = random.random((count, 1)), random.random((count, 3))
    return grey + (hue - grey) * random.random((count, 1)) ** 1.5


def _blend(share: Floats, random: np.random.Generator) -> NDArray[np.uint8]:
    """Return a picture that runs from one colour to another as `share` (side, side) runs from 0 to 1."""
    first, second = _colours(random, 2)
    return np.uint8(255 * np.clip(first + share[..., None] * (second - first), 0, 1))


def _clouds(side: int, random: np.random.Generator) -> NDArray[np.uint8]:
    """Return smooth noise on three scales."""
    total = np.zeros((side, side))
    for cells in (3, 7, 20):
        coarse = random.standard_normal((cells, cells))
        total += ndimage.zoom(coarse, side / cells, order=1)[:side, :side] / cells ** random.uniform(0, 1)
    return _blend((total - total.min()) / np.ptp(total), random)


def _gradient(side: int, random: np.random.Generator) -> NDArray[np.uint8]:
    """Return light from one side with a little noise."""
    angle = random.uniform(0, 2 * np.pi)
    rows, cols = np.mgrid[:side, :side] / side - 0.5
    share = 0.5 + 0.7 * (rows * np.sin(angle) + cols * np.cos(angle))
    return _blend(share + 0.03 * random.standard_normal((side, side)), random)


def _stripes(side: int, random: np.random.Generator) -> NDArray[np.uint8]:
    """Return stripes or, crossed, a check."""
    angle, width = random.uniform(0, np.pi), random.uniform(3, side / 3)
    rows, cols = np.mgrid[:side, :side]
    first = np.sin((rows * np.sin(angle) + cols * np.cos(angle)) * np.pi / width)
    second = np.sin((rows * np.cos(angle) - cols * np.sin(angle)) * np.pi / width)
    wave = first * second if random.random() < 0.5 else first
    return _blend(0.5 + 0.5 * np.clip(wave * random.uniform(1, 8), -1, 1), random)


def _boxes(side: int, random: np.random.Generator) -> NDArray[np.uint8]:
    """Return overlapping rectangles and discs: furniture, windows, posters, heads."""
    picture = np.broadcast_to(_colours(random, 1)[0], (side, side, 3)).copy()
    rows, cols = np.mgrid[:side, :side]
    for colour in _colours(random, int(random.integers(2, 9))):
        row, col = random.uniform(0, side, 2)
        height, width = random.uniform(side / 12, side / 2, 2)
        high, wide = np.abs(rows - row) / height, np.abs(cols - col) / width
        picture[(np.hypot(high, wide) < 1) if random.random() < 0.4 else (np.maximum(high, wide) < 1)] = (
            colour
        )
    soft = ndimage.gaussian_filter(picture, (random.uniform(0, 1.5),) * 2 + (0,))
    return np.uint8(255 * np.clip(soft + 0.02 * random.standard_normal(soft.shape), 0, 1))


def _piece(photo: NDArray[np.uint8], side: int, random: np.random.Generator) -> NDArray[np.uint8]:
    """Return a square piece of `photo`, turned by quarter turns, its channels mixed now and then."""
    colour = photo[..., :3] if photo.ndim == 3 else np.repeat(photo[..., None], 3, axis=2)
    room = min(colour.shape[:2])
    size = int(random.integers(side, room + 1)) if room > side else room
    row, col = (int(random.integers(0, length - size + 1)) for length in colour.shape[:2])
    piece = torch.from_numpy(colour[row : row + size, col : col + size].copy()).permute(2, 0, 1)[None].float()
    small = torch.nn.functional.interpolate(piece, (side, side), mode="area")[0].permute(1, 2, 0).numpy()
    mixed = small[..., random.permutation(3)] if random.random() < 0.3 else small
    return np.uint8(np.rot90(mixed, int(random.integers(4))))
