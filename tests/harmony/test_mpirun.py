"""`mpirun -n 2 harmony solve`: one answer, one voice, one end."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import harmony

WALL: dict[str, Any] = {
    "geometry": {"wall": {"courses": 4, "bricks": 6}},
    "materials": {"rock": {"density": 2600, "young": 5.0e9, "poisson": 0.25}},
    "joints": {"default": {"friction": 30}},
    "time": {"end": 0.004, "step": 1e-3},
    "output": {"every": 0.002},
}
LONG = WALL | {"time": {"end": 100.0, "step": 1e-3}}

MANIFOLD: dict[str, Any] = {
    "method": "nmm",
    "geometry": {"domain": [[0, 0], [1, 0], [1, 3], [0, 3]]},
    "cover": {"size": 0.4},
    "materials": {"rock": {"density": 2600, "young": 5.0e9, "poisson": 0.25}},
    "supports": {"edges": [{"along": [[0, 0], [1, 0]]}]},
    "time": {"analysis": "static"},
    "probes": {"top": {"at": [0.4, 2.9]}},
}

FAIL_ON_ONE = """
import sys, dda.parallel.slab_simulation as s
from harmony import cli, ranks
run = s.SlabSimulation.run
def failing(self, *a, **k):
    if ranks.rank() == 1: raise MemoryError("no room for the rows")
    return run(self, *a, **k)
s.SlabSimulation.run = failing
sys.exit(cli.main(sys.argv[1:]))
"""


FULL_ON_ONE = """
import resource, sys
from harmony import cli, ranks
together = ranks.end_together
def limited():
    together()  # MPI itself needs larger files
    if ranks.rank() == 1: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
ranks.end_together = limited
sys.exit(cli.main(sys.argv[1:]))
"""


def launch(
    folder: Path, case: dict[str, Any], *arguments: str, code: str | None = None, ranks: int = 2
) -> "subprocess.Popen[str]":
    (folder / "case.yaml").write_text(harmony.Case.from_dict(case).to_yaml())
    return start(folder, "solve", "case.yaml", "--out", "run", *arguments, code=code, ranks=ranks)


def start(folder: Path, *words: str, code: str | None = None, ranks: int = 2) -> "subprocess.Popen[str]":
    mpirun = Path(sys.executable).parent / "mpirun"  # of the wheel mpich
    program = ["-m", "harmony.cli"] if code is None else ["-c", code]
    command = [str(mpirun), "-n", str(ranks), sys.executable, *program, *words]
    # Ranks that share cores must give way to each other.
    environment = os.environ | {"OMP_NUM_THREADS": "1", "MPIR_CVAR_ENABLE_HEAVY_YIELD": "1"}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=folder, env=environment, text=True, stdout=pipe, stderr=pipe)


def finish(process: "subprocess.Popen[str]", seconds: float = 60.0) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=seconds)
    return process.returncode, out, err


def test_two_ranks_give_the_answer_of_one(tmp_path: Path) -> None:
    code, out, err = finish(launch(tmp_path, WALL, "--json"))
    assert code == 0, err
    summary = json.loads(out)
    assert summary["ranks"] == 2
    assert summary["warnings"] == []
    alone, run = harmony.solve(harmony.Case.from_dict(WALL)), harmony.Run.read(tmp_path / "run")
    for column in ("mass.displacement.y", "energy.potential"):
        np.testing.assert_allclose(run.history[column], alone.history[column], rtol=1e-7)
    np.testing.assert_allclose(run.fields.frame(-1).stress, alone.fields.frame(-1).stress, atol=1.0)


def test_linear_statics_of_a_manifold_are_shared(tmp_path: Path) -> None:
    code, out, err = finish(launch(tmp_path, MANIFOLD, "--json"))
    assert code == 0, err
    assert json.loads(out)["ranks"] == 2
    alone, run = harmony.solve(harmony.Case.from_dict(MANIFOLD)), harmony.Run.read(tmp_path / "run")
    for column in ("top.displacement.y", "top.stress.yy", "energy.strain"):
        np.testing.assert_allclose(run.history[column], alone.history[column], rtol=1e-9)


def test_bad_input_is_told_once(tmp_path: Path) -> None:
    code, _, err = finish(launch(tmp_path, WALL, "--petsc", "-dda_ksp_typ cg"))
    assert code == 2
    assert err.count("error: petsc: nothing has used -dda_ksp_typ") == 1


def test_options_of_petsc_stand_in_the_case_too(tmp_path: Path) -> None:
    code, _, err = finish(launch(tmp_path, WALL | {"petsc": "-dda_ksp_typ cg"}))
    assert code == 2
    assert err.count("warning: petsc: nothing has used -dda_ksp_typ so far") == 1  # while there is time to stop it
    assert err.count("error: petsc: nothing has used -dda_ksp_typ") == 1
    assert "on rank" not in err
    assert (tmp_path / "run/report.html").exists()  # and what was computed is whole
    given = WALL | {"petsc": "-dda_ksp_max_it 1 -dda_ksp_type richardson -dda_pc_type none"}
    code, _, err = finish(
        launch(tmp_path, given, "--petsc", "-dda_ksp_max_it 500 -dda_ksp_type cg -dda_pc_type bjacobi")
    )
    assert code == 0, err  # the command line wins


def test_a_value_that_is_missed_ends_all(tmp_path: Path) -> None:
    """The first rank alone judges it; the others must not wait for it."""
    case = WALL | {"expected": [{"quantity": "mass.speed.max", "value": 5.0, "tolerance": 0.1}]}
    code, out, err = finish(launch(tmp_path, case))
    assert code == 1, err
    assert "mass.speed.max" in out + err
    assert "Traceback" not in err


def test_an_error_on_one_rank_ends_all(tmp_path: Path) -> None:
    began = time.monotonic()
    code, _, err = finish(launch(tmp_path, LONG, code=FAIL_ON_ONE))
    assert code != 0
    assert err.count("no room for the rows") == 1
    assert "on rank 1 of 2" in err
    assert time.monotonic() - began < 30.0


def test_a_disk_that_is_full_on_one_rank_ends_all_in_order(tmp_path: Path) -> None:
    code, _, err = finish(launch(tmp_path, LONG, code=FULL_ON_ONE))
    assert code == 1, err
    assert err.count("the file may not grow further (limit of the file system, or of ulimit -f) on rank 1 of 2") == 1
    assert "run/fields.vtkhdf" in err or "run/checkpoint.h5" in err


def test_a_signal_to_one_rank_stops_all_with_a_checkpoint(tmp_path: Path) -> None:
    process = launch(tmp_path, LONG, "--quiet")
    log = tmp_path / "run/log.txt"
    end = time.monotonic() + 40.0
    while not (log.exists() and "begins at" in log.read_text()):
        assert time.monotonic() < end
        assert process.poll() is None
        time.sleep(0.2)
    os.kill(_last_rank(process.pid), signal.SIGTERM)
    code, _, err = finish(process)
    assert code == 130, err
    assert err.count("interrupted") == 1
    assert harmony.Run.read(tmp_path / "run").summary["status"] == "interrupted"
    again = harmony.solve(harmony.Case.read(tmp_path / "run/case.yaml"), tmp_path / "run", restart=True, until=0.006)
    assert again.summary["ranks"] == 1
    assert again.summary["time"] == pytest.approx(0.006) or again.summary["time"] > 0.006


def _last_rank(root: int) -> int:
    """The process of rank 1 under mpirun."""
    for status in Path("/proc").glob("[0-9]*/environ"):
        try:
            words = status.read_bytes().split(b"\0")
            parent = int((status.parent / "stat").read_text().rsplit(")", 1)[1].split()[1])
            grand = int(Path(f"/proc/{parent}/stat").read_text().rsplit(")", 1)[1].split()[1])
        except (OSError, ValueError):
            continue
        if b"PMI_RANK=1" in words and root in (parent, grand):
            return int(status.parent.name)
    raise AssertionError("no rank 1")
