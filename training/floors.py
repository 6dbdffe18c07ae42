"""What clothes lie on when they are photographed: planks, tiles, carpets, creased sheets, made by code."""

import numpy as np
import numpy.typing as npt
from scipy import ndimage

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
Random = np.random.Generator


def floors(side: int, count: int, seed: int) -> F32:
    """Return `count` floors (count, side, side, 3) in 0..1, of all kinds in turn."""
    random = np.random.default_rng(seed)
    makers = (_planks, _tiles, _carpet, _sheet)
    return np.stack([makers[i % len(makers)](side, random) for i in range(count)]).astype(np.float32)


def creases(side: int, random: Random, hanging: bool = False) -> F64:
    """Return soft folds (side, side) about 0, deviation 1: one way, or down; here more than there."""
    y, x = np.meshgrid(np.fft.fftfreq(side), np.fft.fftfreq(side), indexing="ij")
    angle, size = random.uniform(0, np.pi), np.exp(random.uniform(np.log(2), np.log(9)))
    long = random.uniform(1, 5)
    if hanging:
        angle, long = np.pi / 2 + random.normal(0, 0.12), random.uniform(5, 12)
    along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    keep = np.exp(-2 * (np.pi * size) ** 2 * ((along * long) ** 2 + across**2))
    folds = np.real(np.fft.ifft2(np.fft.fft2(random.standard_normal((side, side))) * keep))
    here = ndimage.gaussian_filter(random.standard_normal((side, side)), side / 8, mode="wrap")
    folds *= np.clip(0.6 + 0.5 * here / here.std(), 0.1, 2)
    return np.asarray((folds - folds.mean()) / folds.std())


def _colour(random: Random) -> F64:
    """Return the colour of a floor or sheet: brown, grey, pale, now and then vivid."""
    tone = random.uniform(0.15, 0.95)
    warm = np.array([1, 0.82, 0.6]) if random.random() < 0.45 else np.ones(3)
    vivid = random.uniform(-0.35, 0.35, 3) if random.random() < 0.25 else random.normal(0, 0.03, 3)
    return np.clip(tone * warm + vivid, 0.03, 0.97)


def _turned(side: int, random: Random) -> tuple[F64, F64]:
    """Return two coordinates at right angles, in pixels."""
    angle = random.choice([0, np.pi / 2, random.uniform(0, np.pi)]) + random.normal(0, 0.05)
    rows, cols = np.mgrid[:side, :side].astype(float) - side / 2
    start, side_start = random.uniform(0, 500, 2)
    return (
        rows * np.cos(angle) + cols * np.sin(angle) + start,
        cols * np.cos(angle) - rows * np.sin(angle) + side_start,
    )


def _tones(cells: tuple[npt.NDArray[np.int64], ...], random: Random) -> F64:
    """Return a random number for each cell, normal about 0."""
    table = random.standard_normal((31, 37))
    return np.asarray(table[cells[0] % 31, cells[1] % 37])


def _planks(side: int, random: Random) -> F64:
    across, along = _turned(side, random)
    wide, long = random.uniform(8, 45), random.uniform(60, 300)
    row = np.floor(across / wide).astype(np.int64)
    col = np.floor((along + row * 0.37 * long) / long).astype(np.int64)
    grain = ndimage.map_coordinates(
        random.standard_normal((64, 64)), [across / 2 % 63, along / random.uniform(20, 60) % 63], order=1
    )
    tone = random.uniform(0.03, 0.12) * _tones((row, col), random) + random.uniform(0.02, 0.09) * grain
    joint = (across % wide < random.uniform(0.8, 2)) * random.uniform(0.1, 0.5)
    return _colour(random) * np.clip(1 + tone - joint, 0.1, 1.4)[..., None]


def _tiles(side: int, random: Random) -> F64:
    across, along = _turned(side, random)
    wide = random.uniform(30, 120)
    cells = np.floor(across / wide).astype(np.int64), np.floor(along / wide).astype(np.int64)
    line = np.minimum(across % wide, along % wide) < random.uniform(1, 4)
    colour = _colour(random)
    grout = np.clip(colour * random.uniform(0.4, 1.3), 0, 1)
    tone = (
        1 + random.uniform(0, 0.06) * _tones(cells, random) + random.uniform(0, 0.08) * creases(side, random)
    )
    return np.where(line[..., None], grout, colour * tone[..., None])


def _carpet(side: int, random: Random) -> F64:
    across, along = _turned(side, random)
    fine = ndimage.gaussian_filter(random.standard_normal((side, side)), random.uniform(0.5, 1.5))
    wave = np.zeros((side, side))
    for period in random.uniform(12, 90, int(random.integers(0, 4))):
        wave += np.sin(2 * np.pi * across / period) * np.sin(2 * np.pi * along / period + random.random())
    first, second = _colour(random), _colour(random)
    share = np.clip(0.5 + random.uniform(0.2, 2) * wave, 0, 1)[..., None] * random.uniform(0.1, 0.8)
    tone = 1 + random.uniform(0.03, 0.15) * fine / fine.std()
    return (first + share * (second - first)) * tone[..., None]


def _sheet(side: int, random: Random) -> F64:
    tone = 1 + random.uniform(0, 0.12) * np.tanh(creases(side, random))
    rows, cols = np.mgrid[:side, :side] / side - 0.5
    slope = random.normal(0, 0.2) * rows + random.normal(0, 0.2) * cols
    return _colour(random) * (tone + slope)[..., None]
