"""A continuum whose constitutive law lives outside: law coupling of bodies at rest, by finite elements or covers.

Of the stress sigma(eps) the law gives what its elastic part D eps leaves, the correction s = sigma(eps) - D eps, and
the body solves K u = f - int B^T s dA. In an implicit scheme u is the equilibrium with sigma(eps(u)); in an explicit
one s is a window old (lagged). The law is asked for all points at once, once an iteration.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from couplers import Mesh
from dda.errors import InputError

if TYPE_CHECKING:
    import nmm
    from harmony.fem import Simulation

__all__ = ["CORRECTION", "ELASTIC_STRESS", "STRAIN", "MaterialParticipant"]

type Array = NDArray[np.float64]

STRAIN, ELASTIC_STRESS, CORRECTION = "Strain", "Elastic-Stress", "Correction"
"""Data of a law, one row a point: strain (xx, yy, 2 xy) [-]; D eps and sigma - D eps, (xx, yy, xy) [Pa]."""


class MaterialParticipant:
    """A body that writes `Strain` and `Elastic-Stress` of its points and reads `Correction`.

    sim: `harmony.fem.Simulation` of degree 1, a point a cell, or `nmm.Simulation`, the integration points of its
    elements; `points` (n, 2) m are where they lie. Its own stresses are the elastic part. loads: factor of all loads at
    a time [s]; by default they are there from the beginning.
    """

    def __init__(
        self,
        name: str,
        sim: "Simulation | nmm.Simulation",
        loads: Callable[[float], float] = lambda time: 1.0,
        time_step: float | None = None,
    ) -> None:
        import nmm
        from harmony.participants.material_bodies import FemBody, ManifoldBody

        self.name, self.sim, self.loads, self.time_step = name, sim, loads, time_step
        self.time = 0.0
        self._body: FemBody | ManifoldBody = (
            ManifoldBody(name, sim) if isinstance(sim, nmm.Simulation) else FemBody(name, sim)
        )
        self.points: Array = self._body.points
        self.correction: Array = np.zeros((len(self.points), 3))

    def initialize(self) -> None:
        """The stiffness was factored when it was made."""

    def mesh(self, data: str) -> Mesh:
        """The points."""
        if data not in (STRAIN, ELASTIC_STRESS, CORRECTION):
            raise KeyError(f"it has {STRAIN}, {ELASTIC_STRESS} and {CORRECTION}")
        return Mesh(self.points)

    def read(self, data: str, values: Array) -> None:
        """sigma - D eps."""
        if data != CORRECTION:
            raise InputError(f"participant '{self.name}' reads {CORRECTION}, not {data}")
        self.correction = np.array(values, dtype=float)

    def write(self, data: str) -> Array:
        """Strain, or D eps."""
        self.mesh(data)
        eps = self._body.strain()
        return eps if data == STRAIN else self._body.elastic_stress(eps)

    def advance(self, dt: float) -> None:
        """Equilibrium under the loads of the new time and the correction that was read."""
        self.time += dt
        self._body.solve(self.time, self.loads(self.time), self.correction)

    def save(self) -> Any:
        """Time, displacement, correction."""
        return self.time, self.sim.unknowns.copy(), self.correction

    def restore(self, state: Any) -> None:
        """Go back."""
        self.time, u, self.correction = state
        self.sim.unknowns = u.copy()
        self.sim.time = self.time
