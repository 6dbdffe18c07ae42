"""Every colour of the product, safe for colour-blind eyes.

Signed numbers go from orange (negative) over near-white (0) to blue (positive); numbers that cannot
be negative use the blue half alone, so that a colour means the same number's sign everywhere.
"""

from functools import cache
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

# ColorBrewer's PuOr (orange half) and RdBu (blue half), C. Brewer 2003, Apache 2.0 licence.
SIGNED = (
    "#7f3b08", "#b35806", "#e08214", "#fdb863", "#fee0b6",
    "#f7f7f7",
    "#d1e5f0", "#92c5de", "#4393c3", "#2166ac", "#053061",
)  # fmt: skip
POSITIVE = SIGNED[5:]
GREY = ("#000000", "#ffffff")
STOPS = MappingProxyType({"signed": SIGNED, "positive": POSITIVE, "absolute": POSITIVE, "picture": GREY})
LEVELS = 255  # odd, so that 0 is exactly the middle entry of the signed scale

# One colour a kind of layer, on every page. M. Okabe and K. Ito, "Color Universal Design" (2008),
# with two greys for layers that compute nothing.
LAYERS = MappingProxyType(
    {
        "input": "#5f6b73",
        "conv": "#0072b2",
        "activation": "#d55e00",
        "pool": "#008060",
        "norm": "#8a6d00",
        "dropout": "#8c8c8c",
        "flatten": "#5f6b73",
        "dense": "#a34c7d",
        "softmax": "#7661c2",
    }
)
BLOCK, JOIN = LAYERS["conv"], "#5f6b73"  # blocks of layers; sums, products and joined maps
# What a rectangle or a number plays in a convolution or a pooling.
ROLES = MappingProxyType(
    {
        "input": "#0f8b6d",
        "kernel": "#b5179e",
        "output": "#c27c00",
        "padding": "#8c8c8c",
        "bias": "#7661c2",
        "mark": "#b5179e",
    }
)
DARK_INK, LIGHT_INK = "#14181a", "#ffffff"


@cache
def table(scale: str) -> npt.NDArray[np.uint8]:
    """Return the colours of `scale` from its lowest to its highest number.

    Parameters
    ----------
    scale : {'signed', 'positive', 'absolute', 'picture'}
        A key of `STOPS`.

    Returns
    -------
    ndarray of uint8, shape (LEVELS, 3)
        Red, green, blue; read-only.
    """
    stops = np.array([rgb(colour) for colour in STOPS[scale]], dtype=float)
    at = np.linspace(0, len(stops) - 1, LEVELS)
    colours = np.stack([np.interp(at, np.arange(len(stops)), part) for part in stops.T], axis=1)
    colours_u8: npt.NDArray[np.uint8] = np.rint(colours).astype(np.uint8)
    colours_u8.setflags(write=False)
    return colours_u8


@cache
def inks(scale: str) -> tuple[str, ...]:
    """Return, for each colour of `scale`, the colour of legible text on it."""
    return tuple(ink("#{:02x}{:02x}{:02x}".format(*colour)) for colour in table(scale))


def ink(background: str) -> str:
    """Return black or white, whichever contrasts more with `background`.

    Contrast as in WCAG 2.1: relative luminances L, ratio ``(L1 + 0.05) / (L2 + 0.05)``.

    Examples
    --------
    >>> ink("#053061")
    '#ffffff'
    """
    return max((DARK_INK, LIGHT_INK), key=lambda colour: contrast(colour, background))


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.1, section 1.4.3)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def rgb(colour: str) -> tuple[int, int, int]:
    """Return red, green, blue of ``#rrggbb``, each 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def plotly_scale(scale: str) -> list[list[float | str]]:
    """Return `scale` in the form that plotly takes: ``[[0.0, colour], ..., [1.0, colour]]``."""
    stops = STOPS[scale]
    return [[idx / (len(stops) - 1), colour] for idx, colour in enumerate(stops)]


def css_gradient(scale: str) -> str:
    """Return `scale` as a CSS gradient from left to right."""
    return f"linear-gradient(to right, {', '.join(STOPS[scale])})"


def _luminance(colour: str) -> float:
    parts = (part / 255 for part in rgb(colour))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
