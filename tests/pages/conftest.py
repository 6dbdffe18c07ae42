"""How a test opens a page: cold, by name, with empty caches."""

from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.pages.helpers import go_to

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _empty_caches() -> None:
    """Forget what the last test cached: caches belong to the process, also between AppTests."""
    st.cache_data.clear()


@pytest.fixture
def open_page() -> Callable[..., AppTest]:
    """Return a function that opens a page cold: ``open_page("digits", lang="ko", model="mlp")``."""

    def open_cold(name: str, **params: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for key, value in params.items():
            app.query_params[key] = value
        return go_to(app, name)

    return open_cold
