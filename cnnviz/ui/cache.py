"""The only cache decorators of the project: functions that remember what they computed.

Rules: the name starts with ``cached_``; the key is a content digest and frozen specs; arrays come in
as underscore arguments, which are not hashed; ``max_entries`` is always set; results are shared
between sessions, so nobody writes to them.
"""

import gc
import threading
from collections.abc import Callable
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import streamlit as st

from cnnviz.images.picture import Picture
from cnnviz.images.prepare import Prepared, Recipe, prepare
from cnnviz.images.strokes import Drawing, render
from cnnviz.ops import kernel_bank
from cnnviz.ops.conv import ConvResult, conv2d
from cnnviz.ops.journey import Journey, ten_twenty
from cnnviz.specs import ConvSpec
from cnnviz.stack.spec import StackSpec

if TYPE_CHECKING:
    from torch import nn

    from cnnviz.explain.attribution import Question
    from cnnviz.explain.results import Attribution, SheetReading, Sweep, UnitRanking
    from cnnviz.trace.activations import Activations, LayerOutput
    from cnnviz.trace.blocks import Block
    from cnnviz.trace.graph import Graph
    from cnnviz.trace.summary import Summary
    from cnnviz.trace.wiring import Wires
    from cnnviz.zoo.imagenet_weights import PhotoNet
    from cnnviz.zoo.measures import GateWeights

PHOTOS = "photos"  # the task of networks trained on ImageNet
WARM_AFTER_S = 1.5  # Home has been painted by then


def digest_of(prepared_f32: npt.NDArray[np.float32]) -> str:
    """Return the key of a prepared picture, 16 hexadecimal digits, as `Picture.digest` is of any."""
    return blake2b(prepared_f32.tobytes(), digest_size=8).hexdigest()


@st.cache_resource(max_entries=24, show_spinner=False)
def cached_net(task: str, name: str) -> "nn.Sequential":
    """Return a trained network, in eval mode, shared by all sessions: nobody changes it.

    One thread is faster than two for such small networks when several people compute at once; and
    what is loaded by now is put out of the garbage collector's sight, which saves it 0.1 s a run.
    """
    import torch

    from cnnviz.zoo import registry

    torch.set_num_threads(1)
    net = registry.load(task, name)
    gc.collect()
    gc.freeze()
    return net


@st.cache_resource(max_entries=24, show_spinner=False)
def cached_gate(task: str, name: str) -> "GateWeights | None":
    """Return what decides whether a picture shows one of a network's classes; None if it has no gate."""
    from cnnviz.zoo import registry

    return registry.gate(task, name)


@st.cache_resource(max_entries=24, show_spinner=False)
def cached_wiring(task: str, name: str) -> "tuple[Wires, ...]":
    """Return how the layers of a trained network are connected."""
    from cnnviz.trace.wiring import wiring

    return wiring(cached_net(task, name))


@st.cache_resource(max_entries=24, show_spinner=False)
def cached_graph(task: str, name: str) -> "Graph":
    """Return the steps of a trained network and what each listens to."""
    from cnnviz.trace.graph import graph
    from cnnviz.zoo import registry

    card = registry.card(task, name)
    return graph(cached_net(task, name), (card.channels, *card.size))


@st.cache_resource(max_entries=128, show_spinner=False)  # at most 0.8 MB each
def cached_attribution_place(
    net: tuple[str, str],
    digest: str,
    method: str,
    question: "Question",
) -> "list[Attribution]":
    """Return where the answer to `question` is kept: empty until somebody has worked it out."""
    del net, digest, method, question  # the key
    return []


def attribution_of(
    net: tuple[str, str],
    digest: str,
    method: str,
    question: "Question",
    *,
    picture: npt.NDArray[np.float32],
    on_batch: Callable[[int], object] | None = None,
) -> "Attribution":
    """Return why network `net` (task, name) answers as it does to the prepared picture called `digest`.

    `on_batch` gets the number of pictures before each forward pass and may end the work by raising; it may
    draw, which a function with a cache decorator must not.
    """
    from cnnviz.explain import guard
    from cnnviz.explain.attribution import attribute

    place = cached_attribution_place(net, digest, method, question)
    if not place:
        subject = any_net(*net)
        subject = guard.watched(subject, on_batch) if on_batch else subject
        place.append(attribute(subject, picture, method=method, question=question))
    return place[0]


@st.cache_resource(max_entries=16, show_spinner=False)
def cached_ranking(
    net: tuple[str, str],
    digest: str,  # noqa: ARG001 (the cache key of the picture)
    layer: str,
    class_idx: int,
    _picture: npt.NDArray[np.float32],
) -> "UnitRanking":
    """Return how a score falls without each unit of a layer, for the picture called `digest`."""
    from cnnviz.explain.surgery import rank_units

    return rank_units(cached_net(*net), _picture, class_idx=class_idx, layer=layer)


@st.cache_resource(max_entries=16, show_spinner=False)
def cached_sweep(
    nets: tuple[tuple[str, str], ...],
    digest: str,  # noqa: ARG001 (the cache key of the picture)
    kind: str,
    _picture: npt.NDArray[np.float32],
) -> "Sweep":
    """Return what networks (task, name) make of a changing picture, (C, H, W) in 0..1, called `digest`."""
    from cnnviz.explain import sweep
    from cnnviz.zoo import registry

    cards = {net: registry.card(*net) for net in nets}
    contestants = {
        net[1]: sweep.Contestant(cached_net(*net), card.mean, card.std, card.size)
        for net, card in cards.items()
    }
    return sweep.sweep(contestants, _picture, kind)


@st.cache_resource(max_entries=16, show_spinner=False)  # at most 2 MB each
def cached_reading(net: tuple[str, str], drawing: Drawing) -> "SheetReading":
    """Return what network (task, name) reads on a sheet with several drawings."""
    from cnnviz.explain.sheet import SIZES_PX, read_sheet
    from cnnviz.explain.sweep import Contestant
    from cnnviz.zoo import registry

    card = registry.card(*net)
    pictures = (render(drawing.strokes, size_px=side, aspect=drawing.aspect) for side in SIZES_PX)
    sizes = [picture[np.newaxis].astype(np.float32) / 255 for picture in pictures]
    return read_sheet(Contestant(cached_net(*net), card.mean, card.std), sizes, (1, *card.size))


@st.cache_resource(max_entries=32, show_spinner=False)
def cached_prepared(digest: str, recipe: Recipe, *, _picture: Picture) -> Prepared:  # noqa: ARG001  # a key
    """Return `_picture`, whose digest is `digest`, prepared by `recipe`; nobody writes to its arrays."""
    return prepare(_picture, recipe)


@st.cache_resource(max_entries=16, show_spinner=False)  # at most 8 MB each
def cached_activations(
    net: tuple[str, str],
    digest: str,  # noqa: ARG001  # the key
    *,
    _tensor_f32: npt.NDArray[np.float32],
) -> "Activations":
    """Return what network (task, name) makes of a prepared picture, (C, H, W), called `digest`."""
    from cnnviz.trace.activations import activations

    return activations(cached_net(*net), _tensor_f32)


@st.cache_resource(max_entries=64, show_spinner=False)  # about 0.1 MB each
def cached_strip_place(
    digest: str, recipes: tuple[Recipe | None, ...], names: tuple[str, ...], language: str
) -> list[str]:
    """Return where the strip of the picture called `digest` is kept: empty until somebody has drawn it."""
    del digest, recipes, names, language  # the key
    return []


@st.cache_resource(max_entries=1, show_spinner=False)
def cached_warm_up() -> threading.Timer:
    """Load PyTorch in the background, once a process, so that the first page that needs it opens fast."""
    timer = threading.Timer(WARM_AFTER_S, _import_torch)
    timer.daemon = True
    timer.start()
    return timer


@st.cache_resource(max_entries=8, show_spinner=False)  # at most 25 MB each
def cached_conv(
    digest: str,  # noqa: ARG001 (the cache key of the image)
    kernels: str,
    spec: ConvSpec,
    _image: npt.NDArray[np.float64],
) -> ConvResult:
    """Return the convolution of the image called `digest`, (C, H, W), by a bank's text and settings."""
    bank = kernel_bank.read(kernels)
    return conv2d(_image, bank.weight(len(_image)), bank.biases, spec)


@st.cache_resource(max_entries=10, show_spinner=False)
def cached_journey(label: str) -> Journey:
    """Return the journey of the sample digit `label` through the trained network ten-twenty."""
    from safetensors.numpy import load_file

    from cnnviz.images.drawn.digits import digit
    from cnnviz.zoo import registry

    card = registry.card("digits", "ten-twenty")
    prepared = prepare(digit(label).picture(), card.recipe("drawing"))
    weights = load_file(registry.FOLDER / card.task / card.name / "weights.safetensors")
    return ten_twenty(prepared.tensor_f32, weights)


def _import_torch() -> None:
    import torch

    torch.set_num_threads(1)
    torch.nn.Conv2d(1, 1, 1, device="meta")(torch.empty(1, 1, 1, 1, device="meta"))  # imports more, 1 s


@st.cache_resource(max_entries=16, show_spinner=False)
def cached_stack(
    digest: str,  # noqa: ARG001  # the key
    text: str,  # noqa: ARG001  # the key: the text of the stack, which tells one kind of layer from another
    *,
    _stack: StackSpec,
    _picture: npt.NDArray[np.float64],
) -> "tuple[LayerOutput, ...]":
    """Return what every layer of the stack makes of the picture whose digest is `digest`."""
    from cnnviz.trace.stack_run import run

    return run(_stack, _picture)


@st.cache_resource(max_entries=128, show_spinner=False)
def cached_summary(text: str, *, _stack: StackSpec) -> "Summary":  # noqa: ARG001  # the key, as above
    """Return the table of the stack whose text is `text`."""
    from cnnviz.trace.summary import summary
    from cnnviz.zoo.stack_builder import build

    return summary(build(_stack, device="meta"), _stack.input_shape)


@st.cache_resource(max_entries=24, show_spinner=False)
def cached_architecture(name: str) -> "tuple[Summary, tuple[Block, ...]]":
    """Return the layer table of a named architecture, and the same by block."""
    from cnnviz.trace.blocks import blocks
    from cnnviz.trace.summary import summary
    from cnnviz.zoo.imagenet_layouts import layout
    from cnnviz.zoo.imagenet_table import ARCHITECTURES

    net = layout(name)
    table = summary(net, ARCHITECTURES[name].input_shape)
    return table, blocks(table, net)


@st.cache_resource(max_entries=3, show_spinner=False)
def cached_photo_net(name: str) -> "PhotoNet":
    """Return a network trained on ImageNet; the weights stay in their file where its format allows."""
    import torch

    from cnnviz.zoo.imagenet_weights import load

    torch.set_num_threads(1)
    return load(name)


@st.cache_resource(max_entries=9, show_spinner=False)
def cached_photo_graph(name: str) -> "Graph":
    """Return the steps of an ImageNet network; it holds the layout alone, not the weights."""
    from cnnviz.trace.graph import graph
    from cnnviz.zoo.imagenet_layouts import layout
    from cnnviz.zoo.imagenet_table import ARCHITECTURES

    return graph(layout(name), ARCHITECTURES[name].input_shape)


@st.cache_resource(max_entries=3, show_spinner=False)  # 110 MB for VGG, 60 at most for the others
def cached_photo_run(
    name: str,
    digest: str,  # noqa: ARG001  # the cache key of the picture
    *,
    _picture: npt.NDArray[np.float32],
) -> "Activations":
    """Return what an ImageNet network makes of the prepared picture called `digest`."""
    return photo_graph(name).run(_picture)


def photo_graph(name: str) -> "Graph":
    """Return the steps of an ImageNet network with its weights."""
    return cached_photo_graph(name).on(cached_photo_net(name).net)


def any_net(task: str, name: str) -> "nn.Sequential":
    """Return a network by task and name, ours or, for ``photos``, one of ImageNet's."""
    return cached_photo_net(name).net if task == PHOTOS else cached_net(task, name)
