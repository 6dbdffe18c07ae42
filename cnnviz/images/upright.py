"""How is a hand held? Its joints are looked for, and the picture is turned so that the fingers point up.

The network that looks is the first part of the model ``joints`` of hands: that of MediaPipe Hands, which says
where the 21 joints of a hand are and how surely there is one. It was made for hands upright in a square of a
certain size; so it looks twice before the model does, each time at the square that the look before asks for.

Beside `finder` this is the only module of `cnnviz.images` that uses PyTorch (``docs/decisions/0015``).

F. Zhang et al., "MediaPipe Hands: on-device real-time hand tracking" (2020).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from cnnviz.images.finder import kept
from cnnviz.images.seen import remembered

if TYPE_CHECKING:
    from torch import Tensor

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

FOLDER = Path(__file__).resolve().parents[2] / "models" / "rps" / "joints"
SIDE_PX = 224  # rows and columns that the network looks at
JOINTS = 21
HALVING = (4, 6)  # sides of kernels with a stride of 2
# What follows a convolution in a block
NORMS: Mapping[str, str] = MappingProxyType({"expand": "norm1", "depthwise": "norm2", "project": "norm3"})
SEEN, ENOUGH = 0.5, 0.95  # probability from which a hand counts as seen; from which no other look is tried
# How it looks at a picture until it is sure: what is up (x, y), and side as a multiple of the picture's
UPS = ((0.0, -1.0), (1.0, 0.0), (-1.0, 0.0), (0.0, 1.0))
ROOMS = (1.0, 1.7)
# As MediaPipe lays the square around a hand: around these joints, so much larger, moved towards the fingers
PALM = (0, 1, 2, 3, 5, 6, 9, 10, 13, 14, 17, 18)
LARGER, AHEAD = 2.0, 0.1
LEAST = 0.01  # side of a square
WRIST, INDEX, MIDDLE, RING = 0, 5, 9, 13  # joints: the wrist, and where three of the fingers begin
FINGERS = tuple((0, *range(first, first + 4)) for first in (1, 5, 9, 13, 17))  # joints along each finger


@dataclass(frozen=True, slots=True, eq=False)
class Square:
    """A turned square of a picture; places are (x, y) as shares of the picture's side.

    Parameters
    ----------
    middle : ndarray of float64, (2,)
        Its middle.
    side : float
        Its side, as a share of the picture's.
    up : ndarray of float64, (2,)
        Where its upper edge lies from its middle: a direction of length 1.
    """

    middle: F64
    side: float
    up: F64

    @property
    def turn(self) -> F64:
        """Directions to the right and downwards in the square, as columns (2, 2)."""
        x, y = self.up
        return np.array([[-y, -x], [x, -y]])

    @property
    def degrees(self) -> float:
        """By how much the picture is turned for it, clockwise."""
        return float(np.degrees(np.arctan2(-self.up[0], -self.up[1])))

    def outside(self, places: F64) -> F64:
        """Return places (N, 2) of the picture for those in the square."""
        return np.asarray(((places - 0.5) * self.side) @ self.turn.T + self.middle)


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """How a hand is held.

    Parameters
    ----------
    joints : ndarray of float64, (21, 2)
        (x, y) of each joint, as shares of the picture's side.
    sure : float
        Probability, by the network, that there is a hand, 0..1.
    """

    joints: F64
    sure: float

    @property
    def square(self) -> Square:
        """The square around the hand, fingers up."""
        knuckles = (self.joints[[INDEX, RING]].mean(0) + self.joints[MIDDLE]) / 2
        ahead = knuckles - self.joints[WRIST]
        up = ahead / max(float(np.linalg.norm(ahead)), 1e-6)
        turn = Square(np.zeros(2), 1.0, up).turn
        palm = (self.joints[list(PALM)] - self.joints[WRIST]) @ turn
        low, high = palm.min(0), palm.max(0)
        middle = (low + high) / 2 - [0, AHEAD * (high - low)[1]]
        side = max(LARGER * float((high - low).max()), LEAST)
        return Square(turn @ middle + self.joints[WRIST], side, up)


def find_joints(pixels_f32: F32, parameters: "Mapping[str, Tensor] | None" = None) -> Held:
    """Return how a hand is held in a square picture.

    The network looks at the whole picture; where it is not sure of a hand, with room around it and from each
    side, and the surest look counts; then once more at the square around the joints that it found.

    Parameters
    ----------
    pixels_f32 : ndarray of float32, (S, S) or (S, S, 3)
        0..1.
    parameters : mapping of str to Tensor, optional
        Of the network, as `weights` returns them, which is what is used if left out.

    Returns
    -------
    Held
        Also where there is no hand: then `Held.sure` is low.

    Raises
    ------
    WeightsError
        If the weights are missing or altered.
    """
    parameters = weights() if parameters is None else parameters
    best = Held(np.zeros((JOINTS, 2)), -1.0)
    for up, room in product(UPS, ROOMS):
        if best.sure < ENOUGH:
            found = _look(pixels_f32, Square(np.array([0.5, 0.5]), room, np.array(up)), parameters)
            best = found if found.sure > best.sure else best
    return _look(pixels_f32, best.square, parameters)


joints_of = remembered(find_joints)


def _look(pixels_f32: F32, square: Square, parameters: "Mapping[str, Tensor]") -> Held:
    """Return what the network sees in a square of a picture."""
    said = said_of(pixels_f32, square, parameters).astype(float)
    places = said[:-1].reshape(JOINTS, 2) / SIDE_PX
    return Held(square.outside(places), float(1 / (1 + np.exp(-said[-1]))))


def said_of(pixels_f32: F32, square: Square, parameters: "Mapping[str, Tensor]") -> F32:
    """Return what `network` says of a square of a picture, (43,)."""
    import torch

    with torch.inference_mode():
        inputs = torch.from_numpy(cut_out(pixels_f32, square, SIDE_PX).transpose(2, 0, 1)[None].copy())
        said: F32 = network(inputs.contiguous(memory_format=torch.channels_last), parameters)[0].numpy()
    return said


def cut_out(pixels_f32: F32, square: Square, side: int) -> F32:
    """Return a square of a picture, (side, side, 3); what lies outside the picture repeats its border.

    Parameters
    ----------
    pixels_f32 : ndarray of float32, (S, S) or (S, S, 3)
        0..1.
    square : Square
        Which.
    side : int
        Rows and columns of the result.
    """
    import torch
    from torch.nn import functional

    wanted = max(1, round(side / square.side))  # of the whole picture, for pixels of about one size
    picture = torch.from_numpy(np.atleast_3d(pixels_f32).transpose(2, 0, 1)[None].copy())
    if wanted < picture.shape[-1]:
        picture = functional.interpolate(picture, (wanted, wanted), mode="area")
    form = np.concatenate([square.turn * square.side, 2 * square.middle[:, None] - 1], 1)
    grid = functional.affine_grid(
        torch.from_numpy(form[None]).float(), [1, 1, side, side], align_corners=False
    )
    seen = functional.grid_sample(picture, grid, padding_mode="border", align_corners=False)[0]
    return np.ascontiguousarray(seen.clamp(0, 1).expand(3, -1, -1).permute(1, 2, 0).numpy())


def drawn(joints: F64, side: int) -> F32:
    """Return the bones between joints (21, 2) as bright lines on black, (side, side), 0..1."""
    sheet = Image.new("L", (side, side))
    pen = ImageDraw.Draw(sheet)
    for finger in FINGERS:
        pen.line([tuple(joints[joint] * side) for joint in finger], 255, max(1, side // 60))
    return np.asarray(sheet, np.float32) / np.float32(255)


def network(pictures: "Tensor", parameters: Mapping[str, "Tensor"]) -> "Tensor":
    """Return what the network says of pictures.

    Parameters
    ----------
    pictures : Tensor of float32, (N, 3, 224, 224)
        0..1.
    parameters : mapping of str to Tensor
        As `weights` returns them.

    Returns
    -------
    Tensor of float32, (N, 43)
        x and y of 21 joints, in pixels; how surely there is a hand, as a logit.
    """
    from torch.nn import functional

    def conv(maps: "Tensor", name: str) -> "Tensor":
        kernel, bias = parameters[f"{name}.weight"], parameters[f"{name}.bias"]
        side, groups = kernel.shape[-1], maps.shape[1] if kernel.shape[1] == 1 else 1
        stride = 2 if side in HALVING else 1
        return functional.conv2d(maps, kernel, bias, stride, (side - 1) // 2, groups=groups)

    maps, block = functional.relu6(conv(pictures, "conv1")), 1
    while f"block{block}.project.weight" in parameters:
        way = maps
        for name in ("expand", "depthwise"):
            if f"block{block}.{name}.weight" in parameters:
                way = functional.relu6(conv(way, f"block{block}.{name}"))
        way = conv(way, f"block{block}.project")
        maps, block = maps + way if maps.shape == way.shape else way, block + 1
    for name in ("conv2", "conv3"):
        maps = functional.relu6(conv(maps, name))
    return functional.linear(maps.mean((2, 3)), parameters["joints.weight"], parameters["joints.bias"])


@cache
def weights(folder: Path = FOLDER) -> Mapping[str, "Tensor"]:
    """Return kernels and biases by name, float32, normalisation folded in.

    Raises
    ------
    WeightsError
        If the file is missing or differs from what the card's hash says.
    """
    return folded(kept(folder, "weights", "sha256"))


def folded(state: Mapping[str, "Tensor"]) -> Mapping[str, "Tensor"]:
    """Return the weights of the network with each normalisation as part of the convolution before it."""
    import torch

    found = {name: value for name, value in state.items() if name.startswith("joints.")}
    for name, kernel in state.items():
        layer = name.removesuffix(".weight")
        if kernel.ndim != 4:
            continue
        block, _, inner = layer.rpartition(".")
        norm = f"{block}.{NORMS[inner]}" if block else layer.replace("conv", "norm")
        factor = state[f"{norm}.weight"] / (state[f"{norm}.running_var"] + 1e-5).sqrt()
        found[name] = (kernel * factor[:, None, None, None]).contiguous(memory_format=torch.channels_last)
        found[f"{layer}.bias"] = state[f"{norm}.bias"] - state[f"{norm}.running_mean"] * factor
    return found
