"""Interface quasi-Newton with the inverse of the Jacobian from a least-squares model (Degroote et al. 2009)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from couplers.accelerations.base import checked_relaxation
from couplers.accelerations.qr_filter import checked_filter
from couplers.accelerations.secant_qr import SecantQR
from couplers.errors import whole_number

__all__ = ["IQNILS"]

type Array = NDArray[np.float64]


class IQNILS:
    """x_(k+1) = f_k + W c, c = argmin |V c + r_k|, V and W the differences of residuals and of results.

    The first iteration, without columns, is relaxed by `initial_relaxation`. max_used_iterations: most columns;
    time_windows_reused: windows whose columns are used again; filter, limit: which columns are left out (qr_filter):
    of what newer columns leave, the part that is noise, as a solver's tolerance makes it; 1e-3 to 1e-2 where the
    participants are far from linear, or noisy, and windows are reused, 1e-8 where they are linear and exact.
    """

    def __init__(
        self,
        initial_relaxation: float = 0.1,
        max_used_iterations: int = 100,
        time_windows_reused: int = 0,
        filter: str = "QR2",
        limit: float = 1e-4,
    ) -> None:
        self.initial = checked_relaxation(initial_relaxation, "initial_relaxation")
        self.most = whole_number(max_used_iterations, "max_used_iterations", 1)
        self.reused = whole_number(time_windows_reused, "time_windows_reused", 0)
        self.filter, self.limit = checked_filter(filter, limit)
        self._secants = SecantQR(0, max_used_iterations)
        self._last: tuple[Array, Array] | None = None  # r and f of the iteration before

    def next(self, x: Array, f: Array) -> Array:
        """One quasi-Newton step."""
        r = f - x
        self._learn(r, f)
        step = self._secants.step(r, self.limit, self.filter)
        return np.asarray(x + self.initial * r if step is None else f + step)

    def _learn(self, r: Array, f: Array) -> None:
        if self._secants.n != len(r):
            self._secants, self._last = SecantQR(len(r), self.most), None
        if self._last is not None:
            v = r - self._last[0]
            size = float(v @ v)
            if size > 0.0:  # the same iterate twice tells nothing
                self._secants.add(v, f - self._last[1], r, size)
        self._last = r, f.copy()

    def end_window(self, x: Array, f: Array) -> None:
        """Learn the last column, and keep those of the windows that are reused."""
        if self._secants.n == len(x):
            self._learn(f - x, f)
        self._secants.next_window(self.reused)
        self._last = None

    def save(self) -> Any:
        """Copies of the columns, and the last iterate, which is replaced and never changed."""
        return self._secants.n, self._secants.save(), self._last

    def restore(self, state: Any) -> None:
        """Go back."""
        n, columns, self._last = state
        self._secants = SecantQR(n, self.most)
        self._secants.restore(columns)
