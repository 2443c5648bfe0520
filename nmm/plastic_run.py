"""The part of a simulation that yields: the state of its points, equilibrium from there, and what users see."""

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain
from nmm.equations import Equations
from nmm.plasticity import EQUIVALENT, Equilibrium, PlasticBody, PlasticState, Solution

__all__ = ["PlasticRun"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]


class PlasticRun:
    """Elastoplastic statics of one model."""

    def __init__(self, equations: Equations) -> None:
        self.equations = equations
        self.body = PlasticBody(equations)
        self.state = self.body.virgin(equations.space.unknowns)
        self.untrusted = 0
        self.guess: Array | None = None  # unknowns at which the next search begins, as an operator proposes them
        self._places = np.asarray(equations.space.core.centroids())
        self._size = float(np.ptp(equations.manifold.points, axis=0).max())

    def settle(self, time: float, tolerance: float) -> Solution:
        """From the state to equilibrium under the loads at a time [s]; a failure leaves the state that was reached."""
        guess, self.guess = self.guess, None
        solution, self.state = self.problem(time).find(self.state, tolerance, guess)
        self.untrusted += self.body.untrusted(self.state)
        return solution

    def problem(self, time: float) -> Equilibrium:
        """Newton's method under the loads at a time [s]."""
        return Equilibrium(self.body, self.equations.plain_system(time), self._size, self._moved)

    def revised(self, equations: Equations) -> "PlasticRun":
        """The same state under other loads, supports or strengths."""
        run = PlasticRun(equations)
        before, after = ([s.shape for s in r.state.states] for r in (self, run))
        if before != after:
            raise InputError(
                explain(
                    "another set of laws",
                    where="Simulation.revise",
                    expected="materials with the laws that they had",
                    got=f"states {after} in place of {before}",
                    do="start a new simulation",
                )
            )
        run.state, run.untrusted = self.state, self.untrusted
        return run

    def stress(self, element: Index, x: Array, gradient: Array) -> Array:
        """(n, 6) Mandel [Pa] at points (n, 2) of elements: the strain there, with the internal state that is nearest.

        gradient: ux_x, ux_y, uy_x, uy_y (n, 4) at the points.
        """
        nearest = self._nearest(element, x)
        strain = np.zeros((len(x), 6))
        strain[:, 0], strain[:, 1] = gradient[:, 0], gradient[:, 3]
        strain[:, 5] = (gradient[:, 1] + gradient[:, 2]) / np.sqrt(2.0)
        return self.body.stress_near(nearest, strain, self.state)

    def _nearest(self, element: Index, x: Array) -> Index:
        first = np.searchsorted(self.body.element, element)
        last = np.searchsorted(self.body.element, element, side="right")
        return np.array(
            [
                a + np.argmin(((self.body.points[a:b] - p) ** 2).sum(axis=1))
                for a, b, p in zip(first, last, x, strict=True)
            ],
            dtype=np.int64,
        )

    @property
    def plastic_strains(self) -> Array:
        """Equivalent plastic strain of each element, the mean over it, (m,)."""
        return self._mean(EQUIVALENT)

    @property
    def plastic_tensors(self) -> Array:
        """Plastic strain (xx, yy, zz, xy) of each element, the mean over it, (m, 4); xy is half the shear angle."""
        columns = [self._mean(f"plastic_{name}") for name in ("xx", "yy", "zz", "xy")]
        return np.column_stack(columns) * [1.0, 1.0, 1.0, np.sqrt(0.5)]

    def _mean(self, name: str) -> Array:
        value, weight = self.body.named(self.state, name), self.body.weights
        count = self.equations.manifold.count
        area = np.bincount(self.body.element, weight, count)
        return np.asarray(np.bincount(self.body.element, weight * value, count) / area)

    @property
    def numbers(self) -> Array:
        """How often laws were asked beyond what they were taught, and the internal state, for a checkpoint."""
        return np.concatenate([[float(self.untrusted)], *(s.ravel() for s in self.state.states)])

    def take(self, d: Array, numbers: Array) -> None:
        """The state of a checkpoint."""
        sizes = np.cumsum([s.size for s in self.state.states])[:-1]
        self.untrusted = int(numbers[0])
        parts = np.split(numbers[1:], sizes)
        self.state = PlasticState(d, [p.reshape(s.shape) for p, s in zip(parts, self.state.states, strict=True)])

    def _moved(self, d: Array) -> float:
        every = np.arange(self.equations.manifold.count, dtype=np.int32)
        u = np.asarray(self.equations.space.core.evaluate(every, self._places, np.ascontiguousarray(d)))
        return float(np.hypot(u[:, 0], u[:, 1]).max())
