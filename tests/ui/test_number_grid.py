"""What Python keeps of a number grid, without a browser."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from cnnviz.errors import RangeError
from cnnviz.ui.components.grid.number_grid import format_number, parse_number


@pytest.mark.parametrize(
    ("text", "number"),
    [("-3", -3), (".5", 0.5), ("1,5", 1.5), ("1/9", 1 / 9), ("-1/4", -0.25), ("2e-3", 0.002), ("3.", 3)],
)
def test_what_people_type(text, number):
    assert parse_number(text) == number


@pytest.mark.parametrize("text", ["", "abc", "1/0", "1e9", "1,5,2", "--1", "nan", "inf", "1 2", "１"])
def test_what_is_no_number(text):
    with pytest.raises(RangeError, match="must hold a number"):
        parse_number(text)


@given(st.floats(-1e6, 1e6))
def test_a_shown_number_is_nearly_the_number(number):
    assert parse_number(format_number(number)) == pytest.approx(number, rel=1e-5, abs=1e-300)


def test_ninths_are_shown_as_fractions():
    assert [format_number(x) for x in (1 / 9, -2 / 9, 0.25, -0.0, 1e-12)] == [
        "1/9",
        "-2/9",
        "0.25",
        "0",
        "1e-12",
    ]


def script():
    import streamlit as st

    from cnnviz.ui.components.grid.number_grid import number_grid, set_numbers

    st.button("preset", on_click=set_numbers, args=("k", [[1 / 7, 2]]))
    if not st.toggle("hide"):
        numbers = number_grid("k", [[1, 2], [3, 4]], label="Kernel", language="en")
        st.session_state.got = numbers.tolist()


def edit(app, revision, texts):
    app.session_state["k"] = {"edit": {"revision": revision, "texts": texts}}
    return app.run()


def test_an_edit_arrives_and_survives_the_loss_of_the_component():
    app = edit(AppTest.from_function(script).run(), 0, [["-3", ".5"], ["1,5", "1/9"]])
    assert app.session_state.got == [[-3, 0.5], [1.5, 1 / 9]]
    del app.session_state["k"]
    assert app.run().session_state.got == [[-3, 0.5], [1.5, 1 / 9]]


def test_an_edit_that_a_preset_overtook_is_dropped():
    app = AppTest.from_function(script).run()
    app.button[0].click().run()
    assert edit(app, 0, [["9", "9"], ["9", "9"]]).session_state.got == [[1 / 7, 2]]
    assert edit(app, 1, [["1/7", "8"]]).session_state.got == [[1 / 7, 8]]


@pytest.mark.parametrize("texts", [None, 3, [], [["1"], ["1", "2"]], [["x"]], [["1"] * 13], {"a": 1}])
def test_a_forged_edit_is_ignored(texts):
    app = edit(AppTest.from_function(script).run(), 0, texts)
    assert not app.exception
    assert app.session_state.got == [[1, 2], [3, 4]]


def test_numbers_are_read_only_and_bounded():
    from cnnviz.ui.components.grid.number_grid import _checked

    assert not _checked([[1]]).flags.writeable
    with pytest.raises(RangeError, match="columns"):
        _checked(np.zeros((2, 13)))
