"""Apply a network made for small pictures to a wide canvas, all at once.

A dense layer after a flatten is a convolution whose kernel is as large as the map. Written that way the
network slides over a picture of any size and answers for every window in one forward pass
(P. Sermanet et al., "OverFeat", 2013, section 3.5).
"""

import copy
from collections import OrderedDict
from dataclasses import dataclass

import numpy.typing as npt
import torch
from torch import nn

from cnnviz.errors import ModelError, RangeError
from cnnviz.explain import guard, layers
from cnnviz.explain.field import fields
from cnnviz.explain.results import CanvasScan
from cnnviz.explain.sweep import Contestant


def fully_convolutional(net: nn.Module, shape: tuple[int, int, int]) -> nn.Sequential:
    """Return a network that answers for every window of a larger picture, (N, K, h, w).

    Parameters
    ----------
    net : nn.Sequential
        Named layers for pictures of `shape`; left untouched. Weights are shared in memory.
    shape : (int, int, int)
        (C, H, W) the network was made for.

    Returns
    -------
    nn.Sequential
        Layers keep their names. Where no layer pads, each answer equals the network's on the cut-out
        window; padding inside the network makes a difference at the rim of the windows.

    Raises
    ------
    ModelError
        If a layer has no counterpart that slides.

    Examples
    --------
    >>> net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(8, 3))
    >>> fully_convolutional(net, (1, 4, 4))(torch.zeros(1, 1, 4, 9)).shape
    torch.Size([1, 3, 1, 6])
    """
    sliding: OrderedDict[str, nn.Module] = OrderedDict()
    signal, maps = torch.zeros(1, *shape), shape
    for name, part in layers.children(guard.twin(net)).items():
        sliding[name] = _slide(part, name, maps)
        with torch.no_grad():
            signal = guard.run(part, signal)
        if signal.ndim == 4:
            maps = (signal.shape[1], signal.shape[2], signal.shape[3])
        elif not isinstance(part, nn.Flatten):
            maps = (signal.shape[1], 1, 1)
    return nn.Sequential(sliding).eval()


@dataclass(frozen=True, slots=True, eq=False)
class Slider:
    """A network made ready to answer for every window of canvases.

    Parameters
    ----------
    net : nn.Sequential
        As `fully_convolutional` makes it.
    window : (int, int)
        Rows and columns of the pictures it was made for.
    stride : (int, int)
        Rows and columns from one window to the next.
    mean, std : tuple of float
        What its input is normalised with, a number a channel.
    """

    net: nn.Sequential
    window: tuple[int, int]
    stride: tuple[int, int]
    mean: tuple[float, ...]
    std: tuple[float, ...]

    def scan(self, canvas: npt.ArrayLike) -> CanvasScan:
        """Return what the network answers for every window of a canvas, in one forward pass.

        `cnnviz.explain.sheet.read_sheet` tells from such answers where something is.

        Parameters
        ----------
        canvas : array_like, shape (C, H, W), float32 in 0..1
            Light on black, as the network's pictures are; at least as large as them.

        Raises
        ------
        RangeError
            If the canvas is smaller than the network's pictures.
        """
        pixels = guard.batch(canvas)
        if pixels.shape[2] < self.window[0] or pixels.shape[3] < self.window[1]:
            wanted, got = (f"{rows} × {cols}" for rows, cols in (self.window, pixels.shape[2:]))
            raise RangeError("canvas_small", wanted=wanted, got=got)
        mean, std = (torch.tensor(part).view(1, -1, 1, 1) for part in (self.mean, self.std))
        with torch.no_grad():
            answers = guard.run(self.net, (pixels - mean) / std)[0]
        rows, cols = ((pixels.shape[2 + i] - self.window[i]) // self.stride[i] + 1 for i in (0, 1))
        logits = answers[:, :rows, :cols]  # a map can hold an answer more, for a window cut off at the end
        return CanvasScan(logits.numpy(), logits.softmax(0).numpy(), self.stride, self.window)


def slider(contestant: Contestant, shape: tuple[int, int, int]) -> Slider:
    """Return a network, made for pictures of `shape` (C, H, W), ready to slide over canvases.

    Raises
    ------
    ModelError
        If a layer has no counterpart that slides.
    """
    net = fully_convolutional(contestant.net, shape)
    rows, cols = fields(net, shape)
    return Slider(net, shape[1:], (rows.jump, cols.jump), contestant.mean, contestant.std)


def _slide(part: nn.Module, name: str, maps: tuple[int, int, int]) -> nn.Module:
    """Return the counterpart of a layer that takes maps of any size; `maps` is what it was made for."""
    if isinstance(part, nn.Flatten):
        return nn.Identity()
    if isinstance(part, nn.Linear):
        return _as_convolution(part, maps)
    if isinstance(part, nn.AdaptiveAvgPool2d):
        return nn.AvgPool2d(maps[1:], stride=1)
    if isinstance(part, (nn.AdaptiveMaxPool2d, nn.BatchNorm1d, nn.Softmax)):
        raise ModelError("layer_cannot_slide", layer=name, kind=type(part).__name__)
    return copy.deepcopy(part)


def _as_convolution(dense: nn.Linear, maps: tuple[int, int, int]) -> nn.Conv2d:
    made = nn.Conv2d(maps[0], dense.out_features, maps[1:], device="meta")
    weight = dense.weight.detach().view(dense.out_features, *maps)
    made.weight = nn.Parameter(weight, requires_grad=False)
    made.bias = None if dense.bias is None else nn.Parameter(dense.bias.detach(), requires_grad=False)
    return made
