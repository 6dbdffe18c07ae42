"""Pictures without a hand, of which a network is taught to stay unsure: rooms, walls, faces, arms, things.

Made by code, but for pieces of photographs that scikit-image ships, clothes of Fashion-MNIST's training
set as things lying about, and those parts of the training photos in which no joint of a hand was found.
"""

from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage
from torch import Tensor

from cnnviz.learn import datasets
from training import joints
from training.backgrounds import Floats, _colours, backgrounds
from training.cutouts import in_square
from training.sources import files

U8 = NDArray[np.uint8]
SKINS = np.array(
    [[255, 224, 196], [234, 192, 160], [198, 144, 108], [150, 100, 70], [94, 60, 42], [60, 40, 32]]
)
ROOMS = ("webcam", "crops")  # sources whose photos show more than a hand
CLEAR = 0.22  # distance that a hand-free corner keeps from every joint, as a share of the picture


@cache
def empty(side: int, count: int = 2400, seed: int = 21, rooms: tuple[str, ...] = ROOMS) -> Tensor:
    """Return pictures without a hand, (count, 3, side, side) uint8; other seeds give other pictures.

    One in eight is a corner of a photo of one of the sources `rooms`.
    """
    random = np.random.default_rng(seed)
    behind = backgrounds(side, count, seed + 1).permute(0, 2, 3, 1).numpy()
    corners = _corners(side, seed, rooms) or [behind[0]]
    makers = (_room, _face, _arm, _thing, _fist_sized)
    pictures = []
    for place, ground in enumerate(behind):
        if place % 8 < 2:
            pictures.append(ground)
        elif place % 8 == 2:
            pictures.append(corners[int(random.integers(len(corners)))])
        else:
            pictures.append(makers[place % len(makers)](ground, random))
    return torch.from_numpy(np.stack(pictures).transpose(0, 3, 1, 2).copy())


def _skin(random: np.random.Generator) -> tuple[int, int, int]:
    """Return a skin colour between two neighbours of the scale, in some light."""
    place, part = int(random.integers(len(SKINS) - 1)), random.random()
    colour = (SKINS[place] * part + SKINS[place + 1] * (1 - part)) * random.uniform(0.6, 1.1)
    return tuple(np.clip(colour * random.uniform(0.92, 1.08, 3), 0, 255).astype(int).tolist())


def _shaded(picture: Image.Image, ground: U8, random: np.random.Generator) -> U8:
    """Return the picture with soft edges and uneven light."""
    side = ground.shape[0]
    soft = ndimage.gaussian_filter(np.asarray(picture, np.float32), (random.uniform(0.4, 1.4),) * 2 + (0,))
    rough = ndimage.zoom(random.uniform(0.75, 1.2, (4, 4)), side / 4, order=1)[:side, :side, None]
    touched = (np.asarray(picture) != ground).any(2, keepdims=True)
    return np.uint8(np.clip(np.where(touched, soft * rough, soft), 0, 255))


def _room(ground: U8, random: np.random.Generator) -> U8:
    """Return a wall and floor with shelves, a door, a window or a table."""
    side = ground.shape[0]
    picture = Image.fromarray(ground)
    draw = ImageDraw.Draw(picture)
    wall, floor, wood = (tuple(int(255 * v) for v in colour) for colour in _colours(random, 3))
    edge = int(side * random.uniform(0.5, 0.95))
    draw.rectangle((0, 0, side, edge), fill=wall)
    draw.polygon([(0, edge), (side, edge + random.uniform(-9, 9)), (side, side), (0, side)], fill=floor)
    for _ in range(int(random.integers(1, 5))):
        x, y = random.uniform(0, side, 2)
        wide, high = random.uniform(5, side * 0.6), random.uniform(3, side * 0.7)
        draw.rectangle((x, y, x + wide, y + high), fill=wood, outline=wall)
        for shelf in np.arange(y, y + high, max(6, high / 5)):
            draw.line((x, shelf, x + wide, shelf), fill=floor, width=1)
    return _shaded(picture, ground, random)


def _face(ground: U8, random: np.random.Generator) -> U8:
    """Return a head: skin, hair, eyes, a mouth, shoulders."""
    side = ground.shape[0]
    picture = Image.fromarray(ground)
    draw = ImageDraw.Draw(picture)
    skin, size = _skin(random), side * random.uniform(0.2, 0.5)
    x, y = random.uniform(0.25, 0.75, 2) * side
    hair, shirt = (tuple(int(220 * v) for v in colour) for colour in _colours(random, 2))
    draw.ellipse((x - 2 * size, y + size, x + 2 * size, y + 4 * size), fill=shirt)
    draw.rectangle((x - size / 3, y, x + size / 3, y + 1.3 * size), fill=skin)
    draw.ellipse(
        (x - size * 0.85, y - size * 1.2, x + size * 0.85, y + size * random.uniform(0.2, 1.3)), fill=hair
    )
    draw.ellipse((x - size * 0.72, y - size * 0.9, x + size * 0.72, y + size), fill=skin)
    for eye in (-0.3, 0.3):
        draw.ellipse((x + size * (eye - 0.1), y - size * 0.15, x + size * (eye + 0.1), y), fill=(40, 30, 30))
    draw.line(
        (x - size * 0.25, y + size * 0.5, x + size * 0.25, y + size * 0.52), fill=(150, 70, 70), width=2
    )
    return _shaded(picture, ground, random)


def _arm(ground: U8, random: np.random.Generator) -> U8:
    """Return a bare or covered arm, a leg or a neck: a broad line from side to side."""
    side = ground.shape[0]
    picture = Image.fromarray(ground)
    angle = random.uniform(0, np.pi)
    along = np.array([np.cos(angle), np.sin(angle)]) * side
    middle = side / 2 + random.uniform(-0.25, 0.25, 2) * side
    ends = [tuple(middle - along), tuple(middle + along)]
    width = int(side * random.uniform(0.1, 0.45))
    ImageDraw.Draw(picture).line(ends, fill=_skin(random), width=width)
    if random.random() < 0.4:
        sleeve = tuple(int(255 * v) for v in _colours(random, 1)[0])
        ImageDraw.Draw(picture).line([tuple(middle), ends[1]], fill=sleeve, width=int(width * 1.3))
    return _shaded(picture, ground, random)


def _thing(ground: U8, random: np.random.Generator) -> U8:
    """Return a garment of one colour, as any thing that lies about."""
    side = ground.shape[0]
    scan = datasets.picture("clothes", "train", int(random.integers(60000))).pixels_u8
    size = int(side * random.uniform(0.4, 1.1))
    turned = Image.fromarray(scan).resize((size, size)).rotate(random.uniform(0, 360), expand=True)
    colour = np.asarray(_colours(random, 1)[0]) if random.random() < 0.6 else np.array(_skin(random)) / 255
    thing = Image.fromarray(np.uint8(np.asarray(turned, np.float32)[..., None] * colour))
    mask = turned.point(lambda value: 255 * (value > 20))
    picture = Image.fromarray(ground)
    picture.paste(thing, tuple(random.integers(-size // 4, max(1, side - size // 2), 2).tolist()), mask)
    return np.asarray(picture)


def _fist_sized(ground: U8, random: np.random.Generator) -> U8:
    """Return flat shapes of skin colour: stars, boxes, triangles, crescents."""
    side = ground.shape[0]
    picture = Image.fromarray(ground)
    corners = int(random.integers(3, 6))
    angles = random.uniform(0, 2 * np.pi) + np.arange(corners) * 2 * np.pi / corners
    radius = side * random.uniform(0.15, 0.45)
    middle = random.uniform(0.3, 0.7, 2) * side
    points = [(middle[0] + radius * np.cos(a), middle[1] + radius * np.sin(a)) for a in angles]
    ImageDraw.Draw(picture).polygon(points, fill=_skin(random))
    return _shaded(picture, ground, random)


def _corners(side: int, seed: int, rooms: tuple[str, ...]) -> list[U8]:
    """Return squares of training photos far from every joint found; of photos with joints only."""
    from training.hands import is_kept

    random, known, found = np.random.default_rng(seed), joints.known(), []
    for source in rooms:
        for _, path in files(source):
            places = known.get(joints.key(source, path))
            if places is None or not is_kept(source, path):
                continue
            picture = Image.open(path).convert("RGB")
            points = (in_square(places, picture.size) + 1) / 2
            found += _free(picture, points, side, random)
    return found


def _free(picture: Image.Image, points: Floats, side: int, random: np.random.Generator) -> list[U8]:
    """Return at most one square of a picture that keeps clear of the hand at `points`, 0..1."""
    width, height = picture.size
    long = max(width, height)
    places = points * long - (np.array([long - width, long - height]) / 2)
    for _ in range(8):
        size = random.uniform(0.25, 0.6) * min(width, height)
        x, y = random.uniform(0, width - size), random.uniform(0, height - size)
        gap = np.maximum(np.maximum((x, y) - places, places - (x + size, y + size)).max(1), 0)
        if gap.min() > CLEAR * long * 0.6 and size >= 24:
            return [np.asarray(picture.resize((side, side), box=(x, y, x + size, y + size)))]
    return []
