"""Weights to begin with: the networks that find palms and joints in MediaPipe Hands, from its package.

The one for joints learned from many thousand photos of hands and rendered ones. Its blocks are those of
EfficientNet-Lite, their batch normalisation folded into the convolutions; here it is unfolded again. Only
needed to train: ``pip install --no-deps -r training/requirements-landmarks.txt``.

F. Zhang et al., "MediaPipe Hands: on-device real-time hand tracking" (2020); Apache License 2.0 (Google).
"""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

FILE = "modules/hand_landmark/hand_landmark_full.tflite"
PALMS = "modules/palm_detection/palm_detection_lite.tflite"  # `training.finder` begins with it
DEPTHWISE, CONV, DEQUANTIZE, PRELU = "DEPTHWISE_CONV_2D", "CONV_2D", "DEQUANTIZE", "PRELU"
DENSE, PLACES, THERE = "FULLY_CONNECTED", "Identity", "handflag"  # the last two: in the names of layers
AXES = {CONV: (0, 3, 1, 2), DEPTHWISE: (3, 0, 1, 2)}  # from those of TensorFlow Lite to PyTorch's

Pair = tuple[NDArray[np.float32], NDArray[np.float32]]


def begin(net: nn.Sequential, mean: tuple[float, ...], std: tuple[float, ...]) -> None:
    """Put the weights into every convolution of `net`, for pictures normalised by `mean` and `std`.

    TensorFlow pads a convolution with a stride at the far edges only, PyTorch at all: the same maps lie a few
    pixels elsewhere, which the mean over them does not mind.

    Raises
    ------
    ValueError
        If a layer has another shape than in the package.
    """
    put(net, convolutions(), mean, std)


def know_joints(net: nn.Sequential) -> None:
    """Put the weights into `net` up to its layer `joints`, for pictures in 0..1; it pads as TensorFlow does.

    Raises
    ------
    ValueError
        If a layer has another shape than in the package.
    """
    convs = [layer for layer in net.modules() if isinstance(layer, nn.Conv2d)]
    before = [1 - conv.kernel_size[0] % 2 for conv in convs]  # zeros in front of kernels that are even here
    pairs = [
        (np.pad(kernel, ((0, 0), (0, 0), (more, 0), (more, 0))), bias)
        for (kernel, bias), more in zip(convolutions(), before, strict=True)
    ]
    put(net, pairs, (0.0,) * 3, (1.0,) * 3)
    dense = {name: parts for kind, name, parts in _learned(FILE) if kind == DENSE}
    there = next(parts for name, parts in dense.items() if THERE in name)
    flat = [
        every.reshape(-1, 3, *every.shape[1:])[:, :2].reshape(-1, *every.shape[1:]) for every in dense[PLACES]
    ]
    last = dict(net.named_children())["joints"]
    assert isinstance(last, nn.Linear)  # noqa: S101
    with torch.no_grad():
        for ours, places, one in zip((last.weight, last.bias), flat, there, strict=True):
            ours.copy_(torch.from_numpy(np.concatenate([places, one])))


def put(net: nn.Sequential, pairs: list[Pair], mean: tuple[float, ...], std: tuple[float, ...]) -> None:
    """Put kernels (M, C, H, W) and biases (M,) into the convolutions of `net` and their normalisation."""
    convs = [layer for layer in net.modules() if isinstance(layer, nn.Conv2d)]
    norms = [layer for layer in net.modules() if isinstance(layer, nn.BatchNorm2d)]
    for number, (conv, norm, pair) in enumerate(zip(convs, norms, pairs, strict=True)):
        kernel, bias = map(torch.from_numpy, pair)
        if conv.weight.shape != kernel.shape:
            wrong = f"convolution {number} has shape {tuple(conv.weight.shape)}, not {tuple(kernel.shape)}"
            raise ValueError(wrong)
        if number == 0:  # there pictures come in 0..1
            bias = bias + (kernel * torch.tensor(mean)[:, None, None]).sum((1, 2, 3))
            kernel = kernel * torch.tensor(std)[:, None, None]
        with torch.no_grad():
            conv.weight.copy_(kernel)
            norm.bias.copy_(bias)
            norm.weight.fill_(1)
            norm.running_mean.zero_()  # type: ignore[union-attr]  # it keeps them
            norm.running_var.fill_(1 - norm.eps)  # type: ignore[union-attr]


@torch.no_grad()
def unfold(net: nn.Sequential, inputs: Tensor) -> None:
    """Let batch normalisation know mean and variance of what it sees of `inputs`; the answers stay."""
    seen: dict[nn.Module, tuple[Tensor, Tensor]] = {}

    def look(norm: nn.Module, maps: tuple[Tensor]) -> None:
        seen[norm] = (maps[0].mean((0, 2, 3)), maps[0].var((0, 2, 3)))

    norms = [layer for layer in net.modules() if isinstance(layer, nn.BatchNorm2d)]
    hooks = [norm.register_forward_pre_hook(look) for norm in norms]
    net.eval()(inputs)
    for hook in hooks:
        hook.remove()
    for norm in norms:
        mean, variance = seen[norm]
        norm.running_mean.copy_(mean)  # type: ignore[union-attr]
        norm.running_var.copy_(variance)  # type: ignore[union-attr]
        norm.weight.copy_((variance + norm.eps).sqrt())
        norm.bias += mean


def convolutions() -> list[Pair]:
    """Return kernel (M, C, H, W) and bias (M,) of every convolution of the network for joints, in order."""
    return [(part[0], part[1]) for part in layers(FILE) if len(part) > 1]


def layers(name: str) -> list[tuple[NDArray[np.float32], ...]]:
    """Return what layers of a file of the package learned, in its order.

    Kernel (M, C, H, W) and bias (M,) of a convolution; slopes (C,) of a leaky activation (PReLU).
    """
    return [parts for kind, _, parts in _learned(name) if kind != DENSE]


def _learned(name: str) -> Iterator[tuple[str, str, tuple[NDArray[np.float32], ...]]]:
    """Give kind, name and weights of each layer that learned: as `layers` does, and of dense ones."""
    import tflite  # only to train

    names = {code: name for name, code in vars(tflite.BuiltinOperator).items() if isinstance(code, int)}
    model = tflite.Model.GetRootAs(_file(name).read_bytes(), 0)
    graph = model.Subgraphs(0)
    kept_half: dict[int, int] = {}  # place of a tensor in float32: that of the same in float16
    for place in range(graph.OperatorsLength()):
        step = graph.Operators(place)
        code = model.OperatorCodes(step.OpcodeIndex())
        kind, inputs = names[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())], step.InputsAsNumpy()
        output = int(step.OutputsAsNumpy()[0])
        if kind == DEQUANTIZE:
            kept_half[output] = int(inputs[0])
        elif kind in (*AXES, PRELU, DENSE):
            first, *rest = (_tensor(model, kept_half.get(int(at), int(at))) for at in inputs[1:])
            if kind in AXES:
                first = np.ascontiguousarray(first.transpose(AXES[kind]))
            elif kind == PRELU:
                first = first.ravel()
            yield kind, graph.Tensors(output).Name().decode(), (first, *rest)


def _file(name: str) -> Path:
    package = find_spec("mediapipe")
    if not package or not package.origin:
        raise ModuleNotFoundError("pip install --no-deps -r training/requirements-landmarks.txt")
    return Path(package.origin).parent / name


def _tensor(model: Any, place: int) -> NDArray[np.float32]:
    tensor = model.Subgraphs(0).Tensors(place)
    kind = {0: np.float32, 1: np.float16}[tensor.Type()]
    flat = np.frombuffer(model.Buffers(tensor.Buffer()).DataAsNumpy().tobytes(), kind)
    return flat.reshape(tensor.ShapeAsNumpy()).astype(np.float32)
