"""Which constraints a surrogate's answers break where they are not bound to them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from harmony.operators.energy import SLACK, available
from harmony.operators.prepare import CLASSES, MASS
from harmony.operators.surrogate import Answers, Surrogate

if TYPE_CHECKING:
    from harmony.operators.explore import Point

__all__ = ["broken", "order_broken"]

NEEDED = ("mass.displacement.x", "mass.displacement.y", "energy.external", "energy.kinetic")


def broken(made: Surrogate, said: Answers) -> str:
    """The bound of energy, in words, where the free histories of one answer pass it by more than its slack."""
    if made.gravity is None or MASS not in made.names or not set(NEEDED) <= set(made.basis.names):
        return ""
    free = {name: values[0] for name, values in made.histories(said, None, NEEDED, bound=False).items()}
    mass = np.array(said.scalars[0, made.names.index(MASS)])
    x, y, work, kinetic = (free[name] for name in NEEDED)
    excess = float((kinetic - available(mass, made.gravity, x, y, work)).max())
    size = made.basis.scale[made.basis.names.index("energy.kinetic")]
    part = excess / max(float(kinetic.max()), float(size), np.finfo(float).tiny)
    return f"the surrogate's kinetic energy passes its bound by {part:.0%}" if part > SLACK else ""


def order_broken(made: Surrogate, points: "Sequence[Point]") -> str:
    """A monotone input that the runs contradict, in words: severity must not fall along a path on which only monotone
    inputs move, all of them the same way."""
    ran = [point for point in points if point.solver in CLASSES]
    if len(ran) < 2 or not set(ran[0].values) <= set(made.monotone):
        return ""
    one, other = ran[-2], ran[-1]
    ways = {np.sign((other.values[name] - one.values[name]) * made.monotone[name]) for name in one.values} - {0.0}
    if len(ways) != 1:
        return ""
    change = CLASSES.index(other.solver) - CLASSES.index(one.solver)
    if change * ways.pop() >= 0.0:
        return ""
    names = ", ".join(one.values)
    return f"not monotone in {names}: {one.solver} at {one.values}, {other.solver} at {other.values}"
