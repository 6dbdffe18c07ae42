"""Photos made by code: prepared like any photo, kept, and never of a held-out background."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from cnnviz.learn.loop import NONE
from training import tailor, wardrobe
from training.pictures import Split


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
    kept, held = wardrobe.studios(Split(*part, *part))
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
            wardrobe.prepare(wardrobe.Picture(scene, origin="upload"), wardrobe.PHOTO), alpha, 0.78
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


def test_garments_far_away_fill_less_of_the_photo(studio):
    far = replace(studio, fills=(0.25, 0.5))
    far.__dict__["walls"] = studio.walls
    for one, least, most in ((studio, 0.5, 1.0), (far, 0.2, 0.55)):
        random = np.random.default_rng(2)
        for label in range(10):
            _, alpha = wardrobe.taken(label, one, random)
            rows, cols = ((alpha > 0.5).any(axis).mean() for axis in (1, 0))
            assert least < max(rows, cols) <= most


def test_photos_in_colour_show_the_whole_scene(studio, tmp_path):
    lively = replace(studio, in_colour=True)
    lively.__dict__["walls"] = studio.walls
    pictures, labels = wardrobe.in_colour(30, 40, lively, tmp_path / "kept.npz")
    assert pictures.shape == (30, 3, 40, 40)
    assert pictures.dtype == np.uint8
    assert {NONE, *range(10)} == set(labels.tolist())
    assert np.ptp(pictures.astype(int), axis=1).max() > 60  # colours
    assert np.array_equal(wardrobe.in_colour(5, 40, lively, tmp_path / "kept.npz")[0], pictures[:5])


def test_shadows_darken_the_ground_about_the_garment_only():
    alpha = np.zeros((96, 96), np.float32)
    alpha[40:56, 40:56] = 1
    ground = wardrobe._shadow(alpha, 7, np.random.default_rng(2))
    assert 0 < ground.min() < 0.95
    assert ground[0, 0] > 0.99


def test_half_the_backgrounds_are_floors():
    part = np.zeros((1, 28, 28), np.uint8), np.zeros(1, np.int64)
    walls = wardrobe.Studio(*part, ("brick",), seed=1).walls
    made = wardrobe.floors.floors(wardrobe.FRAME, 4, 1)
    assert len(walls) == 800
    assert np.array_equal(walls[400:402], made[:2])


def test_cloth_falls_in_folds_and_shoes_are_stiff(studio):
    grey = np.ones((wardrobe.cloth.SIDE, wardrobe.cloth.SIDE, 4), np.float32) * 0.5
    grey[..., 3] = 1
    spread = [
        np.mean(
            [
                wardrobe._lit(grey, studio, np.random.default_rng(seed), how)[..., 0].std()
                for seed in range(12)
            ]
        )
        for how in ((True, False), (False, True))
    ]
    assert spread[0] > 1.3 * spread[1]
