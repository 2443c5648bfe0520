"""The manifold method as a participant."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from couplers import Mesh
from harmony.participants.structure import StructureParticipant, checked_solution, refuse_what_is_not_linear

if TYPE_CHECKING:
    import nmm

__all__ = ["ManifoldStructure", "manifold_participant", "rows_at"]

type Array = NDArray[np.float64]


class ManifoldStructure:
    """The matrices of an `nmm.Simulation`, with its supports, springs, loads and absorbing edges."""

    def __init__(self, sim: "nmm.Simulation") -> None:
        from nmm.forms import Forms

        model = sim.model
        refuse_what_is_not_linear("nmm", any(not m.linear for m in model.materials), model.touches)
        self.sim = sim
        self.forms = Forms(sim.equations)
        self.unknowns = len(sim.unknowns)
        self.vertices = np.asarray(sim.equations.manifold.points)

    def times_mass(self, x: Array) -> Array:
        """M x."""
        return np.asarray(self.forms.mass.times(x))

    def times_stiffness(self, x: Array) -> Array:
        """(K + B + S) x: bodies, springs, supports."""
        f = self.forms
        return np.sum([part.times(x) for part in (f.bodies, f.beds, f.held, f.supports)], axis=0)

    def times_damping(self, x: Array) -> Array | None:
        """C x of absorbing edges."""
        return None if self.forms.dashpots is None else np.asarray(self.forms.dashpots.times(x))

    def load(self, time: float) -> Array:
        """Gravity, initial stress, tractions, supports, springs on points."""
        f = self.forms
        return f.gravity + f.initial + f.load(time) + f.support_load(time) + f.held_load(time)

    def rows(self, points: Array) -> Array:
        """What unit forces at the points do to the equations: N^T."""
        return rows_at(self.sim, points)

    def factor(self, h: float, theta: float, hold: Array | None) -> Callable[[Array], Array]:
        """LDL^T of the core."""
        from nmm import _core

        matrix = self.forms.effective(h, theta)
        for point in () if hold is None else hold:
            matrix.add_scaled(1.0, _at(self.sim, point, np.zeros(2), self.stiffness_scale()))
        factor = _core.Factor(matrix)

        def solve(right: Array) -> Array:
            d, _, residual, positive = factor.solve(matrix, right)
            return checked_solution(np.asarray(d), residual if positive else np.inf)

        return solve

    def stiffness_scale(self) -> float:
        """The largest modulus."""
        return max(material.young for material in self.sim.model.materials)

    def take(self, u: Array, v: Array, time: float) -> None:
        """Into the simulation."""
        self.sim.unknowns, self.sim.rates, self.sim.time = u, v, time


def rows_at(sim: "nmm.Simulation", points: Array) -> Array:
    """What unit forces at points (n, 2) [m] do to the equations of a simulation, N^T, (2 n, unknowns)."""
    return np.array([_at(sim, point, direction, 0.0).load() for point in points for direction in np.eye(2)])


def _at(sim: "nmm.Simulation", point: Array, force: Array, stiffness: float) -> Any:
    """The equations with one force and one spring at a point, and nothing else."""
    equations = sim.equations
    system = equations.blank()
    at = point[None]
    element = equations.locator.require(at, "interface").astype(np.int32)
    system.add_points(equations.space.core, element, at, force[None], np.array([stiffness]), np.zeros((1, 2)))
    return system


def manifold_participant(
    name: str, sim: "nmm.Simulation", interface: Mesh | ArrayLike, **options: object
) -> StructureParticipant:
    """An `nmm.Simulation` that exchanges force and displacement on an interface of its boundary; options: of
    `StructureParticipant`. The simulation holds the state at the end of each step."""
    options = {"scheme": sim.scheme} | options
    return StructureParticipant(name, ManifoldStructure(sim), interface, **options)  # type: ignore[arg-type]
