"""The architectures that are named in every course: who made them, when, what goes in. No torch here."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

IMAGE = (3, 224, 224)


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """One architecture and where it comes from.

    Parameters
    ----------
    title : str
        Its name on screen, the same in every language.
    year : int
        Of the publication; 0 for a network of the lectures.
    authors, source : str
        Who, and in which publication; empty for a network of the lectures.
    input_shape : (int, int, int)
        (C, H, W).
    torchvision : str
        Name in `torchvision.models`, where it has the architecture.
    blocks : tuple of str
        The blocks it is made of: inception, residual, bottleneck, squeeze_excitation.
    """

    title: str
    year: int = 0
    authors: str = ""
    source: str = ""
    input_shape: tuple[int, int, int] = IMAGE
    torchvision: str = ""
    blocks: tuple[str, ...] = ()


_ALEXNET = "A. Krizhevsky, I. Sutskever, G. Hinton"
_VGG = (
    "K. Simonyan, A. Zisserman",
    "Very deep convolutional networks for large-scale image recognition, ICLR 2015",
)
_RESNET = ("K. He, X. Zhang, S. Ren, J. Sun", "Deep residual learning for image recognition, CVPR 2016")


def _vgg(depth: int) -> Architecture:
    authors, source = _VGG
    return Architecture(
        title=f"VGG-{depth}", year=2014, authors=authors, source=source, torchvision=f"vgg{depth}"
    )


def _resnet(depth: int) -> Architecture:
    authors, source = _RESNET
    return Architecture(
        title=f"ResNet-{depth}",
        year=2015,
        authors=authors,
        source=source,
        torchvision=f"resnet{depth}",
        blocks=("residual",) if depth < 50 else ("bottleneck",),
    )


ARCHITECTURES: Mapping[str, Architecture] = MappingProxyType(
    {
        "lenet5": Architecture(
            title="LeNet-5",
            year=1998,
            authors="Y. LeCun, L. Bottou, Y. Bengio, P. Haffner",
            source="Gradient-based learning applied to document recognition, Proceedings of the IEEE 86",
            input_shape=(1, 28, 28),
        ),
        "alexnet-two-gpus": Architecture(
            title="AlexNet (two GPUs)",
            year=2012,
            authors=_ALEXNET,
            source="ImageNet classification with deep convolutional neural networks, NIPS 2012",
            input_shape=(3, 227, 227),
        ),
        "alexnet": Architecture(
            title="AlexNet (one GPU)",
            year=2014,
            authors="A. Krizhevsky",
            source="One weird trick for parallelizing convolutional neural networks, arXiv:1404.5997",
            torchvision="alexnet",
        ),
        "zfnet": Architecture(
            title="ZFNet",
            year=2013,
            authors="M. Zeiler, R. Fergus",
            source="Visualizing and understanding convolutional networks, ECCV 2014",
        ),
        "vgg16": _vgg(16),
        "vgg19": _vgg(19),
        "googlenet": Architecture(
            title="GoogLeNet",
            year=2014,
            authors="C. Szegedy and others",
            source="Going deeper with convolutions, CVPR 2015",
            torchvision="googlenet",
            blocks=("inception",),
        ),
        **{f"resnet{depth}": _resnet(depth) for depth in (18, 34, 50, 101, 152)},
        "se-resnet50": Architecture(
            title="SE-ResNet-50",
            year=2017,
            authors="J. Hu, L. Shen, G. Sun",
            source="Squeeze-and-excitation networks, CVPR 2018",
            blocks=("squeeze_excitation", "bottleneck"),
        ),
        "ten-twenty": Architecture(title="ten-twenty", input_shape=(1, 28, 28)),
        "three-conv": Architecture(title="three-conv", input_shape=(1, 28, 28)),
        "six-filter": Architecture(title="six-filter", input_shape=(3, 32, 32)),
        "mlp": Architecture(title="mlp", input_shape=(1, 28, 28)),
        "photo-stack": Architecture(title="photo-stack", input_shape=(3, 300, 400)),
    }
)


@dataclass(frozen=True, slots=True)
class Milestone:
    """One step of the history: year, name, authors, publication, and the error it reported.

    Parameters
    ----------
    key : str
        Of what was new in it, in the catalogue.
    error_percent : float or None
        Top-5 error on the ImageNet challenge's test pictures, of the entry or ensemble reported, in
        percent.
    architecture : str
        Key in `ARCHITECTURES`; empty where its layout is not shown.
    """

    key: str
    year: int
    title: str
    source: str
    error_percent: float | None = None
    architecture: str = ""


HISTORY = (
    Milestone("neocognitron", 1980, "Neocognitron", "K. Fukushima, Biological Cybernetics 36, 193-202"),
    Milestone("zip", 1989, "Zip codes", "Y. LeCun et al., Neural Computation 1, 541-551"),
    Milestone(
        "lenet5", 1998, "LeNet-5", "Y. LeCun et al., Proceedings of the IEEE 86, 2278-2324", None, "lenet5"
    ),
    Milestone("alexnet", 2012, "AlexNet", "A. Krizhevsky et al., NIPS 2012", 15.3, "alexnet-two-gpus"),
    Milestone("zfnet", 2013, "ZFNet", "M. Zeiler, R. Fergus, ECCV 2014, table 2", 14.8, "zfnet"),
    Milestone("vgg", 2014, "VGG", "K. Simonyan, A. Zisserman, ICLR 2015, table 7", 7.3, "vgg16"),
    Milestone("googlenet", 2014, "GoogLeNet", "C. Szegedy et al., CVPR 2015, table 2", 6.67, "googlenet"),
    Milestone("resnet", 2015, "ResNet", "K. He et al., CVPR 2016, table 5", 3.57, "resnet152"),
    Milestone("senet", 2017, "SENet", "J. Hu et al., CVPR 2018, section 6.1", 2.251, "se-resnet50"),
)
