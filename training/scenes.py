"""Scenes with a hand somewhere, near or far, to train the network that finds it (`finder`); some without.

Hands cut out of photos and made by code are pasted before rooms, people and things, most with an arm that
leads to the edge of the picture. Blobs of skin's colours and of anything are pasted the same way, so that
it does not do to find what is pasted.
"""

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from cnnviz.learn.augment import Augmentation
from cnnviz.learn.loop import NONE
from training import hands, joints
from training.backgrounds import backgrounds
from training.empty import SKINS, empty
from training.spoil import Spoil

SIDE = 128
ARMS = 0.67  # share of hands with an arm to the edge of the picture
CHUNK = 24  # scenes made together: they fit into a core's cache


@dataclass(frozen=True)
class Scene:
    """Pictures (N, 3, side, side) in 0..1, labels (N,) and the square around each hand.

    `middle` (N, 2) are (x, y) and `side` (N,) shares of the picture's side; NaN where there is no hand.
    """

    pictures: Tensor
    labels: Tensor
    middle: Tensor
    side: Tensor


class Scenes:
    """Makes scenes.

    Parameters
    ----------
    material : Hands
        Those with known joints are shown.
    shares : dict of str to float
        How often hands of each source are shown.
    side_px : int
        Rows and columns of a scene.
    sizes : (float, float)
        Side of the square around a hand, as a share of the picture's side.
    nothing, whole : float
        Share of scenes without a hand; share that are a photo as it is, its hand large.
    """

    def __init__(
        self,
        material: hands.Hands,
        shares: dict[str, float],
        *,
        side_px: int = SIDE,
        sizes: tuple[float, float] = (0.13, 1.1),
        nothing: float = 0.15,
        whole: float = 0.12,
    ) -> None:
        self.side_px, self.sizes, self.nothing, self.whole = side_px, sizes, nothing, whole
        middles = (torch.arange(side_px) + 0.5) / side_px * 2 - 1
        self.places = torch.stack(torch.meshgrid(middles, middles, indexing="xy"), 2)[None]  # x, y of pixels
        known = ~material.joints.isnan().flatten(1).any(1).numpy()
        self.hands = material[known & np.isin(material.sources, list(shares))]
        self.weights = hands.weights(self.hands, shares)
        frames = hands.frames(self.hands.joints)
        self.middles, self.halves = frames[:, :2], frames[:, 2]
        self.light = Augmentation(contrast=0.25, brightness=0.1, tint=0.15, gamma=0.5)
        self.spoil = Spoil()
        self.skins = torch.from_numpy(SKINS).float() / 255

    @cached_property
    def rooms(self) -> Tensor:
        """Pictures without a hand, (N, 3, side, side) uint8."""
        return torch.cat([empty(self.side_px, rooms=("crops",)), backgrounds(self.side_px)])

    def batch(self, count: int, generator: torch.Generator) -> Scene:
        """Return scenes."""
        parts = [self._some(min(CHUNK, count - done), generator) for done in range(0, count, CHUNK)]
        return Scene(*(torch.cat([getattr(p, f.name) for p in parts]) for f in fields(Scene)))

    def _some(self, count: int, generator: torch.Generator) -> Scene:
        pictures = self._rooms(count, generator)
        for share in (0.4, 0.3):
            pictures = self._distracted(pictures, share, generator)
        at = torch.multinomial(self.weights, count, True, generator=generator)
        matrix, offset, whole = self._placed(at, generator)
        points = (self.hands.joints[at] - offset[:, None]) @ torch.linalg.inv(matrix).transpose(1, 2)
        planes = self._planes(at, torch.cat([matrix, offset[..., None]], 2), whole, generator)
        none = torch.rand(count, generator=generator) < self.nothing
        opacity = planes[:, 3:]
        peopled = self._with_arm(pictures, points, planes, generator)
        peopled = peopled * (1 - opacity) + planes[:, :3] * opacity
        pictures = torch.where(none[:, None, None, None], pictures, peopled)
        low, high = points.amin(1), points.amax(1)
        middle, side = (low + high) / 4 + 0.5, (high - low).amax(1) * hands.HAND / 2
        outside = ((middle < 0.02) | (middle > 0.98)).any(1) | none
        unknown = torch.tensor(float("nan"))
        return Scene(
            self.spoil(pictures.clamp(0, 1), generator),
            torch.where(outside, NONE, self.hands.labels[at]),
            torch.where(outside[:, None], unknown, middle),
            torch.where(outside, unknown, side),
        )

    def _rooms(self, count: int, generator: torch.Generator) -> Tensor:
        at = torch.randint(len(self.rooms), (count,), generator=generator)
        flat = Augmentation(scale=(1.0, 1.8), flip=0.5, rotate_deg=10.0, shift=0.1)
        return self.light(flat.geometry(self.rooms[at].float() / 255, generator), generator)

    def _placed(self, at: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """Return how a place u of the picture, -1..1, is found in the hand's own: ``matrix @ u + offset``.

        And which hands stay in the photo that they come from.
        """
        count = len(at)

        def uniform(low: float, high: float, *shape: int) -> Tensor:
            return low + (high - low) * torch.rand(count, *shape, generator=generator)

        half = uniform(*np.log(self.sizes)).exp()
        centre = uniform(-1, 1, 2) * (1 - 0.5 * half).clamp(min=0.15)[:, None]
        whole = torch.rand(count, generator=generator) < self.whole
        angle = uniform(-0.9, 0.9)
        quarters = torch.randint(0, 4, (count,), generator=generator) * (uniform(0, 1) < 0.35)
        angle = angle + quarters * torch.pi / 2
        spin = torch.stack([angle.cos(), angle.sin(), -angle.sin(), angle.cos()], 1).view(-1, 2, 2)
        stretch = torch.diag_embed(uniform(-0.15, 0.15, 2).exp())
        mirror = torch.where(uniform(0, 1) < 0.5, -1.0, 1.0)
        stretch[:, 0] *= mirror[:, None]
        matrix = spin @ stretch * (self.halves[at] / half)[:, None, None]
        offset = self.middles[at] - (matrix @ centre[..., None])[..., 0]
        inside = uniform(0.75, 1.0)  # of a photo as it is, so much is seen
        seen = torch.diag_embed(torch.stack([mirror * inside, inside], 1))
        matrix[whole] = seen[whole]
        offset[whole] = (uniform(-1, 1, 2) * (1 - inside)[:, None])[whole]
        return matrix, offset, whole

    def _planes(self, at: Tensor, affine: Tensor, whole: Tensor, generator: torch.Generator) -> Tensor:
        """Return colour and opacity of the hands in their places, (N, 4, side, side)."""
        planes = self.hands.planes_u8[at].float() / 255
        opacity = torch.where(whole[:, None, None], planes[:, 4], planes[:, 3])[:, None]
        layers = torch.cat([planes[:, :3] * opacity, opacity], 1)
        result = torch.zeros(len(at), 4, self.side_px, self.side_px)
        grid = functional.affine_grid(affine, list(result.shape), align_corners=False)
        smaller = affine[..., :2].det().abs().sqrt()  # how much smaller a hand becomes
        level = smaller.log2().round().clamp(0, 3).long()
        for shrink in level.unique().tolist():
            of = level == shrink
            fewer = functional.avg_pool2d(layers[of], 2**shrink)
            result[of] = functional.grid_sample(fewer, grid[of], align_corners=False)
        opacity = result[:, 3:].clamp(0, 1)
        colour = self.light(result[:, :3] / opacity.clamp(min=1e-3), generator)
        return torch.cat([colour, opacity], 1)

    def _distracted(self, pictures: Tensor, share: float, generator: torch.Generator) -> Tensor:
        """Return pictures, a `share` of them with a blob pasted in, of skin's colours or of anything."""
        hit = (torch.rand(len(pictures), generator=generator) < share).nonzero()[:, 0]
        if not len(hit):
            return pictures
        count = len(hit)
        half = torch.empty(count, 1, 1).uniform_(0.1, 0.8, generator=generator)
        where = 2 * torch.rand(count, 2, generator=generator) - 1
        rough = functional.interpolate(
            torch.randn(count, 1, 7, 7, generator=generator), self.side_px, mode="bicubic"
        )
        away = (self.places - where[:, None, None]).norm(dim=3) / half
        outline = ((1 - away + 0.35 * rough[:, 0]) * half * self.side_px / 4).clamp(0, 1)[:, None]
        skin = self.skins[torch.randint(len(self.skins), (count,), generator=generator)][..., None, None]
        shade = torch.empty(count, 1, 5, 5).uniform_(0.6, 1.3, generator=generator)
        shaded = (skin * functional.interpolate(shade, self.side_px, mode="bicubic")).clamp(0, 1)
        alike = torch.rand(count, 1, 1, 1, generator=generator) < 0.6
        filled = torch.where(alike, shaded, self._rooms(count, generator))
        pictures = pictures.clone()
        pictures[hit] += (filled - pictures[hit]) * outline
        return pictures

    def _with_arm(
        self, pictures: Tensor, points: Tensor, planes: Tensor, generator: torch.Generator
    ) -> Tensor:
        """Return pictures, two thirds with an arm from the wrist to their edge, bare or in a sleeve."""
        count = len(points)
        size = (points.amax(1) - points.amin(1)).amax(1)[:, None, None]
        way = functional.normalize(points[:, 0] - points[:, joints.MIDDLE], dim=1)
        bend = 0.5 * torch.randn(count, generator=generator)
        spin = torch.stack([bend.cos(), -bend.sin(), bend.sin(), bend.cos()], 1).view(-1, 2, 2)
        way = (spin @ way[..., None])[:, None, None]  # (N, 1, 1, 2, 1)
        place = (self.places - points[:, None, None, 0]) / size[..., None]
        along = (place[..., None, :] @ way)[..., 0, 0]
        across = (place[..., 0] * way[..., 1, 0] - place[..., 1] * way[..., 0, 0]).abs()
        width = torch.empty(count, 1, 1).uniform_(0.13, 0.24, generator=generator)
        width = width * (1 + 0.2 * along.clamp(0, 2))
        arm = ((width - across) * size * self.side_px / 3).clamp(0, 1) * ((along - 0.02) * 20).clamp(0, 1)
        arm = arm * (torch.rand(count, 1, 1, generator=generator) < ARMS)
        skin = (planes[:, :3] * planes[:, 3:]).sum((2, 3), keepdim=True)
        skin = skin / planes[:, 3:].sum((2, 3), keepdim=True).clamp(min=1)
        cloth = torch.rand(count, 3, 1, 1, generator=generator)
        cuff = torch.empty(count, 1, 1, 1).uniform_(0, 1.5, generator=generator)
        colour = torch.where(along[:, None] > cuff, cloth, skin)
        shade = 1.1 - 0.5 * (across / width).square().clamp(0, 1)
        return pictures + (colour * shade[:, None] - pictures) * arm[:, None]
