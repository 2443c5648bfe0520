"""The matrices of motion, each kept apart so that its energy and its work are told by formulas of their own."""

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmm.base_motion import base_acceleration
from nmm.conditions import factor
from nmm.equations import Equations

__all__ = ["Forms"]

type Array = NDArray[np.float64]


class Forms:
    """M u'' + C u' + (K + B + S) u = f(t), over the unknowns of the space.

    mass M: consistent, exact. bodies K: elasticity, ghost penalty, welded material boundaries: what stores strain
    energy, 1/2 u K u - f_0 u with f_0 of the initial stress. springs B: beds, tied joints, held points. supports S:
    Nitsche's terms; what they do to the body is work of the support. dashpots C: absorbing boundaries.
    """

    def __init__(self, equations: Equations) -> None:
        self.equations = equations
        self.model = model = equations.model
        conditions = equations.conditions
        self.mass = equations.blank()
        equations.inertia(self.mass, _motions(equations))
        self.momentum: Array = np.asarray(self.mass.load())
        self.gravity: Array = equations.unit_momenta @ np.array(model.gravity)
        self.bodies = equations.blank()
        equations.add_bodies(self.bodies)
        equations.add_conditions(self.bodies, conditions["seams"])
        self.initial: Array = np.asarray(self.bodies.load()) - self.gravity
        self.beds = equations.blank()
        equations.add_conditions(self.beds, conditions["springs"])
        self._held = [p for p in model.point_supports if p.stiffness > 0.0]
        self.held, self._held_pull = self._springs_on_points()
        self.supports = equations.blank()
        equations.add_conditions(self.supports, conditions["supports"])
        self.dashpots = None
        if model.viscous:
            self.dashpots = equations.blank()
            equations.add_conditions(self.dashpots, equations.dashpots())
        self._constant, self._timed = self._loads()
        self._support_constant, self._support_timed = self._support_forces()

    def effective(self, h: float, theta: float, dashpots: bool = True, bodies: Any = None) -> Any:
        """2 / h^2 M + theta (K + B + S) + 2 theta / h C; h [s]; bodies: K where it is not that of small strains."""
        system = self.equations.blank()
        system.add_scaled(2.0 / (h * h), self.mass)
        for part in (self.bodies if bodies is None else bodies, self.beds, self.held, self.supports):
            system.add_scaled(theta, part)
        if dashpots and self.dashpots is not None:
            system.add_scaled(2.0 * theta / h, self.dashpots)
        return system

    def load(self, time: float) -> Array:
        """Tractions, forces and base motion at a time [s], [N/m]."""
        f = self._constant.copy()
        for history, vector in self._timed:
            f += factor(history, time) * vector
        if self.model.base_acceleration is not None:
            f -= self.equations.unit_momenta @ base_acceleration(self.model, time)
        return f

    def support_load(self, time: float) -> Array:
        """What Nitsche's terms have on the right-hand side for the displacements prescribed at a time [s], [N/m]."""
        f = self._support_constant.copy()
        for history, vector in self._support_timed:
            f += factor(history, time) * vector
        return f

    def held_load(self, time: float) -> Array:
        """Springs on points pull to where they are at a time [s]: k g, [N/m]."""
        pull = np.zeros_like(self.gravity)
        for point, columns in zip(self._held, self._held_pull, strict=True):
            pull += columns @ point.place(time)
        return pull

    def held_offset(self, time: float) -> float:
        """1/2 sum k g^2 [J/m]: with 1/2 u H u - (k g) u the energy of the springs on points."""
        return 0.5 * sum(float(p.stiffness * (p.place(time) ** 2).sum()) for p in self._held)

    def held_square(self, before: float, after: float) -> float:
        """sum k dg^2 between two times [J/m]."""
        return sum(float(p.stiffness * ((p.place(after) - p.place(before)) ** 2).sum()) for p in self._held)

    def _springs_on_points(self) -> tuple[Any, list[Array]]:
        """Their matrix, and for each the columns k N of its two directions (unknowns, 2)."""
        equations = self.equations
        held, one, columns = equations.blank(), equations.blank(), []
        for point in self._held:
            at, none = np.array(point.point), np.zeros(2)
            equations.add_spring_point(held, at, none, point.stiffness, none)
            pull = []
            for direction in np.eye(2):
                one.clear()
                equations.add_spring_point(one, at, none, point.stiffness, direction)
                pull.append(np.array(one.load()))
            columns.append(np.column_stack(pull))
        return held, columns

    def _loads(self) -> tuple[Array, list[tuple[Array, Array]]]:
        """Loads that stay, and (history, vector) of the others."""
        constant: Array = np.zeros_like(self.gravity)
        timed: list[tuple[Array, Array]] = []
        model, equations = self.model, self.equations
        adds = [(t.history, partial(equations.add_traction, k=k)) for k, t in enumerate(model.tractions)]
        adds.append((None, partial(equations.add_crack_pressures)))
        adds += [
            (p.history, partial(equations.add_point, k=k))
            for k, p in enumerate(model.point_supports)
            if p.stiffness == 0.0
        ]
        for history, add in adds:
            system = equations.blank()
            add(system)
            vector = np.asarray(system.load())
            if history is None:
                constant += vector
            else:
                timed.append((history, vector))
        return constant, timed

    def _support_forces(self) -> tuple[Array, list[tuple[Array, Array]]]:
        """The same of the supports. Their load is affine in what is prescribed."""
        rows = self.equations.conditions["supports"]
        of = [support for support in self.model.supports for _ in support.components]
        still = self._support_vector([_times(r, s.history is None) for r, s in zip(rows, of, strict=True)])
        moved = []
        for support in self.model.supports:
            if support.history is not None:
                mine = [r for r, s in zip(rows, of, strict=True) if s is support]
                nothing = self._support_vector([_times(r, False) for r in mine])
                moved.append((support.history, self._support_vector(mine) - nothing))
        return still, moved

    def _support_vector(self, rows: list[Any]) -> Array:
        system = self.equations.blank()
        self.equations.add_conditions(system, rows)
        return np.asarray(system.load())


def _times(row: Any, kept: bool) -> Any:
    return row if kept else replace(row, given=np.zeros_like(row.given))


def _motions(equations: Equations) -> Array:
    """Velocity, spin and centroid of the body of each element, (m, 5)."""
    manifold = equations.manifold
    centroid = np.asarray(equations.space.core.centroids())
    bodies = equations.model.bodies
    area = np.maximum(np.bincount(manifold.body, manifold.areas, len(bodies)), np.finfo(float).tiny)  # 0 of fixed ones
    centre = [np.bincount(manifold.body, manifold.areas * c, len(bodies)) / area for c in centroid.T]
    return np.column_stack([[body.velocity for body in bodies], *centre])[manifold.body]
