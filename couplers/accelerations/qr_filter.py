"""Least squares over columns that may be nearly dependent: a QR factorisation that leaves such columns out.

QR2 (Haelterman et al. 2016, as in preCICE): column j is left out when what newer columns leave of it is small,
|v_j - Q Q^T v_j| < limit |v_j|. QR1: when |R_jj| < limit |R|_F. Columns come newest first, so older information goes.
"""

from numbers import Real

import numpy as np
from numpy.typing import NDArray

from couplers.errors import SetupError, known

__all__ = ["FILTERS", "checked_filter", "dependent", "filtered", "least_squares", "threshold"]

type Array = NDArray[np.float64]

FILTERS = ("QR1", "QR2", "none")

ROUNDING = 1e-13
"""A column of which less than this is left [-] is dependent whatever the limit: solving with it would give noise."""


def checked_filter(kind: str, limit: float) -> tuple[str, float]:
    """A filter and its limit, 0 <= limit < 1."""
    if kind not in FILTERS:
        raise known("filter", kind, FILTERS)
    if isinstance(limit, bool) or not isinstance(limit, Real) or not 0.0 <= limit < 1.0:
        raise SetupError(f"limit of the filter: {limit!r}; give a number from 0 to below 1, usually 1e-8 to 1e-2")
    return kind, float(limit)


def least_squares(V: Array, r: Array, limit: float, kind: str = "QR2") -> tuple[list[int], Array]:
    """The columns that stay, and c = argmin |V c + r| over them. V: (n, m), newest column first.

    Of [V r] = Q R the last column of R is Q^T r, so that Q is never formed.
    """
    keep = [j for j in range(V.shape[1]) if V[:, j].any()][: V.shape[0]]
    while keep:
        k = len(keep)
        whole = np.concatenate([V if k == V.shape[1] else V[:, keep], r[:, None]], axis=1)
        R = np.linalg.qr(whole, mode="r")
        dependent = _dependent(R[:k, :k], limit, kind)
        if not len(dependent):
            return keep, np.linalg.solve(R[:k, :k], -R[:k, k])
        del keep[dependent[0]]  # with it gone, what is left of the next ones is more
    return keep, np.empty(0)


def filtered(V: Array, limit: float, kind: str = "QR2") -> tuple[list[int], Array, Array]:
    """The columns that stay, and Q (n, k), R (k, k) of them. V: (n, m), newest column first."""
    keep = [j for j in range(V.shape[1]) if V[:, j].any()][: V.shape[0]]
    while True:
        Q, R = np.linalg.qr(V[:, keep])
        dependent = _dependent(R, limit, kind)
        if not len(dependent):
            return keep, Q, R
        del keep[dependent[0]]


def _dependent(R: Array, limit: float, kind: str) -> NDArray[np.int64]:
    # |v_j| = |R_j|, since Q keeps lengths.
    return np.flatnonzero(dependent(R, np.sqrt((R * R).sum(axis=0)), limit, kind))


def dependent(R: Array, sizes: Array, limit: float, kind: str) -> NDArray[np.bool_]:
    """Of which columns too little is left, by the diagonal of R; sizes: |v_j|."""
    size = np.sqrt(sizes @ sizes) if kind == "QR1" else sizes
    return np.asarray(np.abs(R.diagonal()) < threshold(limit, kind) * size)


def threshold(limit: float, kind: str) -> float:
    """What must be left of a column, over its size [-]."""
    return max(0.0 if kind == "none" else limit, ROUNDING)
