"""Memory and work of each rank, of a model of which every rank holds its own blocks only; prints one JSON object.

    python benchmarks/ranks_memory.py --blocks 200000 --ranks 1 2 4 --steps 1

One process writes the model to a file of slabs; then as many ranks as wanted read it and make steps. By number of
ranks, for each rank: blocks `owned` and `ghosts`, the most `memory` [B] that it took above what it had after all
imports, and the seconds of contact search and assembly. `allowed` is 1.2/N of the memory of one rank, and the ghosts'
share on top. Seconds are of processor time where ranks have cores of their own.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOM = 1.2
"""Of its share of one rank's memory that a rank may take, ghosts not counted [-]."""
DT = 1e-3  # s


def resident(field: str = "VmRSS") -> int:
    """Memory of this process now, or the most it had (VmHWM) [B]."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith(field))


def write(scene: str, blocks: int, path: Path) -> None:
    """The preparatory step, on one process."""
    from scenes import SCENES

    from dda.parallel import cut

    began = time.process_time()
    cut(SCENES[scene].model(blocks), path)
    print(json.dumps({"seconds": time.process_time() - began, "bytes": path.stat().st_size}))


def measure(path: Path, steps: int) -> None:
    """What one rank takes; rank 0 prints all."""
    import h5py  # noqa: F401

    from dda.parallel import SlabSimulation
    from dda.parallel.petsc import load

    load()
    from mpi4py import MPI

    comm = MPI.COMM_WORLD
    before, began = resident(), time.process_time()
    sim = SlabSimulation(path, dt=DT)
    dealt, made = time.process_time() - began, resident() - before
    sim.run(steps=steps)
    here = {
        "owned": len(sim.owned),
        "ghosts": sim.ghosts,
        "memory": resident("VmHWM") - before,
        "memory_before_steps": made,
        "deal_seconds": dealt,
        "cpu": time.process_time() - began,
        "contact_seconds": sim.totals["contact_seconds"],
        "assembly_seconds": sim.totals["assembly_seconds"],
        "open_close": sim.totals["open_close"],
    }
    ranks = comm.gather(here, root=0)
    if comm.rank == 0:
        print(json.dumps(ranks))


def child(words: list[str], ranks: int = 1) -> Any:
    """What this file printed, run by so many ranks."""
    mpirun = [str(Path(sys.executable).parent / "mpirun"), "-n", str(ranks)]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "MPIR_CVAR_ENABLE_HEAVY_YIELD": "1"}
    command = [*mpirun, sys.executable, __file__, *words]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scene", default="wall", help="of scenes.py")
    parser.add_argument("--blocks", type=int, default=200_000)
    parser.add_argument("--ranks", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--steps", type=int, default=1)
    parser.add_argument("--file", type=Path, help="keep the slabs here")
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.write:
        return write(given.scene, given.blocks, given.write)
    if given.measure:
        return measure(given.measure, given.steps)
    from machine import machine

    with tempfile.TemporaryDirectory(prefix="harmony-slabs-") as temporary:
        path = given.file or Path(temporary) / "blocks.h5"
        written = child(["--scene", given.scene, "--blocks", str(given.blocks), "--write", str(path)])
        runs = {n: child(["--measure", str(path), "--steps", str(given.steps)], n) for n in given.ranks}
    head = {"benchmark": "ranks_memory", "scene": given.scene, "steps": given.steps, "written": written}
    print(json.dumps(head | {"runs": [summary(runs, n) for n in runs], "machine": machine()}))
    return None


def summary(runs: dict[int, Any], n: int) -> dict[str, Any]:
    """Of a run on n ranks: the sum and balance of its blocks, and the memory beside what is allowed."""
    ranks = runs[n]
    owned = [rank["owned"] for rank in ranks]
    found = {"size": n, "blocks": sum(owned), "balance": max(owned) * n / sum(owned), "ranks": ranks}
    if 1 in runs:
        one = runs[1][0]["memory"]
        share = [(ROOM / n + rank["ghosts"] / sum(owned)) * one for rank in ranks]
        found["memory_of_allowed"] = max(rank["memory"] / most for rank, most in zip(ranks, share, strict=True))
    return found


if __name__ == "__main__":
    main()
