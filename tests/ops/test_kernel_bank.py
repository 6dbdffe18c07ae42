"""The kernels of a layer as text: what is written reads back, what is no kernel is refused."""

import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cnnviz.errors import CnnvizError
from cnnviz.ops import kernel_bank
from cnnviz.ops.conv import conv2d
from cnnviz.ops.kernel_bank import Bank, Kernel, Recipe, read, typed, values_of
from cnnviz.ops.kernels import PRESETS, kernel
from cnnviz.shapes import same_padding
from cnnviz.specs import ConvSpec

NUMBERS = st.floats(-1e6, 1e6, allow_nan=False)
GRIDS = arrays(float, st.tuples(st.integers(1, 11), st.integers(1, 11)), elements=NUMBERS)
NAMES = st.sampled_from(sorted(PRESETS))
SLICES = st.one_of(NAMES, GRIDS.map(typed), st.sampled_from(["box:2x5", "motion:9x9:45", "random:3x3:0:7"]))
BANKS = st.lists(
    st.builds(Kernel, st.lists(SLICES, min_size=1, max_size=3).map(tuple), NUMBERS), min_size=1, max_size=8
)


@given(BANKS.map(tuple).map(Bank))
def test_a_bank_reads_back_exactly(bank):
    again = read(bank.text)
    np.testing.assert_array_equal(again.weight(3), bank.weight(3))
    np.testing.assert_array_equal(again.biases, bank.biases)
    assert again.text == bank.text


@given(GRIDS)
def test_typed_numbers_read_back_exactly(grid):
    np.testing.assert_array_equal(values_of(typed(grid)), grid)


@pytest.mark.parametrize(
    ("recipe", "text"),
    [
        (Recipe("sobel_x", (3, 3)), "sobel_x"),
        (Recipe("box", (2, 5)), "box:2x5"),
        (Recipe("motion", (7, 7), 45), "motion:7x7:45"),
        (Recipe("random", (3, 3), 0, 7), "random:3x3:0:7"),
    ],
)
def test_a_recipe_is_written_no_longer_than_needed_and_reads_back(recipe, text):
    assert recipe.text == text
    assert kernel_bank.recipe_of(text) == recipe
    np.testing.assert_array_equal(
        values_of(text), kernel(recipe.name, size=recipe.size, angle=recipe.angle, seed=recipe.seed)
    )


def test_typed_numbers_have_no_preset():
    assert kernel_bank.recipe_of("1,2/3,4") == Recipe("typed", (2, 2))


def test_a_preset_keeps_its_name_until_a_number_changes():
    assert kernel_bank.named(kernel("sobel_x"), "sobel_x") == "sobel_x"
    assert kernel_bank.named(kernel("sobel_x") + 1, "sobel_x") == "0,1,2/-1,1,3/0,1,2"


def test_one_slice_serves_all_channels_and_several_serve_each_their_own():
    weight = read("1|2|3;4").weight(3)
    assert weight[:, :, 0, 0].tolist() == [[1, 2, 3], [4, 4, 4]]
    assert read("1|2|3").weight(1).tolist() == [[[[1]]]]


def test_filling_up_with_zeros_changes_nothing_under_same_padding():
    image = np.random.default_rng(0).normal(size=(1, 9, 8))
    for text in ("sobel_x", "2,3/4,5", "1,2,3"):
        small, large = read(text).weight(1), read(f"{text};box:6x7").weight(1)
        answers = [
            conv2d(
                image,
                w,
                spec=ConvSpec(
                    kernel_size=w.shape[2:], padding=same_padding(ConvSpec(kernel_size=w.shape[2:]))
                ),
            )
            for w in (small, large)
        ]
        np.testing.assert_allclose(answers[1].output[0], answers[0].output[0], atol=1e-12)


def test_kernels_come_go_and_change():
    bank = read("box;sobel_x@2")
    assert bank.added(Kernel(("log",))).text == "box;sobel_x@2;log"
    assert bank.without(0).text == "sobel_x@2"
    assert bank.with_kernel(1, bank.kernels[1].with_slice(0, "1")).text == "box;1@2"
    assert bank.kernels[0].spread(3).slices == ("box", "box", "box")


NO_BANKS = [
    *("", ";", "1|", "1@@2", "<script>", "sobel", "nan", "-inf", "1e7"),
    *("1,2/3", "1,,2", ",".join("1" * 12), "/".join("1" * 12), ";".join("1" * 9)),
    *("box:0x3", "box:axb", "box:3x3:9999", "log:3x5", "random:3x3:0:-1", "sobel_x@x", "sobel_x@1e9"),
]


@pytest.mark.parametrize("text", NO_BANKS)
def test_what_is_no_bank_is_refused(text):
    with pytest.raises(CnnvizError):
        read(text)


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader(text):
    with contextlib.suppress(CnnvizError):
        read(text)
