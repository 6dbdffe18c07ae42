"""Layers as one figure and as a table: names as in the lectures, numbers as in the summary."""

import numpy as np
import pytest

from cnnviz.figures.layers import (
    HEADS,
    LayerPicture,
    layers_html,
    memory,
    plain_table_html,
    table_html,
)
from cnnviz.figures.maps import Look
from cnnviz.stack.networks import NETWORKS
from cnnviz.trace.summary import summary
from cnnviz.zoo.stack_builder import build


def layer(name: str, kind: str, *shape: int, chosen: bool = False) -> LayerPicture:
    """Return a layer with some numbers."""
    values = np.linspace(-1, 1, int(np.prod(shape)), dtype=np.float32).reshape(shape)
    return LayerPicture(name, kind, "about <it>", values, chosen)


def test_maps_are_numbered_and_those_left_out_are_counted() -> None:
    html = layers_html([layer("Conv0", "conv", 5, 4, 4)], Look(), most=3, more="{count} more")
    assert all(f"Conv0-{idx}<" in html for idx in range(3))
    assert "Conv0-3" not in html
    assert "2 more" in html
    assert "about &lt;it&gt;" in html


@pytest.mark.parametrize("count", [1, 7, 10, 14, 15, 97, 320, 576, 9216])
def test_a_vector_is_a_strip(count: int) -> None:
    html = layers_html([layer("Dense0", "dense", count)], Look(), most=8, more="")
    assert html.count("data:image/png") == 1
    assert ('class="numbers"' in html) == (count <= 14)


def test_the_picture_itself_is_grey_and_typed_numbers_are_coloured() -> None:
    numbers = np.array([[[0.0, 0.5], [1.0, 0.25]]], np.float32)
    picture = layers_html([LayerPicture("Input", "input", "", numbers)], Look(), most=1, more="")
    typed = layers_html([LayerPicture("Input", "input", "", numbers * 4)], Look(), most=1, more="")
    assert "#000000" in picture
    assert "#000000" not in typed


def test_the_chosen_layer_stands_out() -> None:
    html = layers_html(
        [layer("Conv0", "conv", 1, 2, 2), layer("MaxP0", "pool", 1, 1, 1, chosen=True)],
        Look(),
        most=1,
        more="",
    )
    assert html.count('class="cnn-layer chosen"') == 1


def test_the_table_has_the_summarys_numbers() -> None:
    stack = NETWORKS["six-filter"]
    table = summary(build(stack, device="meta"), stack.input_shape)
    html = table_html(
        table, heads={name: name for name in HEADS}, texts={"total": "Sum", "whole": "all"}, chosen="Conv0"
    )
    for text in (
        "6×28×28",
        "6·(5·5·3)+6",
        "11,770",
        "12,226",
        "28·28·6·(5·5·3)",
        "5×5",
        "all",
        f"{table.macs:,}",
    ):
        assert text in html
    assert html.count('class="chosen"') == 1
    assert html.count("<tr") == 2 + len(table.rows)


def test_a_plain_table_escapes_its_texts() -> None:
    html = plain_table_html(["a", "<b>"], [["1", "2"], ["3", "4"]])
    assert "&lt;b&gt;" in html
    assert html.count("<td>") == 4


def test_memory_in_words() -> None:
    assert [memory(count) for count in (0, 999, 1000, 12_345, 99_999_999, 244_000_000)] == [
        "0 B",
        "999 B",
        "1.0 kB",
        "12.3 kB",
        "100.0 MB",
        "244 MB",
    ]
