"""What is written on screen is what the softmax computed."""

import re

import numpy as np
import pytest

from cnnviz.figures import predictions
from cnnviz.ops.ensemble import together
from cnnviz.ops.ranking import rank
from cnnviz.ops.softmax import softmax

RESULT = softmax([3, 0, -1])
RANKING = rank(RESULT)
LABELS = ("dog", "<cat>", "50%")


def test_percent_never_claims_certainty():
    assert predictions.percent(1.0) == "> 99.9 %"
    assert predictions.percent(0.0) == "0.0 %"


def test_answer_names_first_and_second():
    words = {"first": "First", "second": "Second"}
    html = predictions.answer_html(RESULT, RANKING, labels=LABELS, words=words)
    assert html.index("dog") < html.index("&lt;cat&gt;")
    assert predictions.percent(RESULT.probs[0]) in html


def test_bars_keep_class_order_and_mark_guesses():
    html = predictions.bars_html(softmax([0, 3]), rank(softmax([0, 3])), labels=("a", "b"))
    assert re.findall(r"bar (\w+)", html) == ["second", "first"]
    widths = [float(width) for width in re.findall(r"width:([\d.]+)%", html)]
    assert sum(widths) == pytest.approx(100, abs=0.01)


def test_table_holds_every_step():
    html = predictions.table_html(RESULT, RANKING, labels=LABELS, headings="abcdef", total="sum")
    rows = re.findall(r"<tr class='\w*'>(.*?)</tr>", html)
    numbers = [re.findall(r"<td>(.*?)</td>", row) for row in rows]
    assert numbers[1][:3] == ["0.00", "−3.00", "0.0498"]
    assert float(numbers[0][4]) == pytest.approx(RESULT.probs[0], abs=5e-5)
    assert float(numbers[-1][2]) == pytest.approx(RESULT.total, abs=5e-5)


def test_formula_holds_all_logits_and_the_value():
    latex = predictions.formula_latex(RESULT, 0, label="50%")
    assert r"e^{3.00} + e^{0.00} + e^{−1.00}" in latex
    assert latex.endswith(rf"= {RESULT.probs[0]:.4f}\end{{aligned}}")
    assert r"p_{\text{50\%}} &= \frac{e^{z_{\text{50\%}}}}" in latex


def test_formula_of_many_classes_is_shortened():
    assert r"\dots" in predictions.formula_latex(softmax(np.arange(30.0)), 0, label="a")


def test_no_minus_zero():
    assert predictions.number(-0.001) == "0.00"


def test_formula_as_html_says_the_same():
    html = predictions.formula_html(RESULT, 0, label="<a>")
    for text in ("e<sup>3.00</sup> + e<sup>0.00</sup> + e<sup>−1.00</sup>", f"<b>{RESULT.probs[0]:.4f}</b>"):
        assert text in html
    assert "<i>p</i><sub>&lt;a&gt;</sub>" in html
    assert "e<sup>z<sub>&lt;a&gt;</sub></sup>" in html


def test_texts_of_the_catalogue_cannot_inject_html():
    assert predictions.marked_html("**<i>**") == "<b>&lt;i&gt;</b>"


@pytest.mark.parametrize("prob", [0.0, 0.123, 1.0])
def test_meter_says_and_shows_the_same_share(prob):
    words = {"ask": "A <digit>?", "say": "No.", "mark": "from 38 %"}
    html = predictions.belonging_html(prob, 0.38, kind="no", words=words)
    assert f"width:{prob * 100:.2f}%" in html
    assert f"aria-valuenow='{prob * 100:.1f}'" in html
    assert predictions.percent(prob) in html
    assert html.count("left:38.00%") == 2
    assert "A &lt;digit&gt;?" in html


def test_what_networks_say_together_is_written_out_with_every_step():
    each = {"one": softmax([2, 0, -1]), "<two>": softmax([0, 1, 0])}
    pool = together([result.probs for result in each.values()])
    html = predictions.together_html(
        each, pool, RANKING, 1, labels=LABELS, headings=("class", "root", "both"), total="sum"
    )
    left, right = (f"{result.probs[1]:.4f}" for result in each.values())
    assert f"({left} · {right})<sup>1/2</sup>" in html
    assert f"<b>{pool.probs[1]:.4f}</b>" in html
    assert "&lt;two&gt;" in html
    rows = [re.findall(r"<td>(.*?)</td>", row) for row in re.findall(r"<tr class='\w*'>(.*?)</tr>", html)]
    assert len(rows) == 4
    assert [float(row[2]) for row in rows] == pytest.approx([*pool.roots, pool.totals], abs=5e-5)
    assert [float(row[3]) for row in rows] == pytest.approx([*pool.probs, 1], abs=5e-5)
