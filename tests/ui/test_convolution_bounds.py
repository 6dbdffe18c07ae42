"""Whatever the controls of the convolution can be set to is possible, and no setting is withheld in vain."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cnnviz.errors import RangeError
from cnnviz.shapes import Axis, conv_axes, same_padding
from cnnviz.specs import PADDING_MODES, ConvSpec
from cnnviz.ui.views import convolution_bounds as bounds

SIZES = st.integers(1, 14)
KERNELS = st.integers(1, 11)


def sides_of(data, size, kernel, mode):
    before = data.draw(st.integers(*bounds.side(size, kernel, mode)))
    return before, data.draw(st.integers(*bounds.side(size, kernel, mode, before)))


@given(SIZES, KERNELS, st.data())
def test_every_setting_within_the_bounds_is_possible(size, kernel, data):
    padding = data.draw(st.sampled_from(bounds.paddings((size, 14), (kernel, 1))))
    mode = data.draw(st.sampled_from(bounds.modes(padding, (size, 14), (kernel, 1))))
    sides = {"valid": (0, 0), "same": None}.get(padding, ())
    sides = sides_of(data, size, kernel, mode) if sides == () else sides
    dilation = data.draw(st.integers(1, bounds.most_dilation(size, kernel, mode, sides)))
    spec = ConvSpec(kernel_size=(kernel, 1), dilation=(dilation, 1), padding_mode=mode)
    padded = same_padding(spec) if sides is None else (*sides, 0, 0)
    conv_axes(size, 14, ConvSpec(**spec.to_dict() | {"padding": padded}))


@given(SIZES, KERNELS)
def test_valid_is_withheld_only_where_the_kernel_does_not_fit(size, kernel):
    offered = "valid" in bounds.paddings((size, size), (kernel, kernel))
    if not offered:
        with pytest.raises(RangeError):
            conv_axes(size, size, ConvSpec(kernel_size=(kernel, kernel)))
    assert offered == (kernel <= size)


@given(SIZES, KERNELS, st.sampled_from(PADDING_MODES))
def test_a_mode_is_withheld_only_where_same_padding_is_too_wide_for_it(size, kernel, mode):
    spec = ConvSpec(kernel_size=(kernel, 1), padding_mode=mode)
    spec = ConvSpec(**spec.to_dict() | {"padding": same_padding(spec)})
    if mode in bounds.modes("same", (size, 1), (kernel, 1)):
        conv_axes(size, 1, spec)
    else:
        with pytest.raises(RangeError):
            conv_axes(size, 1, spec)


@given(SIZES, KERNELS, st.sampled_from(PADDING_MODES), st.data())
def test_one_more_dilation_is_impossible_unless_it_is_the_most_shown(size, kernel, mode, data):
    assume(kernel > 1 and mode in bounds.modes("custom", (size, size), (kernel, kernel)))
    sides = sides_of(data, size, kernel, mode)
    most = bounds.most_dilation(size, kernel, mode, sides)
    if most < bounds.MOST_DILATION:
        spec = ConvSpec(kernel_size=(kernel, 1), dilation=(most + 1, 1), padding=(*sides, 0, 0))
        with pytest.raises(RangeError):
            conv_axes(size, 1, spec)


@given(SIZES, KERNELS)
def test_the_largest_stride_leaves_one_position(size, kernel):
    assume(kernel <= size)
    most = bounds.most_stride(Axis(size, kernel))
    assert Axis(size, kernel, most).size_out == 1
    assert most == 1 or Axis(size, kernel, most - 1).size_out > 1
