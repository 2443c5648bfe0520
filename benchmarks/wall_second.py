"""The wall of 1,005 bricks over 1 s at 1 ms, beside other codes; prints one JSON object.

uv run python benchmarks/wall_second.py --contact penalty --start sudden

What other codes took for it: `reference` in the output. Building, settling and warming up are not part of the time. A
run that is stopped at the time limit tells how far it came, and `seconds` is null.
"""

import argparse
import json
import math
import sys
import time

from machine import Watch, machine
from reference import RIGID_ENGINES
from scenes import model_of
from stepping import add_options, advance, begin, contact_method

import dda
from harmony.geometry.generators import Wall

COURSES, BRICKS = 30, 33
"""Of the wall: every second course has one brick more, cut in two, which makes 1,005."""

STEPS, DT = 1000, 1e-3  # -, s
TARGET = 4.0  # s, with deformable bricks and their stresses, in double precision, on one core


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_options(parser)
    parser.set_defaults(start="sudden", warm_up=0)
    parser.add_argument("--courses", type=int, default=COURSES)
    parser.add_argument("--bricks", type=int, default=BRICKS, help="whole bricks in an unshifted course")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--limit", type=float, default=math.inf, help="stop after about this time, all told [s]")
    given = parser.parse_args()
    deadline = time.perf_counter() + given.limit
    model = model_of(Wall(courses=given.courses, bricks=given.bricks).blocks())
    moving = sum(not block.fixed for block in model.blocks)
    sim = dda.Simulation(model, dt=DT, threads=given.threads, contact=contact_method(given.contact))
    told: dict[str, object] = {}
    failed, first, watch = None, math.inf, Watch()
    try:
        told = begin(sim, given.start == "settled", given.warm_up, deadline)
        first = sim.steps
        with watch:
            advance(sim, given.steps, deadline)
    except dda.StepFailure as failure:
        failed = str(failure)
    done = max(sim.steps - first, 0)  # 0 where it failed before it began
    taken = watch.taken(given.threads)
    result = {
        "benchmark": "wall_second",
        "blocks": moving,
        "threads": given.threads,
        "contact": given.contact,
        "scheme": sim.scheme,
        "start": given.start,
        **told,
        "steps": done,
        "seconds": round(taken, 3) if done == given.steps else None,
        "measured_seconds": round(watch.seconds, 3),
        "cpu_seconds": round(watch.cpu_seconds, 3),
        "others": watch.others,
        "ms_per_step": round(1e3 * taken / done, 3) if done else None,
        "block_steps_per_second": round(moving * done / taken, 1) if done else None,
        "penetration": sim.report["penetration"],
        "peak_speed": sim.peak_speed,
        "target": TARGET,
        "reference": RIGID_ENGINES,
        "failed": failed,
        "machine": machine(),
    }
    print(json.dumps(result, indent=2))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
