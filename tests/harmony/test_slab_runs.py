"""`mpirun harmony solve` of blocks, each rank with its slab: the files of one rank, through stages and steps."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import harmony
from harmony.output.fields import Fields

sys.path.insert(0, str(Path(__file__).parent))
from test_mpirun import finish, launch

CASE: dict[str, Any] = {
    "geometry": {"wall": {"courses": 4, "bricks": 6}},
    "materials": {"rock": {"density": 2600, "young": 5.0e9, "poisson": 0.25}},
    "joints": {"default": {"friction": 30}},
    "supports": {"fixed_points": [{"at": [0.6, 0.2]}]},
    "probes": {"top": {"at": [1.2, 1.6]}},
    "stages": [
        {"name": "settle", "analysis": "static", "reset": ["displacement", "energy"]},
        {"name": "release", "end": 0.004, "loads": {"gravity": [8, -9.81]}, "supports": {}},
        {"name": "slower", "end": 0.008, "step": 0.002, "loads": {"gravity": [8, -9.81]}},
    ],
    "time": {"step": 1e-3},
    "output": {"every": 0.002},
}
TOLERANCE = 1e-6
"""Of the largest value of a column: linear solvers stop at a relative residual of 1e-8, and contacts slide."""


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> harmony.Run:
    return harmony.solve(harmony.Case.from_dict(CASE), tmp_path_factory.mktemp("one") / "run")


@pytest.mark.parametrize("ranks", [1, 2, 3])
def test_ranks_write_the_files_of_one(ranks: int, alone: harmony.Run, tmp_path: Path) -> None:
    code, _, err = finish(launch(tmp_path, CASE, ranks=ranks))
    assert code == 0, err
    run = harmony.Run.read(tmp_path / "run")
    assert run.summary["ranks"] == ranks
    assert run.summary["blocks"] == alone.summary["blocks"]
    assert [stage["steps"] for stage in run.summary["stages"]] == [stage["steps"] for stage in alone.summary["stages"]]
    assert ("its slab of the blocks" in (tmp_path / "run/log.txt").read_text()) == (ranks > 1)
    assert alone.folder is not None
    assert {path.name for path in (tmp_path / "run").iterdir()} == {path.name for path in alone.folder.iterdir()}
    for column in ("time", "mass.displacement.y", "top.displacement.y", "top.stress.yy", "energy.potential"):
        scale = np.abs(alone.history[column]).max()
        np.testing.assert_allclose(run.history[column], alone.history[column], rtol=0, atol=TOLERANCE * scale)
    one, several = (Fields.read(folder / "fields.vtkhdf") for folder in (alone.folder, tmp_path / "run"))
    assert len(several) == len(one)
    assert several.topology.groups == one.topology.groups
    for k in range(len(one)):
        here, there = several.frame(k), one.frame(k)
        np.testing.assert_array_equal(here.offsets, there.offsets)
        np.testing.assert_allclose(here.points, there.points, atol=1e-12)
        for name in there.cell_data:
            scale = np.abs(there.cell_data[name]).max() + 1e-12
            np.testing.assert_allclose(here.cell_data[name], there.cell_data[name], rtol=0, atol=1e-6 * scale)
        np.testing.assert_allclose(here.contacts["normal"].sum(), there.contacts["normal"].sum(), rtol=1e-6)


def test_more_ranks_than_moving_blocks(tmp_path: Path) -> None:
    case = {key: CASE[key] for key in ("materials", "joints", "output")} | {"time": {"end": 0.002, "step": 1e-3}}
    case |= {"geometry": {"incline": {"angle": 30}}}
    code, _, err = finish(launch(tmp_path, case, ranks=3))
    assert code == 0, err
    run, one = harmony.Run.read(tmp_path / "run"), harmony.solve(harmony.Case.from_dict(case))
    assert run.summary["ranks"] == 3
    for column in ("mass.displacement.x", "mass.velocity.magnitude"):
        np.testing.assert_allclose(run.history[column], one.history[column], rtol=1e-8, atol=1e-15)


def test_materials_that_yield_are_held_whole_by_every_rank_which_says_so(tmp_path: Path) -> None:
    rock = {"density": 2600, "young": 5.0e9, "poisson": 0.25, "law": "mohr-coulomb", "friction": 30, "cohesion": 1e6}
    case = {key: CASE[key] for key in ("geometry", "joints", "output")} | {"time": {"end": 0.002, "step": 1e-3}}
    code, _, err = finish(launch(tmp_path, case | {"materials": {"rock": rock}}))
    assert code == 0, err
    assert "each holds the whole model: materials of law mohr-coulomb" in (tmp_path / "run/log.txt").read_text()
