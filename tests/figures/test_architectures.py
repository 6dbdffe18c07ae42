"""Tables and pictures of architectures show what the results hold, in the caller's words, escaped."""

import re
from collections import defaultdict
from html import unescape

import pytest

from cnnviz.figures import architectures as figures
from cnnviz.stack.small_kernels import small_against_large
from cnnviz.trace.blocks import blocks
from cnnviz.trace.summary import summary
from cnnviz.zoo.imagenet_layouts import layout
from cnnviz.zoo.imagenet_table import HISTORY


class Words(defaultdict):
    """A word for everything: its own key."""

    def __missing__(self, key):
        return "{count} maps" if key == "maps" else "{percent} off" if key == "error" else f"<{key}>"

    def get(self, key, _default=None):
        """Return the word itself, as indexing does."""
        return self[key]


def found_in(name, shape):
    net = layout(name)
    table = summary(net, shape)
    return table, blocks(table, net)


def text(html):
    return unescape(re.sub(r"<[^>]*>", "|", html))


def test_table_has_a_line_for_every_layer():
    table, found = found_in("resnet18", (3, 224, 224))
    html = figures.layer_table_html(found, table, Words())
    lines = html.count("class='line ")
    assert lines == len(table.rows) + html.count("<details>") + 3  # heading, input, total
    assert html.count("<details>") == 8
    assert "|11,689,512|" in text(html)
    assert "|1,814,073,344|" in text(html)


def test_counts_are_written_out():
    table, found = found_in("lenet5", (1, 28, 28))
    html = text(figures.layer_table_html(found, table, Words())).replace("|", "")
    assert "1566·(5·5·1)+6" in html
    assert "28·28·6·(5·5·1)" in html


@pytest.mark.parametrize(
    ("name", "kind", "ways", "boxes"),
    [
        ("googlenet", "inception", 4, 7 + 1),
        ("resnet18", "residual", 2, 2 + 2),
        ("resnet50", "bottleneck", 2, 4 + 2),
        ("se-resnet50", "squeeze_excitation", 4, 4 + 3 + 1 + 2),
    ],
)
def test_block_picture(name, kind, ways, boxes):
    _, found = found_in(name, (3, 224, 224))
    block = next(one for one in found if one.kind == kind)
    html = figures.block_html(block, Words())
    assert html.count("class='way'") == ways
    assert html.count("class='box'") == boxes
    shapes = re.findall(r"class='io'>([^<]*)<", html)
    assert shapes == [" × ".join(map(str, shape)) for shape in (block.rows[0].shape_in, block.shape_out)]


def test_shortcut_without_layers_passes_on():
    _, found = found_in("resnet18", (3, 224, 224))
    first, _, third = [one for one in found if one.kind == "residual"][:3]
    assert "<identity>" in text(figures.block_html(first, Words()))
    assert "<identity>" not in text(figures.block_html(third, Words()))  # a 1×1 convolution there


def test_gate_follows_the_way_it_gates():
    _, found = found_in("se-resnet50", (3, 224, 224))
    block = next(one for one in found if one.kind == "squeeze_excitation")
    html = text(figures.block_html(block, Words()))
    order = [html.index(part) for part in ("<way_main>", "<way_gate>", "<kind_mul>", "<kind_add>")]
    assert order == sorted(order)


def test_pyramid_has_every_map():
    small, large = small_against_large(3, 1)
    html = figures.pyramid_html(small, {"alt": "a'<b>", "step": "3×3"})
    assert re.findall(r"--side:(\d+)", html) == ["7", "5", "3", "1"]
    assert html.count("<i") == 49 + 25 + 9 + 1
    assert html.count("seen") == 9 + 9 + 9 + 1
    assert "<b>" not in html
    assert figures.pyramid_html(large, {"alt": "", "step": ""}).count("seen") == 49 + 1


def test_history_has_every_milestone_and_longest_bar_for_the_largest_error():
    html = figures.history_html(HISTORY, Words())
    assert html.count("listitem") == len(HISTORY)
    shares = [float(share) for share in re.findall(r"--share:([\d.]+)", html)]
    assert shares[0] == 100
    assert shares == sorted(shares, reverse=True)
    assert "15.3 off" in html


def test_sizes_of_memory():
    assert figures.megabytes(244_400_000) == "244.4 MB"
    assert figures.megabytes(60_000) == "60.0 kB"
