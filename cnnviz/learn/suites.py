"""What models are measured on: official test sets, and pictures from elsewhere.

``test`` is the official test set of a task. ``strokes`` are recorded pen strokes drawn anew on the
canvas; ``photos`` are phone photos of clothes; ``people`` are photos of hands, of persons and frames held
out. All go through the preparation that the pages use, and nothing is trained on any of them.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from cnnviz import check
from cnnviz.errors import DataError
from cnnviz.images.decode import decode
from cnnviz.images.picture import Picture
from cnnviz.images.prepare import prepare
from cnnviz.images.strokes import PAPERS, SHEET, Drawing, Stroke
from cnnviz.learn import datasets
from cnnviz.learn.splits import group, is_held_out
from cnnviz.zoo.cards import Card

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Labelled = Iterator[tuple[Picture, int]]

# in the folder of all data sets
STROKES, PHOTOS, PEOPLE = "pen-digits/train_writers_30.jsonl", "garment-photos", "rps/photos-crops/train"
PENS = (10.0, 18.0, 26.0)  # diameters, in units of the sheet
HEIGHTS = (90.0, 220.0)  # of a digit, in units of the sheet
TURN_DEG = 10.0


def names(task: str, folder: Path) -> tuple[str, ...]:
    """Return the suites for `task` whose pictures lie in `folder`."""
    return tuple(name for name, (place, *_) in SUITES[task].items() if (folder / place).exists())


def inputs(card: Card, suite: str, folder: Path, *, every: int = 1) -> tuple[F32, I64]:
    """Return the pictures of a suite as the model of `card` gets them.

    Parameters
    ----------
    card : Card
        Says how pictures are prepared.
    suite : str
        One of `names`.
    folder : Path
        Where the data sets are.
    every : int
        Take each `every`-th picture only.

    Returns
    -------
    (inputs, labels)
        (N, C, H, W) float32 and (N,) int64.

    Raises
    ------
    ChoiceError
        If the task has no such suite.
    DataError
        If its pictures are not in `folder`.
    """
    check.check_choice("suite", suite, tuple(SUITES[card.task]))
    place, form, read = SUITES[card.task][suite]
    if not (folder / place).exists():
        raise DataError("data_absent", name=suite, folder=folder / place)
    recipe = card.recipe(form)
    chosen = list(islice(read(folder), 0, None, every))
    tensors = [prepare(picture, recipe).tensor_f32 for picture, _ in chosen]
    return np.stack(tensors), np.array([label for _, label in chosen], np.int64)


def _test(task: str) -> Callable[[Path], Labelled]:
    """Return the reader of the official test set of `task`, given the folder of all data sets."""

    def read(folder: Path) -> Labelled:
        for place, label in enumerate(datasets.labels(task, "test", folder).tolist()):
            yield datasets.picture(task, "test", place, folder), label

    return read


def _garments(folder: Path) -> Labelled:
    """Return photos from folders whose names begin with the number of the class, as ``0_tshirt_top``."""
    for path in sorted((folder / PHOTOS).glob("*/*.jpg")):
        yield decode(path.read_bytes(), path.name), int(path.parent.name[0])


def _people(folder: Path) -> Labelled:
    """Return photos of hands of those people, videos and frames that were held out of training."""
    for label, name in enumerate(datasets.HANDS.classes):
        for path in sorted((folder / PEOPLE / name).iterdir()):
            if is_held_out(group(path.name)):
                yield decode(path.read_bytes(), path.name), label


def _strokes(folder: Path, seed: int = 5) -> Labelled:
    """Return recorded strokes drawn anew: three pens, both papers, any place and height, a little turned."""
    random = np.random.default_rng(seed)
    lines = (folder / STROKES).read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        digit = json.loads(line)
        strokes = [np.array(stroke, float)[:, ::-1] for stroke in digit["strokes"]]  # (x, y) to (row, col)
        drawing = Drawing(_redrawn(strokes, PENS[number % 3], random), PAPERS[number // 3 % 2])
        yield drawing.picture(), digit["label"]


def _redrawn(lines: list[F64], pen: float, random: np.random.Generator) -> tuple[Stroke, ...]:
    """Return lines, (n, 2) of (row, col), turned, scaled and placed so that the pen stays on the sheet."""
    angle = np.deg2rad(random.uniform(-TURN_DEG, TURN_DEG))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    every = np.concatenate(lines) @ turn
    low, size = every.min(0), np.ptp(every, 0)
    room = SHEET - pen
    scale = min((random.uniform(*HEIGHTS) - pen) / max(size[0], 1), room / max(size[1], 1))
    start = pen / 2 + random.random(2) * (room - scale * size)
    placed = [(start + scale * (line @ turn - low)).tolist() for line in lines]
    return tuple(Stroke(tuple((row, col) for row, col in line), pen) for line in placed)


Reader = Callable[[Path], Labelled]
MORE: Mapping[str, Mapping[str, tuple[str, str, Reader]]] = MappingProxyType(
    {
        "digits": MappingProxyType({"strokes": (STROKES, "drawing", _strokes)}),
        "clothes": MappingProxyType({"photos": (PHOTOS, "photo", _garments)}),
        "rps": MappingProxyType({"people": (PEOPLE, "photo", _people)}),
    }
)
SUITES: Mapping[str, Mapping[str, tuple[str, str, Reader]]] = MappingProxyType(
    {  # task -> suite -> (place in the folder of all data sets, form of its pictures, reader)
        task: MappingProxyType({"test": (data.folder, "dataset", _test(task)), **MORE.get(task, {})})
        for task, data in datasets.DATASETS.items()
    }
)
