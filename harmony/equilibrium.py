"""Does a continuum stand? Its statics finds an equilibrium, or says that there is none.

A trial of `harmony critical` with method nmm or fem. It goes on from the standing trial whose value is nearest: near
the limit that takes far fewer iterations than loading from nothing. Where the flow is associated the loads that can be
carried do not hang on that path, elsewhere little.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from dda.errors import StepFailure
from harmony.history import Sampler
from harmony.relaxation import watch

if TYPE_CHECKING:
    from harmony.case import Case

__all__ = ["Equilibria"]

CHANGEABLE: dict[str, Any] = {"strength": None, "materials": {}, "joints": {}, "loads": None, "critical": None}
"""Sections that a state outlives: a change anywhere else starts from nothing."""


class Equilibria:
    """Trials, each from the nearest that stood."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._standing: dict[float, tuple[Any, bytes]] = {}

    def trial(self, case: "Case", value: float) -> tuple[bool, str]:
        """Whether it fails, and why or why not. A case is settled by its first static
        stage and judged in the second; with one stage it is judged in that."""
        stages = [s for s in case.stages if s.analysis == "static"][:2] or case.stages[:1]
        state = self._nearest(case, value)
        if state is not None:
            stages = stages[-1:]
        sim: Any = None
        for stage in stages:
            model = case.model(stage)
            if sim is None:
                sim = case.solver.start(case, model, stage, self.threads, state)
            else:
                sim.revise(model)
            try:
                found = sim.settle(tolerance=stage.tolerance, max_steps=stage.max_steps)
            except StepFailure as error:
                return True, error.reason
            if not found.converged:
                return True, found.reason or f"no equilibrium, residual {found.residual:.2g}"
        if self._has_failed(case, sim):
            return True, "equilibrium, but only beyond the failure that the case states"
        self._standing[value] = self._alike(case), sim.save()
        return False, f"equilibrium, residual {found.residual:.2g}"

    def _nearest(self, case: "Case", value: float) -> bytes | None:
        alike = self._alike(case)
        known = [v for v, (what, _) in self._standing.items() if what == alike]
        return self._standing[min(known, key=lambda v: abs(v - value))][1] if known else None

    def _alike(self, case: "Case") -> Any:
        """All that a state belongs to, to be compared."""
        laws = {name: material.law for name, material in case.data.materials.items()}
        return laws, case.data.model_copy(update=CHANGEABLE)

    def _has_failed(self, case: "Case", sim: Any) -> bool:
        if case.failure is None:
            return False
        rows = case.solver.rows(sim).blocks
        points = {name: (case.solver.row(sim, p.block, p.at), p.at) for name, p in case.probes.items()}
        still = np.zeros(len(rows))
        return watch(case, Sampler(points, np.ones(len(rows), dtype=bool)), *sim.all_vertices)(sim, still, still)
