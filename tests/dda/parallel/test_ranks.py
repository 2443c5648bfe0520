"""Blocks on two ranks: the same step as on one."""

import json
import os
import subprocess
import sys
from pathlib import Path

TOLERANCE = 1e-9
"""Of the largest value: two solvers with a residual of 1e-12 differ by less, times the condition of the contacts."""

COMPARE = Path(__file__).parent / "compare.py"


def test_a_step_is_that_of_one_rank() -> None:
    mpirun = Path(sys.executable).parent / "mpirun"  # of the wheel mpich
    # Ranks that share cores must give way to each other.
    environment = os.environ | {"OMP_NUM_THREADS": "1", "MPIR_CVAR_ENABLE_HEAVY_YIELD": "1"}
    command = [str(mpirun), "-n", "2", sys.executable, str(COMPARE), "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=120)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert len(found) == 9
    assert any(got["impacts"] > 0 for got in found.values())
    for scene, got in found.items():
        assert got["contacts"], scene
        assert max(got["displacement"], got["velocity"], got["energy"]) <= TOLERANCE, (scene, got)
        assert min(got["owned"]) > 0, scene
