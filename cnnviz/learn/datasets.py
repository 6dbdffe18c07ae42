"""MNIST, Fashion-MNIST and rock-paper-scissors as lists of pictures: how many, which class, which picture.

The two MNISTs lie as torchvision lays them out (``MNIST/raw/train-images-idx3-ubyte``, ...), but are
read here without it: after a header of 16 (pictures) or 8 bytes (labels) the files are plain bytes,
and importing torch and torchvision for that would cost seconds. Hands are one folder a class.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from PIL import Image

from cnnviz import check
from cnnviz.errors import DataError
from cnnviz.images.decode import decode
from cnnviz.images.picture import Picture

U8 = npt.NDArray[np.uint8]
I64 = npt.NDArray[np.int64]

SPLITS = ("test", "train")
SIDE = 28  # rows and columns of the two MNISTs


@dataclass(frozen=True)
class Dataset:
    """What is known of a data set whether or not it is there.

    Parameters
    ----------
    task : str
        Which task it belongs to.
    title : str
        Its name.
    folder : str
        Where it lies in the data folder.
    classes : tuple of str
        Keys of its classes, in the order of the labels.
    counts : mapping
        Pictures in each split.
    licence : str
        Licence and authors.
    """

    task: str
    title: str
    folder: str
    classes: tuple[str, ...]
    counts: Mapping[str, int]
    licence: str


DIGITS = Dataset(
    "digits",
    "MNIST",
    "MNIST/raw",
    tuple("0123456789"),
    MappingProxyType({"train": 60000, "test": 10000}),
    "CC BY-SA 3.0 (Y. LeCun, C. Cortes, C. Burges)",
)
CLOTHES = Dataset(
    "clothes",
    "Fashion-MNIST",
    "FashionMNIST/raw",
    ("t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle-boot"),
    MappingProxyType({"train": 60000, "test": 10000}),
    "MIT (Zalando SE)",
)
HANDS = Dataset(
    "rps",
    "Rock Paper Scissors",
    "rps/moroney",
    ("rock", "paper", "scissors"),
    MappingProxyType({"train": 2520, "test": 372}),
    "CC BY 2.0 (L. Moroney)",
)
DATASETS: Mapping[str, Dataset] = MappingProxyType({"digits": DIGITS, "clothes": CLOTHES, "rps": HANDS})
PARTS: Mapping[str, str] = MappingProxyType({"train": "train", "test": "t10k"})


def data_dir() -> Path:
    """Return the folder of the data sets: ``CNNVIZ_DATA``, else ``data``."""
    return Path(os.environ.get("CNNVIZ_DATA", "data"))


def is_present(task: str, folder: Path | None = None) -> bool:
    """Return whether the data set of `task` is in `folder`, complete."""
    try:
        return all(len(labels(task, split, folder)) == DATASETS[task].counts[split] for split in SPLITS)
    except DataError:
        return False


def labels(task: str, split: str, folder: Path | None = None) -> I64:
    """Return the class of each picture as an index into `Dataset.classes`, (N,), read-only.

    Parameters
    ----------
    task : {'digits', 'clothes', 'rps'}
    split : {'test', 'train'}
    folder : Path, optional
        Folder of the data sets; `data_dir` if left out.

    Raises
    ------
    ChoiceError
        If task or split is unknown.
    DataError
        If the data set is absent or not what it should be.
    """
    check.check_choice("task", task, tuple(DATASETS))
    check.check_choice("split", split, SPLITS)
    place = (folder or data_dir()) / DATASETS[task].folder
    if task == "rps":
        return _hand_files(place / split)[1]
    return _idx(place / f"{PARTS[split]}-labels-idx1-ubyte").astype(np.int64)


def places(task: str, split: str, label: str | None = None, folder: Path | None = None) -> I64:
    """Return the places of all pictures of the class `label`, or of every class, ascending."""
    classes = labels(task, split, folder)
    if label is None:
        return np.arange(len(classes))
    check.check_choice("label", label, DATASETS[task].classes)
    return np.flatnonzero(classes == DATASETS[task].classes.index(label))


def picture(task: str, split: str, place: int, folder: Path | None = None) -> Picture:
    """Return one picture.

    Parameters
    ----------
    task, split, folder
        As in `labels`.
    place : int
        Which one, from 0.

    Returns
    -------
    Picture
        (28, 28) grey, or (300, 300, 3) for hands; its label is the key of its true class.

    Examples
    --------
    >>> picture("digits", "test", 0).label  # doctest: +SKIP
    '7'
    """
    classes = labels(task, split, folder)
    place = check.check_integer("place", place, 0, len(classes) - 1)
    data = DATASETS[task]
    where = (folder or data_dir()) / data.folder
    name = f"{data.title} {split} {place}"
    label = data.classes[int(classes[place])]
    if task != "rps":
        pixels = _idx(where / f"{PARTS[split]}-images-idx3-ubyte")[place]
        return Picture(pixels, origin="dataset", name=name, label=label)
    decoded = decode(_hand_files(where / split)[0][place].read_bytes(), name, origin="dataset")
    return Picture(decoded.pixels_u8, origin="dataset", name=name, label=label)


def thumbnail(task: str, split: str, place: int, *, side_px: int = 56, folder: Path | None = None) -> U8:
    """Return one picture reduced or enlarged to (side_px, side_px) or (side_px, side_px, 3)."""
    image = Image.fromarray(picture(task, split, place, folder).pixels_u8)
    how = Image.Resampling.BOX if image.width > side_px else Image.Resampling.NEAREST
    return np.asarray(image.resize((side_px, side_px), how))


@lru_cache(maxsize=16)
def _opened(file: Path, changed_ns: int) -> U8:  # noqa: ARG001  # when the file changes it is read again
    """Return an IDX file of bytes as a read-only array; its pictures stay on disk until they are used.

    The format, from Y. LeCun's MNIST page: two zero bytes, the type (8: unsigned bytes), the number of
    dimensions, each dimension as four bytes with the highest first, then the values.
    """
    content = np.memmap(file, np.uint8, "r")
    ndim = int(content[3]) if len(content) >= 4 else 0
    start = 4 + 4 * ndim
    shape = content[4:start].view(">u4").astype(int)
    if content[:3].tolist() != [0, 0, 8] or content.size != start + np.prod(shape):
        raise DataError("data_damaged", name=file.name, folder=file.parent)
    return content[start:].reshape(shape)


def _idx(file: Path) -> U8:
    try:
        return _opened(file, file.stat().st_mtime_ns)
    except (OSError, ValueError) as error:
        raise DataError("data_absent", name=file.name, folder=file.parent) from error


def _hand_files(folder: Path) -> tuple[tuple[Path, ...], I64]:
    """Return the files of all hands, class by class and by name, and their labels."""
    try:
        return _listed(folder, max((folder / name).stat().st_mtime_ns for name in HANDS.classes))
    except OSError as error:
        raise DataError("data_absent", name=HANDS.title, folder=folder) from error


@lru_cache(maxsize=8)
def _listed(folder: Path, changed_ns: int) -> tuple[tuple[Path, ...], I64]:  # noqa: ARG001  # as above
    files = [sorted((folder / name).iterdir()) for name in HANDS.classes]
    classes = np.repeat(np.arange(len(files)), [len(part) for part in files])
    classes.setflags(write=False)
    return tuple(file for part in files for file in part), classes
