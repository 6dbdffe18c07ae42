"""The light follows the heat."""

import base64
import io
import re

import numpy as np
from PIL import Image

from cnnviz.figures.spotlight import DARKEST, spotlight_html


def pixels_of(html):
    content = re.search(r"base64,([^']*)'", html)[1]
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(content))))


def test_brightest_where_the_heat_is_largest():
    heat = np.array([[0, 2], [4, 1]], dtype=np.float32)
    found = pixels_of(spotlight_html(np.ones((2, 2, 3), np.float32), heat, alt="lit"))[..., 0] / 255
    np.testing.assert_allclose(found, DARKEST + (1 - DARKEST) * heat / 4, atol=0.003)


def test_no_heat_leaves_it_dark():
    html = spotlight_html(np.ones((2, 2, 3), np.float32), np.zeros((2, 2), np.float32), alt="a'b")
    assert pixels_of(html).max() == round(255 * DARKEST)
    assert "a&#x27;b" in html
