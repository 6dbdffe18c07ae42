"""ImageNet weights from torchvision: fetched only when a person asks, kept where torch keeps its own.

This is the only place of the library that opens a connection, and nothing calls it at start.
"""

import hashlib
import os
import re
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from pickle import UnpicklingError
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import torch
from torch import nn

from cnnviz.check import check_choice
from cnnviz.errors import DataError, WeightsError
from cnnviz.images.photo import SIDE, Normalisation
from cnnviz.zoo.imagenet_layouts import sequential, torchvision_network
from cnnviz.zoo.imagenet_table import ARCHITECTURES
from cnnviz.zoo.torchvision_compat import torchvision

CHUNK_BYTES = 1 << 20
TIMEOUT_S = 15
SHIFTED = "googlenet"  # its weights expect inputs in -1..1, whatever the others do


@dataclass(frozen=True, slots=True)
class WeightsFile:
    """Where torchvision publishes the weights of an architecture, and where they are kept here.

    Parameters
    ----------
    url, num_bytes : str, int
        Address and size; the size as published, to the nearest kilobyte.
    path : Path
        The file on this machine, there or not.
    sha256_start : str
        First characters of the SHA-256, which torchvision puts into the file's name.
    """

    url: str
    num_bytes: int
    path: Path
    sha256_start: str

    @property
    def is_here(self) -> bool:
        """Whether the file is on this machine."""
        return self.path.is_file()


@dataclass(frozen=True, slots=True, eq=False)
class PhotoNet:
    """A network trained on ImageNet with what its input and output mean.

    Parameters
    ----------
    name : str
        Its key in `imagenet_table.ARCHITECTURES`.
    net : nn.Sequential
        Named layers and blocks, eval mode.
    classes : tuple of str
        English names of the 1,000 classes, in the order of the logits.
    mean, std : tuple of float
        Normalisation of each channel.
    macs : int
        Multiply-adds for one picture, as published.
    top5 : float
        Share of ImageNet's validation pictures whose class is among the five first guesses, as published.
    """

    name: str
    net: nn.Sequential
    classes: tuple[str, ...]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    macs: int
    top5: float

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of its input."""
        return SIDE, SIDE


def names() -> tuple[str, ...]:
    """Return the architectures for which torchvision publishes weights."""
    return tuple(name for name, one in ARCHITECTURES.items() if one.torchvision)


def weights_file(name: str) -> WeightsFile:
    """Return where the weights of an architecture come from and where they are kept.

    Raises
    ------
    ChoiceError
        If there are none for it.
    """
    published = _published(name)
    path = Path(torch.hub.get_dir()) / "checkpoints" / published.url.rpartition("/")[2]
    start = re.search(r"-([0-9a-f]{8,})\.", path.name)
    num_bytes = round(published.meta["_file_size"] * (1 << 20))
    return WeightsFile(published.url, num_bytes, path, start[1] if start else "")


def fetch(name: str) -> Iterator[tuple[int, int]]:
    """Fetch the weights of an architecture and yield (bytes so far, bytes in all) on the way.

    The file is put in place only when it is whole and its SHA-256 is right; who stops asking leaves nothing
    behind.

    Raises
    ------
    DataError
        If the network does not allow it or breaks off, or the folder cannot be written to.
    WeightsError
        If what came is not what torchvision published.
    """
    file = weights_file(name)
    try:
        file.path.parent.mkdir(parents=True, exist_ok=True)
        handle, partial = tempfile.mkstemp(dir=file.path.parent)
        os.close(handle)
        try:
            yield from _download(file, Path(partial))
            Path(partial).replace(file.path)
        finally:
            Path(partial).unlink(missing_ok=True)
    except (URLError, ConnectionError, TimeoutError, HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise DataError("imagenet_unreachable", url=file.url, reason=reason, path=file.path) from error
    except OSError as error:
        raise DataError("imagenet_unwritable", folder=file.path.parent, reason=error.strerror) from error


def load(name: str) -> PhotoNet:
    """Return the network with the weights that are on this machine.

    The weights stay in their file where its format allows: the system reads the pages that are used and
    may drop them again, so that several large networks do not add up in memory.

    Raises
    ------
    DataError
        If they are not here.
    WeightsError
        If they were altered or do not fit.
    """
    file, published = weights_file(name), _published(name)
    if not file.is_here:
        raise DataError("imagenet_absent", path=file.path)
    if not _sha256(file.path).startswith(file.sha256_start):
        raise WeightsError("imagenet_altered", url=file.path)
    known = ARCHITECTURES[name].torchvision
    try:
        stored = _read(file.path)
        with torch.device("meta"):  # no numbers are made up that are replaced at once
            network = torchvision_network(known)
        own = network.state_dict()
        without_training_heads = {key: value for key, value in stored.items() if key in own}
        network.load_state_dict(without_training_heads, assign=True)
    except (RuntimeError, OSError, EOFError, ValueError, AttributeError, UnpicklingError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise WeightsError("weights_misfit", model=name, reason=reason) from error
    mean, std = normalisation(name)
    top5 = published.meta["_metrics"]["ImageNet-1K"]["acc@5"] / 100
    macs = round(published.meta["_ops"] * 1e9)
    return PhotoNet(name, sequential(network), tuple(published.meta["categories"]), mean, std, macs, top5)


def normalisation(name: str) -> Normalisation:
    """Return what the weights of the network `name` expect their input to be normalised with."""
    if ARCHITECTURES[name].torchvision == SHIFTED:  # torchvision undoes the usual one inside that network
        return Normalisation((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
    steps = _published(name).transforms()
    return Normalisation(tuple(steps.mean), tuple(steps.std))


def _published(name: str) -> Any:
    """Return torchvision's first published weights with a classifier: member of its weights table."""
    check_choice("architecture", name, names())
    torchvision()
    from torchvision.models import get_model_weights

    return get_model_weights(ARCHITECTURES[name].torchvision)["IMAGENET1K_V1"]


def _read(path: Path) -> Any:
    """Return the stored weights, left in their file where they can be; older files must be read whole."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch's word on formats of its own
        try:
            return torch.load(path, map_location="cpu", weights_only=True, mmap=True)
        except RuntimeError:
            return torch.load(path, map_location="cpu", weights_only=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _download(file: WeightsFile, partial: Path) -> Iterator[tuple[int, int]]:
    digest = hashlib.sha256()
    done = 0
    with closing(urlopen(file.url, timeout=TIMEOUT_S)) as answer, partial.open("wb") as target:  # noqa: S310  # https
        told = int(answer.headers.get("Content-Length") or 0)
        while chunk := answer.read(CHUNK_BYTES):
            target.write(chunk)
            digest.update(chunk)
            done += len(chunk)
            yield done, max(told or file.num_bytes, done)
    if done < told:
        raise DataError("imagenet_interrupted", url=file.url, done=done >> 20, total=told >> 20)
    if not digest.hexdigest().startswith(file.sha256_start):
        raise WeightsError("imagenet_altered", url=file.url)
