"""Finite elements (FEniCSx) as a participant, on one rank."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from couplers import Mesh
from dda.errors import InputError, explain
from harmony.participants.structure import StructureParticipant, checked_solution, refuse_what_is_not_linear

if TYPE_CHECKING:
    from harmony.fem import Simulation

__all__ = ["FemStructure", "fem_participant"]

type Array = NDArray[np.float64]


class FemStructure:
    """Stiffness and consistent mass of a `harmony.fem.Simulation` as sparse matrices over its free unknowns; held ones
    keep their prescribed values."""

    def __init__(self, sim: "Simulation") -> None:
        from scipy.sparse import coo_array

        def entries(parts: Any) -> Any:
            return sum((coo_array((value, (row, column)), shape=(n, n)).tocsr() for row, column, value in parts), empty)

        yields = any(not material.linear for material in sim.model.materials)
        refuse_what_is_not_linear("fem", yields, sim.conditions.interface is not None)
        self.sim = sim
        space, conditions = sim.space, sim.conditions
        if space.comm.size > 1:
            raise InputError("a finite-element participant computes on one rank; start without mpirun")
        if conditions.constraints_at(0.0).turned.any():
            raise InputError(
                explain(
                    "a support that is no axis",
                    where="finite-element participant, supports",
                    expected="nodes held in x, in y, or in both",
                    got="a direction between the axes",
                    do="turn the model, or use the manifold method",
                )
            )
        if any(support.history is not None for support in sim.model.supports):
            raise InputError("a finite-element participant has no supports that move; let it read Displacement there")
        n = space.unknowns
        empty = coo_array((n, n)).tocsr()
        K = _matrix(space, sim.elasticity.stiffness(space)) + entries(conditions.springs)
        C = entries(conditions.dashpots)
        M = _matrix(space, sim.elasticity.mass(space))
        held, values = conditions.constraints_at(0.0).dofs
        self.free = np.setdiff1d(np.arange(n), held)
        self._whole = np.zeros(n)
        self._whole[held] = values
        self.K, self.M = K[self.free][:, self.free].tocsc(), M[self.free][:, self.free].tocsc()
        self.C = C[self.free][:, self.free].tocsc() if conditions.dashpots else None
        self._from_held = (K @ self._whole)[self.free]
        self.unknowns = len(self.free)
        self.vertices = sim.mesh.points

    def times_mass(self, x: Array) -> Array:
        """M x."""
        return np.asarray(self.M @ x)

    def times_stiffness(self, x: Array) -> Array:
        """K x."""
        return np.asarray(self.K @ x)

    def times_damping(self, x: Array) -> Array | None:
        """C x of absorbing edges."""
        return None if self.C is None else np.asarray(self.C @ x)

    def load(self, time: float) -> Array:
        """Gravity, initial stress, tractions, base motion, springs on points, prescribed displacements."""
        c = self.sim.conditions
        f = c.weight + c.initial + c.surface_at(time) - c.inertia_at(time) + c.pull_at(time)
        return np.asarray(f.reshape(-1)[self.free] - self._from_held)

    def rows(self, points: Array) -> Array:
        """N_k(x) of the element at each point."""
        lagrange = self.sim.lagrange
        cell = self.sim.locator.require(points, "interface")
        N = lagrange.values(lagrange.local(cell, points))
        B = np.zeros((len(points), 2, lagrange.count, 2))
        for axis in range(2):
            B[np.arange(len(points))[:, None], axis, lagrange.cells[cell], axis] = N
        return B.reshape(2 * len(points), -1)[:, self.free]

    def factor(self, h: float, theta: float, hold: Array | None) -> Callable[[Array], Array]:
        """Sparse LU."""
        from scipy.sparse import csc_array
        from scipy.sparse.linalg import splu

        A = theta * self.K + (0.0 if np.isinf(h) else 2.0 / (h * h)) * self.M
        if self.C is not None and np.isfinite(h):
            A = A + (2.0 * theta / h) * self.C
        if hold is not None:
            B = csc_array(self.rows(hold))
            A = A + self.stiffness_scale() * (B.T @ B)
        lu = splu(A.tocsc())

        def solve(right: Array) -> Array:
            d = lu.solve(right)
            size = float(np.linalg.norm(right))
            return checked_solution(d, float(np.linalg.norm(A @ d - right)) / size if size > 0.0 else 0.0)

        return solve

    def stiffness_scale(self) -> float:
        """The largest modulus."""
        return max(material.young for material in self.sim.model.materials)

    def take(self, u: Array, v: Array, time: float) -> None:
        """Into the simulation."""
        whole, rates = self._whole.copy(), np.zeros_like(self._whole)
        whole[self.free], rates[self.free] = u, v
        self.sim.unknowns, self.sim.rates, self.sim.time = whole.reshape(-1, 2), rates.reshape(-1, 2), time


def _matrix(space: Any, matrix: Any) -> Any:
    """A PETSc matrix over the node components 2 node + c."""
    from scipy.sparse import csr_array

    start, column, value = matrix.getValuesCSR()
    row = space.rows(np.arange(space.unknowns))
    return csr_array((value, column, start), shape=matrix.getSize())[row][:, row]


def fem_participant(
    name: str, sim: "Simulation", interface: Mesh | ArrayLike, **options: object
) -> StructureParticipant:
    """A `harmony.fem.Simulation` that exchanges force and displacement on an interface; options: of
    `StructureParticipant`. The simulation holds the displacements at the end of each step."""
    return StructureParticipant(name, FemStructure(sim), interface, **options)  # type: ignore[arg-type]
