"""What a newcomer does: draw a digit, upload a photo of a hand, change the stride; each size and theme."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from benchmarks.harness import settle

Opener = Callable[..., Page]
pytestmark = pytest.mark.e2e

PAGES = [
    "",
    "convolution",
    "activation_pooling",
    "layer_stack",
    "digits",
    "clothes",
    "rock_paper_scissors",
    "inside",
    "architectures",
    "models",
]
SCREENS = [("desktop", False), ("desktop", True), ("phone", False), ("phone", True)]
SMALLEST = 150  # pixels of a column: a number field with its two buttons
SEVEN = [(0.25, 0.3), (0.25, 0.7), (0.8, 0.45)]  # (down, right) as shares of the sheet


def guess(page: Page) -> Locator:
    """Return the place of the network's first guess."""
    return page.locator(".answer .guess.first .name")


def draw(page: Page, corners: list[tuple[float, float]]) -> None:
    """Draw one stroke with the mouse."""
    sheet = page.get_by_label("Drawing sheet").first
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    assert box is not None
    spots = [(box["x"] + right * box["width"], box["y"] + down * box["height"]) for down, right in corners]
    page.mouse.move(*spots[0])
    page.mouse.down()
    for spot in spots[1:]:
        page.mouse.move(*spot, steps=10)
    page.mouse.up()


@pytest.mark.parametrize(("size", "dark"), SCREENS)
def test_drawn_digit_is_read(open_page: Opener, size: str, dark: bool) -> None:
    page = open_page("digits", size=size, dark=dark)
    page.get_by_role("button", name="Clear the sheet").click()
    expect(guess(page)).to_have_count(0)
    draw(page, SEVEN)
    expect(guess(page)).to_have_text("7")


def rotated_photo(data_dir: Path) -> bytes:
    """Return a photo of a rock, lying on its side with the EXIF note that says so, as phones write it."""
    upright = Image.open(sorted((data_dir / "rps/photos-green/all/rock").iterdir())[0])
    sideways = upright.transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: turn by 90° clockwise to see it upright
    stream = io.BytesIO()
    sideways.save(stream, "JPEG", exif=exif, quality=95)
    return stream.getvalue()


@pytest.mark.parametrize("size", ["desktop", "projector", "phone"])
@pytest.mark.parametrize(("path", "count"), [("digits", 5), ("activation_pooling", 6)])
def test_sources_of_pictures_stand_in_one_row(open_page: Opener, path: str, count: int, size: str) -> None:
    page = open_page(path, size=size)
    sources = page.get_by_role("radiogroup", name="Where the picture comes from").get_by_role("radio")
    expect(sources).to_have_count(count)
    assert len(set(sources.evaluate_all("all => all.map(one => one.offsetTop)"))) == 1


@pytest.mark.parametrize("size", ["desktop", "projector", "phone"])
def test_the_whole_sheet_is_in_sight(open_page: Opener, size: str) -> None:
    page = open_page("digits", size=size)
    box = page.locator(".pad").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= page.evaluate("window.innerHeight")


@pytest.mark.parametrize("size", ["desktop", "projector"])
def test_home_shows_three_cards_a_row(open_page: Opener, size: str) -> None:
    cards = open_page("", size=size).locator("[class*=st-key-card_]")
    tops = cards.evaluate_all("all => all.map(one => Math.round(one.getBoundingClientRect().top))")
    assert sorted(tops.count(top) for top in set(tops)) == [3, 3, 3]


@pytest.mark.parametrize(("size", "dark"), [("desktop", False), ("phone", True)])
def test_uploaded_hand_is_read(open_page: Opener, data_dir: Path, size: str, dark: bool) -> None:
    page = open_page("rock_paper_scissors?model=photos", size=size, dark=dark)
    page.get_by_test_id("stMain").get_by_role("radio", name=re.compile("Upload")).click()
    file = {"name": "hand.jpg", "mimeType": "image/jpeg", "buffer": rotated_photo(data_dir)}
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("Chosen: hand.jpg")).to_be_visible()
    expect(guess(page)).to_have_text("Rock")


def test_file_that_is_no_picture_leaves_the_last_good_one(open_page: Opener) -> None:
    page = open_page("rock_paper_scissors")
    expect(guess(page)).to_be_visible()
    before = guess(page).inner_text()
    page.get_by_test_id("stMain").get_by_role("radio", name=re.compile("Upload")).click()
    file = {"name": "hand.png", "mimeType": "image/png", "buffer": b"these are words, not a picture"}
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_test_id("stAlert").first).to_be_visible()
    expect(guess(page)).to_have_text(before)


@pytest.mark.parametrize(("size", "dark"), [("desktop", False), ("phone", True)])
def test_stride_changes_the_output_size(open_page: Opener, size: str, dark: bool) -> None:
    page = open_page("convolution", size=size, dark=dark)
    expect(page.get_by_text("Output 256 × 256")).to_be_visible()
    stride = page.get_by_role("spinbutton", name="Stride ↓")
    stride.fill("2")
    stride.press("Enter")
    expect(page.get_by_text("Output 128 × 256")).to_be_visible()


@pytest.mark.parametrize("path", PAGES)
def test_page_fits_the_phone_in_dark_and_korean(open_page: Opener, path: str) -> None:
    page = open_page(f"{path}?lang=ko", size="phone", dark=True)
    expect(page.locator("h1").first).to_have_text(re.compile("[가-힣]"))
    overflow = page.evaluate(
        "() => { const main = document.querySelector('[data-testid=stMain]');"
        " return main.scrollWidth - main.clientWidth; }"
    )
    assert overflow <= 0


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_squeezed_beside_the_sidebar_of_a_tablet(open_page: Opener, path: str) -> None:
    page = open_page(path, size="tablet")
    expect(page.get_by_test_id("stSidebar")).to_be_visible()
    columns = page.locator("[data-testid=stMain] [data-testid=stColumn]:visible")
    widths = columns.evaluate_all("all => all.map(one => one.clientWidth)")
    over = columns.evaluate_all("all => all.map(one => one.scrollWidth - one.clientWidth)")
    assert min(widths, default=SMALLEST) >= SMALLEST
    assert max(over, default=0) <= 1  # a pixel by rounding


TABLES = (
    *("digits", "clothes", "rock_paper_scissors", "activation_pooling", "architectures"),
    *("models", "models?task=rps", "layer_stack?section=table", "inside?section=surgery&layer=conv2&unit=1"),
)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("path", TABLES)
def test_tables_stand_whole_on_a_phone(open_page: Opener, path: str, language: str) -> None:
    page = open_page(f"{path}{'&' if '?' in path else '?'}lang={language}", size="phone")
    tables = page.locator("[data-testid=stMain] :is(table, .arch-table):visible")
    expect(tables.first).to_be_visible()
    cut = tables.evaluate_all("all => all.map(one => one.scrollWidth - one.parentElement.clientWidth)")
    assert max(cut) <= 1  # a pixel by rounding


@pytest.mark.parametrize("path", PAGES)
def test_page_opens_without_a_complaint(open_page: Opener, path: str) -> None:
    page = open_page(path)
    expect(page.locator("h1").first).to_be_visible()


def test_hangul_is_drawn_with_a_real_font(open_page: Opener) -> None:
    page = open_page("?lang=ko")
    drawings = page.evaluate(
        """() => ['합', '성', '곱'].map(letter => {
            const canvas = document.createElement('canvas'), pen = canvas.getContext('2d');
            pen.font = '40px ' + getComputedStyle(document.querySelector('h1')).fontFamily;
            pen.fillText(letter, 10, 60);
            return canvas.toDataURL();
        })"""
    )
    assert len(set(drawings)) == 3  # without a font every letter is the same empty box


def test_picture_survives_a_change_of_page(open_page: Opener) -> None:
    page = open_page("digits")
    page.get_by_role("button", name="Clear the sheet").click()
    draw(page, SEVEN)
    expect(guess(page)).to_have_text("7")
    page.get_by_role("link", name="Models").first.click()
    settle(page)
    page.get_by_role("link", name="Digits", exact=True).first.click()
    settle(page)
    expect(guess(page)).to_have_text("7")


def test_two_visitors_have_their_own_network(open_page: Opener) -> None:
    one, two = open_page("digits?model=mlp"), open_page("digits?model=lenet5")
    for page in (one, two, one):
        page.get_by_role("button", name="Clear the sheet").click()
        draw(page, SEVEN)
        expect(guess(page)).to_have_text("7")
    expect(one.get_by_text("269,322 parameters").first).to_be_visible()
    expect(two.get_by_text("61,706 parameters").first).to_be_visible()
