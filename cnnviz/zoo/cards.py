"""What a model's card says: how it was made, how big it is, how often it is right.

A card is ``models/<task>/<name>/card.toml``; beside it lie the weights and ``metrics.json`` with the
confusion matrix and the list of misread test pictures. Reading a card needs no torch.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnviz.errors import ModelError
from cnnviz.images.prepare import FORMS, Recipe
from cnnviz.zoo.measures import Calibration, Gate, Group, Separation, Share, Speed


@dataclass(frozen=True, slots=True)
class Data:
    """What a model learned from.

    Parameters
    ----------
    sources : tuple of str
        Names of the data sets.
    licences : tuple of str
        Licence of each, with its author.
    train, held_out : int
        Pictures trained on; pictures put aside before training, to compare settings.
    split : str
        How they were put aside: ``random`` or ``groups`` (whole hands, people, frames).
    test : str
        Name of the test set.
    written : int
        Pictures made by code that were trained on besides.
    others : int
        Pictures of none of the classes, made by code, that were trained on besides.
    pretrained : tuple of str
        What its first weights had learned before: ``imagenet``, ``hands``; empty for nothing.
    names : tuple of str
        What stands for each class, where nothing was trained and the network had learned other names.
    """

    sources: tuple[str, ...]
    licences: tuple[str, ...]
    train: int
    held_out: int
    split: str
    test: str
    written: int = 0
    others: int = 0
    pretrained: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Training:
    """How a model was trained; the ranges of the augmentation are in `augmentation`."""

    command: str
    seed: int
    epochs: int
    minutes: float
    hardware: str
    date: str
    augmentation: Mapping[str, Any]


Shares = Mapping[str, Share]
REAL_USE = MappingProxyType({"digits": "strokes", "clothes": "photos", "rps": "people"})  # suite by task


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Card:
    """Everything known about one trained model.

    Parameters
    ----------
    task, name : str
        Where it is: ``models/<task>/<name>``.
    classes : tuple of str
        Keys of the classes, in the order of the logits.
    size : (int, int)
        Rows and columns of its input.
    mean, std : tuple of float
        Normalisation of each channel (1 or 3): ``(value - mean) / std`` of values in 0..1.
    parameters, macs : int
        Learned numbers; multiplications with a weight for one picture.
    data, training : Data, Training
        What it learned from and how.
    suites : mapping of str to Share
        Accuracy by what it was measured on; ``test`` is the official test set.
    weights_sha256 : str
        Hash of the weights file, hexadecimal.
    weights_bytes : int
        Its size.
    top2, by_class : mapping
        By suite, where measured: how often the truth is among the two most probable classes; accuracy for
        each class, None for a class without pictures.
    groups : mapping of str to tuple of Group
        By suite: how many are right among pictures of which the model is about equally sure.
    separations : mapping of str to Separation
        How well the gate tells the classes from anything else, by the suite of strange pictures.
    ablation : mapping
        By suite and step of the preparation: accuracy with this one step switched off.
    unseen : mapping
        Accuracy on pictures of a source of photos, by that source: ``without``, of a network trained without
        this source; ``copies``, of the same on changed copies of its photos; ``made``, of one that was
        trained without any photo.
    better, better_suite
        Accuracy on `better_suite` of a plain network fed by bare resizing (``plain``), of the same network
        behind the preparation (``prepared``), and of this one, trained on changed pictures (``augmented``).
    calibration, gate, speed
        See there; None where not measured.
    forms : tuple of str
        Forms of pictures that an ensemble asks it about; every form if the file says nothing.
    upright : float
        Whether and how closely hands are cut out with their fingers up, as in `Recipe`.
    members : tuple of str
        Of an ensemble: the models whose probabilities it puts together. It has no weights of its own; its
        input is that of the first member, its parameters and multiplications are those of all.
    members_upright : tuple of float
        Of an ensemble: `upright` of each member as it is asked here; empty if as on its own card.
    """

    task: str
    name: str
    classes: tuple[str, ...]
    size: tuple[int, int]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    parameters: int
    macs: int
    data: Data
    training: Training
    suites: Mapping[str, Share]
    weights_sha256: str
    weights_bytes: int
    top2: Shares = field(default_factory=_nothing)
    by_class: Mapping[str, tuple[Share | None, ...]] = field(default_factory=_nothing)
    groups: Mapping[str, tuple[Group, ...]] = field(default_factory=_nothing)
    separations: Mapping[str, Separation] = field(default_factory=_nothing)
    ablation: Mapping[str, Shares] = field(default_factory=_nothing)
    unseen: Mapping[str, Shares] = field(default_factory=_nothing)
    better: Shares = field(default_factory=_nothing)
    better_suite: str = ""
    calibration: Calibration | None = None
    gate: Gate | None = None
    speed: Speed | None = None
    forms: tuple[str, ...] = FORMS
    upright: float = 0.0
    members: tuple[str, ...] = ()
    members_upright: tuple[float, ...] = ()

    @property
    def channels(self) -> int:
        """Channels of the input: 1 for grey, 3 for colour."""
        return len(self.mean)

    @property
    def test(self) -> Share:
        """Accuracy on the official test set."""
        return self.suites["test"]

    def recipe(self, form: str, off: frozenset[str] | None = None) -> Recipe:
        """Return how a picture of `form` is prepared for this model; `off` as in `Recipe`."""
        size, _ = self.size
        return Recipe(
            task=self.task,
            form=form,
            size=size,
            mean=self.mean,
            std=self.std,
            off=off,
            upright=self.upright,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Metrics:
    """What the test set showed, picture by picture.

    Parameters
    ----------
    confusion : ndarray of int64, (classes, classes)
        Test pictures counted by true class (row) and by answer (column).
    wrong : ndarray of int64, (n,)
        Places of the misread pictures in the test set, ascending.
    truths, answers : ndarray of int64, (n,)
        Which class each of them shows, and which it was taken for.
    """

    confusion: npt.NDArray[np.int64]
    wrong: npt.NDArray[np.int64]
    truths: npt.NDArray[np.int64]
    answers: npt.NDArray[np.int64]


def read_card(folder: Path) -> Card:
    """Return the card in `folder`.

    Raises
    ------
    ModelError
        If there is none or an entry is missing.
    """
    try:
        table = tomllib.loads((folder / "card.toml").read_text(encoding="utf-8"))
        return _card(folder.parent.name, folder.name, table)
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise ModelError(
            "card_unreadable", file=f"{folder.parent.name}/{folder.name}", reason=error
        ) from error


def read_metrics(folder: Path) -> Metrics:
    """Return what the test set showed of the model in `folder`.

    Raises
    ------
    ModelError
        If the file is missing or incomplete.
    """
    try:
        table = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
        return Metrics(
            *(np.array(table[key], np.int64) for key in ("confusion", "wrong", "truths", "answers"))
        )
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(
            "card_unreadable", file=f"{folder.parent.name}/{folder.name}", reason=error
        ) from error


def _card(task: str, name: str, table: dict[str, Any]) -> Card:
    rows, cols = table["input"]["size"]
    return Card(
        task=task,
        name=name,
        classes=tuple(table["classes"]),
        size=(rows, cols),
        mean=tuple(table["input"]["mean"]),
        std=tuple(table["input"]["std"]),
        parameters=table["parameters"],
        macs=table["macs"],
        data=Data(**_tuples(table["data"])),
        training=Training(**table["training"]),
        suites=_shares(table["suites"]),
        weights_sha256=table["weights"]["sha256"],
        weights_bytes=table["weights"]["bytes"],
        forms=tuple(table.get("forms", FORMS)),
        upright=table["input"].get("upright", 0.0),
        members=tuple(table.get("members", ())),
        members_upright=tuple(table.get("members_upright", ())),
        **_measured(table),
    )


def _measured(table: dict[str, Any]) -> dict[str, Any]:
    """Return what newer cards hold besides; older ones lack the tables."""
    better = dict(table.get("better", {}))
    separations = {suite: Separation(**value) for suite, value in table.get("separations", {}).items()}
    ablation = {suite: _shares(value) for suite, value in table.get("ablation", {}).items()}
    by_class = {suite: _each(**value) for suite, value in table.get("by_class", {}).items()}
    groups = {suite: _groups(**value) for suite, value in table.get("groups", {}).items()}
    return {
        "groups": MappingProxyType(groups),
        "top2": _shares(table.get("top2", {})),
        "by_class": MappingProxyType(by_class),
        "separations": MappingProxyType(separations),
        "ablation": MappingProxyType(ablation),
        "unseen": MappingProxyType({kind: _shares(value) for kind, value in table.get("unseen", {}).items()}),
        "better_suite": better.pop("suite", ""),
        "better": _shares(better),
        "calibration": Calibration(**_tuples(table["calibration"])) if "calibration" in table else None,
        "gate": Gate(**_tuples(table["gate"])) if "gate" in table else None,
        "speed": Speed(**table["speed"]) if "speed" in table else None,
    }


def _shares(table: dict[str, dict[str, int]]) -> Shares:
    return MappingProxyType({name: Share(**value) for name, value in table.items()})


def _each(right: list[int], count: list[int]) -> tuple[Share | None, ...]:
    pairs = zip(right, count, strict=True)
    return tuple(Share(*pair) if pair[1] else None for pair in pairs)


def _groups(confidence: list[float], right: list[int], count: list[int]) -> tuple[Group, ...]:
    rows = zip(confidence, right, count, strict=True)
    return tuple(Group(sure, Share(hits, number)) for sure, hits, number in rows)


def _tuples(table: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
