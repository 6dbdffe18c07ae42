"""What several networks together say of a changed picture, to be learned beside its label.

A label names one class for certain; networks that agree little say how doubtful a picture is, and what else
it might be. G. Hinton, O. Vinyals, J. Dean, "Distilling the knowledge in a neural network" (2015); that both
sides see the same changes: L. Beyer et al., "Knowledge distillation: a good teacher is patient and
consistent" (2022). Networks that only teach are built here; no page shows them.
"""

from collections import OrderedDict
from collections.abc import Sequence
from types import MappingProxyType

import torch
from torch import Tensor, nn

from cnnviz.learn.augment import Augmentation
from cnnviz.learn.loop import NONE, Batch, Source, normalise, wanted_of
from cnnviz.zoo import architectures

SHARE = 0.7  # of what is wanted is what the teachers say, the rest is the label
WIDTHS = MappingProxyType({"sevens": (20, 40, 60, 80), "sevens-wide": (24, 44, 64, 88)})  # channels


class Taught:
    """A source of changed pictures whose labels are shares of the classes.

    Parameters
    ----------
    source : Source
        Gives pictures (B, C, H, W) in 0..1 and labels (B,).
    augmentation : Augmentation
        Changes the pictures; the teachers see the changed ones too.
    teachers : sequence of nn.Module
        They speak with one voice: the mean of the logarithms of their probabilities.
    mean, std : tuple of float
        Normalisation of a channel.
    """

    def __init__(
        self,
        source: Source,
        augmentation: Augmentation,
        teachers: Sequence[nn.Module],
        *,
        mean: tuple[float, ...],
        std: tuple[float, ...],
    ) -> None:
        self.source, self.augmentation, self.mean, self.std = source, augmentation, mean, std
        self.teachers = [net.eval().to(memory_format=torch.channels_last) for net in teachers]  # type: ignore[call-overload]  # torch

    @torch.no_grad()
    def __call__(self, indices: Tensor, generator: torch.Generator) -> Batch:
        """Return a batch of the source, changed; a picture of no class is wanted evenly spread."""
        pictures, labels, *_ = self.source(indices, generator)
        changed = self.augmentation(pictures, generator)
        said = self.said(normalise(changed, self.mean, self.std))
        share = SHARE * (labels != NONE).float()[:, None]
        return changed, wanted_of(labels, said.shape[1]).lerp(said, share)

    def said(self, inputs: Tensor) -> Tensor:
        """Return the shares that the teachers give each class, (B, K), of normalised pictures."""
        inputs = inputs.contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            logits = [net(inputs) for net in self.teachers]
        return torch.stack([one.float().log_softmax(1) for one in logits]).mean(0).softmax(1)


def sevens(widths: Sequence[int]) -> architectures.Layers:
    """Return a digit network of four 7x7 convolutions that pads and pools nothing.

    The dense layer gets the last maps, 4x4, whole, so that it knows where a part was found.
    S. An et al., "An ensemble of simple convolutional neural network models for MNIST digit recognition"
    (2020).
    """
    layers: architectures.Layers = {}
    before = 1
    for number, width in enumerate(widths, start=1):
        layers |= {
            f"conv{number}": nn.Conv2d(before, width, 7, bias=False),
            f"norm{number}": nn.BatchNorm2d(width),
            f"relu{number}": nn.ReLU(),
        }
        before = width
    ends = {"flatten": nn.Flatten(), "dropout": nn.Dropout(0.1), "dense": nn.Linear(before * 16, 10)}
    return layers | ends


def build(task: str, name: str) -> nn.Sequential:
    """Return a network of `cnnviz.zoo.architectures`, or one that only teaches."""
    if name in WIDTHS:
        return nn.Sequential(OrderedDict(sevens(WIDTHS[name])))
    return architectures.build(task, name)
