"""Any material law a step behind, the explicit way: its matrix is the elastic one, no iteration is needed.

The law is asked at the last accepted state, and what its stress is beyond the elastic one stays as it was through the
next step:

    sigma = D eps + s,   s <- sigma_law(eps) - D eps   at the end of the step; tangent D.

Of a spring of stiffness D + k the part k acts late: u'' = -(D + k) u / m + h k u' / m is driven where k > 0, and damped
where k < 0. So D is the elasticity times the law's largest tangent over its own, where that is above 1: k <= 0.

Steps from rest begin with s = 0, so that one step of statics is elastic: it is for motion, and for loads in steps.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dda.material_law import MANDEL, Answer, ConstitutiveLaw

__all__ = ["LaggedLaw"]

type Array = NDArray[np.float64]

CORRECTION = tuple(f"correction_{name}" for name in ("xx", "yy", "zz", "yz", "xz", "xy"))
"""States before those of the law: s, Mandel [Pa]."""


class LaggedLaw(ConstitutiveLaw):
    """`law` a step behind; `elastic` gives D but for its size. What is stored, dissipated and untrusted the law tells.

    >>> from dda.constitutive import LinearElastic, PowerElastic
    >>> law = LaggedLaw(PowerElastic(1e9, 0.25, 1e-3), LinearElastic(1e9, 0.25))
    >>> strain = np.full((1, 6), 1e-3)
    >>> first = law.evaluate(strain, 0 * strain, law.initial_state(1))
    >>> again = law.evaluate(strain, strain, first.state)
    >>> bool(np.allclose(again.stress, law.law.evaluate(strain, strain, np.zeros((1, 0))).stress))
    True
    """

    def __init__(self, law: ConstitutiveLaw, elastic: ConstitutiveLaw) -> None:
        self.law = law
        none = np.zeros((1, MANDEL))
        scale = max(1.0, law.stiffest / elastic.stiffest)
        self._moduli = scale * elastic.evaluate(none, none, np.zeros((1, 0))).tangent[0]
        self._stiffest = scale * elastic.stiffest

    @property
    def state_names(self) -> tuple[str, ...]:
        """The correction, then those of the law."""
        return (*CORRECTION, *self.law.state_names)

    @property
    def symmetric(self) -> bool:
        """The tangent is elastic."""
        return True

    @property
    def stiffest(self) -> float:
        """That of the elasticity [Pa]."""
        return self._stiffest

    def initial_state(self, points: int) -> Array:
        """No correction, and the virgin state of the law."""
        return np.hstack([np.zeros((points, MANDEL)), self.law.initial_state(points)])

    def evaluate(self, strain: ArrayLike, strain_old: ArrayLike, state: ArrayLike, dt: float = 0.0) -> Answer:
        """Elastic and the correction of the last step; the law is asked for the next one."""
        eps, inner = (np.ascontiguousarray(a, dtype=np.float64) for a in (strain, state))
        elastic = eps @ self._moduli
        found = self.law.evaluate(eps, strain_old, inner[:, MANDEL:], dt)
        after = np.hstack([found.stress - elastic, found.state])
        return Answer(elastic + inner[:, :MANDEL], np.repeat(self._moduli[None], len(eps), axis=0), after)

    def untrusted(self, strain: ArrayLike, state: ArrayLike) -> int:
        """How many points are beyond what the law was taught."""
        return self.law.untrusted(strain, np.asarray(state)[:, MANDEL:])

    def energy_stored(self, strain: ArrayLike, state: ArrayLike) -> Array | None:
        """What the law stores."""
        return self.law.energy_stored(strain, np.asarray(state)[:, MANDEL:])
