"""Photos of digits on paper, made by code, and how many are read: ``python -m training.notebook``.

Plain, ruled and squared paper; pens and pencils; shadows; a table at the edge. Nothing is trained on them:
they tell how well the preparation (`cnnviz.images.steps.paper`) finds the ink.
"""

import argparse

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw
from scipy import ndimage

from cnnviz.images.picture import Picture
from cnnviz.images.prepare import prepare
from cnnviz.images.strokes import Stroke
from cnnviz.learn.evaluate import evaluate
from cnnviz.zoo import registry
from training.handwriting import write

F64 = npt.NDArray[np.float64]
Random = np.random.Generator

ROWS, COLS, LARGER = 480, 640, 2  # drawn larger, then reduced, so that edges are smooth
SHEET, LINE = (235, 235, 230), (165, 185, 222)
INKS = {"pen": (30, 30, 35), "blue": (40, 60, 150), "pencil": (130, 130, 135)}
TABLES = ((110, 80, 50), (60, 60, 65), (180, 160, 130))
EDGE = 70  # pixels of table at most; digits keep off
KINDS = (
    ("pen",),
    ("pencil",),
    ("pen", "shadow"),
    ("blue", "squared", "shade"),
    ("pencil", "ruled"),
    ("pen", "table"),
    ("pen", "table", "shade", "squared"),
    ("pencil", "table", "shade", "ruled"),
)
COUNT, SEED = 200, 77


def main() -> None:
    """Print how many photos of each kind the network named on the command line reads."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="best")
    model = parser.parse_args().model
    net, recipe = registry.load("digits", model), registry.card("digits", model).recipe("photo")
    labels = [place % 10 for place in range(COUNT)]
    for kind in KINDS:
        random = np.random.default_rng(SEED)
        photos = [photo(write(label, random).strokes, kind, random) for label in labels]
        inputs = np.stack([prepare(one, recipe).tensor_f32 for one in photos])
        print(f"{', '.join(kind)}: {evaluate(net, inputs, labels).share.right} of {COUNT}")


def photo(strokes: tuple[Stroke, ...], kind: tuple[str, ...], random: Random) -> Picture:
    """Return a photo, (480, 640, 3), of strokes written on paper.

    Parameters
    ----------
    strokes : tuple of Stroke
        Points (row, col) of any size; they are brought to 90 to 300 pixels of height or width.
    kind : tuple of str
        First one of `INKS`, then any of ``'ruled'``, ``'squared'``, ``'shade'``, ``'shadow'``, ``'table'``.
    random : Generator
        Decides place, size, width of the pen, light.
    """
    paper = Image.new("RGB", (COLS * LARGER, ROWS * LARGER), SHEET)
    _print_lines(paper, kind, random)
    _write(paper, strokes, INKS[kind[0]], random)
    turned = paper.rotate(random.uniform(-6, 6), Image.Resampling.BILINEAR, fillcolor=SHEET)
    pixels = np.asarray(turned.resize((COLS, ROWS), Image.Resampling.LANCZOS)).astype(np.float64)
    if "table" in kind:
        _lay_on_table(pixels, random)
    if "shade" in kind:
        pixels *= _shade(random)
    if "shadow" in kind:
        pixels *= _shadow(random)
    blurred = ndimage.gaussian_filter(pixels, (*[random.uniform(0.4, 1.2)] * 2, 0))
    noisy = blurred + random.normal(0, random.uniform(2, 6), pixels.shape)
    return Picture(noisy.clip(0, 255).astype(np.uint8), origin="upload")


def _print_lines(paper: Image.Image, kind: tuple[str, ...], random: Random) -> None:
    draw, gap = ImageDraw.Draw(paper), int(random.integers(24, 60)) * LARGER
    if "ruled" in kind or "squared" in kind:
        for row in range(0, paper.height, gap):
            draw.line((0, row, paper.width, row), LINE, LARGER)
    if "squared" in kind:
        for col in range(0, paper.width, gap):
            draw.line((col, 0, col, paper.height), LINE, LARGER)


def _write(
    paper: Image.Image, strokes: tuple[Stroke, ...], ink: tuple[int, int, int], random: Random
) -> None:
    lines = [np.array(stroke.points)[:, ::-1] for stroke in strokes]  # to (x, y)
    every = np.concatenate(lines)
    size = random.uniform(90, 300)
    scale = size / np.ptp(every, axis=0).max()
    room = np.array([COLS, ROWS]) - 2 * (EDGE + 20) - scale * np.ptp(every, axis=0)
    start = EDGE + 20 + random.random(2) * room.clip(0)
    pen = LARGER * max(1.0, size * random.uniform(0.02, 0.07))
    draw = ImageDraw.Draw(paper)
    for line in lines:
        points = [tuple(point) for point in LARGER * (start + scale * (line - every.min(0)))]
        draw.line(points, ink, round(pen), joint="curve")
        for x, y in (points[0], points[-1]):
            draw.ellipse((x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2), ink)


def _lay_on_table(pixels: F64, random: Random) -> None:
    """Put a strip of table along the left or the upper edge."""
    rows, cols = np.mgrid[0:ROWS, 0:COLS]
    across, along = (cols, rows / ROWS) if random.random() < 0.5 else (rows, cols / COLS)
    bare = across < EDGE * (random.uniform(0.3, 0.8) + random.uniform(-0.2, 0.2) * along)
    pixels[bare] = random.choice(TABLES) + random.normal(0, 8, (bare.sum(), 1))


def _shade(random: Random) -> F64:
    """Return light that falls off to one side, (480, 640, 1)."""
    rows, cols = np.mgrid[0 : 1 : ROWS * 1j, 0 : 1 : COLS * 1j]
    angle = random.uniform(0, 2 * np.pi)
    slope = np.cos(angle) * cols + np.sin(angle) * rows
    return np.asarray((0.45 + 0.6 * (slope - slope.min()) / np.ptp(slope))[..., None])


def _shadow(random: Random) -> F64:
    """Return the shadow of something straight, (480, 640, 1)."""
    rows, cols = np.mgrid[0:ROWS, 0:COLS]
    apart = cols + random.uniform(-0.5, 0.5) * rows - random.uniform(0.25, 0.75) * COLS
    return np.asarray((0.55 + 0.45 / (1 + np.exp(-apart / random.uniform(4, 30))))[..., None])


if __name__ == "__main__":
    main()
