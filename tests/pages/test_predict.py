"""The three Predict pages: right numbers for every network, in both languages, whatever comes in."""

from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnnviz import words
from cnnviz.errors import WeightsError
from cnnviz.figures import predictions
from cnnviz.images.drawn.digits import digit
from cnnviz.images.drawn.garments import garment
from cnnviz.images.drawn.hands import hand
from cnnviz.images.finder import Found
from cnnviz.images.picture import Picture
from cnnviz.images.prepare import FORMS, form_of, prepare
from cnnviz.images.samples import FIRST, sample
from cnnviz.learn.classify import verdict
from cnnviz.learn.gate import belonging
from cnnviz.ops.ensemble import together
from cnnviz.ops.softmax import softmax
from cnnviz.trace.activations import activations
from cnnviz.ui.state import DETAILS, FIELDS
from cnnviz.zoo import registry
from cnnviz.zoo.cards import Card
from cnnviz.zoo.measures import Gate, GateWeights, about_as_sure
from tests.pages.helpers import go_to

TASKS = {"digits": "digits", "clothes": "clothes", "rock_paper_scissors": "rps"}
SAMPLES = {
    "digits": digit("3").picture(label="3"),
    "clothes": Picture(garment("sneaker"), label="sneaker"),
    "rock_paper_scissors": Picture(hand("paper"), label="paper"),
}
NETWORKS = [(page, name) for page, task in TASKS.items() for name in registry.names(task)]
PAGES = [page for page, task in TASKS.items() if registry.names(task)]


@pytest.fixture
def show(monkeypatch):
    """Return a function that makes every picture panel give this picture."""

    def choose(picture):
        monkeypatch.setattr("cnnviz.ui.views.predict.picture_panel", lambda *_, **__: picture)

    return choose


def answer(page: str, name: str, picture: Picture, form: str | None = None):
    """Return the softmax of network `name`, computed without the interface."""
    return answer_of(registry.card(TASKS[page], name), picture, form or form_of(picture))


def answer_of(card: Card, picture: Picture, form: str):
    """Return the softmax of the network of `card`, asked as the card says."""
    tensor = prepare(picture, card.recipe(form)).tensor_f32
    return softmax(activations(registry.load(card.task, card.name), tensor).logits)


def probs_of(page: str, name: str, picture: Picture, form: str | None = None):
    """Return the probabilities that `name`, a network or an ensemble, gives."""
    form = form or form_of(picture)
    asked = members_asked(page, name, form)
    return together([answer_of(card, picture, form).probs for card in asked]).probs


def members_asked(page: str, name: str, form: str) -> list[Card]:
    """Return the cards of the networks of `name` that are asked about pictures of `form`."""
    return [card for card in registry.members(TASKS[page], name) if form in card.forms]


GATE = {
    "digits": ("lenet5", "tanh4", 84),
    "clothes": ("mlp", "relu2", 256),
    "rock_paper_scissors": ("small", "flatten", 128),
}


@pytest.fixture
def gated(monkeypatch):
    """Return a function that gives a page's network, whose name it returns, a gate that says this."""

    def give(page, prob, threshold=0.5):
        name, layer, count = GATE[page]
        card = replace(registry.card(TASKS[page], name), gate=Gate(layer, threshold, 0.98, ("held",), "", 0))
        weights = GateWeights(layer, np.zeros(count, np.float32), float(np.log(prob / (1 - prob))))
        monkeypatch.setattr("cnnviz.zoo.registry.card", lambda *_: card)
        monkeypatch.setattr("cnnviz.ui.cache.cached_gate", lambda *_: weights)
        return name

    return give


def html_of(app: AppTest) -> str:
    return "".join(element.proto.body for element in app.get("html"))


def switch_off(app: AppTest, step: str, page: str = "digits") -> AppTest:
    switches = app.button_group(key=f"{page}.off.on")
    switches.set_value([name for name in switches.value if name != step])
    return app


@pytest.mark.parametrize(("page", "name"), NETWORKS)
def test_every_network_shows_its_own_numbers(open_page, show, page, name):
    show(SAMPLES[page])
    app = open_page(page, model=name)
    assert not app.exception
    expected, html = answer(page, name, SAMPLES[page]), html_of(app)
    for logit, prob in zip(expected.logits, expected.probs, strict=True):
        assert f"<td>{predictions.number(logit)}</td>" in html
        assert predictions.percent(float(prob)) in html


@pytest.mark.parametrize("page", PAGES)
def test_the_picture_that_a_page_opens_with_is_clear_to_its_network(page):
    task = TASKS[page]
    picture = sample(FIRST[task])
    name = registry.default(task)
    probs, card = probs_of(page, name, picture), registry.members(task, name)[0]
    assert card.classes[probs.argmax()] == picture.label
    assert verdict(card, probs, belongs=None) == "clear"


@pytest.mark.parametrize("page", PAGES)
def test_notes_on_the_preparation_have_true_minus_signs(open_page, show, page):
    show(SAMPLES[page])
    html = html_of(open_page(page))
    assert "from −" in html
    assert "from -" not in html


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("detail", DETAILS)
@pytest.mark.parametrize("page", PAGES)
def test_every_section_opens_in_every_language(open_page, show, page, detail, language):
    show(SAMPLES[page])
    app = open_page(page, detail=detail, lang=language)
    assert not app.exception
    assert app.title[0].value == words.text(language, f"{page}.title")


@pytest.mark.parametrize(("page", "suite"), [("digits", "strokes"), ("clothes", "photos")])
def test_how_often_it_is_right_on_pictures_like_ones_own(open_page, show, page, suite):
    show(SAMPLES[page])
    share = registry.card(TASKS[page], "three-conv").suites[suite]
    app = open_page(page, model="three-conv")
    assert any(f"{100 * share.value:.1f} % right on {share.count:,}" in one.value for one in app.caption)


@pytest.mark.parametrize(
    ("page", "suite", "form"),
    [
        ("digits", "strokes", "drawing"),
        ("clothes", "photos", "photo"),
        ("rock_paper_scissors", "people", "photo"),
    ],
)
def test_how_often_it_was_right_when_it_was_as_sure(open_page, show, page, suite, form):
    show(SAMPLES[page])
    app = open_page(page, form=form)
    card = registry.card(TASKS[page], app.selectbox(key=f"{page}.model").value)
    probs = probs_of(page, card.name, SAMPLES[page], form)
    share = about_as_sure(card.groups[suite], float(probs.max()))
    assert f"<b>{share.right:,} of {share.count:,}</b> times" in html_of(app)


@pytest.mark.parametrize(("form", "count"), [("photo", 3), ("drawing", 2)])
def test_an_ensemble_says_what_the_networks_it_asks_say_together(open_page, show, form, count):
    show(SAMPLES["clothes"])
    app = open_page("clothes", model="ensemble", form=form)
    asked, seen = members_asked("clothes", "ensemble", form), html_of(app)
    probs = probs_of("clothes", "ensemble", SAMPLES["clothes"], form)
    assert all(f"<td>{predictions.number(prob, places=4)}</td>" in seen for prob in probs)
    assert seen.count("class='whose'") == 1 + len(asked) == 1 + count  # what is alike first
    for detail in ("layers", "microscope", "code"):
        app = open_page("clothes", model="ensemble", form=form, detail=detail)
        assert not app.exception
        assert "inside of" in html_of(app) + " ".join(one.value for one in app.markdown)
    compared = open_page("clothes", model="ensemble", form=form, detail="compare")
    captions = [one.value for one in compared.caption]
    assert all(any(f"{card.parameters:,} parameters" in one for one in captions) for card in asked)


def test_the_first_network_of_an_ensemble_says_whether_there_is_a_hand(open_page, show):
    show(SAMPLES["rock_paper_scissors"])
    seen = html_of(open_page("rock_paper_scissors", model="ensemble"))
    card = registry.members("rps", "ensemble")[0]
    recipe = card.recipe(form_of(SAMPLES["rock_paper_scissors"]))
    inputs = prepare(SAMPLES["rock_paper_scissors"], recipe).tensor_f32[None]
    prob = belonging(registry.load("rps", card.name), registry.gate("rps", card.name), inputs)[0]
    assert f"aria-valuenow='{100 * prob:.1f}'" in seen
    assert seen.count("class='whose'") == 4  # what is alike first; each gets a picture of another size
    assert seen.count("300 × 300 pixels</span>") == 1  # the original


def test_an_ensemble_says_which_network_sees_the_hand_turned_and_what_was_not_measured_of_it(open_page, show):
    show(SAMPLES["rock_paper_scissors"])
    app = open_page("rock_paper_scissors", model="ensemble", detail="compare")
    turned = [card for card in registry.members("rps", "ensemble") if card != registry.card("rps", card.name)]
    assert [card.name for card in turned] == ["best"]
    assert "Best (hand turned)</h3>" in html_of(app)
    facts = [one.value for one in app.caption if "hand turned" in one.value]
    assert facts == [line for line in facts if line.startswith(f"{turned[0].parameters:,} parameters")] != []
    asked = len(registry.members("rps", "ensemble"))
    assert html_of(app).count("aria-valuenow") == asked  # the whole, and each but that one
    as_it_is = open_page("rock_paper_scissors", model="ensemble", detail="compare", off="background,upright")
    assert "hand turned" not in html_of(as_it_is)
    assert html_of(as_it_is).count("aria-valuenow") == asked + 1


def test_no_record_where_one_network_of_an_ensemble_gets_another_preparation(open_page, show):
    show(SAMPLES["clothes"])
    app = open_page("clothes", model="ensemble", form="photo")
    assert "<div class='record'>About as sure" in html_of(app)
    assert "<div class='record'></div>" in html_of(switch_off(app, "whole", "clothes").run())


def test_no_record_of_pictures_prepared_in_another_way_or_of_something_else(open_page, show, gated):
    show(SAMPLES["digits"])
    app = open_page("digits", form="drawing")
    assert "<div class='record'>About as sure" in html_of(app)
    assert "<div class='record'></div>" in html_of(switch_off(app, "centre").run())
    assert "<div class='record'></div>" in html_of(open_page("digits", form="photo"))
    name = gated("digits", 0.1)
    assert "<div class='record'></div>" in html_of(open_page("digits", model=name, form="drawing"))
    show(Picture(np.zeros((280, 280), np.uint8)))
    assert "class='record'" not in html_of(open_page("digits"))


def test_switching_networks_leaks_nothing(open_page, show):
    show(SAMPLES["digits"])
    app = open_page("digits", model="mlp")
    app.selectbox(key="digits.model").select("lenet5").run()
    expected = answer("digits", "lenet5", SAMPLES["digits"])
    rows = [f"<td>{predictions.number(logit)}</td>" for logit in expected.logits]
    assert all(row in html_of(app) for row in rows)
    other = answer("digits", "mlp", SAMPLES["digits"])
    assert f"<td>{predictions.number(other.logits[3])}</td>" not in html_of(app)


def test_illegal_links_fall_back(open_page, show):
    show(SAMPLES["digits"])
    app = open_page("digits", model="gpt", detail="x", scale="9", form="film", target="eleven", off="x,box")
    assert not app.exception
    assert app.selectbox(key="digits.model").value in registry.names("digits")
    assert app.session_state["digits.detail"] == "softmax"
    assert app.session_state["digits.off"] == {"box"}


def test_leaving_and_returning_keeps_controls(open_page, show):
    show(SAMPLES["digits"])
    app = open_page("digits")
    app.selectbox(key="digits.model").select("lenet5").run()
    switch_off(app, "centre").run()
    go_to(go_to(app, "home"), "digits")
    assert app.selectbox(key="digits.model").value == "lenet5"
    assert app.session_state["digits.off"] == {"centre"}


def test_a_step_switched_off_changes_what_the_network_sees(open_page, show):
    show(Picture(255 - SAMPLES["digits"].pixels_u8, origin="drawing"))
    app = open_page("digits", model="mlp")
    before = html_of(app)
    switch_off(app, "polarity").run()
    assert not app.exception
    assert html_of(app) != before


@pytest.mark.parametrize("scale", ["map", "layer"])
def test_layers_name_shapes_and_ranges(open_page, show, scale):
    show(SAMPLES["digits"])
    html = html_of(open_page("digits", model="ten-twenty", detail="layers", scale=scale))
    for text in ("conv1", "10 maps of 24 × 24", "20 maps of 4 × 4", "320 numbers"):
        assert text in html


def test_second_network_is_never_the_first(open_page, show):
    show(SAMPLES["digits"])
    app = open_page("digits", model="mlp", rival="mlp", detail="compare")
    assert app.selectbox(key="digits.rival").value != "mlp"


def test_second_network_gets_the_picture_as_it_wants_it(open_page, show):
    show(SAMPLES["rock_paper_scissors"])
    html = html_of(open_page("rock_paper_scissors", model="best", rival="small", detail="compare"))
    for name in ("best", "small"):  # of other size and normalisation
        probs = answer("rock_paper_scissors", name, SAMPLES["rock_paper_scissors"]).probs
        assert html.count(predictions.percent(float(probs.max()))) >= 2


def test_grey_and_colour_networks_stand_side_by_side(open_page, show):
    photo = np.full((120, 100, 3), 215, np.uint8)
    photo[30:90, 25:75] = (40, 60, 120)
    picture = Picture(photo, origin="upload")
    show(picture)
    html = html_of(open_page("clothes", model="colour", rival="best", detail="compare"))
    assert "Filled up to 120 × 120" in html
    for name in ("colour", "best"):
        assert predictions.percent(float(answer("clothes", name, picture).probs.max())) in html


def test_layers_of_very_many_maps_are_cut_short(open_page, show):
    show(SAMPLES["rock_paper_scissors"])
    html = html_of(open_page("rock_paper_scissors", model="best", detail="layers"))
    assert "1152 maps of 5 × 5, the first 128 of them shown" in html


def test_formula_follows_the_chosen_class(open_page, show):
    show(SAMPLES["digits"])
    app = open_page("digits", model="mlp", target="7")
    expected = predictions.formula_html(answer("digits", "mlp", SAMPLES["digits"]), 7, label="7")
    assert expected in html_of(app)


def test_label_of_the_picture_is_compared(open_page, show):
    show(SAMPLES["digits"])
    assert "is <b>right</b>" in html_of(open_page("digits", model="ten-twenty"))


def test_without_a_picture_the_page_asks_for_one(open_page, show):
    show(None)
    app = open_page("digits", lang="ko")
    assert not app.exception
    assert "그림을 그리거나" in app.info[0].value


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((1, 1), np.uint8),
        np.full((300, 2), 255, np.uint8),
        np.zeros((28, 28, 3), np.uint8),
        np.random.default_rng(0).integers(0, 256, (600, 40, 3), np.uint8),
    ],
    ids=["one pixel", "thin white", "black", "noise"],
)
def test_odd_pictures_do_no_harm(open_page, show, page, pixels):
    show(Picture(pixels, origin="upload"))
    assert not open_page(page).exception


def test_altered_weights_are_explained_in_the_readers_language(open_page, show, monkeypatch):
    def broken(_task, _name):
        raise WeightsError("weights_missing", model="digits/mlp")

    show(SAMPLES["digits"])
    monkeypatch.setattr("cnnviz.ui.cache.cached_net", broken)
    app = open_page("digits", lang="ko")
    assert not app.exception
    assert app.warning[0].value == WeightsError("weights_missing", model="digits/mlp").worded("ko")


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_a_picture_of_none_of_the_classes_is_said_to_be_one(open_page, show, gated, page, language):
    show(SAMPLES[page])
    app = open_page(page, model=gated(page, 0.02), lang=language)
    html = html_of(app)
    assert not app.exception
    assert "<div class='belongs no'>" in html
    assert "<div class='foreign'>" in html
    assert "2.0 %" in html
    assert words.text(language, f"{page}.gate.ask") in html


def test_a_picture_of_a_class_keeps_the_headline(open_page, show, gated):
    show(SAMPLES["digits"])
    html = html_of(open_page("digits", model=gated("digits", 0.98)))
    assert words.text("en", "digits.gate.yes") in html
    assert "<div class='known'>" in html


def test_a_network_without_a_gate_says_nothing_of_it(open_page, show, monkeypatch):
    show(SAMPLES["digits"])
    bare = replace(registry.card("digits", "mlp"), gate=None)
    monkeypatch.setattr("cnnviz.zoo.registry.card", lambda *_: bare)
    html = html_of(open_page("digits", model="mlp"))
    assert "class='belongs" not in html
    assert "10 classes, whatever the picture shows" in html


def test_close_guesses_are_both_named(open_page, show, gated, monkeypatch):
    show(SAMPLES["digits"])
    monkeypatch.setattr("cnnviz.ops.ranking.LOW_CONFIDENCE", 1.1)  # nothing is sure enough
    html = html_of(open_page("digits", model=gated("digits", 0.98)))
    first, second, *_ = np.argsort(-answer("digits", "lenet5", SAMPLES["digits"]).probs)
    assert words.text("en", "digits.gate.unsure", first=first, second=second) in html


def test_the_gate_reads_the_layer_before_the_last(open_page, show, gated, monkeypatch):
    show(SAMPLES["digits"])
    name = gated("digits", 0.5)
    weights = GateWeights("tanh4", np.linspace(-0.1, 0.1, 84, dtype=np.float32), 0.0)
    monkeypatch.setattr("cnnviz.ui.cache.cached_gate", lambda *_: weights)
    picture = prepare(SAMPLES["digits"], registry.card("digits", name).recipe("drawing")).tensor_f32
    expected = belonging(registry.load("digits", name), weights, picture[None])[0]
    assert predictions.percent(float(expected)) in html_of(open_page("digits", model=name))


@pytest.mark.parametrize(("off", "tiles"), [("", 1), ("background", 0)])
def test_the_mask_is_shown_where_one_was_made(open_page, show, off, tiles):
    photo = np.full((120, 100, 3), 215, np.uint8)
    photo[30:90, 25:75] = (40, 60, 120)
    show(Picture(photo, origin="upload"))
    app = open_page("clothes", model="mlp", off=off)
    assert not app.exception
    assert html_of(app).count(f"<b>{words.text('en', 'prepare.mask.name')}</b>") == tiles


@pytest.mark.parametrize(("off", "tiles"), [("background", 1), ("background,upright", 0)])
def test_the_joints_are_shown_unless_the_hand_is_not_to_be_turned(open_page, show, off, tiles):
    show(SAMPLES["rock_paper_scissors"])
    app = open_page("rock_paper_scissors", model="joints", off=off)
    assert not app.exception
    assert html_of(app).count(f"<b>{words.text('en', 'prepare.joints.name')}</b>") == tiles


@pytest.mark.parametrize("page", PAGES)
def test_every_step_that_is_not_fixed_can_be_switched_off(page):
    task = TASKS[page]
    cards = [registry.card(task, name) for name in registry.choices(task)]
    members = [one for card in cards for one in registry.members(task, card.name)]
    steps = {step for card in members for form in FORMS for step in card.recipe(form).switchable}
    assert steps <= set(FIELDS[f"{page}.off"].choices)


@pytest.mark.parametrize(("score", "tiles"), [(0.9, 1), (0.01, 0)])
def test_where_the_hand_is_is_shown_where_one_was_found(open_page, show, monkeypatch, score, tiles):
    monkeypatch.setattr("cnnviz.images.finder.hand_of", lambda _: Found(60.0, 90.0, 40.0, score))
    show(Picture(np.full((120, 160, 3), int(200 * score), np.uint8), origin="camera"))
    app = open_page("rock_paper_scissors", model="best")
    assert not app.exception
    assert html_of(app).count(f"<b>{words.text('en', 'prepare.place.name')}</b>") == tiles


@pytest.mark.parametrize(
    ("origin", "score", "shown"),
    [
        ("upload", 0.9, "framed"),
        ("upload", 0.1, "chosen"),
        ("camera", 0.9, "framed"),
        ("camera", 0.1, None),
        ("sample", 0.9, "framed"),
        ("dataset", 0.1, "chosen"),
        ("drawing", 0.1, None),
    ],
)
def test_a_photo_is_shown_with_a_frame_around_the_hand(open_page, show, monkeypatch, origin, score, shown):
    monkeypatch.setattr("cnnviz.images.finder.hand_of", lambda _: Found(60.0, 90.0, 40.0, score))
    show(Picture(np.full((120, 160, 3), int(250 * score), np.uint8), origin=origin))
    html = html_of(open_page("rock_paper_scissors", model="best"))
    assert ("class='photo'" in html) == (shown is not None)
    assert ("class='of-gallery'" in html) == (origin in ("sample", "dataset"))
    assert shown is None or f"alt='{words.text('en', f'prepare.{shown}')}'" in html


def forbidden(*_: object, **__: object) -> None:
    """Stand in for what must not be called."""
    raise AssertionError("called")


@pytest.mark.parametrize("page", TASKS)
def test_a_page_is_run_once_at_the_first_visit(open_page, monkeypatch, page):
    monkeypatch.setattr("streamlit.rerun", forbidden)
    assert not open_page(page).exception


@pytest.mark.parametrize("page", TASKS)
def test_what_was_worked_out_once_is_remembered(open_page, monkeypatch, page):
    app = open_page(page)
    seen = html_of(app)
    for work in ("trace.activations.activations", "ui.views.preparation.step_html", "ui.cache.prepare"):
        monkeypatch.setattr(f"cnnviz.{work}", forbidden)
    app.run()
    assert not app.exception
    assert html_of(app) == seen
