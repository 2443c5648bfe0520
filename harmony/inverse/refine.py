"""Refinement on one site: a fixed point with the solver in the loop, on the residual between its runs and the data.

    x: the centre m of the posterior in normal scores;  f(m): runs about m, their slope G, the Gauss-Newton step
    m+ = b + A^-1 (G^T S^-1 (y - g(b)) - b),    A = I + G^T S^-1 G,    C = A^-1

b is the best run so far, G the regression of the runs near it, with the slope of the last pass where they do not tell:
few runs in many dimensions are a secant method. Where a step led uphill, the next one starts from the best run again
and is damped (Levenberg & Marquardt), and the runs about its end lie closer. It ends when m moves by less than a tenth
of the posterior's deviation. Then the runs make a local emulator, quadratic where there are enough of them, and the
posterior under it is sampled."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from couplers import fixed_point

__all__ = ["Refined", "Site", "refine"]

type Array = NDArray[np.float64]

MOVES = 0.1
"""Root mean square move of the centre in deviations of the posterior [-] below which it has been found."""

NEAR = 4.0
"""Distance from the best run, in deviations for each dimension's root, within which runs tell the slope [-]."""

LONGEST = 2.0
"""Longest step in deviations of the prior [-]."""

WIDE = 1.3
"""Deviation of the runs about the centre over that of the posterior [-]."""

MILD, HARDER = 0.5, 4.0
"""First damping of a step after one that led uphill, and the factor by which it grows or falls [-]."""

FALLING = 0.95
"""Misfit of the best run over that of two passes before [-], under which it still falls."""

SAMPLES = 4000
"""Samples of the posterior under the emulator."""

LEAST_SPREAD = 1e-9
"""Least deviation of a run about the centre, in deviations of the prior [-]."""


@dataclass(frozen=True, eq=False)
class Site:
    """value, error (N,) SI of the readings; simulate: scores (n, d) -> readings (n, N), NaN where a run failed."""

    value: Array
    error: Array
    simulate: Callable[[Array], Array]

    def chi2(self, readings: Array, error: Array | None = None) -> Array:
        """Sum of squared residuals over errors (n,); infinite for a failed run."""
        r = (self.value - readings) / (self.error if error is None else error)
        return np.where(np.isfinite(readings).all(axis=1), (r**2).sum(axis=1), np.inf)


@dataclass(eq=False)
class Refined:
    """samples (s, d): normal scores of the posterior; centre (d,), factor (d, d); runs: scores and readings of all;
    history: chi2/N of the runs and move of the centre of each pass; reached: whether the model reaches the data;
    discrepancy (N,): deviation that the model lacks, SI, zero where it reaches them."""

    samples: Array
    centre: Array
    factor: Array
    runs: tuple[Array, Array]
    history: list[dict[str, float]] = field(default_factory=list)
    converged: bool = True
    chi2: float = np.nan
    reached: bool = True
    discrepancy: Array = field(default_factory=lambda: np.zeros(0))

    @property
    def falling(self) -> bool:
        """Whether runs still came nearer to the data, or steps were held back, when the passes were over: nothing is
        known then of whether the model reaches them."""
        last = [entry for entry in self.history if "best" in entry][-3:]
        fell = len(last) == 3 and last[-1]["best"] < FALLING * last[0]["best"]
        return not self.converged and (fell or bool(last and last[-1]["damping"] > 0.0))


def refine(
    site: Site,
    centre: Array,
    factor: Array,
    *,
    passes: int = 8,
    members: int = 32,
    seed: int = 0,
    groups: Any = None,
    told: Callable[[str], None] = lambda line: None,
) -> Refined:
    """The posterior of a site from a first guess N(centre, factor factor^T). passes: at most; members: runs of a pass;
    groups (N,): which readings share a discrepancy."""
    work = _Passes(site, np.array(centre, dtype=float), np.array(factor, dtype=float), members, seed, told)
    found = fixed_point(
        work.step, np.zeros(len(work.m)), acceleration=None, tolerance=MOVES, max_iterations=passes, absolute=True,
        strict=False,
    )  # fmt: skip
    return work.finish(found.converged, np.zeros(len(site.value)) if groups is None else np.asarray(groups))


class _Passes:
    def __init__(
        self, site: Site, centre: Array, factor: Array, members: int, seed: int, told: Callable[[str], None]
    ) -> None:
        self.site, self.m, self.L, self.members, self.told = site, centre, factor, members, told
        self.random = np.random.default_rng(seed)
        self.X, self.Y = np.empty((0, len(centre))), np.empty((0, len(site.value)))
        self.G = np.zeros((len(site.value), len(centre)))
        self.history: list[dict[str, float]] = []
        self.damping, self.least = 0.0, np.inf

    def step(self, x: Array) -> Array:
        """One pass; x counts the moves of the centre in deviations of the posterior over the root of the dimension."""
        self._run(self.m, self.L)
        self._damp()
        new = self._new_centre()
        move = np.linalg.solve(self.L, new - self.m) / np.sqrt(len(new))
        if self.damping > 0.0:  # a step that was held back is no rest
            move *= max(1.0, 1.0 / max(float(np.linalg.norm(move)), 1e-300))
        self.m = new
        last = self.site.chi2(self.Y[-self.members :])
        count = len(self.site.value)
        per, best = float(np.median(last)) / count, float(self.site.chi2(self.Y).min()) / count
        entry = {"chi2/N": per, "best": best, "move": float(np.linalg.norm(move)), "damping": self.damping}
        self.history.append(entry | {"runs": float(len(self.X))})
        self.told(
            f"pass {len(self.history)}: median chi2/N {per:.4g}, best {best:.4g},"
            f" centre moves {np.linalg.norm(move):.3g} deviations"
        )
        return np.asarray(x + move)

    def _run(self, m: Array, L: Array) -> None:
        half = self.random.standard_normal((self.members // 2 + 1, len(m)))
        noise = np.concatenate([np.zeros((1, len(m))), np.stack([half, -half], axis=1).reshape(-1, len(m))])
        X = m + WIDE * noise[: self.members] @ (L + LEAST_SPREAD * np.eye(len(m))).T
        Y = self.site.simulate(X)
        good = np.isfinite(Y).all(axis=1)
        if not good.any() and not len(self.X):
            from dda.errors import InputError

            raise InputError("every run of the first pass failed: there is nothing to refine; look at one of them")
        self.X, self.Y = np.concatenate([self.X, X]), np.concatenate([self.Y, Y])

    def _good(self) -> tuple[Array, Array]:
        good = np.isfinite(self.Y).all(axis=1)
        return self.X[good], self.Y[good]

    def _damp(self) -> None:
        """Hold the next step back where the last one led uphill: the run at its end misses more than the best before by
        more than a deviation's worth in each dimension."""
        here = float(self._objective(self.X[-self.members :][:1], self.Y[-self.members :][:1])[0])
        if here > self.least + len(self.m):
            self.damping = max(MILD, HARDER * self.damping)
        else:
            self.damping = self.damping / HARDER if self.damping > MILD / HARDER**2 else 0.0
        self.least = min(self.least, float(self._objective(self.X, self.Y).min()))

    def _objective(self, X: Array, Y: Array) -> Array:
        return np.asarray(self.site.chi2(Y) + (X**2).sum(axis=1))

    def _new_centre(self) -> Array:
        X, Y = self._good()
        best = int(self._objective(X, Y).argmin())
        self._slope(X, Y, best)
        S = self.site.error
        G = self.G / S[:, None]
        A = np.eye(X.shape[1]) + G.T @ G
        A += self.damping * np.diag(np.diag(A))
        step = np.linalg.solve(A, G.T @ ((self.site.value - Y[best]) / S) - X[best])
        step *= min(1.0, LONGEST / max(float(np.abs(step).max()), 1e-300))
        self.L = np.linalg.inv(np.linalg.cholesky(A)).T
        return np.asarray(X[best] + step)

    def _slope(self, X: Array, Y: Array, best: int) -> None:
        """G by ridge regression about the best run on what the last G leaves, in deviations of the runs."""
        shift = np.linalg.solve(self.L, (X - X[best]).T).T
        distance = np.linalg.norm(shift, axis=1) / np.sqrt(X.shape[1])
        near = distance < max(NEAR, float(np.sort(distance)[min(len(X) - 1, 2 * X.shape[1])]))
        w = np.exp(-0.5 * (distance[near] / NEAR) ** 2)
        D = shift[near] * w[:, None]
        left = (Y[near] - Y[best] - (X[near] - X[best]) @ self.G.T) * w[:, None]
        ridge = 1e-8 * max(float(np.trace(D.T @ D)), 1e-300)
        change = np.linalg.solve(D.T @ D + ridge * np.eye(X.shape[1]), D.T @ left).T
        self.G = self.G + np.linalg.solve(self.L.T, change.T).T

    def finish(self, converged: bool, groups: Array) -> Refined:
        """Runs about the last centre, the emulator of all near ones, what the model lacks, the samples."""
        self._run(self.m, self.L)
        X, Y = self._good()
        lacks = np.zeros(len(self.site.value))
        samples, m, L = self._sampled(X, Y, lacks)
        per = self._per(X, Y, samples, lacks)
        best = float(self.site.chi2(Y).min())
        reached = _reaches(best, len(lacks)) or per <= HIGH
        if not reached:
            residual = self.site.value - Y[self.site.chi2(Y).argmin()]
            lacks = _lack(residual, self.site.error, groups)
            samples, m, L = self._sampled(X, Y, lacks)
        return Refined(samples, m, L, (self.X, self.Y), self.history, converged, per, reached, lacks)

    def _sampled(self, X: Array, Y: Array, lacks: Array) -> tuple[Array, Array, Array]:
        from harmony.inverse.emulator import Emulator, sample_posterior

        emulator = Emulator(X, Y, self.m, self.L)
        return sample_posterior(emulator, self.site.value, np.hypot(self.site.error, lacks), self.m, self.L, SAMPLES)

    def _per(self, X: Array, Y: Array, samples: Array, lacks: Array) -> float:
        """Mean of chi2/N over the posterior, by the emulator; 1 is expected of a model that is right."""
        from harmony.inverse.emulator import Emulator

        emulated = Emulator(X, Y, self.m, self.L)(samples[:: max(1, len(samples) // 500)])
        return float(self.site.chi2(emulated, np.hypot(self.site.error, lacks)).mean() / len(lacks))


LOW, HIGH = 0.8, 1.2
"""chi2/N of the posterior between which model and errors agree [-]."""

SURE = 0.01
"""Chance that a right model misses the data so badly, below which it is held to be unable to reach them [-]."""


def _reaches(chi2: float, count: int) -> bool:
    from scipy.stats import chi2 as law

    return bool(law.sf(chi2, count) > SURE)


def _lack(residual: Array, error: Array, groups: Array) -> Array:
    """Deviation for each group that brings its chi2/N to one:  sum r^2 / (e^2 + s^2) = N."""
    from scipy.optimize import brentq

    found = np.zeros(len(residual))
    for group in np.unique(groups):
        rows = groups == group
        r, e = residual[rows], error[rows]

        def excess(log_s: float, r: Array = r, e: Array = e) -> float:
            return float((r**2 / (e**2 + np.exp(2.0 * log_s))).sum() - len(r))

        low, high = np.log(1e-6 * e.min()), np.log(10.0 * np.abs(r).max() + e.max())
        if excess(low) > 0.0:
            found[rows] = np.exp(brentq(excess, low, high))
    return found
