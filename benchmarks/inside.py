"""Inside the network: from a stroke to the painted overview, pointing at units, an occlusion map."""

import time

import numpy as np
from playwright.sync_api import Page

from benchmarks.harness import ROOT, Row, browse, median_ms, painted_ms, serve, unit_ms, visit
from benchmarks.pages import APPS, SHEET, STROKE
from cnnviz.explain.attribution import occlusion
from cnnviz.zoo import registry

VIEW = (
    "[...document.querySelectorAll('*')].map((e) => e.shadowRoot?.querySelector('.overview')).find(Boolean)"
)
CLEAR = SHEET.replace(".sheet canvas", ".clear")
FRAME_MS = 1000 / 60
# Moves the pointer over one unit after the other and gives the times from event to painted frame.
POINT = """async ([view]) => {
  const root = new Function('return ' + view)(), marks = root.querySelector('.marks');
  const box = marks.getBoundingClientRect(), times = [];
  const painted = () => new Promise((done) => requestAnimationFrame(() => {
    const after = new MessageChannel();
    after.port1.onmessage = done;
    after.port2.postMessage(0);
  }));
  for (let k = 0; k < 120; k++) {
    const clientX = box.left + box.width * (0.2 + 0.5 * ((k * 7) % 120) / 120);
    const clientY = box.top + box.height * ((k * 37) % 100) / 100;
    await new Promise(requestAnimationFrame);
    const start = performance.now(), pointerType = 'mouse';
    marks.dispatchEvent(new PointerEvent('pointermove', {bubbles: true, clientX, clientY, pointerType}));
    await painted();
    times.push(performance.now() - start);
  }
  return times;
}"""


def measure() -> list[Row]:
    """Return the rows of the report."""
    with browse() as page:
        page.emulate_media(reduced_motion="reduce")  # the cross-fade is no part of the time
        with serve(APPS / "empty.py") as address:
            visit(page, address)
            unit = unit_ms(page)
        with serve(ROOT / "app.py") as address:
            largest = max(registry.names("digits"), key=lambda name: registry.card("digits", name).macs)
            rows = [
                _overview(page, f"{address}/inside?model=three-conv", unit, name="three-conv", goal=3),
                _overview(page, f"{address}/inside?model={largest}", unit, name=largest, goal=6),
                _pointing(page),
            ]
    return [*rows, _occlusion(unit)]


def _overview(page: Page, address: str, unit: float, *, name: str, goal: float) -> Row:
    """Time from the end of a stroke to the overview of the new drawing, painted."""
    visit(page, address)
    page.get_by_role("button", name="Picture", exact=False).first.click()
    page.wait_for_function(f"() => Boolean({SHEET})")
    count = 0

    def draw() -> float:
        nonlocal count
        count += 1
        _act(page, f"{CLEAR}.click()")
        spots = [[0.2, 0.2 + 0.03 * (count % 20)], [0.8, 0.8 - 0.02 * (count % 20)]]
        return _act(page, STROKE % (SHEET, spots))

    took = median_ms(draw)
    return Row(
        f"picture in, overview of {name} painted", f"{took:.0f} ms, U {unit:.0f} ms", took / unit, goal
    )


def _act(page: Page, act: str) -> float:
    """Return the milliseconds from the JavaScript `act` until another overview is painted."""
    before = page.evaluate(f"{VIEW}.dataset.shown")
    return painted_ms(page, act, f"!['', {before!r}].includes({VIEW}.dataset.shown)")


def _pointing(page: Page) -> Row:
    """Time from a move of the pointer to the painted links, at the 95th percentile."""
    page.keyboard.press("Escape")
    worst = float(np.percentile(page.evaluate(POINT, [VIEW]), 95))
    return Row("pointing at units of the overview, 95 %", f"{worst:.1f} ms", worst / FRAME_MS, 2.0)


def _occlusion(unit: float) -> Row:
    """Time an occlusion map of a digit, without a browser."""
    net = registry.load("digits", "three-conv")
    picture = np.random.default_rng(0).normal(size=(1, 28, 28)).astype(np.float32)

    def once() -> float:
        start = time.perf_counter()
        occlusion(net, picture, class_idx=0)
        return 1000 * (time.perf_counter() - start)

    took = median_ms(once, times=5)
    return Row("occlusion map of a 28×28 picture", f"{took:.0f} ms, U {unit:.0f} ms", took / unit, 3)
