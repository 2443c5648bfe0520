"""Steps of blocks on several ranks against the core on one thread; rank 0 prints one JSON object.

    mpirun -n 2 python benchmarks/ranks.py --scene slide --blocks 20000 --steps 5

`native`: the same steps by `dda.Simulation` on one thread, measured on rank 0 while the others wait in sleep. `ranks`:
by `dda.parallel.Simulation`, as each rank saw it: wall `seconds`, processor time `cpu`, and the shares of the wall time
that went into `communication` (waiting included, PETSc's own not) and into PETSc's `solve`. `difference`: of the
velocities over their largest. Where other processes share the cores only ratios of processor times mean something.
"""

import argparse
import json
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from machine import machine
from scenes import SCENES

import dda
from dda.parallel import Simulation
from dda.parallel.team import Team

DT = 1e-3  # s
TALK = ("maximum", "sum", "agree", "exchange", "exchange_vertices", "swap", "gather", "spread")


class Clock:
    """Wall time [s] in the calls of a team: talking to others, and in PETSc's solver."""

    def __init__(self) -> None:
        self.talk = self.solve = 0.0

    def timed(self, call: Callable[..., Any], what: str) -> Callable[..., Any]:
        """The same call, with its time added to `what`."""

        def clocked(*arguments: Any) -> Any:
            began = time.perf_counter()
            try:
                return call(*arguments)
            finally:
                setattr(self, what, getattr(self, what) + time.perf_counter() - began)

        return clocked

    def watch(self, team: Team) -> None:
        """Take the time of this team from now on."""
        for name in TALK:
            setattr(team, name, self.timed(getattr(team, name), "talk"))
        team.solve = self.timed(team.solve, "solve")  # type: ignore[method-assign]


def native(given: argparse.Namespace, model: dda.Model) -> tuple[dict[str, float], np.ndarray]:
    """The steps on one thread."""
    sim = dda.Simulation(model, dt=DT)
    sim.run(steps=given.warm_up)
    began, cpu, iterations = time.perf_counter(), time.process_time(), sim.totals["open_close"]
    sim.run(steps=given.steps)
    seconds, busy = time.perf_counter() - began, time.process_time() - cpu
    counted = sim.totals["open_close"] - iterations
    return {"seconds": seconds, "cpu": busy, "open_close": counted / given.steps}, sim.velocities


def together(given: argparse.Namespace, model: dda.Model) -> tuple[dict[str, float], np.ndarray]:
    """The steps on all ranks, as this rank saw them."""
    sim = Simulation(model, dt=DT)
    sim.run(steps=given.warm_up)
    clock, before = Clock(), dict(sim.totals)
    clock.watch(sim.team)
    said = dict(sim.team.traffic)
    began, cpu = time.perf_counter(), time.process_time()
    sim.run(steps=given.steps)
    seconds = time.perf_counter() - began
    part = sim.part_totals
    found = {
        "owned": len(sim.owned),
        "seconds": seconds,
        "cpu": time.process_time() - cpu,
        "communication": clock.talk / seconds,
        "solve": clock.solve / seconds,
        "contact_seconds": part["contact_seconds"],
        "assembly_seconds": part["assembly_seconds"],
        "open_close": (sim.totals["open_close"] - before["open_close"]) / given.steps,
        "solver_iterations": (sim.totals["solver_iterations"] - before["solver_iterations"]) / given.steps,
    }
    return found | {f"{k}_per_step": (sim.team.traffic[k] - said[k]) / given.steps for k in said}, sim.velocities


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scene", choices=SCENES, default="slide")
    parser.add_argument("--blocks", type=int, default=20_000)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--warm-up", type=int, default=2)
    given = parser.parse_args()
    from mpi4py import MPI

    comm = MPI.COMM_WORLD
    model = SCENES[given.scene].model(given.blocks)
    alone = native(given, model) if comm.rank == 0 else None
    request = comm.Ibarrier()
    while not request.Test():
        time.sleep(0.01)
    here, velocities = together(given, model)
    ranks = comm.gather(here, root=0)
    if comm.rank == 0:
        assert alone is not None
        result, wanted = alone
        difference = float(np.abs(velocities - wanted).max() / np.abs(wanted).max())
        blocks = sum(not block.fixed for block in model.blocks)
        head = {"benchmark": "ranks", "scene": given.scene, "blocks": blocks, "steps": given.steps, "size": comm.size}
        print(json.dumps(head | {"native": result, "ranks": ranks, "difference": difference, "machine": machine()}))


if __name__ == "__main__":
    main()
