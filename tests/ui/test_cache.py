"""What is remembered is what would be computed, and one picture never stands for another."""

import numpy as np
import pytest
import streamlit as st
import torch

from cnnviz.images.drawn.digits import digit
from cnnviz.images.picture import Picture
from cnnviz.ui import cache
from cnnviz.zoo import registry


@pytest.fixture(autouse=True)
def _empty_caches():
    st.cache_resource.clear()


def test_net_is_shared_and_asks_for_one_thread():
    assert cache.cached_net("digits", "mlp") is cache.cached_net("digits", "mlp")
    assert torch.get_num_threads() == 1


def test_preparations_are_told_apart_by_picture_and_recipe():
    recipe = registry.card("digits", "mlp").recipe("drawing")
    one, other = digit("1").picture(), digit("2").picture()
    first = cache.cached_prepared(one.digest, recipe, _picture=one)
    assert cache.cached_prepared(one.digest, recipe, _picture=one) is first
    second = cache.cached_prepared(other.digest, recipe, _picture=other)
    assert not np.array_equal(first.tensor_f32, second.tensor_f32)
    assert cache.cached_prepared(one.digest, recipe.switched("centre", on=False), _picture=one) is not first


def test_journey_reads_the_digit():
    assert cache.cached_journey("3").softmax.probs.argmax() == 3


def test_digest_depends_on_every_pixel():
    pixels = np.zeros((5, 5), np.uint8)
    changed = pixels.copy()
    changed[4, 4] = 1
    assert Picture(pixels).digest != Picture(changed).digest
