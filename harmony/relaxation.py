"""Does a model stand? It is relaxed towards equilibrium, and watched for a failure while it does not find one.

Limits are static, so nothing is given inertia: a relaxation step moves blocks by what is unbalanced, from rest.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dda.errors import InputError, StepFailure
from harmony.quantities import column_of, sizes

if TYPE_CHECKING:
    from dda import Simulation
    from harmony.case import Case, Stage
    from harmony.history import Sampler

__all__ = ["Outcome", "Watch", "relax", "watch"]

ROUND_STEPS = 20
"""Relaxation steps between two looks [-]. Fewer mistake one short step for slowing, more let a failed model travel."""

PATIENCE = 3
"""Times `time.max_steps` after which a model that neither rests nor fails counts as standing [-]."""

MOVED = 0.01
"""Displacement over block size beyond which a block may have failed [-]; DESIGN fixes it."""

SLOWING = 0.5
"""Motion of a round over that of the round before under which a block is slowing [-]. Convergence is geometric with
far smaller ratios, a failing block moves as far in every round; nearer to 1 the adapting step size would disturb."""

Watch = Callable[["Simulation", np.ndarray, np.ndarray], bool]
"""(simulation, motion of each block in this round and in the one before [m], shape (n,)) -> has failed."""


@dataclass(frozen=True)
class Outcome:
    """How a relaxation ended. residual: largest unbalanced force over weight [-]; moved: largest displacement [m]."""

    converged: bool
    failed: bool
    residual: float
    steps: int
    moved: float

    @property
    def reason(self) -> str:
        """The outcome in words."""
        if self.converged:
            return f"equilibrium after {self.steps} steps"
        how = "and failed" if self.failed else "but has not failed"
        return (
            f"no equilibrium after {self.steps} steps (residual {self.residual:.2g}), {how}: moved {self.moved:.3g} m"
        )


def relax(sim: "Simulation", stage: "Stage", has_failed: Watch, stuck: bool = False) -> Outcome:
    """Relax `sim` until it rests or has failed. Displacements count from the last reset."""
    steps = 0
    before = np.full(len(sim.masses), np.inf)
    settlement = None
    while steps < PATIENCE * stage.max_steps:
        start = np.array(sim.displacements)
        settlement = sim.settle(tolerance=stage.tolerance, max_steps=ROUND_STEPS, stuck=stuck)
        steps += settlement.steps
        if settlement.converged:
            break
        motion = np.linalg.norm(np.asarray(sim.displacements) - start, axis=1)
        stopped = settlement.steps < ROUND_STEPS
        if has_failed(sim, motion, np.zeros_like(before) if stopped else before):
            return Outcome(False, True, settlement.residual, steps, _moved(sim))
        if stopped:
            raise StepFailure(f"the relaxation cannot go on: {settlement.reason}")
        before = motion
    assert settlement is not None, "max_steps is at least 1"
    return Outcome(settlement.converged, False, settlement.residual, steps, _moved(sim))


def watch(case: "Case", sampler: "Sampler", points: np.ndarray, offsets: np.ndarray) -> Watch:
    """The `failure` of the case; without one: a block moves more than MOVED of its size and is not slowing."""
    if case.failure is None:
        extent = sizes(points, offsets)

        def runs_away(sim: "Simulation", motion: np.ndarray, before: np.ndarray) -> bool:
            moved = np.linalg.norm(np.asarray(sim.displacements), axis=1) > MOVED * extent
            return bool((moved & (motion > SLOWING * before)).any())

        return runs_away
    column, _ = column_of(case.failure.quantity, sampler.columns)
    if column is None or not any(kind in column for kind in (".displacement.", ".rotation")):
        raise InputError(
            f"{case.name}: failure.quantity '{case.failure.quantity}' cannot be watched while blocks are relaxed from "
            "rest; use a displacement or rotation, such as mass.displacement.magnitude"
        )
    index, above, below = sampler.columns.index(column), case.failure.above, case.failure.below

    def passes_limit(sim: "Simulation", motion: np.ndarray, before: np.ndarray) -> bool:
        value = sampler.sample(sim)[index]
        return (above is not None and value > above) or (below is not None and value < below)

    return passes_limit


def _moved(sim: "Simulation") -> float:
    return float(np.linalg.norm(np.asarray(sim.displacements), axis=1).max())
