"""Change a picture step by step and see how the answers of several networks follow.

The picture is changed as the networks get it, after cropping and centring and before normalisation: a
preparation that centres would undo a shift.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from cnnviz.check import check_choice, check_number
from cnnviz.errors import ShapeError
from cnnviz.explain import guard
from cnnviz.explain.results import Sweep

LUMINANCE = (0.299, 0.587, 0.114)  # ITU-R BT.601: how bright red, green and blue look


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to change a picture: the range of its amount, the amount that changes nothing, the unit."""

    low: float
    high: float
    neutral: float
    unit: str  # share: of the picture's side


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "shift_right": Kind(-0.4, 0.4, 0.0, "share"),
        "shift_down": Kind(-0.4, 0.4, 0.0, "share"),
        "rotate": Kind(-180.0, 180.0, 0.0, "degrees"),
        "scale": Kind(0.4, 1.6, 1.0, "times"),
        "invert": Kind(0.0, 1.0, 0.0, "mix"),
        "recolour": Kind(0.0, 360.0, 0.0, "degrees"),
        "cover": Kind(0.0, 0.8, 0.0, "share"),
        "noise": Kind(0.0, 1.0, 0.0, "deviation"),
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class Contestant:
    """A network, what its input is normalised with, ``(picture - mean) / std``, and the input's size.

    `mean` and `std` have one number a channel; without a `size` (rows, columns) it takes any.
    """

    net: nn.Module
    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)
    size: tuple[int, int] | None = None


def perturb(picture: npt.ArrayLike, kind: str, amounts: Sequence[float], *, seed: int = 0) -> Tensor:
    """Return a picture changed by each of `amounts`, shape (V, C, H, W), in 0..1.

    Parameters
    ----------
    picture : array_like, shape (C, H, W), float32 in 0..1
        One or three channels.
    kind : str
        One of `KINDS`:

        - shift_right, shift_down: by a share of the width or height;
        - rotate: by degrees, anticlockwise; scale: so many times as large, about the middle;
        - invert: a mix of the picture (0) and its negative (1);
        - recolour: turns the hue of a colour picture by degrees; a grey one is taken for drawn on black
          with a pen of that hue (red 0, green 120, blue 240) and seen in grey, ``picture · brightness``,
          which no amount leaves as it was;
        - cover: a grey square in the middle, its side a share of the picture's shorter one;
        - noise: adds normal noise of that standard deviation, the same pattern at each amount.

        What moves in from outside has the border's median value.
    amounts : sequence of float
        Within the kind's range.
    seed : int
        Of the noise.

    Raises
    ------
    ChoiceError, RangeError, ShapeError
        If the kind is unknown, an amount outside its range, or the picture of another shape.

    Examples
    --------
    >>> perturb([[[0.0, 0.25]]], "invert", [1.0]).tolist()
    [[[[1.0, 0.75]]]]
    """
    span = KINDS[check_choice("kind", kind, tuple(KINDS))]
    values = [check_number("amount", amount, span.low, span.high) for amount in amounts]
    pixels = guard.batch(picture)[0]
    if len(pixels) not in (1, 3):
        raise ShapeError("picture_channels", got=len(pixels))
    if kind in ("shift_right", "shift_down", "rotate", "scale"):
        return _moved(pixels, kind, values)
    if kind == "noise":
        pattern = torch.randn(pixels.shape, generator=torch.Generator().manual_seed(seed))
        return torch.stack([(pixels + value * pattern).clamp(0, 1) for value in values])
    change = {"invert": _inverted, "cover": _covered, "recolour": _recoloured}[kind]
    return torch.stack([change(pixels, value) for value in values])


def sweep(
    contestants: Mapping[str, Contestant],
    picture: npt.ArrayLike,
    kind: str,
    *,
    amounts: Sequence[float] | None = None,
    seed: int = 0,
) -> Sweep:
    """Return what each network answers while a picture changes over the whole range of a kind.

    Parameters
    ----------
    contestants : mapping of str to Contestant
        The networks by name; left untouched.
    picture, kind, seed
        As in `perturb`.
    amounts : sequence of float, optional
        41 steps over the range of the kind if left out.
    """
    check_choice("kind", kind, tuple(KINDS))
    steps = np.linspace(KINDS[kind].low, KINDS[kind].high, 41) if amounts is None else amounts
    pictures = perturb(picture, kind, [float(step) for step in steps], seed=seed)
    probs = {name: _answers(one, pictures) for name, one in contestants.items()}
    return Sweep(kind, np.asarray(steps, dtype=np.float32), pictures.numpy(), MappingProxyType(probs))


@torch.no_grad()
def _answers(contestant: Contestant, pictures: Tensor) -> npt.NDArray[np.float32]:
    mean, std = (torch.tensor(part).view(-1, 1, 1) for part in (contestant.mean, contestant.std))
    if contestant.size not in (None, tuple(pictures.shape[2:])):
        pictures = nn.functional.interpolate(pictures, contestant.size, mode="bilinear", antialias=True)
    probs: npt.NDArray[np.float32] = (
        guard.forward(guard.twin(contestant.net), (pictures - mean) / std).softmax(1).numpy()
    )
    return probs


def _moved(pixels: Tensor, kind: str, values: list[float]) -> Tensor:
    """Return shifted, turned or scaled pictures; what moves in has the border's median value."""
    ground = _border(pixels)
    maps = torch.stack([_affine(kind, value, pixels.shape[1] / pixels.shape[2]) for value in values])
    many = (pixels - ground).expand(len(values), -1, -1, -1)
    where = nn.functional.affine_grid(maps, list(many.shape), align_corners=False)
    return nn.functional.grid_sample(many, where, align_corners=False) + ground


def _affine(kind: str, value: float, ratio: float) -> Tensor:
    """Return the (2, 3) map from places of the new picture to places of the old one, both in -1..1.

    `ratio` is height over width: on a wide picture a turn must not shear.
    """
    right, down = (2 * value * (kind == name) for name in ("shift_right", "shift_down"))
    angle = torch.tensor(value if kind == "rotate" else 0.0).deg2rad()
    cos, sin = angle.cos().item(), angle.sin().item()
    zoom = 1 / value if kind == "scale" else 1.0
    return torch.tensor([[zoom * cos, -zoom * sin * ratio, -right], [zoom * sin / ratio, zoom * cos, -down]])


def _border(pixels: Tensor) -> Tensor:
    """Return the median of the outermost pixels, shape (C, 1, 1)."""
    edges = torch.cat([pixels[:, 0], pixels[:, -1], pixels[:, :, 0], pixels[:, :, -1]], 1)
    return edges.median(1).values.view(-1, 1, 1)


def _inverted(pixels: Tensor, mix: float) -> Tensor:
    return (1 - mix) * pixels + mix * (1 - pixels)


def _covered(pixels: Tensor, share: float) -> Tensor:
    height, width = pixels.shape[1:]
    side = round(share * min(height, width))
    top, left = (height - side) // 2, (width - side) // 2
    covered = pixels.clone()
    covered[:, top : top + side, left : left + side] = 0.5
    return covered


def _recoloured(pixels: Tensor, degrees: float) -> Tensor:
    if len(pixels) == 1:
        return pixels * _brightness(degrees)
    return torch.einsum("ij,jhw->ihw", _hue_turn(degrees), pixels).clamp(0, 1)


def _brightness(degrees: float) -> float:
    """Return how bright light of full saturation is at a hue: red at 0, green at 120, blue at 240."""
    sectors = [abs((degrees / 60 - offset) % 6 - 3) for offset in (0, 2, 4)]
    red, green, blue = (min(max(distance - 1, 0.0), 1.0) for distance in sectors)
    return LUMINANCE[0] * red + LUMINANCE[1] * green + LUMINANCE[2] * blue


def _hue_turn(degrees: float) -> Tensor:
    """Return the (3, 3) matrix that turns colours about the grey axis, keeping brightness."""
    angle = torch.tensor(degrees).deg2rad()
    yiq = torch.tensor([LUMINANCE, (0.596, -0.274, -0.322), (0.211, -0.523, 0.312)])  # NTSC
    turn = torch.eye(3)
    turn[1:, 1:] = torch.stack(
        [torch.stack([angle.cos(), angle.sin()]), torch.stack([-angle.sin(), angle.cos()])]
    )
    matrix: Tensor = torch.linalg.inv(yiq) @ turn @ yiq
    return matrix
