"""The admissible states of a law, and the projection of measured ones onto them.

    M = {(e, f(e))},   d^2(e) = (e - eps) : C : (e - eps) / 2 + (f(e) - sigma) : C^-1 : (f(e) - sigma) / 2

with f the law at a given old state and a stiffness C, which makes both parts energies [J/m3]. The nearest state is
found by Levenberg-Marquardt from e = eps,

    (C + D^T C^-1 D + mu C) de = -(C (e - eps) + D^T C^-1 (f(e) - sigma))

all points at once, each with its own mu. A state on M has a zero right side: projecting twice changes nothing. The
distance is a part of the trust in a law: data far from M ask for another law, states far from the data for a fallback.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from harmony.laws.core import core_law
from harmony.laws.elastic import ElasticLaw

__all__ = ["Manifold", "Projection"]

type Array = NDArray[np.float64]

ITERATIONS = 100
FLAT = 1e-12
"""Step of the strain, over the larger of its norm and 1e-12, at which a point is nearest."""

DAMPED = 1e-3
"""First mu."""


class Projection(NamedTuple):
    """strain (n, 6) [-] and stress (n, 6) [Pa] of the nearest admissible states, distance d^2 (n,) [J/m3], state (n, k)
    after them."""

    strain: Array
    stress: Array
    distance: Array
    state: Array


class Manifold:
    """law: any law with `evaluate` (dda.ConstitutiveLaw) or an elastic network; stiffness C (6, 6) [Pa], absent: the
    tangent of the law at rest."""

    def __init__(self, law: Any, stiffness: ArrayLike | None = None) -> None:
        self.law: Any = core_law(law) if isinstance(law, ElasticLaw) else law
        zero = np.zeros((1, 6))
        rest = self.law.evaluate(zero, zero, self.law.initial_state(1), 0.0).tangent[0]
        C = rest if stiffness is None else np.asarray(stiffness, float)
        self.stiffness = 0.5 * (C + C.T)
        self.compliance = np.linalg.inv(self.stiffness)

    def project(
        self,
        strain: ArrayLike,
        stress: ArrayLike,
        strain_old: ArrayLike | None = None,
        state: ArrayLike | None = None,
        dt: float = 0.0,
    ) -> Projection:
        """The admissible states nearest to strain (n, 6) [-] and stress (n, 6) [Pa], in Mandel notation; strain_old,
        state: where a law with internal state comes from (absent: virgin material at rest)."""
        eps, sigma = np.atleast_2d(np.asarray(strain, float)), np.atleast_2d(np.asarray(stress, float))
        old = np.zeros_like(eps) if strain_old is None else np.asarray(strain_old, float)
        internal = self.law.initial_state(len(eps)) if state is None else np.asarray(state, float)
        C, S, e = self.stiffness, self.compliance, eps.copy()
        found, D, after = (a.copy() for a in self.law.evaluate(e, old, internal, dt))
        distance, mu = self._distance(e - eps, found - sigma), np.full(len(eps), DAMPED)
        todo = np.arange(len(eps))
        for _ in range(ITERATIONS):
            B = D[todo].transpose(0, 2, 1) @ S
            pull = (e[todo] - eps[todo]) @ C + (B @ (found[todo] - sigma[todo])[:, :, None])[:, :, 0]
            normal = C + B @ D[todo] + mu[todo, None, None] * C
            step = -np.linalg.solve(normal, pull[:, :, None])[:, :, 0]
            moving = np.linalg.norm(step, axis=1) > FLAT * np.maximum(np.linalg.norm(e[todo], axis=1), FLAT)
            todo, step = todo[moving], step[moving]
            if len(todo) == 0:
                break
            new = e[todo] + step
            answer = self.law.evaluate(new, old[todo], internal[todo], dt)
            tried = self._distance(new - eps[todo], answer.stress - sigma[todo])
            good = tried < distance[todo]
            at = todo[good]
            e[at], found[at], D[at], after[at] = (
                new[good],
                answer.stress[good],
                answer.tangent[good],
                answer.state[good],
            )
            distance[at] = tried[good]
            mu[at] *= 0.2
            mu[todo[~good]] *= 5.0
            todo = todo[mu[todo] < 1.0 / FLAT]
        return Projection(e, found, distance, after)

    def _distance(self, strain: Array, stress: Array) -> Array:
        """d^2 [J/m3] of differences (n, 6)."""
        return np.asarray(
            0.5 * ((strain @ self.stiffness * strain).sum(1) + (stress @ self.compliance * stress).sum(1))
        )
