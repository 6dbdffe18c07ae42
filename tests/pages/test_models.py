"""The page of trained models: every card opens, in both languages, with and without the data."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.zoo import registry
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
