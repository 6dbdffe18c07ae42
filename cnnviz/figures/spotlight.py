"""A photo lit where a heat map is strong: no colours on colours, so that the photo stays readable."""

import numpy as np
import numpy.typing as npt
from PIL import Image

from cnnviz.figures.colouring import png
from cnnviz.figures.sheet import image_tag

DARKEST = 0.18  # share of the light left where the heat is 0


def spotlight_html(
    pixels_f32: npt.NDArray[np.float32], heat: npt.NDArray[np.float32], *, alt: str, width_px: int = 224
) -> str:
    """Return a photo whose light follows a heat map: full where it is largest, dark where it is 0.

    Parameters
    ----------
    pixels_f32 : ndarray of float32, shape (H, W, 3)
        0..1.
    heat : ndarray of float32, shape (H, W)
        At least 0; all 0 leaves the whole photo dark.
    alt : str
        What screen readers say.
    width_px : int
        Width on screen.
    """
    share = np.maximum(heat, 0) / max(float(heat.max()), 1e-12)
    light = DARKEST + (1 - DARKEST) * share
    lit = np.rint(np.clip(pixels_f32 * light[..., np.newaxis], 0, 1) * 255).astype(np.uint8)
    return image_tag(png(Image.fromarray(lit)), width_px=width_px, alt=alt)
