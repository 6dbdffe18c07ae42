"""The command line, run in this process: classify files of every kind, measure a model."""

import csv
import io
import json
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnviz.__main__ import main
from cnnviz.images.strokes import Stroke, render
from cnnviz.learn import suites
from cnnviz.zoo import registry
from cnnviz.zoo.measures import GateWeights

SEVEN = (Stroke(((60, 100), (60, 190), (230, 130))),)
GUESSES = ["path", "label", "confidence", "second", "second_confidence", "belongs", "verdict"]
COLUMNS = [*GUESSES, *map(str, range(10)), "error"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder with two drawings of a 7, a text file, and a text that calls itself a picture."""
    (tmp_path / "deeper").mkdir()
    Image.fromarray(render(SEVEN)).save(tmp_path / "black.png")
    Image.fromarray(render(SEVEN, paper="white")).save(tmp_path / "deeper" / "white.jpg")
    (tmp_path / "notes.txt").write_text("not asked about")
    (tmp_path / "zz.png").write_text("no picture")
    return tmp_path


def classified(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    status = main(["classify", "--task", "digits", *map(str, arguments)])
    return status, capsys.readouterr().out


def test_csv_has_the_promised_columns_and_reports_what_failed(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    status, out = classified(capsys, "--model", "lenet5", "--format", "csv", folder)
    rows = list(csv.DictReader(io.StringIO(out)))
    assert status == 1
    assert list(rows[0]) == COLUMNS
    assert [Path(row["path"]).name for row in rows] == ["black.png", "white.jpg", "zz.png"]
    assert [row["label"] for row in rows] == ["7", "7", ""]
    assert [bool(row["error"]) for row in rows] == [False, False, True]


def test_probabilities_fit_the_guesses(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    status, out = classified(capsys, "--format", "json", folder / "black.png")
    (answer,) = json.loads(out)
    ranked = sorted(answer["probabilities"].items(), key=lambda pair: -pair[1])
    assert status == 0
    assert (answer["label"], answer["confidence"]) == ranked[0]
    assert (answer["second"], answer["second_confidence"]) == ranked[1]
    assert sum(answer["probabilities"].values()) == pytest.approx(1, abs=1e-5)
    assert answer["error"] is None


def test_black_on_white_reads_as_white_on_black(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    Image.fromarray(render(SEVEN, paper="white")).save(folder / "white.png")
    _, out = classified(
        capsys, "--as", "drawing", "--format", "json", folder / "black.png", folder / "white.png"
    )
    black, white = (list(answer["probabilities"].values()) for answer in json.loads(out))
    np.testing.assert_allclose(black, white, atol=0.01)


def test_table_names_file_and_guesses(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    status, out = classified(capsys, folder / "black.png", folder / "missing.png")
    first, second = out.splitlines()
    assert status == 1
    path, label, *_ = first.split()
    assert (Path(path).name, label) == ("black.png", "7")
    assert "missing.png  “missing.png” cannot be opened" in second


def test_more_files_than_a_batch_keep_their_order(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    files = [folder / "black.png"] * 70 + [folder / "zz.png"] + [folder / "black.png"] * 2
    _, out = classified(capsys, "--model", "mlp", "--format", "json", *files)
    assert [answer["error"] is None for answer in json.loads(out)] == [True] * 70 + [False] + [True] * 2


def test_progress_goes_to_stderr(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    main(["classify", "--task", "digits", "--format", "json", str(folder / "black.png")])
    captured = capsys.readouterr()
    assert "1/1" in captured.err
    json.loads(captured.out)


def test_an_empty_folder_is_said_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["classify", "--task", "digits", str(tmp_path)]) == 1
    assert "no pictures" in capsys.readouterr().err


def test_an_unknown_model_names_those_there_are(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    assert main(["classify", "--task", "digits", "--model", "lenet", str(folder)]) == 2
    assert "lenet5" in capsys.readouterr().err


def measured(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    status = main(["evaluate", "--task", "rps", *map(str, arguments)])
    return status, capsys.readouterr().out


def test_evaluate_prints_what_the_card_says(capsys: pytest.CaptureFixture[str], data_dir: Path) -> None:
    status, out = measured(capsys, "--model", "small", "--suite", "test", "--data", data_dir, "--json")
    table, card = json.loads(out), registry.card("rps", "small")
    assert status == 0
    assert (table["right"], table["count"]) == (card.test.right, card.test.count)
    assert table["confusion"] == registry.metrics("rps", "small").confusion.tolist()
    assert set(table["classes"]) == set(card.classes)


def test_evaluate_prints_classes_and_matrix(capsys: pytest.CaptureFixture[str], data_dir: Path) -> None:
    _, out = measured(capsys, "--model", "small", "--suite", "test", "--data", data_dir)
    lines = out.splitlines()
    assert f"{100 * registry.card('rps', 'small').test.value:.2f} %" in lines[1]
    assert sum(line.startswith("scissors") for line in lines) == 2  # accuracy, and a row of the matrix


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two suites be at hand, with 20 pictures each, and 30 strange ones."""
    batches, strange = suites.batches, suites.strange_inputs
    monkeypatch.setattr(suites, "AT_ONCE", 20)
    monkeypatch.setattr(suites, "names", lambda *_: ("test", "people"))
    monkeypatch.setattr(suites, "batches", lambda *args: islice(batches(*args, every=4), 1))
    monkeypatch.setattr(suites, "strange_inputs", lambda *args: strange(*args, every=27))


@pytest.mark.usefixtures("few")
def test_evaluate_measures_every_suite(
    capsys: pytest.CaptureFixture[str], data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = GateWeights("flatten", np.ones(128, np.float32), -1.0)
    monkeypatch.setattr(registry, "gate", lambda *_: gate)
    _, out = measured(capsys, "--model", "small", "--data", data_dir, "--json")
    table = json.loads(out)
    assert list(table["suites"]) == ["test", "people"]
    assert all(found["low"] <= found["accuracy"] <= found["high"] for found in table["suites"].values())
    assert table["suites"]["test"]["top2"]["right"] >= table["suites"]["test"]["right"]
    (found,) = table["separations"].values()
    assert (found["known"], found["other"]) == (40, 30)
    _, out = measured(capsys, "--model", "small", "--data", data_dir)
    assert [line.split()[0] for line in out.splitlines() if "95 %" in line] == ["test", "people", "no_hand"]


@pytest.mark.usefixtures("few")
def test_evaluate_without_a_task_measures_every_model(
    capsys: pytest.CaptureFixture[str], data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "TASKS", ("rps",))
    assert main(["evaluate", "--data", str(data_dir)]) == 0
    out = capsys.readouterr().out
    assert [line for line in out.splitlines() if " · " in line] == [
        f"rps · {name}" for name in registry.choices("rps")
    ]


def test_evaluate_says_if_nothing_is_at_hand(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["evaluate", "--model", "small", "--data", str(tmp_path)]) == 1
    assert "CNNVIZ_DATA" in capsys.readouterr().err


def test_evaluate_without_data_says_what_to_do(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["evaluate", "--task", "digits", "--model", "mlp", "--data", str(tmp_path)]) == 2
    assert "CNNVIZ_DATA" in capsys.readouterr().err
