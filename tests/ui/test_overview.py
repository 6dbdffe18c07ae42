"""The bytes that the overview of a network draws, and the arithmetic of its scripts."""

import json
import shutil
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest

from cnnviz.errors import RangeError
from cnnviz.ops.softmax import softmax
from cnnviz.trace.activations import Activations, LayerOutput, activations
from cnnviz.trace.wiring import wires_of, wiring
from cnnviz.ui.components.changes import change_map
from cnnviz.ui.components.overview import network_map
from cnnviz.ui.components.overview.scene import STEPS, levels, scene, texts
from cnnviz.ui.components.unit import unit_view
from cnnviz.zoo.architectures import build

ROOT = Path(__file__).resolve().parents[2]
LABELS = tuple("0123456789")
TYPES = {"u1": np.uint8, "f8": np.float64}


@pytest.fixture
def net():
    return build("digits", "ten-twenty").eval()


@pytest.fixture
def run(net):
    return activations(net, np.random.default_rng(0).normal(size=(1, 28, 28)))


def unpacked(data):
    """Header and arrays, as the browser reads them."""
    length = struct.unpack("<I", data[:4])[0]
    header = json.loads(data[4 : 4 + length])
    arrays = {
        name: np.frombuffer(data, TYPES[entry["type"]], entry["count"], entry["at"])
        for name, entry in header["arrays"].items()
    }
    return header, arrays


def packed(net, run, language="en"):
    return unpacked(scene(run, wiring(net), softmax(run.logits), labels=LABELS, language=language))


def test_layers_are_those_of_the_network_with_input_and_softmax(net, run):
    header, _ = packed(net, run)
    names = [layer["name"] for layer in header["layers"]]
    assert names == ["input", *(name for name, _ in net.named_children()), "softmax"]
    assert header["layers"][1]["shape"] == [10, 24, 24]
    assert header["layers"][-2]["labels"] == list(LABELS)


def test_ends_of_each_map_are_exact_and_its_cells_within_a_step(net, run):
    _, arrays = packed(net, run)
    for index, layer in enumerate(run.layers, start=1):
        if layer.output.ndim == 1:
            assert np.array_equal(arrays[f"low{index}"], layer.output)
            continue
        cells = layer.output.reshape(len(layer.output), -1)
        low, high = arrays[f"low{index}"], arrays[f"high{index}"]
        assert np.array_equal(low, cells.min(1))
        assert np.array_equal(high, cells.max(1))
        shown = low[:, None] + arrays[f"map{index}"].reshape(cells.shape) / STEPS * (high - low)[:, None]
        assert (np.abs(shown - cells) <= (high - low)[:, None] / STEPS * 0.51 + 1e-6).all()


def test_strengths_are_the_weights(net, run):
    header, arrays = packed(net, run)
    weight = net.dense2.weight.detach().numpy()
    sent = (arrays["wire10"].astype(float) - 128) / 127 * header["layers"][10]["peak"]
    assert np.abs(sent.reshape(weight.shape) - weight).max() <= np.abs(weight).max() / 127 * 0.51


def test_strength_of_a_kernel_has_size_and_sign(net):
    kernels = net.conv2.weight.detach().numpy()
    wires = wires_of(net.conv2)
    assert wires.strength.shape == (20, 10)
    assert wires.strength[3, 4] == pytest.approx(np.sign(kernels[3, 4].sum()) * np.abs(kernels[3, 4]).mean())


def test_probabilities_are_the_last_layer(net, run):
    header, arrays = packed(net, run)
    last = len(header["layers"]) - 1
    assert arrays[f"low{last}"].sum() == pytest.approx(1)


def test_constant_map_has_no_steps():
    assert levels(np.array([[2.0, 2.0]])).tolist() == [[0, 0]]


def test_not_a_number_is_refused(net, run):
    broken = LayerOutput("conv1", "conv", np.full((1, 2, 2), np.nan, np.float32))
    with pytest.raises(RangeError):
        packed(net, Activations(run.input, (broken, *run.layers[1:])))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_kind_and_template_has_words(net, run, language):
    header, _ = packed(net, run, language)
    assert all(layer["title"] for layer in header["layers"])
    assert "{layer}" in texts(language)["unit_map"]


@pytest.mark.parametrize(
    ("sent", "unit"),
    [
        ({"open": {"layer": "conv1", "unit": 3}}, ("conv1", 3)),
        ({"open": {"layer": None, "unit": None}}, None),
        ({"open": {"layer": "conv1", "unit": "3"}}, None),
        ({}, None),
        (None, None),
    ],
)
def test_what_the_browser_opened_is_a_unit_or_a_step_back(sent, unit):
    assert network_map._sent(sent) == unit


@pytest.mark.parametrize("name", ["overview", "unit"])
def test_scripts_compute_as_they_should(name):
    node = shutil.which("node")
    if node is None:
        pytest.skip("arithmetic of the scripts: no node")
    command = [node, "--test", str(ROOT / f"tests/js/{name}.test.mjs")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("module", [network_map, unit_view, change_map])
def test_joined_scripts_are_one_legal_script(module, tmp_path):
    node = shutil.which("node")
    if node is None:
        pytest.skip("syntax of the scripts: no node")
    joined = tmp_path / "joined.mjs"
    joined.write_text(
        "\n".join((module.HERE / f"{name}.js").read_text("utf-8") for name in module.SCRIPTS), "utf-8"
    )
    done = subprocess.run([node, "--check", str(joined)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
