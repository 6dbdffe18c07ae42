"""Drawings on a sheet are found where they are, each once, in whatever size, and read as on their own."""

import numpy as np
import pytest
import torch

from cnnviz.errors import ModelError
from cnnviz.explain.sheet import SIZES_PX, read_sheet
from cnnviz.explain.sweep import Contestant
from cnnviz.images import samples
from cnnviz.images.strokes import SHEET, Drawing, Stroke, in_a_row, render
from cnnviz.zoo import registry
from cnnviz.zoo.architectures import build

SHAPE = (1, 28, 28)
NAMES = ("three-conv", "ten-twenty", "best", "lenet5", "mlp")


def sizes(drawing):
    """Return the sheet as the network gets it."""
    pictures = (render(drawing.strokes, size_px=side, aspect=drawing.aspect) for side in SIZES_PX)
    return [picture[np.newaxis].astype(np.float32) / 255 for picture in pictures]


def trained(name="three-conv"):
    card = registry.card("digits", name)
    return Contestant(registry.load("digits", name), card.mean, card.std)


def row(labels, height=0.5, pen=16.0):
    drawings = [samples.drawing(f"digits/{label}/school") for label in labels]
    return in_a_row(drawings, aspect=3, height=height, pen=pen)


def read(drawing, name="three-conv"):
    return read_sheet(trained(name), sizes(drawing), SHAPE)


@pytest.mark.parametrize("name", NAMES)
def test_every_digit_network_reads_the_example(name):
    found = read(row("371", 0.55), name).found
    assert [one.class_idx for one in found] == [3, 7, 1]


@pytest.mark.parametrize("height", [0.25, 0.4, 0.6, 0.8])
def test_digits_of_any_size_are_found_where_they_are(height):
    pen = max(8.0, 30 * height)
    reading = read(row("2304", height, pen=pen))
    assert [one.class_idx for one in reading.found] == [2, 3, 0, 4]
    for place, one in enumerate(reading.found):
        unit = SHEET / reading.sides_px[one.size_idx]
        assert (one.box.left + one.box.right) / 2 * unit == pytest.approx((place + 0.5) * 210, abs=16)
        assert (one.box.bottom - one.box.top) * unit == pytest.approx(height * SHEET + pen, abs=2 * unit)


def test_all_ten_digits_side_by_side_are_found_once_each():
    reading = read(row("0123456789", 0.25, pen=9.0))
    assert len(reading.found) == 10
    assert sum(one.class_idx == label for label, one in enumerate(reading.found)) >= 9


def test_the_answer_is_the_networks_on_the_cut_out_window():
    drawing, contestant = row("37"), trained()
    reading = read_sheet(contestant, sizes(drawing), SHAPE)
    for one in reading.found:
        sheet = np.pad(sizes(drawing)[one.size_idx], ((0, 0), (28, 28), (28, 28)))
        top, left = one.window.top + 28, one.window.left + 28
        window = torch.from_numpy(sheet[:, top : top + 28, left : left + 28])
        logits = contestant.net((window[None] - contestant.mean[0]) / contestant.std[0])[0]
        assert one.prob == pytest.approx(float(logits.softmax(0)[one.class_idx].detach()), abs=1e-4)


def test_nothing_is_found_on_an_empty_sheet_or_in_what_is_cut_off():
    assert read(Drawing(aspect=3)).found == ()
    line = Drawing((Stroke(((140.0, 0.0), (140.0, 840.0)), 20.0),), aspect=3)
    assert read(line).found == ()


def test_one_drawing_is_found_once_in_all_sizes_together():
    reading = read(row("0", 0.6))
    assert len(reading.found) == 1
    assert reading.num_windows == sum(scan.probs[0].size for scan in reading.scans)


def test_two_rows_of_digits_are_both_read():
    upper = [Stroke(tuple((r * 0.4, c * 0.4 + 60) for r, c in one.points), 9) for one in row("3").strokes]
    lower = [Stroke(tuple((r + 140, c) for r, c in one.points), 9) for one in upper]
    found = read(Drawing((*upper, *lower), aspect=3)).found
    assert [one.class_idx for one in found] == [3, 3]


def test_a_network_that_cannot_slide_is_explained():
    net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(784, 4), torch.nn.BatchNorm1d(4))
    with pytest.raises(ModelError, match="BatchNorm1d"):
        read_sheet(Contestant(net), sizes(row("1")), SHAPE)


def test_the_network_stays_as_it_is():
    net = build("digits", "three-conv")
    before = [value.clone() for value in net.state_dict().values()]
    read_sheet(Contestant(net), sizes(row("1")), SHAPE)
    assert net.training
    assert all(torch.equal(*pair) for pair in zip(net.state_dict().values(), before, strict=True))
