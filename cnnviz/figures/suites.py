"""What was measured of a model, as HTML tables: a name, a number and small print in each line.

Classes named here are styled in ``cnnviz/ui/views/models.css``. All words come from the caller.
"""

from collections.abc import Mapping, Sequence
from html import escape

from cnnviz.zoo.measures import Share


def facts_html(
    rows: Sequence[tuple[str, str, Sequence[str]]], headings: tuple[str, str] | None = None
) -> str:
    """Return one line for each (name, number, small print below the number).

    Parameters
    ----------
    rows : sequence of (str, str, sequence of str)
        What stands in each line.
    headings : (str, str), optional
        What stands above names and numbers.
    """
    top = "".join(f"<th scope='col'>{escape(heading)}</th>" for heading in headings or ())
    lines = []
    for name, value, notes in rows:
        small = "".join(f"<small>{escape(note)}</small>" for note in notes)
        lines.append(f"<tr><th scope='row'>{escape(name)}</th><td><b>{escape(value)}</b>{small}</td></tr>")
    head = f"<thead><tr>{top}</tr></thead>" if top else ""
    return f"<table class='suites'>{head}<tbody>{''.join(lines)}</tbody></table>"


def suites_html(
    rows: Sequence[tuple[str, Share]], words: Mapping[str, str], *, top2: Mapping[str, Share] | None = None
) -> str:
    """Return one line for each (name, share): accuracy, interval, counts.

    Parameters
    ----------
    rows : sequence of (str, Share)
        What was measured on, and the result.
    words : mapping
        ``suite`` and ``right``, the headings; ``interval``, said of the range; ``top2``, said of how often
        the truth is one of the two first guesses.
    top2 : mapping of str to Share, optional
        That, by the name of the row.
    """
    lines = []
    for name, share in rows:
        notes = [f"{share.right:,} / {share.count:,}", interval_text(share, words["interval"])]
        if two := (top2 or {}).get(name):
            notes += [f"{words['top2']} {percent(two)}", interval_text(two, words["interval"])]
        lines.append((name, percent(share), notes))
    return facts_html(lines, (words["suite"], words["right"]))


def by_class_html(
    columns: Mapping[str, Sequence[Share | None]], labels: Sequence[str], words: Mapping[str, str]
) -> str:
    """Return accuracy and interval of every class (row) in every suite (column).

    The lowest of a column is marked, unless all its classes are read alike.

    Parameters
    ----------
    columns : mapping of str to sequence of Share or None
        By name of the suite, one for each class; None where it has no pictures of it.
    labels : sequence of str
        Names of the classes.
    words : mapping
        ``class``, the heading of the first column; ``none``, for a class without pictures.
    """
    worst = {name: _lowest([share.value for share in shares if share]) for name, shares in columns.items()}
    head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in (words["class"], *columns))
    rows = []
    for place, label in enumerate(labels):
        cells = [_cell(shares[place], worst[name], words["none"]) for name, shares in columns.items()]
        rows.append(f"<tr><th scope='row'>{escape(label)}</th>{''.join(cells)}</tr>")
    table = (
        f"<table class='suites classes'><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )
    return f"<div class='scroll'>{table}</div>"


def percent(share: Share) -> str:
    """Return a share as text, with two places."""
    return f"{100 * share.value:.2f} %"


def interval_text(share: Share, name: str) -> str:
    """Return the range of a share, after its `name`."""
    return f"{name} {100 * share.low:.2f} – {100 * share.high:.2f} %"


def _lowest(values: Sequence[float]) -> float | None:
    """Return the lowest value, or None if no value is lower than another."""
    return min(values) if len(set(values)) > 1 else None


def _cell(share: Share | None, worst: float | None, none: str) -> str:
    if share is None:
        return f"<td><small>{escape(none)}</small></td>"
    kind = " class='worst'" if share.value == worst else ""
    between = f"<span>{100 * share.low:.1f} – {100 * share.high:.1f}</span>"
    counts = f"<span>{share.right:,} / {share.count:,}</span>"
    return f"<td{kind}><b>{100 * share.value:.1f} %</b><small>{between} · {counts}</small></td>"
