"""Small cases to change."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harmony.case import Case

BLOCKS = {
    "geometry": {
        "blocks": [
            {"vertices": [[-5, -1], [5, -1], [5, 0], [-5, 0]], "fixed": True, "group": "base", "joint": "bed"},
            {"vertices": [[0, 0], [2, 0], [2, 1], [0, 1]], "group": "stack", "joint": "bed"},
            {"vertices": [[0, 1], [2, 1], [2, 2], [0, 2]], "group": "stack"},
        ]
    },
    "materials": {"rock": {"density": 2600, "young": 5e9, "poisson": 0.25}},
    "joints": {"default": {"friction": 30}},
    "time": {"end": 1.0, "step": 1e-3},
}


@pytest.fixture
def make() -> Callable[..., Case]:
    """Builds the stack of two blocks on a fixed base, with top-level keys replaced."""

    def make(folder: Path | str = ".", **changes: Any) -> Case:
        return Case.from_dict(copy.deepcopy(BLOCKS) | changes, folder)

    return make


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str], Case]:
    """Reads a case from YAML text, as a file called case.yaml."""

    def read(text: str) -> Case:
        (tmp_path / "case.yaml").write_text(text)
        return Case.read(tmp_path / "case.yaml")

    return read
