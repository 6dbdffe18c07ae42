"""Where in a photo is the hand? A network that looks for it, before others say which sign it shows.

It began as the palm detector of MediaPipe Hands and was taught here to tell where the whole hand is
(``training/finder.py``): for each eighth pixel of the picture, made small, whether a hand's middle is there,
how large the hand is and where exactly. Where it is unsure it looks again, at more pixels. Its weights and
their card lie in ``models/finder/``.

This is the one module of `cnnviz.images` that uses PyTorch, and only when asked (``docs/decisions/0014``).

F. Zhang et al., "MediaPipe Hands: on-device real-time hand tracking" (2020), section 2.1.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, reduce
from operator import getitem
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PIL import Image

from cnnviz.check import load_checked
from cnnviz.errors import WeightsError
from cnnviz.images.seen import remembered

if TYPE_CHECKING:
    from torch import Tensor

F32 = npt.NDArray[np.float32]
U8 = npt.NDArray[np.uint8]

FOLDER, FILE = Path(__file__).resolve().parents[2] / "models" / "finder", "weights.safetensors"
LEARNED_PX = 128  # sides of the pictures it learned from
LOOKS_PX = (128, 256)  # longer side of the picture looked at; a second time only where the first is unsure
STRIDE = 8  # pixels from one place asked for to the next
MULTIPLE = 32  # of which the sides of what the network gets are multiples
STAGES = (3, 3, 3, 3, 3)  # blocks at strides 2, 4, 8, 16 and 32
RISING = (3, 2)  # stages whose maps are added on the way back to `STRIDE`
RISING_BLOCKS = 2
SURE, SURE_AGAIN = 0.45, 0.5  # score from which a hand counts as found, at the first look and at the second
ROOM = 1.35  # side of what is cut out, as a multiple of the square around the hand
NEAR = 0.75  # share of the shorter side from which a hand with room around it counts as near
HEAD = 4  # numbers a place: logit of a middle, log of the side in `LEARNED_PX`, offset down, offset right


@dataclass(frozen=True, slots=True)
class Found:
    """A hand found in a picture.

    Parameters
    ----------
    row, col : float
        Its middle, in pixels of the picture.
    side : float
        Side of the square around it, in pixels.
    score : float
        Probability, by the network, that a hand's middle is there, 0..1.
    """

    row: float
    col: float
    side: float
    score: float


def find_hand(pixels_u8: U8) -> Found:
    """Return the place in a picture that looks most like a hand.

    Parameters
    ----------
    pixels_u8 : ndarray of uint8, (H, W) or (H, W, 3)
        A photo.

    Returns
    -------
    Found
        Also where there is none: then `Found.score` is low.

    Raises
    ------
    WeightsError
        If the weights are missing or altered.
    """
    first = _look(pixels_u8, LOOKS_PX[0])
    if first.score >= SURE or max(pixels_u8.shape[:2]) < LOOKS_PX[1]:  # nothing more to see
        return first
    second = _look(pixels_u8, LOOKS_PX[1])
    return second if second.score >= SURE_AGAIN else first


hand_of = remembered(find_hand)


def _look(pixels_u8: U8, longest_px: int) -> Found:
    """Return the likeliest place in a picture made so small that its longer side is `longest_px`."""
    import torch

    size = _size(pixels_u8, longest_px)
    with torch.inference_mode():
        inputs = torch.from_numpy(_small(pixels_u8, size))[None].contiguous(memory_format=torch.channels_last)
        said = network(inputs, weights())[0].numpy()
    rows, cols = (-(-side // STRIDE) for side in size)
    chance = 1 / (1 + np.exp(-said[0, :rows, :cols]))
    row, col = np.unravel_index(int(chance.argmax()), chance.shape)
    _, log_side, down, right = said[:, row, col].astype(float)
    pixel = np.array(pixels_u8.shape[:2]) / size  # of the small picture, in those of the picture
    middle = (np.array([row + down, col + right]) + 0.5) * STRIDE * pixel - 0.5
    side = float(np.exp(log_side)) * LEARNED_PX * float(pixel.mean())
    return Found(float(middle[0]), float(middle[1]), side, float(chance[row, col]))


def square_around(found: Found, shape: tuple[int, ...]) -> tuple[int, int, int]:
    """Return the square of a picture that shows the hand: first row, first column, side, in pixels.

    A far hand comes to its middle. For a near one it is as large as the picture allows, and as near to the
    picture's middle as it can be while it holds the hand.

    Parameters
    ----------
    found : Found
        The hand.
    shape : tuple of int
        Rows and columns of the picture.
    """
    side, spare = max(1, round(ROOM * found.side)), 0.0
    if side > NEAR * min(shape):
        side = min(shape)
        spare = max(spare, (side - found.side) / 2)
    row, col = (
        float(np.clip((room - 1) / 2, at - spare, at + spare))
        for at, room in zip((found.row, found.col), shape, strict=True)
    )
    return _placed(row, col, side, shape)


def middle_square(shape: tuple[int, ...]) -> tuple[int, int, int]:
    """Return the largest square in the middle of a picture, as `square_around` does."""
    rows, cols = shape
    return _placed((rows - 1) / 2, (cols - 1) / 2, min(shape), shape)


def _placed(row: float, col: float, side: int, shape: tuple[int, ...]) -> tuple[int, int, int]:
    """Return the square of this side about a middle, moved so that it lies in the picture."""
    top, left = (
        int(np.clip(round(at - (side - 1) / 2), 0, room - side))
        for at, room in zip((row, col), shape, strict=True)
    )
    return top, left, side


def network(pictures: "Tensor", parameters: Mapping[str, "Tensor"]) -> "Tensor":
    """Return what the network says of pictures.

    Parameters
    ----------
    pictures : Tensor of float32, (N, 3, H, W)
        0..1; sides multiples of `MULTIPLE`.
    parameters : mapping of str to Tensor
        As `weights` returns them.

    Returns
    -------
    Tensor of float32, (N, `HEAD`, H / `STRIDE`, W / `STRIDE`)
    """
    from torch.nn import functional

    def conv(maps: "Tensor", name: str, stride: int = 1) -> "Tensor":
        kernel, bias = parameters[f"{name}.weight"], parameters[f"{name}.bias"]
        side, groups = kernel.shape[-1], maps.shape[1] if kernel.shape[1] == 1 else 1
        if stride == 2:  # TensorFlow pads sides of even length so: one before, two after
            maps = functional.pad(maps, (1, 2, 1, 2))
        padding = side // 2 if stride == 1 else 0
        return functional.conv2d(maps, kernel, bias, stride, padding, groups=groups)

    def block(maps: "Tensor", name: str, stride: int = 1) -> "Tensor":
        added = conv(conv(maps, f"{name}.spread", stride), f"{name}.mix")
        if stride == 2:
            maps = functional.max_pool2d(maps, 2)
            more = added.shape[1] - maps.shape[1]  # channels that are new get nothing from before
            maps = functional.pad(maps, (0, 0, 0, 0, 0, more))
        return functional.prelu(maps + added, parameters[f"{name}.slope"])

    maps, stages = functional.prelu(conv(pictures, "stem", 2), parameters["stem.slope"]), []
    for stage, blocks in enumerate(STAGES):
        if stage:
            maps = block(maps, f"down{stage}", 2)
        for number in range(blocks):
            maps = block(maps, f"stage{stage}.{number}")
        stages.append(maps)
    for stage in RISING:
        larger = functional.interpolate(maps, scale_factor=2.0, mode="bilinear", align_corners=False)
        maps = stages[stage] + functional.prelu(conv(larger, f"up{stage}"), parameters[f"up{stage}.slope"])
        for number in range(RISING_BLOCKS):
            maps = block(maps, f"risen{stage}.{number}")
    return conv(maps, "head")


@cache
def weights(folder: Path = FOLDER) -> Mapping[str, "Tensor"]:
    """Return kernels, biases and slopes by name, float32.

    Raises
    ------
    WeightsError
        If the file is missing or differs from what the card's hash says.
    """
    import torch

    fast = torch.channels_last  # a quarter less time than with whole planes
    return {
        name: value.contiguous(memory_format=fast) if value.ndim == 4 else value
        for name, value in kept(folder, "sha256").items()
    }


def kept(folder: Path, *where: str) -> Mapping[str, "Tensor"]:
    """Return the weights in a folder by name, float32; `where` its card has their hash.

    Raises
    ------
    WeightsError
        If a file is missing, or the weights differ from what the hash says.
    """
    from safetensors.torch import load

    try:
        card = (folder / "card.toml").read_text(encoding="utf-8")
    except OSError as error:
        raise WeightsError("weights_missing", model=folder.name) from error
    wanted = reduce(getitem, where, tomllib.loads(card))
    content = load_checked(folder / FILE, str(wanted), model=folder.name)
    return {name: value.float() for name, value in load(content).items()}


def _size(pixels_u8: U8, longest_px: int) -> tuple[int, int]:
    """Return rows and columns of the picture made small."""
    longest = max(pixels_u8.shape[:2])
    rows, cols = (max(STRIDE, round(side * longest_px / longest)) for side in pixels_u8.shape[:2])
    return rows, cols


def _small(pixels_u8: U8, size: tuple[int, int]) -> F32:
    """Return the picture in colour, (3, H, W) in 0..1, black below and on the right up to a `MULTIPLE`."""
    every = max(1, max(pixels_u8.shape[:2]) // (2 * max(size)))  # of so many pixels one is enough for means
    picture = Image.fromarray(np.ascontiguousarray(pixels_u8[::every, ::every])).convert("RGB")
    rows, cols = size
    wide = np.zeros((3, *(-(-side // MULTIPLE) * MULTIPLE for side in size)), np.float32)
    small = np.asarray(picture.resize((cols, rows), Image.Resampling.BOX), np.float32)
    wide[:, :rows, :cols] = small.transpose(2, 0, 1) / np.float32(255)
    return wide
