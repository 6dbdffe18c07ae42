"""The lectures' network with 10 and 20 filters, forward, in plain NumPy, with every stage kept.

It is what Home draws, where loading PyTorch would cost more than the page, and a second judge of the
network in `cnnviz.zoo`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cnnviz.check import check_array
from cnnviz.ops.activation import activate
from cnnviz.ops.conv import ConvResult, conv2d
from cnnviz.ops.pool import PoolResult, pool2d
from cnnviz.ops.softmax import SoftmaxResult, softmax
from cnnviz.specs import ConvSpec, PoolSpec

Array = npt.NDArray[np.float64]
FIVE = ConvSpec(kernel_size=(5, 5))


@dataclass(frozen=True, slots=True, eq=False)
class Journey:
    """One picture on its way through the network.

    Parameters
    ----------
    conv1, conv2 : ConvResult
        The two convolutions: 10 maps of 24 × 24, 20 maps of 8 × 8.
    relu1, relu2 : array
        Their outputs with every negative number set to 0.
    pool1, pool2 : PoolResult
        The two max-pools: 12 × 12 and 4 × 4.
    hidden : array, shape (100,)
        Output of the first fully connected layer, after ReLU.
    softmax : SoftmaxResult
        The ten scores and probabilities.
    """

    conv1: ConvResult
    relu1: Array
    pool1: PoolResult
    conv2: ConvResult
    relu2: Array
    pool2: PoolResult
    hidden: Array
    softmax: SoftmaxResult


def ten_twenty(image: npt.ArrayLike, weights: Mapping[str, npt.ArrayLike]) -> Journey:
    """Send a picture through the network: (conv 5×5, ReLU, max-pool 2) twice, dense 100, dense 10.

    Parameters
    ----------
    image : array_like, shape (1, 28, 28)
        The prepared picture, normalised as the model's card says.
    weights : mapping
        ``conv1.weight`` (10, 1, 5, 5), ``conv2.weight`` (20, 10, 5, 5), ``dense1.weight`` (100, 320),
        ``dense2.weight`` (10, 100) and the ``.bias`` of each.

    Raises
    ------
    ShapeError
        If the picture or a weight does not fit.
    """
    conv1 = conv2d(image, weights["conv1.weight"], weights["conv1.bias"], FIVE)
    relu1 = activate(conv1.output, "relu").value
    pool1 = pool2d(relu1, PoolSpec())
    conv2 = conv2d(pool1.output, weights["conv2.weight"], weights["conv2.bias"], FIVE)
    relu2 = activate(conv2.output, "relu").value
    pool2 = pool2d(relu2, PoolSpec())
    hidden = np.maximum(_dense(pool2.output.ravel(), weights, "dense1"), 0)
    scores = softmax(_dense(hidden, weights, "dense2"))
    return Journey(conv1, relu1, pool1, conv2, relu2, pool2, hidden, scores)


def _dense(vector: Array, weights: Mapping[str, npt.ArrayLike], name: str) -> Array:
    weight = check_array(f"{name}.weight", weights[f"{name}.weight"], ndim=2)
    return np.asarray(weight @ vector + check_array(f"{name}.bias", weights[f"{name}.bias"], ndim=1))
