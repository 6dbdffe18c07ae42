"""Hands to train on: cut out where that is possible, pasted onto other backgrounds batch by batch.

A photo that cannot be cut out stays whole; one that can stays whole now and then. What a turned or moved
photo leaves empty is filled by a background. Nothing here reads a test set.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.nn import functional

from cnnviz.learn.augment import Augmentation
from cnnviz.learn.loop import NONE
from cnnviz.learn.splits import group, is_held_out, is_reported
from training import cutouts, joints, sculptor
from training.backgrounds import backgrounds
from training.empty import ROOMS, empty
from training.sources import CLASSES, SOURCES, files
from training.spoil import Spoil, shaken

PLAIN = 0.35  # share of pictures on one flat colour, half of them white, as the generated hands come
HELD_CGI = ("rock07", "paper07", "testscissors03")  # one generated hand of each class
# Beginnings of the names of training photos that show something else than their label, found by looking.
MISLABELLED = (
    "rock.egohands-public-1626386619095_",  # a flat hand
    "paper.egohands-public-1623358709389_",  # a fist
    "scissors.youtube-17_",  # a fist
    "405e4848911c",  # a fist
    "9cea51cc5a3c",  # a fist
    "75db6defc5ef",  # folded hands
    "964b9f328d59",  # folded hands
    "scissors.Screen-Recording-2023-03-11-at-9_48_18-PM_mov-158_",  # folded hands
    "paper.0161_",  # one finger
    "paper.Screen-Shot-2022-02-16-at-11-18-18-AM-2-_",  # one finger
    "paper.egohands-public-1625070455958_",  # no hand
    "paper.egohands-public-1625070635993_",  # no hand
)
BONES = len(joints.PARENTS) - 1
HAND = 1.25  # side of a hand, as a multiple of the distance of its outermost joints
WHOLE, FULL = 0.4, torch.tensor([0.0, 0.0, 0.45])  # a photo that keeps its background fills the picture
CHUNK = 16  # pictures worked on together: they fit into a core's cache, which halves the time


@dataclass(frozen=True)
class Hands:
    """Pictures of hands with what is known of each.

    `planes_u8` (N, 5, 128, 128): colour, opacity of the hand, opacity of the whole picture. `labels` (N,).
    `joints` (N, 21, 2): (x, y) in -1..1, NaN where unknown. `sources` and `groups` (N,).
    """

    planes_u8: Tensor
    labels: Tensor
    joints: Tensor
    sources: NDArray[np.str_]
    groups: NDArray[np.str_]

    def __getitem__(self, keep: NDArray[np.bool_]) -> "Hands":
        at = torch.from_numpy(np.flatnonzero(keep))
        tensors = self.planes_u8[at], self.labels[at], self.joints[at]
        return Hands(*tensors, self.sources[keep], self.groups[keep])

    @property
    def chosen_by(self) -> NDArray[np.bool_]:
        """Which of the held-out pictures settings are compared on: those that no suite reports."""
        return self.held & ~np.array([is_reported(name) for name in self.groups])

    @property
    def counts(self) -> Tensor:
        """How much each picture counts where all sources shall count alike, and all groups of a source."""
        weights = np.ones(len(self.groups), np.float32)
        for kind in (self.groups, self.sources):
            for name in np.unique(kind):
                weights[kind == name] /= weights[kind == name].sum()
        return torch.from_numpy(weights / weights.mean())

    @property
    def held(self) -> NDArray[np.bool_]:
        """Which pictures are held out: whole generated hands, and whole people or frames of the crops."""
        return np.array([_is_held(s, g) for s, g in zip(self.sources, self.groups, strict=True)])


def load(cache: Path) -> Hands:
    """Return every photographed and generated training hand but `MISLABELLED` ones.

    `cache` keeps them once they are cut out.
    """
    if not cache.exists():
        pictures = rows()
        known = joints.known()
        found = [known.get(joints.key(source, path)) for source, _, path in pictures]
        opened = [Image.open(path) for _, _, path in pictures]
        planes = [
            cutouts.cut_out(p, row[0], place) for p, row, place in zip(opened, pictures, found, strict=True)
        ]
        unknown = np.full((BONES + 1, 2), np.nan, np.float32)
        places = [
            unknown if j is None else cutouts.in_square(j, p.size) for p, j in zip(opened, found, strict=True)
        ]
        facts = {"labels": [r[1] for r in pictures], "sources": [r[0] for r in pictures]}
        groups = [group(path.name) for _, _, path in pictures]
        np.savez(cache, planes=np.stack(planes), joints=np.float32(places), groups=groups, **facts)
    with np.load(cache) as kept:
        tensors = (torch.from_numpy(kept[name]) for name in ("planes", "labels", "joints"))
        return Hands(*tensors, kept["sources"], kept["groups"])


def rows() -> list[tuple[str, int, Path]]:
    """Return source, label and file of each picture of `load`, in its order."""
    every = [(source, label, path) for source in SOURCES for label, path in files(source)]
    return [row for row in every if not row[2].name.startswith(MISLABELLED)]


def with_made(hands: Hands, count: int, cache: Path, seed: int = sculptor.SEED) -> Hands:
    """Return `hands` and `count` made by code (`sculptor`), as a source called 'made'."""
    made = sculptor.sculpted(count, cache, seed)
    planes, labels, places = (torch.from_numpy(part[:count]) for part in made)
    tensors = (
        torch.cat(both)
        for both in ((hands.planes_u8, planes), (hands.labels, labels), (hands.joints, places))
    )
    names = [f"made{number}" for number in range(count)]
    return Hands(*tensors, np.append(hands.sources, ["made"] * count), np.append(hands.groups, names))


def is_kept(source: str, path: Path) -> bool:
    """Return whether a picture is one to train on."""
    return not _is_held(source, group(path.name))


def _is_held(source: str, name: str) -> bool:
    if source == "cgi":
        return name in HELD_CGI
    return source == "crops" and is_held_out(name)


class Paster:
    """Makes training batches: moved, turned and spoilt hands on changing backgrounds; some without a hand.

    Parameters
    ----------
    hands : Hands
        What to draw from.
    geometry : Augmentation
        How hands are moved; applied to colour and opacity together.
    side : int
        Pixels of the pictures made.
    shares : dict of str to float, optional
        How often each source is drawn; by its number of pictures if left out. Within a source a group
        is drawn by the square root of its size: long videos do not drown the rest.
    quarters : float
        Share of pictures turned by a quarter, a half or three quarters first: each source shows
        hands from one side only, and a hand may come from any.
    whole : float
        Share of photos that keep their own background although they could be cut out.
    nothing : float
        Share of pictures without any hand, labelled `NONE`.
    among : float
        Share of backgrounds that are rooms, people and things, as in the pictures without a hand.
    spoilt : float
        Share of pictures that bad light and bad cameras are tried on.
    shaken : dict of str to float
        Share of pictures of a class in which the hand moves while it is photographed, before a background
        at rest: who counts "rock, paper, scissors" moves a fist most of the time.
    seed : int
        Of the pictures without a hand.
    """

    def __init__(self, hands: Hands, geometry: Augmentation, *, side: int, **settings: object) -> None:
        self.hands, self.geometry, self.side = hands, geometry, side
        self.quarters, self.whole, self.nothing = (
            float(settings.get(name, 0.0))
            for name in ("quarters", "whole", "nothing")  # type: ignore[arg-type]
        )
        self.weights = weights(hands, settings.get("shares"))  # type: ignore[arg-type]
        self.backgrounds = backgrounds(side)
        self.among = float(settings.get("among", 0.0))  # type: ignore[arg-type]
        self.spoilt = float(settings.get("spoilt", 1.0))  # type: ignore[arg-type]
        moving = settings.get("shaken", {})
        self.shaken = torch.tensor([moving.get(name, 0.0) for name in CLASSES])  # type: ignore[attr-defined]
        self.seed = int(settings.get("seed", 21))  # type: ignore[call-overload]
        self.light = Augmentation(contrast=0.2, brightness=0.08, tint=0.12, gamma=0.4)
        self.frames = frames(hands.joints)
        self.spoil = Spoil()

    def __call__(self, indices: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """Return pictures (B, 3, side, side) in 0..1, labels (B,) and bones (B, 40), NaN where unknown."""
        drawn = torch.multinomial(self.weights, len(indices), True, generator=generator)
        parts = [self._pasted(part, generator) for part in drawn.split(CHUNK)]
        return tuple(torch.cat(part) for part in zip(*parts, strict=True))  # type: ignore[return-value]

    def _pasted(self, at: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        count = len(at)
        planes, places = self.hands.planes_u8[at].float() / 255, self.hands.joints[at]
        cut = torch.rand(count, 1, 1, generator=generator) >= self.whole
        cut &= ~places[:, :1, :1].isnan()
        opacity = torch.where(cut, planes[:, 3], planes[:, 4])[:, None]
        grid, turn = turned(
            self.geometry.grid([count, 4, self.side, self.side], generator), self.quarters, generator
        )
        frame = torch.where(cut, self.frames[at, None], WHOLE * self.frames[at, None] + FULL)
        grid = (grid.flatten(1, 2) * frame[..., 2:] + frame[..., :2]).view(grid.shape)
        moved = functional.grid_sample(
            torch.cat([planes[:, :3] * opacity, opacity], 1), grid, align_corners=False
        )
        moving = torch.rand(count, generator=generator) < self.shaken[self.hands.labels[at]]
        if moving.any():
            moved[moving] = shaken(moved[moving], generator)
        opacity = moved[:, 3:].clamp(0, 1)
        hand = self.light(moved[:, :3] / opacity.clamp(min=1e-3), generator)
        pictures = hand * opacity + self._behind(count, generator) * (1 - opacity)
        bones = (places - places[:, joints.PARENTS])[:, 1:] @ turn.transpose(1, 2) / frame[..., 2:]
        labels, bones = self.hands.labels[at].clone(), bones.flatten(1)
        none = torch.rand(count, generator=generator) < self.nothing
        if none.any():
            pictures[none] = self._nothing(int(none.sum()), generator)
            labels[none], bones[none] = NONE, float("nan")
        hit = torch.rand(count, generator=generator) < self.spoilt
        if hit.any():
            pictures[hit] = self.spoil(pictures[hit], generator)
        return pictures.clamp(0, 1), labels, bones

    @cached_property
    def empty(self) -> Tensor:
        """Pictures without a hand, (N, 3, side, side) uint8; made when first asked for."""
        rooms = tuple(name for name in ROOMS if name in self.hands.sources)
        return empty(self.side, seed=self.seed, rooms=rooms)

    def _nothing(self, count: int, generator: torch.Generator) -> Tensor:
        at = torch.randint(len(self.empty), (count,), generator=generator)
        flat = Augmentation(scale=(1.0, 1.6), flip=0.5, rotate_deg=8.0, shift=0.05)
        return self.light(flat.geometry(self.empty[at].float() / 255, generator), generator)

    def _behind(self, count: int, generator: torch.Generator) -> Tensor:
        at = torch.randint(len(self.backgrounds), (count,), generator=generator)
        behind = self.backgrounds[at].float() / 255
        peopled = torch.rand(count, 1, 1, 1, generator=generator) < self.among
        if peopled.any():
            behind = torch.where(peopled, self._nothing(count, generator), behind)
        kind = torch.rand(count, 1, 1, 1, generator=generator)
        colour = torch.rand(count, 3, 1, 1, generator=generator)
        white = 0.9 + 0.1 * torch.rand(count, 1, 1, 1, generator=generator)
        behind = torch.where(kind < PLAIN, colour, behind)
        return torch.where(kind < PLAIN / 2, white, behind)


def frames(places: Tensor) -> Tensor:
    """Return the square around each hand: middle (x, y) and half its side, (N, 3); all where unknown."""
    low, high = places.amin(1), places.amax(1)
    half = (high - low).amax(1, keepdim=True) * (HAND / 2)
    return torch.where(half.isnan(), torch.tensor([0.0, 0.0, 1.0]), torch.cat([(low + high) / 2, half], 1))


def weights(hands: Hands, shares: dict[str, float] | None) -> Tensor:
    """Return how often each picture is drawn, (N,)."""
    sizes = dict(zip(*np.unique(hands.groups, return_counts=True), strict=True))
    weight = (
        np.array([sizes[name] ** -0.5 for name in hands.groups]) if shares else np.ones(len(hands.labels))
    )
    for source, share in (shares or {}).items():
        own = hands.sources == source
        weight[own] *= share / max(weight[own].sum(), 1e-9)
    return torch.from_numpy(weight)


def turned(grid: Tensor, share: float, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return sampling grids (N, H, W, 2), a `share` of them turned by 90, 180 or 270 degrees, and (N, 2, 2).

    The matrices take directions (x, y) in the original to directions in the picture sampled.
    """
    times = torch.randint(1, 4, (len(grid),), generator=generator)
    times *= torch.rand(len(grid), generator=generator) < share
    angle = times * (torch.pi / 2)
    turn = torch.stack([angle.cos(), -angle.sin(), angle.sin(), angle.cos()], 1).view(-1, 2, 2).round()
    grid = (grid.flatten(1, 2) @ turn.transpose(1, 2)).view(grid.shape)
    size = grid.shape[1] - 1
    across, down = grid[:, 0, -1] - grid[:, 0, 0], grid[:, -1, 0] - grid[:, 0, 0]
    back = torch.stack([across, down], 2) * (size + 1) / (2 * size)  # of directions sampled, in the original
    return grid, torch.linalg.inv(back)


def still(hands: Hands, side: int) -> Tensor:
    """Return the hands unmoved, cut-outs on white, (N, 3, side, side) in 0..1: to measure held-out ones."""
    planes = hands.planes_u8.float() / 255
    flat = planes[:, :3] * planes[:, 4:] + (1 - planes[:, 4:])
    return functional.interpolate(flat, (side, side), mode="area")
