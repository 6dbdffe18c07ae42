"""Importing torchvision on the CPU build of torch, in processes of their own: an import happens once."""

import subprocess
import sys
from types import ModuleType

import pytest

from cnnviz.zoo import torchvision_compat

USE = "from cnnviz.zoo.torchvision_compat import torchvision; torchvision();"


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


def test_transforms_models_and_feature_extraction_work() -> None:
    code = """
import torch
from torchvision.transforms import v2
from torchvision.models import alexnet
from torchvision.models.feature_extraction import create_feature_extractor
parts = create_feature_extractor(alexnet(), ["features.0"])
print(v2.Resize(8)(torch.zeros(3, 4, 4)).shape[1], parts(torch.zeros(1, 3, 224, 224))["features.0"].shape[1])
"""
    assert run(USE + code) == "8 64\n"


def test_a_plain_import_works_afterwards() -> None:
    assert run(USE + "import torchvision; print(torchvision.datasets.MNIST.__name__)") == "MNIST\n"


def test_a_healthy_import_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    healthy = ModuleType("torchvision")
    monkeypatch.setattr("importlib.import_module", lambda _: healthy)
    monkeypatch.setattr(torchvision_compat, "_operators", lambda: pytest.fail("operators were declared"))
    assert torchvision_compat.torchvision.__wrapped__() is healthy


def test_another_error_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> ModuleType:
        raise RuntimeError("disk on fire")

    monkeypatch.setattr("importlib.import_module", broken)
    with pytest.raises(RuntimeError, match="disk on fire"):
        torchvision_compat.torchvision.__wrapped__()
