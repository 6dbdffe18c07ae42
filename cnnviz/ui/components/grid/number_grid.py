"""A grid of numbers that a person types into; what was typed survives reruns and page switches.

The start values and every change made from Python (`set_numbers`) count as a *revision*. Between
two revisions the browser owns the texts and sends all of them at each valid change. A plain key of
the session state keeps them, because a component forgets its state when its page is left.
"""

import re
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import streamlit as st

from cnnviz import check, words
from cnnviz.errors import RangeError
from cnnviz.ui.components.assets import mount

F64 = npt.NDArray[np.float64]
Texts = tuple[tuple[str, ...], ...]

LARGEST = 1e6  # of a typed number; keeps sums of products exact to six places in float64
MOST = 12  # rows or columns; more do not fit a phone
SIZES = tuple(f"{axis}{form}" for axis in ("rows", "cols") for form in ("", "_one", "_more", "_fewer"))
WORDS = ("cell", "invalid", "sign", *SIZES)
_DECIMAL = r"(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?"
_TYPED = re.compile(rf"([+-]?{_DECIMAL})(?:/([+-]?{_DECIMAL}))?", re.ASCII)


@dataclass(frozen=True)
class _Store:
    """What the session keeps of one grid: `values` of this revision, and the texts shown now."""

    revision: int
    values: F64
    texts: Texts


def number_grid(
    key: str,
    start: npt.ArrayLike,
    *,
    label: str,
    language: str,
    resizable: bool = False,
    most: int = MOST,
    read_only: bool = False,
    signs: tuple[str, str] | None = None,
) -> F64:
    """Draw the grid and return the numbers in it.

    Each cell takes ``-3``, ``.5``, ``1,5`` (a decimal comma) and ``1/9``. A block pasted from a
    spreadsheet, or as ``[[1, 2], [3, 4]]``, fills cells to the right and below. Arrow keys, Enter and
    Tab move, Escape takes a change back. A text that is no number is marked and explained; until it is
    mended, the cell's last good number counts.

    Parameters
    ----------
    key : str
        Name of the grid, unique in the app. `numbers` and `set_numbers` know it by this name.
    start : array_like of float, (rows, cols), 1..12 each
        The numbers at the first visit; later ones are ignored: change them with `set_numbers`.
        With `read_only` they are shown every time.
    label : str
        What the numbers are, read out by screen readers.
    language : {'en', 'ko'}
        Language of the texts in the grid.
    resizable : bool
        Whether rows and columns can be added and removed; a pasted block then grows the grid.
    most : int
        Rows or columns up to which it can grow.
    read_only : bool
        Show the numbers only.
    signs : (str, str), optional
        CSS colours of negative and positive numbers; cells are tinted by their share of the largest.

    Returns
    -------
    ndarray of float64, (rows, cols)
        Read-only; the last good numbers where a cell holds something else.

    Examples
    --------
    >>> kernel = number_grid("conv.kernel", np.eye(3), label="Kernel", language="en")  # doctest: +SKIP
    """
    if read_only:
        set_numbers(key, start)
    store = _current(key, start)
    catalogue = words.catalogue(language)  # templates: the browser fills in row and column
    data = {
        "revision": store.revision,
        "texts": store.texts,
        "words": {"label": label} | {word: catalogue[f"grid.{word}"] for word in WORDS},
        "limits": (1, most) if resizable else None,
        "read_only": read_only,
        "largest": LARGEST,
        "signs": signs,
    }
    mount("grid")(key=key, data=data, on_edit_change=_nothing)
    return _numbers_of(store)


def numbers(key: str, start: npt.ArrayLike) -> F64:
    """Return the numbers now in the grid `key` without drawing it; `start` where it has none yet."""
    return _numbers_of(_current(key, start))


def set_numbers(key: str, values: npt.ArrayLike) -> None:
    """Put `values` into the grid `key`, of any size from 1x1 to 12x12; for presets and buttons.

    Raises
    ------
    ShapeError, RangeError
        If `values` are not such a table of finite numbers.
    """
    array = _checked(values)
    old: _Store | None = st.session_state.get(_store_key(key))
    if old is not None and np.array_equal(_numbers_of(_current(key, array)), array):
        return
    revision = 0 if old is None else old.revision + 1
    st.session_state[_store_key(key)] = _Store(revision, array, _texts_of(array))


def parse_number(text: str) -> float:
    """Return the number that a person typed: ``-3``, ``.5``, ``1,5``, ``2e-3``, ``1/9``.

    Raises
    ------
    RangeError
        If `text` is no number, or larger than a million.

    Examples
    --------
    >>> parse_number("-1/4")
    -0.25
    """
    match = _TYPED.fullmatch(text)
    parts = [float(part.replace(",", ".")) for part in match.groups(default="1")] if match else [1.0, 0.0]
    if parts[1] == 0 or not abs(parts[0] / parts[1]) <= LARGEST:
        raise RangeError("typed_number", got=text, largest=f"{LARGEST:,.0f}")
    return parts[0] / parts[1]


def format_number(value: float) -> str:
    """Return `value` as a cell shows it: short decimals as they are, otherwise a fraction or 6 digits."""
    if len(short := f"{value:.12g}") <= 7:
        return "0" if short == "-0" else short
    fraction = Fraction(value).limit_denominator(1000)
    return str(fraction) if fraction and float(fraction) == value else f"{value:.6g}"


def _nothing() -> None:
    """Let the component have a state called edit."""


def _store_key(key: str) -> str:
    return f"{key}.numbers"


def _current(key: str, start: npt.ArrayLike) -> _Store:
    """Return what the session keeps of the grid, with the browser's latest change taken in."""
    store: _Store | None = st.session_state.get(_store_key(key))
    if store is None:
        array = _checked(start)
        store = _Store(0, array, _texts_of(array))
    edit = (st.session_state.get(key) or {}).get("edit")
    if edit and edit.get("revision") == store.revision:
        store = _edited(store, edit.get("texts"))
    st.session_state[_store_key(key)] = store
    return store


def _edited(store: _Store, texts: object) -> _Store:
    """Return `store` with the texts of the browser, or as it was where they are no numbers."""
    try:
        edited = replace(store, texts=tuple(tuple(str(text) for text in row) for row in texts))  # type: ignore[attr-defined]  # checked here
        _checked(_numbers_of(edited))
    except (TypeError, ValueError):
        return store
    return edited


def _numbers_of(store: _Store) -> F64:
    """Return the numbers of the texts; a text that still shows its value gives it at full precision."""
    rows, cols = store.values.shape
    shown = _texts_of(store.values)
    parsed = [
        [
            store.values[row, col]
            if row < rows and col < cols and text == shown[row][col]
            else parse_number(text)
            for col, text in enumerate(line)
        ]
        for row, line in enumerate(store.texts)
    ]
    result = check.check_array("numbers", parsed, ndim=2)
    result.setflags(write=False)
    return result


def _checked(values: npt.ArrayLike) -> F64:
    array = check.check_array("numbers", values, ndim=2).copy()
    for name, size in zip(("rows", "columns"), array.shape, strict=True):
        check.check_integer(name, size, 1, MOST)
    array.setflags(write=False)
    return array


def _texts_of(values: F64) -> Texts:
    return tuple(tuple(format_number(float(value)) for value in row) for row in values)
