"""Home opens in both languages without torch, leads to every page, and the language is kept."""

import subprocess
import sys

import pytest

from cnnviz.ui import frame
from tests.pages.helpers import words_of

PROBE = """
import sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("app.py", default_timeout=60).run()
assert not app.exception, app.exception
print({"torch", "scipy", "skimage"} & set(sys.modules))
"""


@pytest.mark.parametrize(("language", "title"), [("en", "See what"), ("ko", "신경망이 보는")])
def test_home_opens_cold(open_page, language, title):
    app = open_page("home", lang=language)
    assert not app.exception
    assert app.title[0].value.startswith(title)


def test_unknown_language_falls_back_to_english(open_page):
    assert open_page("home", lang="xx").title[0].value.startswith("See what")


def test_switch_changes_language_and_stays_over_reruns(open_page):
    app = open_page("home")
    app.button_group[0].set_value("ko").run()
    assert "메모리" in words_of(app.run())


def test_journey_names_the_digit_it_reads(open_page):
    html = "".join(element.proto.body for element in open_page("home").get("html"))
    assert "<div class='headline'>3<small>" in html


def test_every_page_has_a_link_and_a_picture(open_page):
    app = open_page("home")
    linked = [link.proto.page for link in app.get("page_link")]
    for name in (name for _, names in frame.GROUPS for name in names if frame.exists(name)):
        assert linked.count("" if name == "home" else name) >= (1 if name == "home" else 2)
        assert name == "home" or (frame.HERE / "thumbnails" / f"{name}.png").is_file()


def test_home_loads_no_heavy_library():
    command = [sys.executable, "-c", PROBE]
    done = subprocess.run(command, cwd=frame.ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
