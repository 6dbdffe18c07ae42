"""Held-out pictures on which temperature and gate are settled: as they are, changed, and made by code.

No test set and no suite of `cnnviz.learn.suites` is read here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cnnviz.learn.loop import NONE, Source, normalise
from training import handwriting, others, plans
from training.empty import empty
from training.spoil import Spoil
from training.train import RUNS, Material, material_of

F32 = NDArray[np.float32]
I64 = NDArray[np.int64]
SEED = 77
WRITTEN = 2000  # digits written by code, by another seed than those trained on
STRANGE = 6000  # pictures of nothing that a gate is fitted with; a quarter as many to settle it
AT_ONCE = 500  # pictures made together
DRAWN = 16000  # pictures that a gate is fitted with, of the training set, changed


@dataclass(frozen=True)
class Labelled:
    """Pictures (N, C, H, W) as a network gets them, labels (N,), and the kinds of them, as a card says.

    `counts` (N,): how much each counts; one video of a person shall not count for more than a photo.
    """

    inputs: F32
    labels: I64
    kinds: tuple[str, ...]
    counts: F32


class Pictures:
    """Where the pictures for settling a model come from.

    Parameters
    ----------
    task, model : str
        Whose plan says what is held out and how pictures are changed in training.
    """

    def __init__(self, task: str, model: str) -> None:
        self.task, self.plan = task, plans.plan(task, model)
        self.settings = {**plans.settings(task, model), "side": plans.side_in_use(task, model)}
        self.material: Material = material_of(task, self.settings)

    def held(self) -> Labelled:
        """Return the held-out pictures: every second one as it is, the others changed as in training."""
        pictures, labels = self.material.held
        generator = torch.Generator().manual_seed(SEED)
        at = torch.arange(1, len(labels), 2)
        parts = [(pictures[::2], labels[::2]), self._changed(at, generator)]
        kinds = ["held"]
        if self.task == "digits":
            parts.append(self._written(generator))
            kinds.append("written")
        if self.material.photographed:
            parts.append(self.material.photographed)
            kinds.append("photographed")
        counts = torch.ones(sum(len(labels) for _, labels in parts))
        if self.material.held_counts is not None:
            counts[: len(labels[::2])] = self.material.held_counts[::2]
        return self._labelled(parts, tuple(kinds), counts)

    def strange(self) -> F32:
        """Return held-out pictures of none of the classes."""
        generator = torch.Generator().manual_seed(SEED + 1)
        parts = [self.plan.augmentation(self._strangers(held=True), generator)]
        if self.material.held_source:
            at = torch.arange(len(self.material.held[1]))
            pictures, labels = self._batches(self.material.held_source, at, generator)
            parts.append(pictures[labels == NONE])
        return self._inputs(torch.cat(parts))

    def training(self) -> Iterator[tuple[F32, NDArray[np.bool_]]]:
        """Give training pictures changed as in training, some at a time, and which show a class."""
        generator = torch.Generator().manual_seed(SEED + 2)
        at = torch.randint(self.material.count, (DRAWN,), generator=generator)
        for some in at.split(AT_ONCE):  # type: ignore[no-untyped-call]  # torch
            pictures, labels = self._batches(self.material.source, some, generator)
            yield self._inputs(pictures), (labels != NONE).numpy()
        strange = self.plan.augmentation(self._strangers(held=False), generator)
        yield self._inputs(strange), np.zeros(len(strange), np.bool_)

    def _changed(self, at: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        if self.material.held_source:
            return self._batches(self.material.held_source, at, generator)
        pictures, labels = self.material.held
        return self.plan.augmentation(pictures[at], generator), labels[at]

    def _batches(self, source: Source, at: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Return what `source` gives for the places `at`, some at a time, further changed by the plan."""
        pictures, labels = [], []
        for some in at.split(AT_ONCE):  # type: ignore[no-untyped-call]  # torch
            batch = source(some, generator)
            pictures.append(self.plan.augmentation(batch[0], generator))
            labels.append(batch[1])
        return torch.cat(pictures), torch.cat(labels)

    def _written(self, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        drawn, labels = handwriting.written(WRITTEN, RUNS / "written-held.npz", seed=SEED)
        pictures = torch.from_numpy(drawn).float() / 255
        half = torch.arange(len(pictures)) % 2 == 0
        changed = self.plan.augmentation(pictures, generator)
        return torch.where(half[:, None, None, None], pictures, changed), torch.from_numpy(labels)

    def _strangers(self, *, held: bool) -> Tensor:
        """Return pictures of none of the classes, (N, C, H, W) in 0..1."""
        count, name = (STRANGE // 4, "others-held") if held else (STRANGE, "others")
        if self.task == "digits":
            drawn = others.others(count, RUNS / f"{name}.npz", **({"seed": SEED} if held else {}))
            return torch.from_numpy(drawn).float() / 255
        seed = {"seed": SEED} if held else {}
        made = empty(self.settings["side"], min(count, 2400), **seed).float() / 255
        return Spoil()(made, torch.Generator().manual_seed(SEED))

    def _labelled(
        self, parts: list[tuple[Tensor, Tensor]], kinds: tuple[str, ...], counts: Tensor
    ) -> Labelled:
        pictures, labels = (torch.cat(every) for every in zip(*parts, strict=True))
        shown = labels != NONE
        return Labelled(self._inputs(pictures[shown]), labels[shown].numpy(), kinds, counts[shown].numpy())

    def _inputs(self, pictures: Tensor) -> F32:
        normal: F32 = normalise(pictures, self.plan.mean, self.plan.std).numpy().astype(np.float32)
        return np.ascontiguousarray(normal)
