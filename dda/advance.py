"""How a run is cut into steps: by number, or up to a time that the last step meets exactly."""

from collections.abc import Callable

from dda.checks import count, number
from dda.errors import InputError, explain

__all__ = ["advance_by"]

LONGEST_STEP = 1.001
"""Of dt: the last step of run(until=...) is up to this long, so that the rounding of summed times leaves no sliver of a
step behind, in which positions that are rounded make speeds of any size. Usual 1.001; nearer to 1, long runs of short
steps get slivers."""
NOTHING_LEFT = 1e-6
"""Of dt: a time `until` that is nearer than this has been reached. Usual 1e-6; smaller ones ask for a sliver of a step
where the caller has summed up his own times."""


def advance_by(
    step: Callable[[float], None], now: Callable[[], float], dt: float, until: float | None, steps: int | None
) -> None:
    """Call `step` with the lengths [s] that lead to the time `until` [s], or `steps` times with dt."""
    if (until is None) == (steps is None):
        raise InputError(
            explain(
                "one of until and steps",
                where="Simulation.run",
                expected="until=T or steps=n",
                got=f"until={until}, steps={steps}",
                do="give exactly one of them",
            )
        )
    if steps is not None:
        for _ in range(count(steps, "Simulation.run", "steps", least=0)):
            step(dt)
        return
    end = number(until, "Simulation.run", "until", unit="s")
    if end < now() - dt:  # less is rounding of a time that the caller has summed up
        raise InputError(
            explain(
                "until lies in the past",
                where="Simulation.run, until",
                expected=f"a time of {now():g} s or later",
                got=f"{end:g} s",
                do="until is a point in time, not a duration: add sim.time",
            )
        )
    while (left := end - now()) > NOTHING_LEFT * dt:
        step(left if left < LONGEST_STEP * dt else dt)
