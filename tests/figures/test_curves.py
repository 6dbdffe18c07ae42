"""Line charts: what is drawn is what was worked out."""

import re
from base64 import b64decode

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.figures.curves import HEIGHT, WIDTH, Line, Point, activation_chart, line_chart, ticks
from cnnviz.ops.activation import KINDS, activate


def drawing(html: str) -> str:
    """Return the SVG inside the chart."""
    return b64decode(re.search(r"base64,([^\"]+)", html)[1]).decode()


def test_a_line_goes_where_its_numbers_are() -> None:
    svg = drawing(
        line_chart(np.array([0.0, 1.0, 2.0]), [Line("f", np.array([0.0, 1.0, 0.0]), "#123456")], alt="f")
    )
    places = [tuple(map(float, pair.split(","))) for pair in re.search(r'points="([^"]+)"', svg)[1].split()]
    assert [place[0] for place in places] == [0, WIDTH / 2, WIDTH]
    assert places[1][1] < places[0][1] == places[2][1] <= HEIGHT


@given(st.floats(-1000, 1000), st.floats(0.01, 1000))
def test_ticks_are_round_few_and_inside(low: float, width: float) -> None:
    marks = ticks((low, low + width))
    assert 2 <= len(marks) <= 9
    assert all(low - 1e-9 <= mark <= low + width + 1e-9 for mark in marks)
    steps = np.diff(marks)
    np.testing.assert_allclose(steps, steps[0], rtol=1e-6)
    assert f"{steps[0]:e}"[0] in "125"


@pytest.mark.parametrize("kind", KINDS)
def test_an_activation_chart_names_what_it_shows(kind: str) -> None:
    result = activate(np.array([[[-1.0, 0.0, 50.0]]]), kind)
    html = activation_chart(result, names=("value <", "slope", "bars"), alt="a & b", chosen=-1.0)
    assert 'aria-label="a &amp; b"' in html
    assert all(text in html for text in ("value &lt;", "slope", "bars", "f(−1) = "))
    assert drawing(html).count("<circle") == 2


def test_the_highest_point_has_its_text_above() -> None:
    points = [Point(0.5, 0.2, "#000000", "low"), Point(0.5, 0.8, "#000000", "high")]
    html = line_chart(
        np.array([0.0, 1.0]), [Line("f", np.array([0.0, 1.0]), "#123456")], points=points, alt="f"
    )
    assert re.search(r'class="beside over"[^>]*>high', html)
    assert re.search(r'class="beside"[^>]*>low', html)


def test_texts_of_equal_points_do_not_meet() -> None:
    html = activation_chart(activate([-2.0], "relu"), names=("f", "s", "b"), alt="f", chosen=-2.0)
    assert html.count('class="beside over"') == 1
    assert html.count('class="beside"') == 1


def test_bars_count_the_numbers_of_the_map() -> None:
    x = np.linspace(-1, 1, 5)
    html = line_chart(x, [Line("f", x, "#123456")], bars=("b", np.array([-0.9, -0.9, 0.9, 9.0])), alt="f")
    heights = re.findall(r'<rect[^>]* height="([\d.]+)"', drawing(html))
    assert len(heights) == 3  # 9 counts in the outermost bar
    assert float(heights[0]) > float(heights[1]) == float(heights[2])
