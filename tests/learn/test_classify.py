"""Which files are taken, and what form they are given."""

from pathlib import Path

import numpy as np
import pytest

from cnnviz.images.picture import Picture
from cnnviz.learn.classify import likely_form, picture_files, ranked
from cnnviz.zoo import registry


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


def test_ranks_of_equal_classes_go_to_the_lower_one() -> None:
    assert ranked(np.array([0.2, 0.4, 0.4], np.float32)) == [1, 2, 0]
