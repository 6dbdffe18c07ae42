"""Fetching weights: whole and right or not at all; clear words where the network does not allow it."""

import hashlib
import io
from urllib.error import URLError

import numpy as np
import pytest
import torch
from PIL import Image

from cnnviz.errors import ChoiceError, DataError, WeightsError
from cnnviz.images.photo import SHORTER, SIDE, prepare_photo
from cnnviz.images.picture import Picture
from cnnviz.zoo import imagenet_weights
from cnnviz.zoo.imagenet_layouts import torchvision_network
from cnnviz.zoo.imagenet_table import ARCHITECTURES
from cnnviz.zoo.torchvision_compat import torchvision


class Answer(io.BytesIO):
    """What a server sends."""

    headers = {}  # noqa: RUF012  # as urllib has it


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """Keep weights in a folder of the test, and reach no server."""
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))

    def refuse(*_args, **_kwargs):
        raise URLError("no route")

    monkeypatch.setattr(imagenet_weights, "urlopen", refuse)
    return tmp_path / "checkpoints"


def serve(monkeypatch, content, *, right=True):
    start = hashlib.sha256(content).hexdigest()[:8] if right else "0" * 8
    plain = imagenet_weights.weights_file

    def fake(name):
        file = plain(name)
        return imagenet_weights.WeightsFile(file.url, len(content), file.path, start)

    monkeypatch.setattr(imagenet_weights, "weights_file", fake)
    monkeypatch.setattr(imagenet_weights, "urlopen", lambda *_a, **_k: Answer(content))


def test_what_torchvision_publishes(hub):
    file = imagenet_weights.weights_file("alexnet")
    assert file.url.endswith("alexnet-owt-7be5be79.pth")
    assert (file.sha256_start, file.is_here) == ("7be5be79", False)
    assert file.num_bytes == pytest.approx(244e6, rel=0.01)


def test_no_network_is_explained(hub):
    with pytest.raises(DataError, match="no route"):
        next(imagenet_weights.fetch("resnet18"))
    assert list(hub.iterdir()) == []


def test_whole_file_is_put_in_place(hub, monkeypatch):
    content = bytes(range(256)) * 9000
    serve(monkeypatch, content)
    steps = list(imagenet_weights.fetch("resnet18"))
    assert steps[-1] == (len(content), len(content))
    assert len(steps) > 1
    assert [file.read_bytes() for file in hub.iterdir()] == [content]


def test_altered_file_is_refused(hub, monkeypatch):
    serve(monkeypatch, b"something else", right=False)
    with pytest.raises(WeightsError, match="hash"):
        list(imagenet_weights.fetch("resnet18"))
    assert list(hub.iterdir()) == []


def test_stopping_leaves_nothing(hub, monkeypatch):
    serve(monkeypatch, bytes(3_000_000))
    steps = imagenet_weights.fetch("resnet18")
    next(steps)
    steps.close()
    assert list(hub.iterdir()) == []


@pytest.fixture
def trusting(monkeypatch):
    """Take any file for the one that torchvision published."""
    monkeypatch.setattr(imagenet_weights, "_sha256", lambda path: path.stem.rpartition("-")[2])


def test_loaded_network_is_torchvisions(hub, trusting):
    torch.manual_seed(0)
    network = torchvision_network("resnet18")
    hub.mkdir()
    torch.save(network.state_dict(), imagenet_weights.weights_file("resnet18").path)
    found = imagenet_weights.load("resnet18")
    picture = prepared("resnet18", photo(300, 260))
    with torch.no_grad():
        assert torch.equal(found.net(picture), network(picture))
    assert (len(found.classes), picture.shape) == (1000, (1, 3, 224, 224))
    assert found.classes[0] == "tench"


def photo(*shape):
    pixels = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    return Picture(pixels, origin="upload")


def prepared(name, picture):
    found = prepare_photo(picture, imagenet_weights.normalisation(name))
    return torch.from_numpy(found.tensor_f32)[None]


@pytest.mark.parametrize("shape", [(300, 260), (224, 700), (256, 256), (90, 61), (257, 383)])
@pytest.mark.parametrize("name", ["resnet18", "resnet50", "vgg16"])
def test_preparation_is_torchvisions(hub, name, shape):
    torchvision()
    from torchvision.models import get_model_weights

    steps = get_model_weights(ARCHITECTURES[name].torchvision)["IMAGENET1K_V1"].transforms()
    theirs = steps(Image.fromarray(photo(*shape).pixels_u8))
    assert torch.equal(prepared(name, photo(*shape))[0], theirs)


@pytest.mark.parametrize("name", imagenet_weights.names())
def test_every_published_preparation_has_the_same_sizes(hub, name):
    steps = imagenet_weights._published(name).transforms()
    assert (steps.resize_size, steps.crop_size, steps.antialias) == ([SHORTER], [SIDE], True)
    assert steps.interpolation.value == "bilinear"


def test_googlenet_gets_what_its_weights_expect(hub):
    torchvision()
    from torchvision.models import GoogLeNet_Weights, googlenet

    plain = googlenet(aux_logits=False, init_weights=False, transform_input=True)
    usual = GoogLeNet_Weights.IMAGENET1K_V1.transforms()
    theirs = plain._transform_input(usual(Image.fromarray(photo(256, 256).pixels_u8))[None])
    assert torch.allclose(prepared("googlenet", photo(256, 256)), theirs, atol=1e-5)


def test_every_step_of_the_preparation_is_kept_and_grey_is_taken(hub):
    grey = Picture(np.full((230, 400), 128, dtype=np.uint8), origin="upload")
    found = prepare_photo(grey, imagenet_weights.normalisation("vgg16"))
    shapes = [step.pixels_f32.shape for step in found.steps]
    assert shapes == [(230, 400, 3), (256, 445, 3), (224, 224, 3), (224, 224, 3)]
    assert found.seen_f32 is found.steps[2].pixels_f32


@pytest.mark.parametrize("zipped", [True, False])
def test_older_file_formats_are_read_too(hub, trusting, zipped):
    network = torchvision_network("resnet18")
    hub.mkdir()
    path = imagenet_weights.weights_file("resnet18").path
    stored = {key: value for key, value in network.state_dict().items() if "num_batches" not in key}
    torch.save(stored, path, _use_new_zipfile_serialization=zipped)
    found = imagenet_weights.load("resnet18")
    assert torch.equal(found.net.fc.weight, network.fc.weight)
    assert not any(tensor.is_meta for tensor in (*found.net.parameters(), *found.net.buffers()))


def test_a_connection_that_breaks_off_is_explained(hub, monkeypatch):
    serve(monkeypatch, bytes(3_000_000))
    whole = Answer(bytes(2_000_000))
    whole.headers = {"Content-Length": "3000000"}
    monkeypatch.setattr(imagenet_weights, "urlopen", lambda *_a, **_k: whole)
    with pytest.raises(DataError, match="broke off"):
        list(imagenet_weights.fetch("resnet18"))
    assert list(hub.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_explained(hub, monkeypatch):
    hub.write_text("a file in its place")
    with pytest.raises(DataError, match="could not be written"):
        next(imagenet_weights.fetch("resnet18"))


def test_altered_file_is_not_loaded(hub):
    hub.mkdir()
    imagenet_weights.weights_file("resnet18").path.write_bytes(b"anything")
    with pytest.raises(WeightsError, match="hash"):
        imagenet_weights.load("resnet18")


def test_absent_or_unfit_weights_are_explained(hub, trusting):
    with pytest.raises(DataError, match="resnet18"):
        imagenet_weights.load("resnet18")
    hub.mkdir()
    torch.save({}, imagenet_weights.weights_file("resnet18").path)
    with pytest.raises(WeightsError, match="resnet18"):
        imagenet_weights.load("resnet18")
    with pytest.raises(ChoiceError, match="alexnet"):
        imagenet_weights.weights_file("zfnet")
