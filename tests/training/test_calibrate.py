"""Temperature: recovered where it is known, and folded into the weights; the weights as they are kept."""

import numpy as np
import pytest
import torch
from torch import nn

from cnnviz.zoo.architectures import build
from training.calibrate import folded, logits_of, temperature
from training.write_card import kept


@pytest.mark.parametrize("wanted", [0.5, 1.0, 2.5])
def test_the_temperature_that_made_the_answers_is_found(wanted: float) -> None:
    random = np.random.default_rng(0)
    honest = random.normal(0, 2, (20000, 5))
    chances = np.exp(honest) / np.exp(honest).sum(1, keepdims=True)
    labels = (chances.cumsum(1) < random.random((20000, 1))).sum(1).clip(max=4)
    assert temperature((wanted * honest).astype(np.float32), labels) == pytest.approx(wanted, rel=0.03)


def test_pictures_may_count_differently() -> None:
    logits, labels = np.float32([[4, 0]] * 4), np.array([0, 0, 0, 1])
    counts = np.float32([1, 1, 1, 3])
    assert temperature(logits, labels, counts) == pytest.approx(5, rel=0.01)  # even odds: as flat as it gets
    assert 4 / temperature(logits, labels, counts / counts) == pytest.approx(np.log(3), rel=0.01)


@pytest.mark.parametrize("model", ["mlp", "best"])
def test_folding_divides_the_logits_and_leaves_the_network(model: str) -> None:
    torch.manual_seed(0)
    net = build("digits", model).eval()
    pictures = np.random.default_rng(1).random((3, 1, 28, 28), np.float32)
    before = logits_of(net, pictures)
    np.testing.assert_allclose(logits_of(folded(net, 2.5), pictures), before / 2.5, atol=1e-6)
    np.testing.assert_array_equal(logits_of(net, pictures), before)


def test_weights_kept_in_float16_are_those_that_are_measured() -> None:
    torch.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(8, 3)).eval()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    weights = kept(net)
    assert {name for name, value in weights.items() if value.dtype == torch.float16} == {
        "0.weight",
        "3.weight",
    }
    for name, value in net.state_dict().items():
        assert value.dtype == before[name].dtype
        torch.testing.assert_close(value, before[name], rtol=1e-3, atol=1e-4)
    assert torch.equal(net.state_dict()["3.weight"], weights["3.weight"].float())
    assert not torch.equal(net.state_dict()["3.weight"], before["3.weight"])
