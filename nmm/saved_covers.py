"""The covers that a run has had, as numbers, and back.

Everything about a fresh cover follows from the one before, its displacement at its end and the plan: these are saved,
and the covers are cut again with the same bits. A run on its first cover saves nothing here.

    -(number of covers), cover at which displacements begin, then for each: 1 = triangles or 2 = rectangles, sides (2),
    origin (2), angle, number of unknowns, unknowns; then the length of the coefficients at the start, and these.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nmm.cover import Rectangles, Triangles
from nmm.equations import Equations
from nmm.recover import fresh_cover, lay

if TYPE_CHECKING:
    from nmm.simulation import Simulation

__all__ = ["covers", "go_through", "revised"]

type Array = NDArray[np.float64]

PLAN = 6  # numbers of a plan


def covers(sim: "Simulation") -> Array:
    """What to put before the state of a run; nothing on a first cover."""
    if not sim._earlier:
        return np.zeros(0)
    parts: list[Array] = [np.array([-len(sim._earlier), sim._start_cover], dtype=float)]
    for earlier, plan in zip(sim._earlier, sim._plans, strict=True):
        parts += [_numbers(plan), np.array([len(earlier.unknowns)], dtype=float), earlier.unknowns]
    return np.concatenate([*parts, np.array([len(sim._start)], dtype=float), sim._start])


def go_through(sim: "Simulation", numbers: Array) -> tuple[Array, Array | None]:
    """Lay the covers of `covers` under a new run; what follows in the numbers, and the coefficients at the start."""
    if not len(numbers) or not numbers[0] < 0.0:
        return numbers, None
    count, start_cover, at = int(-numbers[0]), int(numbers[1]), 2
    for _ in range(count):
        plan, size = _plan(numbers[at : at + PLAN]), int(numbers[at + PLAN])
        at += PLAN + 1
        earlier, new = fresh_cover(sim.equations, numbers[at : at + size].copy(), plan, sim.threads)
        lay(sim, earlier, new, plan)
        at += size
    sim._start_cover, size = start_cover, int(numbers[at])
    sim.unknowns = np.zeros(sim.equations.space.unknowns)
    return numbers[at + 1 + size :], numbers[at + 1 : at + 1 + size].copy()


def revised(sim: "Simulation", first: Equations) -> Equations:
    """The equations of another model on the covers of a run, whose list of earlier ones becomes that model's."""
    now, earlier = first, []
    for old, plan in zip(sim._earlier, sim._plans, strict=True):
        one, now = fresh_cover(now, old.unknowns, plan, sim.threads)
        earlier.append(one)
    sim._earlier, sim._seen = earlier, {}
    return now


def _numbers(plan: Triangles | Rectangles) -> Array:
    kind = 1.0 if isinstance(plan, Triangles) else 2.0
    return np.array([kind, *np.broadcast_to(np.asarray(plan.size, dtype=float), 2), *plan.origin, plan.angle])


def _plan(numbers: Array) -> Triangles | Rectangles:
    kind, a, b, x, y, angle = numbers.tolist()
    return Triangles(a, (x, y), angle) if kind == 1.0 else Rectangles((a, b), (x, y), angle)
