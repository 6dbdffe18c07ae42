"""Pictures without a hand, to measure whether a network notices: walls, surfaces, things, drawings, faces.

Made here by code and taken from what lies at hand; nothing of it is used to train a network.
"""

from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from cnnviz.errors import DataError
from cnnviz.images.decode import decode
from cnnviz.images.drawn import scenes
from cnnviz.images.picture import Picture
from cnnviz.learn import datasets

F64 = npt.NDArray[np.float64]
SIDE = 192  # pixels of a made picture
MADE = 320
PIECES = 12  # of each photograph
SCANS = 60  # of each of the two MNISTs' test sets
# Inside the wheel of scikit-image 0.26, under skimage/data; in the public domain or CC0; not among the
# photographs that hands are pasted onto in training
PHOTOS = ("camera.png", "moon.png", "motorcycle_left.png", "hubble_deep_field.jpg", "retina.jpg", "ihc.png")
FACES = "lfw_subset.npy"  # (200, 25, 25): 100 faces, then 100 other things


def no_hands(folder: Path) -> Iterator[Picture]:
    """Return every picture, the same ones each time; those from data sets only if `folder` has them."""
    random = np.random.default_rng(29)
    for number in range(MADE):
        make = MAKERS[number % len(MAKERS)]
        yield _picture(make(random), make.__name__.strip("_"))
    yield from (Picture(scenes.scene(name), origin="upload", name=name) for name in scenes.NAMES)
    for name in PHOTOS:
        photo = decode(files("skimage").joinpath("data", name).read_bytes(), name)
        yield from (_piece(photo, random) for _ in range(PIECES))
    yield from _faces()
    for task in ("digits", "clothes"):
        yield from _scans(task, folder)
    for path in sorted((folder / "garment-photos").glob("*/*.jpg")):
        yield decode(path.read_bytes(), path.name)


def _faces() -> Iterator[Picture]:
    with files("skimage").joinpath("data", FACES).open("rb") as stream:
        pixels = np.load(stream)
    for number in range(0, 200, 4):
        yield _picture(ndimage.zoom(pixels[number], 4, order=1), f"face {number}")


def _picture(pixels: F64, name: str) -> Picture:
    return Picture((255 * np.clip(pixels, 0, 1)).astype(np.uint8), origin="upload", name=name)


def _scans(task: str, folder: Path) -> Iterator[Picture]:
    try:
        count = len(datasets.labels(task, "test", folder))
    except DataError:
        return
    for place in range(0, count, count // SCANS):
        scan = datasets.picture(task, "test", place, folder)
        yield Picture(scan.pixels_u8, origin="upload", name=scan.name)


def _piece(photo: Picture, random: np.random.Generator) -> Picture:
    """Return a square piece of at least a quarter of the shorter side."""
    rows, cols = photo.size
    side = int(random.integers(min(rows, cols) // 4, min(rows, cols)))
    top, left = int(random.integers(rows - side + 1)), int(random.integers(cols - side + 1))
    piece = np.ascontiguousarray(photo.pixels_u8[top : top + side, left : left + side])
    return Picture(piece, origin="upload", name=photo.name)


def _coloured(level: F64, random: np.random.Generator) -> F64:
    """Return brightness (SIDE, SIDE) in a colour as walls and furniture have it, with a camera's noise."""
    colour = 1 - random.uniform(0, 0.5) * random.random(3)
    noise = random.uniform(0, 0.03) * random.standard_normal((SIDE, SIDE, 3))
    return np.asarray(level[..., None] * colour + noise)


def _wall(random: np.random.Generator) -> F64:
    """Return a plain wall, lit by a lamp that stands somewhere near or far."""
    rows, cols = np.indices((SIDE, SIDE)) / SIDE - random.uniform(-0.5, 1.5, (2, 1, 1))
    reach = random.uniform(0.5, 4)
    return _coloured(random.uniform(0.4, 1) * np.exp(-(rows**2 + cols**2) / reach**2), random)


def _cloth(random: np.random.Generator) -> F64:
    """Return noise whose strength falls with frequency, as in carpets, plaster and foliage."""
    rows, cols = np.fft.fftfreq(SIDE)[:, None], np.fft.fftfreq(SIDE)[None]
    strength = (rows**2 + cols**2 + 1e-4) ** (-random.uniform(0.3, 1.1))
    waves = np.fft.ifft2(strength * np.fft.fft2(random.standard_normal((SIDE, SIDE)))).real
    return _coloured(0.5 + random.uniform(0.05, 0.25) * waves / waves.std(), random)


def _tiles(random: np.random.Generator) -> F64:
    """Return bricks or tiles: joints between blocks that differ a little."""
    height, width = random.integers(12, 60, 2)
    rows, cols = np.indices((SIDE, SIDE))
    row = rows // height
    cols = cols + row * (width // 2) * int(random.integers(2))
    shade = random.normal(0.6, 0.08, (SIDE, 2 * SIDE))[row, cols // width]
    joint = (rows % height < 2) | (cols % width < 2)
    return _coloured(np.where(joint, random.uniform(0.2, 0.9), shade), random)


def _wood(random: np.random.Generator) -> F64:
    """Return the grain of wood: rings cut lengthwise."""
    rows, cols = np.indices((SIDE, SIDE)) / SIDE
    bent = ndimage.gaussian_filter(random.standard_normal((SIDE, SIDE)), 25) * 8
    rings = np.sin(2 * np.pi * random.uniform(5, 16) * (cols + 0.1 * bent + 0.05 * rows))
    return _coloured(0.55 + 0.15 * rings, random)


def _patches(random: np.random.Generator) -> F64:
    """Return areas of one colour each, split by who is nearest: a heap of things out of focus."""
    points = random.uniform(0, SIDE, (int(random.integers(4, 25)), 2))
    rows, cols = np.indices((SIDE, SIDE))
    distance = np.hypot(rows[..., None] - points[:, 0], cols[..., None] - points[:, 1])
    colours = random.random((len(points), 3))[distance.argmin(2)]
    return np.asarray(ndimage.gaussian_filter(colours, (*[random.uniform(0, 4)] * 2, 0)))


def _shelf(random: np.random.Generator) -> F64:
    """Return books on shelves: upright bars of many colours on dark boards."""
    picture = np.full((SIDE, SIDE, 3), 0.25)
    height = int(random.integers(40, 90))
    for top in range(0, SIDE, height):
        left = 0
        while left < SIDE:
            width, high = int(random.integers(6, 24)), int(random.integers(height // 2, height - 5))
            picture[top + height - 5 - high : top + height - 5, left : left + width] = random.random(3)
            left += width + int(random.integers(3))
    return picture + 0.02 * random.standard_normal(picture.shape)


def _things(random: np.random.Generator) -> F64:
    """Return a ball, a bottle or a box in front of a wall, shaded from one side."""
    picture = _wall(random)
    rows, cols = np.indices((SIDE, SIDE)) / SIDE - random.uniform(0.35, 0.65, (2, 1, 1))
    tall, wide = random.uniform(0.15, 0.4, 2)
    power = random.choice([2.0, 3.0, 8.0])  # round, rounded, square
    inside = np.abs(rows / tall) ** power + np.abs(cols / wide) ** power < 1
    light = np.clip(0.75 - 0.6 * cols / wide + 0.2 * rows / tall, 0.1, 1.1)
    return np.where(inside[..., None], light[..., None] * random.random(3), picture)


MAKERS: tuple[Callable[[np.random.Generator], F64], ...] = (
    _wall,
    _cloth,
    _tiles,
    _wood,
    _patches,
    _shelf,
    _things,
    _wall,
)
