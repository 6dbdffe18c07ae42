"""The overview of a large network: of its hundreds of maps those in view are sent to the browser."""

from collections.abc import Mapping, Sequence

import streamlit as st

from cnnviz.ui.components.overview.scene import Window, scene
from cnnviz.ui.frame import Page
from cnnviz.ui.views.inside_subject import Subject, unfolded_block

WANTED = "inside.window"  # key of the session: how many maps a layer, and from which on
USUAL = 10  # maps a layer that the overview shows at first
MOST = 64


def window_bytes(page: Page, subject: Subject) -> bytes:
    """Return what the overview draws: of every layer the maps that are in view."""
    from cnnviz.trace.wiring import graph_wiring

    run, steps = subject.answer.activations, subject.graph
    shown = [layer.name for layer in run.layers]
    probs = subject.answer.softmax.probs
    order = probs.argsort()[::-1].tolist() if len(probs) > MOST else []
    count, firsts = wanted()
    units: dict[str, Sequence[int]] = {
        layer.name: range(start, min(start + count, len(layer.output)))
        for layer in run.layers
        for start in [_start(firsts.get(layer.name, 0), count, len(layer.output))]
    }
    units[shown[-1]] = order[:MOST] or range(len(probs))
    window = Window(
        units,
        order,
        folded=[name for name, inside in steps.blocks.items() if len(inside) > 1],
        unfolded=[unfolded_block(page, steps.blocks)],
    )
    wires = graph_wiring(steps, shown, units)
    labels = subject.labels
    return scene(run, wires, subject.answer.softmax, labels=labels, language=page.language, window=window)


def want(sent: Mapping[str, object]) -> None:
    """Keep which maps the browser asks for; what is no such wish is left out."""
    count, firsts = sent.get("count"), sent.get("firsts")
    if isinstance(count, int) and isinstance(firsts, Mapping):
        kept = {str(name): first for name, first in firsts.items() if isinstance(first, int) and first >= 0}
        st.session_state[WANTED] = (max(1, min(count, MOST)), kept)


def wanted() -> tuple[int, Mapping[str, int]]:
    """Return how many maps a layer are in view, and the first one of layers that were paged."""
    count, firsts = st.session_state.get(WANTED, (USUAL, {}))
    return int(count), firsts


def _start(first: int, count: int, units: int) -> int:
    """Return the first unit of the page that holds `first`, as columns.js has it."""
    return max(0, min(first // count * count, units - 1))
