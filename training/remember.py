"""What the first weights knew, to be learned beside the class, so that a network does not forget it.

A network that begins with ImageNet, or with the joints of hands, and goes on with pictures made by code soon
keeps only what tells those apart, and photos have more. So it also learns, for each picture, what it made of
it at first: its last numbers, turned so that a few tell most. Z. Li, D. Hoiem, "Learning without forgetting"
(2016); W. Chen et al., "Automated synthetic-to-real generalization" (2020).
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from cnnviz.learn.loop import Batch, Source, normalise
from training import pretrained

SIDES = {"imagenet": 128, "hands": 192}  # rows and columns in which the network, as it was, gets a picture
SHOWN, AT_ONCE = 2560, 64  # pictures by which the directions are chosen, and how many at a time
STRENGTH = 0.2  # standard deviation of all numbers together, beside bones of about that size


class Memory:
    """A source whose batches also hold what the network, as it was at first, makes of each picture.

    Parameters
    ----------
    source : Source
        Gives pictures (B, 3, H, W) in 0..1, labels, and perhaps other numbers.
    count : int
        How many numbers a picture: along the directions in which pictures of `source` differ most.
    net : nn.Sequential
        Gets the weights that it begins with, and is asked.
    """

    def __init__(self, source: Source, count: int, net: nn.Sequential) -> None:
        self.source = source
        pretrained.begin(net)
        self.side = SIDES[pretrained.knowledge(net)]
        self.net = net[:-1].eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch
        generator = torch.Generator().manual_seed(3)
        at = torch.arange(AT_ONCE)
        shown = torch.cat([self._seen(source(at, generator)[0]) for _ in range(SHOWN // AT_ONCE)])
        self.mean = shown.mean(0)
        _, ways = torch.linalg.eigh(torch.cov(shown.T))  # the largest spread comes last
        self.ways = ways[:, -count:]
        self.scale = STRENGTH / ((shown - self.mean) @ self.ways).std()

    def __call__(self, indices: Tensor, generator: torch.Generator) -> Batch:
        """Return a batch of the source, with `count` numbers more."""
        pictures, labels, *more = self.source(indices, generator)
        seen = (self._seen(pictures) - self.mean) @ self.ways * self.scale
        return pictures, labels, torch.cat([*more, seen], 1)

    @torch.no_grad()
    def _seen(self, pictures: Tensor) -> Tensor:
        """Return the last features, (B, M)."""
        larger = functional.interpolate(pictures, (self.side, self.side), mode="bilinear")
        inputs = normalise(larger, pretrained.MEAN, pretrained.STD)
        with torch.autocast("cpu", torch.bfloat16):
            found: Tensor = self.net(inputs.contiguous(memory_format=torch.channels_last))
        return found.flatten(1).float()
