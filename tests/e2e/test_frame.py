"""The frame in a real browser: language, address, history, and what a stroke of the pen reruns."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from benchmarks.harness import settle

Opener = Callable[..., Page]
pytestmark = pytest.mark.e2e


def choose_model(page: Page, name: str) -> None:
    page.get_by_role("combobox", name="Network").first.click()
    page.get_by_role("option", name=name).click()
    settle(page)


def test_language_is_kept_in_document_address_and_links(open_page: Opener) -> None:
    page = open_page("digits?lang=en")
    page.get_by_text("한국어").click()
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    expect(page).to_have_url(re.compile(r"lang=ko"))
    page.get_by_role("link", name="옷", exact=True).click()
    expect(page.get_by_role("heading", name="어떤 옷일까요?")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/clothes\?.*lang=ko"))


def test_address_restores_what_was_set(open_page: Opener) -> None:
    page = open_page("digits")
    choose_model(page, "LeNet-5")
    expect(page).to_have_url(re.compile(r"model=lenet5"))
    again = open_page(page.url.split("/", 3)[3])
    expect(again.get_by_text("61,706 parameters").first).to_be_visible()


def test_back_leads_back_after_changing_controls(open_page: Opener) -> None:
    page = open_page("")
    page.get_by_role("link", name="Draw a digit").click()
    expect(page.locator(".answer")).to_be_visible()
    choose_model(page, "LeNet-5")
    expect(page).to_have_url(re.compile(r"model=lenet5"))  # the browser sends a choice only after its click
    page.go_back()
    expect(page.get_by_role("heading", name="See what a neural network sees")).to_be_visible()


def test_a_stroke_reruns_the_fragment_alone(open_page: Opener) -> None:
    page = open_page("digits")
    expect(page.locator("table.softmax")).to_be_visible()
    received: list[bytes] = []

    def listen(frame: bytes) -> None:
        received.append(frame)

    page.on("websocket", lambda socket: socket.on("framereceived", listen))
    page.reload()
    expect(page.locator("table.softmax")).to_be_visible()
    settle(page)
    assert any(b"Layer stack" in bytes(frame) for frame in received)  # the whole page came over this socket
    received.clear()
    before = page.locator("table.softmax").inner_text()
    box = page.get_by_label("Drawing sheet").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + 20, steps=4)
    page.mouse.up()
    page.wait_for_function("was => document.querySelector('table.softmax').innerText !== was", arg=before)
    settle(page)
    assert received
    assert not any(b"Layer stack" in bytes(frame) for frame in received)
