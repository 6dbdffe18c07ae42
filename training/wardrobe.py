"""Photos of clothes made by code and prepared as the page does: drawn garments, and scanned ones.

A garment is drawn (`training.tailor`) or cut out of a training picture of Fashion-MNIST, its sleeves
spread, a shoe doubled into a pair; then it is lit, creased, bent, turned and put before a background.
No photo of clothes is used.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image, ImageDraw
from scipy import ndimage
from torch import Tensor
from torch.nn import functional

from cnnviz.images.picture import Picture
from cnnviz.images.prepare import Prepared, Recipe, prepare
from cnnviz.learn.loop import NONE
from training import cloth, tailor
from training.backgrounds import PHOTOS, backgrounds

U8 = npt.NDArray[np.uint8]
I64 = npt.NDArray[np.int64]
F32 = npt.NDArray[np.float32]
Random = np.random.Generator

PHOTO = Recipe(task="clothes", form="photo", size=28, mean=(0.0,), std=(1.0,))
DRAWING = Recipe(task="clothes", form="drawing", size=28, mean=(0.0,), std=(1.0,))
FRAME = 192  # longer side of a photo, in pixels
SLEEVED, SHOES = (2, 4, 6), (5, 7, 9)
HELD_PHOTOS = ("coffee", "gravel", "text")  # behind held-out garments only
DRAWN, STRANGE = 0.5, 0.12  # shares of drawn garments, and of photos without any
TRIES, ENOUGH = 4, 0.78  # a photo is taken again while the preparation finds too little of the garment


@dataclass(frozen=True)
class Studio:
    """Where photos are taken: `scans` (N, 28, 28) and `labels` to cut garments from, backgrounds."""

    scans: U8
    labels: I64
    photos: tuple[str, ...]
    seed: int

    @cached_property
    def walls(self) -> F32:
        """Backgrounds (600, FRAME, FRAME, 3) in 0..1."""
        made = backgrounds(FRAME, 600, self.seed, self.photos)
        return (made.permute(0, 2, 3, 1).numpy() / 255).astype(np.float32)

    @cached_property
    def folds(self) -> F32:
        """Fields of soft creases about 0, (60, side, side)."""
        random = np.random.default_rng(self.seed)
        side = cloth.SIDE
        sizes = [(random.uniform(3, 20), random.uniform(0.8, 4)) for _ in range(60)]  # cloth falls in folds
        fields = [ndimage.gaussian_filter(random.standard_normal((side, side)), size) for size in sizes]
        return np.stack([field / field.std() for field in fields]).astype(np.float32)


def photographed(count: int, studio: Studio, cache: Path) -> tuple[U8, I64]:
    """Return `count` prepared photos, (count, 1, 28, 28) uint8, and labels; `cache` keeps them.

    A photo without a garment is labelled `NONE`.
    """
    if not cache.exists():
        random = np.random.default_rng(studio.seed)
        made = [_one(place, studio, random) for place in range(count)]
        pictures, labels = zip(*made, strict=True)
        np.savez_compressed(cache, pictures=np.stack(pictures), labels=np.array(labels, np.int64))
    with np.load(cache) as kept:
        return kept["pictures"][:count], kept["labels"][:count]


def studios(train: tuple[Tensor, Tensor], held: tuple[Tensor, Tensor]) -> tuple[Studio, Studio]:
    """Return where training and held-out photos are taken: other garments, other backgrounds."""
    kept = tuple(name for name in PHOTOS if name not in HELD_PHOTOS)
    settings = ((train, kept, 21), (held, HELD_PHOTOS, 22))
    return tuple(  # type: ignore[return-value]  # two
        Studio(scans.numpy()[:, 0], labels.numpy(), photos, seed)
        for (scans, labels), photos, seed in settings
    )


def _one(place: int, studio: Studio, random: Random) -> tuple[U8, int]:
    """Return one prepared photo and its label."""
    if random.random() < STRANGE:
        return _prepared(*_nothing(studio, random)), NONE
    label = place % 10
    for _ in range(TRIES):
        scene, alpha = photo(_garment(label, studio, random), label, studio, random)
        done = prepare(Picture(scene, origin="upload"), PHOTO)
        if _found(done, alpha):
            break
    return np.rint(done.tensor_f32 * 255).astype(np.uint8), label


def _garment(label: int, studio: Studio, random: Random) -> F32:
    """Return a drawn or scanned garment (side, side, 4)."""
    if random.random() < DRAWN:
        return tailor.draw(label, random)
    chosen = np.flatnonzero(studio.labels == label)
    return cut_out(studio.scans[random.choice(chosen)], label, random)


def _found(done: Prepared, alpha: F32) -> bool:
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
    return shared > ENOUGH


def _prepared(pixels: U8, recipe: Recipe) -> U8:
    seen = prepare(Picture(pixels, origin="upload"), recipe).tensor_f32
    return np.rint(seen * 255).astype(np.uint8)


def photo(garment: F32, label: int, studio: Studio, random: Random) -> tuple[U8, F32]:
    """Return a photo (H, W, 3) of a garment (side, side, 4) before a background, and where it is."""
    wall = studio.walls[random.integers(len(studio.walls))]
    rows, cols = (FRAME, 144) if random.random() < 0.75 else (144, FRAME)
    wall = np.rot90(wall, random.integers(4))[:rows, :cols]
    calm = wall.mean((0, 1)) + (wall - wall.mean((0, 1))) * (0.03 + 0.6 * random.random() ** 2)
    placed = _placed(_lit(garment, studio, random), label, (rows, cols), random)
    fabric, alpha = _apart(placed[..., :3], calm, placed[..., 3]), placed[..., 3:]
    soft = ndimage.gaussian_filter(placed[..., 3], random.uniform(1, 5))
    shadow = np.roll(soft, random.integers(-4, 5, 2), (0, 1))[..., None]
    scene = alpha * fabric + (1 - alpha) * calm * (1 - random.uniform(0, 0.5) * shadow)
    if random.random() < 0.15 and label not in SHOES:
        scene = _hanger(scene, placed[..., 3], random)
    slope = np.linspace(-1, 1, rows)[:, None] * random.normal(0, 0.1)
    slope = slope + np.linspace(-1, 1, cols)[None] * random.normal(0, 0.1)
    noisy = scene * (1 + slope[..., None]) + random.normal(0, random.uniform(0, 0.04), scene.shape)
    return np.uint8(255 * np.clip(noisy, 0, 1)), placed[..., 3]


def _apart(fabric: F32, wall: F32, alpha: F32) -> F32:
    """Return the cloth, made lighter or darker where it would hardly differ from the wall."""
    seen = alpha > 0.5
    if not seen.any():
        return fabric
    own, ground = fabric[seen].mean(0), wall.mean((0, 1))
    if np.abs(own - ground).max() > 0.2:
        return fabric
    return fabric * np.float32(0.55) if ground.mean() > 0.45 else 1 - (1 - fabric) * np.float32(0.55)


def _lit(garment: F32, studio: Studio, random: Random) -> F32:
    """Return the garment with creases and a rounded edge."""
    folds = np.rot90(
        studio.folds[random.integers(len(studio.folds))], random.choice(4, p=(0.4, 0.1, 0.4, 0.1))
    )
    sharp = random.uniform(0.5, 2)
    folds = np.tanh(sharp * folds) / sharp
    alpha = garment[..., 3]
    inner = ndimage.gaussian_filter(alpha, random.uniform(1, 6))
    light = 1 + random.uniform(0, 0.17) * folds - random.uniform(0, 0.6) * (1 - inner) * alpha
    light = light + random.uniform(0, 0.08) * random.standard_normal(folds.shape)
    shine = random.uniform(0, 0.08) * folds
    colours = np.clip(garment[..., :3] * light[..., None] + shine[..., None], 0, 1)
    return np.dstack([colours, alpha]).astype(np.float32)


def _placed(garment: F32, label: int, shape: tuple[int, int], random: Random) -> F32:
    """Return the garment (rows, cols, 4) turned, bent and placed in the frame."""
    angle = np.deg2rad(random.normal(0, 5) if random.random() < 0.85 else random.uniform(-40, 40))
    squeeze = np.exp(random.normal(0, 0.08, 2))
    if label in SHOES:
        angle += random.choice([0, np.pi, np.deg2rad(random.uniform(-180, 180))], p=(0.4, 0.45, 0.15))
        squeeze[1] *= random.uniform(1, 1.5)  # seen from the side, a pair of shoes is shortened
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * squeeze
    spots = np.argwhere(garment[..., 3] > 0.5)[:, ::-1] / (len(garment) / 2) - 1  # (x, y) in -1..1
    seen = spots @ np.linalg.inv(turn).T
    size, (rows, cols) = np.ptp(seen, axis=0) / 2, shape
    sides = np.array([cols, rows]) / min(shape)
    zoom = float((size / sides).max()) / random.uniform(0.68, 1.0)
    middle = turn @ (seen.max(0) + seen.min(0)) / 2
    drift = random.uniform(-0.08, 0.08, 2)
    frame = zoom * sides
    matrix = np.concatenate([turn * frame, (middle + drift * zoom)[:, None]], 1)
    grid = functional.affine_grid(
        torch.from_numpy(matrix[None]).float(), [1, 4, rows, cols], align_corners=False
    )
    bends = torch.from_numpy(random.normal(0, random.uniform(0.005, 0.05) * size.max(), (1, 2, 5, 5))).float()
    wobble = functional.interpolate(bends, (rows, cols), mode="bicubic", align_corners=True)
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
    if label in SLEEVED and random.random() < 0.7:
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
    angle = np.deg2rad(random.uniform(5, 65))
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
