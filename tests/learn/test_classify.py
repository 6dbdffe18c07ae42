"""Which files are taken, and what form they are given."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnviz.images.decode import decode
from cnnviz.images.picture import Picture
from cnnviz.images.prepare import prepare
from cnnviz.images.strokes import Stroke, render
from cnnviz.learn.classify import classify, classify_by_ensemble, likely_form, picture_files, verdict
from cnnviz.learn.gate import belonging
from cnnviz.ops.ensemble import together
from cnnviz.zoo import registry
from cnnviz.zoo.measures import Gate, GateWeights

FOREIGN = ("photos-webcam", "photos-crops")  # sources of photos of hands


def test_folders_give_pictures_in_order_and_files_are_taken_as_named(tmp_path: Path) -> None:
    for name in ("b.PNG", "a.jpg", "readme.md"):
        (tmp_path / name).touch()
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "c.webp").touch()
    text = tmp_path / "readme.md"
    found = picture_files([tmp_path, text, tmp_path / "none"])
    assert [path.name for path in found] == ["a.jpg", "b.PNG", "c.webp", "readme.md", "none"]


@pytest.mark.parametrize(
    ("shape", "form"), [((28, 28), "dataset"), ((280, 280), "photo"), ((90, 120, 3), "photo")]
)
def test_a_picture_of_exactly_the_input_size_comes_from_a_data_set(shape: tuple[int, ...], form: str) -> None:
    picture = Picture(np.zeros(shape, np.uint8), origin="upload")
    assert likely_form(picture, registry.card("digits", "mlp")) == form


@pytest.mark.parametrize(
    ("top", "belongs", "said"),
    [(0.9, None, "clear"), (0.9, 0.6, "clear"), (0.9, 0.4, "none"), (0.5, 0.6, "unsure"), (0.5, 0.4, "none")],
)
def test_verdict_asks_the_gate_before_the_softmax(top: float, belongs: float | None, said: str) -> None:
    card = replace(registry.card("digits", "lenet5"), gate=Gate("tanh4", 0.5, 0.98, ("held",), "", 0))
    probs = np.array([top, 1 - top, *[0] * 8], np.float32)
    assert verdict(card, probs, belongs) == said


def test_one_pass_gives_what_network_and_gate_say_apart(tmp_path: Path) -> None:
    seven = Image.fromarray(render((Stroke(((60, 100), (60, 190), (230, 130))),)))
    for name, picture in (("seven.png", seven), ("blank.png", Image.new("L", (280, 280)))):
        picture.save(tmp_path / name)
    card, net = registry.card("digits", "lenet5"), registry.load("digits", "lenet5")
    gate = GateWeights("tanh4", np.linspace(-1, 1, 84, dtype=np.float32), 0.3)
    blank, answer = classify(net, card, picture_files([tmp_path]), form="drawing", gate=gate)
    (plain,) = classify(net, card, [tmp_path / "seven.png"], form="drawing")
    picture = decode((tmp_path / "seven.png").read_bytes(), "seven.png")
    inputs = prepare(picture, card.recipe("drawing")).tensor_f32[None]
    assert answer.belongs == pytest.approx(float(belonging(net, gate, inputs)[0]))
    np.testing.assert_allclose(answer.probs, plain.probs, atol=1e-6)
    assert (blank.belongs, plain.belongs) == (0.0, None)


def test_an_ensemble_answers_together_and_goes_on_after_a_file_that_cannot_be_read(
    tmp_path: Path,
) -> None:
    shape = Image.fromarray(np.uint8(np.tile(np.linspace(40, 220, 90), (120, 1))))
    shape.convert("RGB").save(tmp_path / "b.png")
    (tmp_path / "a.png").write_bytes(b"no picture")
    files = picture_files([tmp_path])
    members = [
        (registry.load("clothes", name), registry.card("clothes", name)) for name in ("best", "colour")
    ]
    broken, answer = classify_by_ensemble(members, files, form="photo")
    assert broken.probs is None
    assert broken.error is not None
    each = [list(classify(net, card, files, form="photo"))[1].probs for net, card in members]
    assert np.abs(each[0] - each[1]).max() > 0.01
    roots = np.sqrt(each[0] * each[1])
    np.testing.assert_allclose(answer.probs, roots / roots.sum(), atol=1e-6)


def test_who_knows_photos_only_is_not_asked_about_scans(tmp_path: Path) -> None:
    Image.new("L", (28, 28), 90).save(tmp_path / "scan.png")
    names = ("best", "ten-names")
    members = [(registry.load("clothes", name), registry.card("clothes", name)) for name in names]
    files = [tmp_path / "scan.png"]
    for form, asked in (("dataset", members[:1]), ("photo", members)):
        (answer,) = classify_by_ensemble(members, files, form=form)
        each = [next(classify(net, card, files, form=form)).probs for net, card in asked]
        np.testing.assert_allclose(answer.probs, together(each).probs, atol=1e-6)


def test_of_photos_of_hands_hardly_one_is_a_garment_for_sure(data_dir: Path) -> None:
    webcam, crops = (sorted((data_dir / "rps" / name).rglob("*.jp*g")) for name in FOREIGN)
    files, card = [*webcam[::10], *crops[::60]], registry.card("clothes", "ensemble")
    assert len(files) > 50
    members = [(registry.load("clothes", name), registry.card("clothes", name)) for name in card.members]
    answers = list(classify_by_ensemble(members, files, form="photo"))
    assert sum(verdict(card, answer.probs, answer.belongs) == "clear" for answer in answers) <= 1


def test_a_scan_is_known_by_the_size_of_its_data_set_whatever_a_network_wants() -> None:
    scan = Picture(np.zeros((28, 28), np.uint8))
    assert likely_form(scan, registry.card("clothes", "colour")) == "dataset"


def test_the_first_of_an_ensemble_says_whether_a_picture_shows_a_class(tmp_path: Path) -> None:
    Image.new("L", (280, 280), 90).save(tmp_path / "grey.png")
    members = [(registry.load("digits", name), registry.card("digits", name)) for name in ("lenet5", "mlp")]
    gate = registry.gate("digits", "lenet5")
    (answer,) = classify_by_ensemble(members, [tmp_path / "grey.png"], form="photo", gate=gate)
    (first,) = classify(*members[0], [tmp_path / "grey.png"], form="photo", gate=gate)
    assert answer.belongs == first.belongs is not None
