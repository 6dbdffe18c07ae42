"""The page of trained models: every card opens, in both languages, with and without the data."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz import words
from cnnviz.zoo import registry
from cnnviz.zoo.cards import Card
from cnnviz.zoo.measures import Calibration, Gate, Group, Separation, Share, Speed
from tests.pages.helpers import go_to, words_of

OpenPage = Callable[..., AppTest]
EVERY = [(task, name) for task in registry.TASKS for name in registry.names(task)]


def html_of(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


@pytest.mark.parametrize(("task", "name"), EVERY)
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_every_card_opens(open_page: OpenPage, task: str, name: str, lang: str) -> None:
    app = open_page("models", lang=lang, task=task, model=name)
    assert not app.exception
    assert app.selectbox(key="models.model").value == name
    assert f"{100 * registry.card(task, name).test.value:.2f} %" in html_of(app)
    assert registry.card(task, name).weights_sha256 in words_of(app)


def test_a_cold_page_shows_the_best_digit_network(open_page: OpenPage) -> None:
    app = open_page("models")
    assert not app.exception
    assert app.selectbox(key="models.model").value == registry.default("digits")


def test_commands_that_made_a_network_stand_one_a_line(open_page: OpenPage) -> None:
    lines = open_page("models", task="digits", model="best").code[0].value.splitlines()
    assert " && ".join(lines) == registry.card("digits", "best").training.command
    assert lines[-1] == "python -m training.train digits best"


def test_an_ensemble_says_of_each_network_how_it_began(open_page: OpenPage) -> None:
    said = words_of(open_page("models", task="rps", model="ensemble"))
    for name in registry.card("rps", "ensemble").members:
        (known,) = registry.card("rps", name).data.pretrained
        label = words.text("en", f"predict.model.choices.{name}")
        assert f"- **{label}**: {words.text('en', f'models.pretrained.{known}')}" in said


def test_nonsense_in_the_link_falls_back(open_page: OpenPage) -> None:
    app = open_page("models", task="birds", model="resnet", pair="7 → x")
    assert not app.exception
    assert app.selectbox(key="models.pair").value == "all"


def test_changing_the_task_changes_the_models(open_page: OpenPage) -> None:
    app = open_page("models")
    app.segmented_control(key="models.task").set_value("rps").run()
    assert not app.exception
    assert app.selectbox(key="models.model").options != []
    assert app.selectbox(key="models.model").value in registry.names("rps")


def test_a_pair_shows_its_pictures_only(
    open_page: OpenPage, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CNNVIZ_DATA", str(data_dir))
    app = open_page("models", model="mlp")
    pair = app.selectbox(key="models.pair").options[1]
    app.selectbox(key="models.pair").set_value(pair).run()
    truth, answer = (int(part) for part in pair.split(" → "))
    shown = html_of(app).count(f"<figcaption>{pair}</figcaption>")
    assert shown == registry.metrics("digits", "mlp").confusion[truth, answer]
    assert html_of(app).count("<figcaption>") == shown


def test_without_the_data_the_page_says_where_to_put_it(
    open_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CNNVIZ_DATA", str(tmp_path))
    app = open_page("models")
    assert not app.exception
    assert any(str(tmp_path) in element.value for element in app.info)


def test_leaving_and_returning_keeps_the_choice(open_page: OpenPage) -> None:
    app = open_page("models", task="clothes", model="lenet5")
    go_to(app, "home")
    go_to(app, "models")
    assert app.selectbox(key="models.model").value == "lenet5"


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> Card:
    """Give every digit network a card on which everything was measured; return that card."""
    tenth, share = Share(9, 10), Share(90, 100)
    card = replace(
        registry.card("digits", "three-conv"),
        top2={"strokes": Share(98, 100)},
        by_class={"strokes": (Share(3, 10), None, *[tenth] * 8)},
        groups={"strokes": (Group(0.31, Share(1, 4)), Group(0.97, Share(95, 96)))},
        separations={"strange": Separation(0.9876, 120, 80)},
        ablation={"strokes": {"box": Share(33, 100), "centre": share}},
        unseen={
            "made": {"green": Share(44, 100)},
            "without": {"green": Share(55, 100)},
            "copies": {"green": Share(66, 100)},
        },
        better={"plain": Share(41, 100), "prepared": Share(87, 100), "augmented": Share(95, 100)},
        better_suite="strokes",
        calibration=Calibration(1.25, ("held",), {"test": 0.0041, "strokes": 0.0312}),
        gate=Gate("dense1", 0.38, 0.98, ("held",), "", 0),
        speed=Speed(2.125, 0.8, 1421.3, "a processor"),
    )
    monkeypatch.setattr("cnnviz.zoo.registry.card", lambda *_: card)
    return card


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_everything_measured_is_shown(open_page: OpenPage, measured: Card, lang: str) -> None:
    app = open_page("models", lang=lang, model=measured.name)
    assert not app.exception
    html, said = html_of(app), words_of(app)
    for number in (
        "30.0 %",
        "98.00 %",
        "0.9876",
        "33.00 %",
        "41.00 %",
        "3.12 %",
        "31.0 %",
        "55.00 %",
        "66.00 %",
        "44.00 %",
        "2.12 ms",
        "1,421",
    ):
        assert number in html
    for name in ("better", "sizes", "by_class", "unseen", "calibration", "gate", "ablation", "speed"):
        assert words.text(lang, f"models.headings.{name}") in said
    assert f"{100 * 0.0312:.1f}" in said


def test_a_card_from_before_shows_no_empty_sections(open_page: OpenPage, measured: Card) -> None:
    bare = replace(
        measured,
        top2={},
        by_class={},
        groups={},
        unseen={},
        separations={},
        ablation={},
        better={},
        calibration=None,
        gate=None,
        speed=None,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cnnviz.zoo.registry.card", lambda *_: bare)
        app = open_page("models")
    assert not app.exception
    said = words_of(app)
    assert words.text("en", "models.headings.by_class") in said  # the test set's, from the confusion matrix
    for name in ("better", "calibration", "gate", "ablation", "speed"):
        assert words.text("en", f"models.headings.{name}") not in said


def test_classes_of_the_test_set_are_those_of_the_confusion_matrix(open_page: OpenPage) -> None:
    confusion = registry.metrics("clothes", "mlp").confusion
    html = html_of(open_page("models", task="clothes", model="mlp"))
    for row, counts in enumerate(confusion):
        assert f"{counts[row]:,} / {counts.sum():,}</span></small>" in html
