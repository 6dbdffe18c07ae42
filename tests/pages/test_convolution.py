"""The convolution page: examples show the lectures' numbers, no control breaks it, links and returns hold."""

import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.errors import CnnvizError
from cnnviz.ops import kernel_bank
from cnnviz.ops.kernels import PRESETS
from cnnviz.ui import state
from cnnviz.ui.views.convolution_examples import EXAMPLES, LINE_EXAMPLES
from cnnviz.ui.views.convolution_kernels import OPERATIONS
from tests.pages.helpers import go_to, words_of

WANTED = {
    "conv_a": [[23, 24], [20, 21]],
    "conv_a_pad": [[8, 16, 5, 5], [11, 23, 24, 14], [10, 20, 21, 18], [14, 10, 17, 13]],
    "conv_b": [[15, 16], [6, 15]],
    "conv_b_bias": [[18, 19], [9, 18]],
    "conv_c": [[15, 17, 15], [17, 15, 17], [15, 17, 15]],
    "conv_d": [[4, 3, 4], [2, 4, 3], [2, 3, 4]],
    "dot_2d": [[3]],
    "inner": [[70]],
}
NUMBERS = [field for field in state.CONVOLUTION if isinstance(field.default, int) and field.low is not None]


def html_of(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def grids_of(app: AppTest) -> list[list[list[float]]]:
    """Return the numbers of every figure that has numbers in its cells."""
    grids = []
    for cols, cells in re.findall(
        r'class="numbers" style="--rows:\d+;--cols:(\d+)">(.*?)</div>', html_of(app)
    ):
        numbers = [float(text.replace("−", "-")) for text in re.findall(r">([^<>]+)</span>", cells)]
        grids.append(np.reshape(numbers, (-1, int(cols))).tolist())
    return grids


def shown(app: AppTest) -> AppTest:
    assert not app.exception
    assert not app.warning
    return app


@pytest.mark.parametrize(("lang", "title"), [("en", "A kernel moves"), ("ko", "커널이 그림 위를")])
def test_opens_cold_in_both_languages(open_page, lang, title):
    app = shown(open_page("convolution", lang=lang))
    assert title in words_of(app)
    assert "cnn-maps" in html_of(app)


@pytest.mark.parametrize("name", WANTED)
def test_one_click_shows_the_numbers_of_the_lecture(open_page, name):
    app = open_page("convolution")
    app.button(key=f"convolution.example.{name}").click().run()
    assert WANTED[name] in grids_of(shown(app))


def test_the_first_cell_of_the_lecture_is_spelled_out(open_page):
    app = open_page("convolution", detail="cell")
    app.button(key="convolution.example.conv_a").click().run()
    app.segmented_control(key="convolution.detail").set_value("cell").run()
    written = re.sub(r"<[^>]+>", "", html_of(app))
    assert "2·2 + 2·3 + 3·1 + 3·1 + 0·1 + 2·3 + 1·1 + 0·0 + 3·0 = 23" in written
    assert "23 + 0 = 23" in written


def test_sobel_example_finds_each_edge_with_its_own_kernel(open_page):
    app = open_page("convolution")
    app.button(key="convolution.example.sobel").click().run()
    assert grids_of(app)[-1][2] == [4, 4, 0, 0, -4, -4]
    app.segmented_control(key="convolution.chosen").set_value(2).run()
    assert [row[2] for row in grids_of(app)[-1]] == [4, 4, 0, 0, -4, -4]


@pytest.mark.parametrize("name", LINE_EXAMPLES)
def test_each_example_on_a_line_shows_its_numbers(open_page, name):
    app = open_page("convolution", mode="line")
    app.button(key=f"convolution.example.{name}").click().run()
    wanted = {
        "dot_1d": [[4]],
        "difference": [[1, 2, 2, 1, 0, -3, -3, 0]],
        "mean": [[0, 1, 1, 1, 1, 2, 3, 2, 1, 0]],
        "two_channels": [[2.5, 2.5, -1.5, 3, 6.5]],
    }
    assert wanted[name] in grids_of(shown(app))


@pytest.mark.parametrize("name", PRESETS)
def test_each_preset_runs_and_says_what_it_is(open_page, name):
    app = open_page("convolution")
    app.selectbox(key="convolution.preset").set_value(name).run()
    assert app.session_state["convolution.kernels"] == name
    assert "Source:" in " ".join(caption.help or "" for caption in shown(app).caption)


@pytest.mark.parametrize("mode", ["plane", "line"])
@pytest.mark.parametrize("end", ["low", "high"])
def test_both_ends_of_all_numbers_are_possible_together(open_page, end, mode):
    ends = {field.url_name: str(getattr(field, end)) for field in NUMBERS}
    shown(open_page("convolution", mode=mode, padding="custom", detail="size", **ends))


@pytest.mark.parametrize("field", NUMBERS, ids=lambda field: field.name)
def test_the_upper_end_of_each_number_is_possible_alone(open_page, field):
    settings = {"mode": "line"} if field.name.startswith("line") else {"padding": "custom", "detail": "size"}
    shown(open_page("convolution", **settings | {field.url_name: str(field.high)}))


@pytest.mark.parametrize(
    "field", [field for field in state.CONVOLUTION if field.choices], ids=lambda field: field.name
)
def test_every_choice_is_possible(open_page, field):
    for choice in field.choices:
        shown(open_page("convolution", **{"detail": "size"} | {field.url_name: choice}))


@pytest.mark.parametrize(
    "link",
    [
        {"kernels": "nonsense", "kernel": "99"},
        {"kernels": "1,2/3", "padding": "most"},
        {"kernels": "box:11x11", "padding": "valid", "dilation_rows": "8", "dilation_cols": "8"},
        {"padding": "custom", "padding_mode": "reflect", "top": "999", "left": "-5"},
        {"stride_rows": "0", "stride_cols": "1e9", "row": "-3", "col": "nan"},
        {"mode": "line", "line_signal": "x", "line_kernel": "1,2,3,4,5,6,7,8", "line_mode": "circular"},
        {"mode": "cube", "view": "jet", "detail": "all", "colour": "yes"},
    ],
)
def test_an_illegal_link_ends_in_something_legal(open_page, link):
    app = open_page("convolution", **link)
    assert not app.exception
    assert "cnn-maps" in html_of(app)


def test_a_kernel_larger_than_the_input_makes_no_padding_unavailable_and_says_why(open_page):
    app = open_page("convolution")
    app.button(key="convolution.example.inner").click().run()
    app.selectbox(key="convolution.preset").set_value("box").run()
    app.selectbox(key="convolution.recipe.rows").set_value(5).run()
    assert "None (valid)" not in app.selectbox(key="convolution.padding").options
    assert "larger than the input (2×2)" in words_of(shown(app))
    assert "Mirror image" not in app.selectbox(key="convolution.padding_mode").options


def test_kernels_are_added_up_to_eight_and_removed_down_to_one(open_page):
    app = open_page("convolution")
    for _ in range(7):
        app.button(key="convolution.add").click().run()
    bank = kernel_bank.read(app.session_state["convolution.kernels"])
    assert len(bank.kernels) == len(set(bank.kernels)) == 8
    assert app.button(key="convolution.add").disabled
    for _ in range(7):
        app.button(key="convolution.remove").click().run()
    assert app.button(key="convolution.remove").disabled
    shown(app)


@pytest.mark.parametrize("name", OPERATIONS)
def test_operations_change_the_chosen_kernel(open_page, name):
    app = open_page("convolution", kernels="box;1,2/3,4", kernel="2")
    app.button(key=f"convolution.operation.{name}").click().run()
    wanted = {
        "normalise": "0.1,0.2/0.3,0.4",
        "rotate": "2,4/1,3",
        "flip_rows": "3,4/1,2",
        "flip_cols": "2,1/4,3",
        "negate": "-1,-2/-3,-4",
    }
    assert shown(app).session_state["convolution.kernels"] == f"box;{wanted[name]}"


def test_what_is_typed_into_the_grid_is_the_kernel(open_page):
    app = open_page("convolution")
    edit = {"revision": 0, "texts": [["1", "2"], ["3", ".5"], ["0", "1/4"]]}
    app.session_state["convolution.grid"] = {"edit": edit}
    app.run()
    assert shown(app).session_state["convolution.kernels"] == "1,2/3,0.5/0,0.25"
    assert app.selectbox(key="convolution.preset").value == "typed"


def test_bias_angle_size_and_seed_go_into_the_kernel(open_page):
    app = open_page("convolution", kernels="motion")
    app.number_input(key="convolution.recipe.angle").set_value(45).run()
    app.selectbox(key="convolution.recipe.rows").set_value(5).run()
    app.number_input(key="convolution.bias").set_value(-2.5).run()
    assert app.session_state["convolution.kernels"] == "motion:5x5:45@-2.5"
    app.selectbox(key="convolution.preset").set_value("random").run()
    app.number_input(key="convolution.recipe.seed").set_value(3).run()
    assert shown(app).session_state["convolution.kernels"] == "random:3x3:0:3@-2.5"


def test_arrows_move_the_cell_and_stop_at_the_edge(open_page):
    app = open_page("convolution", detail="cell")
    app.button(key="convolution.example.conv_a").click().run()
    app.segmented_control(key="convolution.detail").set_value("cell").run()
    assert app.button(key="convolution.arrow.left").disabled
    app.button(key="convolution.arrow.right").click().run()
    app.button(key="convolution.arrow.down").click().run()
    assert (app.number_input(key="convolution.row").value, app.number_input(key="convolution.col").value) == (
        1,
        1,
    )
    assert app.button(key="convolution.arrow.down").disabled
    assert "= 21" in html_of(shown(app))


def test_the_program_gives_the_numbers_shown(open_page):
    app = open_page("convolution")
    app.button(key="convolution.example.conv_b_bias").click().run()
    app.segmented_control(key="convolution.detail").set_value("files").run()
    names: dict[str, object] = {}
    exec(app.code[0].value, names)  # noqa: S102 (the program on the page is what is tested)
    assert names["y"][0, 0].tolist() == WANTED["conv_b_bias"]
    assert WANTED["conv_b_bias"] in grids_of(shown(app))


def test_controls_are_kept_when_one_leaves_and_returns(open_page):
    app = open_page("convolution", kernels="box;laplacian_8@2", kernel="2", stride_rows="3", padding="valid")
    app = go_to(go_to(app, "home"), "convolution")
    assert shown(app).session_state["convolution.kernels"] == "box;laplacian_8@2"
    assert app.selectbox(key="convolution.preset").value == "laplacian_8"
    assert app.number_input(key="convolution.stride_rows").value == 3
    assert app.selectbox(key="convolution.padding").value == "valid"


def test_every_example_is_legal():
    for example in EXAMPLES.values():
        assert kernel_bank.read(example.kernels)
    with pytest.raises(CnnvizError):
        kernel_bank.read("no kernel")
