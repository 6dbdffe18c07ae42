"""Convolution along a line: equal to torch, every step adding up, several channels."""

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from torch.nn import functional as F  # noqa: N812 (torch's own name for it)

from cnnviz.errors import RangeError, ShapeError
from cnnviz.ops.conv1d import conv1d, line_spec
from cnnviz.specs import ConvSpec


@given(
    st.tuples(*[st.integers(1, 3)] * 2),
    st.tuples(st.integers(1, 12), st.integers(1, 5)),
    st.tuples(*[st.integers(1, 3)] * 2),
    st.tuples(*[st.integers(0, 4)] * 2),
)
def test_equals_torch(counts, sizes, steps, padding):
    (channels, maps), (length, kernel), (stride, dilation) = counts, sizes, steps
    assume(length + sum(padding) > dilation * (kernel - 1))
    random = np.random.default_rng(sum(sizes))
    signal, weight = random.normal(size=(channels, length)), random.normal(size=(maps, channels, kernel))
    result = conv1d(
        signal, weight, np.ones(maps), line_spec(kernel, stride=stride, padding=padding, dilation=dilation)
    )
    padded = F.pad(torch.from_numpy(signal)[None], padding)
    wanted = F.conv1d(padded, torch.from_numpy(weight), torch.ones(maps).double(), stride, 0, dilation)
    np.testing.assert_allclose(result.output, wanted[0].numpy(), atol=1e-12)
    assert result.output.shape == (maps, result.axis.size_out)


def test_every_step_has_one_dimension_less():
    signal, weight = np.arange(10.0).reshape(2, 5), np.ones((1, 2, 3))
    result = conv1d(signal, weight, [1], line_spec(3, padding=(1, 0)))
    np.testing.assert_array_equal(result.signal, signal)
    assert result.padded.tolist() == [[0, 0, 1, 2, 3, 4], [0, 5, 6, 7, 8, 9]]
    assert result.weight.shape == (1, 2, 3)
    np.testing.assert_array_equal(result.per_channel.sum(axis=1) + result.bias[:, None], result.output)


def test_a_cell_adds_up():
    cell = conv1d([[1, 0, 2], [3, 1, 1]], [[[2, 3, 1], [1, 0, 2]]], [0.5]).cell(0, 0)
    assert cell.channel_sums.tolist() == [4, 5]
    assert (cell.bias, cell.total, cell.cols) == (0.5, 9.5, (0, 1, 2))


@pytest.mark.parametrize(
    "spec", [ConvSpec(kernel_size=(2, 2)), ConvSpec(kernel_size=(1, 2), padding=(1, 0, 0, 0))]
)
def test_a_spec_of_several_rows_is_refused(spec):
    with pytest.raises(ShapeError, match="`spec` must be one row high"):
        conv1d([[1, 2, 3]], [[[1, 1]]], None, spec)


def test_a_kernel_longer_than_the_line_is_refused():
    with pytest.raises(RangeError, match="spans 3 columns, but the padded input has only 2"):
        conv1d([[1, 2]], [[[1, 1, 1]]])
