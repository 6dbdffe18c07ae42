"""What teachers say reaches the pupil as shares of the classes, of the very pictures that it sees."""

import pytest
import torch
from torch import nn

from cnnviz.learn.augment import Augmentation
from cnnviz.learn.loop import NONE
from training import teachers


def brightness(strength: float) -> nn.Module:
    """Return a teacher for whom class 1 is the likelier, the brighter a picture is."""
    last = nn.Linear(1, 2, bias=False)
    last.weight = nn.Parameter(torch.tensor([[-strength], [strength]]))
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), last)


def batch(*strengths: float, contrast: float = 0.0) -> tuple[torch.Tensor, ...]:
    """Return two pictures with a label and one that shows no class, as teachers see them."""
    labels = torch.tensor([0, 1, NONE])
    taught = teachers.Taught(
        lambda indices, _: (torch.full((len(indices), 1, 4, 4), 0.5), labels[indices]),
        Augmentation(contrast=contrast),
        [brightness(strength) for strength in strengths],
        mean=(0.0,),
        std=(1.0,),
    )
    return taught(torch.arange(3), torch.Generator().manual_seed(0))


def test_what_is_wanted_lies_between_label_and_teachers():
    _, wanted = batch(1.0)
    said = torch.sigmoid(torch.tensor(1.0)).item()  # logits of -0.5 and 0.5
    assert wanted[0, 1].item() == pytest.approx(teachers.SHARE * said, abs=5e-3)
    assert wanted[1, 1].item() == pytest.approx(1 - teachers.SHARE * (1 - said), abs=5e-3)
    assert wanted[2].tolist() == [0.5, 0.5]
    torch.testing.assert_close(wanted.sum(1), torch.ones(3))


def test_teachers_see_the_changed_pictures():
    pictures, wanted = batch(4.0, contrast=0.9)
    mean = pictures.mean((1, 2, 3))
    assert mean[0] != mean[1]
    expected = teachers.SHARE * torch.sigmoid(8 * mean[0])
    assert wanted[0, 1].item() == pytest.approx(expected.item(), abs=1e-2)


def test_several_teachers_speak_with_one_voice():
    torch.testing.assert_close(batch(1.0, 3.0)[1], batch(2.0)[1], atol=1e-2, rtol=0)


COUNTS = {"sevens": 406_190, "sevens-wide": 481_402, "best": 426_602}


@pytest.mark.parametrize(("name", "count"), COUNTS.items())
def test_a_teacher_is_built_like_any_network(name, count):
    net = teachers.build("digits", name).eval()
    assert sum(value.numel() for value in net.parameters()) == count
    assert net(torch.zeros(2, 1, 28, 28)).shape == (2, 10)
