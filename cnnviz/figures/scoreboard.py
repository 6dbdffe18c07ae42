"""Accuracies side by side: each a bar from 0 to the share, with its 95 % interval, as HTML.

Classes named here are styled in ``cnnviz/ui/views/models.css``. All words come from the caller.
"""

from collections.abc import Sequence
from html import escape

from cnnviz.zoo.measures import Share


def scoreboard_html(rows: Sequence[tuple[str, str, Share]], *, marked: str = "", told: bool = False) -> str:
    """Return one line for each (name, note, share).

    The scale begins where the lowest interval ends, at a round number, so that close models can be
    told apart; its two ends are written below.

    Parameters
    ----------
    rows : sequence of (str, str, Share)
        Name, note below the name, accuracy.
    marked : str
        Name of the line to set off.
    told : bool
        Whether notes are sentences, which stand above the bars.
    """
    low = scale_start([share for _, _, share in rows])
    lines = [_line(row, low, marked=row[0] == marked) for row in rows]
    ends = f"<div class='ends'><span>{100 * low:g} %</span><span>100 %</span></div>"
    return f"<div class='scores{' told' * told}'>{''.join(lines)}{ends}</div>"


def scale_start(shares: Sequence[Share]) -> float:
    """Return where the scale begins: the highest of 0, 50, 80, 90, 95, 98 and 99 % below every interval.

    Examples
    --------
    >>> scale_start([Share(9938, 10000), Share(9924, 10000)])
    0.99
    """
    lowest = min(share.low for share in shares)
    return max(start for start in (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99) if start <= lowest)


def _line(row: tuple[str, str, Share], start: float, *, marked: bool) -> str:
    name, note, share = row
    value, low, high = (100 * (part - start) / (1 - start) for part in (share.value, share.low, share.high))
    return (
        f"<div class='name{' marked' * marked}'><b>{escape(name)}</b><span>{escape(note)}</span></div>"
        f"<div class='track'><i class='bar' style='width:{value:.2f}%'></i>"
        f"<i class='range' style='left:{low:.2f}%;width:{high - low:.2f}%'></i></div>"
        f"<div class='value'>{100 * share.value:.2f} %</div>"
    )
