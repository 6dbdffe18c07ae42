"""Classify many files: each is decoded, prepared as on the pages and answered for; none stops the rest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from cnnviz.errors import CnnvizError, ImageError
from cnnviz.images.decode import SUFFIXES, decode
from cnnviz.images.picture import Picture
from cnnviz.images.prepare import FORMS, Prepared, form_of, prepare
from cnnviz.learn.datasets import HANDS, SIDE
from cnnviz.learn.gate import belonging_of
from cnnviz.ops.ensemble import together
from cnnviz.ops.ranking import rank_probs
from cnnviz.zoo.cards import Card
from cnnviz.zoo.measures import GateWeights

F32 = npt.NDArray[np.float32]
BATCH = 64


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """A model's answer to one file.

    Parameters
    ----------
    path : Path
        The file.
    probs : ndarray of float32, (K,), or None
        Probability of each class; None where the file could not be read, or the model was not asked.
    belongs : float or None
        Probability that it shows one of the classes at all; None where the model has no gate.
    error : CnnvizError or None
        Why it could not be read.
    """

    path: Path
    probs: F32 | None
    belongs: float | None = None
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


def verdict(card: Card, probs: F32, belongs: float | None) -> str:
    """Return how an answer is to be read, as the pages say it.

    Returns
    -------
    {'clear', 'unsure', 'none'}
        ``none``: the picture seems to show none of the classes; ``unsure``: the first two are close, or
        the probability is spread over many.
    """
    if card.gate is not None and belongs is not None and belongs < card.gate.threshold:
        return "none"
    return "clear" if rank_probs(probs).doubt == "none" else "unsure"


def classify(
    net: nn.Sequential,
    card: Card,
    files: Sequence[Path],
    *,
    form: str | None = None,
    gate: GateWeights | None = None,
    forms: Sequence[str] = FORMS,
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
    gate : GateWeights, optional
        Of the same model: each picture is then also asked whether it shows one of the classes at all.
    forms : sequence of str
        Pictures of other forms get an answer without probabilities and without an error.
    """
    for start in range(0, len(files), BATCH):
        part = files[start : start + BATCH]
        inputs = [_input(file, card, form, forms) for file in part]
        good = [value.tensor_f32 for value in inputs if isinstance(value, Prepared)]
        found = _answers(net, gate, np.stack(good)) if good else iter(())
        for file, value in zip(part, inputs, strict=True):
            if not isinstance(value, Prepared):
                yield Answer(file, None, error=value)
            else:
                probs, belongs = next(found)
                yield Answer(file, probs, 0.0 if gate and value.is_empty else belongs)


def classify_by_ensemble(
    members: Sequence[tuple[nn.Sequential, Card]],
    files: Sequence[Path],
    *,
    form: str | None = None,
    gate: GateWeights | None = None,
) -> Iterator[Answer]:
    """Answer for each file, in order, with what several models say together.

    Parameters
    ----------
    members : sequence of (nn.Sequential, Card)
        Models of one task with their cards; each but the first is asked about pictures of its forms only.
    files, form
        As in `classify`.
    gate : GateWeights, optional
        Of the first model, which alone says whether a picture shows one of the classes at all.
    """
    first = classify(*members[0], files, form=form, gate=gate)
    rest = [classify(net, card, files, form=form, forms=card.forms) for net, card in members[1:]]
    for answers in zip(first, *rest, strict=True):
        failed = next((answer for answer in answers if answer.error), None)
        yield failed or replace(answers[0], probs=_together(answers))


def _together(answers: Sequence[Answer]) -> F32:
    probs = together([answer.probs for answer in answers if answer.probs is not None]).probs
    return probs.astype(np.float32)


def _answers(
    net: nn.Sequential, gate: GateWeights | None, inputs_f32: F32
) -> Iterator[tuple[F32, float | None]]:
    """Return probabilities and what the gate says, picture by picture, from one forward pass."""
    names = [name for name, _ in net.named_children()]
    cut = names.index(gate.layer) + 1 if gate else len(names)
    with torch.inference_mode():
        features = net[:cut](torch.from_numpy(inputs_f32))
        probs = net[cut:](features).softmax(1).numpy()
    belongs = belonging_of(features.numpy(), gate).tolist() if gate else [None] * len(probs)
    return zip(probs, belongs, strict=True)


def likely_form(picture: Picture, card: Card) -> str:
    """Return what kind of picture it probably is: a data set's where it has exactly the size of those."""
    scanned = card.size if card.task == HANDS.task else (SIDE, SIDE)
    return "dataset" if picture.size == scanned else form_of(picture)


def _input(file: Path, card: Card, form: str | None, forms: Sequence[str]) -> Prepared | CnnvizError | None:
    """Return what the network gets of a file; why it cannot be read; or None if its form is not asked for."""
    try:
        data = file.read_bytes()
    except OSError as error:
        return ImageError("image_file", name=file.name, reason=error.strerror)
    try:
        picture = decode(data, file.name)
        form = form or likely_form(picture, card)
        return prepare(picture, card.recipe(form)) if form in forms else None
    except CnnvizError as error:
        return error


def _is_picture(file: Path) -> bool:
    return file.suffix.lower() in SUFFIXES and file.is_file()
