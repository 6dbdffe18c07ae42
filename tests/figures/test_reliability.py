"""A dot stands where its confidence and its share of right answers put it, as large as its group is."""

import re

from cnnviz.figures.reliability import COLOURS, reliability_html
from cnnviz.zoo.measures import Group, Share

WORDS = {"says": "sure", "right": "right", "equal": "alike"}
DOTS = re.compile(r"<i style='left:([\d.]+)%;color:(#\w+);bottom:([\d.]+)%;width:([\d.]+)rem")


def said(suite: str, group: Group) -> str:
    return f"{suite} {group.share.right}"


def test_dots_stand_where_they_belong() -> None:
    html = reliability_html(
        {"a": [Group(0.5, Share(1, 4)), Group(0.98, Share(980, 1000))], "b": [Group(0.7, Share(1, 1))]},
        WORDS,
        said,
    )
    (left, colour, bottom, size), (_, _, _, larger), (_, other, top, _) = DOTS.findall(html)
    assert (float(left), float(bottom), float(top)) == (50, 25, 100)
    assert float(larger) > float(size)
    assert (colour, other) == COLOURS[:2]
    assert "aria-label='a 980'" in html


def test_the_interval_reaches_from_low_to_high() -> None:
    share = Share(30, 60)
    html = reliability_html({"a": [Group(0.5, share)]}, WORDS, said)
    bottom, height = re.search(r"<u style='[^']*bottom:([\d.]+)%;height:([\d.]+)%", html).groups()
    assert abs(float(bottom) - 100 * share.low) < 0.01
    assert abs(float(bottom) + float(height) - 100 * share.high) < 0.02


def test_names_are_escaped() -> None:
    html = reliability_html({"<b>": [Group(0.5, Share(1, 2))]}, WORDS, said)
    assert "<span><i style" in html
    assert "<b>:" not in html
    assert "&lt;b&gt;" in html
