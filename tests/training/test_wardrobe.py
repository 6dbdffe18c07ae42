"""Photos made by code: prepared like any photo, kept, and never of a held-out background."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from cnnviz.learn.loop import NONE
from training import tailor, wardrobe


@pytest.fixture(scope="module")
def studio():
    random = np.random.default_rng(0)
    scans = np.zeros((10, 28, 28), np.uint8)
    scans[:, 3:26, 6:22] = random.integers(60, 255, (10, 23, 16))
    made = wardrobe.Studio(scans, np.arange(10), ("brick",), seed=3)
    made.__dict__["walls"] = np.tile(np.linspace(0.2, 0.9, 8)[:, None, None, None], (1, 192, 192, 3))
    return made


def test_training_and_held_out_photos_share_no_background():
    part = torch.zeros(1, 1, 28, 28, dtype=torch.uint8), torch.zeros(1, dtype=torch.int64)
    kept, held = wardrobe.studios(part, part)
    assert not set(kept.photos) & set(held.photos)
    assert kept.seed != held.seed


def test_the_preparation_finds_a_dark_garment_on_a_bright_plain_wall(studio):
    bright = replace(studio)
    bright.__dict__["walls"] = np.full((2, 192, 192, 3), 0.9, np.float32)
    random, found = np.random.default_rng(1), 0
    for _ in range(10):
        garment = tailor.draw(3, random)
        garment[..., :3] = 0.2
        scene, alpha = wardrobe.photo(garment, 3, bright, random)
        found += wardrobe._found(
            wardrobe.prepare(wardrobe.Picture(scene, origin="upload"), wardrobe.PHOTO), alpha
        )
    assert found > 5


def test_photos_are_kept_and_made_again_alike(studio, tmp_path):
    pictures, labels = wardrobe.photographed(25, studio, tmp_path / "kept.npz")
    again, _ = wardrobe.photographed(25, studio, tmp_path / "again.npz")
    assert pictures.shape == (25, 1, 28, 28)
    assert pictures.dtype == np.uint8
    assert NONE in labels
    assert np.array_equal(pictures, again)
    assert np.array_equal(wardrobe.photographed(5, studio, tmp_path / "kept.npz")[1], labels[:5])


def test_spread_sleeves_reach_further_out():
    tone = np.zeros((84, 84), np.float32)
    tone[15:80, 26:58] = 0.5
    tone[15:70, 12:24] = tone[15:70, 60:72] = 0.5  # sleeves that hang beside the trunk
    tone[15:25, 12:72] = 0.5
    wide = wardrobe._spread(tone, (tone > 0).astype(np.float32), np.random.default_rng(0))[1]
    cols = np.flatnonzero((wide > 0.5).any(0))
    assert np.ptp(cols) > 70


def test_a_shoe_and_its_fellow_cover_more_than_one():
    tone = np.zeros((84, 84), np.float32)
    tone[40:70, 5:80] = 0.5
    alpha = (tone > 0).astype(np.float32)
    both = wardrobe._doubled(tone, alpha, np.random.default_rng(2))[1]
    assert both.sum() > 1.2 * alpha.sum()
