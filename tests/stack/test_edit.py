"""Editing stacks: what was asked changes, what depends on it follows, the rest stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.errors import CnnvizError, RangeError
from cnnviz.stack.edit import changed, doubled, inserted, moved, removed
from cnnviz.stack.layers import LAYERS, ConvLayer, DenseLayer, FlattenLayer, PoolLayer
from cnnviz.stack.spec import StackSpec
from tests.stack.test_spec import stacks


def stack_of(*layers: object) -> StackSpec:
    return StackSpec(input_shape=(1, 20, 20), layers=layers)


def test_a_setting_changes_and_nothing_else() -> None:
    stack = stack_of(ConvLayer(seed=4), FlattenLayer())
    assert changed(stack, 0, filters=7) == stack_of(ConvLayer(seed=4, filters=7), FlattenLayer())


def test_a_smaller_kernel_drops_what_no_longer_fits() -> None:
    layer = ConvLayer(kernels=("sobel_x", "box", "typed"), typed=((1.0, 2.0, 3.0),) * 3)
    after = changed(stack_of(layer), 0, kernel_size=(1, 2)).layers[0]
    assert after.kernels == ("box", "typed")
    assert after.typed == ((2.0, 3.0),)  # cut around the centre
    assert stack_of(after).places()


def test_typing_begins_with_the_kernel_that_passes_on() -> None:
    after = changed(stack_of(ConvLayer()), 0, kernels=("typed",)).layers[0]
    assert after.typed == ((0, 0, 0), (0, 1, 0), (0, 0, 0))


def test_groups_follow_the_filters() -> None:
    assert changed(stack_of(ConvLayer(filters=4, groups=4)), 0, filters=6).layers[0].groups == 2


def test_padding_of_a_pool_follows_window_and_kind() -> None:
    stack = stack_of(PoolLayer(kernel_size=(4, 4), padding=(2, 2)))
    assert changed(stack, 0, kernel_size=(1, 3)).layers[0].padding == (0, 1)
    assert changed(stack, 0, pool="l2").layers[0].padding == (0, 0)


@given(stacks(), st.integers(0, 5), st.integers(-9, 9))
def test_moving_reorders_and_comes_back(stack: StackSpec, index: int, by: int) -> None:
    if index >= len(stack.layers):
        return
    target = min(max(0, index + by), len(stack.layers) - 1)
    there = moved(stack, index, by)
    assert there.layers[target] == stack.layers[index]
    assert moved(there, target, index - target) == stack


@given(stacks(), st.sampled_from(sorted(LAYERS)), st.integers(0, 6))
def test_inserting_and_removing_are_opposites(stack: StackSpec, kind: str, index: int) -> None:
    if index <= len(stack.layers):
        longer = inserted(stack, index, kind)
        assert longer.layers[index].kind == kind
        assert removed(longer, index) == stack


def test_new_weights_get_a_seed_of_their_own() -> None:
    stack = doubled(stack_of(ConvLayer(seed=0), DenseLayer(seed=2)), 0)
    assert [layer.seed for layer in stack.layers] == [0, 1, 2]
    assert inserted(stack, 3, "dense").layers[3].seed == 3


def test_refuses_layers_that_are_not_there_and_impossible_settings() -> None:
    with pytest.raises(RangeError, match="`index`"):
        removed(stack_of(), 0)
    with pytest.raises(RangeError, match="`layers`"):
        inserted(stack_of(*(FlattenLayer(),) * 40), 0, "conv")
    with pytest.raises(CnnvizError, match="`filters`"):
        changed(stack_of(ConvLayer()), 0, filters=0)
