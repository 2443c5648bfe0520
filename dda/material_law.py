"""What a solver asks of any material law, closed-form or learned (`dda.constitutive` tells the notation)."""

from abc import ABC, abstractmethod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dda.checks import array
from dda.errors import InputError, StepFailure

__all__ = ["MANDEL", "Answer", "ConstitutiveLaw", "CoreLaw"]

type Array = NDArray[np.float64]

MANDEL = 6
WORK = "work"
"""State name, of any law, of what a point has dissipated [J/m3]."""


def _gauss(points: int) -> tuple[Array, Array]:
    """Gauss-Legendre on (0, 1)."""
    x, weight = np.polynomial.legendre.leggauss(points)
    return 0.5 * (x + 1.0), 0.5 * weight


RAY, RAY_WEIGHTS = _gauss(7)
"""The energy of an elastic law is its work along the ray to a strain."""
STEP, STEP_WEIGHTS = _gauss(3)
"""The mean stress over a step (as `laws/material/mean.hpp` of the core); what it leaves of the work is |d eps|^7."""


class Answer(NamedTuple):
    """stress (n, 6) Pa, tangent d stress / d strain (n, 6, 6) Pa, state (n, k) after the step."""

    stress: Array
    tangent: Array
    state: Array


class ConstitutiveLaw(ABC):
    """What a solver asks of any law, closed-form or learned."""

    @property
    @abstractmethod
    def state_names(self) -> tuple[str, ...]:
        """Names of the internal state, one a column."""

    @property
    @abstractmethod
    def symmetric(self) -> bool:
        """The tangent is symmetric in every state."""

    @property
    @abstractmethod
    def stiffest(self) -> float:
        """No tangent has a larger singular value; for a symmetric law the largest eigenvalue [Pa]."""

    @property
    def core(self) -> Any:
        """The law as the core holds it; of a law that only Python evaluates None."""
        return None

    @abstractmethod
    def evaluate(self, strain: ArrayLike, strain_old: ArrayLike, state: ArrayLike, dt: float = 0.0) -> Answer:
        """Stress at `strain` (n, 6), coming from `strain_old` (n, 6) and `state` (n, k) in `dt` [s]."""

    def untrusted(self, strain: ArrayLike, state: ArrayLike) -> int:
        """How many points, of strains (n, 6) and the states (n, k) answered there, are beyond what the law was taught;
        of a closed form none."""
        return 0

    def energy_stored(self, strain: ArrayLike, state: ArrayLike) -> Array | None:
        """Energy [J/m3] that strains (n, 6) in states (n, k) store, (n,); None: that of linear elasticity under the
        stress there."""
        return None if self.state_names else self.energy(strain)

    def dissipated(self, state: ArrayLike) -> Array:
        """What states (n, k) have dissipated [J/m3], (n,)."""
        internal = np.asarray(state, dtype=np.float64)
        known = WORK in self.state_names
        return internal[:, self.state_names.index(WORK)] if known else np.zeros(len(internal))

    def energy(self, strain: ArrayLike) -> Array:
        """int_0^1 sigma(t eps) . eps dt [J/m3] of strains (n, 6), (n,), by a law without state."""
        eps = np.ascontiguousarray(strain, dtype=np.float64)
        none, work = self.initial_state(len(eps)), np.zeros(len(eps))
        if self.core is not None:
            self.core.energy(eps, work)
            return work
        for t, weight in zip(RAY, RAY_WEIGHTS, strict=True):
            work += weight * (self.evaluate(t * eps, eps, none).stress * eps).sum(axis=1)
        return work

    def over_step(self, strain: ArrayLike, strain_old: ArrayLike) -> tuple[Array, Array]:
        """Of a law without state: its mean stress s [Pa] (n, 6) on the straight way from `strain_old` (n, 6) to
        `strain`, and the derivative of s by `strain` (n, 6, 6).

        s does the work psi(strain) - psi(strain_old), which the stress in the middle of the way does for linear laws
        only: a step with the force of s keeps energy.

        >>> from dda.constitutive import PowerElastic
        >>> law = PowerElastic(young=1e9, poisson=0.25, reference_strain=1e-3, exponent=0.5)
        >>> a, b = np.zeros((2, 1, 6))
        >>> b[0, 0] = 1e-3
        >>> mean, _ = law.over_step(b, a)
        >>> bool(abs(mean[0] @ b[0] / law.energy(b)[0] - 1.0) < 1e-5)
        True
        """
        b, a = (np.ascontiguousarray(x, dtype=np.float64) for x in (strain, strain_old))
        stress, slope = np.zeros((len(b), MANDEL)), np.zeros((len(b), MANDEL, MANDEL))
        if self.core is not None:
            self.core.mean_over_step(b, a, stress, slope)
            return stress, slope
        none = self.initial_state(len(b))
        for t, weight in zip(STEP, STEP_WEIGHTS, strict=True):
            answer = self.evaluate(a + t * (b - a), a, none)
            stress += weight * answer.stress
            slope += weight * t * answer.tangent
        return stress, slope

    def initial_state(self, points: int) -> Array:
        """The state of virgin material, (points, k)."""
        return np.zeros((points, len(self.state_names)))


class CoreLaw(ConstitutiveLaw):
    """A law that the core evaluates."""

    @property
    def state_names(self) -> tuple[str, ...]:
        return tuple(self.core.state_names)

    @property
    def symmetric(self) -> bool:
        return bool(self.core.symmetric)

    @property
    def stiffest(self) -> float:
        return float(self.core.stiffest)

    def untrusted(self, strain: ArrayLike, state: ArrayLike) -> int:
        """How many points are beyond what the law was taught."""
        eps, internal = (np.ascontiguousarray(a, dtype=np.float64) for a in (strain, state))
        return int(self.core.untrusted(eps, internal))

    def evaluate(self, strain: ArrayLike, strain_old: ArrayLike, state: ArrayLike, dt: float = 0.0) -> Answer:
        new, old, internal = (np.ascontiguousarray(a, dtype=float) for a in (strain, strain_old, state))
        points, k, where = len(new), len(self.state_names), type(self).__name__
        for given, what, width in ((new, "strain", MANDEL), (old, "strain_old", MANDEL), (internal, "state", k)):
            if given.shape != (points, width):
                array(given, f"{where}.evaluate", what, shape=(None, width), unit="-")
                raise InputError(f"{where}.evaluate: {what} has {len(given)} rows, strain has {points}")
        stress, tangent = np.empty((points, MANDEL)), np.empty((points, MANDEL, MANDEL))
        after = np.empty_like(internal)
        self.core.evaluate(new, old, internal, float(dt), stress, tangent, after)
        if np.isnan(stress).any():
            lost = int(np.isnan(stress).any(axis=1).sum())
            raise StepFailure(f"a material law has no answer at {lost} of {points} points")
        return Answer(stress, tangent, after)
