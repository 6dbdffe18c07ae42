"""Pooling as pictures: winners and windows where the result has them, formulas with its numbers."""

import re
from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from cnnviz.figures.maps import Look
from cnnviz.figures.pooling import formula_html, side_by_side, typed_px, window_figure
from cnnviz.ops.pool import pool2d
from cnnviz.specs import PoolSpec

MAP = [[[1, 2, 1, 0], [0, 1, 2, 3], [3, 0, 1, 2], [2, 4, 0, 1]]]


@pytest.mark.parametrize(
    ("spec", "wanted"),
    [
        (PoolSpec(), "max(1, <mark>2</mark>, 0, 1) = <b>2</b>"),
        (PoolSpec(kind="average"), "(1 + 2 + 0 + 1) / 4 = <b>1</b>"),
        (PoolSpec(kind="l2"), "√(1² + 2² + 0² + 1²) = <b>2.449</b>"),
        (PoolSpec(kind="average", padding=(1, 1)), "(<i>0</i> + <i>0</i> + <i>0</i> + 1) / 4 = <b>0.25</b>"),
        (PoolSpec(padding=(1, 1)), "max(<mark>1</mark>) = <b>1</b>"),
    ],
)
def test_the_working_of_the_first_cell(spec: PoolSpec, wanted: str) -> None:
    assert wanted in formula_html(pool2d(MAP, spec).cell(0, 0, 0))


def test_a_window_past_the_edge_is_scaled_as_pytorch_does() -> None:
    cell = pool2d(
        [[[1.0, 2, 3]]], PoolSpec(kind="l2", kernel_size=(1, 2), stride=(1, 2), ceil_mode=True)
    ).cell(0, 0, 1)
    assert "√(2 · (3²)) = <b>4.243</b>" in formula_html(cell)


def test_a_long_list_keeps_its_winner() -> None:
    maps = np.arange(36.0).reshape(1, 6, 6)
    maps[0, 3, 1] = 99
    text = formula_html(pool2d(maps, PoolSpec(kernel_size=(6, 6))).cell(0, 0, 0))
    assert "…, <mark>99</mark>, …" in text
    assert text.count(",") < 14
    assert "global" not in text
    mean = formula_html(pool2d(maps, PoolSpec(kind="global_average")).cell(0, 0, 0))
    assert "/ 36 =" in mean
    assert "… + 34 + 35)" in mean


def test_a_small_map_has_its_winners_and_the_window_boxed() -> None:
    html = window_figure(pool2d(MAP, PoolSpec()), chosen=(1, 1), look=Look()).html
    assert html.count('class="box"') == 4 + 1
    window = re.findall(r'class="box" style="--role:#b5179e;([^"]+)"', html)
    assert window == ["top:50%;height:50%;left:50%;width:50%"]


def test_a_window_reaching_into_the_padding_is_cut_to_the_map() -> None:
    result = pool2d(MAP, PoolSpec(kind="average", kernel_size=(3, 3), padding=(1, 1)))
    html = window_figure(result, chosen=(0, 0), look=Look()).html
    assert "top:0%;height:50%;left:0%;width:50%" in html


def test_on_a_large_map_everything_but_the_winners_fades() -> None:
    maps = np.full((1, 20, 20), 1.0)
    figure = window_figure(pool2d(maps, PoolSpec()), chosen=(0, 0), look=Look())
    assert figure.html.count('class="box"') == 1
    pixels = np.asarray(Image.open(BytesIO(b64decode(re.search(r"base64,([^\"]+)", figure.html)[1]))))
    dark = pixels.reshape(20, 20, 3).max(axis=2) < 128
    assert dark.sum() == 100  # one winner in each window of 2 × 2
    assert dark[::2, ::2].all()


def test_small_maps_have_large_cells() -> None:
    assert [typed_px(cols) / cols for cols in (1, 4, 5, 14)] == [58, 58, 52, 42]


def test_figures_side_by_side() -> None:
    figures = [window_figure(pool2d(MAP, PoolSpec()), chosen=(0, 0), look=Look())] * 3
    assert side_by_side(figures, 190).count("<figure>") == 3
