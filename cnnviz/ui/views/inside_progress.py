"""Work that takes a while: a button that starts it, its progress, a button that stops it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequestType

from cnnviz.ui import controls
from cnnviz.ui.frame import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work that comes in steps.

    Parameters
    ----------
    key : str
        Its name, unique in the app.
    what : object
        Everything the result depends on; a result of something else is not shown.
    start : str
        Words of the button.
    steps : callable
        Begins the work and returns an iterator over what is known so far.
    share : callable
        How far a step has come, 0..1.
    show : callable
        Draws a step.
    every : int
        So many steps between two pictures.
    """

    key: str
    what: object
    start: str
    steps: Callable[[], Iterator[Any]]
    share: Callable[[Any], float]
    show: Callable[[Any], None]
    every: int = 1


def draw_job(page: Page, job: Job) -> None:
    """Draw the button and the latest result of `job`, and work where it was started.

    Stop, or any other control, ends the work between two steps; what is known by then stays.
    """
    memory = st.session_state
    running = memory.get(f"{job.key}.running") == repr(job.what)
    label, icon = (page.t("stop"), ":material/stop:") if running else (job.start, ":material/play_arrow:")
    st.button(label, key=f"{job.key}.button", icon=icon, on_click=lambda: _toggle(job, running))
    bar, slot = st.empty(), st.empty()
    _show_last(job, slot)
    if running:
        with controls.explained_errors(page):
            _work(page, job, bar, slot)
        memory.pop(f"{job.key}.running", None)
        rerun_here()


def rerun_here() -> None:
    """Run the fragment again; the page where it is the page that runs, as after a change of language."""
    try:
        st.rerun(scope="fragment")
    except StreamlitAPIException:
        st.rerun()


def let_clicks_through() -> None:
    """End this run where somebody has clicked meanwhile: the click is handled in the next one.

    Streamlit lets a click on a control of a fragment wait until the fragment has run to its end, so long
    work in a fragment must look itself, or "stop" stops nothing.
    """
    context = get_script_run_ctx()
    requests = context.script_requests if context else None
    if requests is not None and requests._state is ScriptRequestType.RERUN:
        rerun_here()


class Bar:
    """A progress bar that lets clicks through whenever it moves."""

    def __init__(self) -> None:
        self.place = st.empty()

    def progress(self, share: float, text: str | None = None) -> None:
        """Move the bar to `share`, 0..1; ends this run where somebody has clicked."""
        let_clicks_through()
        self.place.progress(share, text)

    def empty(self) -> None:
        """Take the bar away."""
        self.place.empty()


def stoppable_progress(page: Page, key: str, stop: Callable[[], None]) -> tuple[Bar, Any]:
    """Draw a bar and a button that calls `stop`; return their places, to be emptied at the end."""
    bar, button = Bar(), st.empty()
    bar.progress(0.0, page.t("working"))
    button.button(page.t("stop"), key=key, icon=":material/stop:", on_click=stop)
    return bar, button


def _work(page: Page, job: Job, bar: Any, slot: Any) -> None:
    for number, step in enumerate(job.steps()):
        let_clicks_through()
        st.session_state[f"{job.key}.last"] = (repr(job.what), step)
        share = min(1.0, job.share(step))
        if number % job.every == 0 or share >= 1:
            bar.progress(share, page.t("working"))
            with slot.container():
                job.show(step)


def _show_last(job: Job, slot: Any) -> None:
    what, step = st.session_state.get(f"{job.key}.last", ("", None))
    if what == repr(job.what):
        with slot.container():
            job.show(step)


def _toggle(job: Job, running: bool) -> None:
    if running:
        st.session_state.pop(f"{job.key}.running", None)
    else:
        st.session_state[f"{job.key}.running"] = repr(job.what)
