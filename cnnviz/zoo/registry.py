"""Which trained models there are, their cards, and their weights, checked against the card.

`names`, `card`, `metrics` and `gate` need no torch; `load` does. A model is found by its folder: a new one
needs a builder in `cnnviz.zoo.architectures` and a folder in ``models/``, nothing here. An ensemble is a
folder with a card that names its members, and without weights.
"""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from cnnviz import check
from cnnviz.errors import WeightsError
from cnnviz.zoo.cards import Card, Metrics, read_card, read_metrics
from cnnviz.zoo.measures import GateWeights

if TYPE_CHECKING:
    from torch import nn

FOLDER = Path(__file__).resolve().parents[2] / "models"
TASKS = ("digits", "clothes", "rps")
# from simple to good
ORDER = (
    "mlp",
    "lenet5",
    "ten-twenty",
    "three-conv",
    "small",
    "photos",
    "ten-names",
    "colour",
    "imagenet",
    "joints",
    "best",
    "ensemble",
)


@cache
def names(task: str) -> tuple[str, ...]:
    """Return the trained networks for `task`, simple ones first.

    Raises
    ------
    ChoiceError
        If the task is unknown.

    Examples
    --------
    >>> names("digits")[0]
    'mlp'
    """
    return _found(task, "weights.safetensors")


@cache
def choices(task: str) -> tuple[str, ...]:
    """Return whom a picture can be shown to: the networks of `names`, and ensembles of them.

    Raises
    ------
    ChoiceError
        If the task is unknown.
    """
    return _found(task, "card.toml")


def default(task: str) -> str:
    """Return the model that a page offers first: the last, and best, of `choices`."""
    return choices(task)[-1]


def members(task: str, name: str) -> tuple[Card, ...]:
    """Return the cards of the networks whose answers `name` puts together: an ensemble's, else its own.

    An ensemble may show a network hands upright that alone sees them as they are; its card here says so, and
    has no gate, which was fitted to hands as they are.

    Examples
    --------
    >>> [card.name for card in members("clothes", "ensemble")]
    ['best', 'colour', 'ten-names']
    """
    own = card(task, name)
    each = [card(task, member) for member in own.members]
    turned = own.members_upright or [member.upright for member in each]
    asked = [
        member if upright == member.upright else replace(member, upright=upright, gate=None)
        for member, upright in zip(each, turned, strict=True)
    ]
    return tuple(asked) or (own,)


@cache
def card(task: str, name: str) -> Card:
    """Return the card of model `name`.

    Raises
    ------
    ChoiceError
        If the task or the model is unknown.
    ModelError
        If the card cannot be read.
    """
    return read_card(_folder(task, name))


@cache
def metrics(task: str, name: str) -> Metrics:
    """Return confusion matrix and misread test pictures of model `name`; errors as in `card`."""
    return read_metrics(_folder(task, name))


def load(task: str, name: str, folder: Path | None = None) -> "nn.Sequential":
    """Return model `name` with its trained weights, in eval mode; parameters ask for no gradient.

    Each call reads the file and makes a new network. Keep it, but change only a private copy.

    Parameters
    ----------
    task, name : str
        One of `TASKS`, one of `names`.
    folder : Path, optional
        Where ``card.toml`` and ``weights.safetensors`` lie, if not in ``models/``.

    Raises
    ------
    ChoiceError
        If the task or the network is unknown; an ensemble has no network of its own (`members`).
    WeightsError
        If the file is missing, differs from what the card's hash says, or does not fit the network.
    """
    import torch
    from safetensors.torch import load as read_tensors

    from cnnviz.zoo.architectures import build

    check.check_choice("model", name, names(task))
    folder = folder or _folder(task, name)
    content = _checked_bytes(folder, "weights.safetensors", read_card(folder).weights_sha256)
    net = build(task, name)
    try:
        net.load_state_dict(read_tensors(content))
    except (RuntimeError, ValueError) as error:  # torch lists the names and shapes that differ
        raise WeightsError("weights_misfit", model=f"{task}/{name}", reason=error) from error
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # a fifth less time
    return net.eval().requires_grad_(False)


def gate(task: str, name: str, folder: Path | None = None) -> GateWeights | None:
    """Return what decides whether a picture shows one of the classes at all; None if `name` has no gate.

    Needs no torch; `cnnviz.learn.gate.belonging` applies it.

    Parameters
    ----------
    task, name, folder
        As in `load`.

    Raises
    ------
    ChoiceError
        If the task or the model is unknown.
    WeightsError
        If the file is missing, differs from what the card's hash says, or lacks a number.
    """
    from safetensors.numpy import load as read_arrays

    folder = folder or _folder(task, name)
    described = read_card(folder).gate
    if described is None:
        return None
    arrays = read_arrays(_checked_bytes(folder, "gate.safetensors", described.sha256))
    try:
        return GateWeights(described.layer, arrays["weight"], float(arrays["bias"][0]))
    except KeyError as error:
        raise WeightsError("weights_misfit", model=f"{task}/{name}", reason=error) from error


def _checked_bytes(folder: Path, file: str, wanted: str) -> bytes:
    return check.load_checked(folder / file, wanted, model=f"{folder.parent.name}/{folder.name}")


def _found(task: str, file: str) -> tuple[str, ...]:
    check.check_choice("task", task, TASKS)
    found = [path.parent.name for path in (FOLDER / task).glob(f"*/{file}")]
    known = {name: place for place, name in enumerate(ORDER)}
    return tuple(sorted(found, key=lambda name: (known.get(name, len(known)), name)))


def _folder(task: str, name: str) -> Path:
    check.check_choice("model", name, choices(task))
    return FOLDER / task / name
