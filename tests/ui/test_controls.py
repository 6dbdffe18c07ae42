"""Controls: seeded from links, moved into bounds, kept between pages; errors explained in place."""

from types import MappingProxyType

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.ui import state

DEMO = state._table(
    [
        state.Field(key="home.stride", default=1, low=1, high=4),
        state.Field(key="home.mode", default="zeros", choices=("zeros", "reflect")),
        state.Field(key="home.flip", default=False),
        state.Field(key="home.size", default=(3, 3), low=1, high=11),
        state.Field(key="home.off", default=frozenset({"b"}), choices=("a", "b", "c")),
    ]
)


def demo() -> None:
    """Draw every kind of control; the words are those of `words` below."""
    import streamlit as st

    from cnnviz.errors import RangeError
    from cnnviz.ui import controls, frame

    page = frame.begin("home", heading=False)
    if not st.checkbox("hide", key="hide"):
        values = [controls.slider(page, "stride"), controls.segmented(page, "mode")]
        values += [controls.toggle(page, "flip"), controls.pair(page, "size")]
        st.text(sorted(controls.switches(page, "off", {"a": "A", "b": "B"})))
        st.code(repr(values))

    def compute() -> int:
        if st.session_state["home.stride"] == 4:
            raise RangeError("integer", name="stride", low=1, high=3, got=4)
        return st.session_state["home.stride"]

    st.caption(controls.last_good(page, "demo", compute))


@pytest.fixture(autouse=True)
def _demo_fields(monkeypatch):
    monkeypatch.setattr(state, "FIELDS", DEMO)
    monkeypatch.setattr("cnnviz.ui.frame.Page.t", lambda _page, key, **_values: key)
    monkeypatch.setattr("cnnviz.ui.frame.Page.has", lambda _page, _key: False)
    monkeypatch.setattr("cnnviz.ui.frame.GROUPS", ())


def run(**params: str) -> AppTest:
    app = AppTest.from_function(demo)
    for key, value in params.items():
        app.query_params[key] = value
    return app.run()


def values(app: AppTest) -> str:
    return app.code[0].value


def test_fresh_session_has_defaults():
    assert values(run()) == "[1, 'zeros', False, (3, 3)]"


def test_link_sets_controls():
    app = run(stride="3", mode="reflect", flip="1", size="5,7")
    assert values(app) == "[3, 'reflect', True, (5, 7)]"
    assert values(app.run()) == "[3, 'reflect', True, (5, 7)]"


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"stride": "99"}, "[4, 'zeros', False, (3, 3)]"),
        ({"stride": "-1"}, "[1, 'zeros', False, (3, 3)]"),
        ({"stride": "nan"}, "[1, 'zeros', False, (3, 3)]"),
        ({"mode": "nonsense"}, "[1, 'zeros', False, (3, 3)]"),
        ({"flip": "perhaps"}, "[1, 'zeros', False, (3, 3)]"),
        ({"size": "99,0"}, "[1, 'zeros', False, (11, 1)]"),
        ({"size": "5"}, "[1, 'zeros', False, (3, 3)]"),
        ({"size": "1e9,<b>"}, "[1, 'zeros', False, (3, 3)]"),
    ],
)
def test_illegal_link_is_moved_into_bounds(params, expected):
    assert values(run(**params)) == expected


def test_person_wins_over_the_link():
    app = run(stride="3")
    app.slider[0].set_value(2).run()
    assert values(app) == "[2, 'zeros', False, (3, 3)]"


def test_hidden_controls_keep_their_values():
    app = run()
    app.slider[0].set_value(3)
    app.button_group(key="home.mode").set_value("reflect")
    app.toggle[0].set_value(True)
    app.number_input[0].set_value(5).run()
    app.checkbox[0].check().run()
    app.checkbox[0].uncheck().run()
    assert values(app) == "[3, 'reflect', True, (5, 3)]"


def test_error_is_explained_and_last_good_result_stays():
    app = run(stride="2")
    app.slider[0].set_value(4).run()
    assert "`stride` must be a whole number from 1 to 3" in app.warning[0].value
    assert app.main.caption[-1].value == "2"


def test_field_writes_what_it_parses():
    for field in DEMO.values():
        assert field.parse(field.write(field.default)) == field.default
    assert MappingProxyType(DEMO)["home.size"].write((2, 3)) == "2,3"


@pytest.mark.parametrize(
    ("off", "expected"), [("a", "['a']"), ("none", "[]"), ("", "[]"), ("c,zzz", "['c']")]
)
def test_set_from_a_link(off, expected):
    assert run(off=off).text[0].value == expected


def test_switches_leave_alone_what_they_do_not_show():
    app = run(off="a,c")
    app.button_group(key="home.off.on").set_value(["a"]).run()
    assert app.text[0].value == "['b', 'c']"
    assert app.button_group(key="home.off.on").value == ["a"]
