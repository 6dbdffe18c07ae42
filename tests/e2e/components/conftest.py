"""Serve small Streamlit scripts that show one component each; the browser is that of all browser tests."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from benchmarks import harness

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def serve(browser: Browser) -> Iterator[Callable[[str], str]]:
    """Return a function that starts a script beside this file and returns its address."""
    with ExitStack() as servers:
        yield lambda script: servers.enter_context(harness.serve(HERE / script))


@pytest.fixture
def open_app(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Return a function that opens an address in a fresh window; afterwards no error was logged."""
    contexts, problems = [], []

    def opener(address: str, **options: object) -> Page:
        context = browser.new_context(**({"viewport": {"width": 1000, "height": 900}} | options))
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(address)
        return page

    yield opener
    for context in contexts:
        context.close()
    assert not problems
