"""Lines drawn anew on the canvas."""

import numpy as np

from cnnviz.images.strokes import SHEET
from cnnviz.learn.redraw import HEIGHTS, redrawn


def test_redrawn_lines_stay_on_the_sheet() -> None:
    line = np.array([[0.0, 0.0], [500.0, 300.0], [100.0, 450.0]])
    random = np.random.default_rng(0)
    for _ in range(200):
        (stroke,) = redrawn([line], 26.0, random)
        points = np.array(stroke.points)
        assert points.min() >= 13 - 1e-6
        assert points.max() <= SHEET - 13 + 1e-6
        assert np.ptp(points[:, 0]) + 26 <= HEIGHTS[1] + 1e-6


def test_the_unit_of_the_lines_does_not_matter() -> None:
    line = np.array([[0.0, 0.0], [1.0, 0.5]])
    small, large = (redrawn([line * unit], 10.0, np.random.default_rng(1))[0] for unit in (1, 300))
    np.testing.assert_allclose(small.points, large.points)
