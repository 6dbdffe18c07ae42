"""Formulas: every number comes from the result, and the text adds up."""

import re

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from cnnviz.figures import formula
from cnnviz.ops.conv import conv2d
from cnnviz.shapes import Axis
from cnnviz.specs import ConvSpec

COUNTS = st.integers(1, 9)


def worth(text: str) -> float:
    """Return what the left side of `text` is worth."""
    return eval(text.partition("=")[0].replace("−", "-").replace("·", "*"))  # noqa: S307 (digits and signs only)


@given(COUNTS, COUNTS, COUNTS, st.integers(0, 3), st.integers(0, 3), st.integers(1, 3))
def test_size_formula_is_worth_the_size(size, kernel, stride, before, after, dilation):
    axis = Axis(size, kernel, stride, before, after, dilation)
    assume(axis.travel >= 0)
    latex = formula.size_latex(axis, "rows")
    top, bottom = re.search(r"= \\left\\lfloor \\frac\{([\d+ \-\\cdot()]+)\}\{(\d+)\}", latex).groups()
    floored = re.search(r"\\lfloor ([\d.]+) \\rfloor \+ 1 = \\mathbf\{(\d+)\}", latex)
    assert eval(top.replace(r"\cdot", "*")) // int(bottom) + 1 == axis.size_out  # noqa: S307 (digits and signs)
    assert int(float(floored[1])) + 1 == int(floored[2]) == axis.size_out


def cell():
    random = np.random.default_rng(0)
    image, weight = random.integers(-3, 4, (2, 3, 3)), random.integers(-3, 4, (1, 2, 3, 3))
    return conv2d(image, weight, [-2], ConvSpec(padding=(1, 1, 1, 1))).cell(0, 0, 0)


def test_each_channel_and_the_total_add_up_as_written():
    trace = cell()
    written = re.sub(r"<em>.*?</em>|<(?!/p)[^>]*>", "", formula.cell_html(trace, ("red", "green")))
    lines = written.split("</p>")[:-1]
    assert [worth(line) for line in lines] == trace.channel_sums.tolist()
    assert worth(formula.total_line(trace)) == trace.total
    assert all(worth(line) == worth(line.split("=")[1]) for line in lines)


def test_padding_is_set_apart_and_channels_are_named():
    html = formula.cell_html(cell(), ("red", "<green>"))
    assert html.count('class="pad"') == 2 * 5
    assert html.count('class="term"') == 2 * 4
    assert "&lt;green&gt;" in html
    assert "<em>" not in formula.cell_html(conv2d([[[1]]], [[[[1]]]]).cell(0, 0, 0), ("grey",))
