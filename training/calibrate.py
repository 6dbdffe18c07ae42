"""Make a network as sure as it is right: divide its logits by a temperature settled on held-out pictures.

The temperature goes into the weights of the last dense layer, so what is shipped stays a plain network.
C. Guo, G. Pleiss, Y. Sun, K. Weinberger, "On calibration of modern neural networks" (2017).
"""

import copy

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import optimize
from torch import nn

from cnnviz.learn.evaluate import batches_of

LOW, HIGH = 0.2, 5.0  # temperatures looked at


def temperature(
    logits: NDArray[np.float32], labels: NDArray[np.int64], weights: NDArray[np.float32] | None = None
) -> float:
    """Return what the logits (N, K) have to be divided by for the least mean cross-entropy.

    `weights` (N,) say how much each picture counts; alike if left out.

    Examples
    --------
    >>> sure = np.float32([[9, 0]] * 3 + [[0, 9]])  # right in three of four: odds of 3, not of exp(9)
    >>> round(9 / temperature(sure, np.zeros(4, np.int64)), 2)
    1.8
    """
    scores, wanted = torch.from_numpy(logits).double(), torch.from_numpy(labels)
    counts = torch.ones(len(labels)) if weights is None else torch.from_numpy(weights)

    def loss(logarithm: float) -> float:
        each = nn.functional.cross_entropy(scores / np.exp(logarithm), wanted, reduction="none")
        return float((each * counts).sum() / counts.sum())

    found = optimize.minimize_scalar(loss, bounds=(np.log(LOW), np.log(HIGH)), method="bounded")
    return float(np.exp(found.x))


def logits_of(net: nn.Module, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the logits of each picture, (N, K)."""
    with torch.inference_mode():
        return np.concatenate([net(batch).numpy() for batch in batches_of(inputs)])


def folded(net: nn.Sequential, divisor: float) -> nn.Sequential:
    """Return a copy of `net` whose logits are those of `net` divided by `divisor`."""
    calm = copy.deepcopy(net)
    last = [layer for layer in calm if isinstance(layer, nn.Linear)][-1]
    with torch.no_grad():
        last.weight /= divisor
        last.bias /= divisor
    return calm
