"""The scanned pictures to train on and to hold out, in memory; no test set is read here."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from cnnviz.learn import datasets


@dataclass(frozen=True)
class Split:
    """Training and held-out pictures, (N, 1, 28, 28) uint8, with labels (N,) int64."""

    train_u8: Tensor
    train_labels: Tensor
    held_u8: Tensor
    held_labels: Tensor


def split(task: str, held_out: int, seed: int = 0) -> Split:
    """Return the training set with `held_out` random pictures put aside; the same ones for every model."""
    labels = torch.from_numpy(datasets.labels(task, "train"))
    scans = [datasets.picture(task, "train", place).pixels_u8 for place in range(len(labels))]
    pictures = torch.from_numpy(np.stack(scans)[:, None])
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(seed))
    held, train = order[:held_out], order[held_out:]
    return Split(pictures[train], labels[train], pictures[held], labels[held])
