"""What models are measured on: official test sets, and pictures from elsewhere.

``test`` is the official test set of a task. ``strokes`` are recorded pen strokes drawn anew on the
canvas; ``photos`` are phone photos of clothes. All go through the preparation that the pages use, and
nothing is trained on any of them.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from PIL import Image

from cnnviz import check
from cnnviz.errors import DataError
from cnnviz.images.picture import Picture
from cnnviz.images.prepare import prepare
from cnnviz.images.strokes import PAPERS, SHEET, Drawing, Stroke
from cnnviz.zoo.cards import Card

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Labelled = Iterator[tuple[Picture, int]]

HANDS = ("rock", "paper", "scissors")
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
    chosen = [pair for number, pair in enumerate(read(folder / place)) if number % every == 0]
    tensors = [prepare(picture, recipe).tensor_f32 for picture, _ in chosen]
    return np.stack(tensors), np.array([label for _, label in chosen], np.int64)


def data_dir() -> Path:
    """Return the folder of the data sets: ``CNNVIZ_DATA``, else ``data``."""
    return Path(os.environ.get("CNNVIZ_DATA", "data"))


def test_pictures(task: str, folder: Path, places: Sequence[int]) -> list[npt.NDArray[np.uint8]]:
    """Return some pictures of the official test set as they are, (H, W) or (H, W, 3) uint8.

    Parameters
    ----------
    task : str
        One of the tasks.
    folder : Path
        Where the data sets are.
    places : sequence of int
        Places in the test set, as in `cnnviz.zoo.cards.Metrics.wrong`.

    Raises
    ------
    DataError
        If the test set is not in `folder`.
    """
    where = folder / SUITES[task]["test"][0]
    if not where.exists():
        raise DataError("data_absent", name="test", folder=where)
    if task != "rps":
        pixels = np.memmap(where / "t10k-images-idx3-ubyte", np.uint8, "r", offset=16).reshape(-1, 28, 28)
        return [np.array(pixels[place]) for place in places]
    files = _hand_files(where)
    return [_photo(files[place][0]).pixels_u8 for place in places]


def scans(folder: Path, part: str = "t10k") -> tuple[npt.NDArray[np.uint8], I64]:
    """Return the 28x28 pictures in the IDX files of `folder`, (N, 28, 28) uint8, and labels.

    Parameters
    ----------
    folder : Path
        ``MNIST/raw`` or ``FashionMNIST/raw``; the format is described on Y. LeCun's MNIST page.
    part : {'t10k', 'train'}
        Test or training set.
    """
    pictures = np.fromfile(folder / f"{part}-images-idx3-ubyte", np.uint8)[16:].reshape(-1, 28, 28)
    return pictures, np.fromfile(folder / f"{part}-labels-idx1-ubyte", np.uint8)[8:].astype(np.int64)


def _scans_test(folder: Path) -> Labelled:
    for pixels, label in zip(*scans(folder), strict=True):
        yield Picture(pixels, origin="dataset"), int(label)


def _hands(folder: Path) -> Labelled:
    for path, label in _hand_files(folder):
        yield _photo(path), label


def _hand_files(folder: Path) -> list[tuple[Path, int]]:
    return [(path, label) for label, name in enumerate(HANDS) for path in sorted((folder / name).iterdir())]


def _garments(folder: Path) -> Labelled:
    """Return photos from folders whose names begin with the number of the class, as ``0_tshirt_top``."""
    for kind in sorted(folder.iterdir()):
        for path in sorted(kind.iterdir()):
            yield _photo(path), int(kind.name[0])


def _photo(path: Path) -> Picture:
    with Image.open(path) as image:
        return Picture(np.asarray(image.convert("RGB")), origin="dataset", name=path.name)


def _strokes(file: Path, seed: int = 5) -> Labelled:
    """Return recorded strokes drawn anew: three pens, both papers, any place and height, a little turned."""
    random = np.random.default_rng(seed)
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines()):
        digit = json.loads(line)
        lines = [np.array(stroke, float)[:, ::-1] for stroke in digit["strokes"]]  # (x, y) to (row, col)
        drawing = Drawing(_redrawn(lines, PENS[number % 3], random), PAPERS[number // 3 % 2])
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
SUITES: Mapping[str, Mapping[str, tuple[str, str, Reader]]] = MappingProxyType(
    {  # task -> suite -> (place in the data folder, form of its pictures, reader)
        "digits": MappingProxyType(
            {
                "test": ("MNIST/raw", "dataset", _scans_test),
                "strokes": ("pen-digits/train_writers_30.jsonl", "drawing", _strokes),
            }
        ),
        "clothes": MappingProxyType(
            {
                "test": ("FashionMNIST/raw", "dataset", _scans_test),
                "photos": ("garment-photos", "photo", _garments),
            }
        ),
        "rps": MappingProxyType({"test": ("rps/moroney/test", "dataset", _hands)}),
    }
)
