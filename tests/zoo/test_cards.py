"""Reading cards: old and new ones, missing and broken files."""

from pathlib import Path

import pytest

from cnnviz.errors import ModelError
from cnnviz.zoo.cards import Card, read_card, read_metrics
from cnnviz.zoo.measures import Calibration, Gate, Group, Separation, Share, Speed

OLD = """
classes = ["0", "1"]
parameters = 6
macs = 4
input = { size = [28, 28], mean = [0.1], std = [0.3] }
weights = { sha256 = "ab", bytes = 9 }
data = { sources = ["a"], licences = ["b"], train = 3, held_out = 1, split = "random", test = "c" }
training = { command = "d", seed = 1, epochs = 1, minutes = 1.5, hardware = "", date = "", augmentation = {} }
suites = { test = { right = 3, count = 4 } }
"""
NEW = """
top2 = { test = { right = 4, count = 4 } }
by_class = { test = { right = [3, 0], count = [4, 0] } }
groups = { test = { confidence = [0.5, 0.9], right = [0, 3], count = [1, 3] } }
separations = { strange = { auroc = 0.9, known = 50, other = 50 } }
ablation = { test = { fit = { right = 2, count = 4 } } }
unseen = { without = { green = { right = 1, count = 2 } } }
better = { suite = "test", plain = { right = 1, count = 4 }, augmented = { right = 3, count = 4 } }
calibration = { temperature = 1.5, split = ["held"], errors = { test = 0.01 } }
gate = { layer = "flatten", threshold = 0.3, kept = 0.98, split = ["held"], sha256 = "cd", bytes = 7 }
speed = { picture_ms = 2.0, preparation_ms = 1.0, pictures_per_s = 900.0, hardware = "e" }
"""


def written(folder: Path, text: str) -> Card:
    (folder / "card.toml").write_text(text)
    return read_card(folder)


def test_an_old_card_is_read_and_lacks_what_was_not_measured(tmp_path: Path) -> None:
    card = written(tmp_path, OLD)
    assert card.test == Share(3, 4)
    assert (card.calibration, card.gate, card.speed, card.better_suite) == (None, None, None, "")
    assert not any((card.top2, card.by_class, card.separations, card.ablation, card.better))


def test_a_new_card_holds_every_measurement(tmp_path: Path) -> None:
    card = written(tmp_path, OLD + NEW)
    assert card.top2 == {"test": Share(4, 4)}
    assert card.by_class == {"test": (Share(3, 4), None)}
    assert card.groups == {"test": (Group(0.5, Share(0, 1)), Group(0.9, Share(3, 3)))}
    assert card.separations == {"strange": Separation(0.9, 50, 50)}
    assert card.ablation == {"test": {"fit": Share(2, 4)}}
    assert card.unseen == {"without": {"green": Share(1, 2)}}
    assert (card.better, card.better_suite) == ({"plain": Share(1, 4), "augmented": Share(3, 4)}, "test")
    assert card.calibration == Calibration(1.5, ("held",), {"test": 0.01})
    assert card.gate == Gate("flatten", 0.3, 0.98, ("held",), "cd", 7)
    assert card.speed == Speed(2.0, 1.0, 900.0, "e")


def test_a_measurement_without_an_entry_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="preparation_ms"):
        written(tmp_path, OLD + "speed = { picture_ms = 2.0 }")


def test_a_missing_card_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"tmp/none.*cannot be read"):
        read_card(Path("tmp/none"))


def test_a_card_without_an_entry_names_it(tmp_path: Path) -> None:
    (tmp_path / "card.toml").write_text("classes = ['0']\n[input]\nsize = [28, 28]\n")
    with pytest.raises(ModelError, match="mean"):
        read_card(tmp_path)


def test_broken_metrics_are_explained(tmp_path: Path) -> None:
    (tmp_path / "metrics.json").write_text("{")
    with pytest.raises(ModelError, match="cannot be read"):
        read_metrics(tmp_path)
