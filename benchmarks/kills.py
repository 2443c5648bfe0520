"""A run that is killed again and again ends as one that never was; prints one JSON object.

    uv run python benchmarks/kills.py --kills 100
    uv run python benchmarks/kills.py --kills 20 --ranks 2

A case is run to its end, and run once more by processes that SIGKILL themselves at random moments, each going on where
the one before died: every second one in the middle of writing a file (half of its bytes written, or all of them and not
yet in place), the others between two steps. `equal` says whether history, last fields and steps have the same bits in
the end, `progress` how many of the processes came further than the one before. With `--ranks` so many compute a shorter
run together; one of them dies (in a write the first, which writes; else any), and its launcher ends the rest.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

CASE: dict[str, Any] = {
    "geometry": {"column": {}},
    "materials": {"rock": {"density": 2600, "young": 5.0e9, "poisson": 0.25}},
    "joints": {"default": {"friction": 20}},
    "loads": {"velocity": [0.4, 0.0, 0.0]},
    "time": {"end": 3.0, "step": 0.002},
    "output": {"every": 0.05},
}

SHORT: dict[str, Any] = CASE | {
    "geometry": {"wall": {"courses": 4, "bricks": 6}},
    "time": {"end": 0.06, "step": 0.002},
    "output": {"every": 0.01},
}
"""Enough blocks for several ranks, few steps: ranks that share cores are slow."""


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def write_and_die(at: int, half: bool) -> None:
    """Die in the write number `at` of this process."""
    from harmony import atomic

    count = 0
    write_back = atomic.to_disk

    def hooked(path: Path) -> None:
        nonlocal count
        count += 1
        if count == at:
            if half:
                data = path.read_bytes()
                path.write_bytes(data[: len(data) // 2])
            die()
        write_back(path)

    atomic.to_disk = hooked


def step_and_die(at: int) -> None:
    """Die after `at` pieces of this process."""
    import dda
    from dda.parallel import SlabSimulation
    from harmony import ranks

    kind: Any = SlabSimulation if ranks.size() > 1 else dda.Simulation
    count = 0
    run = kind.run

    def hooked(self: Any, *arguments: Any, **options: Any) -> Any:
        nonlocal count
        count += 1
        if count == at:
            die()
        return run(self, *arguments, **options)

    kind.run = hooked


def child(folder: Path, seed: int, kill: str) -> None:
    """Go on with the run in `folder`, and perhaps die on the way; alone or as one of several ranks."""
    from harmony import Case, driver, marching, ranks, solve

    chance = random.Random(seed)
    driver.CHECKPOINT_SECONDS = 0.0
    marching.PIECE_SECONDS = 0.0
    victim = 0 if kill == "write" else chance.randrange(ranks.size())
    if ranks.rank() != victim:
        kill = "none"
    latest = 40 if ranks.size() == 1 else 10  # a short run has few steps
    if kill == "write":
        write_and_die(chance.randint(1, latest), chance.random() < 0.5)
    elif kill == "step":
        step_and_die(chance.randint(1, latest))
    there = (folder / "checkpoint.h5").exists()
    case = Case.from_dict(CASE if ranks.size() == 1 else SHORT)
    ranks.end_together()
    ranks.work_together(True)
    if ranks.rank() > 0:
        driver.follow(case)
    else:
        solve(case, folder, restart=there, overwrite=not there)


def launch(folder: Path, seed: int, kill: str, size: int) -> int:
    """The exit code of a child of so many ranks; -SIGKILL where one of them died."""
    words = [sys.executable, __file__, "--child", str(folder), str(seed), kill]
    if size == 1:
        return subprocess.run(words, check=False).returncode
    # Ranks that share cores must give way to each other.
    environment = os.environ | {"OMP_NUM_THREADS": "1", "MPIR_CVAR_ENABLE_HEAVY_YIELD": "1"}
    mpirun = [str(Path(sys.executable).parent / "mpirun"), "-n", str(size)]
    done = subprocess.run(mpirun + words, check=False, env=environment, capture_output=True, text=True)
    killed = done.returncode in (-signal.SIGKILL, signal.SIGKILL, 128 + signal.SIGKILL)
    if done.returncode and not killed:
        print(done.stderr, file=sys.stderr)
    return -signal.SIGKILL if killed else done.returncode


def reached(folder: Path) -> float:
    """Time [s] of the checkpoint."""
    from harmony.checkpoint import Checkpoint

    path = folder / "checkpoint.h5"
    return float(Checkpoint.read(path).state["time"]) if path.exists() else -1.0


def same(one: Path, other: Path) -> bool:
    """Whether two runs have the same bits in history, last frame and steps."""
    from harmony import Run

    a, b = Run.read(one), Run.read(other)
    frames = [run.fields.frame(-1).points.tobytes() for run in (a, b)]
    histories = [(folder / "history.csv").read_bytes() for folder in (one, other)]
    counts = [(run.summary["steps"], run.summary["substeps"], run.summary["status"]) for run in (a, b)]
    return all(pair[0] == pair[1] for pair in (frames, histories, counts))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--ranks", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--child", nargs=3, metavar=("FOLDER", "SEED", "KILL"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        child(Path(given.child[0]), int(given.child[1]), given.child[2])
        return 0
    began = time.perf_counter()
    died = {"write": 0, "step": 0}
    progress = finished = 0
    with tempfile.TemporaryDirectory(prefix="harmony-kills-") as temporary:
        whole = Path(temporary) / "whole"
        assert launch(whole, 0, "none", given.ranks) == 0
        rounds = [Path(temporary) / "killed-0"]
        equal = True
        for k in range(given.kills):
            kill = ("write", "step")[k % 2]
            before = reached(rounds[-1])
            code = launch(rounds[-1], given.seed + k, kill, given.ranks)
            died[kill] += code == -signal.SIGKILL
            if code not in (0, -signal.SIGKILL):
                equal = False
            if code == 0:  # it came to its end before it was to die: the next one begins anew
                finished += 1
                equal = equal and same(whole, rounds[-1])
                rounds.append(Path(temporary) / f"killed-{len(rounds)}")
            else:
                progress += reached(rounds[-1]) > before
        assert launch(rounds[-1], 0, "none", given.ranks) == 0
        equal = equal and same(whole, rounds[-1])
    result = {
        "benchmark": "kills",
        "ranks": given.ranks,
        "kills": sum(died.values()),
        "died": died,
        "progress": progress,
        "runs": finished + 1,
        "equal": equal,
        "seconds": round(time.perf_counter() - began, 1),
    }
    print(json.dumps(result, indent=2))
    return 0 if equal else 1


if __name__ == "__main__":
    sys.exit(main())
