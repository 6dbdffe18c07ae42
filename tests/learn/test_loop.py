"""The training loop learns, stops when asked, and takes up an interrupted run where it was."""

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from cnnviz.learn.augment import Augmentation
from cnnviz.learn.loop import (
    NONE,
    Batch,
    Plan,
    Progress,
    Run,
    loss_beside,
    loss_of,
    normalise,
    one_cycle,
    wanted_of,
)

COUNT = 256
PLAN = Plan(
    epochs=4,
    batch_size=32,
    learning_rate=0.02,
    average=0.9,
    half=False,
    augmentation=Augmentation(noise=0.05),
)


def pictures(indices: Tensor, _: torch.Generator) -> Batch:
    """Return 4x4 pictures of two classes: bright above or bright below."""
    labels = indices % 2
    batch = torch.zeros(len(indices), 1, 4, 4)
    batch[labels == 0, :, :2] = 1
    batch[labels == 1, :, 2:] = 1
    return batch, labels


def small_net() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.Flatten(), nn.Dropout(0.1), nn.Linear(8, 2)
    )


def weights(net: nn.Module) -> Tensor:
    return torch.cat([value.flatten().float() for value in net.state_dict().values()])


@pytest.mark.parametrize("half", [False, True])
def test_it_learns(half: bool) -> None:
    net = small_net()
    plan = Plan(epochs=8, batch_size=32, learning_rate=0.02, average=0.9, half=half)
    assert Run(net, plan).fit(pictures, COUNT)
    batch, labels = pictures(torch.arange(100), torch.Generator())
    assert (net(batch).argmax(1) == labels).all()
    assert not net.training


def test_the_same_seed_gives_the_same_weights() -> None:
    nets = [small_net(), small_net()]
    for net in nets:
        Run(net, PLAN).fit(pictures, COUNT)
    assert torch.equal(weights(nets[0]), weights(nets[1]))


def test_an_interrupted_run_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    whole, broken, file = small_net(), small_net(), tmp_path / "checkpoint.pt"
    Run(whole, PLAN).fit(pictures, COUNT)
    first = Run(broken, PLAN, checkpoint=file)
    assert not first.fit(pictures, COUNT, on_step=lambda seen: seen.step == 2 * COUNT // 32 + 3)
    resumed = small_net()
    assert Run(resumed, PLAN, checkpoint=file).fit(pictures, COUNT)
    assert torch.equal(weights(resumed), weights(whole))


def test_progress_counts_and_falls() -> None:
    seen: list[Progress] = []
    Run(small_net(), PLAN).fit(pictures, COUNT, on_step=seen.append)
    assert [progress.step for progress in seen] == list(range(1, 33))
    assert {progress.steps for progress in seen} == {32}
    assert seen[-1].epoch == 4
    assert seen[-1].loss < seen[0].loss
    assert seen[-1].accuracy > 0.9


def test_schedule_rises_and_falls_to_nothing() -> None:
    assert one_cycle(0.1, 0.2) == 0.5
    assert one_cycle(0.2, 0.2) == 1.0
    assert one_cycle(1.0, 0.2) == pytest.approx(0)


def test_normalise_works_by_channel() -> None:
    batch = torch.full((1, 2, 1, 1), 0.5)
    assert normalise(batch, (0.5, 0.0), (1.0, 0.25)).flatten().tolist() == [0.0, 2.0]


def test_the_loss_is_torchs_and_wants_an_even_spread_over_a_picture_of_nothing() -> None:
    logits = torch.randn(6, 4, generator=torch.Generator().manual_seed(1))
    labels = torch.tensor([0, 1, 2, 3, 3, 0])
    wanted = torch.nn.functional.cross_entropy(logits, labels, label_smoothing=0.1)
    torch.testing.assert_close(loss_of(logits, labels, smoothing=0.1), wanted)
    nothing = torch.full((6,), NONE)
    assert loss_of(torch.zeros(6, 4), nothing) < loss_of(logits, nothing)


def test_what_is_wanted_may_be_shares_of_the_classes() -> None:
    logits = torch.randn(4, 3, generator=torch.Generator().manual_seed(1))
    labels = torch.tensor([0, 2, NONE, 1])
    shares = wanted_of(labels, 3, smoothing=0.1)
    torch.testing.assert_close(loss_of(logits, shares), loss_of(logits, labels, smoothing=0.1))

    def in_shares(indices: Tensor, generator: torch.Generator) -> Batch:
        batch, own = pictures(indices, generator)
        return batch, wanted_of(own.where(indices % 8 > 1, NONE), 2)

    nets, seen = [small_net(), small_net()], [[], []]
    for net, lines, source in zip(nets, seen, (in_shares, pictures), strict=True):
        Run(net, PLAN).fit(source, COUNT, on_step=lines.append)
    assert seen[0][-1].accuracy > 0.9  # pictures of no class are not counted
    assert seen[0][-1].loss > seen[1][-1].loss


def test_what_is_learned_beside_the_class_is_where_it_is_known() -> None:
    wanted = torch.tensor([[1.0, float("nan")], [float("nan"), 4.0]])
    assert loss_beside(torch.tensor([[3.0, 9.0], [9.0, 4.0]]), wanted) == 2
    assert loss_beside(torch.ones(1, 2), torch.full((1, 2), float("nan"))) == 0


def test_a_number_is_learned_beside_the_class() -> None:
    net = small_net()
    net[-1] = nn.Linear(8, 3)

    def with_number(indices: Tensor, generator: torch.Generator) -> Batch:
        batch, labels = pictures(indices, generator)
        return batch, labels, labels[:, None].float()

    Run(net, PLAN).fit(with_number, COUNT)
    batch, labels = pictures(torch.arange(8), torch.Generator())
    with torch.inference_mode():
        guessed = net(batch)
    assert (guessed[:, :2].argmax(1) == labels).all()
    assert torch.allclose(guessed[:, 2], labels.float(), atol=0.3)
