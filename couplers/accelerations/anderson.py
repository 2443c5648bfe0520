"""Anderson's mixing (Anderson 1965; Walker and Ni 2011)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from couplers.accelerations.base import checked_relaxation
from couplers.accelerations.secant_qr import SecantQR
from couplers.errors import whole_number

__all__ = ["Anderson"]

type Array = NDArray[np.float64]

LIMIT = 1e-10
"""What must be left of a column that newer ones do not explain [-] (QR2). Usual 1e-10: only rounding is left out."""


class Anderson:
    """x_(k+1) = x_k + b r_k + (X + b D) c, c = argmin |r_k + D c|, over the `depth` last differences X of iterates and
    D of residuals; b: mixing. With b = 1 and unlimited depth it is IQN-ILS without reuse, but for the first step."""

    def __init__(self, depth: int = 10, mixing: float = 0.5) -> None:
        self.depth, self.mixing = whole_number(depth, "depth", 1), checked_relaxation(mixing, "mixing")
        self._secants = SecantQR(0, self.depth)  # of residuals, and of mixed iterates x + b r
        self._last: tuple[Array, Array] | None = None  # r and x + b r of the iteration before

    def next(self, x: Array, f: Array) -> Array:
        """One step of mixing."""
        r = f - x
        mixed = x + self.mixing * r
        if self._secants.n != len(r):
            self._secants, self._last = SecantQR(len(r), self.depth), None
        if self._last is not None:
            v = r - self._last[0]
            size = float(v @ v)
            if size > 0.0:  # the same iterate twice tells nothing
                self._secants.add(v, mixed - self._last[1], r, size)
        self._last = r, mixed
        step = self._secants.step(r, LIMIT, "QR2")
        return mixed.copy() if step is None else np.asarray(mixed + step)

    def end_window(self, x: Array, f: Array) -> None:
        """Begin anew."""
        self._secants, self._last = SecantQR(len(x), self.depth), None

    def save(self) -> Any:
        """Copies of the columns, and the last iterate, which is replaced and never changed."""
        return self._secants.n, self._secants.save(), self._last

    def restore(self, state: Any) -> None:
        """Go back."""
        n, columns, self._last = state
        self._secants = SecantQR(n, self.depth)
        self._secants.restore(columns)
