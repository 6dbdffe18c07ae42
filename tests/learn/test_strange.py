"""Pictures that show none of a model's classes."""

from pathlib import Path

import numpy as np
import pytest

from cnnviz.images.strokes import SHEET
from cnnviz.learn import no_hand, strange, strange_shapes, suites
from cnnviz.zoo import registry


def test_drawings_need_no_data_and_are_the_same_each_time(tmp_path: Path) -> None:
    first, again = (list(strange.not_digits(tmp_path)) for _ in range(2))
    assert len(first) == strange.COUNT
    assert [picture.digest for picture in first] == [picture.digest for picture in again]
    assert {picture.size for picture in first} == {(SHEET, SHEET)}


def test_most_drawings_differ_from_each_other(tmp_path: Path) -> None:
    digests = {picture.digest for picture in strange.not_digits(tmp_path)}
    assert len(digests) > 0.93 * strange.COUNT  # empty sheets are all alike


def test_clothes_join_where_they_are(data_dir: Path) -> None:
    every = list(strange.not_digits(data_dir))
    assert len(every) == strange.COUNT + strange.GARMENTS
    assert every[-1].origin == "dataset"


def test_empty_sheets_are_marked_and_drawings_are_not(tmp_path: Path) -> None:
    inputs, is_empty = suites.strange_inputs(registry.card("digits", "mlp"), tmp_path, every=3)
    assert 0 < is_empty.sum() < 0.06 * len(is_empty)
    seen = np.ptp(inputs.reshape(len(inputs), -1), 1) > 0
    np.testing.assert_array_equal(seen, ~is_empty)


@pytest.mark.parametrize("shapes", [strange_shapes.LETTERS, strange_shapes.DRAWINGS])
def test_shapes_lie_in_the_unit_box(shapes: dict[str, tuple[strange_shapes.Line, ...]]) -> None:
    for name, lines in shapes.items():
        points = np.concatenate([np.array(line) for line in lines])
        assert points.min() >= -0.3, name
        assert points.max() <= 1.3, name


def test_pictures_without_a_hand_are_the_same_each_time(tmp_path: Path) -> None:
    first, again = (list(suites.STRANGE["rps"][1](tmp_path)) for _ in range(2))
    assert len(first) > no_hand.MADE + no_hand.PIECES * len(no_hand.PHOTOS)
    assert [picture.digest for picture in first] == [picture.digest for picture in again]
    assert len({picture.digest for picture in first}) == len(first)


def test_measuring_shares_no_code_with_training() -> None:
    root = Path(suites.__file__).parents[2]
    for file in ("strange.py", "strange_shapes.py", "no_hand.py", "suites.py", "redraw.py"):
        assert "training" not in [
            word.split(".")[0]
            for line in (root / "cnnviz" / "learn" / file).read_text().splitlines()
            if line.startswith(("import ", "from "))
            for word in line.split()[1:2]
        ]
    for file in (root / "training").glob("*.py"):
        assert not {"cnnviz.learn.strange", "cnnviz.learn.no_hand"} & set(file.read_text().split()), file
