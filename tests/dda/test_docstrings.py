"""The examples in the docstrings run."""

import doctest
import importlib

import pytest


@pytest.mark.parametrize(
    "name", ["dda", "dda.joint", "dda.constitutive", "dda.material", "dda.model", "dda.errors", "dda.gap", "dda.many"]
)
def test_examples(name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted > 0
    assert result.failed == 0
