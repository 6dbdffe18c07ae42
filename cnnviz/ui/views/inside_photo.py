"""An ImageNet network as the subject of the page: what of its hundreds of maps is sent to the browser."""

from collections.abc import Mapping
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import streamlit as st

from cnnviz.figures.predictions import percent
from cnnviz.images.photo import Normalisation, prepare_photo
from cnnviz.images.picture import Picture
from cnnviz.ops.ranking import rank
from cnnviz.ops.softmax import softmax
from cnnviz.ui import cache, controls
from cnnviz.ui.components.overview.scene import Window, scene
from cnnviz.ui.frame import Page
from cnnviz.ui.views.answers import PhotoAnswer
from cnnviz.ui.views.inside_subject import Subject

WANTED = "inside.window"  # key of the session: how many maps a layer, and from which on
USUAL = 10  # maps a layer that the overview shows at first
MOST = 64
GUESSES = 5
GREY = Picture(np.full((256, 256), 128, np.uint8), origin="drawing")  # where there is no picture


def photo_subject(page: Page, picture: Picture | None, name: str) -> Subject:
    """Return what the ImageNet network `name` makes of `picture`, with the open block unfolded.

    Raises
    ------
    DataError, WeightsError
        If its weights are not here or not right.
    """
    picture = picture or GREY
    trained = cache.cached_photo_net(name)
    prepared = prepare_photo(picture, Normalisation(trained.mean, trained.std))
    digest = digest_of(prepared.tensor_f32)
    run = cache.cached_photo_run(name, digest, _picture=prepared.tensor_f32)
    steps = cache.photo_graph(name)
    run = steps.unfold(run, unfolded_block(page, steps.blocks))
    scores = softmax(run.logits)
    answer = PhotoAnswer(trained, run, scores, rank(scores))
    return Subject(cache.PHOTOS, name, trained.net, answer, prepared, list(trained.classes), digest)


def digest_of(picture: npt.NDArray[np.float32]) -> str:
    """Return the cache key of a prepared picture."""
    return blake2b(picture.tobytes(), digest_size=8).hexdigest()


def unfolded_block(page: Page, blocks: Mapping[str, object]) -> str:
    """Return the block that is unfolded: the one with the open unit, else the one that was asked for."""
    block = str(controls.value(page, "layer")).partition(".")
    inside = block[0] if block[1] and block[0] in blocks else str(controls.value(page, "block"))
    return inside if inside in blocks else ""


def photo_overview(page: Page, subject: Subject) -> bytes:
    """Return what the overview draws: of every layer the maps that are in view."""
    from cnnviz.trace.wiring import graph_wiring

    run, steps = subject.answer.activations, subject.graph
    shown = [layer.name for layer in run.layers]
    order = subject.answer.softmax.probs.argsort()[::-1].tolist()
    count, firsts = wanted()
    units = {
        layer.name: range(start, min(start + count, len(layer.output)))
        for layer in run.layers
        for start in [_start(firsts.get(layer.name, 0), count, len(layer.output))]
    }
    units[shown[-1]] = order[:MOST]
    window = Window(
        units,
        order,
        folded=[name for name, inside in steps.blocks.items() if len(inside) > 1],
        unfolded=[unfolded_block(page, steps.blocks)],
    )
    wires = graph_wiring(steps, shown, units)
    labels = subject.labels
    return scene(run, wires, subject.answer.softmax, labels=labels, language=page.language, window=window)


def best_guesses(page: Page, subject: Subject) -> str:
    """Return the five best guesses with their probabilities, as Markdown."""
    probs, order = subject.answer.softmax.probs, subject.answer.ranking.order[:GUESSES]
    first, *others = [f"{subject.labels[k]} ({percent(float(probs[k]))})" for k in order]
    return page.t("photo_guesses", first=first, others=", ".join(others))


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
