"""Sizes, rows never visited and receptive fields, against torch and against brute force."""

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from cnnviz.errors import RangeError
from cnnviz.shapes import Axis, ReceptiveField, conv_axes, pool_axes, receptive_field, same_padding
from cnnviz.specs import ConvSpec, PoolSpec

AXES = st.builds(
    Axis,
    size_in=st.integers(1, 30),
    kernel=st.integers(1, 7),
    stride=st.integers(1, 5),
    before=st.integers(0, 4),
    after=st.integers(0, 4),
    dilation=st.integers(1, 3),
)


@given(AXES)
def test_size_equals_torch(axis):
    assume(axis.travel >= 0)
    line = torch.zeros(1, 1, axis.padded)
    out = torch.nn.functional.conv1d(
        line, torch.zeros(1, 1, axis.kernel), stride=axis.stride, dilation=axis.dilation
    )
    assert axis.size_out == out.shape[2] == len(axis.starts)


@given(AXES)
def test_leftover_is_what_lies_behind_the_last_window(axis):
    assume(axis.travel >= 0)
    assert axis.leftover == axis.padded - (axis.starts[-1] + axis.extent)
    assert not any(axis.visited[axis.padded - axis.leftover :])
    assert axis.visited[axis.starts[-1] + axis.extent - 1]


@given(AXES)
def test_visited_cells_are_those_with_a_gradient(axis):
    assume(axis.travel >= 0)
    line = torch.zeros(1, 1, axis.padded, requires_grad=True)
    kernel = torch.ones(1, 1, axis.kernel)
    torch.nn.functional.conv1d(line, kernel, stride=axis.stride, dilation=axis.dilation).sum().backward()
    assert axis.visited == tuple((line.grad[0, 0] != 0).tolist())


@given(st.integers(1, 20), st.integers(1, 6), st.integers(1, 6), st.integers(0, 3), st.booleans())
def test_pooling_size_equals_torch(size, kernel, stride, padding, ceil_mode):
    assume(padding <= kernel // 2 and size + 2 * padding >= kernel)
    spec = PoolSpec(kernel_size=(kernel, 1), stride=(stride, 1), padding=(padding, 0), ceil_mode=ceil_mode)
    wanted = torch.nn.functional.max_pool1d(
        torch.zeros(1, 1, size), kernel, stride, padding, ceil_mode=ceil_mode
    )
    assert pool_axes(size, 1, spec)[0].size_out == wanted.shape[2]


@pytest.mark.parametrize(("size", "stride", "wanted"), [(5, 2, 3), (4, 2, 2), (7, 3, 3)])
def test_far_zeros_round_up(size, stride, wanted):
    spec = PoolSpec(kernel_size=(stride, stride), stride=(stride, stride), far_zeros=True)
    assert [axis.size_out for axis in pool_axes(size, size, spec)] == [wanted, wanted]


def test_global_average_gives_one_cell_whatever_the_window():
    assert [axis.size_out for axis in pool_axes(9, 4, PoolSpec(kind="global_average"))] == [1, 1]


@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 3))
def test_same_padding_keeps_the_size_and_equals_torch(height, kernel, dilation):
    spec = ConvSpec(kernel_size=(kernel, 1), dilation=(dilation, 1))
    top, bottom, left, right = same_padding(spec)
    assert Axis(height, kernel, 1, top, bottom, dilation).size_out == height
    assert (left, right) == (0, 0)
    assert bottom - top in (0, 1)


@pytest.mark.parametrize(
    ("spec", "match"),
    [
        (ConvSpec(kernel_size=(6, 1)), "spans 6 rows, but the padded input has only 5"),
        (ConvSpec(kernel_size=(1, 4), dilation=(1, 3)), "spans 10 columns, but the padded input has only 5"),
        (
            ConvSpec(padding=(5, 0, 0, 0), padding_mode="reflect"),
            "at most 4 with mode “reflect” on an input of 5",
        ),
        (
            ConvSpec(padding=(0, 0, 0, 6), padding_mode="circular"),
            "at most 5 with mode “circular” on an input of 5",
        ),
    ],
)
def test_what_does_not_fit_is_explained(spec, match):
    with pytest.raises(RangeError, match=match):
        conv_axes(5, 5, spec)


def test_a_pooling_window_that_does_not_fit_is_explained():
    with pytest.raises(RangeError, match="spans 6 rows, but the padded input has only 5"):
        pool_axes(5, 9, PoolSpec(kernel_size=(6, 6)))


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(0, 2)), min_size=1, max_size=4))
def test_receptive_field_is_where_the_gradient_is_not_zero(layers):
    size, axes = 300, []
    for kernel, stride, padding in layers:
        axes.append(Axis(size, kernel, stride, padding, padding))
        size = axes[-1].size_out
    first, end = receptive_field(axes).of(size // 2)
    assume(first >= 0 and end <= 300)
    x = line = torch.zeros(1, 1, 300, dtype=torch.float64, requires_grad=True)
    for axis in axes:
        kernel = torch.ones(1, 1, axis.kernel, dtype=torch.float64)
        x = torch.nn.functional.conv1d(x, kernel, None, axis.stride, axis.before)
    x[0, 0, size // 2].backward()
    reached = line.grad[0, 0].nonzero().ravel().tolist()
    assert (first, end) == (reached[0], reached[-1] + 1)


def test_two_small_kernels_see_what_one_large_one_sees():
    assert receptive_field([Axis(28, 3), Axis(26, 3)]) == receptive_field([Axis(28, 5)])
    assert receptive_field([]) == ReceptiveField(1, 1, 0)
