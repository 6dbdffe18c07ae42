"""Tell the object in a photo from its background by classical means: colour and place, no network."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

F32 = npt.NDArray[np.float32]
U8 = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

WORK_PX = 128  # longer side of the reduced picture that decides; finer detail adds noise, not shape
BINS = (10, 16, 16)  # of lightness and the two colour axes of CIELAB
ROUNDS = 6  # of estimating colours from the mask and the mask from colours; it settles in four
SHARES = (0.03, 0.85)  # of the picture that a believable object covers
MAX_AT_BORDER = 0.4  # share of the border that a believable object covers


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

    Colours near the middle and colours near the border are counted in two histograms; each pixel goes
    to the one that explains it better, its neighbourhood voting too; the histograms are counted again
    from the result. It is GrabCut's idea (Rother, Kolmogorov, Blake 2004) with histograms in place of
    mixtures and blurring in place of graph cuts.

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
    mask = _one_object(_settle(_bin_of(lab), lab.shape[:2]))
    border = np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]]).mean()
    share = float(mask.mean())
    grown = Image.fromarray(np.uint8(mask) * 255).resize((cols, rows), Image.Resampling.BICUBIC)
    believable = SHARES[0] <= share <= SHARES[1] and border <= MAX_AT_BORDER
    return Separation(np.asarray(grown, np.float32) / np.float32(255), share, bool(believable))


def _bin_of(lab: F32) -> npt.NDArray[np.intp]:
    """Return each pixel's colour bin, (3, H, W)."""
    low = np.array([0, -64, -64], np.float32)
    width = np.array([100, 128, 128], np.float32)
    places = (lab - low) / width * np.array(BINS, np.float32)
    bins = np.clip(places, 0, np.array(BINS) - 1)
    return np.asarray(bins.transpose(2, 0, 1), np.intp)


def _settle(bins: npt.NDArray[np.intp], shape: tuple[int, int]) -> F32:
    """Return the probability of being object, (H, W)."""
    from scipy.ndimage import gaussian_filter

    rows, cols = (np.linspace(-1, 1, size, dtype=np.float32) for size in shape)
    reach = np.maximum(np.abs(rows)[:, None], np.abs(cols)[None])  # 0 in the middle, 1 at the border
    prior = np.clip(2.2 * (0.82 - reach), -2.5, 0)  # in the middle colour alone decides: things may be small
    object_p = (reach < 0.55).astype(np.float32)
    for _ in range(ROUNDS):
        evidence = _log_histogram(bins, object_p) - _log_histogram(bins, 1 - object_p)
        vote = gaussian_filter(np.clip(evidence, -4, 4), max(shape) / 80) + prior
        object_p = (1 / (1 + np.exp(-2 * vote))).astype(np.float32)
    return object_p


def _log_histogram(bins: npt.NDArray[np.intp], weight: F32) -> F32:
    """Return the log of how often each pixel's colour occurs where `weight` is high, (H, W)."""
    from scipy.ndimage import gaussian_filter

    counts = np.zeros(BINS, np.float32)
    np.add.at(counts, tuple(bins), weight)
    smooth = gaussian_filter(counts, 0.8)
    return np.asarray(np.log(smooth / max(float(smooth.sum()), 1e-6) + 1e-4)[tuple(bins)], np.float32)


def _one_object(object_p: F32) -> Mask:
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
