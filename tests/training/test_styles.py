"""Styles of training pictures: what is changed, and that evaluation and outlines stay."""

import pytest
import torch
from torch import nn

from cnnviz.words import LANGUAGES, catalogue
from training import styles
from training.write_card import LOOKS


def source(seed=0):
    return torch.Generator().manual_seed(seed)


def pictures(count=8):
    """Return pictures of a bright square, left or right, on noise."""
    drawn = 0.3 * torch.rand(count, 3, 24, 24, generator=source(1))
    for number in range(count):
        left = 3 if number % 2 else 12
        drawn[number, :, 8:16, left : left + 8] += 0.6
    return drawn


class Net(nn.Sequential):
    """Three early blocks and what follows, called as in the real network."""

    def __init__(self):
        super().__init__()
        for name in styles.EARLY:
            self.add_module(name, nn.Conv2d(3, 3, 3, padding=1))
        self.add_module("dropout", nn.Dropout(0.0))


def test_a_filter_changes_the_wanted_share_and_stays_in_range():
    before = pictures(400)
    after = styles.refiltered(before, 0.3, source())
    changed = (after != before).flatten(1).any(1).float().mean()
    assert changed.item() == pytest.approx(0.3, abs=0.08)
    assert after.min() >= 0
    assert after.max() <= 1
    assert torch.equal(after, styles.refiltered(before, 0.3, source()))


def test_filtered_pictures_keep_their_outlines():
    before, seen = pictures(), []
    for seed in range(20):
        after = styles.refiltered(before, 1.0, source(seed))
        inside, outside = after[:, :, 10:14].mean(1), before[:, :, 10:14].mean(1)
        pairs = zip(inside.flatten(1), outside.flatten(1), strict=True)
        seen += [abs(torch.corrcoef(torch.stack(pair))[0, 1].item()) for pair in pairs]
    assert sum(seen) / len(seen) > 0.6  # the square is still told from the noise, though it may be darker


def test_a_source_is_left_alone_where_no_textures_are_asked_for():
    def given(indices, _):
        return pictures(len(indices)), indices

    assert styles.with_textures(given, 0.0) is given
    changed, labels = styles.with_textures(given, 1.0)(torch.arange(4), source())
    assert (changed != pictures(4)).flatten(1).any(1).all()
    assert torch.equal(labels, torch.arange(4))


def test_styles_are_mixed_in_training_only():
    torch.manual_seed(0)
    net, before = Net(), pictures()
    plain = net.eval()(before)
    styles.MixStyle(net, 1.0)
    assert torch.equal(net(before), plain)
    assert not torch.equal(net.train()(before), plain)


def test_a_mixed_map_has_a_style_between_two_pictures_and_its_own_form():
    torch.manual_seed(0)
    maps = torch.rand(6, 4, 9, 9) * torch.arange(1, 7).view(-1, 1, 1, 1)
    mixing = styles.MixStyle(Net(), 1.0)
    mixing.on = True
    mixed = mixing._mix(Net(), (), maps)
    means, new = maps.mean((2, 3)), mixed.mean((2, 3))
    assert (new >= means.amin(0) - 1e-4).all()
    assert (new <= means.amax(0) + 1e-4).all()
    for own, other in zip(maps.flatten(0, 1), mixed.flatten(0, 1), strict=True):
        both = torch.stack([own.flatten(), other.flatten()])
        assert torch.corrcoef(both)[0, 1].item() == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_setting_of_looks_has_words_for_the_card(language):
    assert {f"models.augmentation.{name}" for name in LOOKS} <= set(catalogue(language))
