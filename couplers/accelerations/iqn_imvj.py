"""Interface quasi-Newton with a multi-vector Jacobian (Bogaers et al. 2014; Lindner et al. 2015; Spenke et al. 2020).

The Jacobian J of the result with respect to the residual is carried from window to window and changed by the least that
explains the columns of the present one: J = J_old + (W - J_old V) V^+, so nothing need be said of reused windows. It is
never formed, but kept as the sum of what each window has added,

    J x = sum_i A_i (Z_i x),   A_i = W_i - J_(i-1) V_i,   Z_i = V_i^+ = R_i^-1 Q_i^T,

rows here where the text has columns. Beyond `time_windows_reused` windows the oldest one o is forgotten but for what it
says of the columns of the newest one k, A_k <- A_k + A_o Z_o V_k, so that J V_k = W_k still.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from couplers.accelerations.base import checked_relaxation
from couplers.accelerations.qr_filter import checked_filter
from couplers.accelerations.secant_qr import SecantQR
from couplers.errors import whole_number

__all__ = ["IQNIMVJ"]

type Array = NDArray[np.float64]


class IQNIMVJ:
    """x_(k+1) = f_k + W c - J_old (r_k + V c), c = argmin |V c + r_k|.

    time_windows_reused: windows whose columns J remembers; an iteration costs 2 n m for all their m columns.
    """

    def __init__(
        self,
        initial_relaxation: float = 0.1,
        max_used_iterations: int = 100,
        filter: str = "QR2",
        limit: float = 1e-4,
        time_windows_reused: int = 8,
    ) -> None:
        self.initial = checked_relaxation(initial_relaxation, "initial_relaxation")
        self.most = whole_number(max_used_iterations, "max_used_iterations", 1)
        self.reused = whole_number(time_windows_reused, "time_windows_reused", 1)
        self.filter, self.limit = checked_filter(filter, limit)
        self._secants = SecantQR(0, max_used_iterations)
        self._last: tuple[Array, Array] | None = None
        self._jacobian: tuple[tuple[Array, Array], ...] = ()  # (A, Z) of each window, (m, n) each, oldest first

    def next(self, x: Array, f: Array) -> Array:
        """One quasi-Newton step."""
        r = f - x
        self._learn(r, f)
        step = self._secants.step(r, self.limit, self.filter)
        if step is None and not self._jacobian:
            return np.asarray(x + self.initial * r)
        left = r if step is None else self._secants.remainder(r)
        found = f - self._times(left)
        return found if step is None else np.asarray(found + step)

    def _times(self, x: Array) -> Array:
        """J x, of one vector (n,) or of rows (k, n)."""
        found = np.zeros_like(x)
        for A, Z in self._jacobian:
            found += (x @ Z.T) @ A
        return found

    def _learn(self, r: Array, f: Array) -> None:
        if self._secants.n != len(r):
            self._secants, self._last, self._jacobian = SecantQR(len(r), self.most), None, ()
        if self._last is not None:
            v = r - self._last[0]
            size = float(v @ v)
            if size > 0.0:
                self._secants.add(v, f - self._last[1], r, size)
        self._last = r, f.copy()

    def end_window(self, x: Array, f: Array) -> None:
        """Put the columns of the window into the Jacobian."""
        if self._secants.n == len(x):
            self._learn(f - x, f)
            V, W, Z = self._secants.with_inverse(self.limit, self.filter)
            if len(V):
                A = W - self._times(V)
                kept = self._jacobian
                if len(kept) >= self.reused:
                    (old, what), kept = kept[0], kept[1:]
                    A += (V @ what.T) @ old
                self._jacobian = (*kept, (A, Z))
        self._secants, self._last = SecantQR(len(x), self.most), None

    def save(self) -> Any:
        """Columns and Jacobian; its parts are replaced, never changed."""
        return self._secants.n, self._secants.save(), self._last, self._jacobian

    def restore(self, state: Any) -> None:
        """Go back."""
        n, columns, self._last, jacobian = state
        self._jacobian = tuple((A, Z) for A, Z in jacobian)
        self._secants = SecantQR(n, self.most)
        self._secants.restore(columns)
