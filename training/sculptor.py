"""Hands modelled by code: `poses` dressed in spheres, lit and coloured, to train on beside photographed ones.

A room, a camera and a person tell much about a photo; here nothing is the same twice but the hand's own
form. Depth, normals and colours of a part are those of its spheres, blended; parts hide each other.
Lengths are pixels of the picture drawn: x to the right, y down, z towards the viewer.
"""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import pairwise, repeat
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from training.poses import Bones, posed
from training.sources import CLASSES

Floats = NDArray[np.float64]
F32 = NDArray[np.float32]
SIDE, DRAWN = 96, 128  # pixels kept, pixels drawn
FILLED = 0.66  # share of the picture's side that the hand takes
SPACING = 0.3  # of spheres along a bone, in radii
SOFT = 1.6  # pixels of depth within which neighbouring spheres blend
SLEEVES, BANDS = 0.45, 0.25  # how often an arm has a sleeve; if not, a band
FINGERS = ((2, 3, 4), (5, 6, 7, 8), (9, 10, 11, 12), (13, 14, 15, 16), (17, 18, 19, 20))
SKINS = np.array(
    [[252, 226, 205], [238, 196, 165], [220, 168, 130], [186, 128, 92], [135, 88, 62], [80, 52, 40]]
)
TILT = {"rock": 42.0, "paper": 30.0, "scissors": 30.0}  # typical angle out of the picture's plane, degrees
EDGED = {"rock": 0.4, "paper": 0.45, "scissors": 0.25}  # how often it is seen at any angle, from its edge too
FLAT = {"rock": 0.05, "paper": 0.25, "scissors": 0.12}  # how often it is seen right from its edge
MOST = 75.0  # degrees that the fingers point towards the viewer or away


@dataclass(frozen=True)
class Part:
    """Spheres of one part of a hand: `centres` (N, 3), `radii` (N,), `colours` (N, 3) in 0..1."""

    centres: Floats
    radii: Floats
    colours: Floats


@dataclass(frozen=True)
class Skin:
    """Colours in 0..1, (3,) each."""

    back: Floats
    palm: Floats
    joint: Floats
    nail: Floats


@dataclass(frozen=True)
class Surface:
    """What is seen at each pixel: `depth` (H, W), -inf for nothing; `normal`, `colour` (H, W, 3); `cover`."""

    depth: F32
    normal: F32
    colour: F32
    cover: F32


def sculpted(count: int, cache: Path, seed: int = 5) -> tuple[NDArray[np.uint8], NDArray[np.int64], F32]:
    """Return planes (N, 5, 96, 96), labels (N,), joints (N, 21, 2) as `hands.Hands` has them.

    They are made once and kept in `cache`.
    """
    if not cache.exists():
        with ProcessPoolExecutor() as pool:
            rows = list(pool.map(_numbered, range(count), repeat(seed), chunksize=50))
        planes, joints = (np.stack(part) for part in zip(*rows, strict=True))
        np.savez(cache, planes=planes, joints=joints.astype(np.float32), labels=np.arange(count) % 3)
    with np.load(cache) as kept:
        return kept["planes"], kept["labels"], kept["joints"]


def _numbered(number: int, seed: int) -> tuple[NDArray[np.uint8], Floats]:
    return sculpture(CLASSES[number % 3], np.random.default_rng([seed, number]))


def sculpture(label: str, random: np.random.Generator) -> tuple[NDArray[np.uint8], Floats]:
    """Return one hand: planes (5, 96, 96) uint8, joints (21, 2) as (x, y) in -1..1."""
    flat = random.random() < FLAT[label]
    turn, camera = _turn(label, random, flat), random.uniform(3.5, 12)
    bones, skin = _framed(posed(label, random, closed=flat).moved(turn, camera)), _skin(random)
    seen = _nearest([_surface(part) for part in _parts(bones, skin, random)])
    colour = _lit(_coloured(seen, bones, skin, random), seen, random)
    planes = [*np.uint8(255 * colour.clip(0, 1).transpose(2, 0, 1)), *(np.uint8(255 * seen.cover),) * 2]
    small = [
        np.asarray(Image.fromarray(plane).resize((SIDE, SIDE), Image.Resampling.BOX)) for plane in planes
    ]
    return np.stack(small), bones.joints[:, :2] / DRAWN * 2 - 1


def _turn(label: str, random: np.random.Generator, flat: bool) -> Floats:
    """Return from where the hand is seen, a rotation (3, 3): its back or its palm, tilted; y is down.

    With `flat` it is seen from the side of its thumb or of its little finger.
    """
    about = random.normal(0, TILT[label]) if random.random() > EDGED[label] else random.uniform(-100, 100)
    if flat:
        about = random.normal(90, 14)
    side = np.radians(180 * (random.random() < 0.5) + about)
    ahead = random.normal(0, TILT[label]) if random.random() > EDGED[label] else random.uniform(-MOST, MOST)
    ahead = np.radians(np.clip(ahead, -MOST, MOST))
    c, s = np.cos(side), np.sin(side)
    about_y = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    c, s = np.cos(ahead), np.sin(ahead)
    about_x = np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
    mirror = np.diag([1.0 if random.random() < 0.5 else -1.0, -1.0, 1.0])
    turn: Floats = mirror @ about_x @ about_y
    return turn


def _framed(bones: Bones) -> Bones:
    """Return the hand in pixels, in the middle of the picture."""
    low, high = bones.joints.min(0), bones.joints.max(0)
    zoom = FILLED * DRAWN / max((high - low)[:2].max(), 0.9)
    shift = np.array([*(DRAWN / 2 - zoom * (low + high)[:2] / 2), 0.0])
    joints, elbow = bones.joints * zoom + shift, bones.elbow * zoom + shift
    return Bones(joints, bones.radii * zoom, bones.nails, elbow, bones.back)


def _skin(random: np.random.Generator) -> Skin:
    tone = random.uniform(0, len(SKINS) - 1)
    at = min(int(tone), len(SKINS) - 2)
    back = (SKINS[at] + (SKINS[at + 1] - SKINS[at]) * (tone - at)) / 255 * random.normal(1, 0.03, 3)
    rosy = np.array([1.0, random.uniform(0.8, 0.93), random.uniform(0.78, 0.95)])
    palm = back + (np.array([0.93, 0.74, 0.64]) - back) * random.uniform(0.1, 0.55)
    nail = back + (np.array([0.96, 0.80, 0.76]) - back) * random.uniform(0.2, 0.7)
    if random.random() < 0.06:
        nail = random.random(3)  # painted
    return Skin(back, palm, back * rosy * random.uniform(0.85, 1.0), nail)


def _parts(bones: Bones, skin: Skin, random: np.random.Generator) -> list[Part]:
    """Return the fingers, the palm with the ball of the thumb, and the arm."""
    joints, radii = bones.joints, bones.radii
    fingers = [_chain(joints[list(f)], radii[list(f)], skin) for f in FINGERS]
    return [*fingers, _palm(bones, skin), *_arm(bones, skin, random)]


def _chain(points: Floats, radii: Floats, skin: Skin, *, marked: float = 1.0) -> Part:
    """Return spheres along bones from point to point, (K, 3), coloured at the joints."""
    centres, sizes, near = [], [], []
    for first, last, start, end in zip(points, points[1:], radii, radii[1:], strict=False):
        count = max(2, int(np.linalg.norm(last - first) / (SPACING * (start + end) / 2)) + 1)
        at = np.linspace(0, 1, count)[:, None]
        centres.append(first + (last - first) * at)
        sizes.append(start + (end - start) * at[:, 0])
        near.append(np.abs(2 * at[:, 0] - 1) ** 4)
    weight = marked * np.concatenate(near)[:, None]
    return Part(np.concatenate(centres), np.concatenate(sizes), skin.back + (skin.joint - skin.back) * weight)


def _joined(parts: list[Part]) -> Part:
    """Return several parts as one, within which spheres blend."""
    return Part(*(np.concatenate([getattr(p, n) for p in parts]) for n in ("centres", "radii", "colours")))


def _palm(bones: Bones, skin: Skin) -> Part:
    """Return the middle of the hand: its bones, what lies between them, ball and heel."""
    joints, unit = bones.joints, bones.radii[9] / 0.13
    root, knuckles = joints[0], joints[[5, 9, 13, 17]]
    aside = (joints[5] - joints[17]) * 0.3
    heel = [root + aside * (0.6 - k / 2.4) for k in range(4)]
    outer = root - 0.55 * aside + (joints[17] - root) * 0.35 - bones.back * 0.05 * unit
    web = joints[2] + (joints[5] - joints[2]) * 0.35
    chains = [([h, k], [0.17, 0.125]) for h, k in zip(heel, knuckles, strict=True)]
    chains += [([h, (a + b) / 2], [0.16, 0.11]) for h, (a, b) in zip(heel, pairwise(knuckles), strict=False)]
    chains += [
        ([root + 0.2 * aside, joints[1], joints[2]], [0.16, 0.2, bones.radii[2] / unit]),
        ([joints[1], web, knuckles[0]], [0.19, 0.1, 0.11]),
        ([root - 0.5 * aside, outer, joints[17]], [0.16, 0.16, 0.11]),
    ]
    return _joined([_chain(np.stack(points), np.array(r) * unit, skin, marked=0.3) for points, r in chains])


def _arm(bones: Bones, skin: Skin, random: np.random.Generator) -> list[Part]:
    """Return the forearm, and a sleeve or a band around it now and then."""
    thin = bones.radii[0] * random.uniform(0.8, 0.95)
    bare = Skin(skin.back, skin.palm, skin.back, skin.nail)
    arm = [_tube(bones, (0.0, 1.0), (thin, 1.5 * thin), bare)]
    if random.random() < SLEEVES:
        start = random.uniform(0.1, 0.7)
        thick = thin * random.uniform(1.25, 1.7)
        arm.append(_tube(bones, (start, 1.0), (thick, 1.3 * thick), _cloth(random)))
    elif random.random() < BANDS:
        start = random.uniform(0.05, 0.2)
        arm.append(_tube(bones, (start, start + 0.1), (thin * 1.12, 1.3 * thin * 1.12), _cloth(random)))
    return arm


def _cloth(random: np.random.Generator) -> Skin:
    colour = random.random(3) * random.uniform(0.2, 1)
    return Skin(colour, colour, colour * 0.9, colour)


def _tube(bones: Bones, reach: tuple[float, float], radii: tuple[float, float], skin: Skin) -> Part:
    """Return two chains side by side along the forearm, from and to these shares of its length."""
    root, aside = bones.joints[0], (bones.joints[5] - bones.joints[17]) * 0.16
    along = bones.elbow - root
    places = [np.stack([root + along * share + s * aside for share in reach]) for s in (-1, 1)]
    return _joined([_chain(points, np.array(radii), skin) for points in places])


def _surface(part: Part) -> Surface:
    """Return what of a part is seen."""
    near = (np.abs(part.centres[:, :2] - DRAWN / 2) - part.radii[:, None] < DRAWN / 2).all(1)
    centres, radii, colours = (np.float32(v[near]) for v in (part.centres, part.radii, part.colours))
    size = (DRAWN, DRAWN)
    whole = Surface(
        np.full(size, -np.inf, np.float32),
        *(np.zeros((*size, *more), np.float32) for more in ((3,), (3,), ())),
    )
    if not len(radii):
        return whole
    place = _box(centres, radii)
    cols, rows = (np.arange(at.start, at.stop, dtype=np.float32) for at in reversed(place))
    across, down = cols - centres[:, 0, None, None], rows[:, None] - centres[:, 1, None, None]
    radius, square = radii[:, None, None], across**2 + down**2
    height = np.sqrt(np.maximum(radius**2 - square, 0))
    depth = np.where(square < radius**2, centres[:, 2, None, None] + height, -np.inf)
    front = depth.max(0)
    hit = np.isfinite(front)
    weight = np.exp((depth - np.where(hit, front, 0)) / SOFT)
    total = np.maximum(weight.sum(0), 1e-9)
    whole.depth[place] = np.where(hit, front + SOFT * np.log(total), -np.inf)
    whole.normal[place] = np.stack(
        [(weight * axis / radius).sum(0) / total for axis in (across, down, height)], 2
    )
    whole.colour[place] = np.tensordot(weight / total, colours, ((0,), (0,)))
    whole.cover[place] = (radius - np.sqrt(square) + 0.5).clip(0, 1).max(0)
    return whole


def _box(centres: F32, radii: F32) -> tuple[slice, slice]:
    """Return the rows and columns that spheres reach."""
    low, high = (centres[:, :2] - radii[:, None] - 1).min(0), (centres[:, :2] + radii[:, None] + 2).max(0)
    (left, top), (right, bottom) = low.clip(0, DRAWN).astype(int), high.clip(0, DRAWN).astype(int)
    return slice(top, bottom), slice(left, right)


def _nearest(parts: list[Surface]) -> Surface:
    """Return the parts as they hide each other."""
    depth = np.stack([part.depth for part in parts])
    first = depth.argmax(0)[None, ..., None]
    normal, colour = (
        np.take_along_axis(np.stack([getattr(part, name) for part in parts]), first, 0)[0]
        for name in ("normal", "colour")
    )
    return Surface(depth.max(0), normal, colour, np.max([part.cover for part in parts], 0))


def _coloured(seen: Surface, bones: Bones, skin: Skin, random: np.random.Generator) -> F32:
    """Return each pixel's own colour: the palm's side paler, nails, blotches."""
    palmar = (-(seen.normal @ bones.back.astype(np.float32)) * 1.6 + 0.2).clip(0, 1)[..., None]
    colour = seen.colour + (skin.palm - skin.back).astype(np.float32) * palmar
    rows, cols = np.mgrid[:DRAWN, :DRAWN]
    points = np.stack([cols, rows, np.where(np.isfinite(seen.depth), seen.depth, -1e4)], 2)
    for tip, looks in zip((4, 8, 12, 16, 20), bones.nails, strict=True):
        radius = bones.radii[tip]
        away = np.linalg.norm(points - (bones.joints[tip] + looks * radius * 0.85), axis=2)
        share = (1.5 - away / (0.62 * radius)).clip(0, 1) * ((seen.normal @ looks - 0.2) * 4).clip(0, 1)
        colour = colour + (skin.nail - colour) * share[..., None]
    coarse = random.standard_normal((14, 14, 3)) * [1, 0.8, 0.8]
    blotches = ndimage.zoom(coarse, (DRAWN / 14, DRAWN / 14, 1), order=1) * random.uniform(0, 0.03)
    return (colour * (1 + blotches)).astype(np.float32)


def _lit(colour: F32, seen: Surface, random: np.random.Generator) -> F32:
    """Return the colours under one lamp and light from everywhere, darker in hollows."""
    lamp = np.array([random.normal(0, 0.7), random.normal(-0.5, 0.6), random.uniform(0.35, 1.2)])
    lamp = lamp / np.linalg.norm(lamp)
    normal = seen.normal / np.maximum(np.linalg.norm(seen.normal, axis=2, keepdims=True), 1e-6)
    wrapped = ((normal @ lamp + 0.3) / 1.3).clip(0, 1)[..., None]
    everywhere = random.uniform(0.3, 0.75)
    light = everywhere + (1.08 - everywhere) * wrapped * np.array(
        [1, random.uniform(0.92, 1.02), random.uniform(0.82, 1.05)]
    )
    edge = random.uniform(0.55, 0.95)
    light = light * (edge + (1 - edge) * normal[..., 2:].clip(0, 1) ** 0.5)
    return np.float32(colour * light * _hollows(seen, random) + _gloss(normal, lamp, random))


def _hollows(seen: Surface, random: np.random.Generator) -> F32:
    """Return how much light reaches each pixel between parts nearer to the viewer, 0..1."""
    depth = np.where(np.isfinite(seen.depth), seen.depth, np.nan)
    known = np.isfinite(depth)
    below = np.zeros_like(depth)
    for sigma in (1.5, 5.0):
        share = ndimage.gaussian_filter(known.astype(np.float32), sigma)
        around = ndimage.gaussian_filter(np.where(known, depth, 0), sigma) / np.maximum(share, 1e-3)
        below += np.where(known, (around - depth) / (2.5 * sigma), 0).clip(0, 1)
    return np.float32(1 - random.uniform(0.35, 0.8) * below.clip(0, 1))[..., None]


def _gloss(normal: Floats, lamp: Floats, random: np.random.Generator) -> Floats:
    half = lamp + np.array([0, 0, 1.0])
    shine = (normal @ (half / np.linalg.norm(half))).clip(0, 1) ** random.uniform(8, 30)
    gloss: Floats = random.uniform(0, 0.16) * shine[..., None]
    return gloss
