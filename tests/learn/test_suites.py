"""The pictures that models are measured on."""

from pathlib import Path

import numpy as np
import pytest

from cnnviz.errors import ChoiceError, DataError
from cnnviz.learn import datasets, suites
from cnnviz.zoo import registry


def test_the_test_suite_is_the_official_test_set_normalised(data_dir: Path) -> None:
    card = registry.card("digits", "mlp")
    inputs, labels = suites.inputs(card, "test", data_dir, every=1000)
    first = datasets.picture("digits", "test", 0, data_dir).pixels_u8
    np.testing.assert_allclose(inputs[0, 0], (first / 255 - 0.1307) / 0.3081, atol=1e-5)
    np.testing.assert_array_equal(labels, datasets.labels("digits", "test", data_dir)[::1000])


def test_strokes_are_repeatable_and_fit_the_network(data_dir: Path) -> None:
    card = registry.card("digits", "mlp")
    first, again = (suites.inputs(card, "strokes", data_dir, every=100) for _ in range(2))
    assert first[0].shape == (15, 1, 28, 28)
    np.testing.assert_array_equal(first[0], again[0])
    assert set(first[1].tolist()) <= set(range(10))


def test_photos_have_the_classes_of_their_folders(data_dir: Path) -> None:
    _, labels = suites.inputs(registry.card("clothes", "mlp"), "photos", data_dir, every=7)
    assert labels.tolist() == sorted(labels.tolist())
    assert set(labels.tolist()) == {0, 1, 2, 3, 4, 5, 6, 7, 9}  # there are no bags


def test_copies_change_no_gesture() -> None:
    picture = np.random.default_rng(0).uniform(50, 150, (40, 30, 3)).astype(np.float32)
    copies = dict(suites._changed(picture))
    assert len(copies) == 9
    np.testing.assert_allclose(np.rot90(copies["turned 90"], -1), picture, atol=0.01)
    np.testing.assert_allclose(copies["turned 180"][::-1, ::-1], picture, atol=0.01)
    np.testing.assert_array_equal(copies["mirrored"][:, ::-1], picture)
    assert copies["darker"].mean() < picture.mean() < copies["brighter"].mean()
    assert copies["blurred"].std() < 0.9 * picture.std()
    assert copies["turned -25"].min() >= 49  # what comes into sight is mirrored, not black


def test_each_photo_of_people_has_its_copies(data_dir: Path) -> None:
    pictures = suites._copies(data_dir)
    assert [next(pictures)[1] for _ in range(18)] == [0] * 18


def test_steps_can_be_switched_off(data_dir: Path) -> None:
    card = registry.card("digits", "mlp")
    whole, _ = suites.inputs(card, "strokes", data_dir, every=300)
    raw, _ = suites.inputs(card, "strokes", data_dir, every=300, off=frozenset({"normalise"}))
    np.testing.assert_allclose((raw - 0.1307) / 0.3081, whole, atol=1e-5)


def test_absent_data_is_explained(tmp_path: Path) -> None:
    assert suites.names("digits", tmp_path) == ()
    with pytest.raises(DataError, match="CNNVIZ_DATA"):
        suites.inputs(registry.card("digits", "mlp"), "test", tmp_path)


def test_an_unknown_suite_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(ChoiceError, match="strokes"):
        suites.inputs(registry.card("digits", "mlp"), "stroke", tmp_path)
