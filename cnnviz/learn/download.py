"""Fetch an absent data set from its publisher, when a person asks for it; nothing else calls this.

Everything is written to a temporary folder beside its place and moved there when it is complete and,
where the publisher gives one, its checksum is right.
"""

import gzip
import hashlib
import re
import shutil
import tempfile
import urllib.request
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from cnnviz.errors import DataError
from cnnviz.learn.datasets import DATASETS, data_dir

Report = Callable[[int, int], None]

CHUNK_BYTES = 1 << 18
TIMEOUT_S = 30
HAND = re.compile(r"[^/]+/(rock|paper|scissors)/([\w-]+\.png)")


@dataclass(frozen=True)
class Source:
    """One file to fetch.

    Parameters
    ----------
    urls : tuple of str
        Where it may be had, tried in this order.
    num_bytes : int
        Its size, for the progress bar.
    md5 : str
        Checksum that torchvision 0.28 asks for; empty where the publisher gives none.
    split : str
        Of a zip with one folder a class: the split it holds.
    """

    urls: tuple[str, ...]
    num_bytes: int
    md5: str = ""
    split: str = ""


def _scans(mirrors: tuple[str, ...], files: tuple[tuple[str, int, str], ...]) -> tuple[Source, ...]:
    return tuple(Source(tuple(mirror + name for mirror in mirrors), size, md5) for name, size, md5 in files)


_HAND_SITE = "https://storage.googleapis.com/learning-datasets/"
SOURCES: Mapping[str, tuple[Source, ...]] = MappingProxyType(
    {
        "digits": _scans(
            ("https://ossci-datasets.s3.amazonaws.com/mnist/", "http://yann.lecun.com/exdb/mnist/"),
            (
                ("train-images-idx3-ubyte.gz", 9912422, "f68b3c2dcbeaaa9fbdd348bbdeb94873"),
                ("train-labels-idx1-ubyte.gz", 28881, "d53e105ee54ea40749a09fcbcd1e9432"),
                ("t10k-images-idx3-ubyte.gz", 1648877, "9fb629c4189551a2d022fa330f9573f3"),
                ("t10k-labels-idx1-ubyte.gz", 4542, "ec29112dd5afa0611ce80d1b7f02629c"),
            ),
        ),
        "clothes": _scans(
            ("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",),
            (
                ("train-images-idx3-ubyte.gz", 26421880, "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
                ("train-labels-idx1-ubyte.gz", 29515, "25c81989df183df01b3e8a0aad5dffbe"),
                ("t10k-images-idx3-ubyte.gz", 4422102, "bef4ecab320f06d8554ea6380940ec79"),
                ("t10k-labels-idx1-ubyte.gz", 5148, "bb300cfdad3c16e7a12a480ee83cd310"),
            ),
        ),
        "rps": (
            Source((f"{_HAND_SITE}rps.zip",), 200682221, split="train"),
            Source((f"{_HAND_SITE}rps-test-set.zip",), 29516758, split="test"),
        ),
    }
)


def megabytes(task: str) -> int:
    """Return how much `fetch` would load, in whole megabytes."""
    return round(sum(source.num_bytes for source in SOURCES[task]) / 1e6)


def host(task: str) -> str:
    """Return the computer that `fetch` would ask first."""
    return SOURCES[task][0].urls[0].split("/")[2]


def fetch(task: str, report: Report, folder: Path | None = None) -> None:
    """Load the data set of `task` into `folder`.

    Parameters
    ----------
    task : {'digits', 'clothes', 'rps'}
    report : callable
        Called as ``report(bytes_so_far, bytes_in_all)`` while it loads.
    folder : Path, optional
        Folder of the data sets; `cnnviz.learn.datasets.data_dir` if left out.

    Raises
    ------
    DataError
        ``download_failed`` (no connection, an answer that is not the file), ``download_damaged``
        (wrong checksum), ``download_unwritable`` (no room, no permission).
    """
    place = (folder or data_dir()) / DATASETS[task].folder
    total, done = sum(source.num_bytes for source in SOURCES[task]), 0
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent) as temporary:
            for source in SOURCES[task]:
                file = Path(temporary) / source.urls[0].rsplit("/", 1)[1]
                _load(source, file, _reporter(report, done, total))
                done += source.num_bytes
                _unpack(file, source, Path(temporary) / "ready")
            _move(Path(temporary) / "ready", place)
    except OSError as error:
        raise DataError("download_unwritable", folder=place, reason=error.strerror or error) from error


def _reporter(report: Report, before: int, total: int) -> Callable[[int], None]:
    """Return what tells `report` about one file of several."""
    return lambda size: report(min(before + size, total), total)


def _load(source: Source, file: Path, report: Callable[[int], None]) -> None:
    """Write the first of the sources that answers into `file`."""
    reason: object = ""
    for url in source.urls:
        try:
            _copy(url, file, report)
        except (OSError, ValueError) as error:
            reason = getattr(error, "reason", error)
            continue
        digest = hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest() if source.md5 else ""
        if digest == source.md5:
            return
        raise DataError("download_damaged", url=url)
    raise DataError("download_failed", url=source.urls[0], reason=reason)


def _copy(url: str, file: Path, report: Callable[[int], None]) -> None:
    request = urllib.request.Request(url, headers={"User-Agent": "cnnviz"})  # noqa: S310  # our own table
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer, file.open("wb") as stream:  # noqa: S310  # same
        size = 0
        while chunk := answer.read(CHUNK_BYTES):
            stream.write(chunk)
            size += len(chunk)
            report(size)


def _unpack(file: Path, source: Source, ready: Path) -> None:
    """Unpack a gzipped IDX file, or the hands of a zip, into `ready`."""
    ready.mkdir(exist_ok=True)
    try:
        if not source.split:
            with gzip.open(file) as packed, (ready / file.stem).open("wb") as stream:
                shutil.copyfileobj(packed, stream)
            return
        with zipfile.ZipFile(file) as archive:
            for name in archive.namelist():
                if match := HAND.fullmatch(name):  # anything else, as ../x, is left out
                    target = ready / source.split / match[1] / match[2]
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(archive.read(name))
    except (zipfile.BadZipFile, EOFError, gzip.BadGzipFile) as error:
        raise DataError("download_damaged", url=source.urls[0]) from error
    finally:
        file.unlink()


def _move(ready: Path, place: Path) -> None:
    place.mkdir(parents=True, exist_ok=True)
    for part in ready.iterdir():
        target = place / part.name
        if target.is_dir():
            shutil.rmtree(target)
        part.replace(target)
