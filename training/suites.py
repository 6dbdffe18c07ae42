"""The pictures on which a finished model is measured, as inputs ready for the network.

The test sets and the development suites are read here and nowhere else in training/. Every picture
goes through the preparation that the pages use.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from cnnviz.images.picture import Picture
from cnnviz.images.prepare import prepare
from cnnviz.images.strokes import PAPERS, SHEET, Drawing, Stroke
from cnnviz.zoo.cards import Card
from training import hands, pictures

Labelled = tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]
PENS = (10, 18, 26)  # units of the sheet
CLASSES_DIR = {"0_tshirt_top": 0, "1_trouser": 1, "2_pullover": 2, "3_dress": 3, "4_coat": 4, "5_sandal": 5}
CLASSES_DIR |= {"6_shirt": 6, "7_sneaker": 7, "9_ankle_boot": 9}


def of(card: Card) -> dict[str, Labelled]:
    """Return every suite for the task of `card`: name to inputs (N, C, H, W) and labels (N,)."""
    if card.task == "rps":
        return {"test": _stack(_hands_test(), card, "dataset")}
    test = {"test": _stack(_scans_test(card.task), card, "dataset")}
    if card.task == "digits":
        return {**test, "strokes": _stack(_strokes(), card, "drawing")}
    return {**test, "photos": _stack(_garments(), card, "photo")}


def _stack(labelled: Iterator[tuple[Picture, int]], card: Card, form: str) -> Labelled:
    recipe = card.recipe(form)
    pairs = [(prepare(picture, recipe).tensor_f32, label) for picture, label in labelled]
    return np.stack([tensor for tensor, _ in pairs]), np.array([label for _, label in pairs])


def _scans_test(task: str) -> Iterator[tuple[Picture, int]]:
    scans, labels = pictures.idx(task, "t10k")
    for scan, label in zip(scans[:, 0].numpy(), labels.tolist(), strict=True):
        yield Picture(scan, origin="dataset"), label


def _hands_test() -> Iterator[tuple[Picture, int]]:
    folder = pictures.data_dir() / "rps" / "moroney" / "test"
    for label, name in enumerate(hands.CLASSES):
        for path in sorted((folder / name).iterdir()):
            yield _photo(path), label


def _garments() -> Iterator[tuple[Picture, int]]:
    """Return photos of clothes in rooms: for measuring, never for training."""
    for folder in sorted((pictures.data_dir() / "garment-photos").iterdir()):
        for path in sorted(folder.iterdir()):
            yield _photo(path), CLASSES_DIR[folder.name]


def _photo(path: Path) -> Picture:
    with Image.open(path) as image:
        return Picture(np.asarray(image.convert("RGB")), origin="upload")


def _strokes(seed: int = 5) -> Iterator[tuple[Picture, int]]:
    """Return recorded strokes drawn anew: three pens, both papers, 90 to 220 high, anywhere, up to 10° turned."""
    random = np.random.default_rng(seed)
    lines = (pictures.data_dir() / "pen-digits" / "train_writers_30.jsonl").read_text().splitlines()
    for place, line in enumerate(lines):
        digit = json.loads(line)
        lines_rc = [np.array(stroke, float)[:, ::-1] for stroke in digit["strokes"]]
        drawing = Drawing(_redrawn(lines_rc, float(PENS[place % 3]), random), PAPERS[place // 3 % 2])
        yield drawing.picture(), digit["label"]


def _redrawn(
    lines: list[npt.NDArray[np.float64]], pen: float, random: np.random.Generator
) -> tuple[Stroke, ...]:
    """Return lines, (n, 2) of (row, col), turned, scaled and placed so that the pen stays on the sheet."""
    angle = np.deg2rad(random.uniform(-10, 10))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    every = np.concatenate(lines) @ turn
    low, size = every.min(0), np.ptp(every, 0)
    room = SHEET - pen
    scale = min((random.uniform(90, 220) - pen) / max(size[0], 1), room / max(size[1], 1))
    start = pen / 2 + random.random(2) * (room - scale * size)
    return tuple(
        Stroke(tuple(map(tuple, (start + scale * (line @ turn - low)).tolist())), pen) for line in lines
    )
