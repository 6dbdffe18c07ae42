"""A forward pass is followed call by call, in private: nothing shared is touched, no other thread notices."""

from threading import Thread

import numpy as np
import pytest
import torch
from torch import nn

from cnnviz.errors import ModelError
from cnnviz.trace.activations import activations
from cnnviz.trace.record import record
from cnnviz.trace.summary import summary


class Block(nn.Module):
    """A shortcut through an identity, in-place functions, two pieces of one output."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.shortcut, self.relu = nn.Conv2d(2, 2, 1), nn.Identity(), nn.ReLU(inplace=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # noqa: D102  # the class says it
        way = self.relu(self.conv(x))
        way += self.shortcut(x)
        one, two = way.chunk(2, 1)
        return nn.functional.relu(torch.cat([two, one], 1), inplace=True)


def test_calls_know_what_they_listen_to() -> None:
    calls = record(nn.Sequential(Block(), Block()), (2, 4, 4))[:6]
    names = [call.path if call.layer else call.function_name for call in calls]
    assert names == ["0.conv", "0.relu", "0.shortcut", "add", "chunk", "cat"]
    assert [call.sources for call in calls] == [(-1,), (0,), (-1,), (1, 2), (3,), (4, 4)]
    assert [ref.place for ref in calls[5].args[0]] == [1, 0]
    assert calls[3].path == "0"


def test_nothing_is_left_in_place_and_the_network_is_as_before() -> None:
    net = nn.Sequential(Block())
    calls = record(net, (2, 4, 4))
    assert not any(call.kwargs.get("inplace") for call in calls)
    assert net[0].relu.inplace
    assert not any(part._forward_hooks or part._forward_pre_hooks for part in net.modules())


class Meanwhile(nn.Module):
    """While it is followed, another thread sends a picture through another network."""

    def __init__(self, other: nn.Sequential) -> None:
        super().__init__()
        self.other, self.found = [other], []

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # noqa: D102  # the class says it
        picture = np.ones((1, 2, 2), np.float32)
        thread = Thread(target=lambda: self.found.append(activations(self.other[0], picture)))
        thread.start()
        thread.join()
        if not self.found:
            raise AssertionError("the other forward pass failed")
        return x


@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
def test_forward_passes_of_other_sessions_go_on_meanwhile() -> None:
    summary(Meanwhile(nn.Sequential(nn.Flatten(), nn.Linear(4, 2))), (1, 2, 2))


def test_what_cannot_be_followed_is_explained() -> None:
    with pytest.raises(ModelError, match=r"\(3, 8, 8\)"):
        record(nn.Sequential(nn.Conv2d(1, 2, 3)), (3, 8, 8))
