"""The microscope on the pages: the lectures' numbers one click away, and the trained networks' own."""

import json

import pytest
from playwright.sync_api import Page, expect

from benchmarks.harness import settle
from cnnviz.specs import POOL_KINDS

pytestmark = pytest.mark.e2e

# The button of an example, and what the lecture's output is.
CONVOLUTIONS = {
    "4×4 by 3×3": [[23, 24], [20, 21]],
    "with padding": [[8, 16, 5, 5], [11, 23, 24, 14], [10, 20, 21, 18], [14, 10, 17, 13]],
    "another 4×4": [[15, 16], [6, 15]],
    "with bias 3": [[18, 19], [9, 18]],
    "7×7, stride 2": [[15, 17, 15], [17, 15, 17], [15, 17, 15]],
    "5×5 cross": [[4, 3, 4], [2, 4, 3], [2, 3, 4]],
    "one product sum": [[3]],
    "inner product": [[70]],
}
POOLED = {
    "Max": [[2, 3], [4, 2]],
    "Average": [[1, 1.5], [2.25, 1]],
    "L2 norm": [[2.449, 3.742], [5.385, 2.449]],
    "Global average": [[1.4375]],
}


def shows(page: Page, rows: list[list[float]]) -> None:
    """Check every output cell, one press of an arrow after the other."""
    stage, scope = page.get_by_role("application"), page.locator(".scope")
    size = f"{len(rows)} × {len(rows[0])}"
    expect(page.locator(".output figcaption")).to_contain_text(size)
    for row, numbers in enumerate(rows):
        stage.press("Home")
        for _ in range(row):
            stage.press("ArrowDown")
        for col, number in enumerate(numbers):
            expect(scope).to_have_attribute("data-cell", f"{row},{col}")
            assert float(scope.get_attribute("data-value")) == pytest.approx(number, abs=5e-4)
            stage.press("ArrowRight")


@pytest.mark.parametrize("example", CONVOLUTIONS)
def test_a_lectures_convolution_is_one_click_away(open_page, example):
    page = open_page("convolution")
    page.get_by_role("button", name=example, exact=True).click()
    shows(page, CONVOLUTIONS[example])


def test_the_lectures_first_cell_is_spelled_out(open_page):
    page = open_page("convolution")
    page.get_by_role("button", name="4×4 by 3×3", exact=True).click()
    expect(page.locator(".working > .formula")).to_have_text(
        "2·2 + 2·3 + 3·1 + 3·1 + 0·1 + 2·3 + 1·1 + 0·0 + 3·0 = 23"
    )


def test_the_lectures_dot_product_is_one_click_away(open_page):
    page = open_page("convolution?mode=line")
    page.get_by_role("button", name="dot product", exact=True).click()
    shows(page, [[4]])
    expect(page.locator(".working > .formula")).to_have_text("1·2 + 0·3 + 2·1 = 4")


def test_the_lectures_pooling_is_one_click_away(open_page):
    page = open_page("activation_pooling")
    page.get_by_role("button", name="Lecture: pooling 4×4").click()
    for (label, rows), kind in zip(POOLED.items(), POOL_KINDS, strict=True):
        page.get_by_role("radio", name=label, exact=True).click()
        page.wait_for_function(
            "kind => (new URL(location).searchParams.get('kind') ?? 'max') === kind", arg=kind
        )
        settle(page)
        shows(page, rows)


@pytest.mark.parametrize("address", ["digits?model=three-conv", "clothes?model=three-conv"])
def test_a_cell_of_a_trained_network_adds_up(open_page, address):
    page = open_page(f"{address}&detail=microscope&scope_layer=conv2&scope_map=3")
    scope = page.locator(".scope")
    expect(scope).to_be_visible()
    expect(page.locator(".output figcaption")).to_contain_text("Output · map 3")
    page.get_by_role("slider", name="Position of the window").fill("40")
    expect(page.locator(".chip.total .value")).not_to_be_empty()
    parts = page.locator(".card .sum").all()
    shown = sum(float(part.get_attribute("data-exact")) for part in parts)
    others, bias = (page.locator(f".chip.{kind}").get_attribute("title") for kind in ("others", "bias"))
    total = float(page.locator(".chip.total").get_attribute("data-exact"))
    assert shown + sum(float(text.replace("−", "-")) for text in (others, bias)) == pytest.approx(total)
    assert float(scope.get_attribute("data-value")) == pytest.approx(max(total, 0))


def test_a_layer_of_the_stack_is_explained(open_page):
    page = open_page("layer_stack?section=microscope")
    expect(page.locator(".scope .readout")).to_contain_text("Output, row")
    names = json.loads(
        page.locator(".card-head").evaluate_all("heads => JSON.stringify(heads.map(h => h.innerText))")
    )
    assert names[0] == "channel red"


def test_a_network_without_maps_says_so(open_page):
    page = open_page("digits?model=mlp&detail=microscope")
    expect(page.get_by_text("This network makes no maps")).to_be_visible()
