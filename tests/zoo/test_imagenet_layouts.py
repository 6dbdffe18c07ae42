"""The named architectures equal torchvision's published figures, their papers and the lectures."""

from itertools import pairwise

import pytest
import torch
from torch import nn

from cnnviz.errors import ChoiceError
from cnnviz.trace.summary import summary
from cnnviz.zoo.imagenet_layouts import layout, sequential, torchvision_network
from cnnviz.zoo.imagenet_table import ARCHITECTURES, HISTORY
from cnnviz.zoo.torchvision_compat import torchvision

IN_TORCHVISION = [name for name, one in ARCHITECTURES.items() if one.torchvision]
# Papers or lectures: parameters, and multiply-adds where they follow from the sizes printed there.
COUNTED = {
    "lenet5": 61_706,
    "alexnet-two-gpus": 60_965_224,
    "zfnet": 62_357_608,
    "se-resnet50": 28_088_024,  # the same as timm publishes
    "ten-twenty": 38_390,
    "three-conv": 93_322,
    "six-filter": 12_226,
    "mlp": 269_322,
}


@pytest.mark.parametrize("name", IN_TORCHVISION)
def test_figures_are_those_that_torchvision_publishes(name):
    torchvision()
    from torchvision.models import get_model_weights

    published = get_model_weights(ARCHITECTURES[name].torchvision)["IMAGENET1K_V1"].meta
    found = summary(layout(name), ARCHITECTURES[name].input_shape)
    assert found.parameters == published["num_params"]
    assert round(found.macs / 1e9, 3) == published["_ops"]


@pytest.mark.parametrize("name", COUNTED)
def test_parameters_of_papers_and_lectures(name):
    assert summary(layout(name), ARCHITECTURES[name].input_shape).parameters == COUNTED[name]


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_layout_has_no_numbers(name):
    net = layout(name)
    assert all(tensor.is_meta for tensor in (*net.parameters(), *net.buffers()))
    assert not any(part.training for part in net.modules())


def test_alexnet_has_the_sizes_of_its_paper():
    net = layout("alexnet-two-gpus")
    shapes = [tuple(part.weight.shape) for part in net if isinstance(part, nn.Conv2d)]
    assert shapes == [(96, 3, 11, 11), (256, 48, 5, 5), (384, 256, 3, 3), (384, 192, 3, 3), (256, 192, 3, 3)]
    rows = {row.name: row.shape_out for row in summary(net, (3, 227, 227)).rows}
    assert (rows["conv1"], rows["flatten"]) == ((96, 55, 55), (9216,))


def test_zfnet_has_the_sizes_of_its_paper():
    rows = {row.name: row.shape_out[1:] for row in summary(layout("zfnet"), (3, 224, 224)).rows}
    sizes = [rows[name] for name in ("conv1", "pool1", "conv2", "pool2", "conv5", "pool5")]
    assert sizes == [(110, 110), (55, 55), (26, 26), (13, 13), (13, 13), (6, 6)]


@pytest.mark.parametrize("name", ["alexnet", "googlenet", "resnet18", "resnet50"])
def test_stack_gives_torchvisions_answer(name):
    torch.manual_seed(0)
    network = torchvision_network(ARCHITECTURES[name].torchvision)
    pictures = torch.randn(1, 3, 224, 224)
    with torch.no_grad():
        assert torch.equal(sequential(network)(pictures), network(pictures))


def test_gate_multiplies_the_way_before_the_sum():
    torch.manual_seed(0)
    from cnnviz.zoo.imagenet_layouts import Gated

    torchvision()
    from torchvision.models.resnet import Bottleneck

    block = Bottleneck(64, 16).eval()
    gated = Gated(block).eval()
    maps = torch.randn(2, 64, 5, 5)
    nn.init.zeros_(gated.gate.expand.weight)
    nn.init.constant_(gated.gate.expand.bias, 1e3)  # an open gate: the block as it was
    assert torch.allclose(gated(maps), block(maps))
    nn.init.constant_(gated.gate.expand.bias, -1e3)  # a closed one: the shortcut alone
    assert torch.allclose(gated(maps), maps.relu())


def test_unknown_name():
    with pytest.raises(ChoiceError, match="resnet50"):
        layout("resnet51")


def test_history_is_in_order_and_leads_to_layouts():
    assert all(one.year <= two.year for one, two in pairwise(HISTORY))
    assert {one.architecture for one in HISTORY} - {""} <= set(ARCHITECTURES)
