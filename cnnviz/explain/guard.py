"""Keep the network that everybody shares as it is: work on a private twin of it.

Gradients need hooks, modes and marks on tensors. A network of the zoo is shared by all sessions, so
nothing here ever touches it: each computation makes a `twin`, which costs a fraction of a millisecond for
the digit networks, and throws it away. There is nothing to restore, also not after a failure.
"""

from collections import OrderedDict
from collections.abc import Callable
from copy import deepcopy

import numpy.typing as npt
import torch
from torch import Tensor, nn

from cnnviz.errors import CnnvizError, ModelError, ShapeError


def twin(net: nn.Module) -> nn.Module:
    """Return a private copy of `net` that shares its numbers in memory and nothing else.

    The twin has modules of its own (in eval mode, without hooks, ReLUs not in place) and parameters of
    its own that look at the same memory and record no gradient. Whoever wants to change a weight
    replaces the parameter; writing into it would reach the original.

    Parameters
    ----------
    net : nn.Module
        Any network; left untouched.

    Returns
    -------
    nn.Module
        Of the same class.

    Examples
    --------
    >>> net = nn.Linear(2, 1)
    >>> net.weight.requires_grad, twin(net).weight.requires_grad
    (True, False)
    """
    shared: dict[int, object] = {
        id(p): nn.Parameter(p.detach(), requires_grad=False) for p in net.parameters()
    }
    shared |= {id(buffer): buffer.detach() for buffer in net.buffers()}
    copy = deepcopy(net, shared)
    for module in copy.modules():
        module.training = False
        for hooks in ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks"):
            setattr(module, hooks, OrderedDict())
        if getattr(module, "inplace", False):
            module.inplace = False  # type: ignore[assignment]  # a plain attribute; an in-place ReLU overwrites the map that is to be looked at
    return copy


def batch(picture: npt.ArrayLike) -> Tensor:
    """Return a picture (C, H, W) as a float32 batch of one, (1, C, H, W); a copy, no gradient.

    Raises
    ------
    ShapeError
        If it has another number of dimensions.
    """
    pixels = torch.as_tensor(picture, dtype=torch.float32).detach().clone()
    if pixels.ndim != 3 or not pixels.numel():
        raise ShapeError("ndim", name="picture", wanted="3", got=tuple(pixels.shape))
    return pixels.unsqueeze(0)


def run(part: nn.Module, signal: Tensor) -> Tensor:
    """Return what a layer or network makes of a batch; a failure becomes an explained error.

    Raises
    ------
    ModelError
        If the forward pass fails or gives something other than numbers.
    """
    shape = tuple(signal.shape[1:])
    try:
        output = part(signal)
    except CnnvizError:
        raise
    except (RuntimeError, ValueError, TypeError, IndexError) as error:
        raise ModelError("network_input", got=shape, reason=str(error).splitlines()[0]) from error
    if not isinstance(output, Tensor):
        raise ModelError("not_logits", got=type(output).__name__)
    return output


def forward(net: nn.Module, pictures: Tensor) -> Tensor:
    """Return the logits (N, K) of `net` for pictures (N, C, H, W).

    Raises
    ------
    ModelError
        If the forward pass fails, or gives something other than one row of logits a picture.
    """
    logits = run(net, pictures)
    if logits.ndim != 2 or len(logits) != len(pictures):
        raise ModelError("not_logits", got=tuple(logits.shape))
    return logits


class Stopped(Exception):  # noqa: N818  # no error: somebody pressed stop
    """Raise it in the callback of `watched` to end a long computation."""


def watched(net: nn.Sequential, on_batch: Callable[[int], object]) -> nn.Sequential:
    """Return a network that tells how many pictures it is given, before each forward pass.

    It is how a long attribution shows its progress: hand the watched network to it. The layers keep
    their names; `net` is untouched.

    Parameters
    ----------
    net : nn.Sequential
        Named layers.
    on_batch : callable
        Gets the number of pictures; may raise `Stopped`, which then leaves the computation.
    """
    return nn.Sequential(OrderedDict(watch=_Watch(on_batch), **dict(net.named_children())))


class _Watch(nn.Module):
    def __init__(self, on_batch: Callable[[int], object]) -> None:
        super().__init__()
        self.on_batch = on_batch

    def forward(self, pictures: Tensor) -> Tensor:
        self.on_batch(len(pictures))
        return pictures
