"""Every example in a docstring does what it says."""

import doctest
import importlib
import pkgutil

import pytest

import cnnviz
import training

MODULES = [
    module.name
    for package in (cnnviz, training)
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if not module.name.endswith("__main__")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_hold(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
