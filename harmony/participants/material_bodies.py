"""Linear bodies under stresses that are given at points: K u = f - int B^T s dA.

Finite elements of degree 1 have one point a cell, the manifold method the integration points of its elements. There the
supports act by penalty: Nitsche's own terms hold for elastic stress only.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain

if TYPE_CHECKING:
    import nmm
    from harmony.fem import Simulation

__all__ = ["FemBody", "ManifoldBody"]

type Array = NDArray[np.float64]

PLANE = [0, 1, 5]
"""Places of xx, yy and sqrt2 xy among the six of Mandel's notation."""


class FemBody:
    """The cells of a `harmony.fem.Simulation` of degree 1."""

    def __init__(self, name: str, sim: "Simulation") -> None:
        from harmony.participants.finite_elements import FemStructure

        if sim.degree != 1:
            raise InputError(
                explain(
                    "a law outside needs one strain a cell",
                    where=f"participant '{name}'",
                    expected="finite elements of degree 1",
                    got=sim.degree,
                    do="take degree 1 and a finer mesh",
                )
            )
        self.sim = sim
        self.points: Array = sim.mesh.centroids
        self._structure = FemStructure(sim)
        self._solve = self._structure.factor(np.inf, 1.0, None)

    def strain(self) -> Array:
        """(n, 3) as (xx, yy, 2 xy)."""
        from harmony.fem.elastic import strain

        cells = np.arange(self.sim.mesh.count)
        return np.asarray(strain(self.sim.lagrange.evaluate(cells, self.points, self.sim.unknowns)))

    def elastic_stress(self, strain: Array) -> Array:
        """D eps (n, 3) as (xx, yy, xy) [Pa]."""
        return np.einsum("nij,nj->ni", self.sim.elasticity.moduli, strain)

    def solve(self, time: float, factor: float, stress: Array) -> None:
        """Equilibrium under `factor` times the loads of a time [s] and a stress (n, 3) [Pa] beyond the elastic one."""
        inner = self.sim.conditions.lagrange_forces(stress[:, None, :]).reshape(-1)[self._structure.free]
        u = self._solve(factor * self._structure.load(time) - inner)
        self._structure.take(u, np.zeros_like(u), time)


class ManifoldBody:
    """The integration points of an `nmm.Simulation`."""

    def __init__(self, name: str, sim: "nmm.Simulation") -> None:
        from harmony.participants.structure import refuse_what_is_not_linear
        from nmm import _core
        from nmm.triangulation import interior_points

        model, equations = sim.model, sim.equations
        refuse_what_is_not_linear("nmm", any(not m.linear for m in model.materials), model.touches)
        if model.cracks:
            raise InputError(
                explain(
                    "cracks in a body whose law is outside",
                    where=f"participant '{name}'",
                    expected="no cracks",
                    got=f"{len(model.cracks)} cracks",
                    do="the tip functions are those of elasticity; cut the body by a joint instead",
                )
            )
        self.sim = sim
        manifold = equations.manifold
        degree = equations.order + (manifold.cover.corners.shape[1] - 3)
        self.points, weights, element = interior_points(manifold, 2 * degree)
        self._core = _core.Points(equations.space.core, element.astype(np.int32), self.points, weights)
        self._moduli: Array = equations.elasticity[:, :9].reshape(-1, 3, 3)[manifold.material[element]]
        initial = np.array([body.initial_stress for body in model.bodies])[manifold.body[element]]
        self._initial = np.asarray(self._core.force(_mandel(initial)))
        system = equations.plain_system(0.0)
        self._core.add_stiffness(system, _mandel_moduli(self._moduli))
        self._factor = _core.TangentFactor(True)
        if not self._factor.factorise(system):
            raise InputError(f"participant '{name}': the stiffness matrix is singular; hold the body by supports")

    def strain(self) -> Array:
        """(n, 3) as (xx, yy, 2 xy)."""
        return np.asarray(self._core.strain(self.sim.unknowns))[:, PLANE] * [1.0, 1.0, np.sqrt(2.0)]

    def elastic_stress(self, strain: Array) -> Array:
        """D eps (n, 3) as (xx, yy, xy) [Pa]."""
        return np.einsum("nij,nj->ni", self._moduli, strain)

    def solve(self, time: float, factor: float, stress: Array) -> None:
        """Equilibrium under `factor` times the loads of a time [s] and a stress (n, 3) [Pa] beyond the elastic one."""
        load = np.asarray(self.sim.equations.plain_system(time).load()) - self._initial
        u = np.asarray(self._factor.solve(factor * load - np.asarray(self._core.force(_mandel(stress)))))
        self.sim.unknowns, self.sim.rates, self.sim.time = u, np.zeros_like(u), time


def _mandel(stress: Array) -> Array:
    """(n, 6) from (xx, yy, xy)."""
    found = np.zeros((len(stress), 6))
    found[:, PLANE] = stress * [1.0, 1.0, np.sqrt(2.0)]
    return found


def _mandel_moduli(moduli: Array) -> Array:
    """(n, 6, 6) from those (n, 3, 3) between (xx, yy, xy) and (xx, yy, 2 xy)."""
    scale = np.array([1.0, 1.0, np.sqrt(2.0)])
    found: Any = np.zeros((len(moduli), 6, 6))
    found[np.ix_(range(len(moduli)), PLANE, PLANE)] = moduli * scale[:, None] * scale
    return found
