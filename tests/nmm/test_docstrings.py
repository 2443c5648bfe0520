"""The examples in the docstrings run."""

import doctest

import pytest

import nmm
import nmm.model
import nmm.simulation


@pytest.mark.parametrize("module", [nmm, nmm.model, nmm.simulation], ids=lambda m: m.__name__)
def test_examples(module):
    found = doctest.testmod(module)
    assert found.attempted > 0
    assert found.failed == 0
