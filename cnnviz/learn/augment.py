"""Change a batch of training pictures as real drawings and photos differ: whole batches at a time.

Every transformation draws from a `torch.Generator`, so that a run can be repeated. Per-picture
transforms of torchvision are 20 to 50 times slower at 28x28, hence these few of our own.
"""

from dataclasses import dataclass, fields
from typing import Self

import torch
from torch import Tensor
from torch.nn import functional

from cnnviz.errors import RangeError

Range = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Augmentation:
    """How far training pictures are changed. The default changes nothing.

    Parameters
    ----------
    rotate_deg : float
        Turn by up to this angle either way.
    scale : (float, float)
        Enlarge by a factor in this range.
    stretch : float
        Height against width, by a factor between ``1 / (1 + stretch)`` and ``1 + stretch``.
    shear : float
        Slant: columns moved for each row, up to this either way.
    shift : float
        Move by up to this share of the side, rows and columns.
    crop : int
        Move by up to this many whole pixels either way, after everything else: nothing is blurred.
    elastic : float
        Typical wobble of a line, as a share of the side.
    flip : float
        Probability of a mirror image.
    pen : (float, float)
        Lines made wider (positive) or thinner (negative) by this many pixels on either side.
    identity : float
        Share of pictures left as they are in place and shape.
    contrast, brightness : float
        Contrast factor ``1 ± contrast``; brightness added, up to ``brightness`` either way.
    gamma : float
        Values raised to a power between ``1 / (1 + gamma)`` and ``1 + gamma``.
    tint : float
        Each colour channel multiplied by its own factor ``1 ± tint``.
    invert : float
        Probability of the negative.
    blur : float
        Probability of a 3x3 binomial blur.
    noise : float
        Standard deviation of added noise, drawn between 0 and this for each picture.
    erase : float
        Probability that a rectangle of up to 30 % of the area is overwritten with noise.
    grey : float
        Probability that a colour picture loses its colours.
    edges : bool
        What comes in from outside repeats the border, as photos need it; else it is black.
    """

    rotate_deg: float = 0.0
    scale: Range = (1.0, 1.0)
    stretch: float = 0.0
    shear: float = 0.0
    shift: float = 0.0
    crop: int = 0
    elastic: float = 0.0
    flip: float = 0.0
    pen: Range = (0.0, 0.0)
    identity: float = 0.0
    contrast: float = 0.0
    brightness: float = 0.0
    gamma: float = 0.0
    tint: float = 0.0
    invert: float = 0.0
    blur: float = 0.0
    noise: float = 0.0
    erase: float = 0.0
    grey: float = 0.0
    edges: bool = False

    @classmethod
    def from_dict(cls, settings: dict[str, float | list[float]]) -> Self:
        """Return the augmentation that a plan file names; lists are ranges."""
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(settings) - known):
            raise RangeError("augmentation", got=", ".join(unknown), choices=", ".join(sorted(known)))
        return cls(**{name: tuple(v) if isinstance(v, list) else v for name, v in settings.items()})  # type: ignore[arg-type]

    def __call__(self, batch: Tensor, generator: torch.Generator) -> Tensor:
        """Return a changed copy of `batch`.

        Parameters
        ----------
        batch : Tensor
            (N, C, H, W) float32 in 0..1.
        generator : torch.Generator
            Where every random number comes from.

        Returns
        -------
        Tensor
            The same shape, in 0..1.
        """
        if self.pen != (0.0, 0.0):
            batch = change_pen(batch, _uniform(len(batch), self.pen, generator))
        batch = self.geometry(batch, generator)
        if self.crop:
            batch = crop(batch, self.crop, generator)
        batch = self._light(batch, generator)
        return self._damage(batch, generator).clamp(0, 1)

    def geometry(self, batch: Tensor, generator: torch.Generator, *, side: int | None = None) -> Tensor:
        """Return `batch` moved, turned and bent, (N, C, side, side) if asked for."""
        size = [*batch.shape[:2], side, side] if side else list(batch.shape)
        if not side and not self._moves:
            return batch
        grid = self.grid(size, generator)
        outside = "border" if self.edges else "zeros"
        moved = functional.grid_sample(batch, grid, padding_mode=outside, align_corners=False)
        if not self.identity:
            return moved
        keep = torch.rand(len(batch), 1, 1, 1, generator=generator) < self.identity
        shrinks = batch.shape[2] >= size[2]  # to the mean of an area: the batch itself where sizes agree
        unmoved = functional.interpolate(batch, size[2:], mode="area" if shrinks else "bilinear")
        return torch.where(keep, unmoved, moved)

    @property
    def _moves(self) -> bool:
        still = Augmentation()
        names = ("rotate_deg", "scale", "stretch", "shear", "shift", "elastic", "flip")
        return any(getattr(self, name) != getattr(still, name) for name in names)

    def grid(self, shape: list[int], generator: torch.Generator) -> Tensor:
        """Return where each pixel of the output looks in the input, for pictures of `shape`.

        Parameters
        ----------
        shape : list of int
            (N, C, H, W).
        generator : torch.Generator
            Where every random number comes from.

        Returns
        -------
        Tensor
            (N, H, W, 2) of (x, y), -1..1 from edge to edge, as `torch.nn.functional.grid_sample` reads it.
        """
        grid = self._straight_grid(shape, generator)
        return grid + _wobble(shape, self.elastic, generator) if self.elastic else grid

    def _straight_grid(self, shape: list[int], generator: torch.Generator) -> Tensor:
        count = shape[0]
        angle = torch.deg2rad(_uniform(count, (-self.rotate_deg, self.rotate_deg), generator))
        size = _uniform(count, self.scale, generator)
        aspect = (1 + self.stretch) ** _uniform(count, (-0.5, 0.5), generator)
        slant = _uniform(count, (-self.shear, self.shear), generator)
        mirror = 1 - 2 * (torch.rand(count, generator=generator) < self.flip).float()
        turn = torch.stack([angle.cos(), -angle.sin(), angle.sin(), angle.cos()], 1).view(count, 2, 2)
        zero = torch.zeros(count)
        form = torch.stack([mirror * aspect / size, slant, zero, 1 / (aspect * size)], 1).view(count, 2, 2)
        move = _uniform(count * 2, (-2 * self.shift, 2 * self.shift), generator).view(count, 2, 1)
        return functional.affine_grid(torch.cat([turn @ form, move], 2), shape, align_corners=False)

    def _light(self, batch: Tensor, generator: torch.Generator) -> Tensor:
        count, channels = batch.shape[:2]
        if self.grey:
            pale = torch.rand(count, 1, 1, 1, generator=generator) < self.grey
            batch = torch.where(pale, batch.mean(1, keepdim=True), batch)
        if self.gamma:
            power = (1 + self.gamma) ** _uniform(count, (-1, 1), generator)
            batch = batch.clamp(0, 1) ** power.view(-1, 1, 1, 1)
        if self.tint:
            batch = batch * (
                1 + _uniform(count * channels, (-self.tint, self.tint), generator).view(count, channels, 1, 1)
            )
        if self.contrast or self.brightness:
            factor = 1 + _uniform(count, (-self.contrast, self.contrast), generator).view(-1, 1, 1, 1)
            added = _uniform(count, (-self.brightness, self.brightness), generator).view(-1, 1, 1, 1)
            batch = batch * factor + added
        if self.invert:
            negative = torch.rand(count, 1, 1, 1, generator=generator) < self.invert
            batch = torch.where(negative, 1 - batch, batch)
        return batch

    def _damage(self, batch: Tensor, generator: torch.Generator) -> Tensor:
        count = len(batch)
        if self.blur:
            soft = torch.rand(count, 1, 1, 1, generator=generator) < self.blur
            batch = torch.where(soft, _binomial_blur(batch), batch)
        if self.noise:
            amount = _uniform(count, (0, self.noise), generator).view(-1, 1, 1, 1)
            batch = batch + amount * torch.randn(batch.shape, generator=generator)
        return erase(batch, self.erase, generator) if self.erase else batch


def change_pen(batch: Tensor, amount_px: Tensor) -> Tensor:
    """Return `batch` with bright lines wider (positive) or thinner (negative).

    Parameters
    ----------
    batch : Tensor
        (N, C, H, W), bright lines on dark.
    amount_px : Tensor
        (N,) pixels added on either side, -1..2; parts of a pixel by mixing.
    """
    amount = amount_px.view(-1, 1, 1, 1)
    wide = _cross(batch)
    wider = functional.max_pool2d(wide, 3, 1, 1)  # a cross and a square together are nearly a disc
    thin = -_cross(-batch)
    batch = torch.lerp(batch, thin, (-amount).clamp(0, 1))
    batch = torch.lerp(batch, wide, amount.clamp(0, 1))
    return torch.lerp(batch, wider, (amount - 1).clamp(0, 1))


def crop(batch: Tensor, most: int, generator: torch.Generator) -> Tensor:
    """Return `batch` with each picture moved by -most..most whole rows and columns; 0 comes in.

    Examples
    --------
    >>> crop(torch.ones(1, 1, 3, 3), 1, torch.Generator().manual_seed(2)).sum().item() in (4, 6, 9)
    True
    """
    count, _, height, width = batch.shape
    padded = functional.pad(batch, (most,) * 4)
    rows, columns = (
        torch.randint(2 * most + 1, (count, 1), generator=generator) + torch.arange(size)
        for size in (height, width)
    )
    picture = torch.arange(count).view(-1, 1, 1)
    moved = padded[picture, :, rows[:, :, None], columns[:, None]]  # (N, H, W, C)
    return moved.permute(0, 3, 1, 2)


def erase(batch: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    """Return `batch` with a rectangle of noise over some pictures.

    Z. Zhong, L. Zheng, G. Kang, S. Li, Y. Yang, "Random erasing data augmentation" (2017).
    """
    count, _, height, width = batch.shape
    share = _uniform(count, (0.15, 0.55), generator), _uniform(count, (0.15, 0.55), generator)
    masks = []
    for size, part in zip((height, width), share, strict=True):
        length = part * size
        start = torch.rand(count, generator=generator) * (size - length)
        place = torch.arange(size).view(1, -1)
        masks.append((place >= start.view(-1, 1)) & (place < (start + length).view(-1, 1)))
    hit = torch.rand(count, 1, 1, 1, generator=generator) < probability
    mask = masks[0].view(count, 1, height, 1) & masks[1].view(count, 1, 1, width) & hit
    return torch.where(mask, torch.rand(batch.shape, generator=generator), batch)


def _uniform(count: int, bounds: Range, generator: torch.Generator) -> Tensor:
    low, high = bounds
    return low + (high - low) * torch.rand(count, generator=generator)


def _cross(batch: Tensor) -> Tensor:
    """Return the largest value of each pixel and its four neighbours."""
    rows = functional.max_pool2d(batch, (3, 1), 1, (1, 0))
    return torch.maximum(rows, functional.max_pool2d(batch, (1, 3), 1, (0, 1)))


def _wobble(shape: list[int], amount: float, generator: torch.Generator) -> Tensor:
    """Return smooth random displacements (N, H, W, 2): coarse noise, enlarged (P. Simard et al., 2003)."""
    count, _, height, width = shape
    coarse = torch.randn(count, 2, 6, 6, generator=generator) * (2 * amount)
    smooth = functional.interpolate(coarse, (height, width), mode="bicubic", align_corners=True)
    return smooth.permute(0, 2, 3, 1)


def _binomial_blur(batch: Tensor) -> Tensor:
    channels = batch.shape[1]
    line = torch.tensor([0.25, 0.5, 0.25])
    kernel = (line.view(-1, 1) * line).expand(channels, 1, 3, 3)
    return functional.conv2d(functional.pad(batch, (1, 1, 1, 1), mode="replicate"), kernel, groups=channels)
