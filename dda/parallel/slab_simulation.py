"""A run of blocks of which no rank has them all: each has its own and its ghosts, from a file of slabs."""

import os
import weakref
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from dda import _core
from dda.advance import advance_by
from dda.checks import count, number, unknown
from dda.contact import Complementarity, Penalty, checked_contact
from dda.errors import StepFailure
from dda.parallel.dealing import PARTITIONS, ROW, Hand, deal, written
from dda.parallel.equations import Equations
from dda.parallel.meeting import meet
from dda.parallel.petsc import load
from dda.parallel.saved import Saved, State
from dda.parallel.simulation import GHOSTS
from dda.parallel.slabs import Slabs
from dda.parallel.stretch import Stretch
from dda.parallel.team import Team
from dda.parallel.user_order import UserOrder
from dda.settings import checked_settings
from dda.simulation import PointState, Settlement, point_state

__all__ = ["SlabSimulation"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]


class SlabSimulation:
    """As `dda.parallel.Simulation`, for models that are too large for one rank.

    slabs: a file of `dda.parallel.cut`, or what `Slabs.open` made of it. All ranks of `comm` make the same calls. Each
    reads rows of the blocks that it owns now, `owned` says which (partition: pieces of the "graph" of neighbours, where
    they are better than those of the "curve"; `dealt` says so); blocks change their owner when motion has used up the
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
        saved: Saved | None = None,
        partition: str = "graph",
        threads: int = 1,
    ) -> None:
        self.slabs = slabs if isinstance(slabs, Slabs) else Slabs.open(slabs)
        contact, self.scheme = checked_contact(contact, scheme, "SlabSimulation")
        self.dt = number(dt, "SlabSimulation", "dt", unit="s", above=0.0)
        self.contact, self.threads = contact, count(threads, "SlabSimulation", "threads", least=1)
        self._stiffness = (contact.stiffness if isinstance(contact, Penalty) else None) or 0.0
        self._settings = checked_settings(settings)
        load()
        from mpi4py import MPI

        self.comm = MPI.COMM_WORLD if comm is None else comm
        here = weakref.ref(self)  # the core holds the team, and the team must not hold the run
        self._equations = Equations(self.comm)
        self.team = Team(self.comm, self._equations, lambda margin: _regroup(here, margin))
        self._team_core = _core.Team(self.team)
        if partition not in PARTITIONS:
            raise unknown("partition", partition, PARTITIONS, "SlabSimulation")
        self.partition = partition
        self._bolts = [(bolt.a, bolt.b) for bolt in self.slabs.empty.bolts]
        self._margin = GHOSTS * self.slabs.sizes[1]
        self._stretch: Stretch | None = None
        self._seam = np.zeros(0, np.int32)  # numbers of own blocks that other ranks follow
        if saved is None:
            self._hand = self._deal(written(self.comm, self.slabs))
            self._part = self._make()
            self._meet()
            self._reference = self._placement()
        else:
            self._resume(saved)

    @classmethod
    def load(
        cls,
        slabs: Slabs | str | os.PathLike[str],
        saved: Saved | str | os.PathLike[str],
        dt: float = 1e-3,
        contact: Penalty | Complementarity | None = None,
        scheme: str | None = None,
        settings: Mapping[str, float] | None = None,
        comm: Any = None,
    ) -> Self:
        """A run that goes on from a file of `save`, written by any number of ranks: by the same number, with the same
        bits. Slabs and settings are those of the run that was saved."""
        there = saved if isinstance(saved, Saved) else Saved.open(saved)
        return cls(slabs, dt, contact, scheme, settings, comm, there)

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

    def revise(self, rest: str) -> None:
        """Take joints, loads, water and supports of another model of the same blocks; rest: `Slabs.rest` of it."""
        self.slabs = replace(self.slabs, rest=rest)
        self._bolts = [(bolt.a, bolt.b) for bolt in self.slabs.empty.bolts]
        self._redeal(self._margin)

    def retime(self, dt: float, scheme: str) -> None:
        """Go on with another step [s] or scheme."""
        self.contact, self.scheme = checked_contact(self.contact, scheme, "SlabSimulation.retime")
        self.dt = number(dt, "SlabSimulation.retime", "dt", unit="s", above=0.0)
        _core.take_options(self._part, self.dt, self.scheme, self._stiffness, self.threads, self._settings)

    def reset(self, displacement: bool = True, energy: bool = True, slip: bool = False) -> None:
        """As `dda.Simulation.reset`."""
        self._part.reset(displacement, energy, slip)
        if displacement:
            self._reference = self._placement()

    # -- checkpoints --------------------------------------------------------------------------------------------------

    def state(self) -> State:
        """This rank's share of the whole state, for `save_parts`. Ghosts are dealt out anew, as in a restart, so that
        both go on alike."""
        self._redeal(self._margin, keep=True)
        rows = self._present()
        inner = np.setdiff1d(rows["number"].astype(np.int32), self._seam)
        return {
            "rows": rows.tobytes(),
            "inner": _core.tell_blocks(self._part, inner),
            "seam": _core.tell_blocks(self._part, self._seam),
            "loads": np.array(_core.tell_loads(self._part), dtype=float).tobytes(),
            "sums": _core.tell_sums(self._part),
            "reference": self._reference.tobytes(),
            "margin": np.array([self._margin]).tobytes(),
        }

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the whole state to a file, at once and whole, each rank its share; for `load`."""
        Saved.write(path, self.comm, self.state())

    def _resume(self, saved: Saved) -> None:
        comm = self.comm
        same = saved.count == comm.size
        first, last = (saved.count * rank // comm.size for rank in (comm.rank, comm.rank + 1))
        mine = range(first, last)
        rows = np.concatenate([np.zeros(0, ROW), *(np.frombuffer(saved.read(k, "rows"), ROW) for k in mine)])
        self._margin = float(np.frombuffer(saved.read(0, "margin"))[0])
        self._hand = self._deal(rows, keep=same)
        self._part = self._make()
        wanted = self._hand.rows["number"]
        told = []
        for k in range(saved.count):
            there = np.isin(np.frombuffer(saved.read(k, "rows"), ROW)["number"], wanted).any()
            own = there and (not same or k == comm.rank)
            told += [saved.read(k, name) for name in (("inner", "seam") if own else ("seam",) if there else ())]
        loads = [np.frombuffer(saved.read(k, "loads")).tolist() for k in range(saved.count)]
        _core.renew_part(self._part, self._make(), told, loads, self.slabs.count)
        sums = [saved.read(k, "sums") for k in (mine if same else range(saved.count))]
        _core.take_sums(self._part, sums, same or comm.rank == 0)
        self._meet()
        here = self.stretch
        self._reference = np.frombuffer(saved.span("reference", 48 * here.low, 48 * here.high)).reshape(-1, 6).copy()

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
    def dealt(self) -> str:
        """How the owners were found, in words; nothing where they are those of a checkpoint."""
        return self._hand.how

    @property
    def ghosts(self) -> int:
        """Blocks of other ranks that this one follows."""
        return int((~self._hand.own).sum())

    @property
    def centroids(self) -> Array:
        """(n, 2) m."""
        return self._rows(self._part.centroids()) + self.slabs.origin

    @property
    def masses(self) -> Array:
        """(n,) kg per metre of thickness."""
        return self._rows(self._part.masses())[:, 0]

    @property
    def moving(self) -> NDArray[np.bool_]:
        """Which of them are not fixed (n,)."""
        return np.asarray(self._hand.rows["moving"][self._hand.own])

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

    @property
    def groups(self) -> Index:
        """Numbers of their groups (n,), names by `slabs.groups`."""
        places = self._hand.rows["place"][self._hand.own]
        ascending, back = np.unique(places, return_inverse=True)
        (group,) = self.slabs.read(ascending, "group")
        return np.asarray(group[back], dtype=np.int64)

    @property
    def peak_speed(self) -> float:
        """Largest speed of a block now [m/s], of all ranks; all of them must ask."""
        here = np.array([np.linalg.norm(self.velocities, axis=1).max(initial=0.0)])
        self.team.maximum(here)
        return float(here[0])

    @property
    def vertices(self) -> tuple[Array, Array, Index]:
        """Their vertices now (N, 2) m in the user's order, the slip of each (N,) m, how many each block has (n,)."""
        return self._order.vertices

    @property
    def contacts(self) -> NDArray[Any]:
        """As `dda.Simulation.contacts`, those that this rank speaks for: of its own vertices, and where these belong to
        a fixed block, of its own edges. Blocks, vertices and edges are numbered as in the whole model."""
        return self._order.contacts[0]

    @property
    def ordered_contacts(self) -> tuple[NDArray[Any], Index]:
        """The contacts, and (n, 2) numbers that put those of all ranks into the order of one rank."""
        return self._order.contacts

    @property
    def stretch(self) -> Stretch:
        """Takes rows of the blocks that ranks own now to the order of their numbers; all ranks must ask."""
        if self._stretch is None:
            self._stretch = Stretch(self.comm, self.owned, self.slabs.count)
        return self._stretch

    def point(self, block: int, point: tuple[float, float]) -> PointState:
        """As `dda.Simulation.point`, on all ranks; all of them must ask."""
        own, here = np.flatnonzero(self.owned == block), self.stretch
        told = np.zeros(23)
        if here.low <= block < here.high:
            told[:6] = self._reference[block - here.low]
        if len(own):
            k = np.flatnonzero(self._hand.own)[own[0]]
            (centre,) = self.slabs.read(self._hand.rows["place"][[k]], "centre")
            told[6:12], told[21:] = self._placed()[own[0]], centre[0] + self.slabs.origin
            if self._hand.rows["moving"][k]:
                told[12:18] = np.asarray(self._part.velocities()).reshape(-1, 6)[k]
                told[18:21] = np.asarray(self._part.stresses())[k, :3]
        self.team.sum(told)
        return point_state(told[6:12], told[:6], told[12:18], told[18:21], np.asarray(point, float) - told[21:])

    def _rows(self, table: Any) -> Array:
        return np.asarray(table)[self._hand.own]

    def _placed(self) -> Array:
        """Centroid and deformation gradient of the own blocks now, (n, 6) m and 1."""
        return np.column_stack([self.centroids, self._rows(self._part.gradients()).reshape(-1, 4)])

    def _placement(self) -> Array:
        """The same of the blocks of this rank's stretch."""
        return self.stretch.rows(self._placed())

    # -- dealing out --------------------------------------------------------------------------------------------------

    def _present(self) -> NDArray[Any]:
        """Rows of the own blocks as they are now."""
        own = self._hand.own
        rows = self._hand.rows[own].copy()
        vertices, offsets = np.asarray(self._part.vertices()), np.asarray(self._part.offsets())
        low, high = (how.reduceat(vertices, offsets[:-1]) for how in (np.minimum, np.maximum))
        rows["box"], rows["centre"] = np.hstack([low, high])[own], np.asarray(self._part.centroids())[own]
        rows["holder"] = self.comm.rank
        return rows

    def _deal(self, rows: NDArray[Any], keep: bool = False) -> Hand:
        how = "keep" if keep else self.partition
        return deal(self.comm, rows, self._margin, self.slabs.sizes[1], self._bolts, how)

    def _make(self) -> Any:
        """The part of this rank as it was written."""
        rows = self._hand.rows
        data, numbers = self.slabs.data(rows["place"])
        owner = rows["owner"].astype(np.int32)
        contact = (self.scheme, self._stiffness, self.threads, self._settings)
        share = (numbers.astype(np.int32), owner, self.comm.rank, self._margin, self._team_core)
        return _core.make_part(data, self.dt, *contact, self.slabs.sizes, *share)

    def _redeal(self, margin: float, keep: bool = False) -> None:
        """Deal the blocks out anew from where they are, with ghosts within `margin` [m]; keep: only ghosts."""
        comm, self._margin = self.comm, margin
        hand = self._deal(self._present(), keep)
        wanted = [hand.rows["number"][hand.rows["holder"] == rank].astype(np.int32) for rank in range(comm.size)]
        asked = comm.alltoall(wanted)
        others = [numbers for rank, numbers in enumerate(asked) if rank != comm.rank]
        self._seam = np.unique(np.concatenate([np.zeros(0, np.int32), *others]))
        told = comm.alltoall([_core.tell_blocks(self._part, numbers) for numbers in asked])
        loads = comm.allgather(_core.tell_loads(self._part))
        self._hand = replace(hand, how=hand.how or self._hand.how)
        _core.renew_part(self._part, self._make(), told, loads, self.slabs.count)
        self._meet()

    def _meet(self) -> None:
        rows, own = self._hand.rows, self._hand.own
        self._equations.forget()
        self._stretch = None
        self._order = UserOrder(self.slabs, self._part, rows, self.comm.rank)
        corners = self._order.corners
        meet(self.comm, self._part, self.team, rows["number"], rows["owner"], rows["moving"], corners)
        self._equations.centres = np.asarray(self._part.centroids())[own & rows["moving"]]


def _regroup(run: "weakref.ref[SlabSimulation]", margin: float) -> None:
    """The ghosts of a running step lie too near."""
    sim = run()
    assert sim is not None, "the run is what calls"
    sim._redeal(margin)
