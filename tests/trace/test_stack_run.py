"""Running a stack: what is left out, what is refused."""

import numpy as np
import pytest

from cnnviz.errors import ModelError, ShapeError
from cnnviz.stack.layers import ConvLayer
from cnnviz.stack.networks import NETWORKS
from cnnviz.stack.spec import StackSpec
from cnnviz.trace.stack_run import run


def test_alexnet_runs_up_to_its_huge_dense_layers() -> None:
    outputs = run(NETWORKS["alexnet-two-gpus"], np.zeros((3, 227, 227)))
    assert (outputs[-1].name, outputs[-1].output.shape) == ("Drop0", (9216,))


def test_refuses_a_picture_of_another_shape() -> None:
    with pytest.raises(ShapeError, match="The picture is 1×4×5, but the stack takes 1×4×4"):
        run(StackSpec(input_shape=(1, 4, 4)), np.zeros((1, 4, 5)))


@pytest.mark.parametrize(
    ("layer", "why"),
    [
        (ConvLayer(filters=64, padding=(1, 1)), "hold 16,777,216 numbers"),
        (ConvLayer(filters=64, kernel_size=(11, 11), stride=(2, 2)), "multiplications for one picture"),
    ],
)
def test_refuses_what_would_tie_up_the_server(layer: ConvLayer, why: str) -> None:
    with pytest.raises(ModelError, match=why):
        run(StackSpec(input_shape=(3, 512, 512), layers=(layer,)), np.zeros((3, 512, 512)))


def test_an_empty_stack_has_no_outputs() -> None:
    assert run(StackSpec(input_shape=(1, 4, 4)), np.zeros((1, 4, 4))) == ()
