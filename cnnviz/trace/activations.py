"""Every layer's output for one picture, by a forward pass that keeps what it computes.

No hooks: on a network that several sessions share, a hook hands one session another's maps.
"""

from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from cnnviz.errors import ModelError
from cnnviz.trace.summary import layer_kind

F32 = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class LayerOutput:
    """What one layer made of the picture.

    Parameters
    ----------
    name : str
        Name of the layer in the network, such as ``conv1``.
    kind : str
        As in `cnnviz.trace.summary.LayerRow`; ``other`` for a block of layers.
    output : ndarray of float32, (C, H, W) or (F,)
        Not to be written to.
    """

    name: str
    kind: str
    output: F32


@dataclass(frozen=True, slots=True, eq=False)
class Activations:
    """A forward pass with everything in between.

    Parameters
    ----------
    input : ndarray of float32, (C, H, W)
        What the network got.
    layers : tuple of LayerOutput
        In the order of the forward pass.
    """

    input: F32
    layers: tuple[LayerOutput, ...]

    @property
    def logits(self) -> F32:
        """The last layer's output, one score a class."""
        return self.layers[-1].output

    def __getitem__(self, name: str) -> F32:
        """Return the output of the layer called `name`.

        Raises
        ------
        ModelError
            If there is no such layer.
        """
        for layer in self.layers:
            if layer.name == name:
                return layer.output
        raise ModelError("no_layer", name=name, choices=", ".join(layer.name for layer in self.layers))


def activations(net: nn.Sequential, picture_f32: F32) -> Activations:
    """Return the output of each layer of `net` for one picture.

    Parameters
    ----------
    net : nn.Sequential
        Named layers or blocks, in eval mode; only read. In-place layers would overwrite what was kept.
    picture_f32 : ndarray of float32, (C, H, W)
        Prepared and normalised as the model's card says.

    Raises
    ------
    ModelError
        If the network does not accept a picture of this shape.

    Examples
    --------
    >>> net = nn.Sequential(nn.Flatten(), nn.Linear(4, 2))
    >>> [layer.output.shape for layer in activations(net, np.ones((1, 2, 2), np.float32)).layers]
    [(4,), (2,)]
    """
    picture = np.array(picture_f32, np.float32, order="C")
    batch = torch.from_numpy(picture).unsqueeze(0)  # (1, C, H, W)
    layers = []
    try:
        with torch.inference_mode():
            for name, layer in net.named_children():
                batch = layer(batch)
                layers.append(LayerOutput(name, layer_kind(layer), _array(batch)))
    except RuntimeError as error:  # torch's word for a shape that does not fit
        raise ModelError("network_input", got=picture.shape, reason=str(error).splitlines()[0]) from error
    return Activations(picture, tuple(layers))


def _array(batch: torch.Tensor) -> F32:
    """Return the only picture of a batch as an array on the same memory."""
    return cast(F32, batch.numpy()[0])
