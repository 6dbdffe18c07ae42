"""Apply a network made for small pictures to a wide canvas, and mark where it sees something.

A dense layer after a flatten is a convolution whose kernel is as large as the map. Written that way the
network slides over a picture of any size and answers for every window in one forward pass
(P. Sermanet et al., "OverFeat", 2013, section 3.5).
"""

import copy
from collections import OrderedDict

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from cnnviz.errors import ModelError, RangeError
from cnnviz.explain import guard, layers
from cnnviz.explain.field import fields
from cnnviz.explain.results import CanvasScan, Found, Rectangle
from cnnviz.explain.sweep import Contestant

Floats = npt.NDArray[np.float32]

MARGIN = 2  # px at the rim of a window that a well-placed drawing leaves free
RIM_SHARE = 0.02  # of the ink may lie there
LEAST_INK = 0.02  # mean of a window that counts as drawn on
OFF_CENTRE = 4.0  # px off the middle at which a window's score has fallen to 1/e


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


def scan(contestant: Contestant, canvas: npt.ArrayLike, shape: tuple[int, int, int]) -> CanvasScan:
    """Return what a network sees in every window of a wide canvas, and where it sees something.

    A network for digits has no class for "nothing here", so softmax alone cannot find them. A window counts
    where ink lies in it, almost none of it in the outer 2 px (cut-off neighbours); its score is the
    probability of its first guess times ``exp(-(d/4)²)``, with d the distance in pixels of the ink's centre
    from the middle. The best window is taken, those overlapping its middle half dropped, and so on.

    Parameters
    ----------
    contestant : Contestant
        Network and normalisation.
    canvas : array_like, shape (C, H, W), float32 in 0..1
        Light on black, as the network's pictures are; at least as large as them.
    shape : (int, int, int)
        (C, H, W) the network was made for.

    Raises
    ------
    RangeError
        If the canvas is smaller than the network's pictures.
    """
    pixels = guard.batch(canvas)
    if pixels.shape[2] < shape[1] or pixels.shape[3] < shape[2]:
        raise RangeError(
            "canvas_small", wanted=f"{shape[1]} × {shape[2]}", got=f"{pixels.shape[2]} × {pixels.shape[3]}"
        )
    sliding = fully_convolutional(contestant.net, shape)
    mean, std = (torch.tensor(part).view(1, -1, 1, 1) for part in (contestant.mean, contestant.std))
    with torch.no_grad():
        answers = guard.run(sliding, (pixels - mean) / std)[0]
    stride = _stride(sliding, shape)
    rows, cols = ((pixels.shape[2 + i] - shape[1 + i]) // stride[i] + 1 for i in (0, 1))
    logits = answers[:, :rows, :cols]  # a map can hold an answer more, for a window cut off at the end
    probs = logits.softmax(0).numpy()
    ink = pixels[0].mean(0).numpy()
    found = _found(probs, ink, stride, (shape[1], shape[2]))
    return CanvasScan(logits.numpy(), probs, stride, (shape[1], shape[2]), found)


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


def _stride(sliding: nn.Sequential, shape: tuple[int, int, int]) -> tuple[int, int]:
    rows, cols = fields(sliding, shape)
    return rows.jump, cols.jump


def _found(probs: Floats, ink: Floats, stride: tuple[int, int], window: tuple[int, int]) -> tuple[Found, ...]:
    """Return the best windows, none within the middle half of a better one, from left to right."""
    scores = probs.max(0) * _centred(ink, probs.shape[1:], stride, window)
    found: list[Found] = []
    while scores.max() > 0:
        row, col = (int(i) for i in np.unravel_index(scores.argmax(), scores.shape))
        top, left = row * stride[0], col * stride[1]
        class_idx = int(probs[:, row, col].argmax())
        place = Rectangle(top, top + window[0], left, left + window[1])
        found.append(Found(class_idx, float(probs[class_idx, row, col]), place))
        near_row, near_col = (side // 2 // step for side, step in zip(window, stride, strict=True))
        scores[max(0, row - near_row) : row + near_row + 1, max(0, col - near_col) : col + near_col + 1] = 0
    return tuple(sorted(found, key=lambda one: one.window.left))


def _centred(ink: Floats, size: tuple[int, int], stride: tuple[int, int], window: tuple[int, int]) -> Floats:
    """Return for each window how well a drawing sits in it: 0 for none or a cut-off one, to 1."""
    windows = np.lib.stride_tricks.sliding_window_view(ink, window)[:: stride[0], :: stride[1]]
    windows = windows[: size[0], : size[1]]  # (h, w, H, W)
    mass = windows.sum((2, 3))
    inner = windows[..., MARGIN:-MARGIN, MARGIN:-MARGIN].sum((2, 3))
    safe = np.maximum(mass, 1e-9)
    down = np.einsum("hwij,i->hw", windows, np.arange(window[0]) - (window[0] - 1) / 2) / safe
    right = np.einsum("hwij,j->hw", windows, np.arange(window[1]) - (window[1] - 1) / 2) / safe
    drawn = (mass >= LEAST_INK * window[0] * window[1]) & (mass - inner <= RIM_SHARE * mass)
    score: Floats = drawn * np.exp(-(down**2 + right**2) / OFF_CENTRE**2)
    return score
