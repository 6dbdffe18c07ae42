"""Follow one forward pass, call by call, without numbers and without touching what others share.

The network is copied without weights onto PyTorch's ``meta`` device and run there once. Layers note
themselves by hooks on that private copy, functions between them by a `TorchFunctionMode`, which PyTorch
keeps for each thread. (`torch.fx` would patch ``nn.Module.__call__`` for the whole process while it
traces: forward passes of other sessions then fail.)
"""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode
from torch.utils import _pytree as pytree

from cnnviz.errors import ModelError

Shape = tuple[int, ...]
Function = Callable[..., Any]
# In-place calls would overwrite what was kept; the same without: name of the method to its function.
PURE: Mapping[str, Function] = MappingProxyType(
    {
        **dict.fromkeys(("__iadd__", "add_"), torch.add),
        **dict.fromkeys(("__imul__", "mul_"), torch.mul),
        "relu_": torch.relu,
    }
)


@dataclass(frozen=True, slots=True)
class Ref:
    """The output of an earlier call; of several outputs the one at `place`. Call -1 is the input."""

    call: int
    place: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """One layer or function of a forward pass.

    Parameters
    ----------
    path : str
        The layer's name in the network; of a function that of the module that calls it.
    layer : nn.Module or None
        The layer, without numbers; None for a function.
    function : callable or None
        The function; None for a layer.
    args, kwargs : tuple, dict
        What it got, outputs of earlier calls as `Ref`.
    shapes_in, shape_out : tuple
        Of the tensors that it got and of its (first) output, without the batch.
    loose : tuple of (str, nn.Parameter)
        Weights that belong to no layer and that the function used: name in the network, shape only.
    """

    path: str
    layer: nn.Module | None
    function: Function | None
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    shapes_in: tuple[Shape, ...]
    shape_out: Shape
    loose: tuple[tuple[str, nn.Parameter], ...] = ()

    @property
    def function_name(self) -> str:
        """Name of the function without underscores, such as ``add``; empty for a layer."""
        return str(getattr(self.function, "__name__", "")).strip("_")

    @property
    def sources(self) -> tuple[int, ...]:
        """Numbers of the calls whose outputs it got, in order; -1 is the input."""
        refs = pytree.tree_leaves((self.args, dict(self.kwargs)))
        return tuple(ref.call for ref in refs if isinstance(ref, Ref))


def record(net: nn.Module, input_shape: Shape) -> tuple[Call, ...]:
    """Return the calls of a forward pass of `net` for one input of `input_shape`, in order.

    Parameters
    ----------
    net : nn.Module
        Any network whose forward pass does not look at the numbers; it is only read.
    input_shape : tuple of int
        (C, H, W) or (N,), without the batch.

    Raises
    ------
    ModelError
        If the forward pass cannot be followed or does not accept the shape.

    Examples
    --------
    >>> [call.path for call in record(nn.Sequential(nn.Flatten(), nn.Linear(4, 2)), (1, 2, 2))]
    ['0', '1']
    """
    try:
        private = without_weights(net)
    except RuntimeError as error:  # a network that cannot be copied
        raise ModelError("network_untraceable", reason=_first_line(error)) from error
    recorder = _Recorder(private)
    try:
        with torch.no_grad(), recorder:
            recorder.start(torch.empty(1, *input_shape, device="meta"))
    except NotImplementedError as error:  # a meta tensor was asked for its numbers
        raise ModelError("network_untraceable", reason=_first_line(error)) from error
    except (RuntimeError, ValueError, IndexError, TypeError) as error:  # what torch raises on a misfit
        undecided = "meta tensor" in str(error)
        if undecided:
            raise ModelError("network_untraceable", reason=_first_line(error)) from error
        raise ModelError("network_input", got=tuple(input_shape), reason=_first_line(error)) from error
    return tuple(recorder.calls)


def without_weights(net: nn.Module) -> nn.Module:
    """Return a copy of `net` for prediction that has shapes but no numbers; `net` is only read."""
    tensors = (*net.parameters(), *net.buffers())
    memo = {id(old): torch.empty_like(old, device="meta") for old in tensors}
    for old in net.parameters():
        memo[id(old)] = nn.Parameter(memo[id(old)], requires_grad=False)
    return copy.deepcopy(net, memo).eval()


class _Recorder(TorchFunctionMode):
    """Notes each layer, and each function outside a layer, of one forward pass of a private copy."""

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net
        self.calls: list[Call] = []
        self._refs: dict[int, Ref] = {}
        self._kept: list[Tensor] = []  # so that no number of an object is given twice
        self._owners = [""]
        self._inside = 0  # layers that are at work now
        self._loose = {id(weight): (name, weight) for name, weight in net.named_parameters()}
        for path, part in net.named_modules():
            self._watch(path, part)

    def start(self, picture: Tensor) -> None:
        """Run the network."""
        self._note_output(picture, -1)
        self.net(picture)

    def __torch_function__(self, func: Function, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = dict(kwargs or {})
        if self._inside:
            return func(*args, **kwargs)
        func = PURE.get(getattr(func, "__name__", ""), func)
        if kwargs.get("inplace"):
            kwargs["inplace"] = False
        result = func(*args, **kwargs)
        if isinstance(result, Tensor | tuple | list) and self._gets_some(args, kwargs):
            result = _fresh(result, args)
            self._note(self._owners[-1], None, func, (args, kwargs), result)
        return result

    def _watch(self, path: str, part: nn.Module) -> None:
        if is_layer(part):
            part.register_forward_pre_hook(self._enter_layer)
            part.register_forward_hook(
                lambda layer, args, kwargs, output: self._leave_layer(path, layer, (args, kwargs), output),
                with_kwargs=True,
            )
        else:
            part.register_forward_pre_hook(lambda *_: self._owners.append(path))
            part.register_forward_hook(self._leave_owner)

    def _leave_owner(self, *_: Any) -> None:
        self._owners.pop()

    def _enter_layer(self, *_: Any) -> None:
        self._inside += 1

    def _leave_layer(self, path: str, layer: nn.Module, given: tuple[Any, Any], output: Any) -> Any:
        output = _fresh(output, given[0])
        self._inside -= 1
        if not self._inside:
            self._note(path, layer, None, given, output)
        return output

    def _gets_some(self, args: Any, kwargs: Any) -> bool:
        return any(id(leaf) in self._refs for leaf in pytree.tree_leaves((args, kwargs)))

    def _note(
        self, path: str, layer: nn.Module | None, function: Function | None, given: Any, output: Any
    ) -> None:
        leaves = [leaf for leaf in pytree.tree_leaves(given) if isinstance(leaf, Tensor)]
        known = [leaf for leaf in leaves if id(leaf) in self._refs]
        loose = tuple(self._loose[id(leaf)] for leaf in leaves if id(leaf) in self._loose)
        args, kwargs = pytree.tree_map(lambda leaf: self._refs.get(id(leaf), leaf), given)
        outputs = [leaf for leaf in pytree.tree_leaves(output) if isinstance(leaf, Tensor)]
        if not outputs:
            return
        shapes = tuple(tuple(leaf.shape[1:]) for leaf in known)
        shape_out = tuple(outputs[0].shape[1:])
        self.calls.append(Call(path, layer, function, args, kwargs, shapes, shape_out, loose))
        for place, leaf in enumerate(outputs):
            self._note_output(leaf, len(self.calls) - 1, place)

    def _note_output(self, tensor: Tensor, call: int, place: int = 0) -> None:
        self._kept.append(tensor)
        self._refs[id(tensor)] = Ref(call, place)


def is_layer(part: nn.Module) -> bool:
    """Return whether `part` counts as one layer: a module of PyTorch that is no container."""
    return type(part).__module__.startswith("torch.nn") and not isinstance(
        part, nn.Sequential | nn.ModuleList | nn.ModuleDict
    )


def _fresh(output: Any, given: Any) -> Any:
    """Return `output`; where it is the input itself, as an identity gives it, another object on it."""
    if isinstance(output, Tensor) and any(output is leaf for leaf in pytree.tree_leaves(given)):
        with torch._C.DisableTorchFunction():
            return output.view(output.shape)
    return output


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
