"""Draws triangles with a depth buffer, in NumPy: which triangle each pixel shows, and where on it.

Places are pixels: x to the right, y down, z towards the viewer.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Seen:
    """What is seen at the pixels that show something.

    `pixels` (K,): their numbers, row by row; `triangles` (K,); `shares` (K, 3): how near each corner is;
    `depth` (K,).
    """

    pixels: Ints
    triangles: Ints
    shares: Floats
    depth: Floats


def seen(points: Floats, faces: Ints, side: int) -> Seen:
    """Return what is seen of triangles in a square picture of `side` pixels."""
    corners = points[faces]
    flat = corners[:, :, :2]
    first, second = flat[:, 1] - flat[:, 0], flat[:, 2] - flat[:, 0]
    area = first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
    a, b, c = flat.transpose(1, 0, 2)
    low = np.ceil(np.minimum(np.minimum(a, b), c) - 0.5).clip(0, side).astype(np.int64)
    high = np.ceil(np.maximum(np.maximum(a, b), c) - 0.5).clip(0, side).astype(np.int64)
    size = high - low
    counts = size[:, 0] * size[:, 1]
    kept = np.flatnonzero((counts > 0) & (np.abs(area) > 1e-9))
    counts = counts[kept]
    triangle = np.repeat(kept, counts)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    row, col = np.divmod(within, size[triangle, 0])
    col, row = col + low[triangle, 0], row + low[triangle, 1]
    dx, dy = col + 0.5 - flat[triangle, 0, 0], row + 0.5 - flat[triangle, 0, 1]
    b = (dx * second[triangle, 1] - dy * second[triangle, 0]) / area[triangle]
    c = (dy * first[triangle, 0] - dx * first[triangle, 1]) / area[triangle]
    hit = np.flatnonzero((b >= -1e-6) & (c >= -1e-6) & (b + c <= 1 + 1e-6))
    triangle, b, c, pixel = triangle[hit], b[hit], c[hit], (row * side + col)[hit]
    shares = np.stack([1 - b - c, b, c], 1)
    depth = np.einsum("ij,ij->i", corners[:, :, 2][triangle], shares)
    order = np.lexsort((depth, pixel))
    last = order[np.append(np.diff(pixel[order]) != 0, [True] * bool(len(order)))]
    return Seen(pixel[last], triangle[last], shares[last], depth[last])


def mixed(values: Floats, faces: Ints, at: Seen) -> Floats:
    """Return values of corners, (V, C), at the pixels, (K, C)."""
    corners = faces[at.triangles]
    total: Floats = sum(values[corners[:, k]] * at.shares[:, k, None] for k in range(3))  # type: ignore[assignment]
    return total


def normals(points: Floats, faces: Ints) -> Floats:
    """Return which way each corner's skin looks, (V, 3); triangles go counter-clockwise seen from outside."""
    a, b, c = (points[faces[:, k]] for k in range(3))
    flat = np.cross(b - a, c - a)
    index = np.concatenate([faces[:, k] for k in range(3)])
    whole: Floats = np.stack([np.bincount(index, np.tile(flat[:, k], 3), len(points)) for k in range(3)], 1)
    length = np.linalg.norm(whole, axis=1, keepdims=True)
    whole /= np.maximum(length, 1e-12)
    return whole


def lit_share(points: Floats, faces: Ints, lamp: Floats, spots: Floats, *, side: int = 128) -> Floats:
    """Return the share of a lamp's light that reaches each spot, (K,), past the triangles.

    `lamp` (3,) is the direction towards it, `spots` (K, 3) are places on the skin.
    """
    aside = np.cross(lamp, [0.3, 0.9, 0.1])
    aside /= np.linalg.norm(aside)
    axes = np.stack([aside, np.cross(lamp, aside), lamp], 1)
    low, high = (spots @ axes).min(0), (spots @ axes).max(0)
    zoom = (side - 4) / max(float((high - low)[:2].max()), 1e-6)
    placed = (points @ axes - low) * zoom + 2
    found = seen(placed, faces, side)
    depth = np.full(side * side, -np.inf)
    depth[found.pixels] = found.depth
    col, row, height = ((spots @ axes - low) * zoom + 2).T
    share = np.zeros(len(spots))
    for across, down in ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)):
        place = (row + down).astype(int).clip(0, side - 1) * side + (col + across).astype(int).clip(
            0, side - 1
        )
        share += ((height - depth[place] + 3.0) / 1.5).clip(0, 1)
    return share / 5
