"""A material law that lives outside the solver: any function of arrays, asked for all points at once.

In the iteration the solver's Newton method takes stress and tangent of the function; lagged (`dda.lagged_law`) it needs
no tangent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dda.errors import InputError, StepFailure, explain
from dda.material_law import MANDEL, Answer, ConstitutiveLaw

__all__ = ["Outside", "OutsideLaw"]

type Array = NDArray[np.float64]

INCREMENT = 1e-7
"""Strain by which a tangent is found where the function gives none, over the largest strain asked [-]; the tangent then
has seven digits."""

LEAST_STRAIN = 1e-4
"""Strain [-] under which that increment does not shrink: at rest there is no strain to measure it by."""


@dataclass(frozen=True)
class Outside:
    """A law as a user gives it.

    function(strain (n, 6), strain_old (n, 6), state (n, k), dt [s]) gives stress (n, 6) [Pa], or (stress, tangent
    (n, 6, 6) [Pa] or None, state (n, k)), in Mandel notation (`dda.constitutive`), tension positive; it is called once
    an iteration, with all points, and must not change what it is given. states: names of the columns of state, 0 at
    the start; lagged: a step behind; symmetric: the tangent is, in every state.
    """

    function: Callable[[Array, Array, Array, float], Any]
    states: tuple[str, ...] = ()
    lagged: bool = False
    symmetric: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "states", tuple(self.states))
        if not callable(self.function):
            raise InputError(
                explain(
                    "the law is no function",
                    where="material, outside",
                    expected="function(strain, strain_old, state, dt)",
                    got=repr(self.function),
                    do="give a function of arrays",
                )
            )


class OutsideLaw(ConstitutiveLaw):
    """An `Outside` beside the elasticity of its material, `elastic`, whose stiffness bounds its own.

    >>> from dda import LinearElastic
    >>> half = Outside(lambda strain, strain_old, state, dt: 1e9 * strain)
    >>> law = OutsideLaw(half, LinearElastic(2e9, 0.0))
    >>> answer = law.evaluate(np.full((3, 6), 1e-3), np.zeros((3, 6)), law.initial_state(3))
    >>> answer.stress.shape, bool(np.allclose(answer.tangent, 1e9 * np.eye(6), rtol=1e-6))
    ((3, 6), True)
    """

    def __init__(self, outside: Outside, elastic: ConstitutiveLaw) -> None:
        self.outside = outside
        self._stiffest = elastic.stiffest

    @property
    def state_names(self) -> tuple[str, ...]:
        """Its own."""
        return self.outside.states

    @property
    def symmetric(self) -> bool:
        """As the user said."""
        return self.outside.symmetric

    @property
    def stiffest(self) -> float:
        """That of the elasticity [Pa]: nobody has measured the function's."""
        return self._stiffest

    def evaluate(self, strain: ArrayLike, strain_old: ArrayLike, state: ArrayLike, dt: float = 0.0) -> Answer:
        """One call of the function."""
        eps, old, inner = (np.ascontiguousarray(a, dtype=np.float64) for a in (strain, strain_old, state))
        if len(eps) == 0:
            return Answer(eps.copy(), np.zeros((0, MANDEL, MANDEL)), inner.copy())
        return self._asked(eps, old, inner, dt)

    def _asked(self, eps: Array, old: Array, state: Array, dt: float) -> Answer:
        n, k = state.shape
        stress, tangent, new = self._parts(self.outside.function(eps, old, state, dt), n, k)
        if tangent is None and self.outside.lagged:  # which takes the elastic one
            tangent = np.zeros((n, MANDEL, MANDEL))
        if tangent is None:
            tangent = self._differences(eps, old, state, dt, stress)
        for what, values in (("stress", stress), ("tangent", tangent), ("state", new)):
            bad = ~np.isfinite(values.reshape(n, values.size // n)).all(axis=1)
            if bad.any():
                first = int(np.argmax(bad))
                raise StepFailure(
                    f"the law outside gave a {what} that is no number at {int(bad.sum())} of {n} points, first at "
                    f"strain {np.array2string(eps[first], precision=4)}"
                )
        return Answer(stress, tangent, new)

    def _differences(self, eps: Array, old: Array, state: Array, dt: float, stress: Array) -> Array:
        """d stress / d strain by one more call, with six strains a point."""
        h = INCREMENT * max(float(np.abs(eps).max()), LEAST_STRAIN)
        n = len(eps)
        there = (eps[:, None] + h * np.eye(MANDEL)).reshape(-1, MANDEL)
        six = [np.repeat(a, MANDEL, axis=0) for a in (old, state)]
        moved = self._parts(self.outside.function(there, six[0], six[1], dt), MANDEL * n, state.shape[1])[0]
        change = moved.reshape(n, MANDEL, MANDEL) - stress[:, None]
        return np.ascontiguousarray(np.swapaxes(change, 1, 2) / h)

    def _parts(self, answer: Any, n: int, k: int) -> tuple[Array, Array | None, Array]:
        """Stress, tangent and state of what the function gave, of the shapes that they must have."""
        whole = isinstance(answer, tuple)
        if (whole and len(answer) != 3) or (not whole and k > 0):
            raise self._refused("stress, tangent (or None), state", type(answer).__name__)
        stress, tangent, state = answer if whole else (answer, None, np.zeros((n, 0)))
        shapes = {"stress": (n, MANDEL), "tangent": (n, MANDEL, MANDEL), "state": (n, k)}
        found: list[Any] = []
        for (name, shape), values in zip(shapes.items(), (stress, tangent, state), strict=True):
            array = None if values is None and name == "tangent" else np.array(values, dtype=np.float64)
            if array is not None and array.shape != shape:
                raise self._refused(f"{name} of shape {shape}", array.shape)
            found.append(array)
        return found[0], found[1], found[2]

    def _refused(self, expected: str, got: object) -> InputError:
        name = getattr(self.outside.function, "__name__", repr(self.outside.function))
        return InputError(
            explain(
                "not the answer of a law",
                where=f"material, outside, {name}",
                expected=expected,
                got=got,
                do="return stress, or (stress, tangent or None, state), with one row a point",
            )
        )
