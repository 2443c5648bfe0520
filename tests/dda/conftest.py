"""Fixtures of the tests of dda."""

import importlib.util
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def scenes():
    """The module `core_scenes`: small scenes with closed-form answers."""
    spec = importlib.util.spec_from_file_location("core_scenes", Path(__file__).with_name("core_scenes.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
