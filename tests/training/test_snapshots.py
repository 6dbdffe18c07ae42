"""Batches for a clothes network in colour: photos and scans in their shares, at one size."""

import torch

from cnnviz.images.picture import Picture
from cnnviz.images.prepare import Recipe, prepare
from cnnviz.learn.augment import Augmentation
from training.snapshots import Snapshots, enlarged


def test_photos_and_scans_share_a_batch() -> None:
    photos = torch.full((5, 3, 40, 40), 255, dtype=torch.uint8), torch.full((5,), 1)
    scans = torch.zeros(7, 1, 28, 28, dtype=torch.uint8), torch.full((7,), 2)
    batches = Snapshots(photos, scans, Augmentation(scale=(1.0, 1.4), edges=True), 32, 0.25)
    pictures, labels = batches(torch.arange(16), torch.Generator().manual_seed(1))
    assert pictures.shape == (16, 3, 32, 32)
    assert labels.tolist() == [1] * 12 + [2] * 4
    assert pictures[:12].min() > 0.99
    assert pictures[12:].max() == 0


def test_scans_are_enlarged_as_the_page_does_it() -> None:
    scan = torch.arange(784).view(1, 1, 28, 28).remainder(251).to(torch.uint8)
    recipe = Recipe(task="clothes", form="dataset", size=96, mean=(0.0,) * 3, std=(1.0,) * 3)
    shown = prepare(Picture(scan[0, 0].numpy(), origin="dataset"), recipe).tensor_f32
    torch.testing.assert_close(enlarged(scan, 96)[0], torch.from_numpy(shown), atol=0.01, rtol=0)
