"""Small pictures to choose one from, sent as one sheet however many there are."""

import base64
from collections.abc import Sequence
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image

from cnnviz.ui.components.assets import mount

U8 = npt.NDArray[np.uint8]

TILE_PX = 56


def gallery(
    key: str,
    sheet: str,
    names: Sequence[str],
    *,
    label: str,
    selected: int | None = None,
    captions: bool = False,
) -> int | None:
    """Draw the pictures and return the number of the one just chosen, else None.

    Parameters
    ----------
    key : str
        Unique in the app.
    sheet : str
        What `sheet_of` made of the pictures.
    names : sequence of str
        What each picture is called.
    label : str
        What there is to choose, read out by screen readers.
    selected : int, optional
        Which one is marked.
    captions : bool
        Write the names under the pictures; else they appear under the pointer.
    """
    data = {
        "sheet": sheet,
        "names": list(names),
        "label": label,
        "selected": selected,
        "captions": captions,
        "tile_px": TILE_PX,
    }
    picked = mount("gallery")(key=key, data=data, on_pick_change=_nothing).pick
    return picked if isinstance(picked, int) and 0 <= picked < len(names) else None


def sheet_of(pictures: Sequence[U8]) -> str:
    """Return the pictures, (H, W) or (H, W, 3) uint8, as one row of square tiles in a data URL."""
    sheet = Image.new("RGB", (TILE_PX * max(len(pictures), 1), TILE_PX), "white")
    for idx, pixels in enumerate(pictures):
        sheet.paste(_tile(Image.fromarray(pixels)), (idx * TILE_PX, 0))
    if all(pixels.ndim == 2 for pixels in pictures):
        sheet = sheet.convert("L")
    stream = BytesIO()
    sheet.save(stream, "PNG")
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()


def _nothing() -> None:
    """Let the component have a trigger called pick."""


def _tile(image: Image.Image) -> Image.Image:
    """Return the middle of a picture as a square tile."""
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    square = image.convert("RGB").crop((left, top, left + side, top + side))
    how = Image.Resampling.BOX if side > TILE_PX else Image.Resampling.NEAREST
    return square.resize((TILE_PX, TILE_PX), how)
