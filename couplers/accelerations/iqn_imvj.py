"""Interface quasi-Newton with a multi-vector Jacobian (Bogaers et al. 2014; Lindner et al. 2015).

The Jacobian J of the result with respect to the residual is carried from window to window and changed by the least that
explains the columns of the present one: J = J_old + (W - J_old V) V^+, so nothing need be said of reused windows.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from couplers.accelerations.base import checked_relaxation
from couplers.accelerations.qr_filter import FILTERS, filtered, least_squares
from couplers.accelerations.secants import Secants
from couplers.errors import known

__all__ = ["IQNIMVJ"]

type Array = NDArray[np.float64]


class IQNIMVJ:
    """x_(k+1) = f_k + W c - J_old (r_k + V c), c = argmin |V c + r_k|. J is dense, n x n."""

    def __init__(
        self, initial_relaxation: float = 0.1, max_used_iterations: int = 100, filter: str = "QR2", limit: float = 1e-8
    ) -> None:
        self.initial = checked_relaxation(initial_relaxation, "initial_relaxation")
        if filter not in FILTERS:
            raise known("filter", filter, FILTERS)
        self.most, self.filter, self.limit = max_used_iterations, filter, limit
        self._secants = Secants.none(0)
        self._last: tuple[Array, Array] | None = None
        self._jacobian: Array | None = None

    def next(self, x: Array, f: Array) -> Array:
        """One quasi-Newton step."""
        r = f - x
        self._learn(r, f)
        columns, c = least_squares(self._secants.V, r, self.limit, self.filter)
        self._secants = self._secants.kept(columns)
        if not columns and self._jacobian is None:
            return np.asarray(x + self.initial * r)
        step = f + self._secants.W @ c
        if self._jacobian is not None:
            step -= self._jacobian @ (r + self._secants.V @ c)
        return np.asarray(step)

    def _learn(self, r: Array, f: Array) -> None:
        if len(self._secants.V) != len(r):
            self._secants, self._last, self._jacobian = Secants.none(len(r)), None, None
        if self._last is not None:
            v = r - self._last[0]
            if v.any():
                self._secants = self._secants.with_newest(v, f - self._last[1], self.most)
        self._last = r, f.copy()

    def end_window(self, x: Array, f: Array) -> None:
        """Put the columns of the window into the Jacobian, V^+ = R^-1 Q^T."""
        if len(self._secants.V) == len(x):
            self._learn(f - x, f)
            columns, Q, R = filtered(self._secants.V, self.limit, self.filter)
            if columns:
                V, W = self._secants.V[:, columns], self._secants.W[:, columns]
                old = np.zeros((len(x), len(x))) if self._jacobian is None else self._jacobian
                self._jacobian = old + (W - old @ V) @ np.linalg.solve(R, Q.T)
        self._secants, self._last = Secants.none(len(x)), None

    def save(self) -> Any:
        """Columns and Jacobian; they are replaced, never changed."""
        return self._secants, self._last, self._jacobian

    def restore(self, state: Any) -> None:
        """Go back."""
        secants, self._last, self._jacobian = state
        self._secants = Secants(*secants)
