"""Finding models, and loading weights only if they are those of the card."""

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save
from safetensors.torch import save_file

from cnnviz.errors import ChoiceError, WeightsError
from cnnviz.images import finder
from cnnviz.trace.summary import summary
from cnnviz.zoo import registry

EVERY = [(task, name) for task in registry.TASKS for name in registry.names(task)]


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Copy a model's folder, for a test to damage."""
    return Path(shutil.copytree(registry.FOLDER / "digits" / "lenet5", tmp_path / "digits" / "lenet5"))


@pytest.mark.parametrize(("task", "name"), EVERY)
def test_every_model_is_what_its_card_says(task: str, name: str) -> None:
    card, net = registry.card(task, name), registry.load(task, name)
    table = summary(net, (card.channels, *card.size))
    assert (table.parameters, table.macs) == (card.parameters, card.macs)
    assert table.rows[-1].shape_out == (len(card.classes),)
    assert not net.training
    assert not any(weight.requires_grad for weight in net.parameters())


@pytest.mark.parametrize(("task", "name"), EVERY)
def test_metrics_and_card_agree(task: str, name: str) -> None:
    card, metrics = registry.card(task, name), registry.metrics(task, name)
    assert metrics.confusion.sum() == card.test.count
    assert metrics.confusion.trace() == card.test.right
    counted = metrics.confusion * 0
    np.add.at(counted, (metrics.truths, metrics.answers), 1)
    np.fill_diagonal(counted, metrics.confusion.diagonal())
    np.testing.assert_array_equal(counted, metrics.confusion)
    assert len(set(metrics.wrong.tolist())) == card.test.count - card.test.right


def test_simple_models_come_first() -> None:
    assert registry.names("digits")[:3] == ("mlp", "lenet5", "ten-twenty")
    assert registry.default("digits") == registry.names("digits")[-1]


def test_an_ensemble_is_chosen_like_a_network_but_has_none() -> None:
    assert registry.choices("clothes") == (*registry.names("clothes"), "ensemble")
    for card in registry.members("rps", "ensemble"):
        alone = registry.card("rps", card.name)
        if card.upright == alone.upright:
            assert card == alone
        else:
            assert card.gate is None
            assert replace(card, upright=alone.upright, gate=alone.gate) == alone
    members = registry.members("clothes", "ensemble")
    assert {card.name for card in members} < set(registry.names("clothes"))
    assert registry.members("clothes", "mlp") == (registry.card("clothes", "mlp"),)
    with pytest.raises(ChoiceError, match="`model` does not know “ensemble”"):
        registry.load("clothes", "ensemble")


def test_all_weights_together_stay_below_40_mb() -> None:
    finder_bytes = (finder.FOLDER / finder.FILE).stat().st_size
    assert finder_bytes + sum(registry.card(*model).weights_bytes for model in EVERY) < 40e6


def test_one_flipped_bit_is_noticed(copied: Path) -> None:
    file = copied / "weights.safetensors"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    with pytest.raises(WeightsError, match="not those of its card"):
        registry.load("digits", "lenet5", copied)


def test_missing_weights_are_explained(copied: Path) -> None:
    (copied / "weights.safetensors").unlink()
    with pytest.raises(WeightsError, match="missing"):
        registry.load("digits", "lenet5", copied)


def test_weights_of_another_shape_are_explained(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_file({"dense1.weight": torch.zeros(2, 2)}, copied / "weights.safetensors")
    content = (copied / "weights.safetensors").read_bytes()
    monkeypatch.setattr(registry, "_checked_bytes", lambda *_: content)
    with pytest.raises(WeightsError, match=r"do not fit.*digits/lenet5(?s:.*)dense1\.weight"):
        registry.load("digits", "lenet5", copied)


def without_gate(card: Path) -> str:
    return re.sub(r"\n\[gate\]\n.*?(?=\n\[)", "\n", card.read_text(), flags=re.DOTALL)


def gated(folder: Path, arrays: dict[str, np.ndarray]) -> bytes:
    """Give a copied model a gate that reads `arrays`, in place of its own if it has one."""
    content = save(arrays)
    table = without_gate(folder / "card.toml")
    table += '\n[gate]\nlayer = "tanh4"\nthreshold = 0.5\nkept = 0.98\nsplit = "held out"\n'
    (folder / "card.toml").write_text(table + f'sha256 = "{sha256(content).hexdigest()}"\nbytes = 1\n')
    (folder / "gate.safetensors").write_bytes(content)
    return content


def test_a_gate_is_read(copied: Path) -> None:
    gated(copied, {"weight": np.arange(84, dtype=np.float32), "bias": np.float32([-2])})
    gate = registry.gate("digits", "lenet5", copied)
    assert gate is not None
    assert (gate.layer, gate.weight_f32.tolist(), gate.bias) == ("tanh4", list(range(84)), -2)


def test_a_flipped_bit_of_a_gate_is_noticed(copied: Path) -> None:
    content = gated(copied, {"weight": np.zeros(84, np.float32), "bias": np.float32([0])})
    (copied / "gate.safetensors").write_bytes(content[:-1] + b"\1")
    with pytest.raises(WeightsError, match="not those of its card"):
        registry.gate("digits", "lenet5", copied)


def test_a_gate_without_bias_is_explained(copied: Path) -> None:
    gated(copied, {"weight": np.zeros(84, np.float32)})
    with pytest.raises(WeightsError, match="bias"):
        registry.gate("digits", "lenet5", copied)


def test_a_model_without_a_gate_has_none(copied: Path) -> None:
    card = copied / "card.toml"
    card.write_text(without_gate(card))
    assert registry.gate("digits", "lenet5", copied) is None


def test_unknown_names_are_explained() -> None:
    with pytest.raises(ChoiceError, match="digits"):
        registry.names("digit")
    with pytest.raises(ChoiceError, match="lenet5"):
        registry.card("digits", "lenet")


def test_cards_need_no_torch() -> None:
    code = (
        "import sys; from cnnviz.zoo import registry as r; r.card('digits', 'mlp'); r.gate('digits', 'mlp')"
    )
    subprocess.run([sys.executable, "-c", f"{code}; assert 'torch' not in sys.modules"], check=True)
