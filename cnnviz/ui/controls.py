"""Draw the controls of `state.FIELDS` with their words, and explain errors in place.

A control is seeded from the link one came by, else keeps its value of this session, else takes its
default; whatever it holds is moved into its bounds before it is drawn.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import streamlit as st

from cnnviz.errors import CnnvizError
from cnnviz.ui import state
from cnnviz.ui.frame import Page

Result = TypeVar("Result")
Number = int | float


def slider(page: Page, name: str, *, low: Number | None = None, high: Number | None = None) -> Any:
    """Draw the number `name` as a slider and return it; `low` and `high` move its bounds.

    A slider with one possible value is drawn disabled.
    """
    field = seed(page, name, low=low, high=high)
    if field.low == field.high:
        st.number_input(**_words(page, field), value=field.low, disabled=True, key=f"{field.key}.only")
        return field.low
    bounds: Any = {"min_value": field.low, "max_value": field.high, "step": field.step}
    return st.slider(**_words(page, field), **bounds, key=field.key, persist_state="session")


def number(
    page: Page,
    name: str,
    *,
    low: Number | None = None,
    high: Number | None = None,
    start: Number | None = None,
) -> Any:
    """Draw the number `name` as a field with buttons and return it; bounds and `start` as in `seed`."""
    field = seed(page, name, low=low, high=high, start=start)
    bounds: Any = {"min_value": field.low, "max_value": field.high, "step": field.step}
    return st.number_input(**_words(page, field), **bounds, key=field.key, persist_state="session")


def pair(page: Page, name: str, *, low: int | None = None, high: int | None = None) -> tuple[int, int]:
    """Draw (rows, columns) as two number fields side by side and return them."""
    field = seed(page, name, low=low, high=high)
    words = _words(page, field)
    numbers = []
    for part, column in enumerate(st.columns(2)):
        key = f"{field.key}.{part}"
        st.session_state[key] = st.session_state[field.key][part]
        axis = page.t(f"frame.axis.{part}")
        numbers.append(
            column.number_input(
                f"{words['label']} · {axis}",
                min_value=field.low,
                max_value=field.high,
                step=field.step or 1,
                key=key,
                help=words["help"],
                on_change=_join_pair,
                args=(field.key,),
            )
        )
    return int(numbers[0]), int(numbers[1])


def toggle(page: Page, name: str) -> bool:
    """Draw the switch `name` and return whether it is on."""
    field = seed(page, name)
    return st.toggle(**_words(page, field), key=field.key, persist_state="session")


def select(
    page: Page, name: str, *, choices: Sequence[str] | None = None, named_as: str | None = None
) -> str:
    """Draw the choice `name` as a list that opens, and return what is chosen.

    The choices have the words of the control `named_as`, where two controls choose among the same.
    """
    field = seed(page, name, choices=choices)
    return str(st.selectbox(**_words(page, field), **_options(page, field, named_as or name)))


def radio(page: Page, name: str, *, choices: Sequence[str] | None = None, horizontal: bool = True) -> str:
    """Draw the choice `name` as radio buttons and return what is chosen."""
    field = seed(page, name, choices=choices)
    return str(st.radio(**_words(page, field), **_options(page, field, name), horizontal=horizontal))


def segmented(page: Page, name: str, *, choices: Sequence[str] | None = None) -> str:
    """Draw the choice `name` as a row of buttons and return what is chosen."""
    field = seed(page, name, choices=choices)
    return str(st.segmented_control(**_words(page, field), **_options(page, field, name), required=True))


def switches(page: Page, name: str, options: Mapping[str, str]) -> frozenset[str]:
    """Draw a row of switches, all of one set, and return those of the set that are off.

    Parameters
    ----------
    page, name
        The control; it holds what is off, also of options that are not drawn now.
    options : mapping of str to str
        What can be switched, with its words.
    """
    field = seed(page, name)
    key = f"{field.key}.on"
    st.session_state[key] = [option for option in options if option not in st.session_state[field.key]]
    st.pills(
        **_words(page, field),
        options=tuple(options),
        format_func=options.__getitem__,
        selection_mode="multi",
        key=key,
        on_change=_collect_off,
        args=(field.key, frozenset(options)),
    )
    return frozenset(st.session_state[field.key])


def choice_text(page: Page, name: str, choice: str) -> str:
    """Return how `choice` of the control `name` is called on screen; itself if it has no words."""
    key = state.FIELDS[f"{page.name}.{name}"].text_key(f"choices.{choice}")
    return page.t(key) if page.has(key) else choice


def seed(
    page: Page,
    name: str,
    *,
    low: Number | None = None,
    high: Number | None = None,
    choices: Sequence[str] | None = None,
    start: Number | None = None,
) -> state.Field:
    """Give the control a legal value before its widget is drawn, and return its field as bounded.

    `start`, if given, is what it holds at first, in place of its default.
    """
    field = state.FIELDS[f"{page.name}.{name}"].bounded(low=low, high=high, choices=choices)
    memory = st.session_state
    asked = memory.get("frame.arrived_with", {}).pop(field.url_name, None)
    held = memory.get(field.key, field.default if start is None else start)
    value = field.clamp(held) if asked is None else field.parse(asked)
    if field.key not in memory or memory[field.key] != value:
        memory[field.key] = value
    return field


def value(page: Page, name: str, *, choices: Sequence[str] | None = None) -> Any:
    """Return what the control `name` holds, also before it is drawn."""
    return st.session_state[seed(page, name, choices=choices).key]


def push(page: Page, name: str, value: state.Value) -> None:
    """Set the control `name` from a callback or before it is drawn, moved into its bounds."""
    field = state.FIELDS[f"{page.name}.{name}"]
    st.session_state[field.key] = field.clamp(value)


@contextmanager
def explained_errors(page: Page) -> Iterator[None]:
    """Show an error of the library in the reader's language at this place, and go on after the block."""
    try:
        yield
    except CnnvizError as error:
        st.warning(error.worded(page.language), icon=":material/error:")


def last_good(page: Page, name: str, compute: Callable[[], Result]) -> Result | None:
    """Return ``compute()``; if it fails, explain why here and return its last good result, if any."""
    key = f"{page.name}.last_good.{name}"
    with explained_errors(page):
        st.session_state[key] = compute()
    return st.session_state.get(key)


def _words(page: Page, field: state.Field) -> dict[str, Any]:
    label, explanation = field.text_key("label"), field.text_key("help")
    return {"label": page.t(label), "help": page.t(explanation) if page.has(explanation) else None}


def _options(page: Page, field: state.Field, named_as: str) -> dict[str, Any]:
    return {
        "options": field.choices,
        "format_func": lambda choice: choice_text(page, named_as, choice),
        "key": field.key,
        "persist_state": "session",
    }


def _join_pair(key: str) -> None:
    st.session_state[key] = (st.session_state[f"{key}.0"], st.session_state[f"{key}.1"])


def _collect_off(key: str, options: frozenset[str]) -> None:
    st.session_state[key] = (st.session_state[key] - options) | (options - set(st.session_state[f"{key}.on"]))
