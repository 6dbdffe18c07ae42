"""The layer stack: every preset, every edit, impossible stacks explained, links carry the stack."""

import pytest

from cnnviz.stack.layers import LAYERS, ConvLayer, FlattenLayer
from cnnviz.stack.networks import NETWORKS
from cnnviz.stack.spec import StackSpec
from tests.pages.helpers import go_to, words_of

PAGE = "layer_stack"


def stack_of(app) -> StackSpec:
    """Return the stack of the session."""
    return StackSpec.from_text(app.session_state[f"{PAGE}.stack"])


def html_of(app) -> str:
    """Return all HTML drawn on the page."""
    return "\n".join(element.proto.body for element in app.get("html"))


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("section", ["maps", "table", "code"])
def test_every_preset_in_every_section(open_page, name: str, section: str) -> None:
    app = open_page(PAGE, preset=name, section=section, lang="ko" if section == "maps" else "en")
    assert not app.exception
    assert not app.warning


def test_maps_are_named_as_in_the_lectures(open_page) -> None:
    html = html_of(open_page(PAGE, preset="photo-stack"))
    assert all(name in html for name in ("Conv0-0", "Conv0-2", "MaxP0-0", "MaxP0-2", "Conv1-0", "MaxP3-2"))


def test_the_table_writes_parameters_out(open_page) -> None:
    html = html_of(open_page(PAGE, preset="ten-twenty", section="table"))
    assert all(text in html for text in ("10·(5·5·1)+10", "320·100+100", "38,390", "24·24·10·(5·5·1)"))


@pytest.mark.parametrize("kind", LAYERS)
def test_every_kind_can_be_added_changed_and_removed(open_page, kind: str) -> None:
    app = open_page(PAGE, preset="six-filter", layer="4" if kind == "dense" else "1")
    app.button(key=f"{PAGE}.add.{kind}").click().run()
    place = app.session_state[f"{PAGE}.layer"]
    assert stack_of(app).layers[place].kind == kind
    assert not app.exception
    app.button(key=f"{PAGE}.action.remove").click().run()
    assert stack_of(app) == NETWORKS["six-filter"]


def test_layers_move_and_double(open_page) -> None:
    app = open_page(PAGE, preset="six-filter", layer="1")
    app.button(key=f"{PAGE}.action.later").click().run()
    assert stack_of(app).names == ("Conv0", "MaxP0", "ReLU0", "Flat0", "Dense0")
    assert app.session_state[f"{PAGE}.layer"] == 2
    app.button(key=f"{PAGE}.action.double").click().run()
    assert stack_of(app).names[2:4] == ("ReLU0", "ReLU1")
    assert not app.exception


def test_settings_change_the_layer(open_page) -> None:
    app = open_page(PAGE, preset="six-filter")
    app.number_input(key=f"{PAGE}.edit.filters").set_value(4).run()
    app.number_input(key=f"{PAGE}.edit.kernel_size.1").set_value(3).run()
    app.multiselect(key=f"{PAGE}.edit.kernels").set_value(["box", "typed"]).run()
    layer = stack_of(app).layers[0]
    assert (layer.filters, layer.kernel_size, layer.kernels) == (4, (5, 3), ("box", "typed"))
    assert not app.exception


def test_an_impossible_stack_says_why_and_keeps_the_last_good_picture(open_page) -> None:
    app = open_page(PAGE, preset="six-filter", layer="3")
    before = html_of(app)
    app.button(key=f"{PAGE}.action.remove").click().run()
    assert "Layer 4, `Dense0`, does not fit" in app.warning[0].value
    assert "Put a flatten layer" in app.warning[0].value
    assert "the last stack that fitted" in words_of(app)
    assert "Dense0" in html_of(app)
    assert "Dense0" in before
    assert not app.exception


def test_a_link_to_an_impossible_stack_shows_the_layers_before(open_page) -> None:
    stack = StackSpec(input_shape=(1, 9, 9), layers=(ConvLayer(filters=2), FlattenLayer(), ConvLayer()))
    app = open_page(PAGE, stack=stack.to_text())
    assert "Layer 3, `Conv1`, does not fit" in app.warning[0].value
    assert "Conv0-1" in html_of(app)
    assert "the layers before it" in words_of(app)


def test_a_link_carries_the_stack(open_page) -> None:
    stack = StackSpec(input_shape=(1, 9, 9), layers=(ConvLayer(filters=2), FlattenLayer()))
    app = open_page(PAGE, stack=stack.to_text(), section="table")
    assert "2×7×7" in html_of(app)


@pytest.mark.parametrize("text", ["nonsense", "%00", "x" * 5000])
def test_a_broken_link_is_explained(open_page, text: str) -> None:
    app = open_page(PAGE, stack=text, lang="ko")
    assert "링크" in app.warning[0].value
    assert not app.exception


def test_a_stack_too_heavy_to_run_still_has_table_and_code(open_page) -> None:
    stack = StackSpec(input_shape=(3, 512, 512), layers=(ConvLayer(filters=64, padding=(1, 1)),)).to_text()
    assert "Use a smaller picture" in open_page(PAGE, stack=stack).warning[0].value
    assert not open_page(PAGE, stack=stack, section="table").warning


def test_the_stack_is_there_after_coming_back_and_a_preset_link_replaces_it(open_page) -> None:
    app = open_page(PAGE, preset="six-filter")
    app.button(key=f"{PAGE}.add.norm").click().run()
    app.query_params.clear()  # as the links in the sidebar do
    app = go_to(go_to(app, "home"), PAGE)
    assert stack_of(app).layers[1].kind == "norm"
    app.query_params["preset"] = "mlp"
    app = go_to(go_to(app, "home"), PAGE)
    assert app.session_state[f"{PAGE}.stack"] == ""


def test_an_empty_stack_shows_the_picture(open_page) -> None:
    app = open_page(PAGE, stack=StackSpec(input_shape=(1, 8, 8)).to_text())
    assert not app.exception
    app.button(key=f"{PAGE}.add.conv").click().run()
    assert "Conv0-0" in html_of(app)


def test_the_input_takes_the_pictures_own_size(open_page) -> None:
    app = open_page(PAGE, preset="mlp")
    app.number_input(key=f"{PAGE}.input.1").set_value(12).run()
    assert stack_of(app).input_shape == (1, 12, 28)
    own = next(button for button in app.button if button.label.startswith("As the picture"))
    own.click().run()
    assert stack_of(app).input_shape != (1, 12, 28)
    assert not app.exception
