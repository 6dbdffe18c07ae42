"""Which picture a person has chosen, kept for the whole visit.

There is one latest choice, and one for each task. A page without a task shows the latest, wherever it
was made. A page of a task shows what was chosen for that task, unless a photo of one's own was uploaded
or taken on a page without a task since.
"""

from dataclasses import dataclass
from types import MappingProxyType

import streamlit as st

from cnnviz.images import samples
from cnnviz.images.picture import Picture
from cnnviz.ui.components.grid.number_grid import set_numbers

GRID = "shared.grid"
OWN = ("upload", "camera")
KIND_OF = MappingProxyType({"drawing": "draw"})  # other origins are called as their kind


@dataclass(frozen=True, slots=True)
class Choice:
    """A chosen picture: by which kind of control, for which task, and as which choice of this visit."""

    picture: Picture
    kind: str
    task: str | None = None
    order: int = 0


def current(task: str | None) -> Choice:
    """Return what a page for `task` shows now; a built-in picture at the first visit."""
    memory = st.session_state
    latest: Choice | None = memory.get("shared.choice")
    if task is None:
        return latest or _first(None)
    kept: Choice = memory.get(f"shared.choice.{task}") or _first(task)
    fresh = latest is not None and latest.task is None and latest.order > kept.order
    return latest if fresh and latest is not None and latest.kind in OWN else kept


def keep(picture: Picture, kind: str, task: str | None) -> Choice:
    """Remember `picture` as chosen by a control of `kind` on a page for `task`, unless it is that already."""
    now = current(task)
    if now.order and (now.picture.digest, now.kind) == (picture.digest, kind):
        return now
    memory = st.session_state
    memory["shared.choices"] = memory.get("shared.choices", 0) + 1
    choice = Choice(picture, kind, task, memory["shared.choices"])
    memory["shared.choice"] = choice
    if task is not None:
        memory[f"shared.choice.{task}"] = choice
    return choice


def set_picture(picture: Picture, task: str | None = None) -> None:
    """Choose `picture` from a callback of a page, for instance an example; numbers go into the grid too.

    Parameters
    ----------
    picture : Picture
        A grid, a sample, a picture of a data set, ... (strokes go to the pad with `set_drawing`).
    task : str, optional
        Task of the page.
    """
    if picture.numbers is not None:
        set_numbers(GRID, picture.numbers)
    keep(picture, KIND_OF.get(picture.origin, picture.origin), task)


def _first(task: str | None) -> Choice:
    """Return the built-in picture of a first visit; a digit stands on the pad, ready to be drawn over."""
    if task == "digits":
        return Choice(samples.drawing(samples.FIRST[task]).picture(), "draw", task)
    key = samples.FIRST_OF_ALL if task is None else samples.FIRST[task]
    return Choice(samples.sample(key), "sample", task)
