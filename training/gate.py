"""Fit the gate of a model, which says whether a picture shows one of the classes at all.

A logistic regression on the features before the last dense layer, fitted to training pictures against
pictures made to show none of the classes; how strongly its weights are held back, and the threshold, are
settled on held-out pictures of both kinds.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from cnnviz.learn.evaluate import separation
from cnnviz.learn.gate import belonging_of, features, reads, scores
from cnnviz.zoo.measures import GateWeights
from training.validation import Pictures

F32 = NDArray[np.float32]
KEEP = 0.98  # of the held-out pictures of the classes are let pass
DECAYS = (1e-4, 1e-3, 1e-2, 1e-1)  # of the weights, for standardised features
STEPS = 200


@dataclass(frozen=True)
class Fitted:
    """A gate, the probability below which it closes, and how many held-out pictures it then lets pass."""

    weights: GateWeights
    threshold: float
    kept: float


def fit(net: nn.Sequential, pictures: Pictures) -> Fitted:
    """Return the gate of `net`."""
    layer = reads(net)
    drawn, shown = zip(*((features(net, layer, part), own) for part, own in pictures.training()), strict=True)
    every, is_known = np.concatenate(drawn), np.concatenate(shown)
    known, strange = every[is_known], every[~is_known]
    held_known, held_strange = (
        features(net, layer, part) for part in (pictures.held().inputs, pictures.strange())
    )
    tried = [GateWeights(layer, *regression(known, strange, decay)) for decay in DECAYS]
    areas = [separation(scores(held_known, one), scores(held_strange, one)).auroc for one in tried]
    print("gate, held out:", dict(zip(DECAYS, (round(area, 4) for area in areas), strict=True)), flush=True)
    best = tried[int(np.argmax(areas))]
    return settled(best, held_known)


def said(layer: str, held_known: F32) -> Fitted:
    """Return the gate of a network that says itself, by the last number of a layer, whether it sees one."""
    weight = np.zeros(held_known.shape[1], np.float32)
    weight[-1] = 1
    return settled(GateWeights(layer, weight, 0.0), held_known)


def settled(weights: GateWeights, held_known: F32) -> Fitted:
    """Return a gate that lets pass `KEEP` of held-out pictures of the classes, by their features (N, F)."""
    passing = belonging_of(held_known, weights)
    threshold = round(float(np.quantile(passing, 1 - KEEP, method="lower")) - 5e-5, 4)
    return Fitted(weights, max(threshold, 0.0), float((passing >= threshold).mean()))


def regression(known: F32, strange: F32, decay: float) -> tuple[F32, float]:
    """Return weight (F,) and bias that tell features (N, F) of the classes from those of anything else.

    Both sides count alike, however many pictures they have; `decay` is of weights for standardised
    features, and standardising is folded into what is returned.
    """
    every = np.concatenate([known, strange]).astype(np.float64)
    mean, std = every.mean(0), every.std(0) + 1e-6
    inputs = torch.from_numpy((every - mean) / std)
    wanted = torch.cat([torch.ones(len(known)), torch.zeros(len(strange))]).double()
    share = torch.where(wanted > 0, 0.5 / len(known), 0.5 / len(strange))
    weight = torch.zeros(inputs.shape[1], dtype=torch.float64, requires_grad=True)
    bias = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([weight, bias], max_iter=STEPS, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimiser.zero_grad()
        each = functional.binary_cross_entropy_with_logits(inputs @ weight + bias, wanted, reduction="none")
        total = (share * each).sum() + decay / 2 * weight.square().sum()
        total.backward()
        return total

    optimiser.step(loss)
    plain = weight.detach().numpy() / std
    return plain.astype(np.float32), float(bias.detach() - plain @ mean)
