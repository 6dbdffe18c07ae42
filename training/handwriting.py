"""Digits written by code as MNIST hardly has them: a 1 with an upstroke, a 7 with a bar, wide pens.

MNIST's writers were American. Everything here is drawn from the skeletons in `SKELETONS`, which were
typed by hand for this project; no recorded handwriting is used.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import interpolate

from cnnviz.images.prepare import Recipe, prepare
from cnnviz.images.strokes import PAPERS, SHEET, Drawing, Stroke
from training.skeletons import SKELETONS

Floats = npt.NDArray[np.float64]
NARROWEST = {4: 0.65, 7: 0.7}  # of a unit box: narrower, a 4 is a 6 and a 7 a 1
RECIPE = Recipe(task="digits", form="drawing", size=28, mean=(0.0,), std=(1.0,))


def written(count: int, cache: Path, seed: int = 11) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Return `count` prepared digits, (count, 1, 28, 28) uint8, and labels; `cache` keeps them."""
    if not cache.exists():
        random = np.random.default_rng(seed)
        labels = np.arange(count) % 10
        pictures = [prepare(write(int(label), random).picture(), RECIPE).tensor_f32 for label in labels]
        np.savez_compressed(cache, pictures=np.rint(np.stack(pictures) * 255).astype(np.uint8), labels=labels)
    with np.load(cache) as kept:
        return kept["pictures"][:count], kept["labels"][:count]


def write(digit: int, random: np.random.Generator) -> Drawing:
    """Return one drawing of `digit` in a random hand, with a random pen, anywhere on the sheet."""
    hands = SKELETONS[digit]
    strokes = hands[int(random.integers(len(hands)))]
    wobble = random.uniform(0.01, 0.06)
    width, slant, angle = (
        random.uniform(NARROWEST.get(digit, 0.5), 1.0),
        random.normal(0, 0.2),
        random.normal(0, 0.12),
    )
    shape = np.array([[width, 0.0], [-slant, 1.0]])  # (x, y) of the skeleton, y down
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    lines = [_line(kind, np.array(points), wobble, random) for kind, points in strokes]
    shifted = [line + 0.03 * random.standard_normal(2) for line in lines]
    amounts = random.normal(0, 0.04, (2, 2, 2))
    bent = [_bent(line, amounts) @ shape @ turn for line in shifted]
    return Drawing(_on_sheet(bent, random), PAPERS[int(random.integers(2))])


def _bent(line: Floats, amounts: Floats) -> Floats:
    """Return points (n, 2) of the unit box moved along half and whole sine waves of either axis."""
    waves = np.stack([np.sin(np.pi * line), np.sin(2 * np.pi * line)], -1)  # (n, 2 axes, 2 waves)
    return line + np.einsum("naw,awm->nm", waves, amounts)


def _line(kind: str, points: Floats, wobble: float, random: np.random.Generator) -> Floats:
    """Return a curve (n, 2) through the points, each moved a little; 'l' keeps corners, 's' rounds them."""
    moved = points + wobble * random.standard_normal(points.shape)
    if kind == "l" or len(points) < 3:
        corners = np.linspace(0, 1, len(moved))
        fine = np.linspace(0, 1, 12 * len(moved))
        line = np.stack([np.interp(fine, corners, moved[:, axis]) for axis in (0, 1)], 1)
        bend = 0.04 * random.standard_normal(2) * np.sin(np.pi * fine)[:, None]
        return line + bend
    curve, _ = interpolate.splprep(moved.T, s=0.002 * len(points), k=min(3, len(points) - 1))
    return np.stack(interpolate.splev(np.linspace(0, 1, 40), curve), 1)


def _on_sheet(lines: list[Floats], random: np.random.Generator) -> tuple[Stroke, ...]:
    """Return strokes of 80 to 240 units' height, wholly on the sheet."""
    height = random.uniform(80, 240)
    pen = float(np.clip(height * random.uniform(0.04, 0.24), 5, 40))
    every = np.concatenate(lines)
    low, size = every.min(0), np.ptp(every, 0)
    room = SHEET - pen
    scale = min((height - pen) / max(size[1], 1e-3), room / max(size[0], 1e-3))
    start = pen / 2 + random.random(2) * (room - scale * size)
    placed = [(start + scale * (line - low))[:, ::-1] for line in lines]  # to (row, col)
    return tuple(Stroke(tuple(map(tuple, line.tolist())), pen) for line in placed)
