"""The bytes that the overview of a network draws, and the arithmetic of its scripts."""

import json
import shutil
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch

from cnnviz.errors import RangeError
from cnnviz.ops.softmax import softmax
from cnnviz.trace.activations import Activations, LayerOutput, activations
from cnnviz.trace.graph import graph
from cnnviz.trace.wiring import graph_wiring, wires_of, wiring
from cnnviz.ui.components.changes import change_map
from cnnviz.ui.components.overview import network_map
from cnnviz.ui.components.overview.scene import STEPS, Window, levels, scene, texts
from cnnviz.ui.components.unit import unit_view
from cnnviz.zoo.architectures import build
from cnnviz.zoo.imagenet_layouts import sequential, torchvision_network

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


@pytest.fixture(scope="module")
def steps():
    torch.manual_seed(0)
    return graph(sequential(torchvision_network("resnet18")), (3, 96, 96))


def windowed(steps, units, block=""):
    run = steps.unfold(steps.run(np.random.default_rng(0).normal(size=(3, 96, 96))), block)
    shown = [layer.name for layer in run.layers]
    scores = softmax(run.logits)
    order = scores.probs.argsort()[::-1].tolist()
    wires = graph_wiring(steps, shown, units)
    labels = [str(k) for k in range(1000)]
    window = Window(units, order, folded=["layer1_0"], unfolded=[block])
    return run, unpacked(scene(run, wires, scores, labels=labels, language="en", window=window))


def test_of_a_large_network_the_maps_in_view_are_sent(steps):
    units = {"conv1": range(20, 30), "layer3_0": range(10)}
    run, (header, arrays) = windowed(steps, units)
    conv1 = header["layers"][1]
    assert (conv1["sent"], conv1["thumb"], conv1["shape"]) == (list(range(20, 30)), [48, 48], [64, 48, 48])
    low, high = arrays["low1"], arrays["high1"]
    assert np.array_equal(low, run["conv1"].reshape(64, -1).min(1))
    shown = low[20] + arrays["map1"][: 48 * 48].reshape(48, 48) / STEPS * (high - low)[20]
    assert np.abs(shown - run["conv1"][20]).max() <= (high - low)[20] / STEPS * 0.51 + 1e-5
    assert "map2" in arrays
    assert len(arrays["map2"]) == 0  # nobody looks at them


def test_strongest_kernel_slices_are_sent_with_their_inputs(steps):
    _, (header, arrays) = windowed(steps, {"layer1_0.conv1": [7, 8]}, "layer1_0")
    at, layer = next((k, one) for k, one in enumerate(header["layers"]) if one["name"] == "layer1_0.conv1")
    weight = steps.net.layer1_0.conv1.weight.detach().numpy()
    strength = np.sign(weight.sum((2, 3))) * np.abs(weight).mean((2, 3))
    assert (layer["wired"], layer["strongest"]) == ([7, 8], 48)
    source = arrays[f"from{at}"].reshape(2, 48).astype(int)
    sent = (arrays[f"wire{at}"].reshape(2, 48).astype(float) - 128) / 127 * layer["peak"]
    assert np.abs(sent - np.take_along_axis(strength[7:9], source, 1)).max() <= layer["peak"] / 127 * 0.51
    assert set(np.abs(strength[7]).argsort()[-40:]) <= set(source[0].tolist())


def test_a_folded_block_has_a_shortcut_and_an_unfolded_one_two_ways(steps):
    _, (header, _) = windowed(steps, {})
    block = next(one for one in header["layers"] if one["name"] == "layer1_0")
    assert [(s["wire"], s["skip"]) for s in block["sources"]] == [("all", True)]
    assert (block["fold"], block["kind"]) == ("shut", "residual")
    _, (header, _) = windowed(steps, {}, "layer1_0")
    names = [one["name"] for one in header["layers"]]
    add = header["layers"][names.index("layer1_0.add")]
    assert [names[s["at"]] for s in add["sources"]] == ["layer1_0.bn2", "maxpool"]
    assert [s["wire"] for s in add["sources"]] == ["one", "one"]


def test_a_thousand_classes_come_best_first(steps):
    run, (header, arrays) = windowed(steps, {})
    softmax_layer = header["layers"][-1]
    assert softmax_layer["ids"][0] == int(run.logits.argmax()) == int(softmax_layer["labels"][0])
    assert (np.diff(arrays[f"low{len(header['layers']) - 1}"]) <= 0).all()


def test_maps_of_many_cells_are_sent_smaller(steps):
    from cnnviz.ui.components.overview.scene import _thumbnails

    maps = np.arange(4 * 128 * 128, dtype=np.float32).reshape(4, 128, 128)
    size, levels_sent = _thumbnails(maps, [1, 3], 64)
    assert (size, levels_sent.shape) == ((64, 64), (2, 64 * 64))
    assert levels_sent[0, 0] == np.rint((maps[1, :2, :2].mean() - maps[1].min()) / np.ptp(maps[1]) * STEPS)


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
