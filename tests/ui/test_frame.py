"""The frame: whose words a page speaks, where its language comes from, which links it draws."""

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz import words
from cnnviz.ui import elsewhere, frame
from cnnviz.ui.frame import Page


def script(name: str = "home") -> None:
    """Draw an otherwise empty page."""
    from cnnviz.ui import frame

    frame.begin(name, heading=False)


@pytest.fixture(autouse=True)
def _no_pages(monkeypatch):
    """Draw no links: a test's script is not the app, and knows no pages."""
    monkeypatch.setattr(frame, "GROUPS", ())


def test_own_words_come_before_those_of_other_sections():
    page = Page("digits", "en")
    assert page.t("title") == words.text("en", "digits.title")
    assert page.t("clothes.title") == words.text("en", "clothes.title")
    assert page.has("title")
    assert not page.has("nonsense")


def test_unknown_words_are_an_error():
    with pytest.raises(KeyError):
        Page("digits", "en").t("nonsense")


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("name", [name for _, names in frame.GROUPS for name in names if name != "home"])
def test_every_page_has_name_icon_lesson_and_card(name, language):
    page = Page(name, language)
    assert page.t(f"frame.pages.{name}")
    assert frame.ICONS[name].startswith(":material/")
    assert Page("home", language).t(f"cards.{name}")
    assert not frame.exists(name) or page.lesson()


def test_language_of_a_link_is_remembered():
    app = AppTest.from_function(script)
    app.query_params["lang"] = "ko"
    app.run()
    assert app.run().session_state["shared.language"] == "ko"


def test_no_page_has_no_link():
    assert not frame.exists("nonsense")
    assert frame.link(Page("home", "en"), "nonsense") is None


@pytest.mark.parametrize("network", ["http://192.0.2.7:8501", None])
def test_others_are_invited_where_they_can_come(monkeypatch, network):
    monkeypatch.delenv(elsewhere.NETWORK, raising=False)
    if network:
        monkeypatch.setenv(elsewhere.NETWORK, network)
    app = AppTest.from_function(script)
    app.query_params["lang"] = "ko"
    app.run().button(key="home.invite").click().run()
    assert not app.exception
    codes = [html.proto.body for html in app.get("html") if "class='invite'" in html.proto.body]
    if network:
        (code,) = codes
        assert f"alt='{network}?lang=ko'" in code
        assert "src='data:image/svg+xml" in code
    else:
        assert not codes
        assert app.info
