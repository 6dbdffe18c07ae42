"""Pooling: PyTorch judges values and winners; the lecture's variant and the trace by hand."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from torch.nn import functional

from cnnviz.errors import RangeError, ShapeError
from cnnviz.ops.pool import pool2d, shift_and_pool
from cnnviz.specs import POOL_KINDS, PoolSpec

maps_of = arrays(
    np.float64,
    st.tuples(st.integers(1, 3), st.integers(1, 12), st.integers(1, 12)),
    elements=st.integers(-9, 9),  # small whole numbers: ties are frequent
)
windows = st.tuples(st.integers(1, 5), st.integers(1, 5))


@st.composite
def cases(draw: st.DrawFn, kind: str = "max") -> tuple[np.ndarray, PoolSpec]:
    """Return maps and settings that fit them."""
    maps, window, stride = draw(maps_of), draw(windows), draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    rows, cols = (draw(st.integers(0, size // 2)) for size in window)
    spec = PoolSpec(
        kind=kind, kernel_size=window, stride=stride, padding=(rows, cols), ceil_mode=draw(st.booleans())
    )
    fits = maps.shape[1] + 2 * rows >= window[0] and maps.shape[2] + 2 * cols >= window[1]
    if not fits and kind != "global_average":
        with pytest.raises(RangeError):  # every illegal setting raises
            pool2d(maps, spec)
        maps = draw(arrays(np.float64, (1, 5, 5), elements=st.integers(-9, 9)))
    return maps, spec


@given(cases())
def test_max_and_winners_equal_pytorch(case: tuple[np.ndarray, PoolSpec]) -> None:
    maps, spec = case
    arguments = {"padding": spec.padding, "ceil_mode": spec.ceil_mode, "return_indices": True}
    wanted, flat = functional.max_pool2d(torch.from_numpy(maps), spec.kernel_size, spec.stride, **arguments)
    result = pool2d(maps, spec)
    np.testing.assert_array_equal(result.output, wanted)
    np.testing.assert_array_equal(result.winners[..., 0] * maps.shape[2] + result.winners[..., 1], flat)


@given(cases("average"))
def test_average_equals_pytorch(case: tuple[np.ndarray, PoolSpec]) -> None:
    maps, spec = case
    arguments = {"padding": spec.padding, "ceil_mode": spec.ceil_mode}
    wanted = functional.avg_pool2d(torch.from_numpy(maps), spec.kernel_size, spec.stride, **arguments)
    np.testing.assert_allclose(pool2d(maps, spec).output, wanted, atol=1e-12)


@given(cases("l2"))
def test_l2_equals_pytorch(case: tuple[np.ndarray, PoolSpec]) -> None:
    maps, spec = case
    spec = PoolSpec(**(spec.to_dict() | {"padding": (0, 0)}))
    if maps.shape[1] < spec.kernel_size[0] or maps.shape[2] < spec.kernel_size[1]:
        return
    wanted = functional.lp_pool2d(torch.from_numpy(maps), 2.0, spec.kernel_size, spec.stride, spec.ceil_mode)
    np.testing.assert_allclose(pool2d(maps, spec).output, wanted, atol=1e-12)


@given(maps_of)
def test_global_average_equals_pytorch(maps: np.ndarray) -> None:
    wanted = functional.adaptive_avg_pool2d(torch.from_numpy(maps), 1)
    np.testing.assert_allclose(pool2d(maps, PoolSpec(kind="global_average")).output, wanted, atol=1e-12)


@given(maps_of, windows, st.sampled_from(POOL_KINDS[:3]))
def test_far_zeros_is_pooling_of_the_filled_up_map(maps: np.ndarray, window: tuple, kind: str) -> None:
    spec = PoolSpec(kind=kind, kernel_size=window, stride=window, far_zeros=True)
    rows, cols = (-size % step for size, step in zip(maps.shape[1:], window, strict=True))
    filled = np.pad(maps, ((0, 0), (0, rows), (0, cols)))
    plain = PoolSpec(kind=kind, kernel_size=window, stride=window)
    np.testing.assert_allclose(pool2d(maps, spec).output, pool2d(filled, plain).output)


@given(st.data(), st.sampled_from(POOL_KINDS))
def test_the_working_of_a_cell_gives_the_cell(data: st.DataObject, kind: str) -> None:
    maps, spec = data.draw(cases(kind))
    result = pool2d(maps, spec)
    position = [data.draw(st.integers(0, size - 1)) for size in result.output.shape]
    cell = result.cell(*position)
    terms = np.array(cell.terms)
    total = {"max": terms.max(), "l2": (terms**2).sum() * cell.scale}.get(kind, terms.sum() * cell.scale)
    assert cell.value == pytest.approx(np.sqrt(total) if kind == "l2" else total)
    (row, col), (rows, cols) = cell.corner, cell.values.shape
    covered = maps[position[0], max(0, row) : row + rows, max(0, col) : col + cols]
    np.testing.assert_array_equal(cell.values[~cell.is_padding], covered.ravel())
    if kind == "max":
        assert cell.values[cell.winner] == cell.value
        assert not cell.winner_is_padding


def test_a_zero_beats_negatives_in_the_lectures_variant_only() -> None:
    maps = -np.ones((1, 3, 3))
    lecture = pool2d(maps, PoolSpec(far_zeros=True))
    assert lecture.output.tolist() == [[[-1, 0], [0, 0]]]
    assert pool2d(maps, PoolSpec(ceil_mode=True)).output.tolist() == [[[-1, -1], [-1, -1]]]
    assert lecture.cell(0, 0, 1).winner_is_padding
    assert lecture.cell(0, 0, 1).terms == (-1, 0, -1, 0)


def test_padding_takes_no_part_in_a_maximum_but_in_an_average() -> None:
    maps = [[[-4.0, -2.0]]]
    window = {"kernel_size": (2, 2), "stride": (2, 2), "padding": (1, 0)}
    assert pool2d(maps, PoolSpec(**window)).cell(0, 0, 0).terms == (-4, -2)
    average = pool2d(maps, PoolSpec(kind="average", **window)).cell(0, 0, 0)
    assert average.terms == (0, 0, -4, -2)
    assert average.value == -1.5


def test_shifting_by_one_cell() -> None:
    maps = np.zeros((1, 4, 4))
    maps[0, 0, 0] = 1
    inside, out = shift_and_pool(maps, PoolSpec(), cols=0, rows=0), shift_and_pool(maps, PoolSpec(), cols=2)
    assert inside.changed_outputs == inside.changed_inputs == 0
    assert out.after.maps[0, 0].tolist() == [1, 1, 1, 0]  # the edge is repeated
    assert out.changed_inputs == 2 / 16
    assert out.changed_outputs == 1 / 4
    assert out.input_change == 2  # two ones more, where one was
    assert out.output_change == 1


def test_inputs_are_left_alone() -> None:
    maps = np.arange(9.0).reshape(1, 3, 3)
    pool2d(maps, PoolSpec(kind="l2", far_zeros=True)).output[:] = -1
    assert maps.ravel().tolist() == list(range(9))


def test_refuses_what_is_not_maps_and_cells_that_are_not_there() -> None:
    with pytest.raises(ShapeError, match="`maps` must have 3 dimensions"):
        pool2d([[1, 2]], PoolSpec())
    with pytest.raises(RangeError, match="`row` must be a whole number from 0 to 0"):
        pool2d(np.ones((1, 2, 2)), PoolSpec()).cell(0, 1, 0)
