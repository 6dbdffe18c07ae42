"""Augmentation: repeatable, in range, and each setting does what it says."""

from dataclasses import fields

import pytest
import torch
from torch import Tensor

from cnnviz.errors import RangeError
from cnnviz.learn.augment import Augmentation, change_pen, crop, erase
from cnnviz.words import LANGUAGES, catalogue

ALL = Augmentation(
    rotate_deg=20, scale=(0.8, 1.2), stretch=0.2, shear=0.2, shift=0.1, crop=2, elastic=0.02, flip=0.5,
    pen=(-1, 2), identity=0.1, contrast=0.2, brightness=0.2, gamma=0.3, tint=0.1, invert=0.2, blur=0.5,
    noise=0.1, erase=0.5, grey=0.3, edges=True,
)  # fmt: skip


def source(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def bar() -> Tensor:
    """Return one 9x9 picture with a bright column, three pixels wide, at columns 3..5."""
    picture = torch.zeros(1, 1, 9, 9)
    picture[..., 3:6] = 1
    return picture


@pytest.mark.parametrize("channels", [1, 3])
def test_output_keeps_shape_and_range_and_can_be_repeated(channels: int) -> None:
    batch = torch.rand(16, channels, 28, 28, generator=source())
    first, again, other = (ALL(batch, source(seed)) for seed in (1, 1, 2))
    assert first.shape == batch.shape
    assert first.min() >= 0
    assert first.max() <= 1
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_change_has_words(language: str) -> None:
    assert {f"models.augmentation.{field.name}" for field in fields(Augmentation)} <= set(catalogue(language))


def test_the_default_changes_nothing() -> None:
    batch = torch.rand(4, 1, 28, 28)
    assert torch.equal(Augmentation()(batch, source()), batch)


def test_flip_mirrors_columns() -> None:
    batch = torch.rand(2, 1, 8, 8)
    torch.testing.assert_close(Augmentation(flip=1.0)(batch, source()), batch.flip(3))


def test_what_comes_in_is_black_or_repeats_the_border() -> None:
    white = torch.ones(4, 3, 8, 8)
    away = {"shift": 0.5, "rotate_deg": 90.0}
    assert Augmentation(**away)(white, source()).min() == 0
    torch.testing.assert_close(Augmentation(**away, edges=True)(white, source()), white)


def test_grey_takes_colours_away() -> None:
    batch = torch.rand(3, 3, 4, 4)
    pale = Augmentation(grey=1.0)(batch, source())
    torch.testing.assert_close(pale, batch.mean(1, keepdim=True).expand(-1, 3, -1, -1))


def test_unmoved_pictures_are_enlarged_without_steps() -> None:
    slope = torch.linspace(0, 1, 4).expand(1, 1, 4, 4)
    large = Augmentation(identity=1.0, shift=0.1).geometry(slope, source(), side=16)
    assert (large.diff(dim=3)[..., 2:-2] > 0).all()


def test_turning_by_nothing_moves_nothing() -> None:
    batch = torch.rand(1, 1, 8, 8)
    turned = Augmentation(rotate_deg=1e-9)(batch, source())
    torch.testing.assert_close(turned, batch, atol=1e-5, rtol=0)


def test_scale_enlarges() -> None:
    batch = torch.zeros(1, 1, 20, 20)
    batch[..., 8:12, 8:12] = 1  # 16 pixels, 64 at twice the size
    assert Augmentation(scale=(2.0, 2.0))(batch, source()).sum().item() == pytest.approx(64, rel=0.01)


@pytest.mark.parametrize(("amount", "columns"), [(-1, 1), (0, 3), (1, 5), (2, 7)])
def test_pen_widens_by_pixels_on_either_side(amount: float, columns: int) -> None:
    assert change_pen(bar(), torch.tensor([float(amount)])).sum() == 9 * columns


def test_cropping_moves_whole_pixels_and_fills_with_black() -> None:
    batch = torch.rand(50, 2, 9, 9, generator=source()) + 0.1
    moved = crop(batch, 2, source(1))
    shifts = set()
    for before, after in zip(batch, moved, strict=True):
        corner = (after[0] > 0).nonzero()
        top, left, bottom, right = *corner.amin(0).tolist(), *corner.amax(0).tolist()
        down, across = (top or bottom - 8), (left or right - 8)
        assert torch.equal(after, torch.roll(before, (down, across), (1, 2)) * (after > 0))
        shifts.add((down, across))
    assert len(shifts) > 10
    assert max(max(abs(d), abs(a)) for d, a in shifts) == 2


def test_erasing_hits_a_rectangle_only() -> None:
    batch = torch.full((50, 1, 28, 28), 2.0)
    changed = (erase(batch, 1.0, source()) != 2).flatten(1).float().mean(1)
    assert changed.min() > 0.01
    assert changed.max() < 0.36


def test_geometry_can_make_another_size() -> None:
    assert ALL.geometry(torch.rand(2, 4, 96, 96), source(), side=64).shape == (2, 4, 64, 64)


def test_an_unknown_setting_is_named() -> None:
    with pytest.raises(RangeError, match="rotation"):
        Augmentation.from_dict({"rotation": 3.0})
