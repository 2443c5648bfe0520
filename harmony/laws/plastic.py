"""A learned elastoplastic law: isotropic elasticity, learned yield function, separate learned potential, hardening.

    sigma_tr = C (eps - eps_p),   sigma = sigma_tr - dl C grad g(sigma / r),   f(sigma / r(kappa)) = 0,   dl >= 0
    kappa' = kappa + sqrt(2/3) |d eps_p|,   r(kappa) = 1 + h kappa

f and g are convex (harmony.laws.yield_surface). With g = f flow is associated; friction whose dilation differs has
another g and an unsymmetric tangent. Isotropy keeps the principal directions of the trial stress: the update is a fixed
point in four unknowns a point (s_1, s_2, s_3, dl), found by Newton from blunt to sharp surfaces, all points at once.
The tangent follows from the implicit-function theorem: with R(s, dl; s_tr) = 0, d s = -R_s^-1 R_tr d s_tr.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

import dda
from dda.constitutive import Answer
from harmony.laws.yield_surface import Surface

__all__ = ["LearnedPlasticity"]

type Array = NDArray[np.float64]

STAGES = (0.03, 0.1, 0.3, 1.0)
"""Sharpness of the surfaces, of their own: Newton begins on blunt ones."""

LENGTHS = (1.0, 0.6, 0.3, 0.1, 0.03, 0.01)
"""Parts of a Newton step of which each point takes the best."""

ITERATIONS = 40
CLOSE = 1e-10
"""Residual in units of the strength at which a point has returned."""

ROOT2 = np.sqrt(2.0)
SHEAR = ((0, 1), (1, 2), (0, 2))


@dataclass(frozen=True)
class LearnedPlasticity(dda.ConstitutiveLaw):
    """bulk, shear [Pa]; surface f, potential g; hardening h [-]."""

    bulk: float
    shear: float
    surface: Surface
    potential: Surface
    hardening: float = 0.0

    @property
    def state_names(self) -> tuple[str, ...]:
        return ("plastic_xx", "plastic_yy", "plastic_zz", "plastic_yz", "plastic_xz", "plastic_xy", "equivalent")

    @property
    def symmetric(self) -> bool:
        return self.surface is self.potential

    @property
    def stiffest(self) -> float:
        return max(3.0 * self.bulk, 2.0 * self.shear)

    def _elastic(self) -> Array:
        """Principal strains to principal stresses (3, 3)."""
        return (self.bulk - 2.0 / 3.0 * self.shear) * np.ones((3, 3)) + 2.0 * self.shear * np.eye(3)

    def evaluate(self, strain: ArrayLike, strain_old: ArrayLike, state: ArrayLike, dt: float = 0.0) -> Answer:
        eps, old = np.asarray(strain, float), np.asarray(state, float)
        e, directions = np.linalg.eigh(_tensor(eps - old[:, :6]))
        C = self._elastic()
        trial = e @ C
        s, T = trial.copy(), np.broadcast_to(C, (len(e), 3, 3)).copy()
        after = old.copy()
        yields = self.surface.parts(trial / self._size(old[:, 6])[:, None])[0] > CLOSE
        if yields.any():
            s[yields], T[yields] = self._returned(trial[yields], old[yields, 6])
            flow = (trial - s) @ np.linalg.inv(C)
            after[:, :6] += _rows(_assembled(flow, directions))
            after[:, 6] += np.sqrt(2.0 / 3.0 * (flow**2).sum(1))
        return Answer(_rows(_assembled(s, directions)), _tangent(e, s, T, directions, self.shear), after)

    def _size(self, kappa: Array) -> Array:
        return 1.0 + self.hardening * kappa

    def _returned(self, trial: Array, kappa: Array) -> tuple[Array, Array]:
        """Principal stresses on the surface (n, 3) and their slopes in the trial strains (n, 3, 3)."""
        C, unit = self._elastic(), self.surface.unit
        s, dl = trial.copy(), np.zeros(len(trial))
        for sharpness in STAGES:
            f, g = self.surface.blunted(sharpness), self.potential.blunted(sharpness)
            for _ in range(ITERATIONS):
                R, M = self._residual(s, dl, trial, kappa, f, g)
                if np.abs(R).max() < CLOSE:
                    break
                step = np.linalg.solve(M, R[:, :, None])[:, :, 0]
                best = np.full(len(s), np.inf)
                s0, dl0 = s.copy(), dl.copy()
                for length in LENGTHS:
                    new_s, new_dl = s0 - length * step[:, :3] * unit, np.maximum(0.0, dl0 - length * step[:, 3])
                    size = np.abs(self._residual(new_s, new_dl, trial, kappa, f, g)[0]).max(1)
                    better = size < best
                    best = np.where(better, size, best)
                    s[better], dl[better] = new_s[better], new_dl[better]
        _, M = self._residual(s, dl, trial, kappa, f, g)
        columns = np.zeros((len(s), 4, 3))
        columns[:, :3] = C / unit
        return s, unit * np.linalg.solve(M, columns)[:, :3]

    def _residual(self, s: Array, dl: Array, trial: Array, kappa: Array, f: Surface, g: Surface) -> tuple[Array, Array]:
        """((s - s_tr) / unit + dl C grad g, f) and its slopes in (s / unit, dl), dl in units of unit / bulk."""
        C, unit, n = self._elastic() / self.bulk, self.surface.unit, len(s)
        _, slope, curve = g.parts(s)
        slope, curve = slope * unit, curve * unit**2
        flow = dl[:, None] * slope  # times unit / bulk: the plastic strain
        strained = unit / self.bulk
        norm = np.sqrt((slope**2).sum(1))
        size = self._size(kappa + np.sqrt(2.0 / 3.0) * strained * np.abs(dl) * norm)
        value, outward, _ = f.parts(s / size[:, None])
        outward = outward * unit
        R, M = np.empty((n, 4)), np.zeros((n, 4, 4))
        R[:, :3], R[:, 3] = (s - trial) / unit + flow @ C, value
        M[:, :3, :3] = np.eye(3) + dl[:, None, None] * (C @ curve)
        M[:, :3, 3] = slope @ C
        along = (outward * s / unit).sum(1) / size**2  # - d f / d size
        growth = self.hardening * np.sqrt(2.0 / 3.0) * strained
        M[:, 3, :3] = outward / size[:, None]
        M[:, 3, :3] -= (along * growth * np.abs(dl) / np.maximum(norm, 1e-30))[:, None] * np.einsum(
            "nij,nj->ni", curve, slope
        )
        M[:, 3, 3] = -along * growth * norm * np.sign(dl + 1e-300)
        return R, M


def _tensor(rows: Array) -> Array:
    xx, yy, zz, yz, xz, xy = rows.T
    yz, xz, xy = yz / ROOT2, xz / ROOT2, xy / ROOT2
    return np.stack([xx, xy, xz, xy, yy, yz, xz, yz, zz], axis=1).reshape(-1, 3, 3)


def _rows(t: Array) -> Array:
    return np.stack(
        [t[:, 0, 0], t[:, 1, 1], t[:, 2, 2], ROOT2 * t[:, 1, 2], ROOT2 * t[:, 0, 2], ROOT2 * t[:, 0, 1]], axis=1
    )


def _assembled(values: Array, directions: Array) -> Array:
    return np.einsum("nia,na,nja->nij", directions, values, directions)


def _tangent(e: Array, s: Array, T: Array, directions: Array, shear: float) -> Array:
    """sum_ab T_ab m_a (x) m_b + sum_(a<b) (s_a - s_b) / (e_a - e_b) m_ab (x) m_ab, (n, 6, 6) in Mandel notation."""
    m = [_rows(np.einsum("ni,nj->nij", directions[:, :, a], directions[:, :, a])) for a in range(3)]
    D = sum(T[:, a, b, None, None] * m[a][:, :, None] * m[b][:, None, :] for a in range(3) for b in range(3))
    for a, b in SHEAR:
        gap = e[:, a] - e[:, b]
        same = np.abs(gap) < 1e-12
        ratio = np.where(same, T[:, a, a] - T[:, a, b], (s[:, a] - s[:, b]) / np.where(same, 1.0, gap))
        mixed = np.einsum("ni,nj->nij", directions[:, :, a], directions[:, :, b])
        row = _rows(mixed + mixed.transpose(0, 2, 1)) / ROOT2
        D = D + ratio[:, None, None] * row[:, :, None] * row[:, None, :]
    return np.asarray(D)
