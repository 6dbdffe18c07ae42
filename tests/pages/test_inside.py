"""The page "Inside the network": every section cold, in both languages, with good and bad links."""

import numpy as np
import pytest

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
