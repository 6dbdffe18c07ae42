"""Colours: distinguishable, legible, and the same sign everywhere."""

from itertools import combinations

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from cnnviz.figures import palette

WHITE, DARK = "#ffffff", "#10181a"  # page backgrounds of the two themes


def lab(colours: np.ndarray) -> np.ndarray:
    return rgb2lab(np.asarray(colours, float) / 255)


def as_seen(colour_u8: np.ndarray) -> np.ndarray:
    """Deuteranopia: G. Machado et al., 2009, table of severity 1.0, in linear light."""
    machado = np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
    )
    linear = (colour_u8 / 255) ** 2.2
    return np.clip(linear @ machado.T, 0, 1) ** (1 / 2.2) * 255


def test_zero_is_the_lightest_and_the_middle_of_the_signed_scale():
    light = lab(palette.table("signed"))[:, 0]
    assert light.argmax() == palette.LEVELS // 2
    assert (np.diff(light[: palette.LEVELS // 2]) > -0.5).all()
    assert (np.diff(light[palette.LEVELS // 2 :]) < 0.5).all()


def test_both_signs_differ_also_for_colour_blind_eyes():
    seen = lab(as_seen(palette.table("signed")))
    far = np.arange(60, 128)
    assert (deltaE_ciede2000(seen[127 - far], seen[127 + far]) > 20).all()


def test_positive_numbers_have_the_colours_of_the_signed_scale():
    np.testing.assert_allclose(
        palette.table("positive")[::2].astype(int), palette.table("signed")[127:], atol=2
    )


@pytest.mark.parametrize("scale", palette.STOPS)
def test_numbers_on_any_colour_are_legible(scale):
    colours = ["#{:02x}{:02x}{:02x}".format(*colour) for colour in palette.table(scale)]
    assert min(map(palette.contrast, colours, palette.inks(scale))) >= 4.5 - 0.3


@pytest.mark.parametrize("colour", sorted({*palette.LAYERS.values(), *palette.ROLES.values()}))
def test_marks_stand_out_from_both_backgrounds(colour):
    assert palette.contrast(colour, WHITE) >= 3
    assert palette.contrast(colour, DARK) >= 3


def test_kinds_of_layers_that_compute_differ():
    kinds = ("conv", "activation", "pool", "norm", "dense", "softmax")
    colours = {kind: lab(np.array(palette.rgb(palette.LAYERS[kind]))) for kind in kinds}
    assert min(deltaE_ciede2000(colours[a], colours[b]) for a, b in combinations(kinds, 2)) > 15


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [(WHITE, "#000000", 21), (WHITE, "#777777", 4.48), (WHITE, WHITE, 1)]
)
def test_contrast_is_that_of_the_guidelines(one, other, ratio):
    assert palette.contrast(one, other) == pytest.approx(ratio, abs=0.01)


def test_scales_for_plotly_and_css_have_the_same_ends():
    assert palette.plotly_scale("signed")[0] == [0.0, palette.SIGNED[0]]
    assert palette.plotly_scale("signed")[-1] == [1.0, palette.SIGNED[-1]]
    assert palette.css_gradient("picture") == "linear-gradient(to right, #000000, #ffffff)"
