"""A run in slabs, as what records a run asks for it: arrays with one row for each block of this rank's stretch."""

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from dda.parallel import SlabSimulation

__all__ = ["SlabRun", "largest", "total"]


class SlabRun:
    """Takes the calls that March, Sampler and Frame make to a simulation; all ranks make the same ones."""

    def __init__(self, sim: "SlabSimulation") -> None:
        self.sim, self.comm = sim, sim.comm
        self.run, self.settle, self.reset, self.point = sim.run, sim.settle, sim.reset, sim.point

    def save(self) -> Any:
        """This rank's share of the state, by section."""
        return self.sim.state()

    def rotation(self, block: int) -> float:
        """Of one block [rad], on all ranks."""
        return float(total(self, [self.sim.rotations[self.sim.owned == block].sum()])[0])

    def _stretch(self, name: str) -> np.ndarray:
        return self.sim.stretch.rows(getattr(self.sim, name))

    @property
    def displacements(self) -> np.ndarray:
        """(n, 2) m."""
        return self._stretch("displacements")

    @property
    def velocities(self) -> np.ndarray:
        """(n, 2) m/s."""
        return self._stretch("velocities")

    @property
    def rotations(self) -> np.ndarray:
        """(n,) rad."""
        return self._stretch("rotations")

    @property
    def stresses(self) -> np.ndarray:
        """(n, 3) Pa."""
        return self._stretch("stresses")

    @property
    def masses(self) -> np.ndarray:
        """(n,) kg/m."""
        return self._stretch("masses")

    @property
    def moving(self) -> np.ndarray:
        """(n,) bool."""
        return self._stretch("moving")

    @property
    def groups(self) -> np.ndarray:
        """Number of the group of each block (n,)."""
        return self.sim.stretch.rows(self.sim.groups)

    @property
    def all_vertices(self) -> tuple[np.ndarray, np.ndarray]:
        """Vertices (N, 2) m, and where those of each block begin, from 0 (n + 1,)."""
        xy, _, sizes = self.sim.vertices
        points, sizes = self.sim.stretch.ragged(xy, sizes)
        return points, np.concatenate([[0], np.cumsum(sizes)])

    @property
    def slips(self) -> np.ndarray:
        """Of each vertex (N,) m."""
        _, slip, sizes = self.sim.vertices
        return self.sim.stretch.ragged(slip, sizes)[0]

    @property
    def contacts(self) -> np.ndarray:
        """Those whose vertex is of this stretch, in the order of the whole model."""
        contacts, order = self.sim.ordered_contacts
        block, stretch = contacts["block_a"], self.sim.stretch
        here, order = stretch.table(contacts, block), stretch.table(order, block)
        return here[np.lexsort((order[:, 1], order[:, 0]))]

    @property
    def time(self) -> float:
        """s."""
        return self.sim.time

    @property
    def steps(self) -> int:
        """Nominal steps taken."""
        return self.sim.steps

    @property
    def substeps(self) -> int:
        """Pieces of steps taken."""
        return self.sim.substeps

    @property
    def dt(self) -> float:
        """Nominal step [s]."""
        return self.sim.dt

    @property
    def scheme(self) -> str:
        """Of time."""
        return self.sim.scheme

    @property
    def energy(self) -> dict[str, float]:
        """Of all ranks [J/m]."""
        return self.sim.energy

    @property
    def report(self) -> dict[str, float]:
        """Of the last step."""
        return self.sim.report

    @property
    def totals(self) -> dict[str, float]:
        """Over the run; seconds are those of this rank."""
        return self.sim.totals

    @property
    def peak_speed(self) -> float:
        """Of all ranks [m/s]."""
        return self.sim.peak_speed


def total(sim: Any, values: Any) -> np.ndarray:
    """The sum of what all ranks have, where each has a part of a run; values as they are elsewhere."""
    values = np.array(values, dtype=float)
    if isinstance(sim, SlabRun):
        sim.sim.team.sum(values.reshape(-1))
    return values


def largest(sim: Any, values: np.ndarray) -> float:
    """The largest of the values (n,) of all rows of a run, those of other ranks too; 0 without any."""
    found = np.array([values.max(initial=0.0)])
    if isinstance(sim, SlabRun):
        sim.sim.team.maximum(found)
    return float(found[0])
