"""A pile of random blocks poured into a box: when does it come to rest? Prints one JSON object.

uv run python benchmarks/pile_rest.py --blocks 100 --contact penalty

Rest is a kinetic energy below 1e-8 of the energy released. `rest` tells since when it has stayed below that, `quiet`
when it first was. A run that is stopped at the time limit tells how far it came.
"""

import argparse
import json
import math
import sys
import time

from machine import Watch, machine
from scenes import model_of
from stepping import advance, contact_method

import dda
from harmony.geometry.generators import Voronoi

CALM = 1e-8
"""Kinetic energy over the energy released, of a pile at rest [-]."""

DT, END = 5e-3, 10.0  # s
GAPS, SEED = 0.1, 1  # part that each cell is made smaller by [-]
LOOKS = 0.05  # s between two looks at the energy


def pile(count: int) -> dda.Model:
    """Cells of about 1 m2 in a box as wide as high, with gaps between them."""
    side = math.sqrt(count)
    box = Voronoi(width=side, height=side, count=count, seed=SEED, shrink=GAPS, wall_height=1.5 * side)
    return model_of(box.blocks())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--blocks", type=int, default=100)
    parser.add_argument("--contact", choices=("penalty", "complementarity"), default="penalty")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--dt", type=float, default=DT, help="time step [s]")
    parser.add_argument("--end", type=float, default=END, help="simulated time [s]")
    parser.add_argument("--limit", type=float, default=math.inf, help="stop after about this time [s]")
    given = parser.parse_args()
    deadline = time.perf_counter() + given.limit
    sim = dda.Simulation(pile(given.blocks), dt=given.dt, threads=given.threads, contact=contact_method(given.contact))
    times, kinetic, failed, watch = [], [], None, Watch()
    try:
        with watch:
            while sim.time < given.end * (1 - 1e-9) and time.perf_counter() < deadline:
                advance(sim, max(1, round(LOOKS / given.dt)), deadline)
                times.append(sim.time)
                kinetic.append(sim.energy["kinetic"])
    except dda.StepFailure as failure:
        failed = str(failure)
    released = -sim.energy["potential"]
    calm = [energy < CALM * released for energy in kinetic]
    moved = max((k for k, still in enumerate(calm) if not still), default=-1)
    result = {
        "benchmark": "pile_rest",
        "blocks": given.blocks,
        "threads": given.threads,
        "contact": given.contact,
        "dt": given.dt,
        "time": sim.time,
        "steps": sim.steps,
        "substeps": sim.substeps,
        "released": released,
        "kinetic": kinetic[-1] / released if kinetic else None,
        "quiet": next((t for t, still in zip(times, calm, strict=True) if still), None),
        "rest": times[moved + 1] if moved + 1 < len(times) else None,
        "seconds": round(watch.seconds, 3),
        "cpu_seconds": round(watch.cpu_seconds, 3),
        "others": watch.others,
        "open_close_per_step": round(sim.totals["open_close"] / max(sim.steps, 1), 2),
        "loose": sim.totals["loose"],
        "cuts": sim.totals["cuts"],
        "drift": sim.energy["drift"] / released,
        "failed": failed,
        "machine": machine(),
    }
    print(json.dumps(result, indent=2))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
