"""Stacks as values: shapes, why a layer does not fit, text for links."""

import base64
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.errors import CnnvizError, ModelError, RangeError, ShapeError
from cnnviz.stack.layers import (
    ACTIVATIONS,
    ActivationLayer,
    BatchNormLayer,
    ConvLayer,
    DenseLayer,
    DropoutLayer,
    FlattenLayer,
    Layer,
    PoolLayer,
)
from cnnviz.stack.networks import NETWORKS
from cnnviz.stack.spec import StackSpec

FLATTEN, DENSE = FlattenLayer(), DenseLayer()
pairs = st.tuples(st.integers(1, 4), st.integers(1, 4))


@st.composite
def any_layer(draw: st.DrawFn) -> Layer:
    """Return a layer with legal settings."""
    window, stride, seed = draw(pairs), draw(pairs), draw(st.integers(0, 99))
    conv = ConvLayer(
        filters=draw(st.integers(1, 4)),
        kernel_size=window,
        stride=stride,
        padding=draw(pairs),
        bias=draw(st.booleans()),
        kernels=draw(st.sampled_from([(), ("identity",), ("box", "gaussian", "identity")])),
        seed=seed,
    )
    pool = PoolLayer(
        pool=draw(st.sampled_from(["max", "average", "l2", "global_average"])),
        kernel_size=window,
        stride=stride,
    )
    padded = PoolLayer(
        pool=draw(st.sampled_from(["max", "average"])), kernel_size=(3, 2), stride=stride, padding=(1, 1)
    )
    function = ActivationLayer(function=draw(st.sampled_from(ACTIVATIONS)))
    dense = DenseLayer(units=draw(st.integers(1, 6)), bias=draw(st.booleans()), seed=seed)
    return draw(
        st.sampled_from([conv, pool, padded, function, dense, FLATTEN, BatchNormLayer(), DropoutLayer()])
    )


def stacks() -> st.SearchStrategy[StackSpec]:
    """Return stacks whose layers may or may not fit."""
    shapes = st.tuples(st.sampled_from([1, 3]), st.integers(1, 20), st.integers(1, 20))
    layers = st.lists(any_layer(), max_size=6).map(tuple)
    return st.builds(StackSpec, input_shape=shapes, layers=layers)


@given(stacks())
def test_text_and_dict_come_back_as_the_same_stack(stack: StackSpec) -> None:
    assert StackSpec.from_text(stack.to_text()) == stack
    assert StackSpec.from_dict(stack.to_dict()) == stack


@pytest.mark.parametrize("name", NETWORKS)
def test_the_lectures_networks_fit_and_make_short_links(name: str) -> None:
    assert NETWORKS[name].places()
    assert len(NETWORKS[name].to_text()) < 600


def test_layers_are_named_and_numbered_by_kind() -> None:
    layers = (
        ConvLayer(),
        ActivationLayer(),
        PoolLayer(),
        ConvLayer(),
        PoolLayer(pool="average"),
        FLATTEN,
        DENSE,
    )
    names = StackSpec(input_shape=(1, 28, 28), layers=layers).names
    assert names == ("Conv0", "ReLU0", "MaxP0", "Conv1", "AvgP0", "Flat0", "Dense0")


@pytest.mark.parametrize(
    ("layers", "position", "why"),
    [
        ((DENSE,), 1, "Put a flatten layer"),
        ((FLATTEN, ConvLayer()), 2, "Move it before the flatten layer"),
        ((FLATTEN, PoolLayer()), 2, "Move it before the flatten layer"),
        ((ConvLayer(kernel_size=(9, 1)),), 1, "the window spans 9 rows, but the padded input has only 8"),
        (
            (ConvLayer(filters=4), ConvLayer(filters=3, groups=3)),
            2,
            "4 maps cannot be shared out among 3 groups",
        ),
        ((ConvLayer(kernels=("log",)),), 1, "`kernels` does not know"),
    ],
)
def test_says_which_layer_does_not_fit_and_why(layers: tuple[Layer, ...], position: int, why: str) -> None:
    with pytest.raises(ModelError, match=why) as caught:
        StackSpec(input_shape=(1, 8, 8), layers=layers).places()
    assert caught.value.values["position"] == position
    assert "맞지 않습니다" in caught.value.worded("ko")
    assert "{" not in caught.value.worded("ko")


@given(stacks())
def test_the_beginning_is_the_longest_that_fits(stack: StackSpec) -> None:
    beginning = stack.beginning()
    assert beginning.fitting() is beginning
    longer = StackSpec(input_shape=stack.input_shape, layers=stack.layers[: len(beginning.layers) + 1])
    if longer != beginning:
        with pytest.raises(ModelError):
            longer.places()


def test_refuses_an_output_that_would_fill_the_memory() -> None:
    with pytest.raises(ModelError, match="its output would have"):
        StackSpec(input_shape=(3, 512, 512), layers=(ConvLayer(filters=512),)).places()


@pytest.mark.parametrize(
    "make",
    [
        lambda: ConvLayer(filters=0),
        lambda: ConvLayer(kernel_size=(12, 1)),
        lambda: ConvLayer(filters=4, groups=3),
        lambda: PoolLayer(pool="l2", padding=(1, 1)),
        lambda: DropoutLayer(share=1.0),
        lambda: ActivationLayer(function="step"),
        lambda: StackSpec(input_shape=(2, 8, 8)),
        lambda: StackSpec(input_shape=(1, 8, 8), layers=(FLATTEN,) * 41),
    ],
)
def test_illegal_settings_cannot_be_made(make: object) -> None:
    with pytest.raises(CnnvizError):
        make()


def test_a_typed_kernel_has_the_size_of_the_layer() -> None:
    with pytest.raises(ShapeError, match="the typed kernel is 1×2"):
        ConvLayer(kernels=("typed",), typed=((1.0, 2.0),))
    with pytest.raises((RangeError, ShapeError), match="`typed`"):
        ConvLayer(kernels=("typed",))


BOMB = base64.urlsafe_b64encode(zlib.compress(b" " * 10_000_000)).decode()


@pytest.mark.parametrize(
    "text", ["", "x", "!!", "한글", BOMB, base64.urlsafe_b64encode(zlib.compress(b"[1]")).decode()]
)
def test_a_link_that_is_no_stack_is_refused(text: str) -> None:
    with pytest.raises(ModelError, match="This link does not describe"):
        StackSpec.from_text(text)


@pytest.mark.parametrize(
    "layer", [{}, {"kind": "x"}, {"kind": "conv", "filters": -1}, {"kind": "dense", "x": 1}, 3]
)
def test_a_dict_that_is_no_stack_is_refused(layer: object) -> None:
    with pytest.raises(ModelError, match="This link does not describe"):
        StackSpec.from_dict({"input_shape": [1, 8, 8], "layers": [layer]})
