"""Whatever the network thinks of a picture, nothing on the page moves when it changes its mind."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.e2e
SIZES = {"desktop": (1100, 900), "projector": (930, 720), "phone": (390, 844)}  # without the sidebar


@pytest.fixture(scope="module")
def address(serve: Callable[[str], str]) -> str:
    return serve("verdict_app.py")


def below(page: Page, state: str) -> float:
    """Return how far down the page goes on below the answer."""
    page.get_by_text(state, exact=True).click()
    mark = page.locator(f"#below[data-state={state}]")
    expect(mark).to_be_visible()
    return float(mark.evaluate("mark => mark.getBoundingClientRect().top"))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("name", ["digits", "clothes", "rock_paper_scissors"])
def test_nothing_jumps(open_app: Callable[..., Page], address: str, name: str, lang: str, size: str) -> None:
    width, height = SIZES[size]
    page = open_app(f"{address}/?page={name}&lang={lang}", viewport={"width": width, "height": height})
    places = {state: below(page, state) for state in ("yes", "no", "spread", "unsure")}
    assert max(places.values()) - min(places.values()) <= 1, places


def test_a_picture_of_something_else_is_no_headline(open_app: Callable[..., Page], address: str) -> None:
    page = open_app(f"{address}/?page=digits&lang=en")
    colour = "name => getComputedStyle(name).color"
    below(page, "yes")
    sure = page.locator(".guess.first .name").evaluate(colour)
    below(page, "no")
    expect(
        page.get_by_text("This does not look like a digit to me. My best guess would be 9.")
    ).to_be_visible()
    expect(page.get_by_role("meter", name="Is this a digit?")).to_have_attribute("aria-valuenow", "2.0")
    assert page.locator(".guess.first .name").evaluate(colour) != sure
