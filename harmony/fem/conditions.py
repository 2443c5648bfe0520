"""All that acts on a meshed model in one stage: loads over the nodes, springs as entries of the matrix, held nodes."""

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmony.fem.algebra import Constraints
from harmony.fem.boundary import Boundary, Entries, Held, entries
from harmony.fem.elastic import Elasticity
from harmony.fem.interface import interface_of
from harmony.fem.lagrange import Lagrange
from harmony.fem.water import WaterLoads
from nmm.conditions import History, PointSupport, factor
from nmm.locate import Locator
from nmm.model import Model

__all__ = ["Conditions"]

type Array = NDArray[np.float64]

# Gauss points on a side of a joint [-].
POINTS = 4


class Conditions:
    """Supports, loads, springs and joint springs of a model on a mesh."""

    def __init__(self, model: Model, lagrange: Lagrange, elasticity: Elasticity, locator: Locator) -> None:
        self.model, self.lagrange, self.elasticity, self.locator = model, lagrange, elasticity, locator
        self.boundary = Boundary(model, lagrange)
        self.interface = interface_of(model, lagrange)
        self.water = None if model.water is None else WaterLoads(model.water, model, self.boundary, self.interface)

    @property
    def weight(self) -> Array:
        """int N rho g dA, (nodes, 2) N/m."""
        return self._unit[:, None] * np.array(self.model.gravity)

    @cached_property
    def _unit(self) -> Array:
        """int N rho dA, (nodes,) kg/m."""
        xi, w = self.lagrange.quadrature(2)
        shares = w @ self.lagrange.values(xi)
        mass = self.elasticity.density * self.lagrange.mesh.areas
        found = np.zeros(self.lagrange.count)
        np.add.at(found, self.lagrange.cells, mass[:, None] * shares)
        return found

    def surface_at(self, time: float) -> Array:
        """Tractions, forces on points and water at a time [s], (nodes, 2) N/m."""
        constant, timed = self._surface
        found = constant + sum(factor(history, time) * force for history, force in timed)
        return found if self.water is None else found + self.water.at(time)

    @cached_property
    def _surface(self) -> tuple[Array, list[tuple[History, Array]]]:
        """Loads that stay, and (history, force) of the others."""
        loads = [(t.history, self.boundary.traction(t, f"traction {k}")) for k, t in enumerate(self.model.tractions)]
        loads += [(p.history, self.boundary.point_force(p, p.force, cell)) for p, cell in self._points if any(p.force)]
        still = [force for history, force in loads if history is None]
        return sum(still, np.zeros((self.lagrange.count, 2))), [pair for pair in loads if pair[0] is not None]

    def pull_at(self, time: float) -> Array:
        """What springs on points pull with, k g at a time [s], (nodes, 2) N/m."""
        force = np.zeros((self.lagrange.count, 2))
        for p, cell in self._points:
            if p.stiffness > 0.0 and (pull := p.stiffness * p.place(time)).any():
                force += self.boundary.point_force(p, pull, cell)
        return force

    def inertia_at(self, time: float) -> Array:
        """rho a of the moving ground at a time [s], (nodes, 2) N/m."""
        table = self.model.base_acceleration
        if table is None:
            return np.zeros((self.lagrange.count, 2))
        return self._unit[:, None] * np.array([np.interp(time, table[:, 0], table[:, k]) for k in (1, 2)])

    @cached_property
    def initial(self) -> Array:
        """-int B^T sigma_0 dA: what the initial stress lets go of, (nodes, 2) N/m."""
        return -self.lagrange_forces(self.elasticity.initial[:, None, :])

    def lagrange_forces(self, stress: Array) -> Array:
        """int B^T sigma dA, (nodes, 2) N/m, of stresses (cells, q, 3) [Pa] at the points of a quadrature rule.

        q = 1: the middle, 3: the rule of degree 2.
        """
        degree = {1: 1, 3: 2}[stress.shape[1]]
        xi, w = self.lagrange.quadrature(degree)
        force = np.zeros((self.lagrange.count, 2))
        if stress.shape[1] == 1 and self.lagrange.degree == 2:  # constant stress, linear gradients
            xi, w = self.lagrange.quadrature(2)
            stress = np.repeat(stress, len(w), axis=1)
        cells = np.arange(self.lagrange.mesh.count)
        for q in range(len(w)):
            G = self.lagrange.gradients(cells, np.tile(xi[q], (len(cells), 1)))
            xx, yy, xy = (stress[:, q].T * (w[q] * self.lagrange.mesh.areas))[:, :, None]
            np.add.at(
                force,
                self.lagrange.cells,
                np.stack([xx * G[..., 0] + xy * G[..., 1], xy * G[..., 0] + yy * G[..., 1]], axis=2),
            )
        return force

    @cached_property
    def _points(self) -> list[tuple[PointSupport, int]]:
        where = [f"point load or held point {k}" for k in range(len(self.model.point_supports))]
        return [
            (load, int(self.locator.require(np.array([load.point]), name)[0]))
            for load, name in zip(self.model.point_supports, where, strict=True)
        ]

    @property
    def springs(self) -> list[Entries]:
        """Entries of the matrix [N/m2]: beds, joints, held points."""
        return [*self.beds, *self.held_points]

    def spring_forces(self, u: Array) -> Array:
        """S u of all springs, (nodes, 2) N/m."""
        return np.asarray((self._spring_matrix @ u.ravel()).reshape(-1, 2))

    @cached_property
    def _spring_matrix(self) -> Any:
        from scipy.sparse import coo_array

        n = 2 * self.lagrange.count
        none = np.zeros(0, dtype=np.int64)
        parts = [Entries(none, none, np.zeros(0)), *self.springs]
        row, column, value = (np.concatenate(part) for part in zip(*parts, strict=True))
        return coo_array((value, (row, column)), shape=(n, n)).tocsr()

    @cached_property
    def beds(self) -> list[Entries]:
        """Beds of springs and joints."""
        return [*(self.boundary.spring(s, f"spring {k}") for k, s in enumerate(self.model.springs)), *self._joints()]

    @cached_property
    def held_points(self) -> list[Entries]:
        """Springs on points."""
        return [self.boundary.point_spring(load, cell) for load, cell in self._points if load.stiffness > 0.0]

    @cached_property
    def dashpots(self) -> list[Entries]:
        """Absorbing boundaries: rho c_p across, rho c_s along [Pa s/m]."""
        e = self.elasticity
        across, along = np.sqrt(e.density * (e.lam + 2 * e.mu)), np.sqrt(e.density * e.mu)
        edges = enumerate(self.model.viscous)
        return [self.boundary.bed(v.where, across, along, f"viscous edge {k}") for k, v in edges]

    def _joints(self) -> list[Entries]:
        """int [N] (k_n n n^T + k_s t t^T) [N]^T ds, [N] = N_a - N_b the opening across a joint."""
        mesh = self.lagrange.mesh
        if not len(mesh.joints):
            return []
        stiffness = np.array(self.model.joint_stiffness)[mesh.trace]
        tied = np.flatnonzero(stiffness.max(axis=1) > 0.0)
        if not len(tied):
            return []
        a, side, b, _ = mesh.joints[tied].T
        ends = mesh.ends(a, side)
        d = ends[:, 2:] - ends[:, :2]
        length = np.hypot(*d.T)
        n = np.column_stack([d[:, 1], -d[:, 0]]) / length[:, None]
        nn = n[:, :, None] * n[:, None]
        k = stiffness[tied, :1, None] * nn + stiffness[tied, 1:, None] * (np.eye(2) - nn)
        x, w = np.polynomial.legendre.leggauss(POINTS)
        found = []
        for s, weight in zip((x + 1) / 2, w / 2, strict=True):
            place = ends[:, :2] + s * d
            N = np.concatenate(
                [
                    self.lagrange.values(self.lagrange.local(a, place)),
                    -self.lagrange.values(self.lagrange.local(b, place)),
                ],
                axis=1,
            )
            nodes = np.concatenate([self.lagrange.cells[a], self.lagrange.cells[b]], axis=1)
            found.append(entries(nodes, np.einsum("s,sa,sb,sij->sabij", weight * length, N, N, k)))
        return found

    @cached_property
    def _held(self) -> list[Held]:
        return [self.boundary.held(support, f"support {k}") for k, support in enumerate(self.model.supports)]

    def constraints_at(self, time: float) -> Constraints:
        """Held nodes, and where they are at a time [s]."""
        if not any(support.history is not None for support in self.model.supports):
            return self._constraints
        shares = [factor(support.history, time) for support in self.model.supports]
        held = [Held(h.node, h.direction, share * h.value) for h, share in zip(self._held, shares, strict=True)]
        return Constraints(held, self.lagrange.count)

    @cached_property
    def _constraints(self) -> Constraints:
        return Constraints(self._held, self.lagrange.count)
