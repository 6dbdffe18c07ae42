"""Sparing depthwise convolutions: the same answers, in float32 where that is faster."""

import torch
from torch import nn

from cnnviz.zoo.architectures import build
from training.precision import spare_depthwise


def test_spared_layers_compute_in_float32_and_hand_on_what_they_got():
    torch.manual_seed(0)
    slow, fast = nn.Conv2d(4, 4, 5, padding=2, groups=4), nn.Conv2d(4, 4, 3, padding=1, groups=4)
    maps = torch.randn(1, 4, 9, 9)
    wanted = slow(maps)
    spare_depthwise(nn.Sequential(slow, fast))
    assert "forward" in vars(slow)
    assert "forward" not in vars(fast)
    with torch.autocast("cpu", torch.bfloat16):
        assert slow(maps).dtype == torch.float32
        torch.testing.assert_close(slow(maps), wanted)
        assert slow(maps.bfloat16()).dtype == torch.bfloat16


def test_the_weights_keep_their_names_and_still_learn():
    net = build("rps", "imagenet")
    names = list(net.state_dict())
    spare_depthwise(net)
    assert list(net.state_dict()) == names
    with torch.autocast("cpu", torch.bfloat16):
        net(torch.rand(2, 3, 96, 96)).float().sum().backward()
    spared = [layer for layer in net.modules() if "forward" in vars(layer)]
    assert len(spared) == 11  # nine of 5x5, two more with a stride
    assert all(layer.weight.grad.abs().sum() > 0 for layer in spared)
