"""Separation: a thing is found whatever share of the photo it covers, and no floor stays around it."""

import numpy as np
import pytest

from cnnviz.images.segment import separate


def photo_of(rows, cols):
    """Return a photo of a dark thing in the middle of a pale floor, lit from one side, and where it is."""
    random = np.random.default_rng(4)
    floor = np.linspace(165, 215, 200)[:, None, None] + random.normal(0, 5, (200, 160, 3)) + [12, 0, -20]
    where = np.zeros((200, 160), bool)
    where[100 - rows // 2 : 100 + rows // 2, 80 - cols // 2 : 80 + cols // 2] = True
    floor[where] = np.array([60, 50, 90]) + random.normal(0, 8, (where.sum(), 3))
    return floor.clip(0, 255).astype(np.uint8), where


@pytest.mark.parametrize(("rows", "cols"), [(170, 130), (110, 90), (70, 50), (60, 110)])
def test_a_thing_is_found_whatever_its_size(rows, cols):
    pixels, where = photo_of(rows, cols)
    found = separate(pixels)
    mask = found.alpha_f32 > 0.5
    assert found.believable
    assert (mask & where).sum() / (mask | where).sum() > 0.85


def test_a_photo_of_nothing_but_one_colour_has_no_object():
    assert not separate(np.full((120, 160, 3), 200, np.uint8)).believable


@pytest.mark.parametrize("away", [(1.0, 1.0), (-1.0, 0.0)])
def test_a_floor_that_grows_dark_is_no_object(away):
    pixels, where = photo_of(90, 70)
    y, x = np.linspace(-1, 1, 200)[:, None], np.linspace(-1, 1, 160)
    light = np.exp(-0.9 * ((y - away[0]) ** 2 + (x - away[1]) ** 2) / 2)
    mask = separate(np.uint8(pixels * light[..., None])).alpha_f32 > 0.5
    assert (mask & where).sum() / (mask | where).sum() > 0.8
