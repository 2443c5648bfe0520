"""A trial space and a cubature learned from equilibria of the solver.

Modes: of snapshots d_s the part that leaves the interface at rest, d_s - E g_s, by proper orthogonal decomposition in
the elastic energy, so that what is left out is energy. Cubature: weights w_p xi_p >= 0 of few points that give

    sum_p w_p xi_p G_p^T sigma_p,s  =  sum_p w_p G_p^T sigma_p,s     for all snapshots s,

to `tolerance` in the least squares, by the active set of Lawson and Hanson, stopped there: xi >= 0 keeps the stiffness
positive (energy-conserving sampling and weighting, Farhat et al. 2015).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["Gram", "cubature", "modes"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

TINY = 1e-13
"""Of the largest diagonal of normal equations [-]: what makes them solvable."""


def modes(rest: Array, times: Callable[[Array], Array], left: float, most: int) -> tuple[Array, float]:
    """Phi (unknowns, r), of energy one each, of snapshots (unknowns, s); and the part of their energy left out, at
    most `left` unless `most` modes are reached. times: K of columns."""
    C = rest.T @ times(rest)
    w, V = np.linalg.eigh((C + C.T) / 2)
    w, V = np.maximum(w[::-1], 0.0), V[:, ::-1]
    beyond = 1.0 - np.cumsum(w) / w.sum()
    r = min(int(np.searchsorted(-beyond, -left)) + 1, most, int((w > 1e-12 * w[0]).sum()))
    return np.asarray(rest @ (V[:, :r] / np.sqrt(w[:r]))), float(beyond[r - 1])


class Gram:
    """Normal equations of the cubature: A^T A, A^T b and b^T b of columns a_p, b = sum a_p, snapshot by snapshot."""

    def __init__(self, points: int) -> None:
        self.matrix, self.right, self.square = np.zeros((points, points)), np.zeros(points), 0.0

    def add(self, columns: Array) -> None:
        """One snapshot, columns (rows, points); it counts by its relative error."""
        b = columns.sum(axis=1)
        size = float(b @ b)
        if size > 0.0:
            self.matrix += columns.T @ columns / size
            self.right += columns.T @ b / size
            self.square += 1.0


def cubature(gram: Gram, tolerance: float) -> Array:
    """xi (points,) >= 0, most of them zero."""
    A, b = gram.matrix, gram.right
    x, used = np.zeros(len(b)), np.zeros(len(b), dtype=bool)
    while gram.square - 2.0 * x @ b + x @ A @ x > tolerance**2 * gram.square:
        slope = np.where(used, -np.inf, b - A @ x)
        best = int(np.argmax(slope))
        if slope[best] <= 0.0:
            break
        used[best] = True
        while True:
            i = np.flatnonzero(used)
            z = np.linalg.solve(A[np.ix_(i, i)] + TINY * A.diagonal().max() * np.eye(len(i)), b[i])
            if (z > 0.0).all():
                x[:] = 0.0
                x[i] = z
                break
            bad = z <= 0.0
            x[i] += float(np.min(x[i][bad] / (x[i][bad] - z[bad]))) * (z - x[i])
            used[i[x[i] <= 1e-14]] = False
            x[~used] = 0.0
    return x
