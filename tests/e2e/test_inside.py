"""Inside the network, in a browser: pointing sends nothing, keys and clicks open units, pictures change."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

Opener = Callable[..., Page]
pytestmark = pytest.mark.e2e
# How many reds a small canvas has.
SHADES = """(canvas) => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return new Set(data.filter((_, k) => k % 4 === 0)).size;
}"""

# How many pixels of a canvas are drawn on.
DRAWN = """(canvas) => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return data.filter((alpha, k) => k % 4 === 3 && alpha).length;
}"""


def overview(page: Page) -> Locator:
    """Return the overview, once it is painted to the end."""
    view = page.locator(".overview")
    expect(view).to_have_attribute("data-shown", re.compile(r"\w{16}"))
    return view


def middle_of(page: Page, head: str, share: float) -> tuple[float, float]:
    """Return a point on the column under the name `head`, `share` of the way down."""
    name = page.locator(".head b", has_text=head).bounding_box()
    tiles = page.locator("canvas.marks").bounding_box()
    assert name is not None
    assert tiles is not None
    return name["x"] + name["width"] / 2, tiles["y"] + share * tiles["height"]


def test_pointing_lights_units_and_sends_nothing(open_page: Opener) -> None:
    sent: list[object] = []

    def note(frame: object) -> None:
        sent.append(frame)

    page = open_page("inside")
    page.on("websocket", lambda socket: socket.on("framesent", note))
    page.reload()
    view = overview(page)
    expect(page.locator("[data-testid=stApp]")).to_have_attribute("data-test-script-state", "notRunning")
    sent.clear()
    for share in (0.2, 0.5, 0.8):
        page.mouse.move(*middle_of(page, "conv2", share))
        expect(view).to_have_attribute("data-focus", re.compile(r"conv2 \d"))
    expect(page.locator(".card")).to_contain_text("11 × 11 numbers from")
    page.mouse.move(*middle_of(page, "Softmax", 0.5))
    expect(page.locator(".card")).to_contain_text("Probability")
    assert not sent


def test_a_click_opens_a_unit_and_escape_leads_back(open_page: Opener) -> None:
    page = open_page("inside")
    view = overview(page)
    page.mouse.move(*middle_of(page, "conv2", 0.47))
    expect(view).to_have_attribute("data-focus", "conv2 4")
    page.mouse.down()
    page.mouse.up()
    expect(view).to_have_attribute("data-opened", "conv2 4")
    expect(page.get_by_text("conv2, map 5", exact=True)).to_be_visible()
    canvas = page.locator(".unit .results canvas").first
    canvas.click(position={"x": 90, "y": 90})
    expect(page.locator(".scope .stage")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".unit .conv")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Click any unit in the network above")).to_be_visible()
    expect(page.locator(".overview")).to_have_attribute("data-opened", "")


def test_keys_alone_reach_a_unit(open_page: Opener) -> None:
    page = open_page("inside?lang=ko")
    view = overview(page)
    page.locator(".plane").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    expect(view).to_have_attribute("data-focus", re.compile(r"conv1 \d"))
    expect(page.locator(".overview .say")).to_contain_text("conv1, 맵")
    page.keyboard.press("Enter")
    expect(page.locator(".unit .formula")).to_contain_text("편향")


def test_numbers_of_the_open_cell_add_up(open_page: Opener) -> None:
    page = open_page("inside?layer=conv1&unit=3")
    formula = page.locator(".unit .formula")
    expect(formula).to_contain_text("bias")
    text = formula.inner_text().replace("−", "-").split("=")[0].replace("bias", "")
    terms = [float(part) for part in re.findall(r"[+-]? ?[\d.]+", text.replace("- ", "-").replace("+ ", ""))]
    total = float(page.locator(".unit .sum .value").inner_text().replace("−", "-"))
    assert sum(terms) == pytest.approx(total, abs=2e-3)


def test_another_picture_fades_in_and_nothing_jumps(open_page: Opener) -> None:
    page = open_page("inside")
    view = overview(page)
    before, box = view.get_attribute("data-shown"), page.locator("canvas.marks").bounding_box()
    page.get_by_role("button", name="Picture").click()
    sheet = page.get_by_label("Drawing sheet").first
    place = sheet.bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + 60, place["y"] + 60)
    page.mouse.down()
    page.mouse.move(place["x"] + 60, place["y"] + 200, steps=8)
    page.mouse.up()
    expect(view).not_to_have_attribute("data-shown", before or "")
    overview(page)
    assert page.locator("canvas.marks").bounding_box() == box


def test_scales_pages_and_layers_are_the_browsers_own(open_page: Opener) -> None:
    page = open_page("inside")
    overview(page)
    page.locator(".scale select").select_option("network")
    expect(page.locator(".whole")).to_be_visible()
    page.locator(".per select").select_option("64")
    expect(page.locator(".head em").filter(has_text="–")).to_have_count(0)
    count = page.locator(".head").count()
    page.locator(".layers summary").click()
    page.locator(".menu label", has_text="relu1").click()
    expect(page.locator(".head")).to_have_count(count - 1)


@pytest.mark.parametrize("dark", [False, True])
def test_a_phone_shows_it_without_sideways_scrolling_of_the_page(open_page: Opener, dark: bool) -> None:
    page = open_page("inside?layer=conv2&unit=1", size="phone", dark=dark)
    overview(page)
    expect(page.locator(".unit .results")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def pixels_of(page: Page) -> int:
    """Return how many pixels of the canvas for marks are drawn on."""
    return int(page.locator(".stack .marks").evaluate(DRAWN))


def test_a_unit_opened_on_another_page_is_turned_to(open_page: Opener) -> None:
    page = open_page("inside?model=mlp&layer=dense1&unit=100")
    overview(page)
    where, pages = page.locator(".where"), page.locator(".head", has_text="dense1").locator("em")
    expect(pages).to_contain_text("101–110")
    assert pixels_of(page) > 100
    pages.get_by_role("button").first.click()
    expect(pages).to_contain_text("91–100")
    expect(where).to_contain_text("Open: dense1, unit 101 of 256.")
    assert pixels_of(page) == 0
    where.get_by_role("button").click()
    expect(where).to_be_hidden()
    assert pixels_of(page) > 100


def test_a_unit_of_a_hidden_layer_is_named_and_can_be_shown(open_page: Opener) -> None:
    page = open_page("inside?model=best&layer=norm2&unit=40")
    overview(page)
    where, about = page.locator(".where"), page.locator(".overview .about")
    expect(where).to_contain_text("Open: norm2, map 41 of 64. Its layer is hidden.")
    expect(about).to_be_hidden()
    where.get_by_role("button", name="Show the layer").click()
    expect(page.locator(".head", has_text="norm2")).to_be_visible()
    expect(page.locator(".head", has_text="conv2").locator("em")).to_contain_text("41–50")  # turns along
    expect(where).to_be_hidden()
    expect(about).to_be_visible()
    assert pixels_of(page) > 100
    page.keyboard.press("Escape")
    expect(page.locator(".overview")).to_have_attribute("data-opened", "")


@pytest.mark.parametrize("layer", ["conv2", "flatten"])
@pytest.mark.parametrize("size", ["phone", "projector", "desktop"])
def test_the_view_of_a_unit_keeps_inside_its_frame(open_page: Opener, size: str, layer: str) -> None:
    page = open_page(f"inside?layer={layer}&unit=5", size=size)
    frame = page.locator(".unit .flat" if layer == "flatten" else ".unit .conv")
    outside = """(frame) => {
      const { left, right } = frame.getBoundingClientRect();
      const boxes = [...frame.querySelectorAll('canvas, span, b')].map((one) => one.getBoundingClientRect());
      return boxes.filter((box) => box.width && (box.left < left || box.right > right)).length;
    }"""
    expect(frame.locator("canvas").first).to_be_visible()
    assert frame.evaluate(outside) == 0


def operate(page: Page, button: str = "Switch off") -> Locator:
    """Operate on the chosen unit; return the view of the maps before and after."""
    page.get_by_role("button", name=button).first.click()
    view = page.locator(".changes")
    expect(view.locator(".tile").first).to_be_visible()
    return view


def test_surgery_shows_the_maps_before_and_after_up_to_the_answer(open_page: Opener) -> None:
    page = open_page("inside?section=surgery&layer=conv1&unit=5")
    view = operate(page)
    expect(view).to_have_attribute("data-columns", "relu1 pool1 conv2 relu2 pool2 conv3 relu3 dense1 relu4")
    expect(view.locator(".quiet")).to_contain_text("conv1")
    expect(view.locator(".head").nth(0)).to_contain_text("1 of 32")
    expect(view.locator(".tile.touched")).to_have_count(3)  # untouched, operated, difference
    assert view.locator(".before canvas").first.evaluate(SHADES) > 10
    assert view.locator(".after canvas").first.evaluate(SHADES) == 1  # switched off: every cell is 0
    expect(view.locator(".panel li")).to_have_count(10)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".changes")).to_have_count(0)


def test_pointing_at_a_changed_map_enlarges_it_and_a_click_opens_it(open_page: Opener) -> None:
    page = open_page("inside?section=surgery&layer=conv2&unit=3")
    view = operate(page, "Change signs")
    tile = view.locator("button.tile[data-column='3']").first
    tile.hover()
    card = view.locator(".card")
    expect(card).to_contain_text("conv3, map")
    expect(card.locator("canvas")).to_have_count(3)
    before, after = re.findall(r"([−\d.e]+)", card.locator(".numbers").inner_text().rsplit(":", 1)[1])[:2]
    assert before != after
    tile.click()
    expect(page.locator(".overview")).to_have_attribute("data-opened", re.compile(r"conv3 \d+"))
    tile.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    expect(view.locator(".tile:focus-visible")).to_have_attribute("data-column", "3")


@pytest.mark.parametrize("dark", [False, True])
def test_a_phone_stacks_the_layers_of_an_operation(open_page: Opener, dark: bool) -> None:
    page = open_page("inside?section=surgery&layer=conv2&unit=1", size="phone", dark=dark)
    view = operate(page)
    heads = [view.locator(".head").nth(k).bounding_box() for k in range(2)]
    assert heads[0] is not None
    assert heads[1] is not None
    assert heads[1]["y"] > heads[0]["y"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_digits_drawn_on_the_wide_sheet_are_framed_where_they_are(open_page: Opener) -> None:
    page = open_page("inside?section=robust")
    sheet, marks = page.locator(".pad.wide canvas"), page.locator(".pad.wide .marks i")
    expect(marks).to_have_count(3)
    page.get_by_role("button", name="Clear the sheet").click()
    expect(page.get_by_text("The sheet is empty.")).to_be_visible()
    expect(page.locator(".pad.wide .marks")).to_be_hidden()
    for share in (0.25, 0.75):
        draw_one(page, sheet, share)
    expect(marks).to_have_count(2)
    expect(marks.last).to_contain_text("1 · ")
    frame, whole = marks.last.bounding_box(), sheet.bounding_box()
    assert frame is not None
    assert whole is not None
    middle = (frame["x"] + frame["width"] / 2 - whole["x"]) / whole["width"]
    assert middle == pytest.approx(0.75, abs=0.02)
    assert whole["width"] / whole["height"] == pytest.approx(3, abs=0.02)
    page.get_by_role("button", name="An example: 3 7 1").click()
    expect(page.get_by_text("The network reads 3 7 1.")).to_be_visible()


def draw_one(page: Page, sheet: Locator, share: float) -> None:
    """Draw the digit 1 at a share of the sheet's width."""
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + share * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + share * box["width"], box["y"] + 0.8 * box["height"], steps=6)
    page.mouse.up()


def test_the_wide_sheet_fits_a_phone_with_the_words_of_its_frames(open_page: Opener) -> None:
    page = open_page("inside?section=robust", size="phone", touch=True)
    sheet, label = page.locator(".pad.wide .sheet"), page.locator(".pad.wide .marks b").first
    expect(label).to_contain_text("3 · ")
    whole, words = sheet.bounding_box(), label.bounding_box()
    assert whole is not None
    assert words is not None
    assert whole["width"] > 330
    assert whole["y"] <= words["y"]
    assert words["y"] + words["height"] <= whole["y"] + whole["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
