"""A user's table with a map of its columns is an ensemble as any other."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import harmony

TABLE = """run,phi,rho,runout,v0,v10,class,state,why
1,12.5,2600,31.0,0.0,2.5,rapid,done,
2,35.0,2650,0.1,0.0,0.0,stable,done,
3,20.0,2500,,0.0,,,failed,no convergence
4,,2500,1.0,0.0,0.5,creeping,,
"""
COLUMNS: dict[str, Any] = {
    "parameters": {"joints.default.friction": "phi", "materials.rock.density": {"column": "rho", "unit": "kg/m3"}},
    "scalars": {"mass.displacement.magnitude.final": "runout"},
    "histories": {"mass.speed": {"0": "v0", "10": "v10"}},
    "verdict": "class",
    "status": "state",
    "reason": "why",
}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "runs.csv"
    path.write_text(TABLE)
    return path


def test_a_table_becomes_an_ensemble(table: Path, case: harmony.Case, tmp_path: Path) -> None:
    harmony.Ensemble.from_csv(table, COLUMNS, case).write(tmp_path / "ensemble.h5")
    read = harmony.Ensemble.read(tmp_path)
    assert read.parameter("joints.default.friction")[:3].tolist() == [12.5, 35.0, 20.0]
    assert read.units == ["", "kg/m3"]
    assert read.time.tolist() == [0.0, 10.0]
    assert read.history("mass.speed")[0].tolist() == [0.0, 2.5]
    assert np.isnan(read.scalar("mass.displacement.magnitude.final")[2])
    assert read.status.tolist() == ["done", "done", "failed", "failed"]
    assert read.reason.tolist() == ["", "", "no convergence", "a parameter is missing"]
    assert read.verdict.tolist() == ["rapid", "stable", "", "creeping"]


BAD: list[tuple[dict[str, Any], str]] = [
    ({"parameters": {"joints.default.friction": "ph"}}, "did you mean 'phi'"),
    ({"parameters": {"joints.default.frction": "phi"}}, "joints.default.friction"),
    ({"parameters": {}}, "is missing"),
    ({"paramters": {}}, "did you mean 'parameters'"),
    ({"scalars": {"x": "class"}}, "needs a number, got 'rapid'"),
    ({"histories": {"x": "v0"}}, "mapping of times"),
    ({"status": "class"}, "done or failed"),
]


@pytest.mark.parametrize(("change", "words"), BAD)
def test_a_map_that_does_not_fit(table: Path, case: harmony.Case, change: dict[str, Any], words: str) -> None:
    with pytest.raises(harmony.InputError, match=words):
        harmony.Ensemble.from_csv(table, {**COLUMNS, **change}, case)
