"""What is to be remembered of ImageNet: as many numbers as planned, the same for the same picture."""

import pytest
import torch

from cnnviz.zoo.architectures import build
from training import remember


@pytest.fixture
def memory(monkeypatch):
    """Return a memory of six numbers a picture, of a network with the weights it was built with."""
    monkeypatch.setattr(remember.pretrained, "begin", lambda _: torch.manual_seed(1))
    for name, value in {"SIDES": {"imagenet": 32}, "SHOWN": 96, "AT_ONCE": 16}.items():
        monkeypatch.setattr(remember, name, value)

    def source(indices, generator):
        pictures = torch.rand(len(indices), 3, 1, 1, generator=generator).expand(-1, -1, 16, 16)
        return pictures.clone(), indices % 3, torch.full((len(indices), 2), 7.0)

    return remember.Memory(source, 6, build("rps", "imagenet"))


def test_numbers_come_after_those_of_the_source(memory):
    pictures, labels, more = memory(torch.arange(5), torch.Generator().manual_seed(0))
    assert pictures.shape == (5, 3, 16, 16)
    assert labels.tolist() == [0, 1, 2, 0, 1]
    assert more.shape == (5, 8)
    assert (more[:, :2] == 7).all()
    again = memory(torch.arange(5), torch.Generator().manual_seed(0))[2]
    torch.testing.assert_close(more, again)
    assert not torch.allclose(more[0, 2:], more[1, 2:])


def test_numbers_are_centred_and_as_strong_as_planned(memory):
    seen = torch.cat([memory(torch.arange(16), torch.Generator().manual_seed(n))[2][:, 2:] for n in range(9)])
    assert seen.mean().item() == pytest.approx(0, abs=0.1)
    assert seen.std().item() == pytest.approx(remember.STRENGTH, rel=0.3)
    deviations = seen.std(0)
    assert deviations[-1] == deviations.max()
