"""Blocks hold every row of the table, once, in order, and know what they are."""

import pytest

from cnnviz.trace.blocks import blocks
from cnnviz.trace.summary import summary
from cnnviz.zoo.imagenet_layouts import layout
from cnnviz.zoo.imagenet_table import ARCHITECTURES


@pytest.mark.parametrize("name", ["alexnet", "googlenet", "resnet34", "resnet50", "se-resnet50"])
def test_blocks_hold_every_row_once(name):
    net = layout(name)
    table = summary(net, (3, 224, 224))
    found = blocks(table, net)
    assert [row for block in found for row in block.rows] == list(table.rows)
    assert [block.name for block in found] == [n for n, _ in net.named_children()]
    assert sum(block.parameters for block in found) == table.parameters
    assert sum(block.macs for block in found) == table.macs
    kinds = {block.kind for block in found if len(block.rows) > 1}
    assert kinds - {"block"} == set(ARCHITECTURES[name].blocks[:1])


def test_one_block_in_numbers():
    net = layout("googlenet")
    block = next(b for b in blocks(summary(net, (3, 224, 224)), net) if b.name == "inception3a")
    assert block.kind == "inception"
    assert block.shape_out == (256, 28, 28)
    assert block.rows[-1].kind == "concat"
