"""The gate that tells pictures of the classes from anything else."""

import numpy as np
import pytest
import torch
from torch import nn

from cnnviz.errors import ModelError, ShapeError
from cnnviz.learn import evaluate
from cnnviz.learn.gate import belonging, belonging_of, features, reads, scores
from cnnviz.trace.activations import activations
from cnnviz.zoo import registry
from cnnviz.zoo.architectures import build
from cnnviz.zoo.measures import GateWeights


@pytest.fixture
def gate() -> GateWeights:
    random = np.random.default_rng(1)
    return GateWeights("relu2", random.standard_normal(256).astype(np.float32), 0.5)


@pytest.fixture
def pictures() -> np.ndarray:
    return np.random.default_rng(2).random((7, 1, 28, 28), np.float32)


def test_it_is_the_regression_that_torch_would_compute(gate: GateWeights, pictures: np.ndarray) -> None:
    net = registry.load("digits", "mlp")
    linear = nn.Linear(256, 1)
    with torch.no_grad():
        linear.weight[:] = torch.from_numpy(gate.weight_f32)
        linear.bias[:] = gate.bias
        wanted = linear(net[:5](torch.from_numpy(pictures))).sigmoid()[:, 0]
    np.testing.assert_allclose(belonging(net, gate, pictures), wanted, atol=1e-6)


def test_a_traced_layer_gives_the_same(gate: GateWeights, pictures: np.ndarray) -> None:
    net = registry.load("digits", "mlp")
    traced = activations(net, pictures[3])["relu2"][None]
    np.testing.assert_allclose(belonging_of(traced, gate), belonging(net, gate, pictures)[3:4], atol=1e-6)


def test_maps_are_flattened() -> None:
    gate = GateWeights("pool", np.arange(8, dtype=np.float32), 0.0)
    assert scores(np.ones((1, 2, 2, 2), np.float32), gate).tolist() == [28]


def test_far_scores_neither_overflow_nor_tie(gate: GateWeights) -> None:
    outputs = np.float32([[500], [1000], [-1000]])
    far = GateWeights("x", np.float32([1]), 0.0)
    assert belonging_of(outputs, far).tolist() == pytest.approx([1, 1, 0])
    assert scores(outputs, far).tolist() == [500, 1000, -1000]


def test_batches_do_not_change_features(pictures: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    net = registry.load("digits", "lenet5")
    whole = features(net, "flatten", pictures)
    assert whole.shape == (7, 400)
    monkeypatch.setattr(evaluate, "AT_ONCE_PX", 2 * 28 * 28)
    np.testing.assert_allclose(features(net, "flatten", pictures), whole, atol=1e-6)


def test_the_layer_before_the_last_dense_one_is_read() -> None:
    assert reads(build("digits", "mlp")) == "relu2"
    assert reads(build("digits", "best")) == "flatten"  # dropout does nothing to a trained network
    assert reads(build("digits", "lenet5")) == "tanh4"


def test_what_does_not_fit_is_explained(gate: GateWeights, pictures: np.ndarray) -> None:
    with pytest.raises(ShapeError, match=r"256 numbers of layer “relu2”.*got 3"):
        belonging_of(np.zeros((1, 3), np.float32), gate)
    with pytest.raises(ModelError, match="relu2"):
        belonging(registry.load("digits", "lenet5"), gate, pictures)
