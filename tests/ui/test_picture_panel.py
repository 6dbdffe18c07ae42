"""The picture panel on a page of its own: first visit, each kind, errors, and what survives."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from cnnviz.learn import datasets


def script():
    import streamlit as st

    from cnnviz.ui.frame import Page
    from cnnviz.ui.views.picture_panel import picture_panel

    name = st.session_state.get("page", "digits")
    task = {"digits": "digits", "clothes": "clothes", "rock_paper_scissors": "rps"}.get(name)
    st.session_state.got = picture_panel(Page(name, "en"), task, misread=st.session_state.get("misread"))


@pytest.fixture
def app():
    return AppTest.from_function(script, default_timeout=30)


def on(app, page, kind=None):
    """Open the page called `page`, and a kind of picture on it."""
    app.session_state["page"] = page
    app.run()
    if kind:
        app.session_state[f"{page}.picture_kind"] = kind
        app.run()
    assert not app.exception
    return app.session_state.got


def photo(colour, kind="PNG"):
    stream = BytesIO()
    Image.new("RGB", (20, 10), colour).save(stream, kind)
    return stream.getvalue()


def upload(app, page, content, name="mine.png"):
    on(app, page, "upload")
    app.file_uploader[0].upload(name, content, "image/png").run()
    assert not app.exception
    return app.session_state.got


@pytest.mark.parametrize(
    ("page", "origin", "label"),
    [
        ("digits", "drawing", None),
        ("clothes", "sample", "coat"),
        ("rock_paper_scissors", "sample", "scissors"),
        ("convolution", "sample", None),
    ],
)
def test_no_page_is_empty_at_the_first_visit(app, page, origin, label):
    picture = on(app, page)
    assert (picture.origin, picture.label) == (origin, label)


def test_an_empty_sheet_is_no_picture_until_something_is_drawn(app):
    on(app, "digits")
    app.session_state["shared.pad.digits"] = {"edit": {"revision": 0, "paper": "black", "strokes": []}}
    app.run()
    assert app.session_state.got is None
    strokes = [{"width": 20, "points": [40, 140, 240, 140]}]
    app.session_state["shared.pad.digits"] = {"edit": {"revision": 0, "paper": "white", "strokes": strokes}}
    app.run()
    assert app.session_state.got.pixels_u8[0, 0] == 255


def test_a_drawing_goes_along_to_pages_without_a_task_but_not_to_other_tasks(app):
    drawn = on(app, "digits").digest
    assert on(app, "convolution").digest == drawn
    assert app.session_state["convolution.picture_kind"] == "draw"
    assert on(app, "clothes").label == "coat"
    assert on(app, "digits").digest == drawn


def test_an_upload_is_kept_on_every_page(app):
    mine = upload(app, "convolution", photo("red"))
    assert (mine.origin, mine.name, mine.size) == ("upload", "mine.png", (10, 20))
    for page in ("digits", "rock_paper_scissors", "convolution", "clothes"):
        assert on(app, page).digest == mine.digest


def test_a_file_that_cannot_be_read_is_explained_and_the_last_picture_stays(app):
    mine = upload(app, "convolution", photo("red"))
    kept = upload(app, "convolution", b"a text", name="text.png")
    assert kept.digest == mine.digest
    assert "text.png" in app.warning[0].value
    assert upload(app, "convolution", photo("blue")).digest != mine.digest
    assert not app.warning


def test_uploads_are_decoded_once(app, monkeypatch):
    from cnnviz.ui.views import picture_panel_sources as sources

    calls = []
    monkeypatch.setattr(sources, "decode", lambda *args, **kw: calls.append(1) or decode(*args, **kw))
    from cnnviz.images.decode import decode

    upload(app, "convolution", photo("green"))
    app.run()
    app.run()
    assert len(calls) == 1


def test_the_grid_gives_the_numbers_and_worked_examples_fill_it(app):
    numbers = on(app, "convolution", "grid").numbers
    assert numbers.tolist()[0] == [2, 2, 3, 0]
    app.selectbox[0].set_value("conv_c").run()
    assert app.session_state.got.numbers.shape == (7, 7)
    app.session_state["shared.grid"] = {"edit": {"revision": 1, "texts": [["1", "-.5"], ["1/4", "1,5"]]}}
    app.run()
    assert app.session_state.got.numbers.tolist() == [[1, -0.5], [0.25, 1.5]]


def test_an_example_set_by_a_page_is_shown_and_its_kind_chosen():
    def page():
        import streamlit as st

        from cnnviz.images.picture import Picture
        from cnnviz.ui.frame import Page
        from cnnviz.ui.views.picture_panel import picture_panel
        from cnnviz.ui.views.picture_panel_memory import set_picture

        example = Picture.from_numbers([[1, 2], [3, 4]], name="example")
        st.button("example", on_click=set_picture, args=(example,))
        st.session_state.got = picture_panel(Page("convolution", "ko"))

    app = AppTest.from_function(page, default_timeout=30).run()
    app.button[0].click().run()
    assert app.session_state.got.name == "example"
    assert app.session_state["convolution.picture_kind"] == "grid"
    assert app.session_state.got.numbers.tolist() == [[1, 2], [3, 4]]


def test_absent_data_is_offered_with_its_size(app, tmp_path, monkeypatch):
    monkeypatch.setenv("CNNVIZ_DATA", str(tmp_path))
    kept = on(app, "digits", "dataset")
    assert kept.origin == "drawing"
    assert "12 MB" in app.info[0].value
    assert app.button[0].label == "Download MNIST (12 MB)"


def test_a_failed_download_is_a_clear_message(app, tmp_path, monkeypatch):
    from cnnviz.learn import download

    monkeypatch.setenv("CNNVIZ_DATA", str(tmp_path))
    nowhere = download.Source(("http://127.0.0.1:9/x.gz",), 10, "0")
    monkeypatch.setattr(download, "SOURCES", {"digits": (nowhere,)})
    on(app, "digits", "dataset")
    app.button[0].click().run()
    assert not app.exception
    assert "internet" in app.warning[0].value


def test_the_data_set_can_be_searched(app, data_dir, monkeypatch):
    monkeypatch.setenv("CNNVIZ_DATA", str(data_dir))
    on(app, "clothes", "dataset")
    app.selectbox[0].set_value("dress").run()
    count = len(datasets.places("clothes", "test", "dress", data_dir))
    assert f"{count:,} pictures" in [caption.value for caption in app.caption]


def test_only_what_a_model_misreads(app, data_dir, monkeypatch):
    class Metrics:
        wrong = np.array([7, 11])
        answers = np.array([3, 4])

    monkeypatch.setenv("CNNVIZ_DATA", str(data_dir))
    app.session_state["misread"] = Metrics
    on(app, "digits", "dataset")
    app.selectbox[1].set_value("wrong").run()
    assert not app.exception
    assert "2 pictures" in [caption.value for caption in app.caption]


@pytest.mark.parametrize("kind", ["draw", "sample", "dataset", "upload", "camera", "grid"])
def test_every_kind_in_korean(kind):
    def page():
        import streamlit as st

        from cnnviz.ui.frame import Page
        from cnnviz.ui.views.picture_panel import picture_panel

        picture_panel(Page("convolution", "ko"), kinds=(st.session_state.kind,))

    app = AppTest.from_function(page, default_timeout=30)
    app.session_state["kind"] = kind
    assert not app.run().exception


def popover():
    import streamlit as st

    from cnnviz.ui.frame import Page
    from cnnviz.ui.views.picture_panel import picture_popover

    st.session_state.got = picture_popover(Page("convolution", "en"), "Change")


@pytest.fixture
def folded():
    return AppTest.from_function(popover, default_timeout=30)


def turn(app, is_open):
    """Open or close the popover."""
    app.session_state["convolution.picture_open"] = is_open
    app.run()
    assert not app.exception
    return app.session_state.got


def test_the_panel_in_a_popover_is_drawn_only_while_it_is_open(folded):
    closed = turn(folded, False)
    assert not folded.segmented_control
    assert turn(folded, True).digest == closed.digest
    assert folded.segmented_control(key="convolution.picture_kind").value == "sample"


def test_a_picture_chosen_in_the_popover_stays_when_it_closes(folded):
    turn(folded, True)
    folded.segmented_control(key="convolution.picture_kind").set_value("upload").run()
    folded.file_uploader[0].upload("mine.png", photo("red"), "image/png").run()
    mine = folded.session_state.got
    assert mine.name == "mine.png"
    assert turn(folded, False).digest == mine.digest
    assert turn(folded, True).digest == mine.digest


def test_an_emptied_sheet_stays_empty_when_the_popover_closes(folded):
    turn(folded, True)
    folded.segmented_control(key="convolution.picture_kind").set_value("draw").run()
    edit = {"revision": 0, "paper": "black", "strokes": []}
    folded.session_state["shared.pad.digits"] = {"edit": edit}
    folded.run()
    assert folded.session_state.got is None
    assert turn(folded, False) is None
