"""ImageNet networks on the page "Inside the network", with weights that nobody trained."""

from pathlib import Path
from urllib.error import URLError

import pytest
import torch

from cnnviz.ui import cache
from cnnviz.ui.views import inside_window
from cnnviz.zoo import imagenet_weights
from cnnviz.zoo.imagenet_layouts import torchvision_network
from tests.pages.helpers import words_of


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """Keep weights in a folder of the test, take any file for the published one, reach no server."""

    def refuse(*_args, **_kwargs):
        raise URLError("no route")

    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    monkeypatch.setattr(imagenet_weights, "_sha256", lambda path: path.stem.rpartition("-")[2])
    monkeypatch.setattr(imagenet_weights, "urlopen", refuse)
    return tmp_path


@pytest.fixture
def weights(hub):
    torch.manual_seed(0)
    file = imagenet_weights.weights_file("resnet18")
    file.path.parent.mkdir()
    torch.save(torchvision_network("resnet18").state_dict(), file.path)
    return file


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_without_weights_there_is_a_button_and_its_failure_is_explained(open_page, hub, lang):
    app = open_page("inside", task="photos", model="vgg16", lang=lang)
    assert not app.exception
    assert not app.warning
    app.button(key="inside.fetch_weights").click().run()
    assert not app.exception
    assert "no route" in app.warning[0].value
    app.segmented_control(key="inside.task").set_value("digits").run()
    assert not app.exception
    assert not app.warning


LAYERS = (
    "input",
    "conv1",
    "layer2_0",
    "layer2_0.add",
    "layer2_0.bn1",
    "layer2_0.downsample.0",
    "fc",
    "softmax",
)


@pytest.mark.parametrize("layer", LAYERS)
def test_every_kind_of_unit_opens_inside_blocks_too(open_page, weights, layer):
    app = open_page(
        "inside", task="photos", model="resnet18", layer=layer, unit="5" if layer != "input" else "1"
    )
    assert not app.exception
    assert not app.warning
    assert layer in words_of(app)


@pytest.mark.parametrize("section", ["field", "why", "wants"])
def test_sections_open_for_a_unit_inside_a_block(open_page, weights, section):
    app = open_page(
        "inside", task="photos", model="resnet18", section=section, layer="layer1_0.conv2", unit="3"
    )
    assert not app.exception
    assert not app.warning


def test_the_answer_is_explained_by_all_methods_once_asked(open_page, weights, monkeypatch):
    monkeypatch.setattr("cnnviz.ui.views.inside_why.FEW_STEPS", 2)
    monkeypatch.setattr("cnnviz.explain.attribution.METHODS", ("saliency", "grad_cam", "guided_grad_cam"))
    app = open_page("inside", task="photos", model="resnet18", section="why")
    app.button(key="inside.why.start").click().run()
    assert not app.exception
    assert not app.warning
    assert "Grad-CAM" in words_of(app)
    assert "layer4_1" in words_of(app)


def test_altered_weights_are_explained_and_the_page_stays(open_page, weights, monkeypatch):
    cache.cached_photo_net.clear()
    monkeypatch.setattr(imagenet_weights, "_sha256", lambda _path: "0" * 64)
    app = open_page("inside", task="photos", model="resnet18")
    assert not app.exception
    assert "hash" in app.warning[0].value
    app.segmented_control(key="inside.task").set_value("digits").run()
    assert not app.warning


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"count": 32, "firsts": {"conv1": 32}}, (32, {"conv1": 32})),
        ({"count": 5000, "firsts": {"conv1": -4, "fc": "x"}}, (64, {})),
        ({"count": "many"}, (10, {})),
        ({}, (10, {})),
    ],
)
def test_the_browsers_wish_for_maps_is_checked(monkeypatch, sent, kept):
    monkeypatch.setattr(inside_window.st, "session_state", {})
    inside_window.want(sent)
    assert inside_window.wanted() == kept


def test_networks_keep_their_weights_in_the_file_and_few_are_kept(weights):
    cache.cached_photo_net.clear()
    net = cache.cached_photo_net("resnet18").net
    assert cache.photo_graph("resnet18")["conv1"].part is net.conv1
    maps = Path("/proc/self/maps")
    if maps.exists():  # Linux tells which files are mapped into memory
        assert str(weights.path) in maps.read_text()
