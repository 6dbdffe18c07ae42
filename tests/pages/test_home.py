"""Home opens in both languages, and the language is kept."""

from tests.pages.helpers import words_of


def test_home_opens_cold(open_page):
    app = open_page("home")
    assert not app.exception
    assert app.title[0].value == "Watch a neural network look"


def test_language_comes_from_the_link(open_page):
    app = open_page("home", lang="ko")
    assert app.title[0].value == "신경망이 보는 과정을 봅니다"


def test_unknown_language_falls_back_to_english(open_page):
    app = open_page("home", lang="xx")
    assert app.title[0].value == "Watch a neural network look"


def test_switch_changes_language_and_stays_over_reruns(open_page):
    app = open_page("home")
    app.button_group[0].set_value("ko").run()
    assert "메모리" in words_of(app.run())
