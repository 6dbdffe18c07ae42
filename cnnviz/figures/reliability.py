"""Is a model right as often as it is sure? One dot for each group of pictures, as HTML.

Classes named here are styled in ``cnnviz/ui/views/models.css``. All words come from the caller.
"""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from math import log10

from cnnviz.figures.palette import LAYERS
from cnnviz.zoo.measures import Group

COLOURS = tuple(LAYERS[kind] for kind in ("conv", "activation", "pool", "dense"))  # one a suite
SMALLEST, TENFOLD = 0.4, 0.22  # width of a dot in rem: of one picture, and more for ten times as many
TICKS = (0, 25, 50, 75, 100)


def reliability_html(
    suites: Mapping[str, Sequence[Group]], words: Mapping[str, str], said: Callable[[str, Group], str]
) -> str:
    """Return the diagram: confidence across, the share that is right upwards, a diagonal where they agree.

    Parameters
    ----------
    suites : mapping of str to sequence of Group
        By name of what was measured on; a few.
    words : mapping
        ``says`` and ``right`` for the axes, ``equal`` for the diagonal.
    said : callable
        Returns the text of a dot, given the name of the suite and the group.
    """
    dots, names = [], [f"<span><i class='equal'></i>{escape(words['equal'])}</span>"]
    for (name, groups), colour in zip(suites.items(), COLOURS, strict=False):
        dots += [_dot(group, colour, said(name, group)) for group in groups]
        names.append(f"<span><i style='background:{colour}'></i>{escape(name)}</span>")
    ticks = "".join(
        f"<b style='left:{tick}%;bottom:-1.5rem'>{tick}</b>"
        f"<b class='up' style='bottom:{tick}%'>{tick}{' %' * (tick == TICKS[-1])}</b>"
        for tick in TICKS
    )
    return (
        f"<figure class='reliability'><p>{escape(words['right'])}</p>"
        f"<div class='field'>{ticks}{''.join(dots)}</div>"
        f"<p class='across'>{escape(words['says'])}</p>"
        f"<div class='legend'>{''.join(names)}</div></figure>"
    )


def _dot(group: Group, colour: str, text: str) -> str:
    """Return a dot with the interval of its share, and what it says."""
    share = group.share
    low, high = 100 * share.low, 100 * share.high
    size = SMALLEST + TENFOLD * log10(share.count)
    place = f"left:{100 * group.confidence:.2f}%;color:{colour}"
    return (
        f"<u style='{place};bottom:{low:.2f}%;height:{high - low:.2f}%'></u>"
        f"<i style='{place};bottom:{100 * share.value:.2f}%;width:{size:.2f}rem;height:{size:.2f}rem' "
        f"role='img' title='{escape(text, quote=True)}' aria-label='{escape(text, quote=True)}'></i>"
    )
