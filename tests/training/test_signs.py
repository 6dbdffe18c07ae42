"""The layers that name a sign learn it from places in pixels, whichever way the hand is moved."""

from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from cnnviz.learn.loop import Plan
from training import plans, signs

PLAN = Plan(epochs=20, batch_size=64, learning_rate=0.01, weight_decay=0.0)


def small() -> nn.Sequential:
    layers = {
        "joints": nn.Identity(),
        "dense1": nn.Linear(43, 16),
        "relu": nn.ReLU(),
        "dense": nn.Linear(16, 2),
    }
    return nn.Sequential(OrderedDict(layers))


def two_signs(count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return what is said of fists, all joints near the middle, and of hands, a column of them; half each."""
    random = np.random.default_rng(2)
    labels = np.arange(count) % 2
    places = 112 + random.normal(0, 6, (count, 21, 2))
    places[labels == 1, :, 1] = np.linspace(20, 200, 21)
    said = np.concatenate([places.reshape(count, 42), np.full((count, 1), 4.0)], 1)
    return torch.from_numpy(said.astype(np.float32)), torch.from_numpy(labels)


def test_signs_are_learned_and_named_from_pixels() -> None:
    said, labels = two_signs(256)
    net = small()
    signs.teach(net, PLAN, signs.Seen(said, labels, torch.ones(256)))
    fresh, wanted = two_signs(101)
    assert (signs.says(net, fresh.numpy()).argmax(1) == wanted.numpy()).all()
    assert not net.training


def test_what_is_drawn_never_is_not_learned() -> None:
    said, labels = two_signs(256)
    wrong = torch.cat([labels, 1 - labels])
    shares = torch.cat([torch.ones(256), torch.zeros(256)])
    net = small()
    signs.teach(net, PLAN, signs.Seen(torch.cat([said, said]), wrong, shares))
    assert (signs.says(net, said.numpy()).argmax(1) == labels.numpy()).all()


def test_moved_joints_keep_their_form() -> None:
    torch.manual_seed(0)
    said, _ = two_signs(200)
    found = signs.moved(said)
    assert torch.equal(found[:, -1], said[:, -1])
    before, after = (each[:, :-1].view(200, 21, 2) for each in (said, found))
    lengths = (after[:, 20] - after[:, 0]).norm(dim=1) / (before[:, 20] - before[:, 0]).norm(dim=1)
    assert 0.8 < lengths[1::2].min() < lengths[1::2].max() < 1.2
    turned = torch.rad2deg(torch.atan2(*(after[:, 20] - after[:, 0])[1::2].T)).abs()
    assert turned.max() < signs.TURNED_DEG + 6


def test_each_source_is_drawn_as_often_as_planned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = plans.settings("rps", "joints-without-green")
    changed = {source: (np.zeros((10, 43), np.float32), np.zeros(10, np.int64)) for source in signs.MANY}
    monkeypatch.setattr(signs, "seen_changed", lambda *_: changed)
    sources = np.array(["cgi"] * 4 + ["crops"] * 6 + ["webcam"] * 2)

    class Kept:
        labels = torch.zeros(12, dtype=torch.int64)

    Kept.sources = sources
    seen = signs._seen(settings, tmp_path, Kept, np.ones((12, 43), np.float32))
    shares = settings["paste"]["shares"]
    plain = seen.said[:, 0] == 1
    wanted = shares["made"] + (shares["cgi"] + shares["crops"] + shares["webcam"]) / 2
    assert float(seen.shares[~plain].sum()) == pytest.approx(wanted)
    assert float(seen.shares.sum()) == pytest.approx(1 - shares["green"])
