"""Convolution: equal to torch wherever torch runs, refused where torch refuses, every step adding up."""

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch.nn import functional as F  # noqa: N812 (torch's own name for it)

from cnnviz.errors import CnnvizError, RangeError, ShapeError
from cnnviz.ops.conv import ConvResult, conv2d
from cnnviz.specs import PADDING_MODES, ConvSpec

MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "replicate", "circular": "circular"}
FEW = st.integers(1, 4)


@st.composite
def cases(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray, ConvSpec]:
    pair = st.tuples
    spec = ConvSpec(
        kernel_size=draw(pair(st.integers(1, 5), st.integers(1, 5))),
        stride=draw(pair(FEW, FEW)),
        padding=draw(pair(*[st.integers(0, 4)] * 4)),
        padding_mode=draw(st.sampled_from(PADDING_MODES)),
        dilation=draw(pair(st.integers(1, 3), st.integers(1, 3))),
    )
    channels, maps = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    height, width = draw(st.integers(1, 12)), draw(st.integers(1, 12))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    image = random.normal(size=(channels, height, width))
    return image, random.normal(size=(maps, channels, *spec.kernel_size)), random.normal(size=maps), spec


def by_torch(image: np.ndarray, weight: np.ndarray, bias: np.ndarray, spec: ConvSpec) -> np.ndarray:
    top, bottom, left, right = spec.padding
    batch = torch.from_numpy(image)[None]
    padded = F.pad(batch, (left, right, top, bottom), mode=MODES[spec.padding_mode])
    kernels, biases = torch.from_numpy(weight), torch.from_numpy(bias)
    return F.conv2d(padded, kernels, biases, stride=spec.stride, dilation=spec.dilation)[0].numpy()


def legal(case: tuple[np.ndarray, np.ndarray, np.ndarray, ConvSpec]) -> ConvResult:
    try:
        return conv2d(*case)
    except CnnvizError:
        assume(condition=False)
        raise


@settings(max_examples=400)
@given(cases())
def test_equals_torch_where_torch_runs_and_raises_where_torch_raises(case):
    try:
        wanted = by_torch(*case)
    except RuntimeError:
        with pytest.raises(RangeError):
            conv2d(*case)
    else:
        np.testing.assert_allclose(conv2d(*case).output, wanted, atol=1e-12)


@given(cases())
def test_size_formula_gives_the_size(case):
    result = legal(case)
    assert result.output.shape[1:] == tuple(axis.size_out for axis in result.axes)


@given(cases(), st.data())
def test_a_cell_adds_up_to_the_output(case, data):
    result = legal(case)
    at = tuple(data.draw(st.integers(0, size - 1)) for size in result.output.shape)
    cell = result.cell(*at)
    np.testing.assert_array_equal(cell.products, cell.patch * cell.weights)
    np.testing.assert_allclose(cell.channel_sums, cell.products.sum(axis=(1, 2)))
    assert cell.total == pytest.approx(cell.channel_sums.sum() + cell.bias, abs=1e-12)
    assert cell.total == pytest.approx(result.output[at], abs=1e-12)


@given(cases(), st.data())
def test_the_patch_comes_from_the_input_except_where_it_is_padding(case, data):
    result = legal(case)
    cell = result.cell(*(data.draw(st.integers(0, size - 1)) for size in result.output.shape))
    image, _, _, spec = case
    for (i, j), padding in np.ndenumerate(cell.is_padding):
        row, col = cell.rows[i], cell.cols[j]
        inside = 0 <= row < image.shape[1] and 0 <= col < image.shape[2]
        assert padding == (not inside)
        if inside:
            np.testing.assert_array_equal(cell.patch[:, i, j], image[:, row, col])
        elif spec.padding_mode == "zeros":
            assert not cell.patch[:, i, j].any()


@given(cases())
def test_channels_sum_to_the_map_with_the_bias(case):
    result = legal(case)
    whole = result.per_channel.sum(axis=1) + result.bias[:, None, None]
    np.testing.assert_allclose(whole, result.output, atol=1e-12)
    np.testing.assert_array_equal(result.channel_maps(0), result.per_channel[0])


@given(cases(), st.floats(-3, 3), st.floats(-3, 3))
def test_convolution_is_linear_in_the_image(case, factor, other_factor):
    image, weight, bias, spec = case
    other = np.cos(image)
    left = legal((factor * image + other_factor * other, weight, 0 * bias, spec)).output
    right = factor * conv2d(image, weight, spec=spec).output
    right = right + other_factor * conv2d(other, weight, spec=spec).output
    np.testing.assert_allclose(left, right, atol=1e-10)


@given(cases())
def test_the_image_is_found_inside_its_padding_and_not_changed(case):
    before = case[0].copy()
    result = legal(case)
    np.testing.assert_array_equal(result.image, before)
    np.testing.assert_array_equal(case[0], before)


def test_the_identity_kernel_changes_nothing():
    image = np.random.default_rng(0).normal(size=(1, 6, 7))
    identity = [[[[0, 0, 0], [0, 1, 0], [0, 0, 0]]]]
    spec = ConvSpec(padding=(1, 1, 1, 1))
    np.testing.assert_array_equal(conv2d(image, identity, spec=spec).output, image)


def test_a_shifted_image_gives_a_shifted_map_inside_the_border():
    random = np.random.default_rng(1)
    image, weight = random.normal(size=(2, 9, 9)), random.normal(size=(3, 2, 3, 3))
    here, there = conv2d(image, weight).output, conv2d(np.roll(image, (2, 1), axis=(1, 2)), weight).output
    np.testing.assert_allclose(there[:, 2:, 1:], here[:, :-2, :-1], atol=1e-12)


def test_a_large_image_equals_torch_across_all_blocks_of_rows():
    random = np.random.default_rng(2)
    case = (
        random.random((3, 301, 280)),
        random.normal(size=(8, 3, 11, 11)),
        random.normal(size=8),
        ConvSpec(kernel_size=(11, 11), padding=(5, 5, 5, 5), padding_mode="reflect"),
    )
    np.testing.assert_allclose(conv2d(*case).output, by_torch(*case), atol=1e-9)


ONE, KERNEL = np.zeros((1, 4, 4)), np.zeros((1, 1, 3, 3))


@pytest.mark.parametrize(
    ("arguments", "error", "match"),
    [
        (([[1, 2]], KERNEL), ShapeError, "`image` must have 3 dimensions"),
        ((ONE, np.zeros((3, 3))), ShapeError, "`weight` must have 4 dimensions"),
        ((np.zeros((3, 4, 4)), KERNEL), ShapeError, "each of the 3 input channels, but it has 1"),
        ((ONE, KERNEL, None, ConvSpec(kernel_size=(2, 3))), ShapeError, r"kernels of \(2, 3\)"),
        ((ONE, KERNEL, [1, 2]), ShapeError, "each of the 1 kernels, but it holds 2"),
        ((ONE * np.nan, KERNEL), RangeError, "`image` holds a value that is not a finite number"),
        ((ONE, [[[["a"]]]]), ShapeError, "`weight` must be a table of numbers"),
        ((ONE, np.zeros((1, 1, 5, 3))), RangeError, "spans 5 rows, but the padded input has only 4"),
        ((ONE, np.zeros((1, 1, 3, 5))), RangeError, "spans 5 columns, but the padded input has only 4"),
    ],
)
def test_what_does_not_agree_is_explained(arguments, error, match):
    with pytest.raises(error, match=match):
        conv2d(*arguments)


@pytest.mark.parametrize(("at", "match"), [((1, 0, 0), "map_idx"), ((0, 2, 0), "row"), ((0, 0, -1), "col")])
def test_a_cell_that_is_not_there_is_refused(at, match):
    with pytest.raises(RangeError, match=f"`{match}` must be a whole number from 0 to"):
        conv2d(ONE, KERNEL).cell(*at)


def test_channel_maps_of_a_map_that_is_not_there_are_refused():
    with pytest.raises(RangeError, match="`map_idx` must be a whole number from 0 to 0, but got 1"):
        conv2d(ONE, KERNEL).channel_maps(1)
