"""Where the posterior is, by the forward network, and how wide: Gauss-Newton on many sites at once.

    minimise |xi|^2 / 2 + r^T S^-1 r / 2,    r = y - g(xi),    C = (I + G^T S^-1 G)^-1,    G = dg / dxi
    S = diag(error_i^2 + rest_i^2) + sum_k v_k v_k^T

v_k are the modes of the error of F over time, at the readings of one channel: what F misses there is common to them,
and repeating a reading does not lessen it. rest is what the modes leave of it.

The inverse network learns the posterior in the coordinates u = L^-1 (xi - m), C = L L^T: for a linear simulator u is
exactly N(0, I) whatever was observed, and a parameter that the data do not see keeps its prior.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from harmony.inverse.channels import Channels
from harmony.inverse.forward import Forward
from harmony.inverse.moments import MOST, moments

__all__ = ["Laplace", "Readings", "Sites", "laplace"]

type Array = NDArray[np.float64]

ITERATIONS = 14
"""Steps of Levenberg and Marquardt. Smooth responses need five; more serve kinks."""

STARTS = 128
"""Scores drawn from the prior from which the best begins [-]: a response that folds has several valleys."""

FARTHEST = 6.0
"""Largest normal score that a step may reach [-]."""

BATCH = 256
"""Sites at a time; bounds the memory."""


@dataclass(frozen=True, eq=False)
class Sites:
    """Readings of n sites, N each at most. channel (n, N); time (n, N) s; value, error (n, N) SI; there (n, N): which
    readings exist."""

    channel: NDArray[np.int64]
    time: Array
    value: Array
    error: Array
    there: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.value)

    def rows(self, index: slice | NDArray[np.int64]) -> "Sites":
        """Some of the sites."""
        return Sites(self.channel[index], self.time[index], self.value[index], self.error[index], self.there[index])


@dataclass(frozen=True, eq=False)
class Laplace:
    """centre (n, d), factor L (n, d, d); residual (n, N): (y - g) / s at the centre, s^2 the diagonal of S, 0 where
    there is no reading; chi2 (n,): r^T S^-1 r."""

    centre: Array
    factor: Array
    residual: Array
    chi2: Array

    def rows(self, index: NDArray[np.int64]) -> "Laplace":
        """Those of some of the sites."""
        return Laplace(self.centre[index], self.factor[index], self.residual[index], self.chi2[index])

    def believed(self, b: Array) -> "Laplace":
        """The same about b m, b (d,)."""
        return Laplace(b * self.centre, self.factor, self.residual, self.chi2)


def laplace(forward: Forward, channels: Channels, sites: Sites) -> Laplace:
    """The valley and its curvature for each site."""
    parts = [_batch(forward, channels, sites.rows(slice(k, k + BATCH))) for k in range(0, len(sites), BATCH)]
    return Laplace(*(np.concatenate([getattr(p, name) for p in parts]) for name in Laplace.__dataclass_fields__))


class Readings:
    """S^-1/2 g and its derivative for a batch of sites."""

    def __init__(self, forward: Forward, channels: Channels, sites: Sites) -> None:
        k, w = channels.weights(sites.time)
        after = np.minimum(k + 1, len(channels.time) - 1)
        c, k0, k1, w1 = (torch.as_tensor(np.array(v)) for v in (sites.channel, k, after, w))

        def between(table: torch.Tensor) -> torch.Tensor:
            return (1.0 - w1) * table[..., c, k0] + w1 * table[..., c, k1]

        self.forward = forward
        there = torch.as_tensor(sites.there).double()
        own, error = between(forward.deviation), torch.as_tensor(sites.error)
        self.basis = (between(forward.basis) * forward.scale[c]).permute(1, 2, 0) * there[..., None]
        self.target = (torch.as_tensor(sites.value) - between(forward.mean)) * there
        self.plain = (self.basis, self.target, there / torch.sqrt(error**2 + own**2))
        if not forward.sizes["errors"]:
            self.basis, self.target = self.basis * self.plain[2][..., None], self.target * self.plain[2]
            return
        v = between(forward.common) * there
        same = (c[:, :, None] == c[:, None, :]).double()
        rest = (own**2 - (v**2).sum(0)).clamp(min=0.0)
        S = torch.einsum("kni,knj->nij", v, v) * same + torch.diag_embed(torch.where(there > 0.0, error**2 + rest, 1.0))
        size = torch.sqrt(torch.diagonal(S, 0, 1, 2))
        factor = torch.linalg.cholesky(S / size[:, :, None] / size[:, None, :])
        self.basis = torch.linalg.solve_triangular(factor, self.basis / size[..., None], upper=False)
        self.target = torch.linalg.solve_triangular(factor, (self.target / size)[..., None], upper=False)[..., 0]

    def standard(self, xi: torch.Tensor) -> torch.Tensor:
        """(y - g) / s, each reading by itself: these are the same in any order."""
        basis, target, weight = self.plain
        return (target - torch.einsum("nik,nk->ni", basis, self.forward.coordinates(xi))) * weight

    def residual(self, xi: torch.Tensor) -> torch.Tensor:
        return self.target - torch.einsum("nik,nk->ni", self.basis, self.forward.coordinates(xi))

    def jacobian(self, xi: torch.Tensor) -> torch.Tensor:
        return torch.einsum("nik,nkd->nid", self.basis, self.forward.jacobian(xi))

    def misfit(self, xi: torch.Tensor) -> torch.Tensor:
        """Sum of squares (n, s) of scores (n, s, d)."""
        return ((self.target[:, None, :] - self.forward.coordinates(xi) @ self.basis.mT) ** 2).sum(-1)

    def best_of(self, xi: torch.Tensor) -> torch.Tensor:
        """For each site the row of xi (starts, d) with the least objective."""
        return xi[(self.misfit(xi) + (xi**2).sum(-1)).argmin(dim=1)]


@torch.no_grad()
def _batch(forward: Forward, channels: Channels, sites: Sites) -> Laplace:
    g = Readings(forward, channels, sites)
    d = forward.sizes["dimension"]
    generator = torch.Generator().manual_seed(0)
    starts = torch.randn(STARTS, d, generator=generator, dtype=torch.float64)
    starts[0] = 0.0
    xi = g.best_of(starts)
    identity = torch.eye(d, dtype=torch.float64)
    damping = torch.full((len(sites),), 1e-2, dtype=torch.float64)

    def objective(xi: torch.Tensor, r: torch.Tensor) -> torch.Tensor:
        return (xi**2).sum(-1) + (r**2).sum(-1)

    r = g.residual(xi)
    now = objective(xi, r)
    for _ in range(ITERATIONS):
        G = g.jacobian(xi)
        A = identity + G.mT @ G
        slope = (G.mT @ r[..., None])[..., 0] - xi
        step = torch.linalg.solve(A + damping[:, None, None] * torch.diag_embed(torch.diagonal(A, 0, 1, 2)), slope)
        trial = (xi + step).clamp(-FARTHEST, FARTHEST)
        r_trial = g.residual(trial)
        then = objective(trial, r_trial)
        better = then < now
        xi = torch.where(better[:, None], trial, xi)
        r = torch.where(better[:, None], r_trial, r)
        now = torch.where(better, then, now)
        damping = torch.where(better, damping * 0.1, damping * 8.0).clamp(1e-9, 1e9)
    G = g.jacobian(xi)
    factor = torch.linalg.cholesky(torch.linalg.inv(identity + G.mT @ G))
    if d <= MOST:
        xi, factor = moments(g.misfit, xi, factor)
    r = g.residual(xi)
    return Laplace(xi.numpy(), factor.numpy(), g.standard(xi).numpy(), (r**2).sum(-1).numpy())
