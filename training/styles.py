"""Change textures, light and colours of training pictures: forms are to be learned, not the looks of rooms.

Both ways act in training only; the network that is kept is a plain one.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from cnnviz.learn.loop import Batch, Source

KERNELS = (1, 3, 3, 5)  # sides of the random filters, in pixels
SPREAD = 0.1  # of the beta distribution: most pictures keep nearly all or nearly nothing of their own style
EARLY = ("block1", "block3", "block5")  # whose maps still tell light and texture


def with_textures(source: Source, share: float) -> Source:
    """Return `source` with a `share` of its pictures put through a random filter (`refiltered`)."""
    if not share:
        return source

    def changed(indices: Tensor, generator: torch.Generator) -> Batch:
        pictures, *rest = source(indices, generator)
        return refiltered(pictures, share, generator), *rest  # type: ignore[return-value]

    return changed


def refiltered(pictures: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Return `pictures` (N, 3, H, W) in 0..1, a `share` of them mixed with what a random filter makes of it.

    The filter's output gets mean and deviation of the picture, channel by channel. Outlines stay, colours
    and textures do not. Z. Xu et al., "Robust and generalizable visual representation learning via random
    convolutions" (2021).
    """
    hit = (torch.rand(len(pictures), generator=generator) < share).nonzero()[:, 0]
    if not len(hit):
        return pictures
    side = KERNELS[int(torch.randint(len(KERNELS), (1,), generator=generator))]
    kernel = torch.randn(3, 3, side, side, generator=generator)
    own = pictures[hit]
    filtered = functional.conv2d(functional.pad(own, (side // 2,) * 4, mode="reflect"), kernel)
    mean, deviation = _style(own)
    their_mean, their_deviation = _style(filtered)
    filtered = (filtered - their_mean) / their_deviation * deviation + mean
    weight = torch.rand(len(hit), 1, 1, 1, generator=generator)
    changed = pictures.clone()
    changed[hit] = torch.lerp(filtered, own, weight).clamp(0, 1)
    return changed


class MixStyle:
    """Mixes mean and deviation of early maps between the pictures of a batch, in some training batches.

    K. Zhou, Y. Yang, Y. Qiao, T. Xiang, "Domain generalization with MixStyle" (2021).

    Parameters
    ----------
    net : nn.Module
        Gets hooks; in evaluation they change nothing.
    share : float
        Of training batches that are mixed.
    """

    def __init__(self, net: nn.Module, share: float) -> None:
        self.share, self.on = share, False
        self.beta = torch.distributions.Beta(SPREAD, SPREAD)
        net.register_forward_pre_hook(self._draw)
        for name in EARLY:
            net.get_submodule(name).register_forward_hook(self._mix)

    def _draw(self, net: nn.Module, _: tuple[Tensor, ...]) -> None:
        self.on = net.training and torch.rand(()).item() < self.share

    def _mix(self, _: nn.Module, __: tuple[Tensor, ...], maps: Tensor) -> Tensor:
        if not self.on:
            return maps
        mean, deviation = (part.detach() for part in _style(maps))
        own = self.beta.sample((len(maps), 1, 1, 1)).to(maps)  # type: ignore[no-untyped-call]  # torch
        other = torch.randperm(len(maps))
        new_mean, new_deviation = (torch.lerp(part[other], part, own) for part in (mean, deviation))
        return (maps - mean) / deviation * new_deviation + new_mean


def _style(maps: Tensor) -> tuple[Tensor, Tensor]:
    """Return mean and deviation of each map, (N, C, 1, 1)."""
    return maps.mean((2, 3), keepdim=True), (maps.var((2, 3), keepdim=True) + 1e-6).sqrt()
