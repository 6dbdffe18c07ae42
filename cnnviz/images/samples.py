"""The built-in pictures: drawn by our own code, and a few photographs that scikit-image brings along.

A sample is known by a key ``group/label/variant``; how it is called on screen is in the section
``samples`` of the catalogue. Nothing is copied from a data set and nothing is downloaded.
"""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

from cnnviz import check
from cnnviz.images.decode import decode
from cnnviz.images.drawn import digits, garments, hands, scenes
from cnnviz.images.drawn.digit_shapes import HANDS
from cnnviz.images.picture import Picture
from cnnviz.images.strokes import Drawing

DIGITS = tuple(str(number) for number in range(10))
# Inside the wheel of scikit-image 0.26, under skimage/data; all in the public domain or CC0.
PHOTOS: Mapping[str, str] = MappingProxyType(
    {
        "cat": "chelsea.png",  # S. van der Walt, CC0
        "coffee": "coffee.png",  # R. Michetti, CC0
        "astronaut": "astronaut.png",  # E. Collins, NASA, public domain
        "camera": "camera.png",  # L. Sinclair, CC0
        "rocket": "rocket.jpg",  # SpaceX, CC0
        "bricks": "brick.png",  # CC0 Textures
        "coins": "coins.png",  # Brooklyn Museum, no known restrictions
    }
)
KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "digits": tuple(f"digits/{label}/{hand}" for label in DIGITS for hand in HANDS),
        "clothes": tuple(f"clothes/{label}/{variant}" for label in garments.NAMES for variant in (0, 1)),
        "rps": tuple(
            f"rps/{label}/{variant}" for label in hands.NAMES for variant in range(len(hands.MANNERS))
        ),
        "scenes": tuple(f"scenes/{name}/0" for name in scenes.NAMES),
        "photos": tuple(f"photos/{name}/0" for name in PHOTOS),
    }
)
FIRST: Mapping[str, str] = MappingProxyType(
    {
        "digits": "digits/5/school",
        "clothes": "clothes/coat/0",
        "rps": "rps/scissors/0",
        "photos": "photos/cat/0",
    }
)
FIRST_OF_ALL = "scenes/colours/0"  # where a page has no task


@lru_cache(maxsize=128)
def sample(key: str) -> Picture:
    """Return the built-in picture `key`, one of `KEYS`.

    Returns
    -------
    Picture
        Its name is the key; its label the class it shows, where it belongs to a task.

    Examples
    --------
    >>> sample("digits/7/school").label
    '7'
    """
    group, label, variant = split(key)
    if group == "digits":
        return drawing(key).picture(key, origin="sample", label=label)
    if group == "photos":
        content = files("skimage").joinpath("data", PHOTOS[label]).read_bytes()
        return decode(content, key, origin="sample")
    if group == "scenes":
        return Picture(scenes.scene(label), name=key)
    draw = garments.garment if group == "clothes" else hands.hand
    return Picture(draw(label, int(variant)), name=key, label=label)


def drawing(key: str) -> Drawing:
    """Return the strokes of a sample of the group ``digits``."""
    _, label, hand = split(key)
    return digits.digit(label, hand)


def split(key: str) -> tuple[str, str, str]:
    """Return group, label and variant of a key.

    Raises
    ------
    ChoiceError
        If there is no such sample.
    """
    group, label, variant = key.split("/") if key.count("/") == 2 else (key, "", "")
    check.check_choice("sample", group, list(KEYS))
    check.check_choice("sample", key, KEYS[group])
    return group, label, variant
