"""Figures of the page "Inside the network": numbers on them are those of the result objects."""

import re

import numpy as np
import pytest

from cnnviz.explain.results import Answer, Surgical
from cnnviz.figures import inside
from cnnviz.trace.unit import DenseUnit, NormUnit, Place

KEYS = ("input", "value", "weight", "product", "rest", "bias", "total", "after", "class", "logit", "prob")
WORDS = dict.fromkeys((*KEYS, "before", "change", "unit", "fall", "turns"), "<w>")


def place(count):
    return Place("dense", 0, "flatten", np.ones(count, np.float32), np.float32(0))


def numbers_of(html):
    return [float(text.replace("−", "-")) for text in re.findall(r"<b>([−\d.]+)</b>", html)]


@pytest.mark.parametrize("count", [3, 40])
def test_rows_of_a_dense_unit_add_up_to_its_sum(count):
    weights = np.linspace(-1, 2, count)
    unit = DenseUnit(place(count), weights, weights, 0.25, float(weights.sum() + 0.25), None, "")
    html = inside.dense_html(unit, label=str, words=WORDS)
    assert sum(numbers_of(html)) == pytest.approx(unit.total, abs=0.01)
    assert html.count("<tr>") <= inside.DENSE_ROWS + 4
    assert "<w>" not in html


def test_normalisation_is_written_as_one_product_and_one_sum():
    unit = NormUnit(place(1), mean=1.0, variance=4.0, epsilon=1e-5, gamma=2.0, beta=-3.0)
    assert unit.scale == pytest.approx(1.0, abs=1e-5)
    assert unit.shift == pytest.approx(-4.0, abs=1e-5)
    assert r"1 \cdot 10^{-5}" in inside.norm_latex(unit)
    assert inside.norm_latex(unit).endswith("(−4)")


def test_comparison_marks_first_guess_before_and_after():
    before, after = (
        Answer(np.array(z, np.float32), np.array(p, np.float32))
        for z, p in (([2, 1], [0.73, 0.27]), ([1, 3], [0.12, 0.88]))
    )
    html = inside.compare_html(Surgical(before, after), labels=["a", "b"], words=WORDS)
    assert "<tr class='first'><th scope='row'>a" in html
    assert "<tr class='then'><th scope='row'>b" in html
    assert numbers_of(html) == [-1.0, 2.0]


def test_ranking_names_units_from_one_and_those_that_turn_the_answer():
    html = inside.ranking_html([("relu1", 4, 1.5), ("relu1", 0, -0.5)], changing={("relu1", 4)}, words=WORDS)
    assert "relu1 5" in html
    assert html.count("&lt;w&gt;") == 3
    assert numbers_of(html) == [1.5, -0.5]
