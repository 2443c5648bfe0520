"""A run that is killed again and again ends as one that never was; prints one JSON object.

    uv run python benchmarks/kills.py --kills 100

A case is run to its end, and run once more by processes that SIGKILL themselves at random moments, each going on where
the one before died: every second one in the middle of writing a file (half of its bytes written, or all of them and not
yet in place), the others between two steps. `equal` says whether history, last fields and steps have the same bits in
the end, `progress` how many of the processes came further than the one before.
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


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def write_and_die(at: int, half: bool) -> None:
    """Die in the write number `at` of this process."""
    from harmony import atomic

    count = 0
    to_disk = atomic._to_disk

    def hooked(path: Path) -> None:
        nonlocal count
        count += 1
        if count == at:
            if half:
                data = path.read_bytes()
                path.write_bytes(data[: len(data) // 2])
            die()
        to_disk(path)

    atomic._to_disk = hooked


def step_and_die(at: int) -> None:
    """Die after `at` pieces of this process."""
    import dda

    count = 0
    run = dda.Simulation.run

    def hooked(self: Any, *arguments: Any, **options: Any) -> Any:
        nonlocal count
        count += 1
        if count == at:
            die()
        return run(self, *arguments, **options)

    dda.Simulation.run = hooked


def child(folder: Path, seed: int, kill: str) -> None:
    """Go on with the run in `folder`, and perhaps die on the way."""
    from harmony import Case, driver, marching, solve

    chance = random.Random(seed)
    driver.CHECKPOINT_SECONDS = 0.0
    marching.PIECE_SECONDS = 0.0
    if kill == "write":
        write_and_die(chance.randint(1, 40), chance.random() < 0.5)
    elif kill == "step":
        step_and_die(chance.randint(1, 40))
    there = (folder / "checkpoint.h5").exists()
    solve(Case.from_dict(CASE), folder, restart=there, overwrite=not there)


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
        child(whole, 0, "none")
        rounds = [Path(temporary) / "killed-0"]
        equal = True
        for k in range(given.kills):
            kill = ("write", "step")[k % 2]
            before = reached(rounds[-1])
            words = [str(rounds[-1]), str(given.seed + k), kill]
            code = subprocess.run([sys.executable, __file__, "--child", *words], check=False).returncode
            died[kill] += code == -signal.SIGKILL
            if code not in (0, -signal.SIGKILL):
                equal = False
            if code == 0:  # it came to its end before it was to die: the next one begins anew
                finished += 1
                equal = equal and same(whole, rounds[-1])
                rounds.append(Path(temporary) / f"killed-{len(rounds)}")
            else:
                progress += reached(rounds[-1]) > before
        child(rounds[-1], 0, "none")
        equal = equal and same(whole, rounds[-1])
    result = {
        "benchmark": "kills",
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
