"""axe-core finds nothing on any page that keeps people from reading or using it, in light and in dark."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.test_journeys import PAGES

Opener = Callable[..., Page]
pytestmark = pytest.mark.e2e
VIEWS = (
    "digits?detail=layers",
    "digits?detail=microscope",
    "convolution?detail=cell",
    "layer_stack?section=table",
    "inside?section=why",
    "inside?section=surgery&layer=conv2&unit=1",
    "inside?section=robust",
)
SCREENS = [(path, dark) for path in PAGES for dark in (False, True)] + [(view, True) for view in VIEWS]


@pytest.mark.parametrize(("path", "dark"), SCREENS)
def test_nothing_hinders(open_page: Opener, path: str, dark: bool) -> None:
    page = open_page(path, dark=dark)
    page.emulate_media(reduced_motion="reduce")  # what is fading in has little contrast yet
    found = Axe().run(page)
    assert not found.violations_count, found.generate_report()
