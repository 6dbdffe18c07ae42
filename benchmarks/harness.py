"""Start an app, drive it in Chromium, and time from an action to the painted result."""

import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)

# Runs `act`, then asks on every frame whether `done` holds; two frames later it is on the screen.
TIMED = """async ([act, done]) => {
  const finished = new Function('return ' + done), start = performance.now();
  new Function(act)();
  while (!finished()) {
    await new Promise(requestAnimationFrame);
    if (performance.now() - start > 20000) throw new Error('not painted in 20 s: ' + done);
  }
  await new Promise(frame => requestAnimationFrame(() => requestAnimationFrame(frame)));
  return performance.now() - start;
}"""

# Whether the page has been at rest for a moment: between two of its parts that load late, it seems so too.
QUIET = """() => {
  const app = document.querySelector('[data-testid=stApp]');
  const rests = app?.dataset.testScriptState === 'notRunning'
    && !document.querySelector('[data-stale=true], [data-testid=stSkeleton]');
  window.quietSince = rests ? window.quietSince ?? performance.now() : undefined;
  return rests && performance.now() - window.quietSince > 100;
}"""


@dataclass(frozen=True)
class Row:
    """One line of the report: what was measured, the ratio to its unit, and the goal for that ratio."""

    name: str
    measured: str
    ratio: float
    goal: float

    @property
    def met(self) -> bool:
        """Whether the ratio is within its goal."""
        return self.ratio <= self.goal


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(script: Path, *options: str) -> Iterator[str]:
    """Run a Streamlit script with the project's settings; give its address once it is healthy."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}", *options]
    with started(command, port) as address:
        yield address


@contextmanager
def started(command: Sequence[str], port: int) -> Iterator[str]:
    """Run what serves the app at `port`, without opening a browser; give its address once it is healthy."""
    ours = {"CNNVIZ_DATA": str(ROOT.parent / "shared" / "data"), "PYTHONPATH": str(ROOT)}
    environment = {**ours, **os.environ, "STREAMLIT_SERVER_HEADLESS": "true"}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health") as answer:  # noqa: S310  # our own server
                if answer.read() == b"ok":
                    return
        except urllib.error.URLError:
            time.sleep(0.02)
    raise RuntimeError(f"{address} ended before it was healthy")


@contextmanager
def browse(width: int = 1440, height: int = 900) -> Iterator[Page]:
    """Give an empty Chromium tab."""
    if CHROMIUM is None:
        raise SystemExit("`make bench` needs Chromium: install the package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser.new_page(viewport={"width": width, "height": height}, locale="en-GB")
        browser.close()


def visit(page: Page, address: str) -> None:
    """Open an address and wait until its script has run and nothing is stale."""
    page.goto(address)
    settle(page)


def settle(page: Page) -> None:
    """Wait until the script has run and, for a moment, nothing on the page is stale or yet to be loaded."""
    page.evaluate("window.quietSince = undefined")
    page.wait_for_function(QUIET)


def painted_ms(page: Page, act: str, done: str) -> float:
    """Return the milliseconds from the JavaScript `act` until `done` holds and is painted."""
    return float(page.evaluate(TIMED, [act, done]))


def median_ms(measure: Callable[[], float], *, times: int = 15, warm: int = 3) -> float:
    """Return the median of several measurements, after some that are not counted."""
    for _ in range(warm):
        measure()
    return statistics.median(measure() for _ in range(times))


def unit_ms(page: Page) -> float:
    """Return U: click to painted on the empty app, open in `page`."""
    count = 0

    def once() -> float:
        nonlocal count
        count = int(page.locator("[data-testid=stText]").inner_text().split()[1]) + 1
        settle_now = f"document.querySelector('[data-testid=stText]').innerText === 'clicks {count}'"
        return painted_ms(page, "document.querySelector('[data-testid=stButton] button').click()", settle_now)

    return median_ms(once)
