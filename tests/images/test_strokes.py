"""Rendered strokes: position, thickness, paper, limits."""

import numpy as np
import pytest

from cnnviz.errors import ChoiceError, RangeError
from cnnviz.images.strokes import MAX_STROKES, Drawing, Stroke, in_a_row, render

LINE = Stroke(((40.0, 140.0), (240.0, 140.0)), 20.0)


def test_a_line_is_as_thick_as_its_pen_and_has_round_ends():
    pixels = render([LINE])
    assert pixels.shape == (280, 280)
    assert pixels[140].sum() / 255 == pytest.approx(20, abs=0.7)
    assert pixels[:, 140].sum() / 255 == pytest.approx(200 + 20, abs=1.5)
    assert pixels[140, 140] == 255
    assert pixels[140, 120] == 0


def test_a_single_point_is_a_disc():
    area = render([Stroke(((100.0, 50.0),), 30.0)]).sum() / 255
    assert area == pytest.approx(np.pi * 15**2, rel=0.03)


def test_edges_are_smooth():
    values = np.unique(render([Stroke(((40.0, 60.0), (220.0, 240.0)))]))
    assert len(values) > 5


def test_white_paper_is_the_negative():
    assert (render([LINE], paper="white") == 255 - render([LINE])).all()


def test_any_size_shows_the_whole_sheet():
    small = render([LINE], size_px=28)
    assert small.shape == (28, 28)
    assert small[14].sum() / 255 == pytest.approx(2, abs=0.4)


def test_the_picture_of_a_drawing():
    picture = Drawing((LINE,), "white").picture("seven", label="7")
    assert (picture.size, picture.origin, picture.label) == ((280, 280), "drawing", "7")
    assert Drawing((LINE,)).is_empty is False
    assert Drawing().is_empty


def test_a_wide_sheet_is_so_many_squares_side_by_side():
    right = Stroke(tuple((row, col + 280.0) for row, col in LINE.points), LINE.width)
    wide = render([LINE, right], aspect=3)
    assert wide.shape == (280, 840)
    assert (wide[:, :280] == render([LINE])).all()
    assert (wide[:, 280:560] == wide[:, :280]).all()
    assert not wide[:, 560:].any()
    assert render([LINE], size_px=20, aspect=3).shape == (20, 60)
    assert Drawing((LINE,), aspect=3).picture().size == (280, 840)


def test_drawings_stand_evenly_in_a_row():
    tall = Drawing((Stroke(((10.0, 200.0), (30.0, 220.0))),))
    row = in_a_row([tall, tall, tall], aspect=3, height=0.5, pen=9.0)
    middles = [np.mean(one.points, axis=0).tolist() for one in row.strokes]
    assert middles == [[140, 140], [140, 420], [140, 700]]
    assert np.ptp(row.strokes[0].points, axis=0).tolist() == [140, 140]
    assert (row.aspect, row.strokes[0].width) == (3, 9.0)


def test_what_no_person_draws_is_refused():
    with pytest.raises(RangeError, match="aspect"):
        Drawing(aspect=0)
    with pytest.raises(ChoiceError, match="paper"):
        Drawing(paper="red")
    with pytest.raises(RangeError, match="strokes"):
        Drawing((LINE,) * (MAX_STROKES + 1))
    with pytest.raises(RangeError, match="width"):
        Drawing((Stroke(((0.0, 0.0),), 1e9),))
    with pytest.raises(RangeError, match="points"):
        Drawing((Stroke(((float("nan"), 0.0),)),))
