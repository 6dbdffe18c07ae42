"""Figures of the page "Inside the network": the terms of a dense unit, formulas with their numbers."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from cnnviz.figures import palette
from cnnviz.figures.numbers import short

if TYPE_CHECKING:
    from cnnviz.explain.results import Surgical
    from cnnviz.trace.unit import DenseUnit, NormUnit, SumUnit

MOST_MAPS = 64
DENSE_ROWS = 12  # products written out, the largest ones


def norm_latex(unit: "NormUnit") -> str:
    """Return what a normalisation does to every number of a map, with its numbers, as LaTeX."""
    mean, variance, gamma, beta = (short(n) for n in (unit.mean, unit.variance, unit.gamma, unit.beta))
    formula = r"y = \gamma \cdot \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta"
    digits, power = f"{unit.epsilon:.0e}".split("e")
    epsilon = rf"{digits} \cdot 10^{{{int(power)}}}"
    spread = rf"\sqrt{{{variance} + {epsilon}}}"
    put_in = rf"{_braced(gamma)} \cdot \frac{{x - {_braced(mean)}}}{{{spread}}} + {_braced(beta)}"
    return rf"{formula} = {put_in} = {short(unit.scale)} \cdot x + {_braced(short(unit.shift))}"


def sum_latex(unit: "SumUnit", row: int, col: int, *, name: str) -> str:
    """Return one cell of a sum with its terms, and the activation called `name` where there is one."""
    cell = (row, col)
    terms = " + ".join(_braced(short(float(term[cell]), 4)) for term in unit.terms)
    text = rf"{terms} = {short(float(unit.total[cell]), 4)}"
    if unit.after is None:
        return text
    value = short(float(unit.after.value[cell]), 4)
    return rf"{text} \quad\to\quad \text{{{name}}}({short(float(unit.total[cell]), 4)}) = {value}"


def strongest_maps(maps: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """Return at most `MOST_MAPS` of `maps` (C, H, W): those with the largest sums of absolute numbers."""
    if len(maps) <= MOST_MAPS:
        return maps
    best = np.sort(np.argsort(-np.abs(maps).sum((1, 2)), kind="stable")[:MOST_MAPS])
    return maps[best]


def dense_html(unit: "DenseUnit", *, label: Callable[[int], str], words: Mapping[str, str]) -> str:
    """Return the largest products of a dense unit as bars, the rest in one line, bias and sum.

    Parameters
    ----------
    unit : DenseUnit
        What is shown.
    label : callable
        Gives what an input is called.
    words : mapping
        ``input value weight product rest bias total after``.
    """
    order = np.argsort(-np.abs(unit.products), kind="stable")[:DENSE_ROWS]
    rest = float(unit.products.sum() - unit.products[order].sum())
    peak = max(float(np.abs(unit.products[order]).max()), abs(rest), abs(unit.bias), 1e-12)
    head = "".join(
        f"<th scope='col'>{escape(words[key])}</th>" for key in ("input", "value", "weight", "product")
    )
    rows = [
        _row(label(k), [short(float(unit.place.inputs[k])), short(unit.weights[k])], unit.products[k], peak)
        for k in order.tolist()
    ]
    if len(unit.products) > DENSE_ROWS:
        rows.append(_row(words["rest"], ["", ""], rest, peak))
    rows.append(_row(words["bias"], ["", ""], unit.bias, peak))
    foot = (
        f"<tr><th scope='row'>{escape(words['total'])}</th><td colspan='3'>{short(unit.total, 5)}</td></tr>"
    )
    if unit.after is not None:
        value = short(float(unit.after.value[0]), 5)
        foot += f"<tr><th scope='row'>{escape(words['after'])}</th><td colspan='3'>{value}</td></tr>"
    return _table(f"<tr>{head}</tr>", rows, foot)


def compare_html(both: "Surgical", *, labels: Sequence[str], words: Mapping[str, str]) -> str:
    """Return scores and probabilities before and after an operation, a row a class.

    Parameters
    ----------
    both : Surgical
        What is shown.
    labels : sequence of str
        Names of the classes.
    words : mapping
        ``class logit prob before after change``.
    """
    peak = max(float(np.abs(both.logit_change).max()), 1e-12)
    rows = []
    for k, label in enumerate(labels):
        cells = [short(float(answer.logits[k]), 3) for answer in (both.before, both.after)]
        probs = [f"{100 * float(answer.probs[k]):.1f}\u202f%" for answer in (both.before, both.after)]
        change = _row(label, [*cells, *probs], float(both.logit_change[k]), peak)
        marks = " first" * (k == both.before.order[0]) + " then" * (k == both.after.order[0])
        rows.append(change.replace("<tr>", f"<tr class='{marks.strip()}'>", 1))
    group = "".join(
        f"<th colspan='2' scope='colgroup'>{escape(words[key])}</th>" for key in ("logit", "prob")
    )
    names = "".join(f"<th scope='col'>{escape(words[key])}</th>" for key in ("before", "after") * 2)
    first, last = (f"<th rowspan='2' scope='col'>{escape(words[key])}</th>" for key in ("class", "change"))
    return _table(f"<tr>{first}{group}{last}</tr><tr>{names}</tr>", rows)


def ranking_html(
    rows: Sequence[tuple[str, int, float]], *, changing: Collection[tuple[str, int]], words: Mapping[str, str]
) -> str:
    """Return units by how far a score falls without them.

    Parameters
    ----------
    rows : sequence of (str, int, float)
        Layer, unit, fall of the score, as `cnnviz.explain.surgery.most_important` gives them.
    changing : collection of (str, int)
        Units without which the answer is another one.
    words : mapping
        ``unit fall turns``.
    """
    peak = max((abs(fall) for *_, fall in rows), default=1.0) or 1.0
    body = []
    for layer, unit, fall in rows:
        turns = words["turns"] if (layer, unit) in changing else ""
        body.append(_row(f"{layer} {unit + 1}", [escape(turns)], fall, peak))
    name, fall_name = (f"<th scope='col'>{escape(words[key])}</th>" for key in ("unit", "fall"))
    return _table(f"<tr>{name}<th></th>{fall_name}</tr>", body)


def style_html() -> str:
    """Return the style of these figures."""
    return f"<style>{_style()}</style>"


def _table(head: str, rows: Sequence[str], foot: str = "") -> str:
    parts = f"<thead>{head}</thead><tbody>{''.join(rows)}</tbody><tfoot>{foot}</tfoot>"
    return f"{style_html()}<div class='terms-frame'><table class='terms'>{parts}</table></div>"


def _row(label: str, cells: Sequence[str], value: float, peak: float) -> str:
    colour = palette.SIGNED[9] if value >= 0 else palette.SIGNED[1]
    width = 50 * abs(value) / peak
    left = 50 if value >= 0 else 50 - width
    bar = (
        f"<span class='track'><i style='left:{left:.2f}%;width:{width:.2f}%;background:{colour}'></i></span>"
    )
    inner = "".join(f"<td>{cell}</td>" for cell in cells)
    share = f"<td class='share'>{bar}<b>{short(float(value))}</b></td>"
    return f"<tr><th scope='row'>{escape(label)}</th>{inner}{share}</tr>"


def _braced(text: str) -> str:
    return f"({text})" if text.startswith("−") else text


@cache
def _style() -> str:
    return Path(__file__).with_name("inside.css").read_text(encoding="utf-8")
