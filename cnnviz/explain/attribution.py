"""Why this answer: attributions by captum, each on a private twin of the network.

Every function takes the network, one prepared picture (C, H, W) and a class, and returns an
`Attribution`. What is explained is the class' *logit*: a probability also moves when other classes do.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from cnnviz.check import check_choice, check_integer
from cnnviz.errors import ModelError
from cnnviz.explain import guard, layers
from cnnviz.explain.results import Answer, Attribution

METHODS = ("saliency", "integrated_gradients", "occlusion", "grad_cam", "guided_grad_cam")
LAYER_METHODS = ("grad_cam", "guided_grad_cam")  # those that ask one layer
BATCH_NUMBERS = 1 << 14  # input numbers in one batch of variants (20 digits): the maps stay in the cache


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What to ask an attribution; hashable, fit for a cache key.

    Parameters
    ----------
    class_idx : int, optional
        The class to explain; the first guess if left out.
    layer : str
        For Grad-CAM; `layers.default_layer` if left out.
    baseline : tuple of float
        What "nothing there" is, one number a channel or one for all, in the network's normalised numbers;
        black is ``(0 - mean) / std``. For integrated gradients and occlusion.
    steps : int
        Points of the integral of integrated gradients.
    """

    class_idx: int | None = None
    layer: str = ""
    baseline: tuple[float, ...] = (0.0,)
    steps: int = 50


def answer(net: nn.Module, picture: npt.ArrayLike) -> Answer:
    """Return logits and probabilities of `net` for one prepared picture (C, H, W)."""
    with torch.no_grad():
        logits = guard.forward(guard.twin(net), guard.batch(picture))
    return Answer(logits[0].numpy(), logits.softmax(1)[0].numpy())


def attribute(
    net: nn.Module, picture: npt.ArrayLike, *, method: str, question: Question | None = None
) -> Attribution:
    """Return the attribution of `picture` by one of `METHODS`.

    Parameters
    ----------
    net : nn.Module
        Gives logits; left untouched.
    picture : array_like, shape (C, H, W), float32
        As prepared for the network.
    method : str
        One of `METHODS`.
    question : Question, optional
        Class, layer and baseline; the first guess, the default layer and 0 if left out.

    Raises
    ------
    ChoiceError, RangeError
        If there is no such method, class or layer.
    ModelError
        If the network does not take the picture, or the layer cannot say where.
    """
    check_choice("method", method, METHODS)
    asked = question or Question()
    class_idx = answer(net, picture).order[0] if asked.class_idx is None else asked.class_idx
    baseline = torch.tensor(asked.baseline).view(-1, 1, 1)
    if method == "saliency":
        return saliency(net, picture, class_idx=class_idx)
    if method == "integrated_gradients":
        return integrated_gradients(net, picture, class_idx=class_idx, baseline=baseline, steps=asked.steps)
    if method == "occlusion":
        return occlusion(net, picture, class_idx=class_idx, baseline=baseline)
    ask = grad_cam if method == "grad_cam" else guided_grad_cam
    return ask(net, picture, class_idx=class_idx, layer=asked.layer or None)


def num_passes(method: str, shape: Sequence[int], question: Question) -> int:
    """Return about how many pictures of `shape` a method sends through the network: for its progress.

    Examples
    --------
    >>> num_passes("occlusion", (3, 224, 224), Question())
    101
    """
    if method == "integrated_gradients":
        return question.steps + 3
    if method == "occlusion":
        side = max(1, min(shape[1:]) // 5)
        stride = max(1, side // 2)
        return 1 + math.prod(math.ceil((size - side) / stride) + 1 for size in shape[1:])
    return {"saliency": 2, "grad_cam": 4, "guided_grad_cam": 5}[method]


def attribute_all(
    net: nn.Module,
    picture: npt.ArrayLike,
    *,
    question: Question | None = None,
    methods: Sequence[str] = METHODS,
) -> tuple[Attribution, ...]:
    """Return `attribute` by each of `methods`; those that need maps are left out where there are none."""
    asked = question or Question()
    have_maps = bool(asked.layer or layers.map_layers(net, picture))
    usable = [method for method in methods if have_maps or method not in LAYER_METHODS]
    return tuple(attribute(net, picture, method=method, question=asked) for method in usable)


def saliency(net: nn.Module, picture: npt.ArrayLike, *, class_idx: int) -> Attribution:
    """Return the gradient of the class' logit by each input number.

    Shows how the logit would react to a very small change of each pixel, and not how much the pixel
    as it is contributes. `heat` is the largest absolute gradient over the channels.

    References
    ----------
    K. Simonyan, A. Vedaldi, A. Zisserman, "Deep inside convolutional networks" (2014), section 3.1.

    Examples
    --------
    >>> net = nn.Sequential(nn.Flatten(), nn.Linear(4, 1, bias=False))
    >>> weights = net[1].weight.detach().view(1, 2, 2).numpy()
    >>> bool((saliency(net, np.ones((1, 2, 2)), class_idx=0).values == weights).all())
    True
    """
    subject, pixels = _prepare(net, picture, class_idx)
    values = _captum().Saliency(subject).attribute(pixels, target=class_idx, abs=False)
    signed = _array(values)
    return Attribution("saliency", class_idx, "", signed, np.abs(signed).max(0), signed=False)


def integrated_gradients(
    net: nn.Module,
    picture: npt.ArrayLike,
    *,
    class_idx: int,
    baseline: npt.ArrayLike = 0.0,
    steps: int = 50,
) -> Attribution:
    """Return what each pixel contributes on the straight way from a baseline to the picture.

    ``(x - x') · ∫ ∂logit/∂x(x' + a·(x - x')) da`` for a from 0 to 1, by Gauss-Legendre. The values add up
    to the difference of the logit between picture and baseline; `delta` is what is missing. It depends on
    the baseline: a pixel that equals it gets exactly 0. `heat` is the sum over channels.

    Parameters
    ----------
    net, picture, class_idx
        As in `attribute`.
    baseline : float or array_like that broadcasts to (C, H, W)
        x', "nothing to see", in the network's normalised numbers; black is ``(0 - mean) / std``.
    steps : int
        Points of the integral, from 2 to 500.

    References
    ----------
    M. Sundararajan, A. Taly, Q. Yan, "Axiomatic attribution for deep networks" (2017), equation 1.
    """
    subject, pixels = _prepare(net, picture, class_idx)
    check_integer("steps", steps, 2, 500)
    start = torch.as_tensor(baseline, dtype=torch.float32).expand(pixels.shape[1:]).unsqueeze(0)
    values, delta = (
        _captum()
        .IntegratedGradients(subject)
        .attribute(
            pixels,
            start,
            target=class_idx,
            n_steps=steps,
            internal_batch_size=_at_once(pixels),
            return_convergence_delta=True,
        )
    )
    signed = _array(values)
    return Attribution(
        "integrated_gradients", class_idx, "", signed, signed.sum(0), signed=True, delta=float(delta)
    )


def occlusion(
    net: nn.Module,
    picture: npt.ArrayLike,
    *,
    class_idx: int,
    window: int | None = None,
    baseline: npt.ArrayLike = 0.0,
) -> Attribution:
    """Return how far the class' logit falls when a square that covers the place hides it.

    The square moves by half its side; a pixel under several squares gets their mean. Shows what
    really happens without a place, yet a covered picture is one the network never learnt from.

    Parameters
    ----------
    net, picture, class_idx
        As in `attribute`.
    window : int, optional
        Side of the square in pixels; about a fifth of the shorter side if left out.
    baseline : float or array_like that broadcasts to (C, H, W)
        What the square is filled with, as in `integrated_gradients`.

    References
    ----------
    M. Zeiler, R. Fergus, "Visualizing and understanding convolutional networks" (2014), section 4.2.
    """
    subject, pixels = _prepare(net, picture, class_idx)
    channels, height, width = pixels.shape[1:]
    side = max(1, min(height, width) // 5) if window is None else window
    check_integer("window", side, 1, min(height, width))
    stride = max(1, side // 2)
    cover = torch.as_tensor(baseline, dtype=torch.float32).expand(pixels.shape[1:]).unsqueeze(0)
    with torch.no_grad():
        values = (
            _captum()
            .Occlusion(subject)
            .attribute(
                pixels,
                (channels, side, side),
                strides=(channels, stride, stride),
                baselines=cover,
                target=class_idx,
                perturbations_per_eval=_at_once(pixels),
            )
        )
    signed = _array(values)[:1]  # every channel is covered at once and gets the same value
    return Attribution("occlusion", class_idx, "", signed, signed[0], signed=True)


def grad_cam(
    net: nn.Module, picture: npt.ArrayLike, *, class_idx: int, layer: str | None = None
) -> Attribution:
    """Return the maps of a layer, weighted by what they mean for the class, summed and cut off at 0.

    ``relu(Σ_k w_k · A_k)`` with w_k the mean of the gradient of the logit over map A_k. Shows the region,
    as coarse as the layer's map (`coarse`), and nothing that speaks against the class. `values` and `heat`
    are enlarged to the picture's size by bilinear interpolation.

    Parameters
    ----------
    net, picture, class_idx
        As in `attribute`.
    layer : str, optional
        Its name, with dots into a block; `layers.default_layer` if left out.

    Raises
    ------
    ModelError
        If the layer has no maps, or maps of one cell only, which cannot say where.

    References
    ----------
    R. Selvaraju et al., "Grad-CAM" (2017), equations 1 and 2.
    """
    subject, pixels = _prepare(net, picture, class_idx)
    name = layer or layers.default_layer(net, picture)
    target = _map_module(subject, name, pixels)
    coarse = (
        _captum().LayerGradCam(subject, target).attribute(pixels, target=class_idx, relu_attributions=True)
    )
    large = nn.functional.interpolate(coarse, pixels.shape[2:], mode="bilinear")
    values = _array(large)
    return Attribution("grad_cam", class_idx, name, values, values[0], signed=False, coarse=_array(coarse)[0])


def guided_grad_cam(
    net: nn.Module, picture: npt.ArrayLike, *, class_idx: int, layer: str | None = None
) -> Attribution:
    """Return guided back-propagation times Grad-CAM: sharp, but edges alone draw much of it.

    Guided back-propagation passes a gradient through a ReLU, be it a layer or a function as in GoogLeNet,
    only where it is positive; in a network without ReLUs (LeNet-5) it is the plain gradient, and
    ``num_relus`` of the result is 0. It looks much the same for every class; only the Grad-CAM factor tells
    classes apart. Grad-CAM is enlarged by nearest neighbour, as captum does. `heat` is the sum over channels.

    Parameters
    ----------
    net, picture, class_idx, layer
        As in `grad_cam`.

    References
    ----------
    R. Selvaraju et al., "Grad-CAM" (2017), section 3.2; J. Adebayo et al., "Sanity checks for saliency
    maps" (2018), for what it does not show.
    """
    subject, pixels = _prepare(net, picture, class_idx)
    name = layer or layers.default_layer(net, picture)
    target = _map_module(subject, name, pixels)
    coarse = (
        _captum().LayerGradCam(subject, target).attribute(pixels, target=class_idx, relu_attributions=True)
    )
    with _Guided() as guided:
        score = guard.forward(subject, pixels)[0, class_idx]
    gradient = torch.autograd.grad(score, pixels)[0]
    signed = _array(gradient * nn.functional.interpolate(coarse, pixels.shape[2:], mode="nearest"))
    return Attribution(
        "guided_grad_cam", class_idx, name, signed, signed.sum(0), signed=True, num_relus=guided.count
    )


class _Guided(TorchFunctionMode):
    """Makes every ReLU of this thread's forward passes a guided one, and counts them."""

    RELUS = frozenset(
        {nn.functional.relu, nn.functional.relu_, torch.relu, torch.relu_, Tensor.relu, Tensor.relu_}
    )

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func not in self.RELUS:
            return func(*args, **(kwargs or {}))
        self.count += 1
        return _GuidedReLU.apply(args[0])  # type: ignore[no-untyped-call]  # torch


class _GuidedReLU(torch.autograd.Function):
    """A ReLU whose gradient is cut off at 0 on the way back, too.

    J. Springenberg et al., "Striving for simplicity: the all convolutional net" (2015), section 3.4.
    """

    @staticmethod
    def forward(ctx: Any, numbers: Tensor) -> Tensor:
        """Return what a ReLU gives."""
        output = numbers.clamp(min=0)
        ctx.save_for_backward(output)
        return output

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        """Return the gradient where both it and the number that went in are positive."""
        (output,) = ctx.saved_tensors
        passed: Tensor = gradients[0].clamp(min=0) * (output > 0)
        return passed


def _captum() -> ModuleType:
    """Import captum when first needed: 0.5 s. Its hooks are on a twin."""
    import captum.attr

    module: ModuleType = captum.attr
    return module


def _prepare(net: nn.Module, picture: npt.ArrayLike, class_idx: int) -> tuple[nn.Module, Tensor]:
    subject, pixels = guard.twin(net), guard.batch(picture)
    with torch.no_grad():
        logits = guard.forward(subject, pixels)
    check_integer("class_idx", class_idx, 0, logits.shape[1] - 1)
    return subject, pixels.requires_grad_()


def _map_module(subject: nn.Module, name: str, pixels: Tensor) -> nn.Module:
    """Return the layer called `name` if its output can say where."""
    module = layers.submodule(subject, name)
    shapes: list[tuple[int, ...]] = []
    handle = module.register_forward_hook(lambda _module, _input, output: shapes.append(tuple(output.shape)))
    with torch.no_grad():
        subject(pixels)
    handle.remove()
    if len(shapes[0]) != 4 or min(shapes[0][2:]) < 2:
        raise ModelError("layer_without_maps", layer=name, got=shapes[0][1:])
    return module


def _at_once(pixels: Tensor) -> int:
    """Return how many variants of a picture go into one batch."""
    return max(1, BATCH_NUMBERS // pixels.numel())


def _array(values: Tensor) -> npt.NDArray[np.float32]:
    """Return the only item of a batch as a float32 array."""
    return values.detach()[0].float().numpy()
