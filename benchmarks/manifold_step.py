"""A step in time by the manifold method beside a step of DDA at equal unknowns; prints one JSON object.

    uv run python benchmarks/manifold_step.py --blocks 24

One thread, processor time, penalty contact, dt = 1 ms, the wall or the slide of `block_steps`, settled first where it
settles.
- `dda`: blocks, 6 unknowns each.
- `nmm`: the same blocks on a cover of order 0 with cells larger than a block, so that a block has 6 or a few more
  unknowns; exact rotation, the same contacts.
- `nmm, no contact`: one elastic body with as many unknowns, order 1: a solve with a factor that stays.
ratio: time of a step an unknown, over that of dda. A row that does not come through says so in `failed`.
"""

import argparse
import json
import sys
import time
from typing import Any

import beam
import numpy as np
from machine import machine
from scenes import FRICTION, ROCK, SCENES

import dda
import nmm

DT = 1e-3  # s
A_BLOCK = 6
"""Unknowns of a block [-]."""


def manifold(count: int, scene: str, cell: float) -> nmm.Model:
    """A scene of about `count` bodies on triangles of this size [m]."""
    model = nmm.Model(cover=nmm.Triangles(cell, (0.013, 0.027), 11.0))
    model.joint = dda.Joint(friction=FRICTION)
    for block in SCENES[scene].blocks(count):
        model.add_body(block.vertices, ROCK, fixed=block.fixed, group=block.group)
    return model


def timed(sim: Any, scene: str, warm_up: int, steps: int) -> dict[str, Any]:
    """Milliseconds, open-close iterations and pieces of a step, after settling and warming up."""
    if SCENES[scene].settles:
        sim.settle()
    sim.run(steps=warm_up)
    before = sim.substeps
    seconds, iterations = [], []
    for _ in range(steps):
        begun = time.process_time()
        sim.run(steps=1)
        seconds.append(time.process_time() - begun)
        iterations.append(sim.report.get("open_close", 0.0))
    return {
        "ms_per_step": round(1e3 * float(np.mean(seconds)), 3),
        "open_close": round(float(np.mean(iterations)), 2),
        "substeps": (sim.substeps - before) / steps,
    }


def measure(given: argparse.Namespace) -> list[dict[str, Any]]:
    """All rows."""
    scene, rows = given.scene, []
    blocks = SCENES[scene].model(given.blocks)
    unknowns = A_BLOCK * sum(not block.fixed for block in blocks.blocks)
    runs: list[tuple[str, Any, int]] = [("dda", dda.Simulation(blocks, dt=DT), unknowns)]
    cover = nmm.Simulation(manifold(given.blocks, scene, given.cell), 0, dt=DT)
    runs.append(("nmm", cover, len(cover.unknowns)))
    for name, sim, size in runs:
        row: dict[str, Any] = {"method": name, "unknowns": size, "failed": None}
        try:
            row |= timed(sim, scene, given.warm_up, given.steps)
            row["us_per_unknown"] = round(1e3 * row["ms_per_step"] / size, 3)
        except dda.StepFailure as failure:
            row["failed"] = str(failure)
        rows.append(row)
    size = float(np.sqrt(beam.LENGTH * beam.DEPTH * A_BLOCK / unknowns * 2 / np.sqrt(3)))
    body = nmm.Simulation(beam.manifold(size), 1, dt=DT, displacements="small")
    body.run(steps=2)
    begun = time.process_time()
    body.run(steps=given.steps)
    ms = 1e3 * (time.process_time() - begun) / given.steps
    rows.append({"method": "nmm, no contact", "unknowns": len(body.unknowns), "ms_per_step": round(ms, 3)})
    rows[-1]["us_per_unknown"] = round(1e3 * ms / len(body.unknowns), 3)
    for row in (row for row in rows if "us_per_unknown" in row):
        row["ratio"] = round(row["us_per_unknown"] / rows[0]["us_per_unknown"], 2)
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scene", choices=[name for name in SCENES if name != "slope"], default="slide")
    parser.add_argument("--blocks", type=int, default=24)
    parser.add_argument("--cell", type=float, default=5.0, help="size of the cells [m]")
    parser.add_argument("--warm-up", type=int, default=5)
    parser.add_argument("--steps", type=int, default=10)
    given = parser.parse_args()
    rows = measure(given)
    print(
        json.dumps({"benchmark": "manifold_step", "scene": given.scene, "rows": rows, "machine": machine()}, indent=2)
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
