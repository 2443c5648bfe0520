"""The simulations of a case, stage by stage: where they come from, whether a rank has the whole model or a part."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from harmony import ranks
from harmony.slabs.layout import why_whole

if TYPE_CHECKING:
    from harmony.case import Case

__all__ = ["Points", "Runs", "WholeRuns"]

type Points = Mapping[str, tuple[int, tuple[float, float]]]


class Runs(Protocol):
    """Makes and changes the simulations of a case; `stage` is a number. Bad input shows when it is made."""

    def start(self, stage: int, state: Any) -> Any:
        """A simulation of the stage from the beginning, or from what `save` of one gave."""
        ...

    def retimed(self, sim: Any, stage: int) -> Any:
        """The simulation of the stage before, with the step and the scheme of this one."""
        ...

    def revise(self, sim: Any, stage: int) -> None:
        """Give it the joints, loads, water and supports of the stage."""
        ...

    def moving(self, sim: Any) -> np.ndarray:
        """Which rows of its arrays can move (n,)."""
        ...

    def points(self, sim: Any) -> Points:
        """Probe -> (row, place in the geometry before the run [m])."""
        ...

    def ranks(self, sim: Any) -> str:
        """Who computes what, in words; nothing for one rank."""
        ...


class WholeRuns:
    """Each simulation has the whole model."""

    def __init__(self, case: "Case", threads: int) -> None:
        self.case, self.threads = case, threads
        self.models = [case.model(stage) for stage in case.stages]

    def start(self, stage: int, state: Any) -> Any:
        """A simulation of the stage's model."""
        case = self.case
        return case.solver.start(case, self.models[stage], case.stages[stage], self.threads, state)

    def retimed(self, sim: Any, stage: int) -> Any:
        """Made anew and loaded."""
        case = self.case
        return case.solver.start(case, self.models[stage - 1], case.stages[stage], self.threads, sim.save())

    def revise(self, sim: Any, stage: int) -> None:
        """By its model."""
        sim.revise(self.models[stage])

    def moving(self, sim: Any) -> np.ndarray:
        """Rows that are not fixed."""
        return np.array([not row.fixed for row in self.case.solver.rows(sim).blocks])

    def points(self, sim: Any) -> Points:
        """The probes of the case."""
        return {name: (self.case.solver.row(sim, p.block, p.at), p.at) for name, p in self.case.probes.items()}

    def ranks(self, sim: Any) -> str:
        """Why each has the whole model."""
        if not ranks.together():
            return ""
        why = why_whole(self.case) or "the run began so"
        return f"{ranks.size()} ranks share the work, and each holds the whole model: {why}"
