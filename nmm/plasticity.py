"""Elastoplastic statics: the laws at the integration points, and Newton's method with their consistent tangent.

    R(d) = f - L d - f_int(sigma(d)) = 0,   (L + sum w B^T C B) delta = R,   d <- d + s delta

L, f are what is linear: loads, supports by penalty, springs, elastic joints, ghost penalty. Plasticity of an associated
law is the minimum of a convex potential, so a line search on the slope delta . R finds it wherever it exists; other
laws take the step that lowers |R|. What is unbalanced at the start is taken off in parts, as few as converge.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dda.constitutive import LinearElastic
from dda.errors import InputError, explain
from dda.material_law import WORK, ConstitutiveLaw
from nmm import _core
from nmm.triangulation import interior_points

if TYPE_CHECKING:
    from nmm.equations import Equations

__all__ = ["Equilibrium", "PlasticBody", "PlasticState", "Solution"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

MANDEL = 6
MIDDLE = 0.5
"""theta of the scheme that keeps energy [-]."""
EQUIVALENT = "equivalent"
"""State name, of any law, that the fields read."""

# Part of the elastic stiffness in the matrix [-]: where all points of a function flow the tangent is singular. It costs
# iterations in proportion and leaves the answer as it is; below 1e-9 the factorisation meets zero pivots.
ELASTIC_SHARE = 1e-6

# Iterations of one load step. Quadratic convergence takes 5 to 15; a limit load within 0.1 % takes up to 40.
MAX_ITERATIONS = 50

# Largest displacement over the size of the model [-] of which small-strain statics still speaks. A body beyond it has
# found no equilibrium; one below its limit load stays under 1e-2.
SMALL = 0.05

# A step that does not converge is halved this often [-]: the limit is then known to 1/16 of the load.
MAX_CUTS = 4

# The line search ends where the slope is this part of the first one [-].
SLOPE = 0.7
SEARCHES = 8

# Force [N/m] under which nothing acts: a body without loads is in equilibrium.
TINY = 1e-300


class Solution(NamedTuple):
    """How a search for equilibrium ended. residual: over the internal force [-]; reason: of a failure, else empty."""

    converged: bool
    residual: float
    iterations: int
    reason: str


@dataclass(eq=False)
class PlasticState:
    """All that the body remembers. d: unknowns; states: one array (n, k) a law."""

    d: Array
    states: list[Array]


class PlasticBody:
    """Integration points of a model, with the law of each."""

    def __init__(self, equations: "Equations") -> None:
        model, manifold = equations.model, equations.manifold
        if model.plane != "strain":
            raise InputError(
                explain(
                    "plane stress of a material that yields",
                    where="model, plane",
                    expected="strain",
                    got=model.plane,
                    do="use plane strain, or an elastic material",
                )
            )
        if model.cracks:
            raise InputError(
                explain(
                    "cracks in a body that yields",
                    where="model, cracks",
                    expected="no cracks, or elastic materials",
                    got=f"{len(model.cracks)} cracks",
                    do="the tip functions are those of elasticity; cut the body by a joint instead",
                )
            )
        self.laws: list[ConstitutiveLaw] = [m.constitutive for m in model.materials]
        self.symmetric = all(law.symmetric for law in self.laws)
        degree = equations.order + (manifold.cover.corners.shape[1] - 3)
        self.points, self.weights, self.element = interior_points(manifold, 2 * degree)
        material = manifold.material[self.element]
        self.groups: list[Index] = [np.flatnonzero(material == k) for k in range(len(self.laws))]
        self.core = _core.Points(equations.space.core, self.element.astype(np.int32), self.points, self.weights)
        self.elastic = np.empty((len(self.points), MANDEL, MANDEL))
        self.offset = np.zeros((len(self.points), MANDEL))
        initial = np.array([body.initial_stress for body in model.bodies])[manifold.body[self.element]]
        none = np.zeros((1, MANDEL))
        for rows, m in zip(self.groups, model.materials, strict=True):
            D = LinearElastic(m.young, m.poisson).evaluate(none, none, np.zeros((1, 0))).tangent[0]
            xx, yy, xy = initial[rows].T
            zero = np.zeros_like(xx)
            stress = np.column_stack([xx, yy, m.poisson * (xx + yy), zero, zero, np.sqrt(2.0) * xy])
            self.elastic[rows], self.offset[rows] = D, stress @ np.linalg.inv(D)

    def virgin(self, unknowns: int) -> PlasticState:
        """Undeformed, never loaded."""
        return PlasticState(
            np.zeros(unknowns), [law.initial_state(len(g)) for law, g in zip(self.laws, self.groups, strict=True)]
        )

    def strain(self, d: Array) -> Array:
        """(n, 6), that of the initial stress included."""
        return np.asarray(self.core.strain(d)) + self.offset

    def evaluate(self, d: Array, state: PlasticState, dt: float = 0.0) -> tuple[Array, Array, list[Array]]:
        """Stress (n, 6), tangent (n, 6, 6) [Pa] and states at `d`, coming from `state` in `dt` [s]; 0: at once."""
        new, old = self.strain(d), self.strain(state.d)
        stress, tangent = np.empty((len(new), MANDEL)), np.empty((len(new), MANDEL, MANDEL))
        states = []
        for law, rows, internal in zip(self.laws, self.groups, state.states, strict=True):
            answer = law.evaluate(new[rows], old[rows], internal, dt)
            stress[rows], tangent[rows] = answer.stress, answer.tangent
            states.append(answer.state)
        return stress, tangent, states

    def over_step(self, d: Array, state: PlasticState, theta: float, h: float) -> tuple[Array, Array]:
        """Stress (n, 6) and its derivative by the strain of the step (n, 6, 6) [Pa] that a step of h [s] by d takes.

        At theta of the step; a law without state at theta = 1/2 its mean over the step, which keeps the energy.
        """
        old = self.strain(state.d)
        change = self.strain(d) - self.offset
        stress, slope = np.empty((len(old), MANDEL)), np.empty((len(old), MANDEL, MANDEL))
        for law, rows, internal in zip(self.laws, self.groups, state.states, strict=True):
            a, b = old[rows], old[rows] + change[rows]
            if theta == MIDDLE and not law.state_names:
                stress[rows], slope[rows] = law.over_step(b, a)
                continue
            answer = law.evaluate(a + theta * change[rows], a, internal, theta * h)
            stress[rows], slope[rows] = answer.stress, theta * answer.tangent
        return stress, slope

    def stress_near(self, nearest: Index, strain: Array, state: PlasticState) -> Array:
        """Stress (n, 6) [Pa] at a strain (n, 6) of the displacements, with the internal states of points `nearest`."""
        stress = np.empty_like(strain)
        total = strain + self.offset[nearest]
        for law, rows, internal in zip(self.laws, self.groups, state.states, strict=True):
            of = np.isin(nearest, rows)
            own = internal[np.searchsorted(rows, nearest[of])]
            stress[of] = law.evaluate(total[of], total[of], own, 0.0).stress
        return stress

    def named(self, state: PlasticState, name: str) -> Array:
        """One state variable at all points, (n,); zero where a law does not have it."""
        found = np.zeros(len(self.points))
        for law, rows, internal in zip(self.laws, self.groups, state.states, strict=True):
            if name in law.state_names:
                found[rows] = internal[:, law.state_names.index(name)]
        return found

    def energies(self, state: PlasticState) -> tuple[float, float]:
        """Elastic energy beyond that of the initial stress, and plastic work [J/m]."""
        density = np.zeros(len(self.points))
        strain = self.strain(state.d)
        for law, rows, internal in zip(self.laws, self.groups, state.states, strict=True):
            stored = law.energy_stored(strain[rows], internal)
            if stored is not None:
                density[rows] = stored - law.energy(self.offset[rows])
                continue
            C, first = self.elastic[rows], self.offset[rows]
            stress = law.evaluate(strain[rows], strain[rows], internal, 0.0).stress
            elastic = np.linalg.solve(C, stress[..., None])[..., 0]
            density[rows] = ((stress * elastic).sum(axis=1) - np.einsum("ni,nij,nj->n", first, C, first)) / 2
        return float(self.weights @ density), float(self.weights @ self.named(state, WORK))

    def untrusted(self, state: PlasticState) -> int:
        """How many points are strained beyond what their law was taught."""
        strain = self.strain(state.d)
        every = zip(self.laws, self.groups, state.states, strict=True)
        return sum(law.untrusted(strain[rows], internal) for law, rows, internal in every)


class Equilibrium:
    """Newton's method for one body under one set of loads and laws.

    linear: the `_core.System` of what is linear; size [m]: of the model; moved: the largest displacement [m] that
    unknowns mean.
    """

    def __init__(self, body: PlasticBody, linear: Any, size: float, moved: Callable[[Array], float]) -> None:
        self.body, self.linear, self.size, self.moved = body, linear, size, moved
        self.load = np.asarray(linear.load())
        self.factor = _core.TangentFactor(body.symmetric)

    def find(self, start: PlasticState, tolerance: float, guess: Array | None = None) -> tuple[Solution, PlasticState]:
        """From `start` to equilibrium under all loads; where there is none, the last state that was found.

        guess: unknowns at which Newton's method begins; the path is that from `start` all the same.
        """
        state, done, step, cuts, iterations = start, 0.0, 1.0, 0, 0
        whole = self.residual(start.d, start)[0]  # what is unbalanced at the start
        while True:
            target = self.load - (1.0 - min(done + step, 1.0)) * whole
            solution, trial = self._newton(state, target, tolerance, guess)
            iterations += solution.iterations
            if guess is not None and not solution.converged:  # it was a bad one: begin where the state is
                guess = None
                continue
            guess = None
            if solution.converged:
                state, done = trial, min(done + step, 1.0)
                if done == 1.0:
                    return Solution(True, solution.residual, iterations, ""), state
                continue
            if cuts == MAX_CUTS or (self.body.symmetric and solution.reason):
                where = f"beyond {done:.4g} of what was out of balance" if done else "near the loads that act"
                reason = solution.reason or f"no convergence in {MAX_ITERATIONS} iterations"
                return Solution(False, solution.residual, iterations, f"{reason}; no equilibrium {where}"), state
            cuts, step = cuts + 1, step / 2

    def residual(self, d: Array, state: PlasticState) -> tuple[Array, Array, Array, list[Array]]:
        """f - L d - f_int, f_int, tangent, states."""
        stress, tangent, states = self.body.evaluate(d, state)
        inner = np.asarray(self.body.core.force(stress))
        return self.load - np.asarray(self.linear.times(d)) - inner, inner, tangent, states

    def _newton(
        self, state: PlasticState, target: Array, tolerance: float, guess: Array | None = None
    ) -> tuple[Solution, PlasticState]:
        shift = target - self.load
        d = state.d if guess is None else guess
        r, inner, tangent, states = self.residual(d, state)
        r = r + shift
        for iteration in range(MAX_ITERATIONS + 1):
            residual = float(np.linalg.norm(r)) / max(float(np.linalg.norm(inner)), TINY)
            if residual <= tolerance:
                return Solution(True, residual, iteration, ""), PlasticState(d, states)
            if iteration == MAX_ITERATIONS:
                break
            system = self.linear.copy()
            self.body.core.add_stiffness(system, (1.0 - ELASTIC_SHARE) * tangent + ELASTIC_SHARE * self.body.elastic)
            if not self.factor.factorise(system):
                return Solution(False, residual, iteration, "the matrix is singular"), state
            delta = np.asarray(self.factor.solve(r))
            d, r, inner, tangent, states = self._search(d, delta, r, shift, state)
            far = float(self.moved(d - state.d)) / self.size
            if not far < SMALL:
                reason = f"the body moves {far:.2g} of its size"
                return Solution(False, residual, iteration + 1, reason), state
        return Solution(False, residual, MAX_ITERATIONS, ""), state

    def _search(
        self, d: Array, delta: Array, r: Array, shift: Array, state: PlasticState
    ) -> tuple[Array, Array, Array, Array, list[Array]]:
        """The point d + s delta, s <= 1, and what holds there."""
        first = float(delta @ r) if self.body.symmetric else float(np.linalg.norm(r))
        low, high, s = 0.0, 1.0, 1.0
        for k in range(SEARCHES):
            there, inner, tangent, states = self.residual(d + s * delta, state)
            there = there + shift
            if self.body.symmetric:
                slope = float(delta @ there)
                if abs(slope) <= SLOPE * abs(first) or (k == 0 and slope > 0.0):
                    break
                low, high = (s, high) if slope > 0.0 else (low, s)
                s = (low + high) / 2
            elif float(np.linalg.norm(there)) < first:
                break
            else:
                s /= 2
        return d + s * delta, there, inner, tangent, states
