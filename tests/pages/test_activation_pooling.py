"""The page on activation and pooling: opens cold, follows its controls, shows the lecture's numbers."""

import re

import pytest

from cnnviz.ops.activation import KINDS
from cnnviz.ui import state
from cnnviz.ui.views.map_source import KERNELS
from tests.pages.helpers import go_to, words_of

PAGE = "activation_pooling"


def html_of(app) -> str:
    """Return all HTML drawn on the page."""
    return "\n".join(element.proto.body for element in app.get("html"))


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("view", ["activation", "pooling"])
def test_opens_cold(open_page, language: str, view: str) -> None:
    app = open_page(PAGE, lang=language, view=view)
    assert not app.exception
    assert not app.warning


def test_a_cell_that_tells_the_functions_apart_is_chosen_at_first(open_page) -> None:
    chosen = re.search(r"\*\*x = ([\d.]+)\*\* becomes", words_of(open_page(PAGE)))
    assert chosen
    assert float(chosen[1]) == pytest.approx(1.5, abs=0.1)
    assert "Cell in row 3, column 4:" in words_of(open_page(PAGE, row="3", col="4"))


def test_the_lectures_pooling_is_one_click_away(open_page) -> None:
    app = open_page(PAGE)
    app.button(key=f"{PAGE}.example.pool").click().run()
    assert not app.exception
    assert "1.4375" in words_of(app)
    assert "max(1, <mark>2</mark>, 0, 1) = <b>2</b>" in html_of(
        open_page(PAGE, source="pool", view="pooling", out_row="0", out_col="0")
    )


def test_the_odd_example_shows_where_zeros_beat_negatives(open_page) -> None:
    app = open_page(PAGE)
    app.button(key=f"{PAGE}.example.pool_odd").click().run()
    words = words_of(app)
    assert "**3 of 4** cells differ" in words
    assert "The winner is a zero that was filled in" in words


@pytest.mark.parametrize("kind", KINDS)
def test_every_function(open_page, kind: str) -> None:
    app = open_page(PAGE, function=kind, source="pool", row="0", col="1", negative_slope="0.5")
    assert not app.exception
    value = {
        "relu": "2",
        "leaky_relu": "2",
        "elu": "2",
        "identity": "2",
        "sigmoid": "0.8808",
        "tanh": "0.964",
    }
    assert f"f(x) = {value.get(kind, '1.')}" in words_of(app)


@pytest.mark.parametrize("kernel", KERNELS)
def test_every_kernel(open_page, kernel: str) -> None:
    assert not open_page(PAGE, kernel=kernel, view="pooling").exception


NUMBERS = [f for f in state.FIELDS.values() if f.page == PAGE and f.low is not None]


@pytest.mark.parametrize("field", NUMBERS, ids=lambda field: field.name)
@pytest.mark.parametrize("end", ["low", "high"])
def test_both_ends_of_every_number(open_page, field: state.Field, end: str) -> None:
    asked = {field.url_name: str(getattr(field, end))}
    for view in ("activation", "pooling"):
        app = open_page(PAGE, view=view, source="pool", function="elu", **asked)
        assert not app.exception


@pytest.mark.parametrize("edge", ["floor", "ceil", "far_zeros"])
@pytest.mark.parametrize(
    "settings", [{"window": "3", "stride": "1", "padding": "1"}, {"window": "4", "stride": "8"}]
)
def test_every_edge_rule(open_page, edge: str, settings: dict[str, str]) -> None:
    app = open_page(PAGE, view="pooling", source="pool", edge=edge, **settings)
    assert not app.exception
    assert not app.warning


def test_illegal_values_of_a_link_are_moved_into_their_bounds(open_page) -> None:
    app = open_page(PAGE, view="pooling", source="pool", window="99", stride="x", kind="most", out_row="-3")
    assert not app.exception
    assert app.slider(key=f"{PAGE}.window").value == 4
    assert app.slider(key=f"{PAGE}.stride").value == 2


def test_controls_are_there_after_coming_back(open_page) -> None:
    app = open_page(PAGE, source="pool")
    app.selectbox(key=f"{PAGE}.function").set_value("tanh").run()
    app = go_to(go_to(app, "home"), PAGE)
    assert app.selectbox(key=f"{PAGE}.function").value == "tanh"
    assert not app.exception


def test_gradient_and_collapse_are_shown_with_numbers(open_page) -> None:
    words = words_of(open_page(PAGE, source="pool", row="0", col="3", layers="2", w1="2", w2="2", w3="2"))
    assert "at most 0.0625 here" in words  # a quarter, twice
    assert "2 · 2 = 4 → 2 · 4 = 8 → 2 · 8 = **16**. One layer: 8 · 2 = **16**" in words
