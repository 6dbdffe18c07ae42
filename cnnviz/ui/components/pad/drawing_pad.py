"""A sheet to draw on; the drawing survives reruns and page switches.

As with the number grid, a drawing set from Python (`set_drawing`) counts as a *revision*; between two
revisions the strokes drawn in the browser are the truth. They travel as plain numbers (about 1 kB a
digit) and are rendered once, here, by the renderer that the samples use too.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import streamlit as st

from cnnviz import words
from cnnviz.errors import CnnvizError
from cnnviz.images import strokes
from cnnviz.images.strokes import Drawing, Stroke
from cnnviz.ui.components.assets import mount

WORDS = ("canvas", "hint", "undo", "clear", "pen", "paper")
EMPTY = Drawing()


@dataclass(frozen=True, slots=True)
class PadMark:
    """A frame around a place of the sheet, in its units, and what stands there."""

    top: float
    left: float
    height: float
    width: float
    text: str


@dataclass(frozen=True, slots=True)
class _Store:
    revision: int
    drawing: Drawing


def drawing_pad(
    key: str,
    start: Drawing = EMPTY,
    *,
    label: str,
    language: str,
    live: bool = True,
    pen: float = strokes.PEN,
    marks: Sequence[PadMark] = (),
) -> Drawing:
    """Draw the sheet and return what is on it; a wide one takes the width there is.

    Parameters
    ----------
    key : str
        Name of the sheet, unique in the app. `drawing` and `set_drawing` know it by this name.
    start : Drawing
        What is on it at the first visit; later ones are ignored: change it with `set_drawing`. Its
        `aspect` is the shape of the sheet.
    label : str
        What to draw, read out by screen readers.
    language : {'en', 'ko'}
        Language of its texts.
    live : bool
        Return new strokes while they are drawn (every 120 ms); otherwise when the pen is lifted.
    pen : float
        Pen width at the start, in units of the sheet (280 high).
    marks : sequence of PadMark
        Frames over what is drawn; they are not part of the drawing. `drawing` tells before this call what
        is on the sheet.

    Returns
    -------
    Drawing
        Strokes and paper; ``.picture()`` gives the pixels.

    Examples
    --------
    >>> drawing_pad("digits.pad", label="A digit", language="en").is_empty  # doctest: +SKIP
    True
    """
    store = _current(key, start)
    catalogue = words.catalogue(language)  # templates: the browser fills in the number of strokes
    data = {
        "revision": store.revision,
        "paper": store.drawing.paper,
        "strokes": [as_sent(stroke) for stroke in store.drawing.strokes],
        "words": {"label": label} | {word: catalogue[f"pad.{word}"] for word in WORDS},
        "live": live,
        "sheet": strokes.SHEET,
        "aspect": store.drawing.aspect,
        "marks": [asdict(mark) for mark in marks],
        "pen": pen,
        "pen_widths": strokes.PEN_WIDTHS,
        "most_points": strokes.MAX_POINTS,
    }
    mount("pad")(key=key, data=data, on_edit_change=_nothing)
    return store.drawing


def drawing(key: str, start: Drawing = EMPTY) -> Drawing:
    """Return what is on the sheet `key` now, without drawing it; `start` where it has never been shown."""
    return _current(key, start).drawing


def set_drawing(key: str, new: Drawing) -> None:
    """Put `new` on the sheet `key`; for buttons and samples."""
    old: _Store | None = st.session_state.get(_store_key(key))
    st.session_state[_store_key(key)] = _Store(0 if old is None else old.revision + 1, new)


def _nothing() -> None:
    """Let the component have a state called edit."""


def _store_key(key: str) -> str:
    return f"{key}.drawing"


def _current(key: str, start: Drawing) -> _Store:
    """Return what the session keeps of the sheet, with the browser's latest strokes taken in."""
    store: _Store = st.session_state.get(_store_key(key)) or _Store(0, start)
    edit = (st.session_state.get(key) or {}).get("edit")
    if edit and edit.get("revision") == store.revision:
        try:
            received = tuple(_received(stroke) for stroke in edit["strokes"])
            store = _Store(store.revision, Drawing(received, edit["paper"], store.drawing.aspect))
        except (KeyError, TypeError, ValueError, CnnvizError):
            pass  # no browser of ours sends this: the last good drawing stays
    st.session_state[_store_key(key)] = store
    return store


def as_sent(stroke: Stroke) -> dict[str, object]:
    """Return a stroke as the browser knows it: rows and columns in one flat list."""
    return {"width": stroke.width, "points": [round(value, 1) for point in stroke.points for value in point]}


def _received(stroke: dict[str, object]) -> Stroke:
    flat = np.array(stroke["points"], dtype=np.float64).reshape(-1, 2)
    return Stroke(tuple(map(tuple, flat.tolist())), float(stroke["width"]))  # type: ignore[arg-type]  # checked by Drawing
