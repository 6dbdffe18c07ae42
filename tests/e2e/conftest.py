"""A real server and a real Chromium, shared by the browser tests; every test checks console and network."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SIZES = {"desktop": (1440, 900), "phone": (390, 844), "projector": (1280, 720)}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
Opener = Callable[..., Page]

expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Start the app on a free port; give its address."""
    if CHROMIUM is None:
        pytest.skip("browser tests: no chromium (install the packages chromium and fonts-nanum)")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = os.environ.get("CNNVIZ_DATA", str(ROOT.parent / "shared" / "data"))
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"]
    process = subprocess.Popen(
        [*command, "--server.headless=true"], cwd=ROOT, env=os.environ | {"CNNVIZ_DATA": data}
    )
    try:
        wait_for_health(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def wait_for_health(address: str, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Wait until the server says that it is well."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health") as answer:  # noqa: S310  # our own server
                if answer.read() == b"ok":
                    return
        except urllib.error.URLError:
            time.sleep(0.2)
    raise RuntimeError(f"the app at {address} did not become healthy")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    if CHROMIUM is None:
        pytest.skip("browser tests: no chromium (install the packages chromium and fonts-nanum)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser, server: str) -> Iterator[Opener]:
    """Open a page of the app; afterwards, no console error and no request to another machine."""
    problems: list[str] = []
    contexts = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
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
        return page

    yield opener
    for context in contexts:
        context.close()
    assert not problems


def settle(page: Page) -> None:
    """Wait until the script has run to its end and nothing on the page is stale."""
    expect(page.get_by_test_id("stAppViewContainer")).to_be_visible()
    page.wait_for_function(
        "() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
        " && !document.querySelector('[data-stale=true], [data-testid=stSkeleton]')"
    )
    expect(page.get_by_test_id("stException")).to_have_count(0)
