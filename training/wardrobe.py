"""Photos of clothes made by code and prepared as the page does: drawn garments, and scanned ones.

A garment is drawn (`training.tailor`) or cut out of a training picture of Fashion-MNIST, its sleeves
spread, a shoe doubled into a pair; then it is lit, creased, bent, turned and put before a background.
No photo of clothes is used.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image, ImageDraw
from scipy import ndimage
from torch.nn import functional

from cnnviz.images.picture import Picture
from cnnviz.images.prepare import Prepared, Recipe, prepare
from cnnviz.learn.loop import NONE
from training import cloth, floors, scans, tailor
from training.backgrounds import PHOTOS, backgrounds
from training.pictures import Split

U8 = npt.NDArray[np.uint8]
I64 = npt.NDArray[np.int64]
F32 = npt.NDArray[np.float32]
Random = np.random.Generator

PHOTO = Recipe(task="clothes", form="photo", size=28, mean=(0.0,), std=(1.0,))
DRAWING = Recipe(task="clothes", form="drawing", size=28, mean=(0.0,), std=(1.0,))
FRAME = 192  # longer side of a photo, in pixels
HELD_PHOTOS = ("coffee", "gravel", "text")  # behind held-out garments only
DRAWN, STRANGE = {False: 0.65, True: 0.8}, 0.12  # of clothes and shoes: drawn; of photos: without any
DRAWN_IN_COLOUR = 0.85  # scans are blurred beside drawings where the whole photo is looked at
PLAIN = 0.4  # of the whole photos: before a wall, sheet or floor that is nearly even
ANY_WAY, HUNG = 200, 0.35  # fields of creases that run any way; of clothes: on a hanger
TRIES, ENOUGH = 4, (0.5, 0.8)  # a photo is taken again while the preparation finds too little of the garment


@dataclass(frozen=True)
class Studio:
    """Where photos are taken: `scans` (N, 28, 28) and `labels` to cut garments from, backgrounds.

    `in_colour`: for networks that see the whole photo, so its ground is as lively as floors are. `fills`:
    the least and the most of the frame's side that garments fill.
    """

    scans: U8
    labels: I64
    photos: tuple[str, ...]
    seed: int
    in_colour: bool = False
    fills: tuple[float, float] = (0.55, 1.0)

    @cached_property
    def walls(self) -> F32:
        """Backgrounds (800, FRAME, FRAME, 3) in 0..1, half of them floors and sheets."""
        made = backgrounds(FRAME, 400, self.seed, self.photos).permute(0, 2, 3, 1).numpy() / 255
        return np.concatenate([made.astype(np.float32), floors.floors(FRAME, 400, self.seed)])

    @cached_property
    def folds(self) -> F32:
        """Fields of soft creases about 0, (300, side, side); those of the last 100 run down."""
        random = np.random.default_rng(self.seed)
        made = [floors.creases(cloth.SIDE, random, place >= ANY_WAY) for place in range(ANY_WAY + 100)]
        return np.stack(made).astype(np.float32)


def photographed(count: int, studio: Studio, cache: Path) -> tuple[U8, I64]:
    """Return `count` prepared photos, (count, 1, 28, 28) uint8, and labels; `cache` keeps them.

    A photo without a garment is labelled `NONE`.
    """
    return _kept(count, studio, cache, _cut_out)


def in_colour(count: int, side: int, studio: Studio, cache: Path) -> tuple[U8, I64]:
    """Return `count` whole photos, (count, 3, side, side) uint8, and labels, as `photographed` does."""
    return _kept(count, studio, cache, partial(_whole, side=side))


def _kept(
    count: int, studio: Studio, cache: Path, make: Callable[[int, Studio, Random], tuple[U8, int]]
) -> tuple[U8, I64]:
    """Return `count` pictures and labels that `make` makes, class by class in turn, or `cache` holds."""
    if not cache.exists():
        random = np.random.default_rng(studio.seed)
        made = [make(place % 10, studio, random) for place in range(count)]
        pictures, labels = zip(*made, strict=True)
        np.savez_compressed(cache, pictures=np.stack(pictures), labels=np.array(labels, np.int64))
    with np.load(cache) as kept:
        return kept["pictures"][:count], kept["labels"][:count]


def studios(data: Split, *, in_colour: bool = False) -> tuple[Studio, Studio]:
    """Return where training and held-out photos are taken: other garments, other backgrounds."""
    kept = tuple(name for name in PHOTOS if name not in HELD_PHOTOS)
    settings = (
        (data.train_u8, data.train_labels, kept, 21),
        (data.held_u8, data.held_labels, HELD_PHOTOS, 22),
    )
    return tuple(  # type: ignore[return-value]  # two
        Studio(scans.numpy()[:, 0], labels.numpy(), photos, seed, in_colour)
        for scans, labels, photos, seed in settings
    )


def _cut_out(label: int, studio: Studio, random: Random) -> tuple[U8, int]:
    """Return one prepared photo and its label, the garment told from its background."""
    if random.random() < STRANGE:
        return _prepared(*_nothing(studio, random)), NONE
    for _ in range(TRIES):
        scene, alpha = taken(label, studio, random)
        done = prepare(Picture(scene, origin="upload"), PHOTO)
        if _found(done, alpha, random.uniform(*ENOUGH)):
            break
    return np.rint(done.tensor_f32 * 255).astype(np.uint8), label


def _whole(label: int, studio: Studio, random: Random, *, side: int) -> tuple[U8, int]:
    """Return one photo with all that is on it, and its label."""
    if random.random() < STRANGE:
        (scene, recipe), label = _nothing(studio, random), NONE
    else:
        (scene, _), recipe = taken(label, studio, random), PHOTO
    seen = Recipe(task="clothes", form=recipe.form, size=side, mean=(0.0,) * 3, std=(1.0,) * 3)
    return _prepared(scene, seen), label


def taken(label: int, studio: Studio, random: Random) -> tuple[U8, F32]:
    """Return a photo (H, W, 3) of some garment of a class, and where it is (H, W)."""
    return photo(garment(label, studio, random), label, studio, random)


def garment(label: int, studio: Studio, random: Random) -> F32:
    """Return a drawn or scanned garment (side, side, 4)."""
    if random.random() < (DRAWN_IN_COLOUR if studio.in_colour else DRAWN[label in scans.SHOES]):
        return tailor.draw(label, random)
    chosen = np.flatnonzero(studio.labels == label)
    return scans.cut_out(studio.scans[random.choice(chosen)], label, random)


def _found(done: Prepared, alpha: F32, enough: float) -> bool:
    """Return whether the preparation cut out roughly the garment: bits missing or left are welcome."""
    box = next(step.values for step in done.steps if step.name == "box")
    rows, cols = (np.flatnonzero((alpha > 0.5).any(axis)) for axis in (1, 0))
    if not len(rows) or "rows" not in box:
        return False
    shared = 1.0
    ends = ((rows[0], rows[-1] + 1, "top", "rows"), (cols[0], cols[-1] + 1, "left", "cols"))
    for low, high, start, length in ends:
        first, last = int(str(box[start])), int(str(box[start])) + int(str(box[length]))
        shared *= max(0, min(high, last) - max(low, first)) / (max(high, last) - min(low, first))
    return shared > enough


def _prepared(pixels: U8, recipe: Recipe) -> U8:
    seen = prepare(Picture(pixels, origin="upload"), recipe).tensor_f32
    return np.rint(seen * 255).astype(np.uint8)


def photo(garment: F32, label: int, studio: Studio, random: Random) -> tuple[U8, F32]:
    """Return a photo (H, W, 3) of a garment (side, side, 4) before a background, and where it is."""
    wall = studio.walls[random.integers(len(studio.walls))]
    rows, cols = (FRAME, 144) if random.random() < 0.75 else (144, FRAME)
    wall = np.rot90(wall, random.integers(4))[:rows, :cols]
    plain = not studio.in_colour or random.random() < PLAIN
    lively = 0.03 + 0.6 * random.random() ** 2 if plain else 0.1 + 0.9 * random.random()
    calm = wall.mean((0, 1)) + (wall - wall.mean((0, 1))) * lively
    shoe = label in scans.SHOES
    hung = not shoe and random.random() < HUNG
    placed = _placed(_lit(garment, studio, random, (hung, shoe)), (rows, cols), studio.fills, random, shoe)
    fabric, alpha = _apart(placed[..., :3], calm, placed[..., 3]), placed[..., 3:]
    scene = alpha * fabric + (1 - alpha) * calm * _shadow(placed[..., 3], label, random)[..., None]
    if hung and random.random() < 0.7:
        scene = _hanger(scene, placed[..., 3], random)
    noisy = scene * _light((rows, cols), random) + random.normal(0, 0.03 * random.random() ** 2, scene.shape)
    return np.uint8(255 * np.clip(noisy, 0, 1)), placed[..., 3]


def _light(shape: tuple[int, int], random: Random) -> F32:
    """Return how bright a room is across a photo, (rows, cols, 1): a slope, dark corners, a pool of light."""
    y, x = (np.linspace(-1, 1, size) for size in shape)
    slope = y[:, None] * random.normal(0, 0.14) + x * random.normal(0, 0.14)
    corners = random.uniform(0, 0.25) * (y[:, None] ** 2 + x**2)
    away = (y[:, None] - random.uniform(-1, 1)) ** 2 + (x - random.uniform(-1, 1)) ** 2
    pool = np.exp(-away / random.uniform(0.3, 1.5)) * random.uniform(0, 0.5) * (random.random() < 0.4)
    return np.exp(slope - corners + pool).astype(np.float32)[..., None]


def _shadow(alpha: F32, label: int, random: Random) -> F32:
    """Return how bright the ground is (rows, cols): darker beside the garment, more so between shoes."""
    reach = 12 if label in scans.SHOES else 5
    soft = ndimage.gaussian_filter(alpha, random.uniform(1, reach))
    cast = np.roll(soft, random.integers(-reach, reach + 1, 2), (0, 1))
    return np.asarray(1 - random.uniform(0, 0.6) * cast, np.float32)


def _apart(fabric: F32, wall: F32, alpha: F32) -> F32:
    """Return the cloth, made lighter or darker where it would hardly differ from the wall."""
    seen = alpha > 0.5
    if not seen.any():
        return fabric
    own, ground = fabric[seen].mean(0), wall.mean((0, 1))
    if np.abs(own - ground).max() > 0.2:
        return fabric
    return fabric * np.float32(0.55) if ground.mean() > 0.45 else 1 - (1 - fabric) * np.float32(0.55)


def _lit(garment: F32, studio: Studio, random: Random, how: tuple[bool, bool]) -> F32:
    """Return the garment with creases and a rounded edge: hung, it falls in folds; shoes are stiff."""
    hung, stiff = how
    first, second = studio.folds[random.integers(ANY_WAY, size=2)]
    sharp, share = random.uniform(0.5, 2), random.random()
    folds = np.tanh(sharp * (share * first + (1 - share) * second)) / sharp
    alpha = garment[..., 3]
    inner = ndimage.gaussian_filter(alpha, random.uniform(1, 6))
    weight = 0.4 if stiff else 1.0
    light = 1 + weight * random.uniform(0, 0.16) * folds - random.uniform(0, 0.6) * (1 - inner) * alpha
    if hung or (not stiff and random.random() < 0.2):
        drape = studio.folds[random.integers(ANY_WAY, len(studio.folds))]
        lower = np.linspace(0.4, 1, len(garment))[:, None]
        light = light * (1 + random.uniform(0, 0.3) * lower * np.tanh(sharp * drape) / sharp)
    light = light + weight * 0.06 * random.random() ** 2 * random.standard_normal(folds.shape)
    shine = random.uniform(0, 0.08) * folds
    colours = np.clip(garment[..., :3] * light[..., None] + shine[..., None], 0, 1)
    return np.dstack([colours, alpha]).astype(np.float32)


def _placed(
    garment: F32, shape: tuple[int, int], fills: tuple[float, float], random: Random, stiff: bool = False
) -> F32:
    """Return the garment (rows, cols, 4) turned, bent and placed in the frame, so much of which it fills."""
    angle = np.deg2rad(random.normal(0, 5) if random.random() < 0.92 else random.uniform(-40, 40))
    squeeze = np.exp(random.normal(0, 0.08, 2))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * squeeze
    spots = np.argwhere(garment[..., 3] > 0.5)[:, ::-1] / (len(garment) / 2) - 1  # (x, y) in -1..1
    seen = spots @ np.linalg.inv(turn).T
    size, (rows, cols) = np.ptp(seen, axis=0) / 2, shape
    sides = np.array([cols, rows]) / min(shape)
    zoom = float((size / sides).max()) / random.uniform(*fills)
    middle = turn @ (seen.max(0) + seen.min(0)) / 2
    drift = random.uniform(-0.08, 0.08, 2)
    frame = zoom * sides
    matrix = np.concatenate([turn * frame, (middle + drift * zoom)[:, None]], 1)
    grid = functional.affine_grid(
        torch.from_numpy(matrix[None]).float(), [1, 4, rows, cols], align_corners=False
    )
    bent = random.uniform(0.005, 0.015 if stiff else 0.05) * size.max()
    bends = torch.from_numpy(random.normal(0, bent, (1, 2, 5, 5))).float()
    wobble = functional.interpolate(bends, (rows, cols), mode="bicubic", align_corners=True)
    grid = grid * (1 + random.normal(0, 0.08) * grid[..., 1:] / frame[1])  # the camera leans
    layers = torch.from_numpy(np.ascontiguousarray(garment.transpose(2, 0, 1)))[None]
    moved = functional.grid_sample(layers, grid + wobble.permute(0, 2, 3, 1), align_corners=False)
    return moved[0].permute(1, 2, 0).numpy()


def _hanger(scene: F32, alpha: F32, random: Random) -> F32:
    """Return the photo with a hook above the garment."""
    top = np.argwhere(alpha > 0.5)
    row, col = top[top[:, 0].argmin()] if len(top) else (20, 70)
    picture = Image.fromarray(np.uint8(255 * np.clip(scene, 0, 1)))
    colour = cloth.shaded(cloth.cloth_colour(random), 1)
    pen, size = ImageDraw.Draw(picture), float(random.uniform(5, 10))
    pen.line([(float(col), float(row)), (float(col), float(row) - size)], fill=colour, width=2)
    pen.arc((col - size / 2, row - 2 * size, col + size / 2, row - size), 180, 90, fill=colour, width=2)
    return np.asarray(picture, np.float32) / np.float32(255)


def _nothing(studio: Studio, random: Random) -> tuple[U8, Recipe]:
    """Return a photo of a background, perhaps with a thing that is no garment, or a scribbled sheet."""
    if random.random() < 0.25:
        sheet = Image.new("L", (112, 112))
        pen = ImageDraw.Draw(sheet)
        spots = [tuple(spot) for spot in random.uniform(8, 104, (int(random.integers(2, 25)), 2)).tolist()]
        pen.line(spots, fill=255, width=int(random.integers(2, 12)), joint="curve")
        return np.asarray(sheet), DRAWING
    wall, other = studio.walls[random.integers(len(studio.walls), size=2)]
    if random.random() < 0.5:
        return np.uint8(255 * wall), PHOTO
    angle = np.linspace(0, 2 * np.pi, 25)[:-1]
    wide = random.uniform(0.3, 1, 24) if random.random() < 0.5 else np.full(24, 1.0)
    ring = np.stack([np.cos(angle), np.sin(angle)], 1) * (wide * FRAME * random.uniform(0.15, 0.45))[:, None]
    mask = Image.new("L", (FRAME, FRAME))
    ImageDraw.Draw(mask).polygon(
        [tuple(spot) for spot in (ring * random.uniform(0.4, 1, 2) + FRAME / 2).tolist()], fill=1
    )
    thing = np.asarray(mask, np.float32)[..., None]
    return np.uint8(
        255 * np.clip(thing * other + (1 - thing) * (wall * 0.4 + 0.6 * wall.mean((0, 1))), 0, 1)
    ), PHOTO
