"""Every method, change and edit has its words in both languages, and the numbers in them are true."""

import pytest

from cnnviz import words
from cnnviz.explain.attribution import METHODS
from cnnviz.explain.surgery import FLIPS
from cnnviz.explain.sweep import KINDS


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_everything_has_words(lang):
    keys = [f"{part}.{method}" for part in ("method", "shows", "not_shown") for method in METHODS]
    keys += [f"agreement.{verdict}" for verdict in ("agree", "partly", "disagree")]
    keys += [f"surgery.{how}" for how in FLIPS] + [f"sweep.{kind}" for kind in KINDS]
    keys += [f"unit.{kind.unit}" for kind in KINDS.values()]
    missing = [key for key in keys if f"explain.{key}" not in words.catalogue(lang)]
    assert not missing
