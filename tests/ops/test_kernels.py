"""Kernels by name, judged by SciPy and scikit-image where those have the same one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage
from skimage import filters

from cnnviz import words
from cnnviz.errors import ChoiceError, RangeError, ShapeError
from cnnviz.ops import kernels
from cnnviz.ops.conv import conv2d
from cnnviz.ops.kernels import MAX_SIZE, PRESETS, kernel

GRIDS = arrays(float, st.tuples(st.integers(1, 11), st.integers(1, 11)), elements=st.integers(-9, 9))
PICTURE = np.random.default_rng(0).random((24, 30))


def applied(name, **settings):
    """Our answer on the inner part of `PICTURE`."""
    return conv2d(PICTURE[None], kernel(name, **settings)[None, None]).output[0]


def inner(answer, margin=1):
    return answer[margin:-margin, margin:-margin]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("sobel_x", ndimage.sobel(PICTURE, axis=1)),
        ("sobel_y", ndimage.sobel(PICTURE, axis=0)),
        ("prewitt_x", ndimage.prewitt(PICTURE, axis=1)),
        ("prewitt_y", ndimage.prewitt(PICTURE, axis=0)),
        ("scharr_x", 16 * filters.scharr(PICTURE, axis=1)),
        ("scharr_y", 16 * filters.scharr(PICTURE, axis=0)),
        ("laplacian_4", ndimage.laplace(PICTURE)),
    ],
)
def test_derivatives_equal_those_of_other_libraries(name, wanted):
    np.testing.assert_allclose(applied(name), inner(wanted), atol=1e-12)


@pytest.mark.parametrize(
    ("name", "judge"), [("roberts_down", filters.roberts_pos_diag), ("roberts_up", filters.roberts_neg_diag)]
)
def test_roberts_equals_scikit_image(name, judge):
    wanted = -inner(judge(PICTURE))  # it flips the kernel, and leaves out the border
    np.testing.assert_allclose(applied(name)[1:, 1:], wanted, atol=1e-12)


@pytest.mark.parametrize("size", [(3, 3), (5, 5), (11, 11), (3, 7)])
def test_blurs_equal_those_of_scipy(size):
    margins = tuple((count - 1) // 2 for count in size)
    inside = tuple(slice(margin, -margin) for margin in margins)
    np.testing.assert_allclose(
        applied("box", size=size), ndimage.uniform_filter(PICTURE, size)[inside], atol=1e-12
    )
    sigmas = [0.3 * ((count - 1) / 2 - 1) + 0.8 for count in size]
    bell = ndimage.gaussian_filter(PICTURE, sigmas, radius=margins)[inside]
    np.testing.assert_allclose(applied("gaussian", size=size), bell, atol=1e-12)


def test_laplacian_of_gaussian_is_close_to_that_of_scipy():
    impulse = np.zeros((11, 11))
    impulse[5, 5] = 1
    wanted = ndimage.gaussian_laplace(impulse, 10 / 6, radius=5)
    np.testing.assert_allclose(kernel("log", size=(11, 11)), wanted, atol=0.01 * np.abs(wanted).max())


@pytest.mark.parametrize("angle", [0, 30, 45, 90, 135])
def test_gabor_equals_scikit_image(angle):
    ours = kernel("gabor", size=(11, 11), angle=angle)
    sigma = 0.56 * 5.5
    wanted = filters.gabor_kernel(1 / 5.5, np.deg2rad(-angle), sigma_x=sigma, sigma_y=sigma, n_stds=3).real
    middle = wanted.shape[0] // 2
    wanted = wanted[middle - 5 : middle + 6, middle - 5 : middle + 6] * 2 * np.pi * sigma**2
    np.testing.assert_allclose(ours, wanted - wanted.mean(), atol=1e-9)


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_has_each_size_it_promises_and_no_other(name):
    preset = PRESETS[name]
    for rows in range(1, MAX_SIZE + 1):
        if rows in preset.sizes:
            assert kernel(name, size=(rows, rows)).shape == (rows, rows)
        else:
            with pytest.raises(RangeError, match=f"“{name}” can have .* but got {rows}×{rows}"):
                kernel(name, size=(rows, rows))
    assert kernel(name).shape == preset.size


@pytest.mark.parametrize("name", [name for name, preset in PRESETS.items() if not preset.square])
def test_rectangles_are_possible_where_promised(name):
    assert kernel(name, size=(3, 5)).shape == (3, 5)


@pytest.mark.parametrize("name", [name for name, preset in PRESETS.items() if preset.square])
def test_rectangles_are_refused_where_they_make_no_sense(name):
    with pytest.raises(RangeError, match="but got 3×5"):
        kernel(name, size=(3, 5))


def test_sums_are_what_the_words_say():
    sums = {name: kernel(name).sum() for name in PRESETS if name != "random"}
    keeping = {name for name, total in sums.items() if np.isclose(total, 1)}
    flat = {name for name, total in sums.items() if np.isclose(total, 0)}
    assert keeping == {"identity", "box", "gaussian", "motion", "sharpen", "unsharp", "emboss"}
    assert flat == set(sums) - keeping


@pytest.mark.parametrize(
    ("name", "stripe"),
    [
        ("line_horizontal", np.eye(3)[[2, 1, 0]] * 0 + [[0], [1], [0]]),
        ("line_vertical", np.tile([0, 1, 0], (3, 1))),
        ("line_down", np.eye(3)),
        ("line_up", np.eye(3)[::-1]),
    ],
)
def test_each_line_detector_answers_most_to_its_own_line(name, stripe):
    names = [other for other in PRESETS if other.startswith("line_")]
    answers = {other: (kernel(other) * stripe).sum() for other in names}
    assert max(answers, key=answers.get) == name


def test_motion_and_gabor_turn_counter_clockwise():
    assert kernel("motion", size=(3, 3), angle=45).tolist() == (np.eye(3)[::-1] / 3).tolist()
    np.testing.assert_allclose(kernel("motion", angle=90), kernel("motion").T)
    np.testing.assert_allclose(kernel("gabor", angle=90), kernel("gabor").T, atol=1e-12)
    assert (np.count_nonzero(kernel("motion", angle=30), axis=0) == 1).all()


def test_identity_of_an_even_size_keeps_the_picture_under_same_padding():
    result = ndimage.correlate(PICTURE, kernel("identity", size=(4, 4)), origin=(-1, -1), mode="constant")
    np.testing.assert_array_equal(result, PICTURE)


def test_random_is_the_same_for_the_same_seed_and_as_wide_as_he_says():
    assert kernel("random", seed=3).tolist() == kernel("random", seed=3).tolist()
    assert kernel("random", seed=3).tolist() != kernel("random", seed=4).tolist()
    drawn = np.concatenate([kernel("random", size=(11, 11), seed=seed).ravel() for seed in range(50)])
    assert drawn.std() == pytest.approx(np.sqrt(2 / 121), rel=0.05)


@given(GRIDS)
def test_operations_undo_themselves(grid):
    np.testing.assert_array_equal(kernels.negate(kernels.negate(grid)), grid)
    for axis in (0, 1):
        np.testing.assert_array_equal(kernels.flip(kernels.flip(grid, axis), axis), grid)
    turned = grid
    for _ in range(4):
        turned = kernels.rotate(turned)
    np.testing.assert_array_equal(turned, grid)


def test_operations_do_what_their_names_say():
    grid = [[1, 2], [3, 4]]
    assert kernels.rotate(grid).tolist() == [[2, 4], [1, 3]]
    assert kernels.flip(grid, 0).tolist() == [[3, 4], [1, 2]]
    assert kernels.flip(grid, 1).tolist() == [[2, 1], [4, 3]]
    assert kernels.negate([[0, 1]]).tolist() == [[0, -1]]
    assert not np.signbit(kernels.negate([[0, 1]]))[0, 0]


@given(GRIDS)
def test_a_normalised_kernel_sums_to_one_or_its_sizes_do(grid):
    result = kernels.normalise(grid)
    if grid.sum():
        assert result.sum() == pytest.approx(1)
    elif grid.any():
        assert np.abs(result).sum() == pytest.approx(1)
    else:
        assert not result.any()


@given(GRIDS, st.integers(0, 2), st.integers(0, 2))
def test_growing_and_shrinking_back_changes_nothing(grid, more_rows, more_cols):
    size = min(grid.shape[0] + more_rows, 11), min(grid.shape[1] + more_cols, 11)
    grown = kernels.resize(grid, size)
    assert grown.sum() == grid.sum()
    np.testing.assert_array_equal(kernels.resize(grown, grid.shape), grid)


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: kernel("sobel"), ChoiceError, "`kernel` does not know “sobel”.*sobel_x"),
        (
            lambda: kernel("box", size=(0, 3)),
            RangeError,
            "`size` must be a whole number from 1 to 11, but got 0",
        ),
        (lambda: kernel("gabor", angle=np.nan), RangeError, "`angle` must be a number from -360 to 360"),
        (lambda: kernel("random", seed=-1), RangeError, "`seed` must be a whole number from 0"),
        (lambda: kernels.resize([[1]], (3, 12)), RangeError, "`size`.*to 11, but got 12"),
        (lambda: kernels.flip([[1]], 2), RangeError, "`axis` must be a whole number from 0 to 1"),
        (lambda: kernels.rotate([1]), ShapeError, "`kernel` must have 2 dimensions"),
    ],
)
def test_what_cannot_be_made_is_explained(call, error, match):
    with pytest.raises(error, match=match):
        call()


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_has_a_label_a_meaning_and_a_source(language, name):
    for part in ("label", "meaning", "source"):
        assert words.text(language, f"kernels.{name}.{part}")
