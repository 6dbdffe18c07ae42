"""`make class`: others are invited by a code, and led to https, where the camera works."""

import re
import socket
import sys
from collections.abc import Iterator
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.harness import CHROMIUM, FLAGS, free_port, settle, started

pytestmark = pytest.mark.e2e

# For the browser this machine is another one; its camera shows a test picture and needs no consent.
ELSEWHERE = "class.test"
CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Start the app for a class; give its port."""
    port = next(port for port in iter(free_port, None) if _is_free(port + 1))
    with started([sys.executable, "scripts/serve.py", "--https", f"--port={port}"], port) as address:
        yield port
    with pytest.raises(URLError, match="refused"):  # the app ended with it
        urlopen(address)  # noqa: S310  # our own server


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.fixture
def elsewhere(browser: Browser) -> Iterator[Page]:
    """Open a page in a browser on another computer."""
    rules = f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1"
    other = browser.browser_type.launch(executable_path=CHROMIUM, args=[*FLAGS, *CAMERA, rules])
    yield other.new_context(ignore_https_errors=True, locale="en-GB").new_page()
    other.close()


def test_others_are_invited_to_the_page_as_it_is(port: int, elsewhere: Page) -> None:
    page, address = elsewhere, f"http://{ELSEWHERE}:{port}/digits?lang=en&model=lenet5"
    page.goto(address)
    settle(page)
    page.get_by_role("button", name="Invite the class").click()
    expect(page.get_by_role("dialog").get_by_role("img", name=address)).to_be_visible()
    expect(page.get_by_role("dialog").get_by_text(f"http://{ELSEWHERE}:{port}/digits")).to_be_visible()


def test_the_camera_works_over_https(port: int, elsewhere: Page) -> None:
    page = elsewhere
    page.goto(f"http://{ELSEWHERE}:{port}/rock_paper_scissors")
    settle(page)
    page.get_by_role("radio", name="Camera").click()
    link = page.get_by_role("link", name="open this page there")
    expect(link).to_have_attribute(
        "href", re.compile(rf"https://{ELSEWHERE}:{port + 1}/rock_paper_scissors\?.*lang=en")
    )
    page.goto(str(link.get_attribute("href")))
    settle(page)
    page.get_by_role("radio", name="Camera").click()
    page.wait_for_function("document.querySelector('video')?.readyState === 4")
    page.get_by_role("button", name="Take Photo").click()
    expect(page.get_by_role("button", name="Clear photo")).to_be_visible()
    expect(page.get_by_text("I do not see a hand here")).to_be_visible()
    expect(link).to_be_hidden()
