"""Batches for a clothes network that sees colour: whole photos made by code, and scans at the same size."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from cnnviz.learn.augment import Augmentation

SCANNED = Augmentation(flip=0.5, rotate_deg=5.0, scale=(0.92, 1.08), shift=0.04, identity=0.3)


@dataclass(frozen=True)
class Snapshots:
    """Makes training batches of moved photos and scans.

    Parameters
    ----------
    photos : (Tensor, Tensor)
        (N, 3, H, W) uint8 and labels (N,); a little larger than `side`, so that nothing blurs.
    scans : (Tensor, Tensor)
        (M, 1, 28, 28) uint8 and labels (M,).
    geometry : Augmentation
        How photos are moved; scans are moved less (`SCANNED`).
    side : int
        Pixels of the pictures made.
    share : float
        Of a batch that are scans.
    """

    photos: tuple[Tensor, Tensor]
    scans: tuple[Tensor, Tensor]
    geometry: Augmentation
    side: int
    share: float

    def __call__(self, indices: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Return pictures (B, 3, side, side) in 0..1 and labels (B,), drawn at random."""
        scans = round(len(indices) * self.share)
        drawn = [
            self._drawn(self.photos, len(indices) - scans, self.geometry, generator),
            self._drawn(self.scans, scans, SCANNED, generator),
        ]
        pictures, labels = zip(*drawn, strict=True)
        return torch.cat(pictures), torch.cat(labels)

    def _drawn(
        self, kept: tuple[Tensor, Tensor], count: int, geometry: Augmentation, generator: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        pictures, labels = kept
        at = torch.randint(len(labels), (count,), generator=generator)
        batch = (pictures[at].float() / 255).expand(-1, 3, -1, -1)
        return geometry.geometry(batch, generator, side=self.side), labels[at]


def enlarged(scans_u8: Tensor, side: int) -> Tensor:
    """Return scans (N, 1, 28, 28) as the page enlarges them, (N, 3, side, side) in 0..1."""
    large = functional.interpolate(scans_u8.float() / 255, (side, side), mode="bilinear")
    return large.expand(-1, 3, -1, -1)
