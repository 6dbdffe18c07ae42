"""Tell the object in a photo from its background by classical means: colour and place, no network."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

F32 = npt.NDArray[np.float32]
U8 = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
Colours = npt.NDArray[np.intp]

WORK_PX = 128  # longer side of the reduced picture that decides; finer detail adds noise, not shape
BINS = (10, 16, 16)  # of lightness and the two colour axes of CIELAB
ROUNDS = 6  # of estimating colours from the mask and the mask from colours; it settles in four
SHARES = (0.03, 0.85)  # of the picture that a believable object covers
MAX_AT_BORDER = 0.4  # share of the border that a believable object covers
REGIONS, WIDE = (-1.0, 0.0, 1.0), 0.8  # middles of the background's regions on each axis; how far they reach
WHOLE = 0.1  # weight of the whole background in each region, as a share of its area


@dataclass(frozen=True)
class Separation:
    """An object told from its background.

    Parameters
    ----------
    alpha_f32 : ndarray of float32, (H, W)
        1 on the object, 0 on the background, between at its edge.
    share : float
        Share of the picture that the object covers.
    believable : bool
        Whether size and place are those of one object in the middle; otherwise better use no mask.
    """

    alpha_f32: F32
    share: float
    believable: bool


def separate(pixels_u8: U8) -> Separation:
    """Return what is object in a photo of one thing in the middle, on any fairly even background.

    Colours near the middle and colours near the border are counted in histograms; each pixel goes to
    the side that explains it better, its neighbourhood voting too; the histograms are counted again
    from the result. It is GrabCut's idea (Rother, Kolmogorov, Blake 2004) with histograms in place of
    mixtures and blurring in place of graph cuts. The background has a histogram for each of nine
    regions that overlap: a floor is brighter under a lamp than in a corner.

    Parameters
    ----------
    pixels_u8 : ndarray of uint8, (H, W) or (H, W, 3)

    Returns
    -------
    Separation
        `alpha_f32` has the size of the photo.
    """
    from skimage.color import rgb2lab

    rows, cols = pixels_u8.shape[:2]
    small = Image.fromarray(pixels_u8).convert("RGB")
    small.thumbnail((WORK_PX, WORK_PX), Image.Resampling.BOX, reducing_gap=None)
    lab = rgb2lab(np.asarray(small)).astype(np.float32)
    mask = one_object(_settle(colours_of(lab)))
    border = np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]]).mean()
    share = float(mask.mean())
    grown = Image.fromarray(np.uint8(mask) * 255).resize((cols, rows), Image.Resampling.BICUBIC)
    believable = SHARES[0] <= share <= SHARES[1] and border <= MAX_AT_BORDER
    return Separation(np.asarray(grown, np.float32) / np.float32(255), share, bool(believable))


def colours_of(lab: F32) -> Colours:
    """Return the number of each pixel's colour bin, (H, W); `lab` is (H, W, 3)."""
    low = np.array([0, -64, -64], np.float32)
    width = np.array([100, 128, 128], np.float32)
    places = (lab - low) / width * np.array(BINS, np.float32)
    bins = np.clip(places, 0, np.array(BINS) - 1).transpose(2, 0, 1).astype(np.intp)
    return np.asarray(np.ravel_multi_index(tuple(bins), BINS), np.intp)


def _settle(colours: Colours) -> F32:
    """Return the probability of being object, (H, W)."""
    from scipy.ndimage import gaussian_filter

    rows, cols = (np.linspace(-1, 1, size, dtype=np.float32) for size in colours.shape)
    reach = np.maximum(np.abs(rows)[:, None], np.abs(cols)[None])  # 0 in the middle, 1 at the border
    prior = np.clip(2.2 * (0.82 - reach), -2.5, 0)  # in the middle colour alone decides: things may be small
    object_p = (reach < 0.55).astype(np.float32)
    near = _regions(rows, cols)
    for _ in range(ROUNDS):
        own = histogram(colours, object_p)[colours]
        evidence = log_of(own) - log_of(_behind(colours, 1 - object_p, near))
        vote = gaussian_filter(np.clip(evidence, -4, 4), max(colours.shape) / 80) + prior
        object_p = (1 / (1 + np.exp(-2 * vote))).astype(np.float32)
    return object_p


def log_of(frequency: F32) -> F32:
    """Return the logarithm of frequencies, those of unseen colours held above 0."""
    return np.asarray(np.log(frequency + 1e-4), np.float32)


def histogram(colours: Colours, weight: F32) -> F32:
    """Return how often each colour occurs where `weight` is high, neighbouring colours too: (colours,)."""
    from scipy.ndimage import gaussian_filter

    counts = np.bincount(colours.ravel(), weight.ravel(), math.prod(BINS)).astype(np.float32)
    smooth = gaussian_filter(counts.reshape(BINS), 0.8).ravel()
    return np.asarray(smooth / max(float(smooth.sum()), 1e-6), np.float32)


def _regions(rows: F32, cols: F32) -> F32:
    """Return how much each pixel belongs to each region, (9, H, W); a pixel's shares add up to 1."""
    down, across = (np.exp(-(((np.array(REGIONS)[:, None] - at) / WIDE) ** 2)) for at in (rows, cols))
    shares = np.einsum("ri,sj->rsij", down / down.sum(0), across / across.sum(0))
    return np.asarray(shares.reshape(-1, len(rows), len(cols)), np.float32)


def _behind(colours: Colours, weight: F32, near: F32) -> F32:
    """Return how often each pixel's colour occurs in the background about it, (H, W)."""
    whole, steady = histogram(colours, weight), WHOLE * colours.size / len(near)
    found = np.zeros(colours.shape, np.float32)
    for share in near:
        own = weight * share
        mass = float(own.sum())
        found += share * ((mass * histogram(colours, own) + steady * whole) / (mass + steady))[colours]
    return found


def one_object(object_p: F32) -> Mask:
    """Return the largest connected part and those at least a sixth of it, without holes or threads."""
    from scipy import ndimage

    mask = ndimage.binary_opening(object_p > 0.5, iterations=1)
    parts, count = ndimage.label(mask)
    if count == 0:
        return np.zeros(object_p.shape, np.bool_)
    areas = np.bincount(parts.ravel())[1:]
    kept = np.isin(parts, 1 + np.flatnonzero(areas >= areas.max() / 6))
    whole = ndimage.binary_fill_holes(ndimage.binary_closing(kept, iterations=2))
    return np.asarray(ndimage.binary_erosion(whole), np.bool_)  # the neighbours' vote reaches a pixel too far
