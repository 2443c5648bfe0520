"""A body that yields, at rest, as a participant: the manifold method with a law at every integration point.

    R(d) = f - L d - f_int(sigma(d)) + B^T F = 0,     B d = g,

B the displacements of the interface points over the unknowns (`mortar`). Force given: Newton's method of `nmm` under
f + B^T F. Displacement given: F is the multiplier of B d = g, and each iteration solves, with the consistent tangent K,

    delta = K^-1 (r + B^T F),     S F = g - B d - B K^-1 r,     S = B K^-1 B^T,     r = f - L d - f_int.

Once B d = g the way goes down the potential, whose slope is delta . r, since B delta = 0. A step of g that does not
converge is halved. Time has no meaning for the body: it is where its path of loads has brought it.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from couplers import Mesh
from dda.errors import InputError, StepFailure
from harmony.participants.interface import DISPLACEMENT, FORCE, Interface
from harmony.participants.manifold import rows_at
from harmony.participants.mortar import mortar_rows
from harmony.participants.structure import DEPENDENT, too_many
from nmm.plasticity import Equilibrium, PlasticState

if TYPE_CHECKING:
    import nmm

__all__ = ["YieldingParticipant"]

type Array = NDArray[np.float64]

KEPT = 1e-5
"""Part of the elastic stiffness that the tangent keeps [-]: a body that flows holds its interface by this alone. It
changes the way to equilibrium, never equilibrium; below 1e-9 S loses its digits."""

BALANCED = 1e-7
"""Residual over the internal force at which a step ends [-]: below what the coupling iteration resolves."""

ITERATIONS = 30
CUTS = 5
"""Newton iterations of a step [-], and how often one that does not end may be halved."""

SLOPE, SEARCHES = 0.7, 6
"""The search along a direction ends where the slope is this part of the first one [-], and how often it looks."""


class YieldingParticipant(Interface):
    """An `nmm.Simulation` with materials that yield, at rest, which reads `Force` or `Displacement` and writes the
    other.

    interface: points (n, 2) [m] on the body, or a mesh. It needs supports of its own. solves: Newton iterations so far.
    """

    analysis = "static"

    def __init__(
        self,
        name: str,
        sim: "nmm.Simulation",
        interface: Mesh | ArrayLike,
        reads: str = DISPLACEMENT,
        time_step: float | None = None,
        names: dict[str, str] | None = None,
    ) -> None:
        super().__init__(name, interface, reads, names, (FORCE, DISPLACEMENT))
        if sim.plastic is None:
            raise InputError(f"participant '{name}': no material yields; use manifold_participant")
        self.sim, self.time_step, self.plastic = sim, time_step, sim.plastic
        self.body, self.vertices = self.plastic.body, np.asarray(sim.equations.manifold.points)
        self.time, self.solves = 0.0, 0
        self._ready = False
        self._problem: Equilibrium | None = None
        self.force = self.rest = np.zeros(self.points.size)

    def rows(self, points: Array) -> Array:
        """What unit forces at the points do to the equations: N^T."""
        return rows_at(self.sim, points)

    def initialize(self) -> None:
        """At rest under its own loads, from where displacements count."""
        self.B = mortar_rows(self, self.interface)
        if not self._ready:
            self._ready = True
            if self.reads == DISPLACEMENT:
                self.lift()  # refuses points that cannot move apart from each other
            self._under(self.force)
            self.rest = self.B @ self.plastic.state.d
            self._put(self.plastic.state)
            self.sim.reset()

    def read(self, data: str, values: Array) -> None:
        """Force on the body, or displacement, at the end of the step that follows."""
        self._require_read(data)
        self._next = np.array(values, dtype=float).reshape(-1)

    def write(self, data: str) -> Array:
        """Displacement of the interface points, or the force that the body exerts there."""
        found = -self.force if self._kind(data) == FORCE else self.B @ self.plastic.state.d - self.rest
        return np.asarray(found.reshape(-1, 2))

    def advance(self, dt: float) -> None:
        """To equilibrium, from the state that the path has left."""
        self.time += dt
        if self.reads == FORCE:
            self._under(self._next)
            self.force = self._next
        else:
            self._to(self._next)
        self._put(self.plastic.state)

    def _under(self, force: Array) -> None:
        """Equilibrium under a force at the interface."""
        problem = self._equations()
        load, problem.load = problem.load, problem.load + self.B.T @ force
        try:
            found, state = problem.find(self.plastic.state, BALANCED)
        finally:
            problem.load = load
        self.solves += found.iterations
        if not found.converged:
            raise StepFailure(
                f"participant '{self.name}' finds no equilibrium: {found.reason}", {"residual": found.residual}
            )
        self.plastic.state = state

    def _to(self, g: Array) -> None:
        """Equilibrium with the interface at g, in as few steps as converge."""
        state, force, begin = self.plastic.state, self.force, self.B @ self.plastic.state.d
        g = g + self.rest
        done, step, cuts = 0.0, 1.0, 0
        while done < 1.0:
            end = min(done + step, 1.0)
            trial = self._newton(state, force, begin + end * (g - begin))
            if trial is None:
                if cuts == CUTS:
                    raise StepFailure(f"participant '{self.name}' finds no equilibrium at the displacement it is given")
                cuts, step = cuts + 1, step / 2
                continue
            (state, force), done = trial, end
        self.plastic.state, self.force = state, force

    def _newton(self, start: PlasticState, force: Array, g: Array) -> tuple[PlasticState, Array] | None:
        """State and force with the interface at g, or None."""
        problem, body = self._equations(), self.body
        d, met = start.d, False
        r, inner, tangent, states = problem.residual(d, start)
        for _ in range(ITERATIONS):
            left = float(np.linalg.norm(r + self.B.T @ force)) / max(float(np.linalg.norm(inner)), 1e-300)
            if not np.isfinite(left):
                return None
            if met and left <= BALANCED:
                return PlasticState(d, states), force
            self.solves += 1
            system = problem.linear.copy()
            body.core.add_stiffness(system, (1.0 - KEPT) * tangent + KEPT * body.elastic)
            if not problem.factor.factorise(system):
                return None
            free = np.asarray(problem.factor.solve(r))
            Y = np.column_stack([np.asarray(problem.factor.solve(row)) for row in self.B])
            force = np.linalg.solve(self.B @ Y, g - self.B @ (d + free))
            delta = free + Y @ force
            if not met:
                d, met = d + delta, True
                r, inner, tangent, states = problem.residual(d, start)
                continue
            first, low, high, s = float(delta @ r), 0.0, 1.0, 1.0
            for k in range(SEARCHES):
                there = problem.residual(d + s * delta, start)
                slope = float(delta @ there[0])
                if not body.symmetric or abs(slope) <= SLOPE * abs(first) or (k == 0 and slope > 0.0):
                    break
                low, high = (s, high) if slope > 0.0 else (low, s)
                s = (low + high) / 2
            d = d + s * delta
            r, inner, tangent, states = there
        return None

    def _equations(self) -> Equilibrium:
        if self._problem is None:
            self._problem = self.plastic.problem(0.0)
        return self._problem

    def lift(self) -> tuple[Array, Array]:
        """E (unknowns, 2 n): what an elastic body does for a unit displacement of the interface; and K = E^T K E
        (2 n, 2 n), its stiffness there [N/m2]."""
        problem = self._equations()
        system = problem.linear.copy()
        self.body.core.add_stiffness(system, self.body.elastic)
        if not problem.factor.factorise(system):
            raise StepFailure(f"participant '{self.name}' is not held without its interface")
        Y = np.column_stack([np.asarray(problem.factor.solve(row)) for row in self.B])
        S = self.B @ Y
        sizes = np.linalg.svd(S, compute_uv=False)
        if sizes[-1] < DEPENDENT * sizes[0]:
            raise too_many(self.name, len(self.points))
        K = np.linalg.inv(S)
        return Y @ K, (K + K.T) / 2

    def linear(self, columns: Array) -> Array:
        """L of columns (unknowns, k): supports, springs, ghost penalty."""
        times = self._equations().linear.times
        return np.column_stack([np.asarray(times(np.ascontiguousarray(c))) for c in columns.T])

    def begin(self) -> None:
        """Time 0 is now."""
        self.time = 0.0
        self._put(self.plastic.state)

    def save(self) -> Any:
        """Arrays are replaced, never changed."""
        return self.time, self.plastic.state.d, tuple(self.plastic.state.states), self.force

    def restore(self, state: Any) -> None:
        """Go back."""
        self.time, d, states, self.force = state
        self._put(PlasticState(d, list(states)))

    def _put(self, state: PlasticState) -> None:
        """Into the simulation, for its probes and fields."""
        self.plastic.state = state
        self.sim.unknowns, self.sim.time = state.d, self.time

    @property
    def energy(self) -> dict[str, float]:
        """Elastic energy beyond that of the initial stress, and what yielding took [J/m]."""
        stored, taken = self.body.energies(self.plastic.state)
        return {"strain": stored, "dissipated": taken}
