"""The networks that are trained here, each an `nn.Sequential` of named layers.

Input is (N, C, H, W) float32, normalised as the model's card says; output is (N, classes) logits.
ReLUs are not in place, so that every layer's output can be kept and shown.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from types import MappingProxyType

from torch import Tensor, nn

from cnnviz import check


def build(task: str, name: str) -> nn.Sequential:
    """Return network `name` for `task` with untrained weights.

    Raises
    ------
    ChoiceError
        If the task or the network is unknown.

    Examples
    --------
    >>> [layer for layer, _ in build("digits", "mlp").named_children()][:3]
    ['flatten', 'dense1', 'relu1']
    """
    check.check_choice("task", task, tuple(BUILDERS))
    check.check_choice("model", name, tuple(BUILDERS[task]))
    return nn.Sequential(OrderedDict(BUILDERS[task][name]()))


Layers = dict[str, nn.Module]


def mlp() -> Layers:
    """Return the lectures' dense network, 784-256-256-10: 269,322 parameters."""
    return {
        "flatten": nn.Flatten(),
        "dense1": nn.Linear(28 * 28, 256),
        "relu1": nn.ReLU(),
        "dense2": nn.Linear(256, 256),
        "relu2": nn.ReLU(),
        "dense3": nn.Linear(256, 10),
    }


def lenet5() -> Layers:
    """Return LeNet-5 as it is taught: tanh, average pooling, every map connected; 61,706 parameters.

    Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document
    recognition" (1998), section II.B; there C3 joins only some maps and the pools have weights.
    """
    return {
        "conv1": nn.Conv2d(1, 6, 5, padding=2),
        "tanh1": nn.Tanh(),
        "pool1": nn.AvgPool2d(2),
        "conv2": nn.Conv2d(6, 16, 5),
        "tanh2": nn.Tanh(),
        "pool2": nn.AvgPool2d(2),
        "flatten": nn.Flatten(),
        "dense1": nn.Linear(400, 120),
        "tanh3": nn.Tanh(),
        "dense2": nn.Linear(120, 84),
        "tanh4": nn.Tanh(),
        "dense3": nn.Linear(84, 10),
    }


def ten_twenty() -> Layers:
    """Return the lectures' network with 10 and 20 filters of 5x5: 38,390 parameters."""
    return {
        "conv1": nn.Conv2d(1, 10, 5),
        "relu1": nn.ReLU(),
        "pool1": nn.MaxPool2d(2),
        "conv2": nn.Conv2d(10, 20, 5),
        "relu2": nn.ReLU(),
        "pool2": nn.MaxPool2d(2),
        "flatten": nn.Flatten(),
        "dense1": nn.Linear(320, 100),
        "relu3": nn.ReLU(),
        "dense2": nn.Linear(100, 10),
    }


def three_conv() -> Layers:
    """Return the lectures' network with three layers of 3x3 filters: 93,322 parameters."""
    return {
        "conv1": nn.Conv2d(1, 32, 3),
        "relu1": nn.ReLU(),
        "pool1": nn.MaxPool2d(2),
        "conv2": nn.Conv2d(32, 64, 3),
        "relu2": nn.ReLU(),
        "pool2": nn.MaxPool2d(2),
        "conv3": nn.Conv2d(64, 64, 3),
        "relu3": nn.ReLU(),
        "flatten": nn.Flatten(),
        "dense1": nn.Linear(576, 64),
        "relu4": nn.ReLU(),
        "dense2": nn.Linear(64, 10),
    }


def vgg(
    channels_in: int,
    widths: tuple[tuple[int, ...], ...],
    *,
    classes: int,
    dropout: float = 0.0,
    stem: int = 0,
) -> Layers:
    """Return stages of 3x3 convolutions with batch normalisation and ReLU, halved by a max-pool between.

    Parameters
    ----------
    channels_in : int
        Channels of the picture.
    widths : tuple of tuple of int
        Output channels of each convolution, stage by stage.
    classes : int
        Number of logits.
    dropout : float
        Share of the pooled features put to 0 during training.
    stem : int
        Channels of a convolution before the stages that halves the picture itself: 5x5, stride 2; 0
        for none.

    Source: K. Simonyan, A. Zisserman (2014) for the stages; M. Lin, Q. Chen, S. Yan, "Network in
    network" (2013) for the global average pool before the classifier.
    """
    layers: Layers = {}
    number, before = 0, channels_in
    if stem:
        number, before = 1, stem
        layers |= {
            "conv1": nn.Conv2d(channels_in, stem, 5, stride=2, padding=2, bias=False),
            "norm1": nn.BatchNorm2d(stem),
            "relu1": nn.ReLU(),
        }
    for stage, stage_widths in enumerate(widths, start=1):
        for width in stage_widths:
            number += 1
            layers[f"conv{number}"] = nn.Conv2d(before, width, 3, padding=1, bias=False)
            layers[f"norm{number}"] = nn.BatchNorm2d(width)
            layers[f"relu{number}"] = nn.ReLU()
            before = width
        last = stage == len(widths)
        layers[f"pool{stage}"] = nn.AdaptiveAvgPool2d(1) if last else nn.MaxPool2d(2)
    layers["flatten"] = nn.Flatten()
    if dropout:
        layers["dropout"] = nn.Dropout(dropout)
    layers["dense"] = nn.Linear(before, classes)
    return layers


def digits_best() -> Layers:
    """Return the digit network of at most 500,000 parameters."""
    return vgg(1, ((32,), (64, 64), (128, 128, 128)), classes=10, dropout=0.1)


def clothes_best() -> Layers:
    """Return the clothes network of at most 2,000,000 parameters."""
    return vgg(1, ((48,), (96, 96, 96), (192, 192, 192, 256)), classes=10, dropout=0.3)


def hands_small() -> Layers:
    """Return the network for computer-generated hands, 64x64 colour."""
    return vgg(3, ((16,), (32,), (64,), (64, 128)), classes=3, dropout=0.2)


def hands_photos() -> Layers:
    """Return the network for photos of hands, 96x96 colour."""
    return vgg(3, ((32,), (96, 96), (192, 192), (320,)), classes=3, dropout=0.2, stem=16)


class InvertedResidual(nn.Sequential):
    """A block that widens, filters each map by itself, and narrows again; its input is added where it fits.

    Parameters
    ----------
    before, after : int
        Channels of the input and of the output.
    kernel, stride : int
        Of the depthwise convolution; one of even size pads as much before as the odd one below it.
    widen : int
        How many times as many channels the depthwise convolution works on; 1 for no widening.

    Source: M. Sandler et al., "MobileNetV2: inverted residuals and linear bottlenecks" (2018).
    """

    def __init__(self, before: int, after: int, kernel: int, stride: int, widen: int) -> None:
        wide = before * widen
        layers: Layers = {}
        if widen > 1:
            layers |= {
                "expand": nn.Conv2d(before, wide, 1, bias=False),
                "norm1": nn.BatchNorm2d(wide),
                "relu1": nn.ReLU6(),
            }
        layers |= {
            "depthwise": nn.Conv2d(
                wide, wide, kernel, stride=stride, padding=(kernel - 1) // 2, groups=wide, bias=False
            ),
            "norm2": nn.BatchNorm2d(wide),
            "relu2": nn.ReLU6(),
            "project": nn.Conv2d(wide, after, 1, bias=False),
            "norm3": nn.BatchNorm2d(after),
        }
        super().__init__(OrderedDict(layers))
        self.settings = (before, after, kernel, stride, widen)
        self.adds = stride == 1 and before == after

    def forward(self, maps: Tensor) -> Tensor:
        """Return what the layers make of `maps`, plus `maps` themselves where the shapes agree."""
        way = maps
        for layer in self:
            way = layer(way)
        return maps + way if self.adds else way


# Blocks in a row of EfficientNet-Lite: how many; widening, kernel, stride of the first, channels.
LITE0 = (
    (1, 1, 3, 1, 16),
    (2, 6, 3, 2, 24),
    (2, 6, 5, 2, 40),
    (3, 6, 3, 2, 80),
    (3, 6, 5, 1, 112),
    (4, 6, 5, 2, 192),
    (1, 6, 3, 1, 320),
)
# The same of the network in MediaPipe Hands that finds the joints of a hand.
LANDMARKS = (
    (1, 1, 3, 1, 16),
    (1, 4, 3, 2, 24),
    (1, 6, 3, 1, 24),
    (2, 6, 5, 2, 40),
    (3, 6, 3, 2, 80),
    (3, 6, 5, 1, 112),
    (4, 6, 5, 2, 192),
)


def filtered(
    number: int, before: int, after: int, kernel: int, *, stride: int = 1, groups: int = 1
) -> Layers:
    """Return a convolution without bias, batch normalisation and ReLU6, numbered."""
    conv = nn.Conv2d(before, after, kernel, stride, (kernel - 1) // 2, groups=groups, bias=False)
    return {f"conv{number}": conv, f"norm{number}": nn.BatchNorm2d(after), f"relu{number}": nn.ReLU6()}


def inverted(
    table: tuple[tuple[int, ...], ...], first: int, blocks: int | None = None, *, even: bool = False
) -> Layers:
    """Return a convolution of `first` maps that halves the picture, and the (first) blocks of a table.

    With `even`, kernels that halve have a row and a column more, in front. Where these are 0, the layer does
    what TensorFlow does, which pads at the far edges only.
    """
    layers = filtered(1, 3, first, 3 + even, stride=2)
    rows = [(place, *row) for count, *row in table for place in range(count)]
    before = first
    for number, (place, widen, kernel, halves, after) in enumerate(rows[:blocks], start=1):
        stride = 1 if place else halves
        more = even and stride == 2
        layers[f"block{number}"] = InvertedResidual(before, after, kernel + more, stride, widen)
        before = after
    return layers


def pooled(before: int, classes: int) -> Layers:
    """Return the end: the mean of each of `before` maps, and a score for each class."""
    return {
        "pool": nn.AdaptiveAvgPool2d(1),
        "flatten": nn.Flatten(),
        "dropout": nn.Dropout(0.2),
        "dense": nn.Linear(before, classes),
    }


def clothes_colour() -> Layers:
    """Return the network for whole photos of clothes, in colour, at most 2,000,000 parameters.

    The first 14 blocks of EfficientNet-Lite0.
    """
    return inverted(LITE0, 32, blocks=14) | pooled(192, 10)


def clothes_names() -> Layers:
    """Return EfficientNet-Lite0 for photos of clothes, 224x224 colour: 3,383,818 parameters.

    Its weights are those that ImageNet taught, and of its 1,000 outputs ten are kept.
    """
    return inverted(LITE0, 32) | filtered(2, 320, 1280, 1) | pooled(1280, 10)


def hands_imagenet() -> Layers:
    """Return EfficientNet-Lite0 for photos of hands, 96x96 colour: 3,374,851 parameters.

    M. Tan, Q. Le, "EfficientNet: rethinking model scaling for convolutional neural networks" (2019); Lite
    is without squeeze-and-excitation and has ReLU6, so that it runs on phones. Lite0 is the smallest.
    """
    return inverted(LITE0, 32) | filtered(2, 320, 1280, 1) | pooled(1280, 3)


def hands_best() -> Layers:
    """Return the best network for photos of hands, 160x160 colour: 2,590,883 parameters.

    In MediaPipe Hands it finds the joints of a hand; here its last layer names the sign. F. Zhang et al.,
    "MediaPipe Hands: on-device real-time hand tracking" (2020).
    """
    ends = filtered(2, 192, 1152, 1) | filtered(3, 1152, 1152, 3, groups=1152)
    return inverted(LANDMARKS, 24) | ends | pooled(1152, 3)


def hands_joints() -> Layers:
    """Return the network that names a sign by where the joints are, 224x224 colour: 2,693,158 parameters.

    Up to `joints` it is the network in MediaPipe Hands, weights included: x and y of each of the 21, then how
    surely there is a hand. Three small dense layers name the sign from these. F. Zhang et al. (2020).
    """
    ends = filtered(2, 192, 1152, 1) | filtered(3, 1152, 1152, 3, groups=1152)
    return (
        inverted(LANDMARKS, 24, even=True)
        | ends
        | {
            "pool": nn.AdaptiveAvgPool2d(1),
            "flatten": nn.Flatten(),
            "joints": nn.Linear(1152, 43),
            "dense1": nn.Linear(43, 256),
            "relu4": nn.ReLU(),
            "dense2": nn.Linear(256, 128),
            "relu5": nn.ReLU(),
            "dense": nn.Linear(128, 3),
        }
    )


TEACHING: Mapping[str, Callable[[], Layers]] = MappingProxyType(
    {"mlp": mlp, "lenet5": lenet5, "ten-twenty": ten_twenty, "three-conv": three_conv}
)
BUILDERS: Mapping[str, Mapping[str, Callable[[], Layers]]] = MappingProxyType(
    {
        "digits": MappingProxyType({**TEACHING, "best": digits_best}),
        "clothes": MappingProxyType(
            {**TEACHING, "ten-names": clothes_names, "colour": clothes_colour, "best": clothes_best}
        ),
        "rps": MappingProxyType(
            {
                "small": hands_small,
                "photos": hands_photos,
                "imagenet": hands_imagenet,
                "joints": hands_joints,
                "best": hands_best,
            }
        ),
    }
)
