"""`harmony critical` keeps its value where `harmony compare` finds it by itself."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import harmony
from harmony.cli import app
from harmony.comparison import compare
from harmony.limits import Critical

BEAM = {
    "method": "nmm",
    "geometry": {"domain": [[0, 0], [2, 0], [2, 1], [0, 1]]},
    "materials": {"rock": {"density": 2400, "young": 1.0e9, "poisson": 0.2}},
    "supports": {"edges": [{"along": [[0, 0], [0, 1]]}]},
    "cover": {"size": 1.0},
    "time": {"analysis": "static"},
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two cases; a search finds the Young's modulus of its case without any run."""
    monkeypatch.chdir(tmp_path)

    def found(case: Any, parameter: str | None, low: Any, high: Any, *_: Any, **__: Any) -> Critical:
        return Critical(parameter or "", case.get("materials.rock.young") / 1e9, low, high, 0.1, 2, "", ())

    monkeypatch.setattr("harmony.limits.critical", found)
    for name, young in (("soft", 1.0e9), ("stiff", 2.0e9)):
        case = {**BEAM, "materials": {"rock": {**BEAM["materials"]["rock"], "young": young}}}
        (tmp_path / name).mkdir()
        (tmp_path / name / "case.yaml").write_text(json.dumps(case))
    return tmp_path


def seek(name: str, parameter: str = "loads.factor") -> None:
    words = ["critical", f"{name}/case.yaml", "--parameter", parameter, "--low", "1", "--high", "3", "--json"]
    assert CliRunner().invoke(app, words).exit_code == 0


def solve(name: str, **change: Any) -> None:
    case = json.loads(Path(name, "case.yaml").read_text()) | change
    Path(name, "case.yaml").write_text(json.dumps(case))
    harmony.solve(harmony.Case.read(f"{name}/case.yaml"), Path("runs") / name, quiet=True)


def test_a_search_before_or_after_the_run_is_found(place: Path) -> None:
    seek("soft")
    solve("soft")
    solve("stiff")
    seek("stiff")
    found = compare(["runs/soft", "runs/stiff"]).as_dict()
    assert found["critical"] == [1.0, 2.0]
    assert found["warnings"] == []


def test_what_belongs_to_another_version_or_parameter_is_told(place: Path) -> None:
    seek("soft")
    solve("soft", loads={"gravity": [0, -5]})
    solve("stiff")
    seek("stiff", "strength.factor")
    warnings = " ".join(compare(["runs/soft", "runs/stiff"]).as_dict()["warnings"])
    assert "soft: soft.critical.json was sought for another version of the case" in warnings
    assert "stiff:" not in warnings
    assert "different parameters: loads.factor, strength.factor" in warnings


def test_a_value_put_into_the_run_goes_first(place: Path) -> None:
    solve("soft")
    seek("soft")
    solve("stiff")
    Path("runs/soft/critical.json").write_text(json.dumps({"critical": 7.0}))
    assert compare(["runs/soft", "runs/stiff"]).as_dict()["critical"] == [7.0, None]


def test_a_value_that_cannot_be_kept_is_told_all_the_same(place: Path) -> None:
    Path("runs").write_text("a file")
    words = ["critical", "soft/case.yaml", "--parameter", "loads.factor", "--low", "1", "--high", "3", "--json"]
    done = CliRunner().invoke(app, words)
    assert json.loads(done.stdout)["critical"] == 1.0
    assert "not kept" in done.stderr
