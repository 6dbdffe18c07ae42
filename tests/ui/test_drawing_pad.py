"""What Python keeps of a drawing pad, without a browser."""

import pytest
from streamlit.testing.v1 import AppTest


def script():
    import streamlit as st

    from cnnviz.images.strokes import Drawing, Stroke
    from cnnviz.ui.components.pad.drawing_pad import drawing_pad, set_drawing

    dot = Drawing((Stroke(((9.0, 9.0),), 20.0),), "white")
    st.button("dot", on_click=set_drawing, args=("p", dot))
    st.session_state.got = drawing_pad("p", label="A digit", language="ko")


def edit(app, revision=0, **content):
    app.session_state["p"] = {"edit": {"revision": revision, "paper": "black", "strokes": []} | content}
    return app.run()


STROKES = [{"width": 16, "points": [10, 20, 30, 40.5]}]


def test_strokes_arrive_and_survive_the_loss_of_the_component():
    app = edit(AppTest.from_function(script).run(), strokes=STROKES)
    assert app.session_state.got.strokes[0].points == ((10, 20), (30, 40.5))
    del app.session_state["p"]
    assert app.run().session_state.got.strokes[0].width == 16


def test_strokes_that_a_set_drawing_overtook_are_dropped():
    app = AppTest.from_function(script).run()
    app.button[0].click().run()
    assert edit(app, strokes=STROKES).session_state.got.paper == "white"
    assert edit(app, revision=1, strokes=STROKES).session_state.got.paper == "black"


def wide_script():
    import streamlit as st

    from cnnviz.images.strokes import Drawing
    from cnnviz.ui.components.pad.drawing_pad import PadMark, drawing_pad

    mark = PadMark(10, 20, 100, 50, "3 · 99 %")
    st.session_state.got = drawing_pad("p", Drawing(aspect=3), label="Digits", language="en", marks=[mark])


def test_a_wide_sheet_stays_wide_and_its_marks_are_no_strokes():
    app = edit(AppTest.from_function(wide_script).run(), strokes=[{"width": 16, "points": [10, 800]}])
    assert not app.exception
    assert app.session_state.got.aspect == 3
    assert app.session_state.got.strokes[0].points == ((10, 800),)
    assert len(app.session_state.got.strokes) == 1


@pytest.mark.parametrize(
    "content",
    [
        {"strokes": None},
        {"strokes": [{}]},
        {"strokes": [{"width": 16, "points": [1, 2, 3]}]},
        {"strokes": [{"width": 1e9, "points": [1, 2]}]},
        {"strokes": [{"width": 16, "points": ["x", 2]}]},
        {"paper": "red"},
    ],
)
def test_a_forged_edit_is_ignored(content):
    app = edit(AppTest.from_function(script).run(), **content)
    assert not app.exception
    assert app.session_state.got.is_empty
