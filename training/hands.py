"""Hands to train on: cut out where the background allows it, pasted onto other backgrounds batch by batch.

Computer-generated hands stand on white and one photo source stands in front of green: both can be cut
out. Photos that cannot stay whole. What a turned or moved photo leaves empty is filled by a background.
Nothing here reads a test set.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage
from torch import Tensor

from cnnviz.learn.augment import Augmentation
from cnnviz.learn.datasets import data_dir
from cnnviz.learn.splits import group, is_held_out
from training.backgrounds import backgrounds

CLASSES = ("rock", "paper", "scissors")
SIDE = 96  # pixels of a cached picture
PLAIN = 0.35  # share of pictures on one flat colour, half of them white, as the generated hands come
SOURCES = {
    "cgi": "moroney/train",
    "green": "photos-green/all",
    "crops": "photos-crops/train",
    "webcam": "photos-webcam/all",
}
HELD_CGI = ("rock07", "paper07", "testscissors03")  # one generated hand of each class


@dataclass(frozen=True)
class Hands:
    """Cut-outs (N, 4, 96, 96) uint8 with opacity last, labels (N,) int64, source and group of each."""

    rgba_u8: Tensor
    labels: Tensor
    sources: NDArray[np.str_]
    groups: NDArray[np.str_]

    def __getitem__(self, keep: NDArray[np.bool_]) -> "Hands":
        places = torch.from_numpy(np.flatnonzero(keep))
        return Hands(self.rgba_u8[places], self.labels[places], self.sources[keep], self.groups[keep])

    @property
    def held(self) -> NDArray[np.bool_]:
        """Which pictures are held out: whole generated hands, and whole people or frames of the crops."""
        return np.array([_is_held(s, g) for s, g in zip(self.sources, self.groups, strict=True)])


def load(cache: Path) -> Hands:
    """Return every training hand; `cache` keeps them once they are cut out."""
    if not cache.exists():
        rows = [(s, label, path) for s in SOURCES for label, path in _files(s)]
        pictures = np.stack([cut_out(Image.open(path), source) for source, _, path in rows])
        groups = [group(path.name) for _, _, path in rows]
        labels = np.array([label for _, label, _ in rows])
        np.savez(cache, rgba=pictures, labels=labels, sources=[row[0] for row in rows], groups=groups)
    with np.load(cache) as kept:
        tensors = torch.from_numpy(kept["rgba"]), torch.from_numpy(kept["labels"])
        return Hands(*tensors, kept["sources"], kept["groups"])


def _files(source: str) -> list[tuple[int, Path]]:
    folder = data_dir() / "rps" / SOURCES[source]
    return [(label, path) for label, name in enumerate(CLASSES) for path in sorted((folder / name).iterdir())]


def _is_held(source: str, name: str) -> bool:
    if source == "cgi":
        return name in HELD_CGI
    return source == "crops" and is_held_out(name)


def cut_out(picture: Image.Image, source: str) -> NDArray[np.uint8]:
    """Return the hand as (4, 96, 96) uint8, opacity last, padded to a square that is clear outside."""
    rgb = np.asarray(picture.convert("RGB"))
    opacity = _opacity(rgb.astype(np.float32), source)
    rgba = Image.fromarray(np.dstack([rgb, (opacity * 255).astype(np.uint8)]))
    side = max(rgba.size)
    square = Image.new("RGBA", (side, side))
    square.paste(rgba, ((side - rgba.width) // 2, (side - rgba.height) // 2))
    small = np.asarray(square.resize((SIDE, SIDE), Image.Resampling.BOX))
    return np.ascontiguousarray(small.transpose(2, 0, 1))


def _opacity(rgb: NDArray[np.float32], source: str) -> NDArray[np.float32]:
    """Return how much each pixel belongs to the hand, 0..1; 1 where the background is not plain."""
    if source == "cgi":  # skin is darker or more coloured than the white and its pale shadow
        hand = 255 - rgb.min(2) + 2 * (rgb.max(2) - rgb.min(2))
        return _clean(np.clip((hand - 45) / 30, 0, 1))
    if source == "green":
        green = rgb[..., 1] - np.maximum(rgb[..., 0], rgb[..., 2])
        return _clean(np.clip((25 - green) / 20, 0, 1))
    return np.ones(rgb.shape[:2], np.float32)


def _clean(opacity: NDArray[np.float32]) -> NDArray[np.float32]:
    """Keep the largest piece and fill its small holes (highlights)."""
    labels, count = ndimage.label(opacity > 0.5)
    if count == 0:
        return np.ones_like(opacity)
    sizes = np.bincount(labels.ravel())[1:]
    hand = ndimage.binary_dilation(labels == sizes.argmax() + 1, iterations=2)
    holes, count = ndimage.label(~(opacity > 0.5))
    small = np.bincount(holes.ravel()) < 0.0008 * opacity.size
    return np.where(small[holes] & hand, 1.0, opacity * hand).astype(np.float32)


class Paster:
    """Makes training batches: moved and turned hands on changing backgrounds.

    Parameters
    ----------
    hands : Hands
        What to draw from.
    geometry : Augmentation
        How hands are moved; applied to colour and opacity together.
    side : int
        Pixels of the pictures made.
    quarters : float
        Share of pictures turned by a quarter, a half or three quarters first: each source shows
        hands from one side only, and a hand may come from any.
    """

    def __init__(self, hands: Hands, geometry: Augmentation, *, side: int, quarters: float = 0.0) -> None:
        self.hands, self.geometry, self.side, self.quarters = hands, geometry, side, quarters
        self.backgrounds = backgrounds(side)
        self.light = Augmentation(contrast=0.25, brightness=0.1, tint=0.12, gamma=0.2)

    def __call__(self, indices: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Return pictures (B, 3, side, side) in 0..1 and labels (B,)."""
        rgba = turned(self.hands.rgba_u8[indices].float() / 255, self.quarters, generator)
        premultiplied = torch.cat([rgba[:, :3] * rgba[:, 3:], rgba[:, 3:]], 1)
        moved = self.geometry.geometry(premultiplied, generator, side=self.side)
        opacity = moved[:, 3:].clamp(0, 1)
        hand = self.light(moved[:, :3] / opacity.clamp(min=1e-3), generator)
        behind = self._behind(len(indices), generator)
        return hand * opacity + behind * (1 - opacity), self.hands.labels[indices]

    def _behind(self, count: int, generator: torch.Generator) -> Tensor:
        places = torch.randint(len(self.backgrounds), (count,), generator=generator)
        behind = self.backgrounds[places].float() / 255
        kind = torch.rand(count, 1, 1, 1, generator=generator)
        colour = torch.rand(count, 3, 1, 1, generator=generator)
        white = 0.9 + 0.1 * torch.rand(count, 1, 1, 1, generator=generator)
        behind = torch.where(kind < PLAIN, colour, behind)
        return torch.where(kind < PLAIN / 2, white, behind)


def turned(batch: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Return square pictures (N, C, H, H), a `share` of them turned by 90, 180 or 270 degrees."""
    times = torch.randint(1, 4, (len(batch),), generator=generator)
    times *= torch.rand(len(batch), generator=generator) < share
    ways = [torch.rot90(batch, quarter, (2, 3)) for quarter in range(4)]
    return torch.stack(ways)[times, torch.arange(len(batch))]


def still(hands: Hands, side: int) -> Tensor:
    """Return the hands unmoved on white, (N, 3, side, side) in 0..1: for measuring on held-out ones."""
    rgba = hands.rgba_u8.float() / 255
    flat = rgba[:, :3] * rgba[:, 3:] + (1 - rgba[:, 3:])
    return torch.nn.functional.interpolate(flat, (side, side), mode="area")
