"""The drawing pad in a real browser: mouse, finger, undo, clear, paper, page switch."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def address(serve):
    return serve("pad_app.py")


def spot(page, down, right):
    box = page.locator("canvas").bounding_box()
    return box["x"] + right * box["width"], box["y"] + down * box["height"]


def draw_with_mouse(page, *spots, release=True):
    page.mouse.move(*spot(page, *spots[0]))
    page.mouse.down()
    for each in spots[1:]:
        page.mouse.move(*spot(page, *each), steps=8)
    if release:
        page.mouse.up()


def expect_drawing(page, text):
    expect(page.get_by_test_id("stCode")).to_have_text(text)


def brightness(page, down, right):
    """Return the red value of the canvas at a place given in shares of its sides."""
    return page.locator("canvas").evaluate(
        "(canvas, [y, x]) => canvas.getContext('2d')"
        ".getImageData(x * canvas.width, y * canvas.height, 1, 1).data[0]",
        [down, right],
    )


def test_mouse_draws_and_undo_and_clear_take_away(open_app, address):
    page = open_app(address)
    draw_with_mouse(page, (0.2, 0.3), (0.8, 0.3))
    draw_with_mouse(page, (0.2, 0.7), (0.8, 0.7))
    expect_drawing(page, "2 strokes on black")
    assert (brightness(page, 0.5, 0.3), brightness(page, 0.5, 0.5)) == (255, 0)
    page.get_by_role("button", name="Undo the last stroke").click()
    expect_drawing(page, "1 strokes on black")
    assert brightness(page, 0.5, 0.7) == 0
    page.get_by_role("button", name="Clear the sheet").press("Enter")
    expect_drawing(page, "0 strokes on black")
    expect(page.get_by_text("Draw here")).to_be_visible()


def test_keys_on_the_sheet(open_app, address):
    page = open_app(address)
    draw_with_mouse(page, (0.2, 0.3), (0.8, 0.3))
    draw_with_mouse(page, (0.2, 0.7), (0.8, 0.7))
    expect_drawing(page, "2 strokes on black")
    page.keyboard.press("Control+z")
    expect_drawing(page, "1 strokes on black")
    page.keyboard.press("Delete")
    expect_drawing(page, "0 strokes on black")


def test_finger_draws_and_does_not_scroll(open_app, address):
    page = open_app(address, **PHONE)
    page.locator("canvas").wait_for()
    touch = page.context.new_cdp_session(page)
    path = [spot(page, 0.2 + 0.06 * step, 0.5) for step in range(10)]
    for kind, spots in (
        ("touchStart", path[:1]),
        *(("touchMove", [each]) for each in path),
        ("touchEnd", []),
    ):
        points = [{"x": x, "y": y} for x, y in spots]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect_drawing(page, "1 strokes on black")
    assert brightness(page, 0.5, 0.5) == 255
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_live_reports_before_release_and_otherwise_not(open_app, address):
    page = open_app(address)
    draw_with_mouse(page, (0.2, 0.3), (0.8, 0.3), release=False)
    expect_drawing(page, "1 strokes on black")
    page.mouse.up()
    page.get_by_text("On release").click()
    expect(page.get_by_text("live False")).to_be_visible()
    page.wait_for_timeout(300)  # the component learns of it a moment after the page
    draw_with_mouse(page, (0.2, 0.7), (0.8, 0.7), release=False)
    page.wait_for_timeout(600)  # three times the delay of live reports: nothing may come
    expect_drawing(page, "1 strokes on black")
    page.mouse.up()
    expect_drawing(page, "2 strokes on black")


def test_a_drawing_set_by_the_page_and_the_paper_survive_a_reload(open_app, address):
    page = open_app(address)
    page.get_by_role("button", name="Line").click()
    page.get_by_role("button", name="Swap black and white").click()
    expect_drawing(page, "1 strokes on white")
    page.get_by_text("Hide").click()
    expect(page.locator("canvas")).to_have_count(0)
    page.get_by_text("Hide").click()
    page.locator("canvas").wait_for()
    assert (brightness(page, 0.5, 0.5), brightness(page, 0.5, 0.2)) == (0, 255)


def test_a_tap_is_a_dot_and_the_pen_width_counts(open_app, address):
    page = open_app(address)
    page.get_by_role("slider", name="Pen width").fill("40")
    page.mouse.click(*spot(page, 0.5, 0.5))
    expect_drawing(page, "1 strokes on black")
    assert (brightness(page, 0.5, 0.56), brightness(page, 0.5, 0.59)) == (255, 0)


def test_nothing_jumps_when_the_pad_fills(open_app, address):
    page = open_app(address)
    before = page.get_by_test_id("stCode").bounding_box()
    draw_with_mouse(page, (0.2, 0.3), (0.8, 0.3))
    expect_drawing(page, "1 strokes on black")
    assert page.get_by_test_id("stCode").bounding_box() == before
