"""A sheet holds every map's colours; its legend holds the numbers."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from cnnviz.figures import palette
from cnnviz.figures.colouring import range_between, range_of
from cnnviz.figures.sheet import layer_html, sheet_png

WORDS = {"note": "3 × 2", "alt": 'maps of "x"', "own": "own largest"}


def test_sheet_has_each_map_in_its_place():
    maps = np.arange(12.0).reshape(3, 2, 2)
    sheet = Image.open(BytesIO(sheet_png(maps, [range_of(maps)] * 3, columns=2)))
    assert sheet.size == (5, 5)
    colours = np.asarray(sheet.convert("RGBA"))
    assert tuple(colours[4, 1, :3]) == tuple(palette.table("positive")[-1])
    assert colours[2, 0, 3] == 0
    assert colours[4, 4, 3] == 0


def test_shared_range_is_in_the_legend():
    html = layer_html(np.array([[[1.0]], [[-4.0]]]), "conv", per="layer", title="conv1", words=WORDS)
    assert "<span>−4</span><span>0</span><span>4</span>" in html


def test_own_ranges_are_named_not_numbered():
    html = layer_html(np.array([[[1.0]], [[-4.0]]]), "conv", per="map", title="conv1", words=WORDS)
    assert "own largest" in html


@pytest.mark.parametrize("length", [1, 64, 65, 784])
def test_vector_of_any_length_is_drawn(length):
    html = layer_html(np.ones(length), "conv", per="map", title="flatten", words=WORDS)
    assert "data:image/png" in html


def test_words_are_escaped():
    html = layer_html(np.zeros((1, 1, 1)), "conv", per="map", title="<b>", words=WORDS)
    assert "&lt;b&gt;" in html
    assert "alt='maps of &quot;x&quot;'" in html


def test_a_map_of_zeros_has_a_range():
    assert range_between(0.0, 0.0).high == 1
