"""A run of blocks of which no rank has them all: each has its own and its ghosts, from a file of slabs."""

import os
import weakref
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dda import _core
from dda.advance import advance_by
from dda.checks import count, number
from dda.contact import Complementarity, Penalty, checked_contact
from dda.errors import StepFailure
from dda.parallel.dealing import ROW, Hand, deal
from dda.parallel.equations import Equations
from dda.parallel.meeting import meet
from dda.parallel.petsc import load
from dda.parallel.simulation import GHOSTS
from dda.parallel.slabs import Slabs
from dda.parallel.team import Team
from dda.settings import checked_settings
from dda.simulation import Settlement

__all__ = ["SlabSimulation"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]


class SlabSimulation:
    """As `dda.parallel.Simulation`, for models that are too large for one rank.

    slabs: a file of `dda.parallel.cut`, or what `Slabs.open` made of it. All ranks of `comm` make the same calls. Each
    reads rows of the blocks that it owns now, `owned` says which; blocks change their owner when motion has used up the
    ghosts. Sums (`energy`) are of all ranks, and all of them must ask.
    """

    def __init__(
        self,
        slabs: Slabs | str | os.PathLike[str],
        dt: float = 1e-3,
        contact: Penalty | Complementarity | None = None,
        scheme: str | None = None,
        settings: Mapping[str, float] | None = None,
        comm: Any = None,
    ) -> None:
        self.slabs = slabs if isinstance(slabs, Slabs) else Slabs.open(slabs)
        contact, self.scheme = checked_contact(contact, scheme, "SlabSimulation")
        self.dt = number(dt, "SlabSimulation", "dt", unit="s", above=0.0)
        self.contact = contact
        self._stiffness = (contact.stiffness if isinstance(contact, Penalty) else None) or 0.0
        self._settings = checked_settings(settings)
        load()
        from mpi4py import MPI

        self.comm = MPI.COMM_WORLD if comm is None else comm
        here = weakref.ref(self)  # the core holds the team, and the team must not hold the run
        self._equations = Equations(self.comm)
        self.team = Team(self.comm, self._equations, lambda margin: _regroup(here, margin))
        self._team_core = _core.Team(self.team)
        self._bolts = [(bolt.a, bolt.b) for bolt in self.slabs.empty.bolts]
        self._hand = self._deal(self._written(), GHOSTS * self.slabs.sizes[1])
        self._part = self._make(GHOSTS * self.slabs.sizes[1])
        self._meet()

    # -- stepping -----------------------------------------------------------------------------------------------------

    def run(self, until: float | None = None, steps: int | None = None) -> None:
        """Go on to the time `until` [s] (the last step is shortened to meet it), or by `steps` nominal steps of dt."""
        advance_by(self._advance, lambda: self.time, self.dt, until, steps)

    def _advance(self, h: float) -> None:
        try:
            self._part.advance(h)
        except _core.StepFailed as failure:
            raise StepFailure(str(failure), self.report) from None

    def settle(self, tolerance: float = 1e-6, max_steps: int = 1000, stuck: bool = False) -> Settlement:
        """As `dda.Simulation.settle`."""
        limit = number(tolerance, "SlabSimulation.settle", "tolerance", unit="-", above=0.0)
        most = count(max_steps, "SlabSimulation.settle", "max_steps", least=1)
        s = self._part.settle(limit, most, bool(stuck))
        return Settlement(s.converged, s.residual, s.steps, s.displacement, s.reason)

    # -- state --------------------------------------------------------------------------------------------------------

    @property
    def time(self) -> float:
        """s."""
        return float(self._part.time)

    @property
    def steps(self) -> int:
        """Nominal steps taken."""
        return int(self._part.steps)

    @property
    def substeps(self) -> int:
        """Pieces of steps taken."""
        return int(self._part.substeps)

    @property
    def owned(self) -> Index:
        """Numbers of the blocks that this rank owns now (n,), ascending; what follows has one row for each."""
        return np.asarray(self._hand.rows["number"][self._hand.own])

    @property
    def ghosts(self) -> int:
        """Blocks of other ranks that this one follows."""
        return int((~self._hand.own).sum())

    @property
    def centroids(self) -> Array:
        """(n, 2) m."""
        return self._rows(self._part.centroids()) + self.slabs.origin

    @property
    def displacements(self) -> Array:
        """Of each centroid since the start, (n, 2) m."""
        return self._rows(self._part.displacements())

    @property
    def rotations(self) -> Array:
        """(n,) rad, counter-clockwise, since the start."""
        return self._rows(self._part.rotations())[:, 0]

    @property
    def velocities(self) -> Array:
        """(n, 2) m/s."""
        return self._rows(self._part.velocities())[:, :2]

    @property
    def stresses(self) -> Array:
        """(n, 3) Pa as (xx, yy, xy), tension positive."""
        return self._rows(self._part.stresses())[:, :3]

    @property
    def energy(self) -> dict[str, float]:
        """As `dda.Simulation.energy`, of all ranks; all of them must ask."""
        here = dict(self._part.energy())
        values = np.array(list(here.values()))
        self.team.sum(values)
        return dict(zip(here, values.tolist(), strict=True))

    @property
    def report(self) -> dict[str, float]:
        """As `dda.Simulation.report`; contacts are those of this rank."""
        return dict(self._part.report())

    @property
    def totals(self) -> dict[str, float]:
        """As `dda.Simulation.totals`; seconds are those of this rank."""
        return dict(self._part.totals())

    def _rows(self, table: Any) -> Array:
        return np.asarray(table)[self._hand.own]

    # -- dealing out --------------------------------------------------------------------------------------------------

    def _written(self) -> NDArray[Any]:
        """Rows of this rank's share of the file."""
        n, comm = self.slabs.count, self.comm
        places = np.arange(n * comm.rank // comm.size, n * (comm.rank + 1) // comm.size)
        numbers, fixed, box, centre, begin = self.slabs.read(places, "number", "fixed", "box", "centre", "first")
        (end,) = self.slabs.read(places + 1, "first")
        rows = np.zeros(len(places), ROW)
        rows["number"], rows["place"], rows["holder"] = numbers, places, comm.rank
        rows["moving"], rows["box"], rows["centre"] = ~fixed, box, centre
        rows["weight"] = np.where(fixed, 0.0, end - begin)
        return rows

    def _present(self) -> NDArray[Any]:
        """Rows of the own blocks as they are now."""
        own = self._hand.own
        rows = self._hand.rows[own].copy()
        vertices, offsets = np.asarray(self._part.vertices()), np.asarray(self._part.offsets())
        low, high = (how.reduceat(vertices, offsets[:-1]) for how in (np.minimum, np.maximum))
        rows["box"], rows["centre"] = np.hstack([low, high])[own], np.asarray(self._part.centroids())[own]
        rows["holder"] = self.comm.rank
        return rows

    def _deal(self, rows: NDArray[Any], margin: float) -> Hand:
        return deal(self.comm, rows, margin, self.slabs.sizes[1], self._bolts)

    def _make(self, margin: float) -> Any:
        """The part of this rank as it was written."""
        rows = self._hand.rows
        data, numbers = self.slabs.data(rows["place"])
        owner = rows["owner"].astype(np.int32)
        contact = (self.scheme, self._stiffness, self._settings)
        share = (numbers.astype(np.int32), owner, self.comm.rank, margin, self._team_core)
        return _core.make_part(data, self.dt, *contact, self.slabs.sizes, *share)

    def _redeal(self, margin: float) -> None:
        """Deal the blocks out anew from where they are, with ghosts within `margin` [m]."""
        comm = self.comm
        hand = self._deal(self._present(), margin)
        wanted = [hand.rows["number"][hand.rows["holder"] == rank].astype(np.int32) for rank in range(comm.size)]
        asked = comm.alltoall(wanted)
        told = comm.alltoall([_core.tell_blocks(self._part, numbers) for numbers in asked])
        loads = comm.allgather(_core.tell_loads(self._part))
        self._hand = hand
        _core.renew_part(self._part, self._make(margin), told, loads, self.slabs.count)
        self._meet()

    def _meet(self) -> None:
        rows, own = self._hand.rows, self._hand.own
        self._equations.forget()
        corners = np.diff(np.asarray(self._part.offsets()))
        meet(self.comm, self._part, self.team, rows["number"], rows["owner"], rows["moving"], corners)
        self._equations.centres = np.asarray(self._part.centroids())[own & rows["moving"]]


def _regroup(run: "weakref.ref[SlabSimulation]", margin: float) -> None:
    """The ghosts of a running step lie too near."""
    sim = run()
    assert sim is not None, "the run is what calls"
    sim._redeal(margin)
