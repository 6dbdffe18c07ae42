"""The pages: a changed setting, a finished stroke, sixty-four maps, the first picture of Home."""

import io
import time
from itertools import cycle
from pathlib import Path
from urllib.parse import quote

import skimage.data
from PIL import Image
from playwright.sync_api import Page

from benchmarks.harness import ROOT, Row, browse, median_ms, painted_ms, serve, settle, unit_ms, visit

APPS = Path(__file__).parent / "apps"
RUN_IS_OVER = (
    "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"
    " && !document.querySelector('[data-stale=true]')"
)
EIGHT = "sobel_x;sobel_y;laplacian_4;sharpen;emboss;prewitt_x;scharr_x;identity"
CONVOLUTION = f"convolution?kernels={quote(EIGHT)}&colour=true&detail="
# Types a number into the field for the stride and presses Enter.
TYPE = """
  const field = [...document.querySelectorAll('input')].find((e) => e.ariaLabel?.startsWith('Stride ↓'));
  field.focus();
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, '%d');
  field.dispatchEvent(new Event('input', {bubbles: true}));
  field.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true}));"""
# One stroke from press to release, each time another shape: a 1, then a 7.
STROKE = """
  const sheet = %s, box = sheet.getBoundingClientRect();
  const send = (type, [down, right]) => sheet.dispatchEvent(new PointerEvent(type, {
    bubbles: true, pointerId: 1, isPrimary: true, buttons: type === 'pointerup' ? 0 : 1,
    clientX: box.left + right * box.width, clientY: box.top + down * box.height}));
  const spots = %s;
  send('pointerdown', spots[0]); spots.forEach((spot) => send('pointermove', spot));
  send('pointerup', spots.at(-1));"""
EVERYTHING = "Array.from(document.querySelectorAll('*'), (e) => e.shadowRoot)"
SHEET = f"{EVERYTHING}.map((root) => root?.querySelector('.sheet canvas')).find(Boolean)"
PROBS = "[...document.querySelectorAll('.bar .prob')].map((e) => e.innerText).join()"


def measure() -> list[Row]:
    """Return the rows of the report."""
    with browse() as page:
        with serve(APPS / "empty.py") as address:
            visit(page, address)
            unit = unit_ms(page)
        with serve(APPS / "empty.py", "--runner.postScriptGC=true") as address:
            visit(page, address)
            usual = Row(
                "The empty page with Streamlit's own settings", *_in_units(unit_ms(page), unit), float("inf")
            )
        with serve(APPS / "maps.py") as address:
            visit(page, address)
            maps = Row("64 feature maps", *_in_units(unit_ms(page), unit), 1.3)
        with serve(ROOT / "app.py") as address:
            rows = [_settings(page, address, unit, detail) for detail in ("size", "maps", "microscope")]
            stroke = _stroke(page, f"{address}/digits", unit)
        return [usual, *rows, stroke, maps, _home(page)]


def _in_units(took_ms: float, unit: float) -> tuple[str, float]:
    return f"{took_ms:.0f} ms, U {unit:.0f} ms", took_ms / unit


def _settings(page: Page, address: str, unit: float, detail: str) -> Row:
    """Change the stride to and fro on a colour photo of 512×512 under eight kernels."""
    visit(page, f"{address}/{CONVOLUTION}{detail}")
    page.get_by_text("Change the picture").first.click()
    page.get_by_role("radio", name="Upload").click()
    photo = io.BytesIO()
    Image.fromarray(skimage.data.astronaut()).save(photo, "PNG")
    file = {"name": "astronaut.png", "mimeType": "image/png", "buffer": photo.getvalue()}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_text("Output 512 × 512").wait_for()
    page.keyboard.press("Escape")
    settle(page)
    turns = cycle([(2, "Output 256 × 512"), (1, "Output 512 × 512")])

    def once() -> float:
        stride, heading = next(turns)
        done = f"document.querySelector('[data-testid=stMain]').innerText.includes('{heading}')"
        return painted_ms(page, TYPE % stride, f"{done} && {RUN_IS_OVER}")

    name = f"New stride, 512×512 colour photo, 8 kernels, lower part “{detail}”"
    return Row(name, *_in_units(median_ms(once), unit), 2.0)


def _stroke(page: Page, address: str, unit: float) -> Row:
    """Draw one stroke more each time; the probabilities must have changed."""
    visit(page, address)
    seven, one = [[0.2, 0.3], [0.2, 0.7], [0.8, 0.5]], [[0.2, 0.5], [0.5, 0.52], [0.8, 0.5]]
    turns = cycle([seven, one])

    def once() -> float:
        page.get_by_role("button", name="Clear the sheet").click()
        page.locator(".answer").wait_for(state="detached")
        before = page.evaluate(PROBS)
        act = STROKE % (SHEET, next(turns))
        return painted_ms(page, act, f"{PROBS} !== '{before}' && {PROBS} !== ''")

    return Row("End of a stroke to painted softmax", *_in_units(median_ms(once), unit), 1.5)


def _home(page: Page) -> Row:
    """From the start of the program to the first picture, for Home and for the empty app."""
    took = {}
    for name, script in (("empty", APPS / "empty.py"), ("home", ROOT / "app.py")):
        took[name] = median_ms(lambda script=script: _start_ms(page, script), times=3, warm=1)  # type: ignore[misc]  # a default is a fine way to bind
    text = f"{took['home']:.0f} ms, empty app {took['empty']:.0f} ms"
    return Row("Start of the program to painted Home", text, took["home"] / took["empty"], 1.3)


def _start_ms(page: Page, script: Path) -> float:
    start = time.perf_counter()
    with serve(script) as address:
        visit(page, address)
        return (time.perf_counter() - start) * 1000
