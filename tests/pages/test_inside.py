"""The page "Inside the network": every section cold, in both languages, with good and bad links."""

import numpy as np
import pytest

from cnnviz.errors import ModelError, WeightsError
from cnnviz.explain.surgery import Surgery, SwitchOff
from cnnviz.explain.sweep import KINDS
from cnnviz.ui import cache
from cnnviz.ui.frame import Page
from cnnviz.ui.views.inside_subject import subject_of
from tests.pages.helpers import go_to, words_of

LAYERS = ("input", "conv1", "relu1", "pool1", "conv2", "flatten", "dense1", "relu4", "dense2", "softmax")


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_opens_cold(open_page, lang):
    app = open_page("inside", lang=lang)
    assert not app.exception
    assert app.session_state["inside.model"] == "three-conv"


@pytest.mark.parametrize("layer", LAYERS)
def test_every_kind_of_layer_can_be_opened_by_a_link(open_page, layer):
    app = open_page("inside", layer=layer, unit="3")
    assert not app.exception
    assert not app.warning
    assert layer in words_of(app)


def test_a_cell_leads_into_the_microscope_and_back(open_page):
    app = open_page("inside", layer="conv2", unit="5", cell="1", row="2", col="3")
    assert not app.exception
    assert "row 2, column 3" in words_of(app)
    app.button(key="inside.crumb.unit").click().run()
    assert app.session_state["inside.cell"] is False
    app.button(key="inside.crumb.network").click().run()
    assert app.session_state["inside.layer"] == ""


@pytest.mark.parametrize(
    "link", [{"layer": "nonsense"}, {"layer": "conv1", "unit": "99999"}, {"row": "x"}, {"model": "none"}]
)
def test_illegal_links_do_no_harm(open_page, link):
    app = open_page("inside", **link)
    assert not app.exception
    assert not app.warning


def test_an_empty_sheet_is_answered_and_named():
    subject = subject_of(Page("inside", "en"), None, task="digits", model="three-conv")
    assert subject.prepared.is_empty
    assert np.isfinite(subject.answer.softmax.probs).all()


@pytest.mark.parametrize("task", ["digits", "clothes", "rps"])
def test_every_task_has_a_picture_and_a_network(open_page, task):
    app = open_page("inside", task=task)
    assert not app.exception
    assert not app.warning


def test_leaving_and_returning_keeps_the_unit(open_page):
    app = open_page("inside", layer="conv2", unit="5")
    go_to(go_to(app, "models"), "inside")
    assert app.session_state["inside.unit"] == 5
    assert app.session_state["inside.layer"] == "conv2"


SECTIONS = ("unit", "field", "why", "wants", "surgery", "robust")


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_opens_with_a_unit_and_without(open_page, section, lang):
    for link in ({"layer": "conv2", "unit": "3"}, {}):
        app = open_page("inside", section=section, lang=lang, **link)
        assert not app.exception
        assert not app.warning


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("link", [{"model": "mlp"}, {"task": "rps"}])
def test_every_section_opens_for_dense_and_for_colour_networks(open_page, section, link):
    app = open_page("inside", section=section, layer="dense1", **link)
    assert not app.exception
    assert not app.warning


def edits(app):
    return app.session_state["inside.surgery.digits.three-conv"].edits


def test_surgery_is_done_undone_and_reset(open_page):
    app = open_page("inside", section="surgery", layer="relu1", unit="4")
    assert (app.session_state["inside.edit_layer"], app.session_state["inside.edit_unit"]) == ("conv1", 5)
    app.button(key="inside.edit.off").click().run()
    app.button(key="inside.edit.negate").click().run()
    assert [type(edit).__name__ for edit in edits(app)] == ["SwitchOff", "FlipKernel"]
    assert edits(app)[0].layer == "relu1"
    app.button(key="inside.edit.undo").click().run()
    assert len(edits(app)) == 1
    app.button(key="inside.edit.reset").click().run()
    assert app.button(key="inside.edit.undo").disabled
    assert not app.exception


def test_a_typed_bias_is_an_edit_and_the_shared_network_stays(open_page):
    app = open_page("inside", section="surgery", layer="conv1", unit="0")
    before = cache.cached_net("digits", "three-conv").conv1.bias[0].item()
    next(field for field in app.number_input if "bias" in field.key).set_value(5.0).run()
    assert not app.exception
    assert edits(app)[-1].value == 5.0
    assert cache.cached_net("digits", "three-conv").conv1.bias[0].item() == before


def changes(app):
    """Return whether the view of the maps before and after is on the page."""
    return any(one.proto.component_name == "cnnviz_changes" for one in app.get("bidi_component"))


@pytest.mark.parametrize(
    ("link", "button"),
    [
        ({"layer": "conv2", "unit": "3"}, "negate"),
        ({"model": "mlp", "layer": "dense1"}, "off"),
        ({"task": "rps", "layer": "conv1"}, "half_turn"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_maps_before_and_after_stand_beside_each_other_once_operated_on(open_page, link, button, lang):
    app = open_page("inside", section="surgery", lang=lang, **link)
    assert not changes(app)
    app.button(key=f"inside.edit.{button}").click().run()
    assert not app.exception
    assert not app.warning
    assert changes(app)
    app.button(key="inside.edit.undo").click().run()
    assert not changes(app)


def test_an_operation_that_fails_is_explained_and_can_be_undone(open_page):
    app = open_page("inside", section="surgery")
    app.session_state["inside.surgery.digits.three-conv"] = Surgery((SwitchOff("relu1", 999),))
    app.run()
    assert not app.exception
    assert "unit" in app.warning[0].value
    app.button(key="inside.edit.undo").click().run()
    assert not app.warning


def test_units_are_ranked_and_the_first_can_be_switched_off(open_page):
    app = open_page("inside", section="surgery")
    app.button(key="inside.ranking.start").click().run()
    app.button(key="inside.ranking.off").click().run()
    assert len(edits(app)) == 1
    assert not app.exception


def test_a_picture_is_drawn_for_a_unit(open_page):
    app = open_page("inside", section="wants", layer="conv1", unit="2", steps="20")
    app.button(key="inside.dream.button").click().run()
    assert not app.exception
    assert "Step 20 of 20" in words_of(app)
    app.number_input(key="inside.seed").set_value(7).run()
    assert "Step 20" not in words_of(app)


def test_a_large_network_is_explained_when_asked_and_can_be_stopped(open_page):
    app = open_page("inside", section="why", task="rps", model="photos")
    app.button(key="inside.why.start").click().run()
    assert "methods" in words_of(app)
    assert not app.exception


def test_blocks_of_a_network_unfold(open_page):
    app = open_page("inside", task="rps", model="best", layer="block3.depthwise", unit="5")
    assert not app.exception
    assert not app.warning
    assert "block3.depthwise" in words_of(app)


def test_both_guesses_are_explained(open_page):
    app = open_page("inside", section="why", target="both")
    assert not app.exception
    assert words_of(app).count("methods") >= 2
    assert words_of(app).count("**Saliency**") == 2, "one name for each guess"


@pytest.mark.parametrize("kind", KINDS)
def test_every_change_sweeps(open_page, kind):
    app = open_page("inside", section="robust", change=kind, amount="40")
    assert not app.exception
    assert not app.warning


PAD = "inside.sheet_pad"


def drawn(app, strokes):
    """Put strokes on the wide sheet, as the browser sends them."""
    revision = app.session_state[f"{PAD}.drawing"].revision
    app.session_state[PAD] = {"edit": {"revision": revision, "paper": "black", "strokes": strokes}}
    return app.run()


@pytest.mark.parametrize(("lang", "reads"), [("en", "reads **3 7 1**"), ("ko", "**3 7 1**")])
@pytest.mark.parametrize("model", ["three-conv", "best", "mlp"])
def test_the_example_sheet_is_read(open_page, lang, reads, model):
    app = open_page("inside", section="robust", lang=lang, model=model)
    assert reads in words_of(app)


def test_an_empty_sheet_and_one_without_digits_say_so_and_the_example_comes_back(open_page):
    app = drawn(open_page("inside", section="robust"), [])
    assert "The sheet is empty." in words_of(app)
    app = drawn(app, [{"width": 20, "points": [140, 0, 140, 840]}])
    assert "No digit found." in words_of(app)
    app.button(key="inside.sheet.example").click().run()
    assert "reads **3 7 1**" in words_of(app)
    assert not app.exception


def test_a_network_that_cannot_slide_leaves_the_sheet_on_the_page(open_page, monkeypatch):
    def fails(net, drawing):
        raise ModelError("layer_cannot_slide", layer="norm", kind="BatchNorm1d")

    monkeypatch.setattr(cache, "cached_reading", fails)
    app = open_page("inside", section="robust")
    assert "BatchNorm1d" in app.warning[0].value
    assert app.button(key="inside.sheet.example")
    assert not app.exception


def test_weights_that_do_not_match_are_explained_and_the_page_stays(open_page, monkeypatch):
    def fails(task, name):
        raise WeightsError("weights_altered", model=f"{task}/{name}", wanted="a", got="b")

    monkeypatch.setattr(cache, "cached_net", fails)
    app = open_page("inside", model="lenet5")
    assert not app.exception
    assert "lenet5" in app.warning[0].value
    monkeypatch.undo()
    app.selectbox(key="inside.model").set_value("three-conv").run()
    assert not app.warning
