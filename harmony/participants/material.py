"""A continuum whose constitutive law lives outside: law coupling of finite elements at rest.

Of the stress sigma(eps) the law gives what its elastic part D eps leaves, the correction s = sigma(eps) - D eps, and
the body solves K u = f - int B^T s dA. In an implicit scheme u is the equilibrium with sigma(eps(u)); in an explicit
one s is a window old (lagged). The law is asked for all points at once, once an iteration.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from couplers import Mesh
from dda.errors import InputError, explain

if TYPE_CHECKING:
    from harmony.fem import Simulation

__all__ = ["CORRECTION", "ELASTIC_STRESS", "STRAIN", "MaterialParticipant"]

type Array = NDArray[np.float64]

STRAIN, ELASTIC_STRESS, CORRECTION = "Strain", "Elastic-Stress", "Correction"
"""Data of a law, one row a cell: strain (xx, yy, 2 xy) [-]; D eps and sigma - D eps, (xx, yy, xy) [Pa]."""


class MaterialParticipant:
    """A `harmony.fem.Simulation` of degree 1 that writes `Strain` and `Elastic-Stress` and reads `Correction`.

    loads: factor of all loads at a time [s]; by default they are there from the beginning.
    """

    def __init__(
        self,
        name: str,
        sim: "Simulation",
        loads: Callable[[float], float] = lambda time: 1.0,
        time_step: float | None = None,
    ) -> None:
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
        self.name, self.sim, self.loads, self.time_step = name, sim, loads, time_step
        self.time = 0.0
        self.correction: Array = np.zeros((sim.mesh.count, 3))

    def initialize(self) -> None:
        """The stiffness is factored once."""
        from harmony.participants.finite_elements import FemStructure

        self._body = FemStructure(self.sim)
        self._solve = self._body.factor(np.inf, 1.0, None)

    def mesh(self, data: str) -> Mesh:
        """Centroids of the cells."""
        if data not in (STRAIN, ELASTIC_STRESS, CORRECTION):
            raise KeyError(f"it has {STRAIN}, {ELASTIC_STRESS} and {CORRECTION}")
        return Mesh(self.sim.mesh.centroids)

    def read(self, data: str, values: Array) -> None:
        """sigma - D eps."""
        if data != CORRECTION:
            raise InputError(f"participant '{self.name}' reads {CORRECTION}, not {data}")
        self.correction = np.array(values, dtype=float)

    def write(self, data: str) -> Array:
        """Strain, or D eps."""
        from harmony.fem.elastic import strain

        self.mesh(data)
        cells = np.arange(self.sim.mesh.count)
        eps = strain(self.sim.lagrange.evaluate(cells, self.sim.mesh.centroids, self.sim.unknowns))
        if data == STRAIN:
            return eps
        return np.einsum("nij,nj->ni", self.sim.elasticity.moduli, eps)

    def advance(self, dt: float) -> None:
        """Equilibrium under the loads of the new time and the correction that was read."""
        self.time += dt
        inner = self.sim.conditions.lagrange_forces(self.correction[:, None, :]).reshape(-1)[self._body.free]
        u = self._solve(self.loads(self.time) * self._body.load(self.time) - inner)
        self._body.take(u, np.zeros_like(u), self.time)

    def save(self) -> Any:
        """Time, displacement, correction."""
        return self.time, self.sim.unknowns.copy(), self.correction

    def restore(self, state: Any) -> None:
        """Go back."""
        self.time, u, self.correction = state
        self.sim.unknowns = u.copy()
        self.sim.time = self.time
