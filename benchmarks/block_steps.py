"""Block-steps per second of one scene; prints one JSON object.

    uv run python benchmarks/block_steps.py --scene slope --blocks 1000 --threads 1 --contact penalty --start settled

A block-step is one moving block advanced by one nominal step, all contact states converged and each linear system
solved to a relative residual of 1e-8. Building the model, settling it and the warm-up steps are not part of the time.
Figures of one thread are of processor time, which other processes on the core disturb little; of several, by the clock.
"""

import argparse
import json
import math
import sys
import time

from machine import Watch, machine, peak_memory, resident
from reference import nearest
from scenes import SCENES
from stepping import add_options, advance, begin, contact_method

import dda

DT = 1e-3  # s

BLOCK_STEPS = 200_000
"""Block-steps that a measurement aims at, so that small and large scenes take about as long."""

BEGINNING = 0.6
"""Part of the time limit after which a run that is still settling or warming up is measured as it stands [-]."""


def measure(given: argparse.Namespace) -> dict[str, object]:
    """Run one scene and tell what it took."""
    scene, begun = SCENES[given.scene], time.perf_counter()
    model = scene.model(given.blocks)
    moving = sum(not block.fixed for block in model.blocks)
    empty = resident()
    sim = dda.Simulation(model, dt=DT, threads=given.threads, contact=contact_method(given.contact))
    result: dict[str, object] = {
        "benchmark": "block_steps",
        "scene": given.scene,
        "blocks": moving,
        "threads": given.threads,
        "contact": given.contact,
        "scheme": sim.scheme,
        "start": given.start if scene.settles else "sudden",
        "dt": DT,
        "build_seconds": round(time.perf_counter() - begun, 3),
        "machine": machine(),
        "reference": _reference(given.scene, moving),
    }
    wanted = given.steps or max(10, min(1000, BLOCK_STEPS // moving))
    before: dict[str, float] = {}
    first = 0
    watch = Watch()
    try:
        settle = scene.settles and given.start == "settled"
        result |= begin(sim, settle, given.warm_up, begun + BEGINNING * given.limit)
        before, first = {**sim.totals, "substeps": sim.substeps}, sim.steps
        with watch:
            advance(sim, wanted, begun + given.limit)
        result["failed"] = None
    except dda.StepFailure as failure:
        result["failed"] = str(failure)
    if not before or sim.steps == first:
        return result | {"failed": result["failed"] or "no step was measured"}
    return (
        result
        | _figures(sim, moving, sim.steps - first, before, watch, given.threads)
        | {"memory": _memory(empty, moving)}
    )


def _figures(
    sim: dda.Simulation, moving: int, done: int, before: dict[str, float], watch: Watch, threads: int
) -> dict[str, object]:
    taken = watch.taken(threads)
    now = {**sim.totals, "substeps": sim.substeps}
    spent = {key: now[key] - value for key, value in before.items()}
    share = {part: spent[f"{part}_seconds"] / watch.seconds for part in ("contact", "assembly", "solve")}
    share["other"] = 1.0 - sum(share.values())
    return {
        "steps": done,
        "substeps": spent["substeps"],
        "seconds": round(watch.seconds, 4),
        "cpu_seconds": round(watch.cpu_seconds, 4),
        "others": watch.others,
        "ms_per_step": round(1e3 * taken / done, 4),
        "block_steps_per_second": round(moving * done / taken, 1),
        "us_per_block_step": round(1e6 * taken / (moving * done), 3),
        "open_close_per_step": round(spent["open_close"] / done, 3),
        "solver_iterations_per_step": round(spent["solver_iterations"] / done, 2),
        "direct_solves_per_step": round(spent["direct_solves"] / done, 3),
        "cuts": spent["cuts"],
        "share": {part: round(value, 4) for part, value in share.items()},
        "contacts": sim.report["contacts"],
        "closed_per_block": round(float((sim.contacts["state"] > 0).sum()) / moving, 2),
        "penetration": sim.report["penetration"],
        "peak_speed": sim.peak_speed,
    }


def _memory(empty: float | None, moving: int) -> dict[str, float | None]:
    """Peak of the process [MB], and what the simulation added a moving block [kB]; what Python holds is left out."""
    now = resident()
    added = None if empty is None or now is None else round((now - empty) / moving / 1e3, 2)
    return {"peak_mb": round(peak_memory(), 1), "kb_per_block": added}


def _reference(scene: str, blocks: int) -> dict[str, object] | None:
    figure = nearest(scene, blocks)
    return None if figure is None else {"code": "classic DDA code, one core", **figure._asdict()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scene", choices=list(SCENES), default="slope")
    parser.add_argument("--blocks", type=int, default=1000, help="about that many moving blocks")
    add_options(parser)
    parser.add_argument("--steps", type=int, help=f"default: {BLOCK_STEPS} block-steps, 10 to 1000 steps")
    parser.add_argument("--limit", type=float, default=math.inf, help="stop after about this time, all told [s]")
    result = measure(parser.parse_args())
    print(json.dumps(result, indent=2))
    return 1 if result["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
