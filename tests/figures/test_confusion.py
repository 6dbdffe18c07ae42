"""The confusion matrix as a table, its pairs, and the misread pictures."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from cnnviz.figures.confusion import confusion_html, pictures_html, top_pairs, worst_share
from cnnviz.figures.scoreboard import scale_start, scoreboard_html
from cnnviz.figures.suites import by_class_html, suites_html
from cnnviz.zoo.measures import Share

THREE = np.array([[8, 2, 0], [1, 9, 0], [0, 5, 5]])
WORDS = {
    "truth": "shows",
    "answer": "answered",
    "alt": "22 <of> 30",
    "legend_right": "r",
    "legend_wrong": "w",
}


def test_pairs_come_by_frequency_and_leave_out_what_never_happened() -> None:
    assert top_pairs(THREE, 5) == [(2, 1, 5), (0, 1, 2), (1, 0, 1)]
    assert top_pairs(THREE, 1) == [(2, 1, 5)]
    assert top_pairs(np.eye(3, dtype=np.int64), 5) == []


def test_worst_share_is_of_a_row_and_never_of_the_diagonal() -> None:
    assert worst_share(THREE) == 0.5
    assert worst_share(np.zeros((2, 2), np.int64)) == 0


def test_table_holds_every_count_and_escapes_words() -> None:
    html = confusion_html(THREE, labels=["a", "b", "<c>"], words=WORDS)
    assert [html.count(f">{n}</td>") for n in (8, 2, 1, 9, 5)] == [1, 1, 1, 1, 2]
    assert "&lt;c&gt;" in html
    assert "22 &lt;of&gt; 30" in html
    assert "62%" in html  # the deepest cell: half a row, the worst there is
    assert ">w</span>" in html


def test_no_scale_of_mistakes_where_there_are_none() -> None:
    html = confusion_html(np.eye(3, dtype=np.int64), labels=["a", "b", "c"], words=WORDS)
    assert ">r</span>" in html
    assert ">w</span>" not in html


def test_pictures_arrive_unchanged_with_their_captions() -> None:
    picture = np.arange(784, dtype=np.uint8).reshape(28, 28)
    html = pictures_html([picture], ["4 → 9"])
    data = html.split("base64,")[1].split("'")[0]
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(base64.b64decode(data)))), picture)
    assert html.count("4 → 9") == 2  # to read, and as alternative text


@pytest.mark.parametrize(("right", "start"), [(9950, 0.99), (9890, 0.98), (9100, 0.9), (4000, 0.0)])
def test_scale_starts_below_the_interval(right: int, start: float) -> None:
    assert scale_start([Share(right, 10000)]) == start


def test_scores_mark_the_chosen_one() -> None:
    html = scoreboard_html([("one", "small", Share(90, 100)), ("two", "big", Share(95, 100))], marked="two")
    assert html.count("marked") == 1
    assert "95.00 %" in html


def test_suites_name_counts_and_interval() -> None:
    html = suites_html([("test", Share(9938, 10000))], {"suite": "on", "right": "ok", "interval": "95 %"})
    assert "9,938 / 10,000" in html
    assert "95 % 99.21 – 99.52 %" in html


def test_suites_say_how_often_one_of_two_guesses_is_right() -> None:
    words = {"suite": "on", "right": "ok", "interval": "95 %", "top2": "two:"}
    rows = [("test", Share(90, 100)), ("photos", Share(40, 100))]
    html = suites_html(rows, words, top2={"photos": Share(70, 100)})
    assert html.count("two: 70.00 %") == html.count("two:") == 1
    assert "95 % 60.42 – 78.11 %" in html


def test_lowest_class_of_each_column_is_marked() -> None:
    columns = {
        "one": (Share(9, 10), Share(5, 10), Share(5, 10)),
        "<two>": (Share(4, 10), None, Share(3, 10)),
        "alike": (Share(10, 10),) * 3,
    }
    html = by_class_html(columns, ["a", "b", "c"], {"class": "Class", "none": "nothing"})
    marked = [cell.split("</b>")[0] for cell in html.split("class='worst'><b>")[1:]]
    assert marked == ["50.0 %", "50.0 %", "30.0 %"]
    assert "nothing" in html
    assert "&lt;two&gt;" in html
