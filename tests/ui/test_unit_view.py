"""The bytes that the view of one unit draws."""

import json
import struct

import numpy as np
import pytest

from cnnviz.trace.activations import activations
from cnnviz.trace.unit import unit_result
from cnnviz.ui.components.unit.unit_view import conv_bytes, flat_bytes
from cnnviz.zoo.architectures import build


@pytest.fixture
def net():
    return build("digits", "ten-twenty").eval()


@pytest.fixture
def run(net):
    return activations(net, np.random.default_rng(0).normal(size=(1, 28, 28)))


def unpacked(data):
    length = struct.unpack("<I", data[:4])[0]
    header = json.loads(data[4 : 4 + length])
    entries = {name: e for name, e in header["arrays"].items() if e["type"] == "f8"}
    return header, {n: np.frombuffer(data, np.float64, e["count"], e["at"]) for n, e in entries.items()}


def test_shares_and_bias_add_up_to_the_map(net, run):
    header, arrays = unpacked(conv_bytes(unit_result(net, run, "conv2", 4), [], "en"))
    shares = arrays["shares"].reshape(10, 8, 8)
    assert np.allclose(shares.sum(0) + header["bias"], run["conv2"][4], atol=1e-4)
    assert np.allclose(arrays["after"].reshape(8, 8), run["relu2"][4], atol=1e-4)


def test_of_a_large_convolution_the_strongest_shares_are_sent(net, run, monkeypatch):
    monkeypatch.setattr("cnnviz.ui.components.unit.unit_view.MOST_CELLS", 0)
    unit = unit_result(net, run, "conv2", 4)
    header, arrays = unpacked(conv_bytes(unit, [], "en"))
    assert (header["channels"], header["total"]) == (5, 10)
    shares = unit.explained.result.channel_maps(0)
    best = sorted(np.abs(shares).sum((1, 2)).argsort()[-5:].tolist())
    assert header["names"] == [str(k + 1) for k in best]
    assert np.array_equal(arrays["shares"].reshape(5, 8, 8), shares[best])
    assert np.array_equal(arrays["inputs"].reshape(5, 12, 12), unit.place.inputs[best])


def test_convolution_is_described_in_the_language(net, run):
    header, _ = unpacked(conv_bytes(unit_result(net, run, "conv1", 0), ["입력"], "ko"))
    assert header["names"] == ["입력"]
    assert header["after_layer"] == "relu1"
    assert header["texts"]["bias"] == "편향"


def test_flatten_sends_the_maps(net, run):
    header, arrays = unpacked(flat_bytes(unit_result(net, run, "flatten", 37), "en"))
    assert (header["channels"], header["height"], header["width"]) == run["pool2"].shape
    assert arrays["inputs"][header["element"]] == run["flatten"][37]
