"""Fixtures every test may use: where the data is, and empty caches."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]

settings.register_profile("cnnviz", deadline=None)  # a busy machine is no failure
settings.load_profile("cnnviz")


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Return the folder of data sets; skip by name where it is absent."""
    folder = Path(os.environ.get("CNNVIZ_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "MNIST" / "raw").is_dir():
        pytest.skip(f"data sets: no folder {folder} (set CNNVIZ_DATA)")
    return folder
