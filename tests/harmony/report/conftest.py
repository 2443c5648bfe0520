"""A small run of the real solver: a block that slides down an incline."""

from pathlib import Path
from typing import Any

import pytest

import harmony
from harmony.run import Run


def case(folder: Path, **more: Any) -> harmony.Case:
    """A quarter of a second of sliding, with an expectation of each kind of outcome."""
    data = {
        "name": "Slide <b>& stop</b>",
        "geometry": {"incline": {"angle": 30}},
        "materials": {"rock": {"density": 2600, "young": 5e9, "poisson": 0.25}},
        "joints": {"default": {"friction": 20}},
        "time": {"end": 0.25, "step": 5e-3},
        "output": {"every": 0.05},
        "failure": {"quantity": "mass.displacement.magnitude", "above": 0.01},
        "expected": [
            expect("mass.displacement.magnitude.final", "verification", value=0.0567, tolerance="2%"),
            expect("mass.speed.max", "regression", value=3.0, tolerance="1%"),
            expect("mass.speed.final", "observed", between=[5, 6]),
        ],
    }
    return harmony.Case.from_dict(data | more, folder)


def expect(quantity: str, kind: str, **value: Any) -> dict[str, Any]:
    """An expectation as a case states it."""
    return {"quantity": quantity, "kind": kind, "source": f"a {kind} value", **value}


@pytest.fixture
def slide(tmp_path: Path) -> Run:
    """The run, in memory."""
    return harmony.solve(case(tmp_path))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The run directory."""
    run = harmony.solve(case(tmp_path), out=tmp_path / "run")
    assert run.folder is not None
    return run.folder
