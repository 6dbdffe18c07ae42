"""The networks have the shapes and sizes that the lectures and the goals name."""

import pytest
import torch
from torch import nn

from cnnviz.errors import ChoiceError
from cnnviz.trace.summary import summary
from cnnviz.zoo.architectures import BUILDERS, InvertedResidual, build

EVERY = [(task, name) for task in BUILDERS for name in BUILDERS[task]]


def shape_for(net: nn.Sequential) -> tuple[int, int, int]:
    return (3, 64, 64) if getattr(net[0], "in_channels", 1) == 3 else (1, 28, 28)


@pytest.mark.parametrize(("task", "name"), EVERY)
def test_every_network_answers_with_one_score_a_class(task: str, name: str) -> None:
    net = build(task, name).eval()
    assert net(torch.zeros(2, *shape_for(net))).shape == (2, 3 if task == "rps" else 10)


@pytest.mark.parametrize(("task", "name"), EVERY)
def test_layers_are_named_and_nothing_is_done_in_place(task: str, name: str) -> None:
    net = build(task, name)
    assert isinstance(net, nn.Sequential)
    assert not any(label.isdigit() for label, _ in net.named_children())
    assert not any(getattr(layer, "inplace", False) for layer in net.modules())


# the lectures' numbers (mlp, ten-twenty, three-conv) and the 1998 layout with whole C3 connections
@pytest.mark.parametrize(
    ("name", "parameters"),
    [("mlp", 269_322), ("lenet5", 61_706), ("ten-twenty", 38_390), ("three-conv", 93_322)],
)
def test_teaching_networks_have_the_lectures_size(name: str, parameters: int) -> None:
    assert summary(build("digits", name), (1, 28, 28)).parameters == parameters


@pytest.mark.parametrize(
    ("task", "name", "limit"),
    [("digits", "best", 500_000), ("clothes", "best", 2_000_000), ("clothes", "colour", 2_000_000)],
)
def test_the_best_networks_stay_small(task: str, name: str, limit: int) -> None:
    assert sum(weight.numel() for weight in build(task, name).parameters()) <= limit


def test_a_block_adds_its_input_where_the_shapes_agree() -> None:
    maps = torch.randn(1, 4, 6, 6, generator=torch.manual_seed(0))
    for after, stride, adds in [(4, 1, True), (4, 2, False), (8, 1, False)]:
        block = InvertedResidual(4, after, 3, stride, 6).eval()
        way = nn.Sequential(*block)(maps)
        torch.testing.assert_close(block(maps), way + maps if adds else way)


def test_the_network_that_begins_with_imagenet_is_efficientnet_lite0() -> None:
    whole = summary(build("rps", "imagenet"), (3, 224, 224))
    assert whole.parameters == 4_652_008 - 1_281_000 + 3 * 1281  # as published, with three classes
    assert sum(row.macs for row in whole.rows) == pytest.approx(385e6, rel=0.02)


def test_an_unknown_network_names_close_matches() -> None:
    with pytest.raises(ChoiceError, match="lenet5"):
        build("digits", "lenet")
