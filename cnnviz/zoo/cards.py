"""What a model's card says: how it was made, how big it is, how often it is right.

A card is ``models/<task>/<name>/card.toml``; beside it lie the weights and ``metrics.json`` with the
confusion matrix and the list of misread test pictures. Reading a card needs no torch.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnviz.errors import ModelError
from cnnviz.images.prepare import Recipe

Z95 = 1.959963984540054  # 97.5 % quantile of the standard normal distribution


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many were right, with the range in which the true share lies.

    Parameters
    ----------
    right, count : int
        Pictures read correctly, pictures in all (at least 1).

    Examples
    --------
    >>> share = Share(95, 100)
    >>> share.value, round(share.low, 3), round(share.high, 3)
    (0.95, 0.888, 0.978)
    """

    right: int
    count: int

    @property
    def value(self) -> float:
        """The share, 0..1."""
        return self.right / self.count

    @property
    def low(self) -> float:
        """Lower end of the 95 % interval."""
        return self._wilson()[0]

    @property
    def high(self) -> float:
        """Upper end of the 95 % interval."""
        return self._wilson()[1]

    def _wilson(self) -> tuple[float, float]:
        """Return the interval of E. B. Wilson, "Probable inference" (JASA 22, 1927)."""
        p, n = self.value, self.count
        centre = p + Z95**2 / (2 * n)
        spread = Z95 * sqrt(p * (1 - p) / n + Z95**2 / (4 * n * n))
        return (centre - spread) / (1 + Z95**2 / n), (centre + spread) / (1 + Z95**2 / n)


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
    """

    sources: tuple[str, ...]
    licences: tuple[str, ...]
    train: int
    held_out: int
    split: str
    test: str
    written: int = 0


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
        return Recipe(task=self.task, form=form, size=size, mean=self.mean, std=self.std, off=off)


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
        data=Data(**{key: _frozen(value) for key, value in table["data"].items()}),
        training=Training(**table["training"]),
        suites=MappingProxyType({key: Share(**value) for key, value in table["suites"].items()}),
        weights_sha256=table["weights"]["sha256"],
        weights_bytes=table["weights"]["bytes"],
    )


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
