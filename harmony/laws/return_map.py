"""The return of principal trial stresses to a learned yield surface along a learned potential (implicit Euler).

    R_s = (s - s_tr) / u + dl C' u grad g(s) = 0,   R_f = f(s) + 1 - r(k) = 0

in units of the strength u, C' = C / bulk; k grows by the plastic strain, sqrt(2/3) |d eps_p|, or, where g = f, by the
multiplier dl u / bulk, which makes the slopes symmetric. Newton in (s, dl), from blunt surfaces to sharp ones, all
points at once, each with its own length of step. What has not returned then is solved in another way: for a given dl
the first equation is the minimum of the strictly convex |s - s_tr|^2 / 2 (norm of C^-1) + dl g(s), and the second is
brought to zero by bisection in dl, which needs no good guess. The slopes follow from the implicit-function theorem,
d (s, dl) = -R_x^-1 R_tr d s_tr: no iteration is differentiated.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harmony.laws.hardening import Hardening
from harmony.laws.potential import Potential
from harmony.laws.yield_surface import Surface

__all__ = ["CLOSE", "ReturnMap"]

type Array = NDArray[np.float64]

STAGES = (0.03, 0.1, 0.3, 1.0)
"""Sharpness of the surfaces, of their own: Newton begins on blunt ones."""

LENGTHS = (1.0, 0.6, 0.3, 0.1, 0.03, 0.01)
"""Parts of a Newton step of which each point takes the best."""

ITERATIONS = 40
CLOSE = 1e-10
"""Residual in units of the strength at which a point has returned."""

LOOSE = 1e-3
"""The same on a blunt surface, whose answer is but a first guess."""

GOOD = 0.5
"""Part of the residual that a step must leave at most, or a shorter one is tried too."""

HALVINGS = 32
"""Of 60 in the logarithm of dl: Newton goes on from a relative error of 1e-8."""

DESCENT = 100
ROOT = np.sqrt(2.0 / 3.0)


@dataclass(frozen=True)
class ReturnMap:
    """bulk, shear [Pa] of the elasticity; f, g: surface and potential."""

    bulk: float
    shear: float
    f: Surface
    g: Surface | Potential
    hardening: Hardening

    def elastic(self) -> Array:
        """Principal strains to principal stresses (3, 3) [Pa]."""
        return (self.bulk - 2.0 / 3.0 * self.shear) * np.ones((3, 3)) + 2.0 * self.shear * np.eye(3)

    def solve(self, trial: Array, kappa: Array) -> tuple[Array, Array, Array, NDArray[np.bool_]]:
        """Of trial stresses (n, 3) outside: s (n, 3) [Pa], d s / d (principal trial strains) (n, 3, 3) [Pa], k (n,),
        and which points have returned (n,)."""
        s, dl = self._newton(trial, kappa)
        R = self._values(s, dl, trial, kappa, self.f, self.g)
        lost = ~(np.abs(R).max(1) < CLOSE)
        if lost.any():
            s[lost], dl[lost] = self._bisected(trial[lost], kappa[lost])
            s[lost], dl[lost] = self._polished(s[lost], dl[lost], trial[lost], kappa[lost])
        s, dl = self._last(s, dl, trial, kappa)
        R, M = self._residual(s, dl, trial, kappa, self.f, self.g)
        columns = np.zeros((len(s), 4, 3))
        columns[:, :3] = self.elastic() / self.f.unit
        T = self.f.unit * np.linalg.solve(M, columns)[:, :3]
        k = self._grown(kappa, dl, self.g.slopes(s)[1] * self.f.unit, self.g)
        return s, T, k, np.abs(R).max(1) < np.sqrt(CLOSE)

    def _newton(self, trial: Array, kappa: Array) -> tuple[Array, Array]:
        s, dl = trial.copy(), np.zeros(len(trial))
        for sharpness in STAGES:
            close = CLOSE if sharpness == STAGES[-1] else LOOSE
            s, dl = self._stage(s, dl, trial, kappa, self.f.blunted(sharpness), self.g.blunted(sharpness), close)
        return s, dl

    def _last(self, s: Array, dl: Array, trial: Array, kappa: Array) -> tuple[Array, Array]:
        """One more Newton step where it helps: from CLOSE to rounding, so that the tangent is that of the answer."""
        R, M = self._residual(s, dl, trial, kappa, self.f, self.g)
        step = _solved(M, R)
        new_s, new_dl = s - step[:, :3] * self.f.unit, dl - step[:, 3]
        better = np.abs(self._values(new_s, new_dl, trial, kappa, self.f, self.g)).max(1) < np.abs(R).max(1)
        better &= new_dl >= 0.0
        return np.where(better[:, None], new_s, s), np.where(better, new_dl, dl)

    def _polished(self, s: Array, dl: Array, trial: Array, kappa: Array) -> tuple[Array, Array]:
        return self._stage(s, dl, trial, kappa, self.f, self.g)

    def _stage(
        self, s: Array, dl: Array, trial: Array, kappa: Array, f: Surface, g: Surface | Potential, close: float = CLOSE
    ) -> tuple[Array, Array]:
        s, dl, todo = s.copy(), dl.copy(), np.arange(len(s))
        for _ in range(ITERATIONS):
            R, M = self._residual(s[todo], dl[todo], trial[todo], kappa[todo], f, g)
            size = np.abs(R).max(1)
            open_ = ~(size < close)
            todo, size, R, M = todo[open_], size[open_], R[open_], M[open_]
            if len(todo) == 0:
                break
            step = _solved(M, R)
            s0, dl0, best = s[todo].copy(), dl[todo].copy(), np.full(len(todo), np.inf)
            for length in LENGTHS:
                on = best > GOOD * size  # those that no longer step has served well
                if not on.any():
                    break
                at = todo[on]
                new_s = s0[on] - length * step[on, :3] * self.f.unit
                new_dl = np.maximum(0.0, dl0[on] - length * step[on, 3])
                left = np.abs(self._values(new_s, new_dl, trial[at], kappa[at], f, g)).max(1)
                better = left < best[on]
                best[on] = np.where(better, left, best[on])
                s[at[better]], dl[at[better]] = new_s[better], new_dl[better]
        return s, dl

    def _grown(self, kappa: Array, dl: Array, slope: Array, g: Surface | Potential) -> Array:
        """k after the step; slope: grad g times the strength."""
        if isinstance(g, Surface):  # associated: the multiplier itself, conjugate to the size of the surface
            return kappa + self.f.unit / self.bulk * dl
        return kappa + ROOT * self.f.unit / self.bulk * dl * np.sqrt((slope**2).sum(1))

    def _values(self, s: Array, dl: Array, trial: Array, kappa: Array, f: Surface, g: Surface | Potential) -> Array:
        """R (n, 4); dl in units of unit / bulk."""
        slope = g.slopes(s)[1] * self.f.unit
        size, _ = self.hardening.size(self._grown(kappa, dl, slope, g))
        R = np.empty((len(s), 4))
        R[:, :3] = (s - trial) / self.f.unit + dl[:, None] * slope @ (self.elastic() / self.bulk)
        R[:, 3] = f.slopes(s)[0] + 1.0 - size
        return R

    def _residual(
        self, s: Array, dl: Array, trial: Array, kappa: Array, f: Surface, g: Surface | Potential
    ) -> tuple[Array, Array]:
        """R (n, 4) and its slopes (n, 4, 4) in (s / unit, dl)."""
        C, unit, n = self.elastic() / self.bulk, self.f.unit, len(s)
        _, slope, curve = g.parts(s)
        slope, curve = slope * unit, curve * unit**2
        size, growth = self.hardening.size(self._grown(kappa, dl, slope, g))
        value, outward = f.slopes(s)
        R, M = np.empty((n, 4)), np.zeros((n, 4, 4))
        R[:, :3], R[:, 3] = (s - trial) / unit + dl[:, None] * slope @ C, value + 1.0 - size
        M[:, :3, :3] = np.eye(3) + dl[:, None, None] * (C @ curve)
        M[:, :3, 3] = slope @ C
        M[:, 3, :3] = outward * unit
        if isinstance(g, Surface):
            M[:, 3, 3] = -growth * unit / self.bulk
        else:
            norm, rate = np.sqrt((slope**2).sum(1)), growth * ROOT * unit / self.bulk
            turned = (curve @ slope[:, :, None])[:, :, 0] / np.maximum(norm, 1e-30)[:, None]  # d norm / d s
            M[:, 3, :3] -= (rate * dl)[:, None] * turned
            M[:, 3, 3] = -rate * norm
        return R, M

    def _bisected(self, trial: Array, kappa: Array) -> tuple[Array, Array]:
        """s and dl by bisection of f(s(dl)) in the logarithm of dl."""
        low, high = np.full(len(trial), -30.0), np.full(len(trial), 30.0)
        s = trial.copy()
        for _ in range(HALVINGS):
            middle = 0.5 * (low + high)
            s = self._nearest(s, np.exp(middle), trial)
            slope = self.g.slopes(s)[1] * self.f.unit
            size, _ = self.hardening.size(self._grown(kappa, np.exp(middle), slope, self.g))
            outside = self.f.slopes(s)[0] + 1.0 > size
            low, high = np.where(outside, middle, low), np.where(outside, high, middle)
        return s, np.exp(0.5 * (low + high))

    def _nearest(self, s: Array, dl: Array, trial: Array) -> Array:
        """The minimum over s of |s - trial|^2 / 2 in the norm of C^-1 plus dl g: damped Newton, descent is sure."""
        unit, inverse = self.f.unit, np.linalg.inv(self.elastic() / self.bulk)

        def energy(at: Array) -> Array:
            gap = (at - trial) / unit
            return 0.5 * np.einsum("ni,ij,nj->n", gap, inverse, gap) + dl * self.g.slopes(at)[0]

        s = s.copy()
        for _ in range(DESCENT):
            _, slope, curve = self.g.parts(s)
            R = (s - trial) / unit @ inverse + dl[:, None] * slope * unit
            if np.abs(R).max() < 1e-13:
                break
            step = _solved(inverse + dl[:, None, None] * curve * unit**2, R)
            start, gain, done = energy(s), (R * step).sum(1), np.zeros(len(s), bool)
            length = 1.0
            while not done.all() and length > 1e-6:
                new = s - length * step * unit
                good = ~done & (energy(new) <= start - 1e-4 * length * gain + 1e-16 * np.abs(start))
                s[good], done, length = new[good], done | good, 0.5 * length
            if not done.any():
                break
        return s


def _solved(M: Array, R: Array) -> Array:
    """M^-1 R; where a matrix is singular, all are first moved away from that by a rounding."""
    try:
        return np.asarray(np.linalg.solve(M, R[:, :, None])[:, :, 0])
    except np.linalg.LinAlgError:
        small = 1e-12 * (1.0 + np.abs(M).max((1, 2)))
        return np.asarray(np.linalg.solve(M + small[:, None, None] * np.eye(M.shape[1]), R[:, :, None])[:, :, 0])
