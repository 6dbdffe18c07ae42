"""A softmax as HTML and LaTeX: the answer, bars, the table of every step, the formula with its numbers.

HTML and not plotly: ten bars then cost no rendering time and follow the theme. The classes named here
are styled in ``cnnviz/ui/predict.css``. All words come from the caller and are escaped.
"""

from collections.abc import Mapping, Sequence
from html import escape

from cnnviz.ops.ensemble import Together
from cnnviz.ops.ranking import Ranking
from cnnviz.ops.softmax import SoftmaxResult

LONG = 3  # names with more letters are set smaller
LIMIT_TERMS = 12  # more classes than this are abbreviated in the formula


def percent(prob: float) -> str:
    """Return a probability as text, never rounded up to certainty.

    Examples
    --------
    >>> percent(0.5), percent(0.9999), percent(0.00001)
    ('50.0 %', '> 99.9 %', '< 0.1 %')
    """
    if prob > 0.9995:
        return "> 99.9 %"
    return "< 0.1 %" if 0 < prob < 0.0005 else f"{prob * 100:.1f} %"


def answer_html(
    result: SoftmaxResult, ranking: Ranking, *, labels: Sequence[str], words: Mapping[str, str]
) -> str:
    """Return the first guess large, the second beside it.

    Parameters
    ----------
    result, ranking : SoftmaxResult, Ranking
        What is shown.
    labels : sequence of str
        Name of each class.
    words : mapping
        ``first`` and ``second``: what stands above each guess.
    """
    parts = []
    for rank, kind in ((ranking.first, "first"), (ranking.second, "second")):
        parts.append(
            f"<div class='guess {kind}'><div class='what'>{escape(words[kind])}</div>"
            f"<div class='name{' long' * (len(labels[rank]) > LONG)}'>{escape(labels[rank])}</div>"
            f"<div class='prob'>{percent(float(result.probs[rank]))}</div></div>"
        )
    return f"<div class='answer' role='status'>{''.join(parts)}</div>"


def belonging_html(prob: float, threshold: float, *, kind: str, words: Mapping[str, str]) -> str:
    """Return whether a picture shows any of the classes at all: a meter of its own, and a sentence.

    Parameters
    ----------
    prob : float
        Probability that it does, 0..1.
    threshold : float
        From here on the answer is yes; marked on the meter.
    kind : {'yes', 'unsure', 'no'}
        What the answer is; ``unsure`` is a yes that does not know which class.
    words : mapping
        ``ask``, the question; ``say``, the answer in a sentence; ``mark``, what stands at the threshold.
    """
    ask, say, mark = (escape(words[name]) for name in ("ask", "say", "mark"))
    place = f"{threshold * 100:.2f}%"
    value = f"aria-valuemin='0' aria-valuemax='100' aria-valuenow='{prob * 100:.1f}' aria-label='{ask}'"
    track = f"<i style='width:{prob * 100:.2f}%'></i><b style='left:{place}'></b>"
    note = f"<small style='left:{place};transform:translateX(-{place})'>{mark}</small>"
    return (
        f"<div class='belongs {kind}'><span class='ask'>{ask}</span>"
        f"<span class='meter' role='meter' {value}>{track}{note}</span>"
        f"<span class='prob'>{percent(prob)}</span><div class='say' role='status'>{say}</div></div>"
    )


def bars_html(result: SoftmaxResult, ranking: Ranking, *, labels: Sequence[str]) -> str:
    """Return one bar a class, in class order so that nothing jumps; first and second guess marked."""
    rows = [
        f"<div class='bar {_kind(index, ranking)}'><span class='label'>{escape(label)}</span>"
        f"<span class='track'><span class='fill' style='width:{prob * 100:.2f}%'></span></span>"
        f"<span class='prob'>{percent(prob)}</span></div>"
        for index, (label, prob) in enumerate(zip(labels, result.probs.tolist(), strict=True))
    ]
    return f"<div class='bars'>{''.join(rows)}</div>"


def table_html(
    result: SoftmaxResult,
    ranking: Ranking,
    *,
    labels: Sequence[str],
    headings: Sequence[str],
    total: str,
    only: Sequence[int] | None = None,
) -> str:
    """Return every step of the softmax: a row a class, and the sums underneath.

    Parameters
    ----------
    result, ranking : SoftmaxResult, Ranking
        What is shown.
    labels : sequence of str
        Name of each class.
    headings : sequence of str
        Six of them: class, logit, shifted, exponential, division, probability.
    total : str
        Name of the last row, which sums over all classes.
    only : sequence of int, optional
        The classes that get a row, in this order; all if left out.
    """
    columns = (result.logits, result.shifted, result.exponentials, result.probs)
    shown = range(len(labels)) if only is None else only
    whole = number(result.total, places=4)
    body = []
    for index in shown:
        logit, shifted, exponential, prob = (float(column[index]) for column in columns)
        power = number(exponential, places=4)
        cells = [number(logit), number(shifted), power, f"{power} / {whole}", number(prob, places=4)]
        body.append(_row(labels[index], cells, kind=_kind(index, ranking)))
    foot = _row(total, ["", "", whole, "", number(float(result.probs.sum()), places=4)])
    head = "".join(f"<th scope='col'>{escape(heading)}</th>" for heading in headings)
    parts = f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody><tfoot>{foot}</tfoot>"
    return f"<div class='scroll'><table class='softmax'>{parts}</table></div>"


def formula_latex(result: SoftmaxResult, index: int, *, label: str) -> str:
    """Return the softmax of one class as LaTeX: with logits, with exponentials, and its value.

    Parameters
    ----------
    result : SoftmaxResult
        What is shown.
    index : int
        Class whose probability is written out.
    label : str
        Name of that class.
    """
    powers = _sum([f"e^{{{number(logit)}}}" for logit in result.logits])
    values = _sum([number(value, places=3) for value in result.exponentials])
    top = number(result.exponentials[index], places=3)
    name, own = _latex_text(label), number(result.logits[index])
    rule = rf"\frac{{e^{{z_{{\text{{{name}}}}}}}}}{{\sum_k e^{{z_k}}}}"
    one = rf"p_{{\text{{{name}}}}} &= {rule} = \frac{{e^{{{own}}}}}{{{powers}}}"
    whole, prob = number(result.total, places=3), number(result.probs[index], places=4)
    two = rf"&= \frac{{{top}}}{{{values}}} = \frac{{{top}}}{{{whole}}} = {prob}"
    return rf"\begin{{aligned}}{one}\\[0.6em]{two}\end{{aligned}}"


def formula_html(result: SoftmaxResult, index: int, *, label: str) -> str:
    """Return what `formula_latex` says as HTML, which the browser paints ten times faster."""
    own, whole = number(result.logits[index]), number(result.total, places=3)
    powers = _sum([f"e<sup>{number(logit)}</sup>" for logit in result.logits], dots="…")
    values = _sum([number(value, places=3) for value in result.exponentials], dots="…")
    top, prob = number(result.exponentials[index], places=3), number(result.probs[index], places=4)
    left, name = _probability(label), escape(label)
    rule = _fraction(f"e<sup>z<sub>{name}</sub></sup>", "Σ<sub>k</sub> e<sup>z<sub>k</sub></sup>")
    one = left + _equals(rule) + _equals(_fraction(f"e<sup>{own}</sup>", powers))
    two = _equals(_fraction(top, values)) + _equals(_fraction(top, whole)) + _equals(f"<b>{prob}</b>")
    return f"<div class='formula scroll'><div>{one}</div><div>{two}</div></div>"


def together_html(
    each: Mapping[str, SoftmaxResult],
    pool: Together,
    ranking: Ranking,
    index: int,
    *,
    labels: Sequence[str],
    headings: Sequence[str],
    total: str,
) -> str:
    """Return how probabilities of several networks become one: written out for one class, then a row a class.

    Parameters
    ----------
    each : mapping of str to SoftmaxResult
        Name of each network, and what it says.
    pool, ranking : Together, Ranking
        What they say together.
    index : int
        Class that is written out.
    labels : sequence of str
        Name of each class.
    headings : sequence of str
        Three of them: class, root of the product, probability.
    total : str
        Name of the last row, which sums over all classes.
    """
    probs = [[number(prob, places=4) for prob in result.probs] for result in each.values()]
    roots, together = ([number(value, places=4) for value in values] for values in (pool.roots, pool.probs))
    whole = number(float(pool.totals), places=4)
    product = " · ".join(column[index] for column in probs)
    rule = _fraction(f"({product})<sup>1/{len(probs)}</sup>", whole)
    values = (rule, _fraction(roots[index], whole), f"<b>{together[index]}</b>")
    formula = _probability(labels[index]) + "".join(map(_equals, values))
    rows = zip(labels, zip(*probs, roots, together, strict=True), strict=True)
    body = "".join(
        _row(label, cells, kind=_kind(place, ranking)) for place, (label, cells) in enumerate(rows)
    )
    foot = _row(total, [*("" for _ in probs), whole, number(float(pool.probs.sum()), places=4)])
    first, root, last = headings
    head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in (first, *each, root, last))
    parts = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody><tfoot>{foot}</tfoot>"
    table = f"<table class='softmax'>{parts}</table>"
    return f"<div class='formula scroll'><div>{formula}</div></div><div class='scroll'>{table}</div>"


def marked_html(text: str) -> str:
    """Return a text of the catalogue as HTML: escaped, with ``**words**`` bold.

    Examples
    --------
    >>> marked_html("**a** < b")
    '<b>a</b> &lt; b'
    """
    parts = escape(text).split("**")
    return "".join(f"<b>{part}</b>" if odd % 2 else part for odd, part in enumerate(parts))


def number(value: float, *, places: int = 2) -> str:
    """Return `value` with so many places, with a true minus sign, and never as minus zero."""
    text = f"{value:.{places}f}"
    return text.removeprefix("-") if float(text) == 0 else text.replace("-", "\N{MINUS SIGN}")


def _kind(index: int, ranking: Ranking) -> str:
    return {ranking.first: "first", ranking.second: "second"}.get(index, "")


def _row(label: str, cells: Sequence[str], *, kind: str = "") -> str:
    inner = "".join(f"<td>{cell}</td>" for cell in cells)
    return f"<tr class='{kind}'><th scope='row'>{escape(label)}</th>{inner}</tr>"


def _sum(terms: list[str], *, dots: str = r"\dots") -> str:
    kept = terms if len(terms) <= LIMIT_TERMS else [*terms[: LIMIT_TERMS - 1], dots]
    return " + ".join(kept)


def _probability(label: str) -> str:
    return f"<span><i>p</i><sub>{escape(label)}</sub></span>"


def _equals(value: str) -> str:
    return f"<span class='equals'>= {value}</span>"


def _fraction(above: str, below: str) -> str:
    return f"<span class='fraction'><span>{above}</span><span>{below}</span></span>"


def _latex_text(text: str) -> str:
    return "".join(rf"\{char}" if char in r"{}%&$#_" else char for char in text if char not in "\\^~")
