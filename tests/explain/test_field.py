"""The rectangle by arithmetic equals the non-zero part of the gradient."""

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from torch import nn

from cnnviz.errors import ChoiceError, RangeError
from cnnviz.explain.field import unit_view
from cnnviz.explain.results import Rectangle, UnitView


def non_zero(view):
    """Return the rectangle around all cells that the value depends on; None if it depends on none."""
    if not view.weight.any():
        return None
    rows, cols = (np.flatnonzero(view.weight.any(axis)) for axis in (1, 0))
    return Rectangle(rows[0], rows[-1] + 1, cols[0], cols[-1] + 1)


@st.composite
def stacks(draw):
    """Draw up to four convolutions and average pools with positive weights, so that nothing can cancel.

    Only the first pads: a padded cell between two layers stands for input cells that it does not see.
    """
    numbers = st.integers
    torch.manual_seed(0)
    parts = []
    for index in range(draw(numbers(1, 4))):
        kernel, stride = draw(numbers(1, 3)), draw(numbers(1, 2))
        if draw(st.booleans()):
            part = nn.Conv2d(1, 1, kernel, stride, draw(numbers(0, index == 0)), draw(numbers(1, 2)))
            nn.init.uniform_(part.weight, 0.1, 1)
        else:
            part = nn.AvgPool2d(kernel, stride)
        parts.append(part)
    return nn.Sequential(*parts)


@given(stacks(), st.data())
def test_rectangle_is_where_the_gradient_is(net, data):
    size = 17
    try:
        out = net(torch.zeros(1, 1, size, size)).shape[2:]
    except RuntimeError:
        assume(False)
    at = tuple(data.draw(st.integers(0, side - 1)) for side in out)
    view = unit_view(net, np.ones((1, size, size)), layer=str(len(net) - 1), unit=0, at=at)
    inside = view.field.inside(size, size)
    found = non_zero(view)
    if found is None:  # a cell that sees padding only
        assert 0 in inside.size
        return
    dilated = any(getattr(part, "dilation", (1, 1)) != (1, 1) for part in net)
    strided = any(part.stride not in (1, (1, 1)) for part in net)
    if not dilated and not strided:  # no gaps: every cell of the rectangle counts
        assert found == inside
    assert found.top >= inside.top
    assert found.bottom <= inside.bottom
    assert found.left >= inside.left
    assert found.right <= inside.right


def test_view_of_a_map_cell(net, picture):
    view = unit_view(net, picture, layer="relu2", unit=0, at=(1, 2))
    assert view.field == Rectangle(2, 10, 4, 12)  # 3×3, pool 2, 3×3: 8 cells, jump 2
    outside = view.weight.copy()
    outside[2:10, 4:12] = 0
    assert not outside.any()


def test_value_and_gradient_are_the_networks(net, picture):
    view = unit_view(net, picture, layer="conv1", unit=2, at=(3, 4))
    np.testing.assert_allclose(view.gradient[:, 3:6, 4:7], net.conv1.weight[2].detach(), atol=1e-6)
    output = net.conv1(torch.from_numpy(picture)[None])
    assert view.value == pytest.approx(output[0, 2, 3, 4].item(), abs=1e-6)


def test_element_of_a_flattened_map_sees_its_cell(net, picture):
    flat = unit_view(net, picture, layer="flatten", unit=9 + 5)  # map 1, cell (1, 2)
    assert flat.field == unit_view(net, picture, layer="relu2", unit=1, at=(1, 2)).field


def test_dense_unit_sees_everything(net, picture):
    view = unit_view(net, picture, layer="dense2", unit=4)
    assert view.field.inside(12, 12) == Rectangle(0, 12, 0, 12)


def test_effective_share_counts_the_cells_that_matter():
    weight = np.zeros((4, 4), dtype=np.float32)
    weight[1, 1], weight[1, 2] = 9, 1
    view = UnitView("conv", 0, 0, 0, 1.0, Rectangle(-1, 3, 0, 4), weight[None], weight)
    assert view.effective_share == pytest.approx(2 / 12)


def test_unknown_unit_or_cell(net, picture):
    with pytest.raises(RangeError, match="unit"):
        unit_view(net, picture, layer="conv1", unit=4)
    with pytest.raises(RangeError, match="col"):
        unit_view(net, picture, layer="conv1", unit=0, at=(0, 10))
    with pytest.raises(ChoiceError, match="conv2"):
        unit_view(net, picture, layer="conv9", unit=0)
