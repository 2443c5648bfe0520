"""A body that yields, on a learned trial space: u = u_0 + E g + Phi q, weights of few points in place of all.

    r(x) = -L x - sum_p w_p G_p^T (sigma_p(eps_p + G_p x) - sigma_p,0),     x = (g, q),

g the displacements of interface points, E the elastic answer to them, Phi modes that leave the interface where it is
(B E = 1, B Phi = 0). Galerkin: r is the solver's own residual, tested with the trial space, summed over points by
weights that were learned (Farhat et al. 2015). Given g, r_q = 0 is solved and F = -r_g; given F, r + (F, 0) = 0.

The law at each point is that of the material, with its state, and w > 0: the tangent is symmetric where the law's is,
dissipation is that of the law, and the work of F is what the body stores and dissipates, whatever the modes are worth.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dda.errors import StepFailure
from dda.material_law import MANDEL, WORK, ConstitutiveLaw

__all__ = ["ReducedBody", "ReducedState"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

KEPT = 1e-5
"""Part of the elastic stiffness that the tangent keeps [-], as in the solver: it changes the way, not the answer."""

BALANCED = 1e-7
"""Residual over what was usual in training [-] at which an answer is found."""

ITERATIONS, CUTS = 40, 5
"""Newton iterations of a step [-], and how often one that does not end may be halved."""

SAME = 1e-12
"""Of the stiffness [-]: a tangent that is elastic but for rounding."""

SLOPE, SEARCHES = 0.7, 6
"""The search along a direction ends where the slope is this part of the first one [-], and how often it looks."""

IN_PLANE = np.array([0, 1, 5])
"""Places of xx, yy, xy in Mandel rows."""


@dataclass(frozen=True, eq=False)
class ReducedState:
    """x: (g, q); force: of the interface on the body (n,) [N/m]; states: one array a law; iterations: of the step."""

    x: Array
    force: Array
    states: tuple[Array, ...]
    iterations: int = 0


@dataclass(frozen=True, eq=False)
class ReducedBody:
    """held: unknowns g, the first of the m; linear (m, m): L; strain (p, 3, m): G, Mandel xx, yy, xy;
    weights (p,) m2; rest strain and stress (p, 6); group (p,): law of each point, sorted; states: of each law at rest;
    elastic (p, 6, 6) Pa; tested (m,): size of each row's parts in training.
    """

    held: int
    linear: Array
    strain: Array
    weights: Array
    rest_strain: Array
    rest_stress: Array
    group: Index
    states: tuple[Array, ...]
    laws: tuple[ConstitutiveLaw, ...]
    elastic: Array
    tested: Array

    @property
    def begin(self) -> ReducedState:
        """At rest."""
        return ReducedState(np.zeros(len(self.linear)), np.zeros(self.held), self.states)

    def to(self, state: ReducedState, g: Array) -> ReducedState:
        """With the interface at g (n,) [m], coming from a state."""
        return self._by_parts(state, state.x[: self.held], g, given=True)

    def under(self, state: ReducedState, force: Array) -> ReducedState:
        """Under a force at the interface (n,) [N/m], coming from a state."""
        return self._by_parts(state, state.force, force, given=False)

    def _by_parts(self, state: ReducedState, begin: Array, end: Array, given: bool) -> ReducedState:
        done, step, cuts, iterations = 0.0, 1.0, 0, 0
        while done < 1.0:
            share = min(done + step, 1.0)
            trial = self._newton(state, begin + share * (end - begin), given)
            if trial is None:
                if cuts == CUTS:
                    raise StepFailure("a learned body finds no equilibrium there")
                cuts, step = cuts + 1, step / 2
                continue
            state, done, iterations = trial, share, iterations + trial.iterations
        return ReducedState(state.x, state.force, state.states, iterations)

    def _newton(self, start: ReducedState, target: Array, given: bool) -> ReducedState | None:
        n, x, met = self.held, start.x, not given
        free = slice(n, None) if given else slice(None)
        push = np.zeros(len(x))
        push[:n] = 0.0 if given else target
        old = self.strains(x)
        r, tangent, states = self.residual(x, old, start.states)
        for iteration in range(ITERATIONS):
            if met and float(np.linalg.norm(((r + push) / self.tested)[free])) <= BALANCED:
                return ReducedState(x, -r[:n] if given else target, states, iteration)
            K = self.stiffness(tangent)
            dx = np.zeros(len(x))
            dx[:n] = 0.0 if met else target - x[:n]
            out = (r + push - K @ dx)[free]
            try:
                dx[free] += np.linalg.solve(K[free, free], out)
            except np.linalg.LinAlgError:
                return None
            if not np.isfinite(dx).all():
                return None
            if not met:
                x, met = x + dx, True
                r, tangent, states = self.residual(x, old, start.states)
                continue
            first, low, high, s = float(dx @ (r + push)), 0.0, 1.0, 1.0
            for k in range(SEARCHES):
                there = self.residual(x + s * dx, old, start.states)
                slope = float(dx @ (there[0] + push))
                if abs(slope) <= SLOPE * abs(first) or (k == 0 and slope > 0.0):
                    break
                low, high = (s, high) if slope > 0.0 else (low, s)
                s = (low + high) / 2
            x, (r, tangent, states) = x + s * dx, there
        return None

    def strains(self, x: Array) -> Array:
        """(p, 6) of all points."""
        found = self.rest_strain.copy()
        found[:, IN_PLANE] += (self.strain.reshape(-1, len(x)) @ x).reshape(-1, 3)
        return found

    def residual(self, x: Array, old: Array, before: tuple[Array, ...]) -> tuple[Array, Array, tuple[Array, ...]]:
        """r (m,), tangents (p, 3, 3) and states at x, coming from strains `old` and states `before`."""
        new = self.strains(x)
        stress, tangent = np.empty_like(new), np.empty((len(new), MANDEL, MANDEL))
        states = []
        for k, law in enumerate(self.laws):
            rows = self.group == k
            answer = law.evaluate(new[rows], old[rows], before[k])
            stress[rows], tangent[rows] = answer.stress, answer.tangent
            states.append(answer.state)
        inner = (self.weights[:, None] * (stress - self.rest_stress)[:, IN_PLANE]).ravel()
        r = -(self.linear @ x) - inner @ self.strain.reshape(-1, len(x))
        return r, tangent[:, IN_PLANE[:, None], IN_PLANE], tuple(states)

    def stiffness(self, tangent: Array) -> Array:
        """-dr/dx, (m, m): that of the elastic body, and what is missing where it yields."""
        less = (1.0 - KEPT) * (tangent - self._moduli)
        yields = np.flatnonzero(np.abs(less).max(axis=(1, 2)) > SAME * np.abs(self._moduli).max())
        return self._elastic_stiffness + self._sum(yields, less[yields])

    def _sum(self, rows: Index, D: Array) -> Array:
        """sum w G^T D G over some points."""
        m = len(self.linear)
        G = self.strain[rows]
        DG = np.matmul(D * self.weights[rows, None, None], G)
        return np.asarray(G.reshape(-1, m).T @ DG.reshape(-1, m))

    @cached_property
    def _moduli(self) -> Array:
        return self.elastic[:, IN_PLANE[:, None], IN_PLANE]

    @cached_property
    def _elastic_stiffness(self) -> Array:
        return self.linear + self._sum(np.arange(len(self.weights)), self._moduli)

    def energy(self, state: ReducedState) -> dict[str, float]:
        """Since rest [J/m]: strain, what the points store and the linear part holds, less the work of what acted
        at rest; dissipated."""
        strain, compliance = self.strains(state.x), np.linalg.inv(self.elastic)
        stress, taken = np.empty_like(strain), np.zeros(len(strain))
        for k, law in enumerate(self.laws):
            rows = self.group == k
            stress[rows] = law.evaluate(strain[rows], strain[rows], state.states[k]).stress
            if WORK in law.state_names:
                column = law.state_names.index(WORK)
                taken[rows] = state.states[k][:, column] - self.states[k][:, column]
        density = [np.einsum("pi,pij,pj->p", s, compliance, s) / 2 for s in (stress, self.rest_stress)]
        stored = float(self.weights @ (density[0] - density[1]))
        # what acts at rest is balanced by the stress there: it does the work sigma_0 . (eps - eps_0)
        constant = self.weights @ np.einsum("pi,pi->p", self.rest_stress, strain - self.rest_strain)
        linear = 0.5 * float(state.x @ self.linear @ state.x)
        return {"strain": stored - float(constant) + linear, "dissipated": float(self.weights @ taken)}
