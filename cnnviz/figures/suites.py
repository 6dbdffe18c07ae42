"""On what a model was measured and how often it was right, as an HTML table."""

from collections.abc import Mapping, Sequence
from html import escape

from cnnviz.zoo.measures import Share


def suites_html(rows: Sequence[tuple[str, Share]], words: Mapping[str, str]) -> str:
    """Return one line for each (name, share): accuracy, interval, counts.

    Parameters
    ----------
    rows : sequence of (str, Share)
        What was measured on, and the result.
    words : mapping
        ``suite`` and ``right``, the headings; ``interval``, said of the range.
    """
    head = "".join(f"<th scope='col'>{escape(words[name])}</th>" for name in ("suite", "right"))
    lines = []
    for name, share in rows:
        interval = f"{escape(words['interval'])} {100 * share.low:.2f} – {100 * share.high:.2f} %"
        counts = f"{share.right:,} / {share.count:,}"
        lines.append(
            f"<tr><th scope='row'>{escape(name)}</th><td><b>{100 * share.value:.2f} %</b>"
            f"<small>{counts}</small><small>{interval}</small></td></tr>"
        )
    return f"<table class='suites'><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
