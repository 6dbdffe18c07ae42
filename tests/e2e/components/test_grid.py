"""The number grid in a real browser: typing, moving, pasting, resizing, invalid texts."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def address(serve):
    return serve("grid_app.py")


def cell(page, row, col):
    return page.get_by_role("group", name="Kernel").get_by_label(f"Row {row}, column {col}", exact=True)


def expect_kernel(page, text):
    expect(page.get_by_test_id("stCode")).to_have_text(text)


def paste(page, text):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+V")


def test_typed_numbers_and_keys(open_app, address):
    page = open_app(address)
    cell(page, 1, 1).click()
    for text, key in (("-3", "ArrowRight"), (".5", "Tab"), ("1,5", "Enter"), ("1/9", "ArrowUp")):
        page.keyboard.type(text)
        page.keyboard.press(key)
    expect(cell(page, 1, 3)).to_be_focused()
    expect_kernel(page, "[[-3.0, 0.5, 1.5], [2.0, 0.0, 0.1111111111111111], [1.0, 0.0, -1.0]]")


def test_an_invalid_text_is_explained_and_the_last_good_number_counts(open_app, address):
    page = open_app(address)
    cell(page, 3, 3).fill("abc")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_text("“abc” is not a number")).to_be_visible()
    expect(cell(page, 3, 3)).to_have_attribute("aria-invalid", "true")
    cell(page, 1, 1).fill("7")
    expect_kernel(page, "[[7.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]]")
    cell(page, 3, 3).focus()
    page.keyboard.press("Escape")
    expect(cell(page, 3, 3)).to_have_value("-1")
    expect(page.get_by_text("“abc” is not a number")).to_have_count(0)


@pytest.mark.parametrize(
    "text",
    [
        "1\t2\t3\n4\t5\t6\n7\t8\t9",
        "1,0\t2\t3\r\n4\t5,0\t6\r\n7\t8\t9\r\n",
        "[[1, 2, 3], [4, 5, 6], [7, 8, 9]]",
        "[[1 2 3]\n [4 5 6]\n [7 8 9]]",
        "1,2,3\n4,5,6\n7,8,9",
        "1 2 3\n4 5 6\n7 8 9",
    ],
)
def test_pasted_block(open_app, address, text):
    page = open_app(address)
    cell(page, 1, 1).click()
    paste(page, text)
    expect_kernel(page, "[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]")


def test_a_pasted_block_grows_a_grid_whose_size_may_change(open_app, address):
    page = open_app(address)
    cell(page, 3, 3).click()
    paste(page, "5\t6")
    expect_kernel(page, "[[1.0, 0.0, -1.0, 0.0], [2.0, 0.0, -2.0, 0.0], [1.0, 0.0, 5.0, 6.0]]")


def test_rows_and_columns(open_app, address):
    page = open_app(address)
    page.get_by_role("button", name="Remove the last row").click()
    page.get_by_role("button", name="Add a column").click()
    expect_kernel(page, "[[1.0, 0.0, -1.0, 0.0], [2.0, 0.0, -2.0, 0.0]]")
    expect(page.get_by_text("2 rows", exact=True).first).to_be_visible()
    page.get_by_role("button", name="Remove the last row").click()
    expect(page.get_by_text("1 row", exact=True).first).to_be_visible()
    expect(page.get_by_role("button", name="Remove the last row")).to_be_disabled()


def test_a_preset_replaces_what_was_typed_at_full_precision(open_app, address):
    page = open_app(address)
    cell(page, 1, 1).fill("5")
    expect_kernel(page, "[[5.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]]")
    page.get_by_role("button", name="Preset").click()
    expect(cell(page, 1, 1)).to_have_value("1/9")
    ninth = "0.1111111111111111"
    expect_kernel(page, str([[float(ninth)] * 3] * 3))


def test_what_was_typed_survives_a_reload_of_the_component(open_app, address):
    page = open_app(address)
    cell(page, 1, 1).fill("5")
    expect_kernel(page, "[[5.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]]")
    page.get_by_text("Hide").click()
    expect(page.get_by_role("group", name="Kernel")).to_have_count(0)
    page.get_by_text("Hide").click()
    expect(cell(page, 1, 1)).to_have_value("5")


def test_read_only_cells_take_no_text(open_app, address):
    page = open_app(address)
    fixed = page.get_by_role("group", name="Fixed").get_by_label("Row 2, column 5")
    expect(fixed).to_have_value("4")
    expect(fixed).not_to_be_editable()


def test_phone_shows_twelve_columns_and_changes_signs(open_app, address):
    page = open_app(address, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    cell(page, 1, 1).tap()
    page.get_by_role("group", name="Kernel").get_by_role("button", name="Change the sign of the cell").tap()
    expect(cell(page, 1, 1)).to_have_value("-1")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = page.get_by_role("group", name="Wide").locator("input").last.bounding_box()
    assert box["x"] + box["width"] <= 390
