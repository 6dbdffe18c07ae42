"""What models are measured on: official test sets, pictures from elsewhere, and pictures of nothing known.

``test`` is the official test set of a task. ``strokes`` are recorded pen strokes drawn anew on the
canvas; ``photos`` are phone photos of clothes; ``people`` are photos of hands, of persons and frames held
out, and ``copies`` the same turned, mirrored, brightened, darkened and blurred. ``strange`` shows no digit
and ``no_hand`` no hand. All go through the preparation that the pages use, and nothing is trained on any
of them.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from cnnviz import check
from cnnviz.errors import DataError
from cnnviz.images.decode import decode
from cnnviz.images.picture import Picture
from cnnviz.images.prepare import form_of, prepare
from cnnviz.images.strokes import PAPERS, Drawing
from cnnviz.learn import datasets
from cnnviz.learn.no_hand import no_hands
from cnnviz.learn.redraw import PENS, redrawn
from cnnviz.learn.splits import group, is_reported
from cnnviz.learn.strange import not_digits
from cnnviz.zoo.cards import Card

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
T = TypeVar("T")
Labelled = Iterator[tuple[Picture, int]]

# in the folder of all data sets
STROKES, PHOTOS, PEOPLE = "pen-digits/train_writers_30.jsonl", "garment-photos", "rps/photos-crops/train"
ANGLES_DEG = (90, 180, 270, 25, -25)
DARKER, BRIGHTER = 0.6, 1.5  # factors of brightness
BLUR = 80  # a blurred copy's Gaussian has a deviation of the side over this
AT_ONCE = 500  # pictures that are prepared together


def names(task: str, folder: Path) -> tuple[str, ...]:
    """Return the suites for `task` whose pictures lie in `folder`."""
    return tuple(name for name, (place, *_) in SUITES[task].items() if (folder / place).exists())


def inputs(
    card: Card, suite: str, folder: Path, *, every: int = 1, off: frozenset[str] | None = None
) -> tuple[F32, I64]:
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
    off : frozenset of str, optional
        Steps of the preparation that are switched off, as in `Recipe`.

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
    parts, labels = zip(*batches(card, suite, folder, every=every, off=off), strict=True)
    return np.concatenate(parts), np.concatenate(labels)


def batches(
    card: Card, suite: str, folder: Path, *, every: int = 1, off: frozenset[str] | None = None
) -> Iterator[tuple[F32, I64]]:
    """Return what `inputs` does, `AT_ONCE` pictures at a time: all at once may need gigabytes."""
    form, read = _reader(card.task, suite, folder)
    recipe, found = card.recipe(form, off), _each(read(folder), every)
    while part := list(islice(found, AT_ONCE)):
        pictures, labels = zip(*part, strict=True)
        yield np.stack([prepare(one, recipe).tensor_f32 for one in pictures]), np.array(labels, np.int64)


def form_of_suite(task: str, suite: str) -> str:
    """Return which form the pictures of a suite have: ``drawing``, ``photo`` or ``dataset``."""
    return SUITES[task][suite][1]


def strange_inputs(card: Card, folder: Path, *, every: int = 1) -> tuple[F32, npt.NDArray[np.bool_]]:
    """Return pictures that show none of the classes as the model of `card` gets them.

    Parameters
    ----------
    card, folder, every
        As in `inputs`. The suite is ``STRANGE[card.task]``; what `folder` lacks is left out.

    Returns
    -------
    (inputs, is_empty)
        (N, C, H, W) float32, and which of them are blank sheets: those show nothing, whatever a network says.
    """
    _, read = STRANGE[card.task]
    found = [prepare(picture, card.recipe(form_of(picture))) for picture in _each(read(folder), every)]
    return np.stack([one.tensor_f32 for one in found]), np.array([one.is_empty for one in found])


def _reader(task: str, suite: str, folder: Path) -> tuple[str, "Reader"]:
    check.check_choice("suite", suite, tuple(SUITES[task]))
    place, form, read = SUITES[task][suite]
    if not (folder / place).exists():
        raise DataError("data_absent", name=suite, folder=folder / place)
    return form, read


def _each(found: Iterator[T], every: int) -> Iterator[T]:
    return islice(found, 0, None, every)


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
            if is_reported(group(path.name)):
                yield decode(path.read_bytes(), path.name), label


def _strokes(folder: Path, seed: int = 5) -> Labelled:
    """Return recorded strokes drawn anew: three pens, both papers, any place and height, a little turned."""
    random = np.random.default_rng(seed)
    lines = (folder / STROKES).read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        digit = json.loads(line)
        strokes = [np.array(stroke, float)[:, ::-1] for stroke in digit["strokes"]]  # (x, y) to (row, col)
        drawing = Drawing(redrawn(strokes, PENS[number % 3], random), PAPERS[number // 3 % 2])
        yield drawing.picture(), digit["label"]


def _copies(folder: Path) -> Labelled:
    """Return the photos of `_people` changed in nine ways that change no gesture."""
    for picture, label in _people(folder):
        for copy in changed(picture):
            yield copy, label


def changed(picture: Picture) -> Iterator[Picture]:
    """Return nine copies of a photo: turned, mirrored, brighter, darker, blurred."""
    for name, pixels in _changed(picture.pixels_u8.astype(np.float32)):
        whole = np.clip(np.rint(pixels), 0, 255).astype(np.uint8)
        yield Picture(whole, origin=picture.origin, name=f"{picture.name} {name}")


def _changed(pixels: F32) -> Iterator[tuple[str, F32]]:
    for angle in ANGLES_DEG:
        yield (
            f"turned {angle}",
            ndimage.rotate(pixels, angle, order=1, mode="reflect", reshape=angle % 90 == 0),
        )
    yield "mirrored", pixels[:, ::-1]
    yield "brighter", pixels * BRIGHTER
    yield "darker", pixels * DARKER
    reach = max(pixels.shape[:2]) / BLUR
    yield "blurred", ndimage.gaussian_filter(pixels, (reach, reach, *[0] * (pixels.ndim - 2)))


Reader = Callable[[Path], Labelled]
MORE: Mapping[str, Mapping[str, tuple[str, str, Reader]]] = MappingProxyType(
    {
        "digits": MappingProxyType({"strokes": (STROKES, "drawing", _strokes)}),
        "clothes": MappingProxyType({"photos": (PHOTOS, "photo", _garments)}),
        "rps": MappingProxyType({"people": (PEOPLE, "photo", _people), "copies": (PEOPLE, "photo", _copies)}),
    }
)
SUITES: Mapping[str, Mapping[str, tuple[str, str, Reader]]] = MappingProxyType(
    {  # task -> suite -> (place in the folder of all data sets, form of its pictures, reader)
        task: MappingProxyType({"test": (data.folder, "dataset", _test(task)), **MORE.get(task, {})})
        for task, data in datasets.DATASETS.items()
    }
)
# task -> suite of pictures that show none of its classes, and its reader
STRANGE: Mapping[str, tuple[str, Callable[[Path], Iterator[Picture]]]] = MappingProxyType(
    {"digits": ("strange", not_digits), "rps": ("no_hand", no_hands)}
)
