"""Spoil training photos as cameras and rooms do: dim, glaring, grey, blurred, noisy, partly hidden."""

import torch
from torch import Tensor
from torch.nn import functional

from cnnviz.learn.augment import Augmentation, erase

PLACES = 9  # at which a moving hand is seen in one picture


class Spoil:
    """Changes to the light and sharpness of whole pictures (N, 3, H, W) in 0..1.

    Each kind hits a part of the pictures only and is worked out for those alone.
    """

    light = Augmentation(contrast=0.2, brightness=0.12, tint=0.08, gamma=0.3)
    grey, cast, exposed, coarse, smear, noisy, hidden = 0.1, 0.08, 0.25, 0.25, 0.12, 0.25, 0.06

    def __call__(self, pictures: Tensor, generator: torch.Generator) -> Tensor:
        """Return spoilt copies, in 0..1."""
        pictures = self.light(pictures, generator)
        for share, change in (
            (self.grey, _grey),
            (self.cast, _cast),
            (self.exposed, _exposed),
            (self.coarse, _coarse),
            (self.smear, _smeared),
        ):
            hit = (torch.rand(len(pictures), generator=generator) < share).nonzero()[:, 0]
            if len(hit):
                pictures[hit] = change(pictures[hit], generator)
        hit = (torch.rand(len(pictures), generator=generator) < self.noisy).nonzero()[:, 0]
        amount = 0.06 * torch.rand(len(hit), 1, 1, 1, generator=generator)
        pictures[hit] += amount * torch.randn(pictures[hit].shape, generator=generator)
        hit = (torch.rand(len(pictures), generator=generator) < self.hidden).nonzero()[:, 0]
        if len(hit):
            pictures[hit] = erase(pictures[hit], 1.0, generator)
        return pictures.clamp(0, 1)


def shaken(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Return pictures (N, C, H, W) of what moves, each its own way: the mean along a line.

    A hand that counts "rock, paper, scissors" blurs so, by up to a quarter of the picture's side.
    """
    count = len(pictures)
    way = 2 * torch.pi * torch.rand(count, generator=generator)
    length = 0.05 + 0.2 * torch.rand(count, generator=generator)
    steps = torch.linspace(-1, 1, PLACES)  # -1..1 is a whole side, from edge to edge
    move = torch.stack([way.cos(), way.sin()], 1)[:, None] * (length[:, None] * steps)[..., None]
    places = torch.cat([torch.eye(2).expand(count, PLACES, 2, 2), move[..., None]], 3).flatten(0, 1)
    grid = functional.affine_grid(places, [len(places), *pictures.shape[1:]], align_corners=False)
    moved = functional.grid_sample(pictures.repeat_interleave(PLACES, 0), grid, align_corners=False)
    return moved.unflatten(0, (count, PLACES)).mean(1)


def _grey(pictures: Tensor, _: torch.Generator) -> Tensor:
    return pictures.mean(1, keepdim=True).expand_as(pictures)


def _cast(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Return pictures under a coloured lamp."""
    return Augmentation(tint=0.5)(pictures, generator)


def _exposed(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Return pictures taken with too little light or too much, which burns out what is bright."""
    doublings = 2 * torch.rand(len(pictures), 1, 1, 1, generator=generator) - 1.1
    return (pictures * torch.exp2(doublings)).clamp(0, 1)


def _coarse(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Return pictures of a bad or unfocused camera: reduced to between a quarter and all of their pixels."""
    side = pictures.shape[-1]
    fewer = int(side * (0.35 + 0.6 * torch.rand(1, generator=generator).item()))
    small = functional.interpolate(pictures, (fewer, fewer), mode="area")
    return functional.interpolate(small, (side, side), mode="bilinear", align_corners=False)


def _smeared(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Return pictures of a moving hand: the mean along a short line in one direction."""
    rows, cols = torch.randint(-2, 3, (2,), generator=generator).tolist()
    steps = [torch.roll(pictures, (rows * k, cols * k), (2, 3)) for k in range(4)]
    return torch.stack(steps).mean(0)
