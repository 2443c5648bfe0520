"""`method: fem` through the front: a run in memory and in a folder, restart, stages, meshes from files, and MPI."""

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import meshio
import numpy as np
import pytest

import harmony
from dda.errors import InputError

COLUMN: dict[str, Any] = {
    "method": "fem",
    "plane": "stress",
    "geometry": {"domain": [[0, 0], [1, 0], [1, 3], [0, 3]]},
    "fem": {"size": 0.5},
    "materials": {"rock": {"density": 2000, "young": 1.0e9, "poisson": 0}},
    "supports": {"edges": [{"along": [[0, 0], [1, 0]]}]},
    "time": {"analysis": "static"},
    "probes": {"top": {"at": [0.4, 3.0]}, "low": {"at": [0.4, 0.5]}},
    "expected": [
        {"quantity": "top.displacement.y.final", "value": -8.829e-5, "tolerance": "1e-6%"},
        {"quantity": "low.stress.yy.final", "value": -49050, "tolerance": "1e-6%"},
    ],
}
"""A column under its weight: v = -rho g H^2 / (2 E), sigma_yy = -rho g (H - y)."""


def column(**changes: Any) -> harmony.Case:
    return harmony.Case.from_dict({**copy.deepcopy(COLUMN), **changes})


@pytest.mark.parametrize("fem", [COLUMN["fem"], {"size": 0.3, "mesher": "structured", "solver": "gamg"}, None])
def test_a_column_under_its_weight(fem) -> None:
    run = harmony.solve(column(fem=fem))
    assert [row["pass"] for row in run.summary["expected"]] == [True, True]
    assert run.summary["method"] == "fem"
    assert run.summary["energy"]["strain"] == pytest.approx(-run.summary["energy"]["potential"] / 2, rel=1e-9)
    frame = run.fields.frame(-1)
    middle = np.array([p.mean(axis=0)[1] for p in frame.polygons])
    np.testing.assert_allclose(frame.stress[:, 1], -19620 * (3.0 - middle), atol=2.0)  # of places now


def test_a_run_directory_is_read_back(tmp_path) -> None:
    case = column()
    first = harmony.solve(case, out=tmp_path / "run")
    again = harmony.Run.read(tmp_path / "run")
    assert again.quantity("top.displacement.y.final") == first.quantity("top.displacement.y.final")
    assert len(again.fields.frame(-1).polygons) == first.summary["blocks"]
    assert harmony.Case.read(tmp_path / "run/case.yaml").data.fem == case.data.fem
    assert (tmp_path / "run/report.html").exists()


def test_two_stages_on_one_mesh() -> None:
    push = {
        "name": "push",
        "loads": {"gravity": [0, 0], "tractions": [{"along": [[0.35, 3], [1, 3]], "pressure": 1e5}]},
    }
    run = harmony.solve(column(stages=[{"name": "weight"}, push], expected=[]))
    assert run.quantity("mass.displacement.y.final") == pytest.approx(-0.65e5 * 3 / 1e9 / 2, rel=1e-2)


def test_a_mesh_from_a_file(tmp_path) -> None:
    points = np.array([[0, 0, 0], [1, 0, 0], [1, 3, 0], [0, 3, 0], [0.5, 1.5, 0]], dtype=float)
    cells = np.array([[0, 1, 4], [4, 1, 2], [2, 3, 4], [0, 4, 3]])  # whatever their orientation
    meshio.Mesh(points, [("triangle", cells)]).write(tmp_path / "section.vtu")
    case = harmony.Case.from_dict({**COLUMN, "fem": {"mesh": "section.vtu"}}, tmp_path)
    assert [row["pass"] for row in harmony.solve(case).summary["expected"]] == [True, True]
    meshio.Mesh(points * 0.5, [("triangle", cells)]).write(tmp_path / "section.vtu")
    with pytest.raises(InputError, match="does not fill"):
        harmony.solve(case)


def test_two_ranks_give_the_same_answer(tmp_path) -> None:
    case = column(expected=[], time={"end": 0.01, "step": 1e-3, "scheme": "conserving"})
    alone = harmony.solve(case)
    (tmp_path / "case.yaml").write_text(case.to_yaml())
    mpirun = Path(sys.executable).parent / "mpirun"  # of the wheel mpich
    command = [str(mpirun), "-n", "2", sys.executable, "-m", "harmony.cli", "solve", "case.yaml"]
    command += ["--out", "run", "--json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)  # one rank prints
    assert summary["ranks"] == 2
    top = alone.summary["probes"]["top"]["displacement"]["y"]
    assert summary["probes"]["top"]["displacement"]["y"] == pytest.approx(top, rel=1e-10)
    history = harmony.Run.read(tmp_path / "run").history["energy.kinetic"]
    np.testing.assert_allclose(history, alone.history["energy.kinetic"], rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"water": {"piezometric": {"seam": 1.0}}}, "no joint of that name"),
        ({"fem": {"degree": 3}}, "degree"),
        ({"fem": {"mesh": "none.msh"}}, "no such file"),
        ({"supports": {"edges": [{"along": [[0, 1], [1, 1]]}]}}, "does not run along the boundary"),
        ({"method": "dda", "supports": {}}, "belongs to method: fem"),
    ],
)
def test_refused(changes, word) -> None:
    with pytest.raises(InputError, match=word):
        harmony.solve(column(**changes))
