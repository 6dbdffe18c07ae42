"""The picture panel in a real browser: gallery by mouse and keys, uploads, data set, phone width."""

import os
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from benchmarks.harness import settle

pytestmark = pytest.mark.e2e
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def address(serve, data_dir):
    os.environ["CNNVIZ_DATA"] = str(data_dir)
    return serve("panel_app.py")


def expect_chosen(page, text):
    expect(page.get_by_test_id("stCode")).to_contain_text(text)


def kind(page, name):
    page.get_by_test_id("stButtonGroup").first.get_by_role("radio", name=name).click()


def rotated_photo():
    """Return a JPEG that is stored lying and asks to be shown upright."""
    exif = Image.Exif()
    exif[0x0112] = 6
    stream = BytesIO()
    Image.new("RGB", (80, 40), "olive").save(stream, "JPEG", exif=exif)
    return stream.getvalue()


def test_a_sample_is_chosen_by_mouse_and_by_keys(open_app, address):
    page = open_app(f"{address}?task=clothes")
    expect_chosen(page, "sample clothes/coat/0 coat")
    page.get_by_role("option", name="Dress (first)").click()
    expect_chosen(page, "clothes/dress/0")
    expect(page.get_by_role("option", name="Dress (first)")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect_chosen(page, "clothes/dress/1")


def test_a_file_is_decoded_and_a_broken_one_explained_beside_the_uploader(open_app, address):
    page = open_app(f"{address}?task=rps")
    kind(page, "Upload")
    chooser = page.get_by_test_id("stFileUploaderDropzoneInput")
    chooser.set_input_files({"name": "hand.jpg", "mimeType": "image/jpeg", "buffer": rotated_photo()})
    expect_chosen(page, "upload hand.jpg None 80x40")
    chooser.set_input_files({"name": "not.png", "mimeType": "image/png", "buffer": b"text"})
    expect(page.get_by_text("“not.png” is not a picture")).to_be_visible()
    expect_chosen(page, "upload hand.jpg None 80x40")


def test_the_data_set_is_browsed_page_by_page(open_app, address):
    page = open_app(f"{address}?task=digits")
    kind(page, "Data set")
    page.get_by_role("option", name="7").first.click()
    expect_chosen(page, "dataset MNIST test 0 7")
    page.get_by_test_id("stPagination").get_by_text("2", exact=True).click()
    expect(page.get_by_role("option", name="9")).to_have_count(0)  # none among 24 to 47
    page.get_by_role("option", name="3").first.click()
    expect_chosen(page, "dataset MNIST test 30 3")


def test_what_one_draws_over_the_first_digit_counts(open_app, address):
    page = open_app(f"{address}?task=digits&lang=ko")
    expect_chosen(page, "drawing")
    page.get_by_role("button", name="모두 지우기").click()
    expect_chosen(page, "nothing")


@pytest.mark.parametrize("name", ["Draw", "Samples", "Data set", "Upload", "Camera", "Numbers"])
def test_every_kind_fits_a_phone(open_app, address, name):
    page = open_app(address, **PHONE)
    kind(page, name)
    expect(page.get_by_test_id("stButtonGroup").first.get_by_role("radio", name=name)).to_be_checked()
    settle(page)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.get_by_test_id("stCode").bounding_box()["y"] < 844
