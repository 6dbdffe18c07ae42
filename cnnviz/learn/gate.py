"""Does a picture show one of a model's classes at all? A logistic regression on what the network sees.

A softmax has to share out 1 among the classes, whatever the picture shows; its highest probability says
little about pictures of something else. The features before the last dense layer say more.
"""

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from cnnviz.errors import ModelError, ShapeError
from cnnviz.learn.evaluate import batches_of
from cnnviz.zoo.measures import GateWeights

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]


def belonging(net: nn.Sequential, gate: GateWeights, inputs_f32: F32) -> F32:
    """Return how probably each picture shows one of the classes.

    Parameters
    ----------
    net : nn.Sequential
        In eval mode; only read.
    gate : GateWeights
        Of the same model, from `cnnviz.zoo.registry.gate`.
    inputs_f32 : ndarray of float32, (N, C, H, W)
        Prepared and normalised as the model's card says.

    Returns
    -------
    ndarray of float32, (N,)
        0..1; compare with `Gate.threshold`. A blank sheet shows nothing: ask `Prepared.is_empty` first.
    """
    return belonging_of(features(net, gate.layer, inputs_f32), gate)


def belonging_of(outputs_f32: F32, gate: GateWeights) -> F32:
    """Return the same as `belonging` where the output of the gate's layer is known already.

    Parameters
    ----------
    outputs_f32 : ndarray of float32, (N, ...)
        Output of ``gate.layer`` for each picture, such as ``activations(net, picture)[gate.layer][None]``.
    gate : GateWeights
        The regression.

    Raises
    ------
    ShapeError
        If the layer's output has another number of features.

    Examples
    --------
    >>> belonging_of(np.float32([[1, 2]]), GateWeights("flatten", np.float32([2, -1]), 0.0)).tolist()
    [0.5]
    """
    probs: F32 = (1 / (1 + np.exp(-np.clip(scores(outputs_f32, gate), -80, 80)))).astype(np.float32)
    return probs


def scores(outputs_f32: F32, gate: GateWeights) -> F64:
    """Return the logarithm of the odds of `belonging_of`, (N,): any real number, never rounded to 1."""
    flat = outputs_f32.reshape(len(outputs_f32), -1)  # (N, F)
    if flat.shape[1] != len(gate.weight_f32):
        raise ShapeError("gate_features", layer=gate.layer, wanted=len(gate.weight_f32), got=flat.shape[1])
    logits: F64 = flat.astype(np.float64) @ gate.weight_f32.astype(np.float64) + gate.bias
    return logits


def features(net: nn.Sequential, layer: str, inputs_f32: F32) -> F32:
    """Return the output of `layer` for each picture, flattened to (N, F).

    Raises
    ------
    ModelError
        If the network has no such layer.
    """
    names = [name for name, _ in net.named_children()]
    if layer not in names:
        raise ModelError("no_layer", name=layer, choices=", ".join(names))
    front = net[: names.index(layer) + 1]
    with torch.inference_mode():
        return np.concatenate([front(batch).flatten(1).numpy() for batch in batches_of(inputs_f32)])


def reads(net: nn.Sequential) -> str:
    """Return the layer that a gate reads: the one whose output goes into the last dense layer."""
    layers = list(net.named_children())
    last = max(place for place, (_, layer) in enumerate(layers) if isinstance(layer, nn.Linear))
    before = [name for name, layer in layers[:last] if not isinstance(layer, nn.Dropout)]
    return before[-1]
