"""Block-steps per second of one scene; prints one JSON object.

    uv run python benchmarks/block_steps.py --scene slope --blocks 1000 --threads 1

A block-step is one moving block advanced by one nominal step, all contact states converged and each linear system
solved to a relative residual of 1e-8. Building the model and settling it are not part of the time.
"""

import argparse
import json
import sys
import time

from machine import machine, peak_memory
from reference import nearest
from scenes import SCENES

import dda

DT = 1e-3  # s

SETTLE_TOLERANCE = 1e-3
"""Unbalanced force over weight at which a scene counts as settled [-]. Smaller measures a scene more at rest."""

BLOCK_STEPS = 200_000
"""Block-steps that a measurement aims at, so that small and large scenes take about as long."""


def measure(scene: str, blocks: int, threads: int, steps: int | None, settle: bool) -> dict[str, object]:
    """Run one scene and tell what it took."""
    begun = time.perf_counter()
    model = SCENES[scene].model(blocks)
    moving = sum(not block.fixed for block in model.blocks)
    sim = dda.Simulation(model, dt=DT, threads=threads)
    result: dict[str, object] = {
        "benchmark": "block_steps",
        "scene": scene,
        "blocks": moving,
        "threads": threads,
        "dt": DT,
        "build_seconds": round(time.perf_counter() - begun, 3),
        "settled": _settle(sim) if settle and SCENES[scene].settles else None,
        "machine": machine(),
        "reference": _reference(scene, moving),
    }
    count = steps or max(10, min(1000, BLOCK_STEPS // moving))
    before, begun = dict(sim.totals), time.perf_counter()
    try:
        sim.run(steps=count)
        result["failed"] = None
    except dda.StepFailure as failure:
        result["failed"] = str(failure)
    seconds, done = time.perf_counter() - begun, max(sim.steps, 1)
    spent = {key: value - before[key] for key, value in sim.totals.items()}
    share = {part: spent[f"{part}_seconds"] / seconds for part in ("contact", "assembly", "solve")}
    share["other"] = 1.0 - sum(share.values())
    return result | {
        "steps": sim.steps,
        "substeps": sim.substeps,
        "seconds": round(seconds, 4),
        "ms_per_step": round(1e3 * seconds / done, 4),
        "block_steps_per_second": round(moving * sim.steps / seconds, 1),
        "open_close_per_step": round(spent["open_close"] / done, 3),
        "solver_iterations_per_step": round(spent["solver_iterations"] / done, 2),
        "direct_solves_per_step": round(spent["direct_solves"] / done, 3),
        "cuts": spent["cuts"],
        "share": {part: round(value, 4) for part, value in share.items()},
        "contacts": sim.report["contacts"],
        "penetration": sim.report["penetration"],
        "peak_speed": sim.peak_speed,
        "peak_memory_mb": round(peak_memory(), 1),
    }


def _settle(sim: dda.Simulation) -> dict[str, object]:
    begun = time.perf_counter()
    settled = sim.settle(tolerance=SETTLE_TOLERANCE)
    return {
        "converged": settled.converged,
        "residual": settled.residual,
        "reason": settled.reason,
        "steps": settled.steps,
        "seconds": round(time.perf_counter() - begun, 3),
    }


def _reference(scene: str, blocks: int) -> dict[str, object] | None:
    figure = nearest(scene, blocks)
    return None if figure is None else {"code": "classic DDA code, one core", **figure._asdict()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scene", choices=list(SCENES), default="slope")
    parser.add_argument("--blocks", type=int, default=1000, help="about that many moving blocks")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int, help=f"default: {BLOCK_STEPS} block-steps, 10 to 1000 steps")
    parser.add_argument("--no-settle", action="store_true", help="measure from the sudden start of gravity")
    given = parser.parse_args()
    result = measure(given.scene, given.blocks, given.threads, given.steps, not given.no_settle)
    print(json.dumps(result, indent=2))
    return 1 if result["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
