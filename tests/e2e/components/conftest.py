"""Serve small Streamlit scripts that show one component each; the browser is that of all browser tests."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


@pytest.fixture(scope="module")
def serve() -> Iterator[Callable[[str], str]]:
    """Return a function that starts a script beside this file and returns its address."""
    servers = []

    def start(script: str) -> str:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        options = [f"--server.port={port}", "--server.headless=true", "--server.address=127.0.0.1"]
        command = [sys.executable, "-m", "streamlit", "run", str(HERE / script), *options]
        env = os.environ | {"PYTHONPATH": str(ROOT)}
        servers.append(subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL))
        wait_for(f"http://127.0.0.1:{port}/_stcore/health")
        return f"http://127.0.0.1:{port}"

    yield start
    for server in servers:
        server.terminate()
        server.wait(10)


@pytest.fixture
def open_app(browser):
    """Return a function that opens an address in a fresh window; afterwards no error was logged."""
    contexts, problems = [], []

    def opener(address: str, **options):
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


def wait_for(address: str) -> None:
    """Wait until the server says that it is well."""
    for _ in range(600):
        try:
            with urllib.request.urlopen(address, timeout=1) as answer:  # noqa: S310  # our own server
                if answer.read() == b"ok":
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"no answer from {address}")
