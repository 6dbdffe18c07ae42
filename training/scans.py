"""Scans of Fashion-MNIST as cut-outs: coloured, sleeves spread, a shoe doubled into a pair."""

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from scipy import ndimage
from torch.nn import functional

from training import cloth

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
Random = np.random.Generator
SLEEVED, SHOES = (2, 4, 6), (5, 7, 9)


def cut_out(scan: U8, label: int, random: Random) -> F32:
    """Return a scanned garment (28, 28) as a cut-out (side, side, 4), coloured, changed as photos differ."""
    large = Image.fromarray(scan).resize((84, 84), Image.Resampling.BICUBIC)
    tone = np.asarray(large, np.float32) / np.float32(255)
    body = tone > 0.1 if label == 5 else ndimage.binary_fill_holes(tone > 0.1)
    core = body if label == 5 else ndimage.binary_erosion(body, iterations=3)  # the scan's edge is soft
    if core.any():
        nearest = ndimage.distance_transform_edt(~core, return_distances=False, return_indices=True)
        tone = tone[tuple(nearest)]
    alpha = ndimage.gaussian_filter(body.astype(np.float32), 0.7)
    if label in SLEEVED and random.random() < 0.55:
        tone, alpha = _spread(tone, alpha, random)
    if label in SHOES and random.random() < 0.75:
        tone, alpha = _doubled(tone, alpha, random)
    return _coloured(tone, alpha, random)


def _coloured(tone: F32, alpha: F32, random: Random) -> F32:
    """Return the negative of the scan in one colour: the scans are negatives, so bright means dark cloth."""
    ends = np.stack([cloth.cloth_colour(random), cloth.cloth_colour(random)])
    dark, light = ends[np.argsort(ends.mean(1))]
    span = (1 - tone) ** np.exp(random.normal(0, 0.35))
    low, high = np.percentile(span[alpha > 0.5], (3, 97)) if (alpha > 0.5).any() else (0, 1)
    keep = random.uniform(0, 1)  # how far the tone is stretched to the ends
    share = (1 - keep) * span + keep * np.clip((span - low) / max(float(high - low), 0.15), 0, 1)
    colours = dark + share[..., None] * (light - dark)
    canvas = np.zeros((cloth.SIDE, cloth.SIDE, 4), np.float32)
    rows, cols = tone.shape
    top, left = (cloth.SIDE - rows) // 2, (cloth.SIDE - cols) // 2
    canvas[top : top + rows, left : left + cols] = np.dstack([colours, alpha])
    return canvas


def _turned(layers: F32, turn: float, pivot: tuple[float, float]) -> F32:
    """Return layers (n, rows, cols) turned about (x, y) by an angle in radians, anticlockwise."""
    cos, sin = np.cos(turn), np.sin(turn)
    matrix = np.array([[cos, -sin], [sin, cos]])
    centre = np.array(pivot) / (layers.shape[1] / 2) - 1
    shift = centre - matrix @ centre
    whole = torch.from_numpy(np.concatenate([matrix, shift[:, None]], 1)[None]).float()
    grid = functional.affine_grid(whole, [1, *layers.shape], align_corners=False)
    return functional.grid_sample(torch.from_numpy(layers)[None], grid, align_corners=False)[0].numpy()


def _spread(tone: F32, alpha: F32, random: Random) -> tuple[F32, F32]:
    """Return a top with its sleeves turned outwards about the shoulders."""
    layers = np.pad(np.stack([tone, alpha]), ((0, 0), (34, 34), (34, 34)))
    side = layers.shape[1]
    hem = np.flatnonzero(layers[1][34 + 70 : 34 + 82].mean(0) > 0.5)
    if len(hem) < 12:
        return tone, alpha
    edges = side / 2 - np.array([hem[0], hem[-1]])
    reach = float(np.clip(0.8 * np.abs(edges).min(), 12, 30))
    cols = np.arange(side) + 0.5 - side / 2
    whole = layers * np.where(np.abs(cols) <= reach, 1, 0)
    angle = np.deg2rad(random.uniform(5, 45))
    for hand in (-1, 1):
        arm = layers * (hand * cols > reach - 1)
        moved = _turned(
            arm.astype(np.float32), hand * (angle + random.normal(0, 0.1)), (side / 2 + hand * reach, 34 + 16)
        )
        whole = np.where(whole[1] >= moved[1], whole, moved)
    return whole[0].astype(np.float32), whole[1].astype(np.float32)


def _doubled(tone: F32, alpha: F32, random: Random) -> tuple[F32, F32]:
    """Return a shoe beside or before its fellow, as pairs stand on a floor."""
    layers = np.pad(np.stack([tone, alpha]), ((0, 0), (34, 34), (34, 34)))
    second = layers[:, :, ::-1] if random.random() < 0.3 else layers
    second = _turned(np.ascontiguousarray(second, np.float32), random.normal(0, 0.2), (76, 76))
    second = np.roll(second, (int(random.integers(10, 34)), int(random.integers(-24, 25))), (1, 2))
    first = np.roll(layers, -12, 1)
    both = np.where(second[1] > 0.5, second, first)
    return both[0].astype(np.float32), both[1].astype(np.float32)
