"""Throughput of `dda.run_many` against that of one run alone; prints one JSON object.

    uv run python benchmarks/many_runs.py --threads 2 --blocks 50

The same scene is run alone and then as many times side by side as there are threads, in turns. What others do on the
machine only ever slows a run, so the best of each counts: ratio = best aggregate throughput / (threads * best of the
runs alone). `cpu_ratio`, the same for steps per second of processor time, shows what the runs take from each other
(cache, memory) and is blind to waiting; where it is near 1 and `ratio` is not, look at `others`: the cores were not
free.
"""

import argparse
import json
import sys
import time
from typing import Any

from machine import Watch, cores, machine
from scenes import SCENES
from stepping import CONTACTS, contact_method

import dda

DT = 1e-3  # s
TARGET = 0.9
"""Least aggregate throughput over threads times one [-]."""


def turn(models: list[dda.Model], steps: int, threads: int, contact: str) -> dict[str, Any]:
    """Run the models side by side; steps of all of them per second of wall and of processor time."""
    simulations = [dda.Simulation(model, dt=DT, contact=contact_method(contact)) for model in models]
    with Watch() as watch:
        results = dda.run_many(simulations, threads, steps=steps)
    done = sum(result.simulation.steps for result in results)
    return {
        "steps_per_second": round(done / watch.seconds, 2),
        "steps_per_cpu_second": round(done / watch.cpu_seconds, 2),
        "others": watch.others,
        "failed": [str(result.failure) for result in results if result.failure],
    }


def best(turns: list[dict[str, Any]], key: str = "steps_per_second") -> float:
    return float(max(one[key] for one in turns))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scene", choices=list(SCENES), default="slide")
    parser.add_argument("--blocks", type=int, default=50, help="moving blocks of each run, about")
    parser.add_argument("--contact", choices=CONTACTS, default=CONTACTS[0])
    parser.add_argument("--threads", type=int, default=cores(), help="runs side by side")
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--repeats", type=int, default=10, help="turns of each kind, of which the best counts")
    given = parser.parse_args()
    begun = time.perf_counter()
    models = [SCENES[given.scene].model(given.blocks) for _ in range(given.threads)]
    built = time.perf_counter() - begun
    alone, together = [], []
    for _ in range(given.repeats):
        alone.append(turn(models[:1], given.steps, 1, given.contact))
        together.append(turn(models, given.steps, given.threads, given.contact))
    per_cpu = "steps_per_cpu_second"
    failed = [reason for one in alone + together for reason in one["failed"]]
    result = {
        "benchmark": "many_runs",
        "scene": given.scene,
        "blocks": sum(not block.fixed for block in models[0].blocks),
        "contact": given.contact,
        "threads": given.threads,
        "steps": given.steps,
        "build_seconds": round(built, 3),
        "alone": best(alone),
        "together": best(together),
        "ratio": round(best(together) / (given.threads * best(alone)), 4),
        "cpu_ratio": round(best(together, per_cpu) / best(alone, per_cpu), 4),
        "target": TARGET,
        "turns": {"alone": alone, "together": together},
        "failed": failed[0] if failed else None,
        "machine": machine(),
    }
    print(json.dumps(result, indent=2))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
