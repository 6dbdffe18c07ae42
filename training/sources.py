"""Where the pictures of hands come from."""

from pathlib import Path

from cnnviz.learn.datasets import data_dir

CLASSES = ("rock", "paper", "scissors")
SOURCES = {
    "cgi": "moroney/train",
    "green": "photos-green/all",
    "crops": "photos-crops/train",
    "webcam": "photos-webcam/all",
}


def files(source: str) -> list[tuple[int, Path]]:
    """Return (label, path) of every picture of a source."""
    folder = data_dir() / "rps" / SOURCES[source]
    return [(label, path) for label, name in enumerate(CLASSES) for path in sorted((folder / name).iterdir())]
