"""A run of blocks on all ranks of a communicator.

Every rank steps its own part of the blocks, with the ghosts around it; contacts are found, rows made and equations put
up on each rank for its own blocks. Between the calls all ranks hold the whole state too: what is read, saved and
restarted is that of a run on one rank, but memory for blocks and contacts does not shrink with the ranks here.
"""

import weakref
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dda import _core
from dda.advance import advance_by
from dda.checks import count, number
from dda.contact import Complementarity, Penalty
from dda.errors import StepFailure
from dda.model import Model
from dda.parallel.equations import Equations
from dda.parallel.meeting import meet
from dda.parallel.partition import partition
from dda.parallel.petsc import load
from dda.parallel.team import Team
from dda.simulation import Settlement
from dda.simulation import Simulation as WholeSimulation

__all__ = ["Simulation"]

type Index = NDArray[np.int64]

GHOSTS = 1.0
"""How far from a rank's blocks its first ghosts lie, of the mean block size [-]. Larger: more ghosts, dealt out anew
less often."""


class Simulation(WholeSimulation):
    """As `dda.Simulation`, computed by all ranks of `comm` (absent: all that there are) together; every rank makes the
    same calls. Options of PETSc: prefixes `dda_` and `dda_friction_`."""

    def __init__(
        self,
        model: Model,
        dt: float = 1e-3,
        contact: Penalty | Complementarity | None = None,
        threads: int = 1,
        scheme: str | None = None,
        settings: Mapping[str, float] | None = None,
        comm: Any = None,
    ) -> None:
        super().__init__(model, dt, contact, threads, scheme, settings)
        load()
        from mpi4py import MPI

        self.comm = MPI.COMM_WORLD if comm is None else comm
        here = weakref.ref(self)  # the core holds the team, and the team must not hold the run
        self._equations = Equations(self.comm)
        self.team = Team(self.comm, self._equations, lambda margin: _regroup(here, margin))
        self._team_core = _core.Team(self.team)
        self._part: Any = None
        self._deal()

    # -- stepping -----------------------------------------------------------------------------------------------------

    def run(self, until: float | None = None, steps: int | None = None) -> None:
        """Go on to the time `until` [s] (the last step is shortened to meet it), or by `steps` nominal steps of dt."""
        try:
            advance_by(self._advance, lambda: float(self._part.time), self.dt, until, steps)
        except StepFailure as failure:  # all ranks have come to it
            self._collect()
            raise StepFailure(str(failure), self.report) from None
        self._collect()

    def _advance(self, h: float) -> None:
        try:
            self._part.advance(h)
        except _core.StepFailed as failure:
            raise StepFailure(str(failure)) from None

    def settle(self, tolerance: float = 1e-6, max_steps: int = 1000, stuck: bool = False) -> Settlement:
        """As `dda.Simulation.settle`."""
        limit = number(tolerance, "Simulation.settle", "tolerance", unit="-", above=0.0)
        most = count(max_steps, "Simulation.settle", "max_steps", least=1)
        s = self._part.settle(limit, most, bool(stuck))
        self._collect()
        return Settlement(s.converged, s.residual, s.steps, s.displacement, s.reason)

    def revise(self, model: Model) -> None:
        """As `dda.Simulation.revise`."""
        super().revise(model)
        self._part = None  # with other loads and supports
        self._deal()

    def reset(self, displacement: bool = True, energy: bool = True, slip: bool = False) -> None:
        """As `dda.Simulation.reset`."""
        super().reset(displacement, energy, slip)
        self._deal()

    def save(self) -> bytes:
        """As `dda.Simulation.save`: the same bytes on every rank, for any number of ranks to go on from. The blocks are
        dealt out anew, as in a restart, so that both go on alike."""
        state = super().save()
        self._deal()
        return state

    def restore(self, state: bytes) -> None:
        """As `dda.Simulation.restore`."""
        super().restore(state)
        self._deal()

    # -- parts --------------------------------------------------------------------------------------------------------

    @property
    def owned(self) -> Index:
        """Numbers of the blocks that this rank owns now."""
        return np.flatnonzero(self._owner == self.comm.rank)

    @property
    def part_totals(self) -> dict[str, float]:
        """As `totals`, with the seconds of this rank since the run was made."""
        return dict(self._part.totals())

    def _collect(self) -> None:
        """Put the whole together from the parts."""
        _core.unpack_parts(self._core, self.comm.allgather(_core.pack_part(self._part)))

    def _deal(self, margin: float | None = None) -> None:
        """Give every rank its part of the whole, with ghosts within `margin` [m]."""
        blocks = self.model.blocks
        moving = np.array([not block.fixed for block in blocks])
        weight = np.where(moving, [float(len(block.vertices)) for block in blocks], 0.0)
        centres = np.asarray(self._core.centroids())
        bolts = [(bolt.a, bolt.b) for bolt in self.model.bolts]
        together = [pair for pair in bolts if moving[list(pair)].all()]
        self._owner = partition(centres, weight, self.comm.size, together)
        if margin is None:
            size = np.sqrt(self.masses / [block.material.density for block in blocks])
            margin = GHOSTS * float(size[moving].mean() if moving.any() else size.mean())
        if self._part is None:
            self._part = _core.cut_part(self._core, self._owner, self.comm.rank, margin, self._team_core)
        else:
            _core.cut_part_again(self._part, self._core, self._owner, margin)
        self._equations.forget()
        mine = np.asarray(_core.part_blocks(self._part), dtype=np.int64)
        corners = np.diff(self._offsets)[mine]
        meet(self.comm, self._part, self.team, mine, self._owner[mine].astype(np.int64), moving[mine], corners)
        self._equations.centres = centres[moving & (self._owner == self.comm.rank)]


def _regroup(run: "weakref.ref[Simulation]", margin: float) -> None:
    """The ghosts of a running step lie too near: deal out the blocks anew, with ghosts from further away."""
    sim = run()
    assert sim is not None, "the run is what calls"
    sim._collect()
    sim._deal(margin)
