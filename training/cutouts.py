"""Tell a training hand from what is behind it: by the makers' plain backgrounds, or by joints and colour."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage

from cnnviz.images.segment import colours_of, histogram, log_of, one_object
from training.joints import MIDDLE, PALM, PARENTS

Floats = NDArray[np.float32]
SIDE = 128  # pixels of a cached picture
WORK_PX = 128  # longer side at which a hand is told from a room
ROUNDS = 4  # of estimating colours from the mask and the mask from colours
INSIDE, NEAR, FAR = 0.09, 0.22, 0.5  # distances from the bones, in lengths of the palm
COVERED, ASTRAY = 0.9, 0.12  # a believable mask covers so much of the bones, and strays so little


def cut_out(picture: Image.Image, source: str, joints: Floats | None) -> NDArray[np.uint8]:
    """Return the hand as (5, 128, 128) uint8: colour, opacity of the hand, opacity of the whole picture.

    Both opacities are the same where the hand always comes without its background, or never.
    """
    rgb = np.asarray(picture.convert("RGB"))
    hand = _opacity(rgb, source, joints)
    whole = hand if source in ("cgi", "green") else np.ones_like(hand)
    planes = [*rgb.transpose(2, 0, 1), *(np.uint8(255 * plane) for plane in (hand, whole))]
    return np.stack([_squared(plane) for plane in planes])


def in_square(joints: Floats, size: tuple[int, int]) -> Floats:
    """Return joints, shares of a picture's (width, height), as (x, y) in -1..1 of the square around it."""
    width, height = size
    side = max(size)
    return np.stack([(2 * joints[:, 1] - 1) * width / side, (2 * joints[:, 0] - 1) * height / side], 1)


def _squared(plane: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a plane in the middle of a square of 0, 128 pixels wide."""
    side, (rows, cols) = max(plane.shape), plane.shape
    square = np.zeros((side, side), np.uint8)
    square[(side - rows) // 2 :, (side - cols) // 2 :][:rows, :cols] = plane
    return np.asarray(Image.fromarray(square).resize((SIDE, SIDE), Image.Resampling.BOX))


def _opacity(rgb: NDArray[np.uint8], source: str, joints: Floats | None) -> Floats:
    """Return how much each pixel belongs to the hand, 0..1; 1 where that cannot be told."""
    colour = rgb.astype(np.float32)
    if source == "cgi":  # skin is darker or more coloured than the white and its pale shadow
        hand = 255 - colour.min(2) + 2 * (colour.max(2) - colour.min(2))
        return _clean(np.clip((hand - 45) / 30, 0, 1))
    if source == "green":
        green = colour[..., 1] - np.maximum(colour[..., 0], colour[..., 2])
        return _clean(np.clip((25 - green) / 20, 0, 1))
    found = None if joints is None else around_bones(rgb, joints)
    return np.ones(rgb.shape[:2], np.float32) if found is None else found


def _clean(opacity: Floats) -> Floats:
    """Keep the largest piece and fill its small holes (highlights)."""
    labels, count = ndimage.label(opacity > 0.5)
    if count == 0:
        return np.ones_like(opacity)
    sizes = np.bincount(labels.ravel())[1:]
    hand = ndimage.binary_dilation(labels == sizes.argmax() + 1, iterations=2)
    holes, count = ndimage.label(~(opacity > 0.5))
    small = np.bincount(holes.ravel()) < 0.0008 * opacity.size
    return np.where(small[holes] & hand, 1.0, opacity * hand).astype(np.float32)


def around_bones(rgb: NDArray[np.uint8], joints: Floats) -> Floats | None:
    """Return the opacity of the hand with these joints (shares of height and width), or None if in doubt.

    Colours near the bones and far from them are counted, as in `cnnviz.images.segment`; a pixel goes to
    those that explain it better, and to the hand the sooner the nearer it is to a bone.
    """
    small = Image.fromarray(rgb)
    small.thumbnail((WORK_PX, WORK_PX), Image.Resampling.BOX, reducing_gap=None)
    from skimage.color import rgb2lab

    colours = colours_of(rgb2lab(np.asarray(small)).astype(np.float32))
    away = _from_bones(joints, small.size)
    prior = np.clip((NEAR - away) / (NEAR - INSIDE), -1.5, 1) * 2.5
    object_p = (away < INSIDE).astype(np.float32)
    for _ in range(ROUNDS):
        hand, room = (log_of(histogram(colours, p)[colours]) for p in (object_p, 1 - object_p))
        evidence = hand - room
        vote = ndimage.gaussian_filter(np.clip(evidence, -4, 4), 1) + prior
        object_p = (1 / (1 + np.exp(-2 * vote))).astype(np.float32)
    mask = one_object(object_p)
    if not _believable(mask, away):
        return None
    grown = Image.fromarray(np.uint8(255 * ndimage.gaussian_filter(mask.astype(np.float32), 0.7)))
    return np.asarray(grown.resize(rgb.shape[1::-1], Image.Resampling.BICUBIC), np.float32) / 255


def _believable(mask: NDArray[np.bool_], away: Floats) -> bool:
    core, total = away < INSIDE / 2, mask.sum()
    if not core.any() or not total:
        return False
    return bool(mask[core].mean() >= COVERED and (mask & (away > FAR)).sum() <= ASTRAY * total)


def _from_bones(joints: Floats, size: tuple[int, int]) -> Floats:
    """Return each pixel's distance from the hand's bones and palm, in lengths of the palm, (H, W).

    The forearm is half as near as it is: colour decides on it.
    """
    points = joints[:, ::-1] * np.array(size, np.float32)
    palm = max(float(np.linalg.norm(points[MIDDLE] - points[0])), _width(points), 1.0)
    drawn, arm = Image.new("1", size, 1), Image.new("1", size, 1)
    pen = ImageDraw.Draw(drawn)
    pen.polygon([tuple(points[joint]) for joint in PALM], fill=0)
    for joint, parent in enumerate(PARENTS):
        pen.line([tuple(points[parent]), tuple(points[joint])], fill=0)
    elbow = points[0] + 2.5 * (points[0] - points[MIDDLE])
    ImageDraw.Draw(arm).line([tuple(points[0]), tuple(elbow)], fill=0)
    hand = ndimage.distance_transform_edt(np.asarray(drawn)) / palm
    return np.minimum(hand, 0.1 + ndimage.distance_transform_edt(np.asarray(arm)) / palm * 0.6).astype(
        np.float32
    )


def _width(points: Floats) -> float:
    """Return how wide a palm is, by its knuckles, as a length of the palm."""
    return 1.3 * float(np.linalg.norm(points[5] - points[17]))
