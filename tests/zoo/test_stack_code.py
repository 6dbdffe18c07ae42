"""The exported programs: PyTorch's is run and compared, Keras' is followed by stand-ins for its layers."""

import math
import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given, settings

from cnnviz.errors import ModelError
from cnnviz.stack.layers import ConvLayer, FlattenLayer, PoolLayer
from cnnviz.stack.networks import NETWORKS
from cnnviz.stack.spec import StackSpec
from cnnviz.trace.stack_run import run
from cnnviz.zoo.code_export import keras_code, pytorch_code
from tests.stack.test_spec import stacks

SMALL = [name for name in NETWORKS if not name.startswith("alexnet")]
TYPED = ConvLayer(filters=2, kernel_size=(2, 2), kernels=("typed", "box"), typed=((1.0, -2.0), (0.5, 3.0)))
OWN = StackSpec(input_shape=(3, 6, 6), layers=(TYPED, ConvLayer(padding=(1, 0), bias=False)))


def check_pytorch(stack: StackSpec) -> None:
    """Run the program; its network must give the outputs on screen."""
    names: dict[str, object] = {}
    exec(pytorch_code(stack).replace("print(", "("), names)  # noqa: S102  # our own text
    x = np.random.default_rng(1).random(stack.input_shape)
    with torch.no_grad():
        ours = names["net"](torch.from_numpy(x.astype(np.float32))[None])[0].numpy()
    wanted = run(stack, x)
    np.testing.assert_allclose(ours, wanted[-1].output if wanted else x, atol=1e-5)


@pytest.mark.parametrize("stack", [*(NETWORKS[name] for name in SMALL), OWN], ids=[*SMALL, "own"])
def test_pytorch_program_makes_the_numbers_on_screen(stack: StackSpec) -> None:
    check_pytorch(stack)


@settings(max_examples=60, deadline=None)
@given(stacks())
def test_pytorch_program_of_any_stack(stack: StackSpec) -> None:
    try:
        check_pytorch(stack)
    except ModelError:
        with pytest.raises(ModelError):
            stack.places()


class Layers:
    """Stand-ins that know only what the layers of Keras do to a (rows, columns, channels) shape."""

    def __getattr__(self, kind: str) -> object:
        return lambda *args, name="", **settings: SimpleNamespace(
            kind=kind, args=args, name=name, settings=settings
        )


def shape_after(layer: SimpleNamespace, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape after one stand-in; written from the documentation of Keras 3."""
    if layer.kind == "Flatten":
        return (math.prod(shape),)
    if layer.kind == "Dense":
        return layer.args
    if layer.kind == "GlobalAveragePooling2D":
        return (1, 1, shape[2])
    if layer.kind == "ZeroPadding2D":
        return (*(size + 2 * side for size, side in zip(shape, layer.args[0], strict=False)), shape[2])
    if layer.kind == "Lambda":
        return layer.args[0](Maps(shape)).shape
    if layer.kind not in ("Conv2D", "MaxPooling2D", "AveragePooling2D"):
        return shape
    window, filters = layer.args[-1], layer.args[0] if layer.kind == "Conv2D" else shape[2]
    return (*slid(shape, window, layer.settings.get("strides", (1, 1)), layer.settings), filters)


def slid(
    shape: tuple[int, ...], window: tuple[int, int], strides: tuple[int, int], settings: dict
) -> tuple[int, ...]:
    gaps = settings.get("dilation_rate", (1, 1))
    sizes = zip(shape, window, strides, gaps, strict=False)
    return tuple((size - gap * (cells - 1) - 1) // step + 1 for size, cells, step, gap in sizes)


class Maps:
    """A stand-in for a tensor that knows its shape."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape = shape

    def __mul__(self, other: object) -> "Maps":
        return self

    __rmul__ = __mul__


def fake_keras() -> ModuleType:
    """Return stand-ins for what the program imports."""
    keras, layers = ModuleType("keras"), Layers()
    keras.layers = layers
    keras.Input = lambda shape: SimpleNamespace(kind="Input", shape=shape)
    keras.initializers = SimpleNamespace(HeUniform=lambda seed: seed)
    keras.ops = SimpleNamespace(
        sqrt=lambda x: x,
        pad=lambda x, widths, **_: Maps(tuple(n + sum(w) for n, w in zip(x.shape, widths[1:], strict=True))),
        average_pool=lambda x, window, strides: Maps((*slid(x.shape, window, strides, {}), x.shape[2])),
    )
    keras.Sequential = Recorder
    return keras


class Recorder:
    """A stand-in for keras.Sequential: follows the shapes, keeps the kernels it is given."""

    def __init__(self, layers: list[SimpleNamespace]) -> None:
        first, *rest = layers
        self.shapes, shape = [], first.shape
        self.kernels: dict[str, np.ndarray] = {}
        for layer in rest:
            channels, shape = shape[-1], shape_after(layer, shape)
            self.shapes += [(layer.name, shape)] if layer.name else []
            if layer.kind == "Conv2D":
                groups = layer.settings.get("groups", 1)
                self.kernels[layer.name] = np.zeros((*layer.args[1], channels // groups, layer.args[0]))

    def get_layer(self, name: str) -> SimpleNamespace:
        """Return the kernel of a convolution, to be written into."""
        kernel = self.kernels[name]
        return SimpleNamespace(get_weights=lambda: [kernel], set_weights=lambda _: None)

    def summary(self) -> None:
        """Print nothing."""


def check_keras(stack: StackSpec, monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """Run the program on stand-ins; every layer must have the shape on screen."""
    monkeypatch.setitem(sys.modules, "keras", fake_keras())
    names: dict[str, object] = {}
    exec(keras_code(stack), names)  # noqa: S102  # our own text
    wanted = [
        (p.name, (*p.shape_out[1:], p.shape_out[0]) if len(p.shape_out) == 3 else p.shape_out)
        for p in stack.places()
    ]
    assert names["model"].shapes == wanted
    return names["model"]


@pytest.mark.parametrize("name", NETWORKS)
def test_keras_program_has_the_shapes_on_screen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    check_keras(NETWORKS[name], monkeypatch)


@settings(max_examples=60, deadline=None)
@given(stack=stacks())
def test_keras_program_of_any_stack(stack: StackSpec) -> None:
    try:
        stack.places()
    except ModelError:
        return
    with pytest.MonkeyPatch.context() as monkeypatch:
        check_keras(stack, monkeypatch)


def test_keras_program_has_the_chosen_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = check_keras(OWN, monkeypatch).kernels["Conv0"]
    np.testing.assert_allclose(kernel[:, :, 1, 0] * 3, TYPED.typed)
    np.testing.assert_allclose(kernel[:, :, 2, 1] * 3, 0.25)


def test_keras_l2_pool_is_the_root_of_the_sum_of_squares(monkeypatch: pytest.MonkeyPatch) -> None:
    keras, pool = fake_keras(), PoolLayer(pool="l2", kernel_size=(1, 2), stride=(1, 2))
    keras.ops = SimpleNamespace(sqrt=np.sqrt, average_pool=lambda x, *_, **__: x.mean())
    keras.Sequential = lambda layers: SimpleNamespace(layers=layers, summary=lambda: None)
    monkeypatch.setitem(sys.modules, "keras", keras)
    names: dict[str, object] = {}
    exec(keras_code(StackSpec(input_shape=(1, 1, 2), layers=(pool,))), names)  # noqa: S102  # our own text
    assert names["model"].layers[1].args[0](np.array([3.0, 4.0])) == 5


def test_keras_program_says_what_keras_cannot_do() -> None:
    both = ConvLayer(stride=(2, 2), dilation=(2, 2))
    assert "# Conv0: Keras allows no stride" in keras_code(StackSpec(input_shape=(1, 9, 9), layers=(both,)))
    assert "allows no stride" not in keras_code(OWN)


@pytest.mark.parametrize("write", [pytorch_code, keras_code])
def test_an_impossible_stack_is_refused(write: object) -> None:
    with pytest.raises(ModelError, match="`Conv0`, does not fit"):
        write(StackSpec(input_shape=(1, 4, 4), layers=(FlattenLayer(), ConvLayer())))
