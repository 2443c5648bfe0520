"""Aitken's dynamic relaxation (Irons and Tuck 1969; Kuettler and Wall 2008)."""

import numpy as np
from numpy.typing import NDArray

from couplers.accelerations.base import checked_relaxation

__all__ = ["Aitken"]

type Array = NDArray[np.float64]

LARGEST = 10.0
"""Largest magnitude of the factor [-]. Larger ones come from residuals that hardly change; they throw the iterate far
away. Usual 10; smaller is slower where the iteration itself is slow."""


class Aitken:
    """x_(k+1) = x_k + w_k r_k, w_k = -w_(k-1) r_(k-1) . (r_k - r_(k-1)) / |r_k - r_(k-1)|^2.

    Exact for one unknown after two evaluations. Each window begins with `initial_relaxation`."""

    def __init__(self, initial_relaxation: float = 0.5) -> None:
        self.initial = checked_relaxation(initial_relaxation, "initial_relaxation")
        self._factor, self._residual = self.initial, np.empty(0)

    def next(self, x: Array, f: Array) -> Array:
        """Relaxed by the factor that would have been right in the last iteration."""
        r = f - x
        if len(self._residual) == len(r):
            change = r - self._residual
            squared = float(change @ change)
            if squared > 0.0:
                factor = -self._factor * float(self._residual @ change) / squared
                # A zero factor would stay zero for ever.
                self._factor = float(np.clip(factor, -LARGEST, LARGEST)) or self.initial
        else:
            self._factor = self.initial
        self._residual = r
        return np.asarray(x + self._factor * r)

    def end_window(self, x: Array, f: Array) -> None:
        """Begin anew."""
        self._factor, self._residual = self.initial, np.empty(0)

    def save(self) -> tuple[float, Array]:
        """Factor and residual; arrays are replaced, never changed."""
        return self._factor, self._residual

    def restore(self, state: tuple[float, Array]) -> None:
        """Go back."""
        self._factor, self._residual = state
