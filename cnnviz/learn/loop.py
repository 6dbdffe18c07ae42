"""The training loop: mini-batches, augmentation, one-cycle schedule, moving average, checkpoints.

It reports each step and stops when asked, so that a page can show it and a script can log it.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from cnnviz.learn.augment import Augmentation

Batch = tuple[Tensor, Tensor] | tuple[Tensor, Tensor, Tensor]
NONE = -1  # label of a picture that shows none of the classes


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that decides a training run besides the data.

    Parameters
    ----------
    epochs, batch_size, seed : int
        Passes over the data, pictures a step, start of every random number.
    optimiser : {'adamw', 'sgd'}
        SGD is with Nesterov momentum 0.9.
    learning_rate : float
        The highest; reached after `warmup` of the steps, falling to 0 along a cosine.
    weight_decay : float
        Of weights; biases and normalisation are spared.
    smoothing : float
        Share of the target spread over all classes (label smoothing).
    average : float
        Decay a step of the moving average of the weights; 0 for none.
    mean, std : tuple of float
        Normalisation of a channel: ``(value - mean) / std``.
    augmentation : Augmentation
        Changes to each batch.
    beside : float
        Weight of what is learned beside the class, where a batch brings it (`Run.fit`).
    half : bool
        Compute in bfloat16 where it is safe (autocast); weights stay float32.
    """

    epochs: int
    batch_size: int = 256
    seed: int = 1
    optimiser: str = "adamw"
    learning_rate: float = 3e-3
    weight_decay: float = 0.02
    warmup: float = 0.2
    smoothing: float = 0.05
    average: float = 0.995
    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)
    augmentation: Augmentation = field(default_factory=Augmentation)
    beside: float = 1.0
    half: bool = True


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run stands after a step.

    Parameters
    ----------
    epoch, step, steps : int
        Epochs begun, steps done, steps in all.
    loss : float
        Cross-entropy of this step, natural logarithm.
    accuracy : float
        Share of this step's (changed) pictures that were right, 0..1.
    learning_rate : float
        Used in this step.
    seconds : float
        Since this process took up the run.
    """

    epoch: int
    step: int
    steps: int
    loss: float
    accuracy: float
    learning_rate: float
    seconds: float


OnStep = Callable[[Progress], bool | None]
Source = Callable[[Tensor, torch.Generator], Batch]


class Run:
    """One training run: networks, optimiser and place in the plan; saved and taken up again.

    Parameters
    ----------
    net : nn.Module
        Trained in place.
    plan : Plan
        What to do.
    checkpoint : Path, optional
        Written after each epoch, read at the start if it is there.
    device : str
        Where the network computes, as PyTorch names it; batches are made on the processor.
    """

    def __init__(
        self, net: nn.Module, plan: Plan, *, checkpoint: Path | None = None, device: str = "cpu"
    ) -> None:
        self.net = net.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch
        self.device = device
        self.plan = plan
        self.checkpoint = checkpoint
        self.averaged = {name: value.clone() for name, value in net.state_dict().items()}
        self.optimiser = _optimiser(net, plan)
        self.epoch = 0
        self.step = 0
        if checkpoint and checkpoint.exists():
            self._load()

    def fit(self, source: Source, count: int, *, on_step: OnStep | None = None) -> bool:
        """Train on `count` pictures an epoch and put the averaged weights into the network.

        Parameters
        ----------
        source : callable
            Given indices (B,) and a generator, returns pictures (B, C, H, W) float32 in 0..1
            and labels, as `loss_of` takes them. It may return further numbers (B, M), NaN where unknown,
            for the last M outputs of the network: what is to be learned beside the class, by squared
            error.
        count : int
            Number of training pictures.
        on_step : callable, optional
            Gets a `Progress` after each step; a True stops the run.

        Returns
        -------
        bool
            Whether the plan was carried out to its end.
        """
        begun = time.perf_counter()
        steps = self.plan.epochs * (count // self.plan.batch_size)
        while self.epoch < self.plan.epochs:
            generator = self._start_epoch()
            for indices in self._batches(count, generator):
                progress = self._train_step(source(indices, generator), generator, steps)
                seen = Progress(self.epoch + 1, self.step, steps, *progress, time.perf_counter() - begun)
                if on_step is not None and on_step(seen):
                    return False
            self.epoch += 1
            self._save()
        if self.plan.average:
            self.net.load_state_dict(self.averaged)
        self.net.eval()
        return True

    def _start_epoch(self) -> torch.Generator:
        """Seed by epoch, so that a run taken up again repeats what it would have done."""
        self.net.train()
        torch.manual_seed(self.plan.seed * 100_003 + self.epoch)  # dropout
        return torch.Generator().manual_seed(self.plan.seed * 1_000_003 + self.epoch)

    def _batches(self, count: int, generator: torch.Generator) -> list[Tensor]:
        order = torch.randperm(count, generator=generator)
        whole = count // self.plan.batch_size * self.plan.batch_size
        return list(order[:whole].split(self.plan.batch_size))  # type: ignore[no-untyped-call]  # torch

    def _train_step(self, batch: Batch, generator: torch.Generator, steps: int) -> tuple[float, float, float]:
        rate = self.plan.learning_rate * one_cycle(self.step / steps, self.plan.warmup)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        with torch.no_grad():
            pictures = normalise(self.plan.augmentation(batch[0], generator), self.plan.mean, self.plan.std)
        inputs, labels = pictures.to(self.device), batch[1].to(self.device)
        with torch.autocast(self.device, torch.bfloat16, enabled=self.plan.half):
            logits = self.net(inputs.contiguous(memory_format=torch.channels_last)).float()
        if len(batch) == 3:
            beside = batch[2].to(self.device)
            logits, guessed = logits.split([logits.shape[1] - beside.shape[1], beside.shape[1]], 1)
            more = self.plan.beside * loss_beside(guessed, beside)
        else:
            more = torch.zeros((), device=self.device)
        loss = loss_of(logits, labels, smoothing=self.plan.smoothing) + more
        self.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch
        self.optimiser.step()
        self.step += 1
        self._average()
        return loss.item(), _right(logits, labels), rate

    @torch.no_grad()
    def _average(self) -> None:
        decay = min(self.plan.average, (1 + self.step) / (10 + self.step))  # a young average forgets fast
        for name, value in self.net.state_dict().items():
            if value.is_floating_point():
                self.averaged[name].lerp_(value, 1 - decay)
            else:
                self.averaged[name].copy_(value)

    def _save(self) -> None:
        if self.checkpoint is None:
            return
        state = {
            "net": self.net.state_dict(),
            "averaged": self.averaged,
            "epoch": self.epoch,
            "step": self.step,
        }
        new = self.checkpoint.with_suffix(".new")
        torch.save({**state, "optimiser": self.optimiser.state_dict()}, new)
        new.replace(self.checkpoint)  # an interruption leaves the old file whole

    def _load(self) -> None:
        assert self.checkpoint is not None  # noqa: S101  # asked by the caller
        state: dict[str, Any] = torch.load(self.checkpoint, weights_only=True, map_location=self.device)
        self.net.load_state_dict(state["net"])
        self.averaged = state["averaged"]
        self.optimiser.load_state_dict(state["optimiser"])
        self.epoch, self.step = state["epoch"], state["step"]


def loss_of(logits: Tensor, labels: Tensor, *, smoothing: float = 0.0) -> Tensor:
    """Return the mean cross-entropy of what is wanted.

    Parameters
    ----------
    logits : Tensor
        (B, K) float32.
    labels : Tensor
        (B,) int64, as `wanted_of` takes them, or (B, K) float32: the shares of the classes.
    smoothing : float
        Share of the target spread over all classes, where one class is named.

    Examples
    --------
    >>> float(loss_of(torch.zeros(1, 4), torch.tensor([NONE])))  # ln 4
    1.3862943649291992
    """
    if labels.is_floating_point():
        return functional.cross_entropy(logits, labels)
    return functional.cross_entropy(logits, wanted_of(labels, logits.shape[1], smoothing=smoothing))


def wanted_of(labels: Tensor, classes: int, *, smoothing: float = 0.0) -> Tensor:
    """Return the shares of the classes, (B, K); a picture of no class is wanted evenly spread over all.

    Parameters
    ----------
    labels : Tensor
        (B,) int64: 0..K-1, or `NONE`.
    classes : int
        K.
    smoothing : float
        Share of the target spread over all classes.

    D. Hendrycks, M. Mazeika, T. Dietterich, "Deep anomaly detection with outlier exposure" (2018).

    Examples
    --------
    >>> wanted_of(torch.tensor([1, NONE]), 2).tolist()
    [[0.0, 1.0], [0.5, 0.5]]
    """
    share = torch.where(labels == NONE, 1.0, smoothing)[:, None]
    return functional.one_hot(labels.clamp(min=0), classes) * (1 - share) + share / classes


def loss_beside(guessed: Tensor, wanted: Tensor) -> Tensor:
    """Return the mean squared error of `guessed` (B, M) where `wanted` (B, M) is known, else 0.

    Examples
    --------
    >>> float(loss_beside(torch.tensor([[3.0, 5.0]]), torch.tensor([[1.0, float("nan")]])))
    4.0
    """
    known = ~wanted.isnan()
    error = torch.where(known, guessed - wanted.nan_to_num(), 0)
    return error.square().sum() / known.sum().clamp(min=1)


def _right(logits: Tensor, labels: Tensor) -> float:
    """Return the share of pictures that are right, of those that show a class."""
    if labels.is_floating_point():
        likeliest, labels = labels.max(1)
        labels = labels.where(likeliest > 1 / logits.shape[1], NONE)
    return (logits.argmax(1) == labels)[labels != NONE].float().mean().item()


def one_cycle(done: float, warmup: float) -> float:
    """Return the learning rate as a share of its highest: a straight rise, then half a cosine.

    Examples
    --------
    >>> one_cycle(0.2, 0.2), round(one_cycle(0.6, 0.2), 3)
    (1.0, 0.5)
    """
    if done < warmup:
        return max(done / warmup, 0.02)
    return 0.5 * (1 + math.cos(math.pi * (done - warmup) / (1 - warmup)))


def normalise(pictures: Tensor, mean: tuple[float, ...], std: tuple[float, ...]) -> Tensor:
    """Return ``(pictures - mean) / std``, a mean and std for each channel of (N, C, H, W)."""
    return (pictures - torch.tensor(mean).view(1, -1, 1, 1)) / torch.tensor(std).view(1, -1, 1, 1)


def _optimiser(net: nn.Module, plan: Plan) -> torch.optim.Optimizer:
    weights = [value for value in net.parameters() if value.ndim > 1]
    others = [value for value in net.parameters() if value.ndim <= 1]
    groups = [{"params": weights, "weight_decay": plan.weight_decay}, {"params": others, "weight_decay": 0.0}]
    if plan.optimiser == "sgd":
        return torch.optim.SGD(groups, lr=plan.learning_rate, momentum=0.9, nesterov=True)
    return torch.optim.AdamW(groups, lr=plan.learning_rate)
