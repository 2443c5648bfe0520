"""The matrices of motion on a mesh, kept apart so that each tells its energy and its work by a formula of its own."""

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmony.fem.algebra import Constraints, added
from harmony.fem.boundary import Entries
from harmony.fem.conditions import Conditions
from harmony.fem.space import Space

__all__ = ["Forms", "Matrix"]

type Array = NDArray[np.float64]


class Matrix:
    """A PETSc matrix over the nodes, applied to arrays (nodes, 2) that every rank has."""

    def __init__(self, space: Space, petsc: Any) -> None:
        self.space, self.petsc = space, petsc

    def times(self, x: Array) -> Array:
        """A x, (nodes, 2)."""
        given = self.space.vector(x)
        found = given.duplicate()
        self.petsc.mult(given, found)
        return self.space.gathered(found)

    def quadratic(self, x: Array) -> float:
        """x A x."""
        return float((x * self.times(x)).sum())


class Forms:
    """M u'' + C u' + (K + B + H) u = f(t), with held components u = g(t).

    mass M: consistent. bodies K: elasticity. beds B: beds and joints on springs. held H: springs on points. dashpots C:
    absorbing boundaries (Lysmer & Kuhlemeyer 1969), rho c_p across and rho c_s along.
    """

    def __init__(self, space: Space, conditions: Conditions) -> None:
        self.space, self.conditions = space, conditions
        self.bodies = Matrix(space, conditions.elasticity.stiffness(space))
        self.mass = Matrix(space, conditions.elasticity.mass(space))
        self.beds = self._of(conditions.beds)
        self.held = self._of(conditions.held_points)
        self.dashpots = self._of(conditions.dashpots)

    def _of(self, parts: list[Entries]) -> Matrix | None:
        return Matrix(self.space, added(self.space, self._empty(), parts)) if parts else None

    def _empty(self) -> Any:
        matrix = self.bodies.petsc.duplicate(copy=False)
        matrix.zeroEntries()
        return matrix

    @property
    def stiffness(self) -> list[Matrix]:
        """All that resists displacement."""
        return [part for part in (self.bodies, self.beds, self.held) if part is not None]

    def effective(self, h: float, theta: float) -> Any:
        """2 / h^2 M + theta (K + B + H) + 2 theta / h C, in PETSc."""
        from petsc4py import PETSc

        matrix = self.mass.petsc.duplicate(copy=True)
        matrix.scale(2.0 / (h * h))
        for part in self.stiffness:
            matrix.axpy(theta, part.petsc, PETSc.Mat.Structure.DIFFERENT_NONZERO_PATTERN)
        if self.dashpots is not None:
            matrix.axpy(2.0 * theta / h, self.dashpots.petsc, PETSc.Mat.Structure.DIFFERENT_NONZERO_PATTERN)
        return matrix

    @cached_property
    def constant(self) -> Array:
        """Weight and what the initial stress lets go of, (nodes, 2) N/m."""
        return self.conditions.weight + self.conditions.initial

    def load(self, time: float) -> Array:
        """Tractions, forces, base motion at a time [s], (nodes, 2) N/m."""
        return self.conditions.surface_at(time) - self.conditions.inertia_at(time)

    def held_load(self, time: float) -> Array:
        """Springs on points pull to where they are at a time [s]: k g, (nodes, 2) N/m."""
        return self.conditions.pull_at(time)

    def held_square(self, before: float, after: float) -> float:
        """sum k dg^2 between two times [J/m]."""
        held = [p for p in self.conditions.model.point_supports if p.stiffness > 0.0]
        return sum(float(p.stiffness * ((p.place(after) - p.place(before)) ** 2).sum()) for p in held)

    def held_energy(self, u: Array, time: float) -> float:
        """Of the springs on points [J/m]."""
        if self.held is None:
            return 0.0
        points = [p for p in self.conditions.model.point_supports if p.stiffness > 0.0]
        offset = 0.5 * sum(float(p.stiffness * (p.place(time) ** 2).sum()) for p in points)
        return 0.5 * self.held.quadratic(u) - float((self.held_load(time) * u).sum()) + offset

    def constraints_at(self, time: float) -> Constraints:
        """Held components and where they are at a time [s]."""
        return self.conditions.constraints_at(time)

    def first_rates(self) -> Array:
        """Velocities of the nodes at the start: those that the bodies were given, (nodes, 2) m/s."""
        lagrange, model = self.conditions.lagrange, self.conditions.model
        v = np.zeros((lagrange.count, 2))
        mesh = lagrange.mesh
        for index, body in enumerate(model.bodies):
            mine = mesh.body == index
            centre = mesh.areas[mine] @ mesh.centroids[mine] / mesh.areas[mine].sum()
            node = np.unique(lagrange.cells[mine])
            arm = lagrange.points[node] - centre
            vx, vy, spin = body.velocity
            v[node] = np.array([vx, vy]) + spin * np.column_stack([-arm[:, 1], arm[:, 0]])
        return v
