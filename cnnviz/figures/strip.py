"""One step of preparation as a tile: the picture after it, small; and the photo that was chosen."""

from base64 import b64encode
from html import escape
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image

from cnnviz.figures.colouring import map_png, png, range_of
from cnnviz.figures.sheet import image_tag

PHOTO_PX = 480  # longer side of the photo that was chosen
FEW_PX = 64  # a picture no larger is shown so that one sees its pixels
SHOWN_PX = 160  # longer side of a tile, in pixels of the file; small pictures keep their pixels


def step_html(pixels_f32: npt.NDArray[np.float32], alt: str, *, normalised: bool = False) -> str:
    """Return the picture after a step as a square tile; its class is ``step``.

    Parameters
    ----------
    pixels_f32 : ndarray of float32, (H, W) or (H, W, 3)
        0..1, or any numbers if `normalised`.
    alt : str
        What screen readers say.
    normalised : bool
        Draw numbers around 0: a grey picture in the colours of signed maps, a colour picture with its
        smallest number black and its largest white.
    """
    small = _thumbnail(pixels_f32)
    if small.ndim == 2:
        content = map_png(small, range_of(small, "signed" if normalised else "picture"))
    else:
        low, high = (float(small.min()), float(small.max())) if normalised else (0.0, 1.0)
        shades = (small - low) / max(high - low, 1e-9)
        content = png(Image.fromarray(np.rint(np.clip(shades, 0, 1) * 255).astype(np.uint8)))
    kind = "step fine" if max(pixels_f32.shape[:2]) > SHOWN_PX else "step"
    return f"<div class='{kind}'>{image_tag(content, alt=alt)}</div>"


def photo_html(
    pixels_u8: npt.NDArray[np.uint8], alt: str, *, frame: tuple[int, int, int] | None = None
) -> str:
    """Return a photo with its own proportions; its class is ``photo``, of one of few pixels also ``pixels``.

    Parameters
    ----------
    pixels_u8 : ndarray of uint8, (H, W) or (H, W, 3)
        The photo.
    alt : str
        What screen readers say.
    frame : (int, int, int), optional
        First row, first column and side of a square to draw a frame around, in pixels.
    """
    rows, cols = pixels_u8.shape[:2]
    photo = Image.fromarray(pixels_u8).convert("RGB")
    if few := max(rows, cols) <= FEW_PX:
        image = image_tag(png(photo), alt=alt)
    else:
        photo.thumbnail((PHOTO_PX, PHOTO_PX))
        file = BytesIO()
        photo.save(file, "JPEG", quality=88)
        source = f"data:image/jpeg;base64,{b64encode(file.getvalue()).decode()}"
        image = f"<img alt='{escape(alt, quote=True)}' src='{source}'>"
    around = ""
    if frame is not None:
        top, left, side = frame
        place = {"top": top / rows, "left": left / cols, "width": side / cols, "height": side / rows}
        around = "<i style='" + ";".join(f"{name}:{100 * at:.2f}%" for name, at in place.items()) + "'></i>"
    kind = "photo pixels" if few else "photo"
    return f"<div class='{kind}'>{image}{around}</div>"


def _thumbnail(pixels: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return at most `SHOWN_PX` a side; each new pixel is the mean of the area it covers."""
    rows, cols = pixels.shape[:2]
    factor = SHOWN_PX / max(rows, cols)
    if factor >= 1:
        return pixels
    stride = max(1, int(1 / factor) // 2)  # a first rough thinning keeps large photos cheap
    thinned = pixels[::stride, ::stride]
    size = max(1, round(cols * factor)), max(1, round(rows * factor))
    channels = thinned[..., None] if thinned.ndim == 2 else thinned
    resized = [_resized(channels[..., index], size) for index in range(channels.shape[2])]
    return resized[0] if pixels.ndim == 2 else np.stack(resized, axis=2)


def _resized(channel: npt.NDArray[np.float32], size: tuple[int, int]) -> npt.NDArray[np.float32]:
    image = Image.fromarray(np.ascontiguousarray(channel, np.float32))
    return np.asarray(image.resize(size, Image.Resampling.BOX), np.float32)
