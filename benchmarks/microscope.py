"""The microscope: pointer to painted frame, first paint, bytes."""

from pathlib import Path

import numpy as np
from playwright.sync_api import Page

from benchmarks.harness import Row, browse, median_ms, painted_ms, serve, unit_ms, visit
from cnnviz.ops.conv import conv2d
from cnnviz.ui.components.microscope.scope import Look, scene_bytes

APPS = Path(__file__).parent / "apps"
MOVES = 300
FRAME_MS = 1000 / 60
# From the moment the page gets the event to the moment its frame has been painted: the first task after
# the frame's own work. Waiting for the screen's next frame, which no page can shorten, is not in it.
LISTEN = """() => {
  window.took = [];
  window.addEventListener('pointermove', () => {
    const start = performance.now();
    const done = new MessageChannel();
    done.port1.onmessage = () => window.took.push(performance.now() - start);
    requestAnimationFrame(() => done.port2.postMessage(0));
  }, true);
}"""
DRAWN = """[...document.querySelectorAll('.st-key-bench_%d *')].some(
  (e) => e.shadowRoot?.querySelector('.scope')?.dataset.cell)"""
GO = "document.querySelector('[data-testid=stButton] button').click()"


def measure() -> list[Row]:
    """Return the rows of the report."""
    rows = []
    with browse() as page:
        with serve(APPS / "empty.py") as address:
            visit(page, address)
            unit = unit_ms(page)
            idle = "an empty page p50 {:.1f} ms, p95 {:.1f} ms".format(*_moves(page, [(300, 200, 800, 500)]))
        with serve(APPS / "microscope.py") as address:
            for case, name, goal in (
                ("colour", "28×28×3, kernel 5×5", FRAME_MS),
                ("deep", "64×64×64, kernel 3×3", 2 * FRAME_MS),
            ):
                visit(page, f"{address}/?case={case}")
                page.locator(".scope .output .above").wait_for()
                rows += [_pointer(page, name, goal, idle), _first_paint(page, name, unit)]
    return [*rows, _payload()]


def _pointer(page: Page, name: str, goal_ms: float, empty: str) -> Row:
    """Time moves over output, input and kernel."""
    boxes = [page.locator(f".panel.{panel} .above").bounding_box() for panel in ("output", "input", "kernel")]
    p50, p95 = _moves(page, [(box["x"], box["y"], box["width"], box["height"]) for box in boxes if box])
    text = f"p50 {p50:.1f} ms, p95 {p95:.1f} ms over {MOVES} moves ({empty})"
    return Row(f"Pointer to painted frame, {name} (p95 / {goal_ms:.1f} ms)", text, p95 / goal_ms, 1.0)


def _moves(page: Page, boxes: list[tuple[float, float, float, float]]) -> tuple[float, float]:
    """Return the 50th and 95th percentile of the times of moves in `boxes` (x, y, width, height)."""
    page.evaluate(LISTEN)
    for x, y, width, height in boxes:
        for step in range(MOVES // len(boxes)):
            page.mouse.move(x + step * 37 % 101 / 101 * width, y + step * 61 % 103 / 103 * height)
            page.wait_for_timeout(20)  # a hand moves no faster than the screen
    p50, p95 = np.percentile(np.array(page.evaluate("window.took")), [50, 95])
    return float(p50), float(p95)


def _first_paint(page: Page, name: str, unit: float) -> Row:
    """Time a click that makes the app draw a new microscope."""

    def once() -> float:
        count = int(page.locator("[data-testid=stText]").inner_text().split()[1]) + 1
        return painted_ms(page, GO, DRAWN % count)

    took = median_ms(once)
    return Row(f"First paint of the microscope, {name}", f"{took:.0f} ms, U {unit:.0f} ms", took / unit, 1.5)


def _payload() -> Row:
    rng = np.random.default_rng(0)
    result = conv2d(rng.normal(size=(64, 64, 64)), rng.normal(size=(1, 64, 3, 3)))
    size = len(scene_bytes(result, language="ko", look=Look()))
    return Row("Bytes of 64 maps of 64×64 in the microscope (of 1 MB)", f"{size:,} bytes", size / 1e6, 1.0)


if __name__ == "__main__":
    for row in measure():
        print(f"{row.name}: {row.measured}; ratio {row.ratio:.2f}, goal {row.goal}")
