"""A local emulator of the solver about a posterior, from runs there; and the posterior under it.

    g(xi) = c + G s + s^T H s,    s = L^-1 (xi - m),    by weighted least squares

quadratic where there are more than twice as many near runs as coefficients, linear below. What it misses on runs left
out one at a time adds to the errors of the readings.
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["Emulator", "sample_posterior"]

type Array = NDArray[np.float64]

NEAR = 5.0
"""Distance within which runs are used, in deviations over the root of the dimension [-]."""

ENOUGH = 2.0
"""Runs for each coefficient of a quadratic emulator [-]."""

RIDGE = 1e-10
"""Ridge over the number of runs [-]; with fewer runs than dimensions it chooses the smallest slope."""

WIDE = 1.5
"""Deviation of the draws over that of the posterior's parabola in up to MANY dimensions [-]."""

MANY = 6


class Emulator:
    """Readings (n, N) of scores (n, d), and `deviation` (N,): what it misses."""

    def __init__(self, X: Array, Y: Array, m: Array, L: Array) -> None:
        self.m, self.L = m, L
        s = self._s(X)
        distance = np.linalg.norm(s, axis=1) / np.sqrt(s.shape[1])
        limit = max(NEAR, float(np.sort(distance)[min(len(X) - 1, 3 * s.shape[1])]))
        near = distance <= limit
        d = s.shape[1]
        terms = 1 + d + d * (d + 1) // 2
        self.quadratic = near.sum() >= ENOUGH * terms
        w = np.exp(-0.25 * (distance[near] / (NEAR / 2.0)) ** 2)
        D, T = self._terms(s[near]) * w[:, None], Y[near] * w[:, None]
        normal = D.T @ D + RIDGE * near.sum() * np.eye(D.shape[1])
        self.c = np.linalg.solve(normal, D.T @ T)
        leverage = np.einsum("ni,ij,nj->n", D, np.linalg.inv(normal), D).clip(0.0, 0.95)
        left = (T - D @ self.c) / (1.0 - leverage)[:, None]
        self.deviation = np.sqrt((left**2).sum(axis=0) / (w**2).sum())

    def _s(self, X: Array) -> Array:
        return np.asarray(np.linalg.solve(self.L, (np.atleast_2d(X) - self.m).T).T)

    def _terms(self, s: Array) -> Array:
        columns = [np.ones((len(s), 1)), s]
        if self.quadratic:
            i, j = np.triu_indices(s.shape[1])
            columns.append(s[:, i] * s[:, j])
        return np.concatenate(columns, axis=1)

    def __call__(self, xi: Array) -> Array:
        return np.asarray(self._terms(self._s(xi)) @ self.c)


def sample_posterior(
    g: Emulator, value: Array, error: Array, m: Array, L: Array, count: int
) -> tuple[Array, Array, Array]:
    """Samples (count, d) of exp(-|xi|^2 / 2 - sum (value - g)^2 / (2 (error^2 + deviation^2))), their mean and the
    factor of their covariance. Draws from a normal a little wider, weighted and drawn again; three times, about the
    moments found."""
    random = np.random.default_rng(1)
    S = np.hypot(error, g.deviation)
    d = len(m)
    for last in (False, False, True):
        noise = random.standard_normal((4 * count if last else 2 * count, d))
        wide = WIDE if d <= MANY else 1.0
        xi = m + wide * noise @ L.T
        misfit = (((value - g(xi)) / S) ** 2).sum(axis=1)
        log_w = -0.5 * (xi**2).sum(axis=1) - 0.5 * misfit + 0.5 * (noise**2).sum(axis=1)
        w = np.exp(log_w - log_w.max())
        w /= w.sum()
        if 1.0 / (w**2).sum() < 10.0 * d + 20.0 and not last:
            w = w**0.5 / (w**0.5).sum()
        m = w @ xi
        shift = xi - m
        L = np.linalg.cholesky((shift * w[:, None]).T @ shift + 1e-18 * np.eye(d))
    position = (random.random() + np.arange(count)) / count
    chosen = np.searchsorted(np.cumsum(w), position).clip(max=len(w) - 1)
    return xi[random.permutation(chosen)], m, L
