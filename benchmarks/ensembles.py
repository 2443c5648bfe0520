"""Runs an hour of `harmony ensemble`; prints one JSON object.

    uv run python benchmarks/ensembles.py --case slope --samples 64 --jobs 2
    uv run python benchmarks/ensembles.py --case reduced --samples 64 --jobs 2

slope: 20 columns on a stepped base over 20 s at 5 ms, frictions from standing to failing; reduced: the reduced Vajont.
What others do on the machine only slows it, so there are two rates: by the wall clock, and by processor time, jobs
times 3600 over the mean of a sample. `busy` is the share of jobs times wall time that samples took, the rest went into
starting processes, sampling and writing. `--step` compares the run-out of slope with that of a finer step.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from machine import cores, machine

import harmony

SLOPE: dict[str, Any] = {
    "name": "Twenty columns on a stepped base",
    "geometry": {
        "stepped-slope": {
            "columns": 20,
            "crest": 12,
            "column_width": 10.0,
            "face_step": 5.0,
            "crest_step": 4.0,
            "base_step": 1.0,
            "base_dip": 30.0,
        }
    },
    "materials": {"rock": {"density": 2548.42, "young": 5.0e9, "poisson": 0.25}},
    "joints": {"default": {"friction": 36}},
    "time": {"end": 20.0, "step": 5.0e-3},
    "output": {"every": 0.5},
    "failure": {"quantity": "mass.displacement.magnitude", "above": 1.0},
    "parameters": {
        "joints.default.friction": {"uniform": [30, 45]},
        "materials.rock.young": {"lognormal": [5.0e9, 0.3]},
    },
}
REDUCED = Path(__file__).resolve().parents[1] / "cases" / "vajont" / "reduced.yaml"
TARGETS = {"slope": 8000, "reduced": 3000}
"""Runs an hour on two cores [-]."""
RUNOUT = "mass.displacement.magnitude.final"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--case", choices=list(TARGETS), default="slope")
    parser.add_argument("--samples", type=int, default=64)
    parser.add_argument("--jobs", type=int, default=cores())
    parser.add_argument("--step", type=float, help="compare the run-out with that of this step [s], slope only")
    given = parser.parse_args()
    case = harmony.Case.from_dict(SLOPE) if given.case == "slope" else harmony.Case.read(REDUCED)
    began = time.perf_counter()
    made = harmony.ensemble(case, given.samples, jobs=given.jobs)
    wall = time.perf_counter() - began
    mean = float(made.seconds.mean())
    result: dict[str, Any] = {
        "benchmark": "ensembles",
        "case": given.case,
        "blocks": sum(not block.fixed for block in case.blocks),
        "samples": given.samples,
        "jobs": given.jobs,
        "failed": int(made.failed.sum()),
        "verdicts": made.summary()["verdicts"],
        "wall_seconds": round(wall, 2),
        "cpu_seconds_a_sample": round(mean, 3),
        "runs_per_hour": round(given.samples / wall * 3600),
        "runs_per_hour_by_cpu": round(given.jobs * 3600 / mean),
        "busy": round(float(made.seconds.sum()) / (given.jobs * wall), 3),
        "target_on_two_cores": TARGETS[given.case],
        "machine": machine(),
    }
    if given.step:
        fine = harmony.ensemble(case.with_values({"time.step": given.step}), given.samples, jobs=given.jobs)
        moved = made.scalar(RUNOUT) > 1.0
        change = abs(made.scalar(RUNOUT)[moved] / fine.scalar(RUNOUT)[moved] - 1.0)
        result["step"] = {
            "compared_with": given.step,
            "runs_that_moved": int(moved.sum()),
            "mean": round(float(change.mean()), 4),
            "largest": round(float(change.max()), 4),
        }
    print(json.dumps(result, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
