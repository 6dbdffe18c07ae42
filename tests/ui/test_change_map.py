"""The bytes of the view of a network before and after an operation."""

import json
import struct

import numpy as np
import pytest

from cnnviz.explain.surgery import FlipKernel, Surgery
from cnnviz.explain.travel import travel
from cnnviz.trace.activations import activations
from cnnviz.ui.components.changes import change_map
from cnnviz.ui.components.changes.change_map import STEPS, change_bytes
from cnnviz.zoo.architectures import build

LABELS = tuple("0123456789")
TYPES = {"u1": np.uint8, "f8": np.float64}
PLAN = Surgery((FlipKernel("conv2", 3, "negate"),))


@pytest.fixture
def way():
    net = build("digits", "three-conv").eval()
    return travel(net, activations(net, np.random.default_rng(0).normal(size=(1, 28, 28))), PLAN)


def unpacked(data):
    """Header and arrays, as the browser reads them."""
    length = struct.unpack("<I", data[:4])[0]
    header = json.loads(data[4 : 4 + length])
    arrays = {
        name: np.frombuffer(data, TYPES[entry["type"]], entry["count"], entry["at"])
        for name, entry in header["arrays"].items()
    }
    return header, arrays


@pytest.fixture
def packed(way):
    return unpacked(change_bytes(way, labels=LABELS, language="en"))


def test_columns_begin_where_the_change_does_and_leave_out_what_passes_on(packed):
    header, _ = packed
    assert header["quiet"] == ["conv1", "relu1", "pool1"]
    names = [column["name"] for column in header["columns"]]
    assert names == ["conv2", "relu2", "pool2", "conv3", "relu3", "dense1", "relu4"]
    assert header["columns"][0]["touched"] == [3]
    assert header["columns"][0]["shown"][0] == 3


def test_cells_are_within_a_step_on_the_scale_of_the_pair(way, packed):
    header, arrays = packed
    for index, column in enumerate(header["columns"]):
        layer = next(one for one in way.layers if one.name == column["name"])
        if column["vector"]:
            continue
        for band, wanted in (("before", layer.before), ("after", layer.after)):
            low, high = (arrays[f"{end}{index}"][:, None] for end in ("low", "high"))
            shown = low + arrays[f"{band}{index}"].reshape(len(low), -1) / STEPS * (high - low)
            cells = wanted[column["shown"]].reshape(len(low), -1)
            assert (np.abs(shown - cells) <= (high - low) / STEPS * 0.51 + 1e-6).all()


def test_numbers_of_a_unit_are_exact(way, packed):
    header, arrays = packed
    for index, column in enumerate(header["columns"]):
        layer = next(one for one in way.layers if one.name == column["name"])
        assert np.array_equal(arrays[f"size{index}"], layer.sizes[column["shown"]])
        for k, unit in enumerate(column["shown"]):
            at = np.abs(layer.difference[unit]).argmax() if not column["vector"] else 0
            assert column["at"][k] == at
            assert arrays[f"old{index}"][k] == np.ravel(layer.before[unit])[at]
            assert arrays[f"new{index}"][k] == np.ravel(layer.after[unit])[at]


def test_a_vector_is_one_map_in_reading_order(way, packed):
    header, arrays = packed
    column = next(one for one in header["columns"] if one["name"] == "dense1")
    assert (column["rows"], column["cols"], column["shown"]) == (8, 8, list(range(64)))
    peak = max(abs(way.layers[-3].difference))
    index = header["columns"].index(column)
    shown = (arrays[f"moved{index}"] / (STEPS / 2) - 1) * peak
    np.testing.assert_allclose(shown, way.layers[-3].difference, atol=peak / STEPS * 1.01)


def test_probabilities_are_exact_and_the_first_guesses_marked(way, packed):
    classes, both = packed[0]["classes"], way.answers
    assert [one["after"] for one in classes] == pytest.approx(both.after.probs.tolist())
    assert [one["was"] for one in classes].index(True) == both.before.order[0]
    assert sum(one["is"] for one in classes) == 1


def test_of_many_classes_the_likeliest_are_shown(way, monkeypatch):
    few = change_map._classes(way, LABELS)
    monkeypatch.setattr(change_map, "MOST_CLASSES", 3)
    best = change_map._classes(way, LABELS)
    chances = sorted((max(one["before"], one["after"]) for one in few), reverse=True)[:3]
    assert [max(one["before"], one["after"]) for one in best] == chances


def test_large_maps_are_fewer(monkeypatch, way):
    monkeypatch.setattr(change_map, "MOST_CELLS", 6 * 11 * 11)
    header, _ = unpacked(change_bytes(way, labels=LABELS, language="ko"))
    assert [len(column["shown"]) for column in header["columns"][:2]] == [6, 6]
