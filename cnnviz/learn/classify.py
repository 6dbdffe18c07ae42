"""Classify many files: each is decoded, prepared as on the pages and answered for; none stops the rest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from torch import nn

from cnnviz.errors import CnnvizError, ImageError
from cnnviz.images.decode import decode
from cnnviz.images.picture import Picture
from cnnviz.images.prepare import form_of, prepare
from cnnviz.learn.evaluate import probabilities
from cnnviz.zoo.cards import Card

F32 = npt.NDArray[np.float32]
SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff"})
BATCH = 64


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """A model's answer to one file.

    Parameters
    ----------
    path : Path
        The file.
    probs : ndarray of float32, (K,), or None
        Probability of each class; None where the file could not be read.
    error : CnnvizError or None
        Why it could not.
    """

    path: Path
    probs: F32 | None
    error: CnnvizError | None = None


def picture_files(paths: Sequence[Path]) -> list[Path]:
    """Return the files in `paths`; folders give every picture below them, by suffix, in order of name.

    A path that is no folder is returned whatever it is, so that its absence is reported.
    """
    found: list[Path] = []
    for path in paths:
        below = sorted(path.rglob("*")) if path.is_dir() else [path]
        found += [file for file in below if file is path or _is_picture(file)]
    return found


def ranked(probs: F32) -> list[int]:
    """Return the classes by probability, the first guess first; of equal ones the lower class comes first.

    Examples
    --------
    >>> ranked(np.array([0.2, 0.4, 0.4], np.float32))
    [1, 2, 0]
    """
    order: list[int] = np.argsort(-probs, kind="stable").tolist()
    return order


def classify(
    net: nn.Module, card: Card, files: Sequence[Path], *, form: str | None = None
) -> Iterator[Answer]:
    """Answer for each file, in order.

    Parameters
    ----------
    net : nn.Module
        The model of `card`, in eval mode.
    card : Card
        Says how pictures are prepared.
    files : sequence of Path
        Picture files.
    form : {'drawing', 'photo', 'dataset'}, optional
        What kind of pictures they are; left out, each file's own is guessed by `likely_form`.
    """
    for start in range(0, len(files), BATCH):
        part = files[start : start + BATCH]
        inputs = [_input(file, card, form) for file in part]
        good = [value for value in inputs if not isinstance(value, CnnvizError)]
        probs = iter(probabilities(net, np.stack(good)) if good else ())
        for file, value in zip(part, inputs, strict=True):
            if isinstance(value, CnnvizError):
                yield Answer(file, None, value)
            else:
                yield Answer(file, next(probs))


def likely_form(picture: Picture, card: Card) -> str:
    """Return what kind of picture it probably is: a data set's where it has exactly the model's size."""
    return "dataset" if picture.size == card.size else form_of(picture)


def _input(file: Path, card: Card, form: str | None) -> F32 | CnnvizError:
    try:
        data = file.read_bytes()
    except OSError as error:
        return ImageError("image_file", name=file.name, reason=error.strerror)
    try:
        picture = decode(data, file.name)
        return prepare(picture, card.recipe(form or likely_form(picture, card))).tensor_f32
    except CnnvizError as error:
        return error


def _is_picture(file: Path) -> bool:
    return file.suffix.lower() in SUFFIXES and file.is_file()
