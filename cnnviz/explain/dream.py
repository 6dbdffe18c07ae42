"""Draw the picture that a unit wants: gradient ascent from noise, one step at a time."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from cnnviz.check import check_integer, check_number
from cnnviz.explain import guard, layers
from cnnviz.explain.results import DreamStep

RATE = 0.1  # step of Adam on the numbers before the sigmoid
NOISES, FEW_NOISES = 16, 4  # pictures of noise for the scale: of small and of large pictures
SMALL = 1 << 14  # numbers of a small picture
NOISE = 0.5  # standard deviation of those numbers at the start


@dataclass(frozen=True, slots=True, kw_only=True)
class DreamSpec:
    """How to draw the picture that a unit wants.

    Parameters
    ----------
    steps : int
        Steps of gradient ascent, from 1 to 2,000.
    seed : int
        Of the noise at the start and of the jitter.
    smooth : float
        Weight of the mean difference of neighbouring pixels (0..2), from 0; more gives calmer pictures.
    jitter : int
        Before each step the picture is rolled by up to so many pixels, so that no single pixel decides.
    mean, std : tuple of float
        What the network's input is normalised with, one number a channel: ``(picture - mean) / std``.
    """

    steps: int = 100
    seed: int = 0
    smooth: float = 8.0
    jitter: int = 1
    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)

    def __post_init__(self) -> None:
        check_integer("steps", self.steps, 1, 2000)
        check_integer("seed", self.seed, 0, 2**31 - 1)
        check_number("smooth", self.smooth, 0, 1000)
        check_integer("jitter", self.jitter, 0, 64)


def dream(
    net: nn.Module, shape: tuple[int, int, int], *, layer: str, unit: int, spec: DreamSpec | None = None
) -> Iterator[DreamStep]:
    """Yield the picture that a unit wants while it is drawn; who stops asking stops the work.

    Gradient ascent (Adam) on ``activation / scale - smooth · roughness`` of a picture kept in 0..1 by a
    sigmoid. The activation is the mean of the unit's map, or the element; at a ReLU it is the number that
    goes in, as nothing flows back through a ReLU that is off. The scale is the standard deviation of the
    activation over 16 pictures of noise (4 for large pictures), so that `smooth` means
    the same for every unit.

    Parameters
    ----------
    net : nn.Sequential
        Named layers or blocks; left untouched.
    shape : (int, int, int)
        (C, H, W) of the picture.
    layer, unit : str, int
        Which unit of which top-level layer, or step inside a block.
    spec : DreamSpec, optional

    Yields
    ------
    DreamStep
        The noise first, then the picture after each step.

    Raises
    ------
    ChoiceError, RangeError, ModelError
        If there is no such layer or unit, or the network does not take pictures of `shape`.

    References
    ----------
    D. Erhan, Y. Bengio, A. Courville, P. Vincent, "Visualizing higher-layer features of a deep network"
    (2009); jitter and smoothness as in C. Olah, A. Mordvintsev, L. Schubert, "Feature visualization" (2017).
    """
    spec = spec or DreamSpec()
    ascent = _Ascent(_before_relu(layers.upto(net, layer, shape)), shape, unit, spec)
    for step in range(spec.steps + 1):
        yield DreamStep(step, spec.steps, *ascent.look())
        if step < spec.steps:
            ascent.climb()


class _Ascent:
    """The numbers that are drawn with, and what moves them."""

    def __init__(self, head: nn.Module, shape: tuple[int, int, int], unit: int, spec: DreamSpec) -> None:
        self.head, self.unit, self.spec = head, unit, spec
        self.source = torch.Generator().manual_seed(spec.seed)
        self.numbers = (NOISE * torch.randn(1, *shape, generator=self.source)).requires_grad_()
        self.adam = torch.optim.Adam([self.numbers], lr=RATE)
        self.mean, self.std = (torch.tensor(part).view(1, -1, 1, 1) for part in (spec.mean, spec.std))
        with torch.no_grad():
            count = NOISES if math.prod(shape) <= SMALL else FEW_NOISES
            noises = torch.rand(count, *shape, generator=self.source)
            heard = torch.cat(
                [self._run(part) for part in torch.chunk(noises, 1 if count == NOISES else count)]
            )
            check_integer("unit", unit, 0, heard.shape[1] - 1)
            self.scale = max(heard[:, unit].reshape(count, -1).mean(1).std().item(), 1e-6)

    @torch.no_grad()
    def look(self) -> tuple[npt.NDArray[np.float32], float]:
        """Return picture and activation."""
        picture = self.numbers.sigmoid()
        return picture[0].numpy(), self._run(picture)[0, self.unit].mean().item()

    def climb(self) -> None:
        """Take one step."""
        reach = self.spec.jitter
        rows, cols = torch.randint(-reach, reach + 1, (2,), generator=self.source).tolist()
        picture = self.numbers.sigmoid().roll((rows, cols), (2, 3))
        rough = picture.diff(dim=2).abs().mean() + picture.diff(dim=3).abs().mean()
        loss = self.spec.smooth * rough - self._run(picture)[0, self.unit].mean() / self.scale
        self.adam.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch
        self.adam.step()

    def _run(self, picture: Tensor) -> Tensor:
        return guard.run(self.head, (picture - self.mean) / self.std)


def _before_relu(head: nn.Module) -> nn.Module:
    if not isinstance(head, nn.Sequential):
        return head
    parts = list(head.children())
    return nn.Sequential(*parts[:-1]) if len(parts) > 1 and isinstance(parts[-1], nn.ReLU) else head
