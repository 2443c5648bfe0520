"""The secant columns that quasi-Newton methods keep: differences of residuals and of results, newest first."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Secants"]

type Array = NDArray[np.float64]


class Secants(NamedTuple):
    """V: differences of residuals (n, m), W: of results (n, m), newest column first; windows: columns of each window,
    this one first. A value: each change makes a new one, so that a saved one stays."""

    V: Array
    W: Array
    windows: tuple[int, ...]

    @classmethod
    def none(cls, n: int) -> "Secants":
        """No columns yet."""
        return cls(np.empty((n, 0)), np.empty((n, 0)), (0,))

    def with_newest(self, v: Array, w: Array, most: int) -> "Secants":
        """One column more, at most `most`."""
        V = np.concatenate([v[:, None], self.V[:, : most - 1]], axis=1)
        W = np.concatenate([w[:, None], self.W[:, : most - 1]], axis=1)
        return self._trimmed(V, W, (self.windows[0] + 1, *self.windows[1:]))

    def kept(self, columns: list[int]) -> "Secants":
        """Only these columns."""
        if len(columns) == self.V.shape[1]:
            return self
        ends = np.cumsum((0, *self.windows))
        windows = tuple(sum(a <= c < b for c in columns) for a, b in pairwise(ends.tolist()))
        return Secants(self.V[:, columns], self.W[:, columns], windows)

    def next_window(self, reused: int) -> "Secants":
        """For the next window, with the columns of the `reused` last ones."""
        windows = (0, *self.windows[:reused])
        count = sum(windows)
        return Secants(self.V[:, :count], self.W[:, :count], windows)

    @classmethod
    def _trimmed(cls, V: Array, W: Array, windows: tuple[int, ...]) -> "Secants":
        left, kept = V.shape[1], []
        for count in windows:
            kept.append(min(count, left))
            left -= kept[-1]
        return cls(V, W, tuple(kept))
