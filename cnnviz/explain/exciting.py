"""The pictures of a data set that excite a unit most, found batch by batch."""

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from cnnviz.check import check_integer
from cnnviz.explain import guard, layers
from cnnviz.explain.field import unit_field
from cnnviz.explain.results import Exciting, ScanProgress


def most_exciting(
    net: nn.Module, batches: Iterable[npt.ArrayLike], *, layer: str, unit: int, keep: int = 9
) -> Iterator[ScanProgress]:
    """Yield the pictures that excite a unit most, while a data set is gone through.

    Who stops asking stops the work.

    Parameters
    ----------
    net : nn.Sequential
        Named layers or blocks; left untouched.
    batches : iterable of array_like, shape (N, C, H, W), float32
        Prepared pictures, batch after batch, all of one size.
    layer, unit : str, int
        Which unit of which top-level layer; its excitement is the largest value of its map, or the element.
    keep : int
        How many to keep, from 1 to 100.

    Yields
    ------
    ScanProgress
        After each batch: pictures seen, and the best so far by their index over all batches. Of equal
        ones the first counts.

    Raises
    ------
    ChoiceError, RangeError, ModelError
        If there is no such layer or unit, or the network does not take the pictures.
    """
    head, _ = layers.split(guard.twin(net), layer)
    check_integer("keep", keep, 1, 100)
    best: list[Exciting] = []
    done = 0
    for pixels in batches:
        pictures = torch.as_tensor(np.asarray(pixels, dtype=np.float32))
        best = sorted(best + _best_of(head, pictures, unit, keep, first=done), key=lambda one: -one.value)
        best = best[:keep]  # sorting is stable: of equal ones the first stays
        done += len(pictures)
        yield ScanProgress(done, tuple(best))


def _best_of(head: nn.Module, pictures: Tensor, unit: int, keep: int, *, first: int) -> list[Exciting]:
    """Return the best pictures of one batch, which starts at index `first`."""
    with torch.no_grad():
        output = guard.run(head, pictures)
    check_integer("unit", unit, 0, output.shape[1] - 1)
    maps = output[:, unit].reshape(len(output), *(output.shape[2:] or (1, 1)))  # (N, h, w)
    values, cells = maps.flatten(1).max(1)
    found = []
    for index in torch.argsort(values, descending=True, stable=True)[:keep].tolist():
        at = divmod(int(cells[index]), maps.shape[2])
        field = unit_field(head, tuple(pictures.shape[1:]), unit=unit, at=at)
        found.append(Exciting(first + index, values[index].item(), *at, field))
    return found
