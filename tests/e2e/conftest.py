"""A real server and a real Chromium, shared by the browser tests; every test checks console and network."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from benchmarks.harness import CHROMIUM, FLAGS, ROOT, serve, settle

SIZES = {"desktop": (1440, 900), "phone": (390, 844), "tablet": (820, 1180), "projector": (1280, 720)}
MISSING = "browser tests: no chromium (install the packages chromium and fonts-nanum)"
# On a deep link Streamlit looks for its server below the page's address first, and the browser notes the 404.
PROBE = re.compile(r"/\w+/_stcore/(health|host-config)$")
Opener = Callable[..., Page]

expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Start the app on a free port; give its address."""
    if CHROMIUM is None:
        pytest.skip(MISSING)
    with serve(ROOT / "app.py") as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    if CHROMIUM is None:
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser, server: str) -> Iterator[Opener]:
    """Open a page of the app; afterwards, no console error and no request to another machine."""
    problems: list[str] = []
    contexts = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error" and not PROBE.search(message.location["url"]):
            problems.append(f"console: {message.text}")

    def on_request(request: Request) -> None:
        if not request.url.startswith((server, server.replace("http", "ws"), "data:", "blob:")):
            problems.append(f"request: {request.url}")

    def opener(path: str = "", *, size: str = "desktop", dark: bool = False, touch: bool = False) -> Page:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            locale="en-GB",
            has_touch=touch,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", on_console)
        page.on("request", on_request)
        page.on("pageerror", lambda error: problems.append(f"page error: {error}"))
        page.goto(f"{server}/{path}")
        settle(page)
        expect(page.get_by_test_id("stException")).to_have_count(0)
        return page

    yield opener
    for context in contexts:
        context.close()
    assert not problems
