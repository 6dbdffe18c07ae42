"""Hands for rock, paper and scissors: rounded limbs, lit from the upper left, on a light ground."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from cnnviz import check

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

SIDE_PX = 300
NAMES = ("rock", "paper", "scissors")

# A limb is a line of (row, col, radius, height above the ground) on a sheet of 100 x 100.
Limb = tuple[tuple[float, float, float, float], ...]
ARM: Limb = ((150, 52, 12, 0), (96, 50, 9.5, 0), (78, 50, 8.5, 0))
PALM: tuple[Limb, ...] = (
    ((77, 45, 9, -1), (54, 39, 7.5, -1.5)),
    ((77, 49, 9, -1), (51, 46, 7.8, -1.5)),
    ((77, 52, 9, -1), (52, 54, 7.8, -1.5)),
    ((77, 55, 8.5, -1), (57, 61, 7, -1.5)),
)
ROCK: tuple[Limb, ...] = (
    ARM,
    ((78, 50, 10, -1), (63, 45, 13, -5), (61, 55, 13, -5)),
    ((41, 36, 6.3, 1.5), (58, 37, 6.2, 1)),
    ((39, 47, 6.6, 2), (60, 47, 6.2, 1)),
    ((40, 57, 6.4, 1.7), (60, 57, 6, 1)),
    ((44, 66, 5.6, 1), (60, 66, 5.4, 0.5)),
    ((74, 38, 7, 0), (66, 37, 6.2, 4), (62, 53, 5.4, 6)),
)
PAPER: tuple[Limb, ...] = (
    ARM,
    *PALM,
    ((54, 37, 6, 0.4), (36, 32, 5.4, 0.3), (19, 28, 4.2, 0)),
    ((51, 46, 6.1, 0.6), (31, 45, 5.5, 0.4), (12, 44, 4.3, 0.2)),
    ((52, 55, 6, 0.4), (34, 58, 5.3, 0.3), (17, 61, 4.1, 0)),
    ((57, 63, 5.3, 0.2), (43, 68, 4.7, 0.1), (30, 73, 3.7, 0)),
    ((72, 43, 8, 0), (59, 27, 6, 0.6), (45, 18, 4.7, 0.4)),
)
SCISSORS: tuple[Limb, ...] = (
    ARM,
    *PALM,
    ((54, 38, 6.1, 0.6), (34, 31, 5.4, 0.4), (15, 25, 4.3, 0)),
    ((51, 47, 6.2, 0.6), (30, 52, 5.5, 0.4), (10, 57, 4.4, 0)),
    ((52, 57, 6.2, 3), (64, 56, 5.8, 2)),
    ((56, 65, 5.5, 2), (66, 62, 5.3, 1.5)),
    ((76, 40, 6.6, 1), (68, 43, 5.8, 5), (64, 56, 5, 7)),
)
LIMBS = dict(zip(NAMES, (ROCK, PAPER, SCISSORS), strict=True))
# skin (red, green, blue), turn in degrees, whether mirrored, ground (red, green, blue), size
MANNERS = (
    ((0.94, 0.75, 0.63), 4.0, False, (0.97, 0.97, 0.97), 1.0),
    ((0.55, 0.37, 0.27), -9.0, True, (0.96, 0.96, 0.97), 0.88),
    ((0.80, 0.59, 0.45), 78.0, False, (0.93, 0.94, 0.95), 0.95),
    ((0.90, 0.70, 0.57), -20.0, True, (0.55, 0.68, 0.74), 0.92),
)


def hand(label: str, variant: int = 0) -> U8:
    """Return a hand, (300, 300, 3).

    Parameters
    ----------
    label : {'rock', 'paper', 'scissors'}
    variant : {0, 1, 2, 3}
        Skin, turn, left or right hand and ground.

    Examples
    --------
    >>> hand("rock").shape
    (300, 300, 3)
    """
    check.check_choice("label", label, NAMES)
    check.check_integer("variant", variant, 0, len(MANNERS) - 1)
    skin, turn, mirrored, ground, size = MANNERS[variant]
    height, cover = _surface([_placed(limb, turn, mirrored, size) for limb in LIMBS[label]])
    colours = _lit(height, np.array(skin, np.float32), seed=variant)
    fallen = np.pad(cover, ((6, 0), (8, 0)), mode="edge")[:-6, :-8]  # to the lower right
    shadow = 1 - 0.28 * np.clip(_soft(fallen, 8), 0, 1)
    paper = np.array(ground, np.float32) * shadow[..., None]
    mixed = colours * cover[..., None] + paper * (1 - cover[..., None])
    return np.rint(np.clip(mixed, 0, 1) * 255).astype(np.uint8)


def _placed(limb: Limb, turn: float, mirrored: bool, size: float) -> F32:
    """Return the limb turned about the middle of the sheet, in pixels."""
    places = np.array(limb)
    angle = np.deg2rad(turn)
    middle = places[:, :2] - [52, 50]
    if mirrored:
        middle[:, 1] *= -1
    turned = middle @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    scale = SIDE_PX / 100
    placed = np.concatenate([turned * size + [52, 50], places[:, 2:] * size], axis=1) * scale
    return placed.astype(np.float32)


def _surface(limbs: list[F32]) -> tuple[F32, F32]:
    """Return the height of the hand at each pixel, and how far the hand covers the pixel, 0..1."""
    height, cover = np.zeros((2, SIDE_PX, SIDE_PX), np.float32)
    for limb in limbs:
        for start, end in pairwise(limb):
            reach = max(start[2], end[2]) + 1
            low = np.clip(np.minimum(start, end)[:2] - reach, 0, SIDE_PX).astype(int)
            high = np.clip(np.maximum(start, end)[:2] + reach, 0, SIDE_PX).astype(int)
            window = slice(low[0], high[0]), slice(low[1], high[1])
            rows, cols = np.ogrid[window]
            bar, covered = _capsule((rows - start[0], cols - start[1]), start, end)
            np.maximum(height[window], bar, out=height[window])
            np.maximum(cover[window], covered, out=cover[window])
    return height, cover


def _capsule(place: tuple[F32, F32], start: F32, end: F32) -> tuple[F32, F32]:
    """Return height and coverage of a tapering round bar; `place` is each pixel's way from its start."""
    along = end - start
    share = np.clip((place[0] * along[0] + place[1] * along[1]) / (along[0] ** 2 + along[1] ** 2), 0, 1)
    distance = np.hypot(place[0] - share * along[0], place[1] - share * along[1])
    radius = start[2] + share * along[2]
    arch = np.sqrt(np.maximum(radius**2 - distance**2, 0))
    height = np.where(arch > 0, start[3] + share * along[3] + arch, 0)
    return height.astype(np.float32), np.clip(radius - distance + 0.5, 0, 1).astype(np.float32)


def _lit(height: F32, skin: F32, seed: int) -> F32:
    """Return the colours of the skin in soft light, (rows, cols, 3)."""
    smooth = _soft(height, 1.25)
    grain = _soft(np.random.default_rng(seed).normal(0, 1, height.shape).astype(np.float32), 1) * 0.3
    down, right = np.gradient(smooth + grain)
    light = (1 + 0.55 * right + 0.55 * down) / np.sqrt(1 + right**2 + down**2)
    shade = np.clip(0.48 + 0.5 * light, 0.3, 1.12)
    blush = np.array([0.0, -0.05, -0.06], np.float32) * np.clip(1 - shade, 0, 1)[..., None]
    return np.asarray(skin * shade[..., None] + blush, np.float32)


def _soft(values: F32, sigma: float) -> F32:
    from scipy.ndimage import gaussian_filter

    return np.asarray(gaussian_filter(values, sigma), np.float32)
