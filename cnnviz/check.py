"""Check what a caller gave; raise an error that says what is wanted, what came and what to do."""

from collections.abc import Sequence
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cnnviz.errors import ChoiceError, RangeError, ShapeError, WeightsError


def check_integer(name: str, value: object, low: int, high: int) -> int:
    """Return `value` as a Python int between `low` and `high`, both included.

    Raises
    ------
    RangeError
        If `value` is not a whole number or lies outside.
    """
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not whole or not low <= value <= high:  # type: ignore[operator]  # whole implies a number
        raise RangeError("integer", name=name, low=low, high=high, got=value)
    return int(value)  # type: ignore[call-overload, no-any-return]  # as above


def check_number(name: str, value: object, low: float, high: float) -> float:
    """Return `value` as a finite float between `low` and `high`, both included."""
    number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
    if not number or not low <= value <= high:  # type: ignore[operator]  # NaN fails the comparison
        raise RangeError("number", name=name, low=low, high=high, got=value)
    return float(value)  # type: ignore[arg-type]  # number implies float() works


def check_pair(name: str, value: object, low: int, high: int) -> tuple[int, int]:
    """Return `value`, (rows, columns), as two ints between `low` and `high`."""
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise ShapeError("pair", name=name, got=value)
    rows, cols = (check_integer(name, part, low, high) for part in value)
    return rows, cols


def check_choice(name: str, value: object, choices: Sequence[str]) -> str:
    """Return `value` if it is one of `choices`; otherwise name the closest ones."""
    if value not in choices:
        close = get_close_matches(str(value), choices, n=3) or list(choices)
        raise ChoiceError("choice", name=name, got=value, choices=", ".join(close))
    return str(value)


def check_array(name: str, value: object, *, ndim: int | tuple[int, ...]) -> npt.NDArray[np.float64]:
    """Return `value` as a float64 array of `ndim` dimensions, non-empty and finite.

    Raises
    ------
    ShapeError
        If it has another number of dimensions, is empty or is ragged.
    RangeError
        If it holds NaN or an infinity.
    """
    wanted = (ndim,) if isinstance(ndim, int) else ndim
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ShapeError("not_numbers", name=name) from error
    if array.ndim not in wanted or array.size == 0:
        ndims = " / ".join(str(number) for number in wanted)
        raise ShapeError("ndim", name=name, wanted=ndims, got=tuple(array.shape))
    if not np.isfinite(array).all():
        raise RangeError("not_finite", name=name)
    return array


def load_checked(file: Path, wanted: str, *, model: str) -> bytes:
    """Return what `file`, a part of `model`, holds, if its SHA-256 is the one `wanted` (hexadecimal).

    Raises
    ------
    WeightsError
        If the file is missing or holds something else.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise WeightsError("weights_missing", model=model) from error
    got = sha256(content).hexdigest()
    if got != wanted:
        raise WeightsError("weights_altered", model=model, wanted=wanted[:12], got=got[:12])
    return content
