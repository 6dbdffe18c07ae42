"""The microscope in a real browser: pointer, keys, motion, questions, and no message while moving."""

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from cnnviz.ops.conv import conv2d

pytestmark = pytest.mark.e2e

LECTURE = conv2d(
    [[[2, 2, 3, 0], [3, 0, 2, 3], [1, 0, 3, 2], [2, 3, 0, 1]]], [[[[2, 3, 1], [1, 1, 3], [1, 0, 0]]]]
)


@pytest.fixture(scope="module")
def address(serve):
    return serve("microscope_app.py")


@pytest.fixture
def open_case(open_app, address):
    """Open a case and wait until the microscope, or its sentence, is there."""

    def opener(case, **options):
        page = open_app(f"{address}/?case={case}", **options)
        expect(scope(page)).to_be_visible()
        expect(page.locator(".scope .message:visible, .scope .readout").first).not_to_be_empty()
        return page

    return opener


def spot(page: Page, panel: str, rows: int, cols: int, at: tuple[int, int]) -> tuple[float, float]:
    """Return the middle of cell `at` of a grid of `rows` by `cols` on the screen."""
    box = page.locator(f".panel.{panel} .plot canvas").first.bounding_box()
    return (
        box["x"] + (at[1] + 0.5) * box["width"] / cols,
        box["y"] + (at[0] + 0.5) * box["height"] / rows,
    )


def hover(page: Page, panel: str, rows: int, cols: int, at: tuple[int, int]) -> None:
    page.mouse.move(*spot(page, panel, rows, cols, at))


def scope(page: Page) -> Locator:
    return page.locator(".scope")


def test_over_an_output_cell_its_numbers_are_those_of_the_result(open_case):
    page = open_case("lecture")
    for row, col in np.ndindex(2, 2):
        hover(page, "output", 2, 2, (row, col))
        trace = LECTURE.cell(0, row, col)
        expect(page.locator(".chip.total")).to_have_attribute("data-exact", f"{trace.total:g}")
        terms = zip(trace.patch.ravel(), trace.weights.ravel(), strict=True)
        spelled = " + ".join(f"{x:g}·{w:g}" for x, w in terms)
        expect(page.locator(".working > .formula")).to_have_text(f"{spelled} = {trace.total:g}")
        expect(page.locator(".card .sum")).to_have_attribute("data-exact", f"{trace.channel_sums[0]:g}")


def test_over_an_input_cell_the_outputs_it_feeds_are_counted(open_case):
    page = open_case("lecture")
    hover(page, "input", 4, 4, (1, 1))
    expect(page.locator(".readout")).to_have_text("Input, row 1, column 1: 0. It feeds 4 output cells.")
    hover(page, "input", 4, 4, (0, 0))
    expect(page.locator(".readout")).to_contain_text("It feeds 1 output cells.")


def test_over_a_weight_the_inputs_it_multiplies_are_counted(open_case):
    page = open_case("leftover")
    hover(page, "kernel", 3, 3, (0, 1))
    expect(page.locator(".readout")).to_have_text(
        "Weight in row 0, column 1 of the kernel: 3. It multiplies 4 input cells."
    )


def test_padding_and_cells_never_visited_are_named(open_case):
    expect(open_case("padded").locator(".keys")).to_have_text("padding")
    expect(open_case("leftover").locator(".keys")).to_have_text("never visited")
    expect(open_case("lecture").locator(".keys")).to_be_empty()


def test_a_row_never_visited_feeds_nothing(open_case):
    page = open_case("leftover")
    hover(page, "input", 7, 7, (6, 2))
    expect(page.locator(".readout")).to_contain_text("No window ever reaches it.")


def test_step_back_scrub_home_and_end(open_case):
    page = open_case("padded")
    page.get_by_role("button", name="One step on").click()
    expect(scope(page)).to_have_attribute("data-cell", "0,1")
    page.get_by_role("button", name="One step back").click()
    expect(scope(page)).to_have_attribute("data-cell", "0,0")
    page.get_by_role("slider", name="Position of the window").fill("6")
    expect(scope(page)).to_have_attribute("data-cell", "1,2")
    page.get_by_role("button", name="Last cell").click()
    expect(scope(page)).to_have_attribute("data-cell", "3,3")
    page.get_by_role("button", name="First cell").click()
    expect(scope(page)).to_have_attribute("data-cell", "0,0")


def test_keys_move_play_and_are_read_out(open_case):
    page = open_case("padded")
    page.get_by_role("application").focus()
    for key, at in (("ArrowRight", "0,1"), ("ArrowDown", "1,1"), ("ArrowLeft", "1,0"), ("ArrowUp", "0,0")):
        page.keyboard.press(key)
        expect(scope(page)).to_have_attribute("data-cell", at)
    page.keyboard.press("End")
    expect(scope(page)).to_have_attribute("data-cell", "3,3")
    page.keyboard.press("Home")
    expect(page.locator(".say")).to_have_text(
        re.compile(r"^Row 0, column 0: 0 times 2 plus .* plus bias 3 equals 11\.$")
    )
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_it_plays_to_the_end_and_the_pointer_holds_it(open_case):
    page = open_case("lecture")
    page.get_by_label("Speed").select_option("16")
    page.get_by_role("button", name="Play").click()
    expect(scope(page)).to_have_attribute("data-cell", "1,1")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.get_by_label("Speed").select_option("1")
    page.get_by_role("button", name="Play").click()
    hover(page, "output", 2, 2, (1, 0))
    expect(scope(page)).to_have_attribute("data-cell", "1,0")
    page.wait_for_timeout(1500)
    expect(page.get_by_role("slider", name="Position of the window")).to_have_value("0")
    page.mouse.move(5, 5)
    expect(scope(page)).to_have_attribute("data-cell", "0,1")


GLIDES = """async (scope) => {
  const seen = new Set();
  scope.querySelector('.transport .last').click();
  const end = performance.now() + 600;
  while (performance.now() < end) {
    await new Promise(requestAnimationFrame);
    seen.add(scope.dataset.glide);
  }
  return [...seen];
}"""
BEYOND = """(scope) => {
  const right = scope.getBoundingClientRect().right + 1;
  const parts = [...scope.querySelectorAll('*')].filter((part) => !part.closest('.say, .probe'));
  return parts.filter((part) => part.getBoundingClientRect().right > right).map((part) => part.className);
}"""


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_the_window_glides_unless_the_reader_wants_no_motion(open_case, motion):
    page = open_case("padded", reduced_motion=motion)
    places = scope(page).evaluate(GLIDES)
    assert places[-1] == "3,3"
    between = [place for place in places if "." in place]
    assert bool(between) == (motion == "no-preference")


@pytest.mark.parametrize("case", ["colour", "deep"])
def test_no_message_while_the_pointer_moves(open_case, case):
    page = open_case(case)
    sent: list[object] = []

    def keep(frame: object) -> None:  # a method of a list cannot listen itself
        sent.append(frame)

    page.on("websocket", lambda socket: socket.on("framesent", keep))
    page.reload()
    expect(page.locator(".scope .readout")).not_to_be_empty()
    page.wait_for_timeout(500)
    before = len(sent)
    assert before  # the socket is watched
    for panel in ("input", "output", "kernel"):
        for step in range(30):
            hover(page, panel, 30, 30, (step, 29 - step))
    page.get_by_role("button", name="One step on").click()
    page.get_by_role("application").press("ArrowDown")
    page.wait_for_timeout(500)
    assert len(sent) == before


def test_colour_channels_add_up_to_the_output(open_case):
    page = open_case("colour")
    hover(page, "output", 24, 24, (10, 13))
    sums = [float(s.get_attribute("data-exact")) for s in page.locator(".card .sum").all()]
    total = float(page.locator(".chip.total").get_attribute("data-exact"))
    assert len(sums) == 3
    assert sum(sums) + 0.25 == pytest.approx(total, abs=1e-12)
    expect(scope(page)).to_have_attribute("data-value", re.compile(rf"^{max(total, 0)!r}$"))


def test_many_channels_are_paged_and_still_add_up(open_case):
    page = open_case("deep")
    expect(page.locator(".pager span")).to_contain_text("Channels 1–")
    first = page.locator(".card-head").first
    expect(first).to_have_text("channel 1")
    page.get_by_role("button", name="Later channels").click()
    expect(first).not_to_have_text("channel 1")
    expect(page.locator(".input figcaption")).to_contain_text("channel")
    assert page.locator(".chip.others .value").inner_text()


def test_a_predicted_cell_is_hidden_then_judged_and_counted(open_case):
    page = open_case("padded")
    page.get_by_label("Predict first").check()
    size = page.locator(".size-question input")
    expect(page.locator(".output .plot")).to_be_hidden()
    size.nth(0).fill("4")
    size.nth(1).fill("4")
    size.nth(1).press("Enter")
    expect(page.locator(".verdict")).to_contain_text("Right: 4 × 4.")
    expect(page.locator(".verdict")).to_contain_text("rows: ⌊(4 + 1 + 1 − 1·(3 − 1) − 1) / 1⌋ + 1 = 4")
    expect(page.locator(".verdict")).to_contain_text("columns: ⌊(4 + 1 + 1")
    expect(page.locator(".chip.total .value")).to_have_text("?")
    expect(scope(page)).not_to_contain_text("11")
    page.locator(".question input").fill("12")
    page.locator(".question input").press("Enter")
    expect(page.locator(".verdict")).to_contain_text("You said 12; it is 11.")
    expect(page.locator(".chip.total .value")).to_have_text("11")
    expect(page.locator(".score")).to_have_text("1 right, 1 wrong in this visit")


def test_the_count_of_this_visit_survives_leaving_the_view(open_case):
    page = open_case("relu")
    page.get_by_label("Predict first").check()
    page.locator(".question input").fill("0")
    page.locator(".question input").press("Enter")
    expect(page.locator(".score")).to_have_text("1 right, 0 wrong in this visit")
    expect(page.get_by_text("run 1", exact=True)).to_be_visible()  # the answer ran the fragment alone
    page.get_by_text("Leave").click()
    expect(scope(page)).to_have_count(0)
    page.get_by_text("Leave").click()
    expect(page.locator(".score")).to_have_text("1 right, 0 wrong in this visit")


def test_letting_go_of_the_lens_shows_another_part(open_case):
    page = open_case("photo")
    box = page.locator(".whole").bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + 2, box["y"] + 2)
    page.mouse.up()
    expect(page.locator(".input figcaption")).to_contain_text("rows 0–31, columns 0–31")
    page.mouse.move(5, 5)
    expect(page.locator(".readout")).to_contain_text("Output, row 0, column 0:")


def test_arrows_at_the_edge_move_the_lens(open_case):
    page = open_case("photo")
    page.get_by_role("application").press("ArrowUp")
    expect(page.locator(".input figcaption")).not_to_contain_text("rows 112–143")
    expect(page.locator(".readout")).to_contain_text("Output, row 111, column 112")


def test_pooling_names_its_winner_and_activation_its_point(open_case):
    page = open_case("pool")
    expect(page.locator(".formula.inline")).to_have_text("max(1, 2, 0, 1)")
    expect(page.locator(".formula .won")).to_have_text("2")
    page = open_case("l2")
    expect(page.locator(".formula.inline")).to_have_text("√(1² + 2² + 0² + 1²)")
    expect(page.locator(".chip.total")).to_have_attribute("data-exact", repr(float(np.sqrt(6))))
    page = open_case("relu")
    expect(page.locator(".formula.inline")).to_have_text("max(0, −1.5)")
    expect(page.locator(".chip.total .value")).to_have_text("0")


def test_bad_input_is_a_sentence_and_one_cell_needs_no_play(open_case):
    page = open_case("error")
    expect(page.locator(".message")).to_contain_text("the window spans 9 rows")
    expect(page.locator(".body")).to_be_hidden()
    page = open_case("single")
    expect(page.locator(".single")).to_contain_text("The output is a single cell")
    expect(page.get_by_role("button", name="Play")).to_be_hidden()
    expect(page.locator(".chip.total .value")).to_have_text("70")


def test_a_finger_drags_the_window(open_case):
    page = open_case("padded", has_touch=True, viewport={"width": 390, "height": 844})
    session = page.context.new_cdp_session(page)
    points = [spot(page, "output", 4, 4, at) for at in ((0, 0), (1, 1), (2, 3))]
    for kind, (x, y) in zip(("touchStart", "touchMove", "touchMove"), points, strict=True):
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    expect(scope(page)).to_have_attribute("data-cell", "2,3")
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


@pytest.mark.parametrize("case", ["padded", "colour", "deep", "photo", "relu"])
@pytest.mark.parametrize(
    "options",
    [
        {"viewport": {"width": 390, "height": 844}},
        {"viewport": {"width": 720, "height": 450}, "device_scale_factor": 2, "color_scheme": "dark"},
    ],
    ids=["phone", "zoomed to 200 % in the dark"],
)
def test_nothing_is_cut_off(open_case, case, options):
    page = open_case(case, **options)
    wide = scope(page).evaluate(BEYOND)
    assert not wide


def test_korean(open_app, address):
    page = open_app(f"{address}/?case=padded&lang=ko")
    expect(page.get_by_role("button", name="재생")).to_be_visible()
    expect(page.locator(".input figcaption")).to_have_text("입력4 × 4, 패딩 1")
    expect(page.locator(".say")).to_contain_text("0행 0열: 0 곱하기 2 더하기")
