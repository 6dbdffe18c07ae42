"""What a run does besides the loop of `cnnviz.learn.loop`."""

from pathlib import Path

import torch

from training.train import blend


def test_blending_goes_a_share_of_the_way_back_and_leaves_counters(tmp_path: Path) -> None:
    begun = {"weight": torch.tensor([0.0, 8.0]), "num_batches_tracked": torch.tensor(3)}
    now = {"weight": torch.tensor([4.0, 4.0]), "num_batches_tracked": torch.tensor(9)}
    for name, state in (("begun", begun), ("now", now)):
        torch.save(state, tmp_path / name)
    blend(tmp_path / "now", tmp_path / "begun", 0.25)
    mixed = torch.load(tmp_path / "now", weights_only=True)
    assert mixed["weight"].tolist() == [3.0, 5.0]
    assert mixed["num_batches_tracked"] == 9
