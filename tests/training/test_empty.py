"""Pictures without a hand differ from seed to seed; photos are spoilt within bounds, the same way again."""

from pathlib import Path

import pytest
import torch

from training import empty
from training.spoil import Spoil


def test_pictures_without_a_hand_follow_their_seed(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> None:
    monkeypatch.setenv("CNNVIZ_DATA", str(data_dir))
    monkeypatch.setattr(empty, "_corners", lambda *_: [])
    first, again = empty.empty(32, 16, seed=1), empty.empty.__wrapped__(32, 16, seed=1)
    assert first.shape == (16, 3, 32, 32)
    assert torch.equal(first, again)
    assert not torch.equal(first, empty.empty(32, 16, seed=2))


def test_spoilt_photos_stay_photos() -> None:
    pictures = torch.rand(40, 3, 24, 24)
    first, again = (Spoil()(pictures.clone(), torch.Generator().manual_seed(4)) for _ in range(2))
    assert torch.equal(first, again)
    assert first.min() >= 0
    assert first.max() <= 1
    changed = (first - pictures).abs().mean((1, 2, 3))
    assert (changed > 0.005).all()
