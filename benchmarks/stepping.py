"""How a measured run is begun and stepped, with an eye on the clock."""

import argparse
import time
from typing import Any

import dda
from harmony.case.contact import SCHEMES

__all__ = ["CONTACTS", "STARTS", "add_options", "advance", "begin", "contact_method"]

CONTACTS = tuple(SCHEMES)
STARTS = ("settled", "sudden")
"""How a run begins: relaxed to equilibrium, or with gravity switched on at t = 0. Warm-up steps follow either."""

SETTLE_TOLERANCE = 1e-3
"""Unbalanced force over weight at which a scene counts as settled [-]. Smaller measures a scene more at rest."""

SETTLE_STEPS = 1000
"""Relaxation steps at most, and how many are taken between two looks at the clock."""
SETTLE_CHUNK = 10

WARM_UP = 20
"""Steps before those that are counted: contacts close, buffers grow, warm starts are there."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options that all measured runs share."""
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--contact", choices=CONTACTS, default=CONTACTS[0])
    parser.add_argument("--start", choices=STARTS, default=STARTS[0], help="settle first, or gravity switched on")
    parser.add_argument("--warm-up", type=int, default=WARM_UP, help="steps that are not counted")


def contact_method(name: str) -> Any:
    """`dda.Penalty()` or `dda.Complementarity()`."""
    return getattr(dda, name.capitalize())()


def advance(sim: dda.Simulation, steps: int, deadline: float) -> int:
    """Take `steps` steps, or those that begin before the deadline [s of perf_counter], at least one; their number."""
    for done in range(steps):
        if done and time.perf_counter() > deadline:
            return done
        sim.run(steps=1)
    return steps


def begin(sim: dda.Simulation, settle: bool, warm_up: int, deadline: float) -> dict[str, object]:
    """Settle, as far as there is time, and warm up; tells what was done."""
    told: dict[str, object] = {"settled": _settle(sim, deadline) if settle else None}
    begun = time.perf_counter()
    done = advance(sim, warm_up, deadline)
    return told | {"warm_up_steps": done, "warm_up_seconds": round(time.perf_counter() - begun, 3)}


def _settle(sim: dda.Simulation, deadline: float) -> dict[str, object]:
    begun, steps = time.perf_counter(), 0
    while True:
        settled = sim.settle(tolerance=SETTLE_TOLERANCE, max_steps=SETTLE_CHUNK)
        steps += settled.steps
        stuck = settled.steps < SETTLE_CHUNK  # the relaxation came to its end, one way or the other
        if settled.converged or stuck or steps >= SETTLE_STEPS or time.perf_counter() > deadline:
            break
    return {
        "converged": settled.converged,
        "residual": settled.residual,
        "reason": settled.reason,
        "steps": steps,
        "seconds": round(time.perf_counter() - begun, 3),
    }
