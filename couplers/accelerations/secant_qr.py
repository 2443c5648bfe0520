"""Secant columns with a QR factorisation that grows with them: a new column costs O(n m) instead of O(n m^2).

Rows of V and W are the differences of residuals and of results, oldest first; V^T = Q^T R with rows of Q orthonormal.
A new column v is made orthogonal to them, twice where it leaves little (Kahan: "twice is enough"), which appends a row
of Q, a column of R and one of its inverse:

    h = Q v,   q = v - Q^T h,   Q <- [Q; q / |q|],   R <- [R h; 0 |q|],   R^-1 <- [R^-1, -R^-1 h / |q|; 0, 1 / |q|].

v = r_k - r_(k-1), and Q r_(k-1) is known from the step before, so that h = Q r_k - Q r_(k-1) costs nothing beside the
Q r_k of the least squares c = -R^-1 Q r_k.

The filter looks at the columns newest first: it asks what newer ones leave of each. Row j of R^-1 Q is row j of the
pseudo-inverse, so that all other columns leave 1 / |row j of R^-1| of column j, and newer ones no less: where that is
enough nothing need be factored. Else the diagonal of a QR factorisation of R with its columns turned round, m x m,
tells. Where a column has to go, or the new one leaves next to nothing, all is factored anew by `least_squares`, whose
answer it is then.
"""

from itertools import pairwise
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from couplers.accelerations.qr_filter import dependent, filtered, least_squares, threshold

__all__ = ["SecantQR"]

type Array = NDArray[np.float64]

NEW = 1e-6
"""What a column must leave beside the older ones to be appended [-]; below it all is factored anew. Usual 1e-6: rows
of Q are then orthonormal to rounding after two turns."""


TWICE = 0.1
"""What a column must leave over its own size and that of the residual [-] to be made orthogonal only once: rows of Q
are then orthonormal to 1 / TWICE roundings."""


class SecantQR:
    """m columns of n unknowns in at most `most` rows, with the number of columns of each window, this one first."""

    def __init__(self, n: int, most: int) -> None:
        self.n, self.most, self.m = n, most, 0
        self.windows: tuple[int, ...] = (0,)
        room = min(8, most)
        self._V, self._W, self._Q = (np.empty((room, n)) for _ in range(3))
        self._R, self._inverse = (np.zeros((room, room), order="F") for _ in range(2))
        self._sizes, self._rows = np.zeros(room), np.zeros(room)  # |v_j|^2, and of row j of R^-1
        self._c = np.zeros(0)
        self._whole = True  # whether Q and R are those of all columns
        self._projected, self._seen = np.zeros(room), False  # Q r of the residual that was seen last, and whether it is

    def add(self, v: Array, w: Array, r: Array, size: float) -> None:
        """One column more; the oldest goes where there are more than `most`. r: the residual that v
        leads to; size: |v|^2."""
        if self.m == self.most:
            self._forget_oldest()
        m = self.m
        if m == len(self._V):
            self._grow()
        self._V[m], self._W[m] = v, w
        self.m, self.windows = m + 1, (self.windows[0] + 1, *self.windows[1:])
        if self._whole:
            self._append(v, m, r, size)
        else:
            self._seen = False

    def _forget_oldest(self) -> None:
        """R without its first column is upper Hessenberg, G R' by a factorisation m x (m - 1); then Q' = G^T Q."""
        m, whole, seen = self.m, self._whole, self._seen
        Q, R, projected = self._Q[:m], self._R[:m, 1:m], self._projected[:m]
        self._take(self._V[1:m].copy(), self._W[1:m].copy())
        self.windows = _trimmed(self.windows, self.m)
        if not whole or m == 1:
            self._factor()
            return
        G, R = np.linalg.qr(R)
        Q, projected = G.T @ Q, G.T @ projected
        self._set_factors(Q, R)
        self._projected[: m - 1], self._seen = projected, seen

    def _append(self, v: Array, m: int, r: Array, size: float) -> None:
        Q = self._Q[:m]
        now = Q @ r
        h = now - self._projected[:m] if self._seen else Q @ v
        q = v - h @ Q
        square = float(q @ q)
        if square < TWICE**2 * (size + float(r @ r)):
            again = Q @ q
            q -= again @ Q
            h += again
            square = float(q @ q)
        left = sqrt(square)
        if left <= NEW * sqrt(size):
            self._whole = self._seen = False
            return
        q /= left
        self._Q[m], self._R[:m, m], self._R[m, m] = q, h, left
        column = self._inverse[:m, :m] @ h
        column /= -left
        self._inverse[:m, m], self._inverse[m, m] = column, 1.0 / left
        self._rows[:m] += column * column
        self._rows[m], self._sizes[m] = 1.0 / left**2, size
        self._projected[:m], self._projected[m], self._seen = now, q @ r, True

    def step(self, r: Array, limit: float, kind: str) -> Array | None:
        """W^T c, c = argmin |V^T c + r|, without the columns that the filter leaves out; None: no column stays.
        r: that of the last `add`, if there was one since the last step."""
        m = self.m
        if not m:
            return None
        if self._whole and self._all_stay(limit, kind):
            if not self._seen:
                self._projected[:m], self._seen = self._Q[:m] @ r, True
            c = self._inverse[:m, :m] @ self._projected[:m]
            self._c = np.negative(c, out=c)
            return np.asarray(c @ self._W[:m])
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
        self._c = c[::-1]
        return np.asarray(self._c @ self._W[: self.m])

    def remainder(self, r: Array) -> Array:
        """V^T c + r with the c of the last step."""
        return np.asarray(r + self._c @ self._V[: self.m])

    def with_inverse(self, limit: float, kind: str) -> tuple[Array, Array, Array]:
        """V, W and the pseudo-inverse R^-1 Q, (m, n) each, of the columns that the filter lets stay."""
        m = self.m
        if self._whole and (not m or self._all_stay(limit, kind)):
            return self._V[:m].copy(), self._W[:m].copy(), self._inverse[:m, :m] @ self._Q[:m]
        columns, Q, R = filtered(self._V[:m][::-1].T, limit, kind)
        rows = m - 1 - np.array(columns, dtype=np.int64)
        return self._V[rows], self._W[rows], np.linalg.solve(R, Q.T)

    def _all_stay(self, limit: float, kind: str) -> bool:
        """Whether the filter leaves no column out: by what all others leave of each, else by a factorisation."""
        m = self.m
        bound, sizes = threshold(limit, kind) ** 2, self._sizes[:m]
        if kind != "QR1" and bound * float(sizes @ self._rows[:m]) <= 1.0:
            return True
        from scipy.linalg.lapack import dgeqrf

        turned = dgeqrf(self._R[:m, :m][:, ::-1])[0]
        return not dependent(turned, np.sqrt(sizes)[::-1], limit, kind).any()

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
        self._whole, self._seen = self.m == 0, False

    def _factor(self) -> None:
        """Q and R anew; where columns depend on each other the filter is to choose first."""
        m = self.m
        if not m or m > self.n:
            self._whole = m == 0
            return
        Q, R = np.linalg.qr(self._V[:m].T)
        self._set_factors(Q.T, R)

    def _set_factors(self, Q: Array, R: Array) -> None:
        """Rows of Q (m, n), R (m, m), unless columns depend on each other."""
        m = self.m
        sizes = (R * R).sum(axis=0)
        self._seen = False
        self._whole = bool((np.abs(np.diagonal(R)) > NEW * np.sqrt(sizes)).all())
        if self._whole:
            inverse = np.triu(np.linalg.inv(R))
            self._Q[:m], self._R[:m, :m], self._inverse[:m, :m] = Q, R, inverse
            self._sizes[:m], self._rows[:m] = sizes, (inverse * inverse).sum(axis=1)

    def _grow(self) -> None:
        room = min(2 * len(self._V), max(self.most, self.m + 1))
        for name in ("_V", "_W", "_Q"):
            old = getattr(self, name)
            new = np.empty((room, self.n))
            new[: len(old)] = old
            setattr(self, name, new)
        for name in ("_R", "_inverse"):
            old = getattr(self, name)
            square = np.zeros((room, room), order="F")
            square[: len(old), : len(old)] = old
            setattr(self, name, square)
        for name in ("_sizes", "_rows", "_projected"):
            old = getattr(self, name)
            setattr(self, name, np.append(old, np.zeros(room - len(old))))


def _trimmed(windows: tuple[int, ...], left: int) -> tuple[int, ...]:
    """Numbers of columns of windows where only `left` newest ones are there."""
    kept = []
    for count in windows:
        kept.append(min(count, left))
        left -= kept[-1]
    return tuple(kept)
