"""A short PyTorch program that gives the scores shown on the page, to copy and run."""

import inspect
from collections.abc import Sequence

from torch import nn

HEAD = """from collections import OrderedDict

import numpy as np
import torch
from safetensors.torch import load_file
from torch import nn
"""
TAIL = """
net.load_state_dict(load_file("{weights}"))
net.eval()  # dropout off, batch normalisation with its stored mean and variance

x = torch.from_numpy(np.load("input.npy"))  # {shape}: what the network sees
with torch.no_grad():
    logits = net(x[None])[0]
print(logits)  # {logits}
print(logits.softmax(dim=0))
"""


def snippet(net: nn.Sequential, weights: str, *, shape: Sequence[int], logits: Sequence[float]) -> str:
    """Return a program that builds `net`, loads its weights and prints `logits`.

    Parameters
    ----------
    net : nn.Sequential
        Named layers; each is a layer of `torch.nn` itself, so that its own text builds it, or a block of
        ours that keeps what it was built with as `settings`: the program then holds its class.
    weights : str
        Path of the safetensors file, as the program shall name it.
    shape : sequence of int
        Shape of the input, (C, H, W).
    logits : sequence of float
        What the program prints, for its comment.

    Examples
    --------
    >>> print(snippet(nn.Sequential(), "w.safetensors", shape=(1,), logits=[0.5]).splitlines()[0])
    from collections import OrderedDict
    """
    blocks = dict.fromkeys(type(layer) for layer in net if hasattr(layer, "settings"))
    classes = "".join(f"\n\n{inspect.getsource(block)}\n" for block in blocks)
    head = HEAD.replace("import nn", "import Tensor, nn") if blocks else HEAD
    lines = [f'    ("{name}", {_built(layer)}),' for name, layer in net.named_children()]
    body = "\n".join(["net = nn.Sequential(OrderedDict([", *lines, "]))"])
    shown = ", ".join(f"{logit:.4f}" for logit in logits)
    return f"{head}{classes}\n{body}{TAIL.format(weights=weights, shape=tuple(shape), logits=shown)}"


def _built(layer: nn.Module) -> str:
    """Return the text that builds a layer or block."""
    return f"{type(layer).__name__}{layer.settings}" if hasattr(layer, "settings") else f"nn.{layer}"
