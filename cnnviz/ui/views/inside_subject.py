"""What the page looks at: a prepared picture in a network, and the unit that is open."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.images import prepare
from cnnviz.images.picture import Picture
from cnnviz.ui import cache, controls
from cnnviz.ui.components.overview.network_map import Unit
from cnnviz.ui.components.overview.scene import scene
from cnnviz.ui.frame import Page
from cnnviz.ui.views.answers import Answer, PhotoAnswer, answer_of
from cnnviz.zoo import registry

if TYPE_CHECKING:
    from cnnviz.trace.activations import LayerOutput
    from cnnviz.trace.graph import Graph


WORDS = MappingProxyType(
    {"digits": "digits", "clothes": "clothes", "rps": "rock_paper_scissors"}
)  # of classes


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """A prepared picture and what a network makes of it.

    Parameters
    ----------
    task, name : str
        Which network.
    net : nn.Sequential
        It itself, shared by all sessions: only read.
    answer : Answer or PhotoAnswer
        Card, every layer's output, softmax and ranking.
    prepared : Prepared
        The picture as the network got it.
    labels : list of str
        Names of the classes.
    digest : str
        Hash of the prepared picture, for cache keys.
    """

    task: str
    name: str
    net: Any  # an nn.Sequential; torch is not imported in ui
    answer: Answer | PhotoAnswer
    prepared: prepare.Prepared
    labels: list[str]
    digest: str

    @property
    def graph(self) -> "Graph":
        """The steps of the network, those inside blocks too; the first one of a process takes a second."""
        photos = self.task == cache.PHOTOS
        return cache.photo_graph(self.name) if photos else cache.cached_graph(self.task, self.name)

    @property
    def is_large(self) -> bool:
        """Whether the overview shows a part of its maps at a time, and folded blocks."""
        from cnnviz.trace.graph import has_blocks

        return self.task == cache.PHOTOS or has_blocks(self.net)

    @property
    def layers(self) -> tuple["LayerOutput", ...]:
        """Every layer's output, in order."""
        return self.answer.activations.layers


def subject_of(page: Page, picture: Picture | None, *, task: str, model: str) -> Subject:
    """Return what network `model` makes of `picture`; of an empty sheet where there is none.

    Raises
    ------
    ModelError, WeightsError
        If the network cannot be loaded or does not take the picture.
    """
    picture = picture or Picture(np.zeros((28, 28), np.uint8), origin="drawing")
    card = registry.card(task, model)
    recipe = card.recipe(prepare.form_of(picture))
    prepared = cache.cached_prepared(picture.digest, recipe, _picture=picture)
    answer = answer_of(card, prepared.tensor_f32)
    digest = cache.digest_of(prepared.tensor_f32)
    labels = [page.t(f"{WORDS[task]}.classes.{key}") for key in card.classes]
    subject = Subject(task, model, cache.cached_net(task, model), answer, prepared, labels, digest)
    return unfolded(page, subject) if subject.is_large else subject


def unfolded(page: Page, subject: Subject) -> Subject:
    """Return `subject` with the layers of the block that is unfolded."""
    steps = subject.graph
    run = steps.unfold(subject.answer.activations, unfolded_block(page, steps.blocks))
    return replace(subject, answer=replace(subject.answer, activations=run))


def unfolded_block(page: Page, blocks: Mapping[str, object]) -> str:
    """Return the block that is unfolded: the one with the open unit, else the one that was asked for."""
    block = str(controls.value(page, "layer")).partition(".")
    inside = block[0] if block[1] and block[0] in blocks else str(controls.value(page, "block"))
    return inside if inside in blocks else ""


def overview_bytes(page: Page, subject: Subject) -> bytes:
    """Return what the overview draws of `subject`."""
    return scene(
        subject.answer.activations,
        cache.cached_wiring(subject.task, subject.name),
        subject.answer.softmax,
        labels=subject.labels,
        language=page.language,
    )


def open_unit(page: Page, subject: Subject, unit: Unit | None) -> None:
    """Open a unit at its strongest cell, or take one step back: to the unit, then to the network."""
    if unit is not None:
        controls.push(page, "layer", unit[0])
        controls.push(page, "unit", unit[1])
        controls.push(page, "cell", False)
        row, col = strongest_cell(subject, *unit)
        controls.push(page, "row", row)
        controls.push(page, "col", col)
    elif controls.value(page, "cell"):
        controls.push(page, "cell", False)
    else:
        block, dot, _ = str(controls.value(page, "layer")).partition(".")
        controls.push(page, "layer", block if dot else "")


def fold(page: Page, block: str) -> None:
    """Unfold the block called `block` into its layers; fold the one that is open where there is no name."""
    controls.push(page, "block", block)
    if "." in str(controls.value(page, "layer")):
        controls.push(page, "layer", "")


def strongest_cell(subject: Subject, layer: str, unit: int) -> tuple[int, int]:
    """Return row and column of the largest number of a unit's map; (0, 0) for an element."""
    outputs = {one.name: one.output for one in subject.layers} | {"input": subject.answer.activations.input}
    output = outputs.get(layer)
    if output is None or output.ndim != 3:
        return 0, 0
    row, col = np.unravel_index(int(output[unit].argmax()), output[unit].shape)
    return int(row), int(col)


def cell_of(page: Page, shape: tuple[int, ...]) -> tuple[int, int]:
    """Return the chosen cell, counted from 0, moved into a map of `shape`."""
    row, col = (int(controls.value(page, part)) for part in ("row", "col"))
    return (min(row, shape[0] - 1), min(col, shape[1] - 1)) if len(shape) == 2 else (0, 0)


def close_all(page: Page) -> None:
    """Close whatever is open."""
    controls.push(page, "cell", False)
    controls.push(page, "layer", "")


def open_cell(page: Page, row: int, col: int) -> None:
    """Open a cell of the open unit in the microscope."""
    controls.push(page, "row", row)
    controls.push(page, "col", col)
    controls.push(page, "cell", True)


def opened_unit(page: Page, subject: Subject) -> Unit | None:
    """Return layer and unit that are open; None where there are none, or not in this network."""
    layer, unit = controls.value(page, "layer"), int(controls.value(page, "unit"))
    counts = {one.name: len(one.output) for one in subject.layers}  # an open unit's block is unfolded
    counts |= {"input": len(subject.answer.activations.input), "softmax": len(subject.labels)}
    if not counts.get(layer):
        return None
    return layer, min(unit, counts[layer] - 1)


def unit_name(page: Page, subject: Subject, layer: str, unit: int) -> str:
    """Return what a unit is called: a class by its name, a map or an element by its number from 1."""
    if layer in (subject.layers[-1].name, "softmax"):
        return page.t("unit_class", label=subject.labels[unit])
    if layer == "input":
        inputs = subject.answer.activations.input
        return page.t(f"overview.channel_{unit}") if len(inputs) == 3 else page.t("overview.unit_input")
    outputs = {one.name: one.output.ndim for one in subject.layers}
    maps = (outputs.get(layer) or len(subject.graph[layer].shape)) == 3
    return page.t("unit_map" if maps else "unit_element", unit=unit + 1)
