"""The pictures to train on and to hold out, in memory, by the rules of the data (never a test set)."""

from dataclasses import dataclass

import torch
from torch import Tensor

from cnnviz.learn.suites import data_dir, scans

FOLDERS = {"digits": "MNIST", "clothes": "FashionMNIST"}


@dataclass(frozen=True)
class Split:
    """Training and held-out pictures, (N, C, H, W) uint8, with labels (N,) int64."""

    train_u8: Tensor
    train_labels: Tensor
    held_u8: Tensor
    held_labels: Tensor


def split(task: str, held_out: int, seed: int = 0) -> Split:
    """Return the training set with `held_out` random pictures put aside; the same ones for every model."""
    pixels, classes = scans(data_dir() / FOLDERS[task] / "raw", "train")
    pictures, labels = torch.from_numpy(pixels[:, None].copy()), torch.from_numpy(classes)
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(seed))
    held, train = order[:held_out], order[held_out:]
    return Split(pictures[train], labels[train], pictures[held], labels[held])
