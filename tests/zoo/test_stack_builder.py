"""Networks made of stacks: shapes agree with the arithmetic, weights with what was chosen."""

import numpy as np
import torch
from hypothesis import given, settings
from torch import nn

from cnnviz.errors import ModelError
from cnnviz.ops.conv import conv2d
from cnnviz.stack.layers import BatchNormLayer, ConvLayer, DenseLayer, FlattenLayer
from cnnviz.stack.networks import NETWORKS
from cnnviz.stack.spec import StackSpec
from cnnviz.trace.stack_run import run
from cnnviz.trace.summary import summary
from cnnviz.zoo.stack_builder import build
from tests.stack.test_spec import stacks


def picture(shape: tuple[int, ...]) -> np.ndarray:
    """Return some picture."""
    return np.random.default_rng(0).random(shape)


@settings(max_examples=80, deadline=None)
@given(stacks())
def test_shapes_are_those_of_the_arithmetic(stack: StackSpec) -> None:
    try:
        places = stack.places()
    except ModelError:
        return
    outputs = run(stack, picture(stack.input_shape))
    assert [(out.name, out.output.shape) for out in outputs] == [(p.name, p.shape_out) for p in places]
    rows = summary(build(stack, device="meta"), stack.input_shape).rows
    assert [(row.name, row.kind, row.shape_out) for row in rows] == [
        (p.name, "softmax" if p.name.startswith("Softmax") else p.layer.kind, p.shape_out) for p in places
    ]


def test_run_is_the_network() -> None:
    stack = NETWORKS["three-conv"]
    x = picture(stack.input_shape)
    with torch.no_grad():
        wanted = build(stack)(torch.from_numpy(x.astype(np.float32))[None])[0]
    np.testing.assert_allclose(run(stack, x)[-1].output, wanted, atol=1e-6)


def test_chosen_kernels_are_shared_by_the_channels() -> None:
    stack = StackSpec(input_shape=(3, 9, 9), layers=(ConvLayer(kernels=("identity", "sobel_x")),))
    x = picture((3, 9, 9))
    maps = run(stack, x)[0].output
    np.testing.assert_allclose(maps[0], x.mean(axis=0)[1:-1, 1:-1], atol=1e-6)
    sobel = conv2d(
        x.mean(axis=0, keepdims=True), [[[[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]]], spec=stack.layers[0].spec
    )
    np.testing.assert_allclose(maps[1], sobel.output[0], atol=1e-5)


def test_a_typed_kernel_is_used_as_it_is() -> None:
    layer = ConvLayer(filters=1, kernel_size=(1, 2), kernels=("typed",), typed=((2.0, -1.0),))
    out = run(StackSpec(input_shape=(1, 1, 3), layers=(layer,)), [[[1, 2, 5]]])
    assert out[0].output.tolist() == [[[0, -1]]]


def test_seeds_decide_the_random_weights_and_nothing_global_does() -> None:
    layers = (ConvLayer(seed=3), FlattenLayer(), DenseLayer(seed=4))
    stack = StackSpec(input_shape=(1, 4, 4), layers=layers)
    state = torch.get_rng_state()
    one, two = build(stack).state_dict(), build(stack).state_dict()
    assert all(torch.equal(one[name], two[name]) for name in one)
    assert torch.equal(state, torch.get_rng_state())
    other = build(StackSpec(input_shape=(1, 4, 4), layers=(ConvLayer(seed=5), *layers[1:])))
    assert not torch.equal(other.state_dict()["Conv0.weight"], one["Conv0.weight"])


def test_batch_normalisation_uses_the_pictures_own_statistics() -> None:
    stack = StackSpec(input_shape=(3, 8, 8), layers=(BatchNormLayer(),))
    maps = run(stack, picture((3, 8, 8)) * 5 + 2)[0].output
    np.testing.assert_allclose(maps.mean(axis=(1, 2)), 0, atol=1e-5)
    np.testing.assert_allclose(maps.std(axis=(1, 2)), 1, atol=1e-3)


def test_the_network_is_ready_to_predict() -> None:
    net = build(NETWORKS["lenet5"])
    assert not net.training
    assert isinstance(net.get_submodule("Conv0"), nn.Conv2d)
