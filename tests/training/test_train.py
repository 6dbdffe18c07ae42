"""What a run does besides the loop of `cnnviz.learn.loop`."""

from pathlib import Path

import torch

from training.train import mean_with


def test_the_mean_of_runs_leaves_counters(tmp_path: Path) -> None:
    other = {"weight": torch.tensor([0.0, 8.0]), "num_batches_tracked": torch.tensor(3)}
    now = {"weight": torch.tensor([6.0, 5.0]), "num_batches_tracked": torch.tensor(9)}
    for name, state in (("other", other), ("now", now)):
        torch.save(state, tmp_path / name)
    mean_with(tmp_path / "now", [tmp_path / "other"] * 2)
    mixed = torch.load(tmp_path / "now", weights_only=True)
    assert mixed["weight"].tolist() == [2.0, 7.0]
    assert mixed["num_batches_tracked"] == 9
