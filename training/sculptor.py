"""Hands made by code: the skin of `skinning` seen from any side, lit and coloured, to train on beside photos.

A room, a camera and a person tell much about a photo; here nothing is the same twice but the hand's own
form. Lengths are pixels of the picture drawn: x to the right, y down, z towards the viewer.
"""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import repeat
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from training import hand_mesh, poses, render, skin, skinning, wear
from training.sources import CLASSES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
F32 = NDArray[np.float32]
SIDE, DRAWN = 128, 256  # pixels kept, pixels drawn
SEED = 5
FILLED = 0.68  # share of the picture's side that the hand takes
TILT = {"rock": 42.0, "paper": 30.0, "scissors": 30.0}  # typical angle out of the picture's plane, degrees
EDGED = {"rock": 0.4, "paper": 0.45, "scissors": 0.25}  # how often it is seen at any angle, from its edge too
FLAT = {"rock": 0.05, "paper": 0.25, "scissors": 0.12}  # how often it is seen right from its edge
PLAYED, CLOSED = 0.5, 0.6  # how often it is held as in a game; how often its fingers are together then
LEVEL = {"rock": 0.45, "paper": 0.8, "scissors": 0.55}  # how often its back looks up then, else its thumb
MOST = 75.0  # degrees that the fingers point towards the viewer or away
NEARER = 0.4  # sine of the angle at which an arm comes towards the viewer at most, bent at its wrist
REDDER = np.array([0.85, 1.1, 1.15])  # how fast red, green and blue fade in hollows
SHADOWED = 0.75  # how often the lamp throws shadows


@dataclass(frozen=True)
class Scene:
    """What is drawn: `points` (V, 3) in pixels, `faces` (F, 3) counter-clockwise from outside on the screen.

    The first points and triangles are those of the hand, others are worn: `cloth` (W, 3) are their colours.
    `unit` is how many pixels a palm is long.
    """

    points: Floats
    faces: Ints
    cloth: Floats
    unit: float


def sculpted(count: int, cache: Path, seed: int = SEED) -> tuple[NDArray[np.uint8], NDArray[np.int64], F32]:
    """Return planes (N, 5, 128, 128), labels (N,), joints (N, 21, 2) as `hands.Hands` has them.

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
    """Return one hand: planes (5, 128, 128) uint8, joints (21, 2) as (x, y) in -1..1."""
    camera = random.uniform(3.5, 12)
    if random.random() < PLAYED:
        turn, arm = _in_play(label, random)
        pose = replace(poses.posed(label, random, closed=random.random() < CLOSED), arm=arm)
    else:
        flat = random.random() < FLAT[label]
        turn, pose = _turn(label, random, flat), poses.posed(label, random, closed=flat)
    build = poses.built(random)
    hand = skinning.moved(replace(pose, arm=_beside(pose.arm, turn)), build)
    scene, joints = _staged(hand, wear.worn(hand.arm, build.arm, random), turn, camera)
    seen = render.seen(scene.points, scene.faces, DRAWN)
    colour = _photographed(scene, seen, random)
    picture = np.zeros((DRAWN * DRAWN, 4))
    picture[seen.pixels] = np.concatenate([colour, np.ones((len(colour), 1))], 1)
    return _planes(picture.reshape(DRAWN, DRAWN, 4)), joints[:, :2] / DRAWN * 2 - 1


def _planes(picture: Floats) -> NDArray[np.uint8]:
    """Return colour and opacity made small; colours go on beyond the edge, so that it does not darken."""
    step = DRAWN // SIDE
    small = picture.reshape(SIDE, step, SIDE, step, 4).mean((1, 3))
    cover = small[..., 3]
    near = ndimage.distance_transform_edt(cover == 0, return_distances=False, return_indices=True)
    colour = (small[..., :3] / np.maximum(cover, 1e-6)[..., None])[tuple(near)]
    planes = np.stack([*colour.transpose(2, 0, 1), cover, cover])
    return (255 * planes.clip(0, 1) + 0.5).astype(np.uint8)


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


def _in_play(label: str, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Return from where a hand is seen that is stretched out in a game, (3, 3), and where its elbow is, (3,).

    Its fingers point anywhere but far away from the viewer, its back or its thumb looks up, its elbow is
    mostly lower, and one looks at it a little from above.
    """
    around, pitch = np.radians(random.uniform(-140, 140)), np.radians(random.normal(4, 20))
    ahead = np.array([np.sin(around) * np.cos(pitch), np.sin(pitch), np.cos(around) * np.cos(pitch)])
    thumb = np.cross(ahead, [0.0, 1.0, 0.0])
    thumb /= np.linalg.norm(thumb)
    roll = np.radians(random.normal(0 if random.random() < LEVEL[label] else 90, 24))
    back = np.cos(roll) * np.cross(thumb, ahead) - np.sin(roll) * thumb
    hand = np.stack([np.cross(ahead, back), ahead, back], 1)
    aside = around + np.radians(random.normal(180, 18))
    drop = np.radians(random.uniform(0, 60) if random.random() < 0.75 else random.uniform(-25, 0))
    elbow = np.array([np.sin(aside) * np.cos(drop), -np.sin(drop), np.cos(aside) * np.cos(drop)])
    c, s = np.cos(above := np.radians(random.normal(10, 14))), np.sin(above)
    camera = np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
    mirror = np.diag([1.0 if random.random() < 0.5 else -1.0, -1.0, 1.0])
    turn: Floats = mirror @ camera @ hand
    return turn, hand.T @ elbow


def _beside(arm: Floats, turn: Floats) -> Floats:
    """Return an arm's direction such that it does not hide its hand."""
    x, y, z = turn @ arm
    z = min(z, NEARER)
    y += 0.6 * max(0.0, float((turn @ arm)[2]) - NEARER)
    shown = np.array([x, y, 0.0]) / max(float(np.hypot(x, y)), 1e-6) * np.sqrt(1 - z**2) + [0, 0, z]
    kept: Floats = turn.T @ shown
    return kept


def _staged(hand: skinning.Hand, worn: wear.Worn, turn: Floats, camera: float) -> tuple[Scene, Floats]:
    """Return the hand and what it wears in pixels, in the middle of the picture, and its joints (21, 3)."""
    middle = (hand.joints.max(0) + hand.joints.min(0)) / 2
    joints = _projected((hand.joints - middle) @ turn.T, camera)
    points = np.concatenate([hand.points, worn.points])
    points = _projected((points - middle) @ turn.T, camera)
    low, high = joints.min(0), joints.max(0)
    zoom = FILLED * DRAWN / max((high - low)[:2].max(), 0.9)
    shift = np.array([*(DRAWN / 2 - zoom * (low + high)[:2] / 2), 0.0])
    faces = np.concatenate([hand_mesh.load().faces, worn.faces + len(hand.points)])
    if np.linalg.det(turn) < 0:
        faces = faces[:, ::-1]
    return Scene(points * zoom + shift, faces, worn.colours, zoom), joints * zoom + shift


def _projected(points: Floats, camera: float) -> Floats:
    """Return points as seen from `camera` units away."""
    nearer: Floats = camera / (camera - np.minimum(points[:, 2:], 0.7 * camera))
    placed: Floats = points * np.concatenate([nearer, nearer, np.ones_like(nearer)], 1)
    return placed


def _photographed(scene: Scene, at: render.Seen, random: np.random.Generator) -> Floats:
    """Return the colour of each pixel that shows something, (K, 3)."""
    mesh = hand_mesh.load()
    hand = at.triangles < len(mesh.faces)
    rest = np.concatenate([mesh.rest, np.full((len(scene.cloth), 3), 9.0)])
    palm = np.concatenate([skin.palmar(), np.zeros((len(scene.cloth), 1))])
    cloth = np.concatenate([np.zeros_like(mesh.rest), scene.cloth])
    facts = render.mixed(np.concatenate([rest, palm, cloth, scene.points], 1), scene.faces, at)
    colour, height = skin.marked(facts[:, :3], facts[:, 3], skin.looks(random), random)
    height = np.where(hand, height, 0.004 * random.standard_normal(len(height))) * scene.unit
    colour = np.where(hand[:, None], colour, facts[:, 4:7])
    normal = render.mixed(render.normals(scene.points, scene.faces), scene.faces, at)
    normal = _bumped(normal * np.where(normal[:, 2:] < 0, -1, 1), height, at.pixels)
    return _lit(colour, normal, scene, (at, facts[:, 7:]), random)


def _bumped(normal: Floats, height: Floats, pixels: Ints) -> Floats:
    """Return normals of unit length, tilted where the skin's height changes from pixel to pixel."""
    field = np.zeros(DRAWN * DRAWN)
    field[pixels] = height
    down, across = np.gradient(field.reshape(DRAWN, DRAWN))
    slope = np.stack([across.ravel()[pixels], down.ravel()[pixels]], 1).clip(-0.5, 0.5)
    tilted = normal.copy()
    tilted[:, :2] -= slope * normal[:, 2:]
    tilted /= np.maximum(np.linalg.norm(tilted, axis=1, keepdims=True), 1e-6)
    return tilted


def _lit(
    colour: Floats, normal: Floats, scene: Scene, at: tuple[render.Seen, Floats], random: np.random.Generator
) -> Floats:
    """Return the colours under one lamp and light from everywhere, darker in hollows and shadows."""
    lamp = np.array([random.normal(0, 0.7), random.normal(-0.5, 0.6), random.uniform(0.35, 1.2)])
    lamp = lamp / np.linalg.norm(lamp)
    wrap = np.array([0.35, 0.25, 0.2])
    direct = ((normal @ lamp)[:, None] + wrap) / (1 + wrap)
    if random.random() < SHADOWED:
        share = render.lit_share(scene.points, scene.faces, lamp, at[1])[:, None]
        direct = direct * (1 - random.uniform(0.5, 1) * (1 - share))
    everywhere = random.uniform(0.3, 0.75)
    warm = np.array([1, random.uniform(0.9, 1.02), random.uniform(0.78, 1.06)])
    sky = np.array([1, 1, random.uniform(0.95, 1.12)]) * (
        1 - random.uniform(0, 0.3) * normal[:, 1:2].clip(-1, 1)
    )
    hollow = _hollows(at[0], normal, scene.unit, random)[:, None] ** REDDER
    light = everywhere * sky * hollow + (1.12 - everywhere) * direct.clip(0, 1) * warm * hollow**0.6
    edge = random.uniform(0.75, 1.0)
    light = light * (edge + (1 - edge) * normal[:, 2:].clip(0, 1) ** 0.5)
    lit: Floats = colour * light + _gloss(normal, lamp, random) * hollow
    lit *= random.lognormal(0.02, 0.16)
    return lit


def _hollows(at: render.Seen, normal: Floats, unit: float, random: np.random.Generator) -> Floats:
    """Return how much light reaches each pixel between parts nearer to the viewer, (K,) in 0..1.

    What lies around a pixel hides light where it is nearer than the plane that its own skin goes on in.
    """
    rows, cols = np.divmod(at.pixels, DRAWN)
    field = np.zeros((4, DRAWN * DRAWN), np.float32)
    field[:, at.pixels] = np.ones(len(rows)), at.depth, cols, rows
    picture = field.reshape(4, DRAWN, DRAWN)
    slope = -normal[:, :2] / np.maximum(normal[:, 2:], 0.2)
    below = np.zeros(len(rows))
    for sigma, strength in ((0.022, 1.0), (0.05, 0.9), (0.14, 0.7)):
        step = 1 if sigma * unit < 4 else 2
        blurred = ndimage.gaussian_filter(
            picture[:, ::step, ::step], (0, *(sigma * unit / step,) * 2), truncate=2.2, mode="nearest"
        )
        share, depth, x, y = blurred[:, rows // step, cols // step]
        expected = slope[:, 0] * (x - share * cols) + slope[:, 1] * (y - share * rows)
        behind = (depth - share * at.depth - expected) / (sigma * unit)
        behind = (behind - 0.5 * (1 - share)).clip(0, 6)
        below += strength * np.minimum(behind, 0.9) / (1 + 0.25 * (behind - 1.5).clip(0, 4))
    share_lit: Floats = 1 - random.uniform(0.45, 0.85) * (1 - np.exp(-1.5 * below))
    return share_lit


def _gloss(normal: Floats, lamp: Floats, random: np.random.Generator) -> Floats:
    half = lamp + np.array([0, 0, 1.0])
    shine = (normal @ (half / np.linalg.norm(half))).clip(0, 1) ** random.uniform(8, 40)
    gloss: Floats = random.uniform(0, 0.2) * shine[:, None]
    return gloss
