"""What refinement is compared with, on the same site and in the same normal scores: ES-MDA from the prior, CMA-ES,
MCMC.

ES-MDA (Emerick & Reynolds 2013): an ensemble from the prior, the data assimilated N_a times with errors sqrt(N_a)
larger,
    x_j <- x_j + C_xy (C_yy + N_a R)^-1 (y + sqrt(N_a) e_j - g(x_j)).
CMA-ES (Hansen 2016): an evolution strategy for the most probable value; it has no posterior, only the spread of its
last generation. MCMC: the stretch move of Goodman & Weare (2010), walkers in two halves, no tuning.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from harmony.inverse.refine import HIGH, Refined, Site

__all__ = ["BASELINES", "cma_es", "es_mda", "mcmc", "stretch"]

type Array = NDArray[np.float64]
type Told = Callable[[str], None]

ASSIMILATIONS = 4
"""Assimilations of ES-MDA at least [-]; more passes make more."""

LOWEST = -1e300
"""Log density that stands for minus infinity where a walker begins at it [-]."""

STRETCH = 2.0
"""Largest stretch of a move (Goodman & Weare's a) [-]."""


def es_mda(site: Site, dimension: int, *, passes: int, members: int, seed: int, told: Told) -> Refined:
    """Ensemble smoother with multiple data assimilation, from the prior; passes: assimilations."""
    random = np.random.default_rng(seed)
    X = random.standard_normal((members, dimension))
    alpha, runs, history = float(max(passes, ASSIMILATIONS)), [], []
    for k in range(int(alpha) + 1):
        Y = site.simulate(X)
        runs.append((X, Y))
        good = np.isfinite(Y).all(axis=1)
        X, Y = X[good], Y[good]
        per = float(np.median(site.chi2(Y))) / len(site.value)
        history.append({"chi2/N": per, "move": np.nan, "runs": float((k + 1) * members)})
        told(f"assimilation {k}: median chi2/N {per:.4g}")
        if k == int(alpha):
            break
        dx, dy = X - X.mean(axis=0), (Y - Y.mean(axis=0)) / site.error
        noise = np.sqrt(alpha) * random.standard_normal(Y.shape)
        innovation = (site.value - Y) / site.error + noise
        gain = (dx.T @ dy) @ np.linalg.pinv(dy.T @ dy + alpha * (len(X) - 1) * np.eye(dy.shape[1]))
        X = X + innovation @ gain.T
    return _refined(site, X, Y, runs, history)


def cma_es(site: Site, dimension: int, *, passes: int, members: int, seed: int, told: Told) -> Refined:
    """Covariance matrix adaptation; passes: generations of `members` runs."""
    random, d = np.random.default_rng(seed), dimension
    parents = members // 2
    w = np.log(parents + 0.5) - np.log(np.arange(1, parents + 1))
    w /= w.sum()
    mu = 1.0 / (w**2).sum()
    c_s, c_c = (mu + 2.0) / (d + mu + 5.0), (4.0 + mu / d) / (d + 4.0 + 2.0 * mu / d)
    c_1 = 2.0 / ((d + 1.3) ** 2 + mu)
    c_mu = min(1.0 - c_1, 2.0 * (mu - 2.0 + 1.0 / mu) / ((d + 2.0) ** 2 + mu))
    damping = 1.0 + 2.0 * max(0.0, np.sqrt((mu - 1.0) / (d + 1.0)) - 1.0) + c_s
    expected = np.sqrt(d) * (1.0 - 1.0 / (4.0 * d) + 1.0 / (21.0 * d * d))
    m, size, C, p_s, p_c = np.zeros(d), 0.5, np.eye(d), np.zeros(d), np.zeros(d)
    runs, history = [], []
    for k in range(passes):
        values, B = np.linalg.eigh(C)
        root = np.sqrt(np.maximum(values, 1e-30))
        z = random.standard_normal((members, d))
        y = z * root @ B.T
        X = m + size * y
        Y = site.simulate(X)
        runs.append((X, Y))
        objective = site.chi2(Y) + (X**2).sum(axis=1)
        order = np.argsort(objective)[:parents]
        step = w @ y[order]
        m = m + size * step
        p_s = (1.0 - c_s) * p_s + np.sqrt(c_s * (2.0 - c_s) * mu) * (B @ ((B.T @ step) / root))
        small = np.linalg.norm(p_s) / np.sqrt(1.0 - (1.0 - c_s) ** (2 * (k + 1))) < (1.4 + 2.0 / (d + 1.0)) * expected
        p_c = (1.0 - c_c) * p_c + small * np.sqrt(c_c * (2.0 - c_c) * mu) * step
        rank_mu = (y[order] * w[:, None]).T @ y[order]
        C = (1.0 - c_1 - c_mu) * C + c_1 * np.outer(p_c, p_c) + c_mu * rank_mu
        size *= float(np.exp(c_s / damping * (np.linalg.norm(p_s) / expected - 1.0)))
        per = float(site.chi2(Y).min()) / len(site.value)
        history.append({"chi2/N": per, "move": size, "runs": float((k + 1) * members)})
        told(f"generation {k + 1}: best chi2/N {per:.4g}, step {size:.3g}")
        if size * root.max() < 1e-6:
            break
    return _refined(site, X, Y, runs, history)


def mcmc(site: Site, dimension: int, *, passes: int, members: int, seed: int, told: Told) -> Refined:
    """Walkers with the solver in every move; passes: sweeps. The first half of the sweeps is forgotten."""
    runs: list[tuple[Array, Array]] = []

    def log_density(X: Array) -> Array:
        Y = site.simulate(X)
        runs.append((X, Y))
        return np.asarray(-0.5 * site.chi2(Y) - 0.5 * (X**2).sum(axis=1))

    members = max(members + members % 2, 2 * dimension + 2)
    X, moved = stretch(log_density, np.random.default_rng(seed).standard_normal((members, dimension)), passes, seed)
    told(f"{passes} sweeps of {members} walkers, {100 * moved:.0f} % of the moves taken")
    kept = X[passes // 2 :].reshape(-1, dimension)
    Y = site.simulate(X[-1])
    per = float(np.median(site.chi2(Y))) / len(site.value)
    history = [{"chi2/N": per, "move": moved, "runs": float(sum(len(r[0]) for r in runs))}]
    return _refined(site, kept, Y, runs, history)


def stretch(log_density: Callable[[Array], Array], start: Array, sweeps: int, seed: int) -> tuple[Array, float]:
    """Positions (sweeps, walkers, d) and the part of the moves that were taken.

    z ~ 1 / sqrt z on [1/a, a],    x' = x_other + z (x - x_other),    taken with min(1, z^(d-1) p(x') / p(x)).
    """
    random = np.random.default_rng(seed + 1)
    X = start.copy()
    p = log_density(X)
    n, d = X.shape
    found, taken = np.empty((sweeps, n, d)), 0
    for k in range(sweeps):
        for half in (np.arange(n // 2), np.arange(n // 2, n)):
            others = np.setdiff1d(np.arange(n), half)
            z = ((STRETCH - 1.0) * random.random(len(half)) + 1.0) ** 2 / STRETCH
            partner = X[random.choice(others, len(half))]
            trial = partner + z[:, None] * (X[half] - partner)
            q = log_density(trial)
            before = np.where(np.isfinite(p[half]), p[half], LOWEST)
            change = np.where(np.isfinite(q), (d - 1) * np.log(z) + q - before, -np.inf)
            accept = np.log(random.random(len(half))) < change
            X[half[accept]], p[half[accept]] = trial[accept], q[accept]
            taken += int(accept.sum())
        found[k] = X
    return found, taken / (sweeps * n)


def _refined(
    site: Site, X: Array, Y: Array, runs: list[tuple[Array, Array]], history: list[dict[str, float]]
) -> Refined:
    good = np.isfinite(Y).all(axis=1)
    per = float(np.mean(site.chi2(Y[good]))) / len(site.value)
    shift = X - X.mean(axis=0)
    factor = np.linalg.cholesky(shift.T @ shift / max(len(X) - 1, 1) + 1e-18 * np.eye(X.shape[1]))
    every = np.concatenate([x for x, _ in runs]), np.concatenate([y for _, y in runs])
    lacks = np.zeros(len(site.value))
    return Refined(X, X.mean(axis=0), factor, every, history, True, per, per <= HIGH, lacks)


BASELINES = {"es-mda": es_mda, "cma-es": cma_es, "mcmc": mcmc}
"""Ways to a posterior, besides `refine`, that ask the solver only."""
