"""What several ranks do not do together: one of them does it and says so, or all refuse it. Never copies of a run."""

import sys
from pathlib import Path
from typing import Any

import pytest

import harmony

sys.path.insert(0, str(Path(__file__).parent))
from test_mpirun import MANIFOLD, WALL, finish, launch, start

PUSHED: dict[str, Any] = MANIFOLD | {
    "geometry": {
        "domain": [[0, 0], [2, 0], [2, 1], [0, 1]],
        "joints": [{"name": "bed", "polyline": [[0, 0.5], [2, 0.5]]}],
    },
    "joints": {"bed": {"friction": 30}},
    "time": {"end": 0.002, "step": 0.001},
    "probes": {},
}
"""Two bodies of a manifold in contact, in motion."""


def test_contact_of_manifolds_is_computed_by_one_rank_which_says_so(tmp_path: Path) -> None:
    code, _, err = finish(launch(tmp_path, PUSHED))
    assert code == 0, err
    assert err.count("computes nmm on one") == 1
    summary = harmony.Run.read(tmp_path / "run").summary
    assert summary["ranks"] == 1
    assert any("started on 2 ranks" in warning for warning in summary["warnings"])


def test_coupled_cases_are_refused(tmp_path: Path) -> None:
    case = harmony.Case.read(Path(__file__).parents[2] / "cases/verification/C01-patch-coupled/coupled.yaml")
    (tmp_path / "case.yaml").write_text(case.to_yaml())
    code, _, err = finish(start(tmp_path, "solve", "case.yaml", "--out", "run"))
    assert code == 2, err
    assert err.count("coupled cases run on one rank, and 2 were started") == 1
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("command", ["report", "regress"])
def test_other_commands_are_refused(command: str, tmp_path: Path) -> None:
    code, _, err = finish(start(tmp_path, command, "nothing"))
    assert code == 2
    assert err.count(f"harmony {command} runs on one rank, and 2 were started") == 1


def test_an_option_of_petsc_that_the_user_gives_is_used_and_the_log_is_shown(tmp_path: Path) -> None:
    options = "-dda_ksp_type cg -dda_ksp_max_it 77 -dda_friction_ksp_type bcgs -log_view"
    code, out, err = finish(launch(tmp_path, WALL, "--quiet", "--petsc", options))
    assert code == 0, out + err
    assert "KSPSolve" in out
    assert "MatSetValuesCOO" in out or "MatAssemblyEnd" in out
