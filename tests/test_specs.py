"""Settings are legal by construction, hashable, and survive a trip through JSON."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.errors import ChoiceError, RangeError, ShapeError
from cnnviz.specs import PADDING_MODES, POOL_KINDS, ConvSpec, PoolSpec

SIZES = st.integers(1, 512)
PAIRS = st.tuples(SIZES, SIZES)
CONVS = st.builds(
    ConvSpec,
    kernel_size=PAIRS,
    stride=PAIRS,
    padding=st.tuples(*[st.integers(0, 512)] * 4),
    padding_mode=st.sampled_from(PADDING_MODES),
    dilation=PAIRS,
)
POOLS = st.builds(
    PoolSpec, kind=st.sampled_from(POOL_KINDS), kernel_size=PAIRS, stride=PAIRS, ceil_mode=st.booleans()
)


@given(st.one_of(CONVS, POOLS))
def test_a_spec_survives_json_and_is_equal_and_hashable(spec):
    again = type(spec).from_dict(json.loads(json.dumps(spec.to_dict())))
    assert again == spec
    assert hash(again) == hash(spec)


@pytest.mark.parametrize(
    ("settings", "error", "match"),
    [
        (
            {"kernel_size": (0, 3)},
            RangeError,
            "`kernel_size` must be a whole number from 1 to 512, but got 0",
        ),
        ({"kernel_size": 3}, ShapeError, r"`kernel_size` must be two numbers \(rows, columns\), but got 3"),
        ({"stride": (1, 0)}, RangeError, "`stride`.*got 0"),
        ({"stride": (1.5, 1)}, RangeError, "`stride` must be a whole number.*got 1.5"),
        ({"dilation": (1, 513)}, RangeError, "`dilation`.*to 512, but got 513"),
        ({"dilation": (True, 1)}, RangeError, "`dilation`.*got True"),
        ({"padding": (0, 0, 0)}, ShapeError, "`padding` must be four numbers"),
        (
            {"padding": (0, 0, 0, -1)},
            RangeError,
            "`padding` must be a whole number from 0 to 512, but got -1",
        ),
        ({"padding_mode": "reflected"}, ChoiceError, "`padding_mode` does not know “reflected”.*reflect"),
    ],
)
def test_an_illegal_conv_spec_cannot_be_made(settings, error, match):
    with pytest.raises(error, match=match):
        ConvSpec(**settings)


@pytest.mark.parametrize(
    ("settings", "error", "match"),
    [
        ({"kind": "min"}, ChoiceError, "`kind` does not know “min”"),
        ({"kernel_size": (2, 0)}, RangeError, "`kernel_size`.*got 0"),
        ({"stride": (0, 1)}, RangeError, "`stride`.*got 0"),
        ({"padding": (0, -1)}, RangeError, "`padding`.*got -1"),
        ({"padding": (0, 2)}, RangeError, r"at most half the window \(1 for a window of 2\), but got 2"),
    ],
)
def test_an_illegal_pool_spec_cannot_be_made(settings, error, match):
    with pytest.raises(error, match=match):
        PoolSpec(**settings)


def test_a_spec_cannot_be_changed():
    with pytest.raises(AttributeError):
        ConvSpec().stride = (2, 2)
