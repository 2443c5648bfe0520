"""Secant columns with a QR factorisation that grows with them: a new column costs O(n m) instead of O(n m^2).

Rows of V and W are the differences of residuals and of results, oldest first; V^T = Q^T R with rows of Q orthonormal. A
new column v is made orthogonal to them twice (Kahan: "twice is enough"), which appends a row of Q and a column of R:

    h = Q v,   q = v - Q^T h,   Q <- [Q; q / |q|],   R <- [R h; 0 |q|].

The filter looks at the columns newest first. What newer ones leave of each is the diagonal of a QR factorisation of R
with its columns turned round, m x m. Where a column has to go, or the new one leaves next to nothing, all is factored
anew by `least_squares`, whose answer it is then.
"""

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from couplers.accelerations.qr_filter import dependent, least_squares

__all__ = ["SecantQR"]

type Array = NDArray[np.float64]

NEW = 1e-6
"""What a column must leave beside the older ones to be appended [-]; below it all is factored anew. Usual 1e-6: rows
of Q are then orthonormal to rounding after two turns."""


class SecantQR:
    """m columns of n unknowns in at most `most` rows, with the number of columns of each window, this one first."""

    def __init__(self, n: int, most: int) -> None:
        self.n, self.most, self.m = n, most, 0
        self.windows: tuple[int, ...] = (0,)
        room = min(8, most)
        self._V, self._W, self._Q = (np.empty((room, n)) for _ in range(3))
        self._R = np.zeros((room, room), order="F")
        self._whole = True  # whether Q and R are those of all columns

    def add(self, v: Array, w: Array) -> None:
        """One column more; the oldest goes where there are more than `most`."""
        if self.m == self.most:
            self._take(self._V[1 : self.m].copy(), self._W[1 : self.m].copy())
            self.windows = _trimmed(self.windows, self.m)
            self._factor()
        m = self.m
        if m == len(self._V):
            self._grow()
        self._V[m], self._W[m] = v, w
        self.m, self.windows = m + 1, (self.windows[0] + 1, *self.windows[1:])
        if self._whole:
            self._append(v, m)

    def _append(self, v: Array, m: int) -> None:
        Q = self._Q[:m]
        h = Q @ v
        q = v - h @ Q
        again = Q @ q
        q -= again @ Q
        left = float(np.sqrt(q @ q))
        if left <= NEW * float(np.sqrt(v @ v)):
            self._whole = False
            return
        self._R[:m, m] = h + again
        self._R[m, m] = left
        np.divide(q, left, out=self._Q[m])

    def step(self, r: Array, limit: float, kind: str) -> Array | None:
        """W^T c, c = argmin |V^T c + r|, without the columns that the filter leaves out; None: no column stays."""
        from scipy.linalg.lapack import dgeqrf, dtrtrs

        m = self.m
        if not m:
            return None
        if self._whole:
            R = self._R[:m, :m]
            turned = dgeqrf(R[:, ::-1])[0] if m > 1 else R
            if not dependent(turned, np.sqrt((R * R).sum(axis=0))[::-1], limit, kind).any():
                c = dtrtrs(R, self._Q[:m] @ r)[0]
                return np.asarray(-(c @ self._W[:m]))
        columns, c = least_squares(self._V[:m][::-1].T, r, limit, kind)
        if not columns:
            self._take(self._V[:0], self._W[:0])
            self.windows = (0,) * len(self.windows)
            return None
        rows = m - 1 - np.array(columns[::-1])
        ends = np.cumsum((0, *self.windows)).tolist()
        self.windows = tuple(sum(a <= k < b for k in columns) for a, b in pairwise(ends))
        self._take(self._V[rows], self._W[rows])
        self._factor()
        return np.asarray(c[::-1] @ self._W[: self.m])

    def next_window(self, reused: int) -> None:
        """For the next window, with the columns of the `reused` last ones."""
        self.windows = (0, *self.windows[:reused])
        first = self.m - sum(self.windows)
        self._take(self._V[first : self.m].copy(), self._W[first : self.m].copy())
        self._factor()

    def save(self) -> Any:
        """Copies of the columns; the factorisation follows from them."""
        return self._V[: self.m].copy(), self._W[: self.m].copy(), self.windows

    def restore(self, state: Any) -> None:
        """Go back."""
        V, W, windows = state
        self.windows = tuple(windows)
        self._take(V, W)
        self._factor()

    def _take(self, V: Array, W: Array) -> None:
        self.m = len(V)
        while len(self._V) < self.m:
            self._grow()
        self._V[: self.m], self._W[: self.m] = V, W
        self._whole = self.m == 0

    def _factor(self) -> None:
        """Q and R anew; where columns depend on each other the filter is to choose first."""
        m = self.m
        if not m or m > self.n:
            self._whole = m == 0
            return
        Q, R = np.linalg.qr(self._V[:m].T)
        size = np.sqrt((R * R).sum(axis=0))
        self._whole = bool((np.abs(np.diagonal(R)) > NEW * size).all())
        self._Q[:m], self._R[:m, :m] = Q.T, R

    def _grow(self) -> None:
        room = min(2 * len(self._V), max(self.most, self.m + 1))
        for name in ("_V", "_W", "_Q"):
            old = getattr(self, name)
            new = np.empty((room, self.n))
            new[: len(old)] = old
            setattr(self, name, new)
        R = np.zeros((room, room), order="F")
        R[: len(self._R), : len(self._R)] = self._R
        self._R = R


def _trimmed(windows: tuple[int, ...], left: int) -> tuple[int, ...]:
    """Numbers of columns of windows where only `left` newest ones are there."""
    kept = []
    for count in windows:
        kept.append(min(count, left))
        left -= kept[-1]
    return tuple(kept)
