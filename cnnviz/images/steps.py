"""The steps of preparation: each takes the work so far and returns new work with a note of what it did.

Positions are (row, col). A step never writes into the pixels it was given.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from PIL import Image

from cnnviz.images.picture import LUMA

F32 = npt.NDArray[np.float32]
U8 = npt.NDArray[np.uint8]

INK = 0.12  # brightness from which a pixel counts as ink, once the ground is black
DIGIT_BOX = 20 / 28  # LeCun, Cortes, Burges, "The MNIST database": digits are fitted into 20 x 20 of 28 x 28
GARMENT_BOX = (
    1.0  # Xiao, Rasul, Vollgraf, "Fashion-MNIST" (2017), section 2: the longer edge fills the picture
)
HAND_MARGIN = 1.15  # side of the square around a hand, as a multiple of the hand's longer side
FILLED = 0.62  # brightness of the inside of an outlined garment: the median of Fashion-MNIST's garments
PAPER_PX = 360  # longer side at which a photo of handwriting is cleaned
UNEVEN = 0.02  # range of brightness along a border, without its ends: more is a photo, no drawn sheet


@dataclass(frozen=True)
class Work:
    """The picture on its way.

    `upright` is that of `Recipe`. `alpha_f32` (H, W) tells the object from the background where a step found
    it. `note`, `values` and `mask_f32` (H, W; of the picture before it) say what the latest step did.
    """

    pixels_f32: F32
    pixels_u8: U8
    task: str
    size: int
    channels: int
    upright: float = 0.0
    alpha_f32: F32 | None = None
    is_empty: bool = False
    note: str = "original"
    values: Mapping[str, str | float] = field(default_factory=dict)
    mask_f32: F32 | None = None


StepFunction = Callable[[Work], Work]


def begin(pixels_u8: U8, task: str, size: int, channels: int, *, upright: float = 0.0) -> Work:
    """Return the work before the first step."""
    return Work(pixels_u8.astype(np.float32) / np.float32(255), pixels_u8, task, size, channels, upright)


def hand(work: Work) -> Work:
    """Cut out a square around a hand that is small, or the one next to the middle that holds a larger one."""
    from cnnviz.images import finder

    found = finder.hand_of(work.pixels_u8)
    values = {"percent": round(100 * found.score)}
    if found.score < finder.SURE:
        return replace(work, note="hand_unsure", values=values)
    shape = work.pixels_u8.shape[:2]
    top, left, side = finder.square_around(found, shape)
    if (top, left, side) == finder.middle_square(shape):
        return replace(work, note="hand_large", values=values)
    place = slice(top, top + side), slice(left, left + side)
    mask = np.zeros(shape, np.float32)
    mask[place] = 1
    return replace(
        work,
        pixels_f32=work.pixels_f32[place],
        pixels_u8=work.pixels_u8[place],
        mask_f32=mask,
        note="hand",
        values=values | {"side": side, "top": top, "left": left},
    )


def background(work: Work) -> Work:
    """Separate the object from its background and put it on white, where that is believable."""
    from cnnviz.images.segment import separate

    found = separate(work.pixels_u8)
    values = {"percent": round(100 * found.share)}
    if not found.believable:
        return replace(work, note="background_kept", values=values)
    alpha = found.alpha_f32
    mix = alpha if work.pixels_f32.ndim == 2 else alpha[..., None]
    pixels = work.pixels_f32 * mix + (1 - mix)
    return replace(
        work, pixels_f32=pixels, alpha_f32=alpha, mask_f32=alpha, note="background_removed", values=values
    )


def grey(work: Work) -> Work:
    """Weigh red, green and blue into brightness."""
    if work.pixels_f32.ndim == 2:
        return replace(work, note="grey_already", values={})
    return replace(work, pixels_f32=work.pixels_f32 @ np.array(LUMA, np.float32), note="grey", values={})


def polarity(work: Work) -> Work:
    """Make the ground dark and the ink bright.

    The ground is what the border mostly is. In a photo of a digit that may be shadow or table, and paper may
    be dim; there the few pixels that stand out from what is around them are ink.
    """
    low, high = np.quantile(_border(work.pixels_f32), (0.1, 0.9))
    if work.task != "digits" or high - low <= UNEVEN:
        return _by_border(work)
    from scipy import ndimage

    small = _reduced(work.pixels_f32, PAPER_PX)
    apart = small.astype(np.float64) - ndimage.gaussian_filter(small, max(small.shape) / 18)
    if (apart**3).mean() >= 0:
        return replace(work, note="ink_bright", values={})
    return replace(work, pixels_f32=1 - work.pixels_f32, note="ink_dark", values={})


def _by_border(work: Work) -> Work:
    ground = float(np.median(_border(work.pixels_f32)))
    values = {"ground": round(ground, 2)}
    if ground <= 0.5:
        return replace(work, note="polarity_kept", values=values)
    return replace(work, pixels_f32=1 - work.pixels_f32, note="polarity_inverted", values=values)


def _border(pixels: F32) -> F32:
    return np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])


def negative(work: Work) -> Work:
    """Invert a garment on white, as Fashion-MNIST's makers did; without separation, by the border."""
    if work.alpha_f32 is None:
        return _by_border(work)
    return replace(work, pixels_f32=1 - work.pixels_f32, note="negative", values={})


def paper(work: Work) -> Work:
    """Take uneven light, shadows, printed lines and specks off handwriting on paper."""
    from scipy import ndimage

    from cnnviz.images.printed import printed

    pixels = _reduced(work.pixels_f32, PAPER_PX)
    reach = max(3, max(pixels.shape) // 9) | 1
    light = ndimage.gaussian_filter(
        ndimage.grey_opening(ndimage.gaussian_filter(pixels, 1), reach), reach / 3
    )
    ink = np.clip(pixels - light, 0, None)
    ink = np.clip(ink - printed(ink), 0, None)
    level = _otsu(ink)
    clean = np.clip((ink - 0.5 * level) / max(0.7 * level, 1e-3), 0, 1)  # white well before the ink's peak
    clean = np.where(_main_parts(clean), clean, 0).astype(np.float32)
    return replace(work, pixels_f32=clean, note="paper", values={"level": round(float(level), 2)})


def fill(work: Work) -> Work:
    """Fill the inside of an outline with an even tone."""
    from scipy import ndimage

    inside = ndimage.binary_fill_holes(work.pixels_f32 > 0.5)
    pixels = np.where(inside, np.maximum(work.pixels_f32, np.float32(FILLED)), work.pixels_f32)
    share = float(inside.mean() - (work.pixels_f32 > 0.5).mean())
    return replace(work, pixels_f32=pixels, note="fill", values={"percent": round(100 * share)})


def box(work: Work) -> Work:
    """Cut out the smallest rectangle that holds all ink."""
    seen = work.pixels_f32 > INK if work.alpha_f32 is None else work.alpha_f32 > 0.5
    rows, cols = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    if len(rows) == 0:
        return replace(work, is_empty=True, note="box_empty", values={})
    place = slice(rows[0], rows[-1] + 1), slice(cols[0], cols[-1] + 1)
    height, width = len(range(*place[0].indices(seen.shape[0]))), len(range(*place[1].indices(seen.shape[1])))
    values = {"top": int(rows[0]), "left": int(cols[0]), "rows": height, "cols": width}
    alpha = None if work.alpha_f32 is None else work.alpha_f32[place]
    return replace(work, pixels_f32=work.pixels_f32[place], alpha_f32=alpha, note="box", values=values)


def fit(work: Work) -> Work:
    """Scale to the target's box with the aspect kept."""
    height, width = work.pixels_f32.shape
    target = round(work.size * (DIGIT_BOX if work.task == "digits" else GARMENT_BOX))
    factor = target / max(height, width)
    rows, cols = max(1, round(height * factor)), max(1, round(width * factor))
    values = {"rows": rows, "cols": cols, "target": target}
    return replace(work, pixels_f32=_resized(work.pixels_f32, rows, cols), note="fit", values=values)


def stretch(work: Work) -> Work:
    """Scale to the whole input, whatever the aspect: what happens where `fit` is switched off."""
    pixels = _resized(work.pixels_f32, work.size, work.size)
    return replace(work, pixels_f32=pixels, note="fit_off", values={"size": work.size})


def contrast(work: Work) -> Work:
    """Multiply so that the brightest pixel is 1."""
    peak = float(work.pixels_f32.max())
    if peak <= INK:
        return replace(work, note="contrast_none", values={"peak": round(peak, 2)})
    return replace(
        work, pixels_f32=work.pixels_f32 / np.float32(peak), note="contrast", values={"peak": round(peak, 2)}
    )


def centre(work: Work) -> Work:
    """Place digits by their centre of mass, garments by their middle, on the black input."""
    if work.task != "digits" or work.pixels_f32.sum() == 0:
        return centre_by_box(replace(work, note="centre_box"))
    mass = work.pixels_f32.sum(dtype=np.float64)
    rows, cols = (np.arange(size) for size in work.pixels_f32.shape)
    row = float(work.pixels_f32.sum(1) @ rows / mass)
    col = float(work.pixels_f32.sum(0) @ cols / mass)
    place = round(work.size / 2 - row), round(work.size / 2 - col)
    return _placed(
        replace(work, note="centre_mass", values={"row": round(row, 1), "col": round(col, 1)}), place
    )


def centre_by_box(work: Work) -> Work:
    """Place by the middle of the rectangle: what happens where `centre` is switched off."""
    rows, cols = work.pixels_f32.shape
    return _placed(work, ((work.size - rows) // 2, (work.size - cols) // 2))


def square(work: Work) -> Work:
    """Cut out a square: around the object where it is known, else the middle."""
    rows, cols = work.pixels_f32.shape[:2]
    side, row, col = float(min(rows, cols)), (rows - 1) / 2, (cols - 1) / 2
    if work.alpha_f32 is not None:
        seen = [np.flatnonzero((work.alpha_f32 > 0.5).any(axis)) for axis in (1, 0)]
        row, col = (float(places[0] + places[-1]) / 2 for places in seen)
        side = min(
            HAND_MARGIN * max(len(range(places[0], places[-1] + 1)) for places in seen), max(rows, cols)
        )
    length = max(1, round(side))
    top, left = round(row - (length - 1) / 2), round(col - (length - 1) / 2)
    pixels = _window(work.pixels_f32, top, left, length)
    return replace(work, pixels_f32=pixels, alpha_f32=None, note="square", values={"side": length})


def whole(work: Work) -> Work:
    """Make the picture square without losing any of it: what is missing repeats the border."""
    rows, cols = work.pixels_f32.shape[:2]
    side = max(rows, cols)
    pixels = _window(work.pixels_f32, (rows - side) // 2, (cols - side) // 2, side)
    return replace(work, pixels_f32=pixels, alpha_f32=None, note="whole", values={"side": side})


def upright(work: Work) -> Work:
    """Turn the square until the fingers point up, and cut out a square around the hand; if one is seen."""
    from cnnviz.images.upright import SEEN, cut_out, drawn, joints_of

    pixels = whole(work).pixels_f32  # nothing changes where it is square
    held = joints_of(pixels)
    cut = cut_out(pixels, replace(held.square, side=held.square.side * work.upright), work.size)
    bones = drawn(held.joints, len(pixels)) if pixels.shape == work.pixels_f32.shape else None
    note = "upright_seen" if held.sure >= SEEN else "upright_unsure"
    values = {"percent": round(100 * held.sure), "degrees": round(abs(held.square.degrees))}
    return replace(work, pixels_f32=cut, mask_f32=bones, note=note, values=values)


def resize(work: Work) -> Work:
    """Scale to the input's rows and columns, unless it has them already."""
    same = work.pixels_f32.shape[:2] == (work.size, work.size)
    pixels = work.pixels_f32 if same else _resized(work.pixels_f32, work.size, work.size)
    return replace(
        work,
        pixels_f32=_with_channels(pixels, work.channels),
        note="resize_same" if same else "resize",
        values={"size": work.size},
    )


def to_size(work: Work) -> Work:
    """Return the work at the input's size and channels, whatever steps were switched off."""
    if work.pixels_f32.shape[:2] != (work.size, work.size):
        return resize(work)
    return replace(work, pixels_f32=_with_channels(work.pixels_f32, work.channels))


def skip(work: Work) -> Work:
    """Do nothing: a step that is switched off."""
    return replace(work, note="off", values={})


ON: Mapping[str, StepFunction] = MappingProxyType(
    {
        "hand": hand,
        "background": background,
        "grey": grey,
        "polarity": polarity,
        "negative": negative,
        "paper": paper,
        "fill": fill,
        "box": box,
        "fit": fit,
        "contrast": contrast,
        "centre": centre,
        "square": square,
        "whole": whole,
        "upright": upright,
        "resize": resize,
    }
)
OFF: Mapping[str, StepFunction] = MappingProxyType(
    dict.fromkeys(ON, skip) | {"fit": stretch, "centre": lambda work: centre_by_box(skip(work))}
)


def _placed(work: Work, place: tuple[int, int]) -> Work:
    """Return the pixels on a black input with their corner at `place`, moved so that none is lost."""
    rows, cols = work.pixels_f32.shape
    top, left = (int(np.clip(p, 0, work.size - n)) for p, n in zip(place, (rows, cols), strict=True))
    ground = np.zeros((work.size, work.size), np.float32)
    ground[top : top + rows, left : left + cols] = work.pixels_f32
    return replace(work, pixels_f32=ground, alpha_f32=None, values={**work.values, "top": top, "left": left})


def _window(pixels: F32, top: int, left: int, side: int) -> F32:
    """Return a square; what lies outside the picture repeats its border."""
    height, width = pixels.shape[:2]
    if 0 <= top <= height - side and 0 <= left <= width - side:  # all inside: nothing needs to be copied
        return pixels[top : top + side, left : left + side]
    rows = np.clip(np.arange(top, top + side), 0, height - 1)
    cols = np.clip(np.arange(left, left + side), 0, width - 1)
    return pixels[rows[:, None], cols]


def _with_channels(pixels: F32, channels: int) -> F32:
    """Return a grey picture three times over where a network sees colour."""
    return np.repeat(pixels[..., None], channels, axis=2) if channels > 1 and pixels.ndim == 2 else pixels


def _resized(pixels: F32, rows: int, cols: int) -> F32:
    """Return the pixels at another size; each new one is the mean of the area it covers, or bilinear."""
    if pixels.ndim == 3:
        return np.stack([_resized(pixels[..., c], rows, cols) for c in range(pixels.shape[2])], axis=2)
    shrinks = rows <= pixels.shape[0] and cols <= pixels.shape[1]
    how = Image.Resampling.BOX if shrinks else Image.Resampling.BILINEAR
    resized = Image.fromarray(np.ascontiguousarray(pixels, np.float32)).resize((cols, rows), how)
    return np.clip(np.asarray(resized, np.float32), 0, 1)


def _reduced(pixels: F32, longest: int) -> F32:
    rows, cols = pixels.shape
    factor = longest / max(rows, cols)
    return (
        pixels
        if factor >= 1
        else _resized(pixels, max(1, round(rows * factor)), max(1, round(cols * factor)))
    )


def _otsu(values: F32) -> float:
    """Return the level that splits the values into two groups of least variance (Otsu 1979)."""
    counts, edges = np.histogram(values, bins=128)
    middles = (edges[:-1] + edges[1:]) / 2
    below, above = np.cumsum(counts), np.cumsum(counts[::-1])[::-1]
    mean_below = np.cumsum(counts * middles) / np.maximum(below, 1)
    mean_above = (np.cumsum((counts * middles)[::-1]) / np.maximum(np.cumsum(counts[::-1]), 1))[::-1]
    between = below[:-1] * above[1:] * (mean_below[:-1] - mean_above[1:]) ** 2
    return float(middles[int(np.argmax(between))])


def _main_parts(ink: F32) -> npt.NDArray[np.bool_]:
    """Return which pixels belong to the part with most ink, or to one of a tenth of it that lies near.

    Parts that do not touch the border come first. Near is a gap of half the main part's size.
    """
    from scipy import ndimage

    parts, count = ndimage.label(ink > 0.25, structure=np.ones((3, 3)))
    if count == 0:
        return np.zeros(ink.shape, bool)
    amounts = np.bincount(parts.ravel(), ink.ravel())[1:]
    at_border = np.unique(np.concatenate([parts[0], parts[-1], parts[:, 0], parts[:, -1]]))
    inner = amounts.copy()
    inner[at_border[at_border > 0] - 1] = 0
    weights = inner if inner.max() > 0 else amounts
    places = ndimage.find_objects(parts)
    main = places[int(weights.argmax())]
    reach = max(side.stop - side.start for side in main) / 2
    kept = [
        weight >= weights.max() / 10 and max(map(_gap, place, main)) <= reach
        for weight, place in zip(weights, places, strict=True)
    ]
    return np.asarray(np.isin(parts, 1 + np.flatnonzero(kept)))


def _gap(one: slice, other: slice) -> int:
    """Return how many pixels lie between two ranges."""
    apart: int = max(0, one.start - other.stop, other.start - one.stop)
    return apart
