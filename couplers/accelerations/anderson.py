"""Anderson's mixing (Anderson 1965; Walker and Ni 2011)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from couplers.accelerations.base import checked_relaxation
from couplers.accelerations.qr_filter import least_squares
from couplers.errors import whole_number

__all__ = ["Anderson"]

type Array = NDArray[np.float64]

LIMIT = 1e-10
"""What must be left of a column that newer ones do not explain [-] (QR2). Usual 1e-10: only rounding is left out."""


class Anderson:
    """x_(k+1) = x_k + b r_k - (X + b D) c, c = argmin |r_k - D c|, over the `depth` last differences X of iterates and
    D of residuals; b: mixing. With b = 1 and unlimited depth it is IQN-ILS without reuse, but for the first step."""

    def __init__(self, depth: int = 10, mixing: float = 0.5) -> None:
        self.depth, self.mixing = whole_number(depth, "depth", 1), checked_relaxation(mixing, "mixing")
        self._columns: tuple[Array, Array] | None = None
        self._last: tuple[Array, Array] | None = None

    def next(self, x: Array, f: Array) -> Array:
        """One step of mixing."""
        r = f - x
        if self._last is not None and len(self._last[0]) != len(r):
            self._last, self._columns = None, None
        if self._last is not None:
            X, D = self._columns or (np.empty((len(x), 0)), np.empty((len(x), 0)))
            new = (x - self._last[0])[:, None], (r - self._last[1])[:, None]
            X, D = (np.concatenate([n, o], axis=1)[:, : self.depth] for n, o in zip(new, (X, D), strict=True))
            keep, c = least_squares(D, -r, LIMIT)
            self._columns = X[:, keep], D[:, keep]
        self._last = x.copy(), r
        step = x + self.mixing * r
        if self._columns is not None and self._columns[0].shape[1]:
            X, D = self._columns
            step -= X @ c + self.mixing * (D @ c)
        return np.asarray(step)

    def end_window(self, x: Array, f: Array) -> None:
        """Begin anew."""
        self._columns, self._last = None, None

    def save(self) -> Any:
        """Columns; they are replaced, never changed."""
        return self._columns, self._last

    def restore(self, state: Any) -> None:
        """Go back."""
        self._columns, self._last = state
