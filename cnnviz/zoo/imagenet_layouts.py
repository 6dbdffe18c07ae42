"""The named architectures as stacks of named layers and blocks, without weights.

A layout is built on PyTorch's ``meta`` device: shapes and no numbers, no memory, well under a second.
Those that torchvision has are torchvision's own layers, put into one `nn.Sequential`; the others follow their
papers. `cnnviz.trace.summary` makes their tables.
"""

from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor, nn

from cnnviz.check import check_choice
from cnnviz.stack.networks import NETWORKS
from cnnviz.zoo import stack_builder
from cnnviz.zoo.imagenet_table import ARCHITECTURES
from cnnviz.zoo.torchvision_compat import torchvision

REDUCTION = 16  # of the squeeze-and-excitation gate; J. Hu et al. (2018), section 6.4
SHORT: Mapping[type[nn.Module], str] = MappingProxyType(
    {nn.Conv2d: "conv", nn.ReLU: "relu", nn.MaxPool2d: "pool", nn.Linear: "dense", nn.Dropout: "dropout"}
)
Layers = OrderedDict[str, nn.Module]


def layout(name: str) -> nn.Sequential:
    """Return an architecture on the ``meta`` device, in eval mode.

    Parameters
    ----------
    name : str
        A key of `imagenet_table.ARCHITECTURES`.

    Raises
    ------
    ChoiceError
        If the name is unknown.

    Examples
    --------
    >>> sum(weight.numel() for weight in layout("vgg16").parameters())
    138357544
    """
    check_choice("architecture", name, tuple(ARCHITECTURES))
    known = ARCHITECTURES[name].torchvision
    if not known and name not in OWN:
        return stack_builder.build(NETWORKS[name], device="meta")
    with torch.device("meta"):
        return nn.Sequential(OWN[name]()).eval() if name in OWN else sequential(torchvision_network(known))


def torchvision_network(name: str) -> nn.Module:
    """Return a network of torchvision, by its name there, for prediction and without trained weights.

    Its activations are not in place, so that every layer's output can be kept and shown.
    """
    models = torchvision().models
    extra: dict[str, Any] = {"aux_logits": False, "init_weights": False} if name == "googlenet" else {}
    network: nn.Module = getattr(models, name)(**extra)
    for part in network.modules():
        if getattr(part, "inplace", False):
            part.inplace = False  # type: ignore[assignment]  # a plain attribute
    return network.eval()


def sequential(net: nn.Module) -> nn.Sequential:
    """Return a classifier of torchvision as one stack of named layers and blocks, sharing its weights.

    Stages are opened up, blocks stay whole, a flatten is put before the first layer that needs a vector;
    the forward pass is the same. Plain layers of a stage are called by kind and number, ``conv1``, blocks
    by stage and number, ``layer1_0``.

    Parameters
    ----------
    net : nn.Module
        AlexNet, VGG, GoogLeNet or ResNet of `torchvision.models`.
    """
    layers: Layers = OrderedDict()
    counts: Counter[str] = Counter()
    for name, part in net.named_children():
        inside = part.named_children() if isinstance(part, nn.Sequential) else [("", part)]
        for inner_name, inner in inside:
            if isinstance(inner, (nn.Linear, nn.Dropout)) and "flatten" not in layers:
                layers["flatten"] = nn.Flatten()
            kind = SHORT.get(type(inner), "") if inner_name else ""
            counts[kind] += 1
            layers[f"{kind}{counts[kind]}" if kind else f"{name}_{inner_name}".rstrip("_")] = inner
    return nn.Sequential(layers).eval()


def alexnet_two_gpus() -> Layers:
    """Return AlexNet as in the paper: maps 2, 4 and 5 see only the half of the maps on their own GPU.

    The paper says 224×224 pictures; its sizes (55×55 after the first layer) come out for 227×227.
    """
    return _with_head(
        {
            "conv1": nn.Conv2d(3, 96, 11, stride=4),
            "relu1": nn.ReLU(),
            "norm1": nn.LocalResponseNorm(5),
            "pool1": nn.MaxPool2d(3, 2),
            "conv2": nn.Conv2d(96, 256, 5, padding=2, groups=2),
            "relu2": nn.ReLU(),
            "norm2": nn.LocalResponseNorm(5),
            "pool2": nn.MaxPool2d(3, 2),
            "conv3": nn.Conv2d(256, 384, 3, padding=1),
            "relu3": nn.ReLU(),
            "conv4": nn.Conv2d(384, 384, 3, padding=1, groups=2),
            "relu4": nn.ReLU(),
            "conv5": nn.Conv2d(384, 256, 3, padding=1, groups=2),
            "relu5": nn.ReLU(),
            "pool5": nn.MaxPool2d(3, 2),
        }
    )


def zfnet() -> Layers:
    """Return ZFNet: AlexNet with a smaller, denser first layer; sizes as in figure 3 of the paper."""
    return _with_head(
        {
            "conv1": nn.Conv2d(3, 96, 7, stride=2, padding=1),
            "relu1": nn.ReLU(),
            "pool1": nn.MaxPool2d(3, 2, padding=1),
            "norm1": nn.LocalResponseNorm(5),
            "conv2": nn.Conv2d(96, 256, 5, stride=2),
            "relu2": nn.ReLU(),
            "pool2": nn.MaxPool2d(3, 2, padding=1),
            "norm2": nn.LocalResponseNorm(5),
            "conv3": nn.Conv2d(256, 384, 3, padding=1),
            "relu3": nn.ReLU(),
            "conv4": nn.Conv2d(384, 384, 3, padding=1),
            "relu4": nn.ReLU(),
            "conv5": nn.Conv2d(384, 256, 3, padding=1),
            "relu5": nn.ReLU(),
            "pool5": nn.MaxPool2d(3, 2),
        }
    )


def se_resnet50() -> Layers:
    """Return ResNet-50 with a squeeze-and-excitation gate at the end of every bottleneck, before the sum."""
    network = torchvision_network("resnet50")
    layers: Layers = OrderedDict(sequential(network).named_children())
    for name, part in layers.items():
        if name.startswith("layer"):
            layers[name] = Gated(part)
    return layers


class Gated(nn.Module):
    """A bottleneck of torchvision with a squeeze-and-excitation gate on its way before the sum."""

    def __init__(self, block: Any) -> None:
        super().__init__()
        self.way = nn.Sequential(
            OrderedDict(
                conv1=block.conv1,
                bn1=block.bn1,
                relu1=nn.ReLU(),
                conv2=block.conv2,
                bn2=block.bn2,
                relu2=nn.ReLU(),
                conv3=block.conv3,
                bn3=block.bn3,
            )
        )
        channels = block.conv3.out_channels
        self.gate = nn.Sequential(
            OrderedDict(
                squeeze=nn.AdaptiveAvgPool2d(1),
                reduce=nn.Conv2d(channels, channels // REDUCTION, 1),
                relu=nn.ReLU(),
                expand=nn.Conv2d(channels // REDUCTION, channels, 1),
                sigmoid=nn.Sigmoid(),
            )
        )
        self.shortcut = block.downsample or nn.Identity()
        self.relu = nn.ReLU()

    def forward(self, maps: Tensor) -> Tensor:
        """Return ``relu(shortcut + gate · way)``."""
        way = self.way(maps)
        output: Tensor = self.relu(self.shortcut(maps) + self.gate(way) * way)
        return output


def _with_head(features: dict[str, nn.Module]) -> Layers:
    """Return the layers with the dense end of AlexNet and ZFNet."""
    head: dict[str, nn.Module] = {
        "flatten": nn.Flatten(),
        "dropout6": nn.Dropout(),
        "dense6": nn.Linear(9216, 4096),
        "relu6": nn.ReLU(),
        "dropout7": nn.Dropout(),
        "dense7": nn.Linear(4096, 4096),
        "relu7": nn.ReLU(),
        "dense8": nn.Linear(4096, 1000),
    }
    return OrderedDict(features | head)


OWN: Mapping[str, Callable[[], Layers]] = MappingProxyType(
    {"alexnet-two-gpus": alexnet_two_gpus, "zfnet": zfnet, "se-resnet50": se_resnet50}
)
