"""Errors know their words in both languages and are caught by the types that callers expect."""

import pytest

from cnnviz import check
from cnnviz.errors import ChoiceError, CnnvizError, RangeError, ShapeError


def test_error_reads_in_both_languages() -> None:
    error = RangeError("integer", name="stride", low=1, high=4, got=0)
    assert (
        str(error) == "`stride` must be a whole number from 1 to 4, but got 0. Choose a number in that range."
    )
    assert "정수" in error.worded("ko")


@pytest.mark.parametrize("kind", [ShapeError, RangeError, ChoiceError])
def test_argument_errors_are_value_errors(kind: type[CnnvizError]) -> None:
    assert issubclass(kind, ValueError)


@pytest.mark.parametrize("value", [0, 5, 2.0, "2", None, True])
def test_integer_outside_or_not_whole(value: object) -> None:
    with pytest.raises(RangeError, match=r"`stride` must be a whole number from 1 to 4"):
        check.check_integer("stride", value, 1, 4)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2.5, "1"])
def test_number_outside(value: object) -> None:
    with pytest.raises(RangeError, match=r"`p` must be a number from 0 to 1"):
        check.check_number("p", value, 0, 1)


def test_pair_of_three() -> None:
    with pytest.raises(ShapeError, match=r"`stride` must be two numbers"):
        check.check_pair("stride", (1, 2, 3), 1, 4)


def test_choice_names_the_closest() -> None:
    with pytest.raises(ChoiceError, match=r"“reflct”. Choose one of: reflect"):
        check.check_choice("padding_mode", "reflct", ("zeros", "reflect", "circular"))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([[1, 2], [3]], "rows of equal length"),
        ([["a"]], "rows of equal length"),
        ([], "2 dimensions"),
        ([1.0], "2 dimensions"),
        ([[float("nan")]], "not a finite number"),
    ],
)
def test_array_says_what_is_wrong(value: object, message: str) -> None:
    with pytest.raises(CnnvizError, match=message):
        check.check_array("image", value, ndim=2)
