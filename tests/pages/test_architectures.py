"""The page of architectures: every view and network, both languages, illegal links, weights on request."""

from urllib.error import URLError

import pytest

from cnnviz import words
from cnnviz.trace.summary import summary
from cnnviz.zoo.imagenet_layouts import layout
from cnnviz.zoo.imagenet_table import ARCHITECTURES, HISTORY
from tests.pages.helpers import go_to, words_of

VIEWS = ("layers", "blocks", "small_kernels", "history")


def html_of(app):
    return "\n".join(element.proto.body for element in app.get("html"))


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_opens_cold(open_page, view, lang):
    app = open_page("architectures", view=view, lang=lang)
    assert not app.exception
    assert app.title[0].value == words.text(lang, "architectures.title")


@pytest.mark.parametrize("network", ARCHITECTURES)
def test_every_network_shows_its_sums(open_page, network):
    app = open_page("architectures", network=network)
    assert not app.exception
    table = summary(layout(network), ARCHITECTURES[network].input_shape)
    assert f"{table.parameters:,}" in html_of(app)
    assert f"{table.macs:,}" in html_of(app)


@pytest.mark.parametrize("kind", ["inception", "residual", "bottleneck", "squeeze_excitation"])
@pytest.mark.parametrize("place", ["1", "99"])
def test_every_block_at_both_ends(open_page, kind, place):
    app = open_page("architectures", view="blocks", block=kind, place=place)
    assert not app.exception
    assert "arch-block" in html_of(app)


@pytest.mark.parametrize(("layers", "channels"), [("1", "1"), ("4", "512"), ("-3", "100000")])
def test_small_kernels_at_both_ends(open_page, layers, channels):
    app = open_page("architectures", view="small_kernels", num_layers=layers, channels=channels)
    assert not app.exception


def test_lecture_numbers_of_the_small_kernels(open_page):
    shown = words_of(open_page("architectures", view="small_kernels"))
    assert "**20** parameters" in shown
    assert "**26** parameters" in shown


def test_nonsense_in_the_link_falls_back(open_page):
    app = open_page("architectures", view="nothing", network="resnet1000")
    assert not app.exception
    assert app.selectbox(key="architectures.network").value == "lenet5"


def test_choice_is_kept_when_one_comes_back(open_page):
    app = open_page("architectures", network="vgg16")
    go_to(app, "home")
    assert go_to(app, "architectures").selectbox(key="architectures.network").value == "vgg16"


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_every_text_that_is_looked_up_by_name_exists(lang):
    texts = words.catalogue(lang)
    assert all(f"architectures.about.{name}" in texts for name in ARCHITECTURES)
    assert all(f"architectures.history.new.{one.key}" in texts for one in HISTORY)


def test_numbers_in_the_texts_are_true():
    tables = {name: summary(layout(name), one.input_shape) for name, one in ARCHITECTURES.items()}
    vgg = tables["vgg16"]
    first_dense = next(row for row in vgg.rows if row.kind == "dense")
    assert round(4 * first_dense.parameters / vgg.parameters) == 3  # three quarters
    assert 1.1 < tables["resnet50"].macs / tables["resnet34"].macs < 1.15  # about a tenth more
    assert tables["resnet152"].macs < vgg.macs
    depths = {name: learned(tables[name]) for name in ("vgg16", "vgg19", "resnet18", "resnet50", "resnet152")}
    assert depths == {"vgg16": 16, "vgg19": 19, "resnet18": 18, "resnet50": 50, "resnet152": 152}
    assert len({row.name.split(".")[0] for row in tables["googlenet"].rows if "inception" in row.name}) == 9


def learned(table):
    """Return the number of layers with weights, as the names of VGG and ResNet count them."""
    return sum(row.kind in ("conv", "dense") and "downsample" not in row.name for row in table.rows)


@pytest.fixture
def no_network(tmp_path, monkeypatch):
    import torch

    from cnnviz.zoo import imagenet_weights

    def refuse(*_args, **_kwargs):
        raise URLError("no route")

    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    monkeypatch.setattr(imagenet_weights, "urlopen", refuse)


def test_weights_are_fetched_on_request_only_and_failure_is_explained(open_page, no_network):
    pytest.importorskip("cnnviz.ui.views.picture_panel")
    app = open_page("architectures", view="photo")
    assert not app.exception
    assert not app.warning
    app.button[0].click().run()
    assert not app.exception
    assert "no route" in app.warning[0].value


def test_photo_is_classified_and_explained(open_page, tmp_path, monkeypatch):
    torch = pytest.importorskip("torch")
    from cnnviz.zoo import imagenet_weights
    from cnnviz.zoo.imagenet_layouts import torchvision_network

    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    monkeypatch.setattr(imagenet_weights, "_sha256", lambda path: path.stem.rpartition("-")[2])
    file = imagenet_weights.weights_file("resnet18")
    file.path.parent.mkdir()
    torch.save(torchvision_network("resnet18").state_dict(), file.path)
    app = open_page("architectures", view="photo", photo_network="resnet18")
    assert not app.exception
    assert "224 × 224" in html_of(app)  # the middle that is cut out
    assert app.get("page_link")
