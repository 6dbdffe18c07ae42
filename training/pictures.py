"""The pictures to train on and to hold out, in memory, by the rules of the data (never a test set)."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

FOLDERS = {"digits": "MNIST", "clothes": "FashionMNIST"}


@dataclass(frozen=True)
class Split:
    """Training and held-out pictures, (N, C, H, W) uint8, with labels (N,) int64."""

    train_u8: Tensor
    train_labels: Tensor
    held_u8: Tensor
    held_labels: Tensor


def data_dir() -> Path:
    """Return the folder of the data sets."""
    return Path(os.environ.get("CNNVIZ_DATA", "data"))


def idx(task: str, part: str) -> tuple[Tensor, Tensor]:
    """Return pictures (N, 1, 28, 28) uint8 and labels of `part`, 'train' or 't10k'."""
    folder = data_dir() / FOLDERS[task] / "raw"
    pictures = np.fromfile(folder / f"{part}-images-idx3-ubyte", np.uint8)[16:].reshape(-1, 1, 28, 28)
    labels = np.fromfile(folder / f"{part}-labels-idx1-ubyte", np.uint8)[8:]
    return torch.from_numpy(pictures), torch.from_numpy(labels.astype(np.int64))


def split(task: str, held_out: int, seed: int = 0) -> Split:
    """Return the training set with `held_out` random pictures put aside; the same ones for every model."""
    pictures, labels = idx(task, "train")
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(seed))
    held, train = order[:held_out], order[held_out:]
    return Split(pictures[train], labels[train], pictures[held], labels[held])
