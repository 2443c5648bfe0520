"""Gaussian processes for the coordinates of the forward network: interpolation that knows what it misses.

    a(xi) = c + k(w)^T (K + eta I)^-1 (a_j - c),    w = 2 Phi(xi) - 1
    k(w, w') = (1 + sqrt5 r + 5 r^2 / 3) exp(-sqrt5 r),    r^2 = sum_i (w_i - w'_i)^2 / l_i^2     (Matern 5/2)

Responses of sliding blocks bend sharply where something begins to move and depend on few scores each: one length l_i a
score finds which. Lengths are those of the largest likelihood of the leading mode of a channel (Rasmussen & Williams
2006, 5.4), with a weak pull to long ones; its modes share them, each with its own noise eta. What a process misses is
known for each of its own samples without it, e_j = alpha_j / (C^-1)_jj (eq. 5.12): none needs to be held out.
"""

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray

__all__ = ["Processes", "learn"]

type Array = NDArray[np.float64]

AT_ONCE = 1024
"""Scores at a time [-]."""

SAMPLES = 300
"""Samples from which the lengths of one channel are found at most."""

STEPS = 40
"""Iterations of L-BFGS for the lengths."""

LONG, PULL = 0.7, 0.02
"""Logarithm of the length that is as likely as any before the samples, and the weight of its square [-]."""

JITTER = 1e-8
"""Part of the variance that is added to the diagonal [-]: keeps the factorisation of near samples positive."""

NOISE = np.logspace(-6.0, 1.0, 36)
"""Noise over signal variance eta that is tried [-]; less than the first costs digits, not errors."""

ROOT5 = 5.0**0.5


class Processes(torch.nn.Module):
    """points w (N, d); inverse (channels, d): 1 / l, zero for scores that do not enter; weights (N, modes); channel
    (modes,), not decreasing: which lengths a mode has."""

    points: torch.Tensor
    inverse: torch.Tensor
    weights: torch.Tensor
    channel: torch.Tensor

    def __init__(self, count: int, dimension: int, channels: int, modes: int) -> None:
        super().__init__()
        for name, shape in (
            ("points", (count, dimension)),
            ("inverse", (channels, dimension)),
            ("weights", (count, modes)),
        ):
            self.register_buffer(name, torch.zeros(*shape, dtype=torch.float64))
        self.register_buffer("channel", torch.zeros(modes, dtype=torch.int64))

    def forward(self, xi: torch.Tensor) -> torch.Tensor:
        """a - c (n, modes) of scores (n, d)."""
        found = xi.new_zeros(len(xi), self.weights.shape[1])
        for rows, w in self._parts(xi):
            for own, _, inverse, points in self._groups():
                found[rows, own] = _matern(_distance(w @ inverse, points)) @ self.weights[:, own]
        return found

    def jacobian(self, xi: torch.Tensor) -> torch.Tensor:
        """da / dxi (n, modes, d):  dk / dw_i = -5/3 (1 + sqrt5 r) exp(-sqrt5 r) (w_i - w'_i) / l_i^2."""
        found = xi.new_zeros(len(xi), self.weights.shape[1], xi.shape[1])
        slope = np.sqrt(2.0 / np.pi) * torch.exp(-0.5 * xi**2)
        for rows, w in self._parts(xi):
            for own, used, inverse, points in self._groups():
                r = _distance(w @ inverse, points)
                h = -5.0 / 3.0 * (1.0 + ROOT5 * r) * torch.exp(-ROOT5 * r)
                weights = self.weights[:, own]
                moments = torch.einsum("jm,ji->jmi", weights, self.points[:, used]).reshape(len(weights), -1)
                both = h @ torch.cat([weights, moments], dim=1)
                here, there = both[:, : weights.shape[1]], both[:, weights.shape[1] :]
                part = here[..., None] * w[:, None, used] - there.reshape(*here.shape, -1)
                scale = (inverse**2).sum(0) * slope[rows][:, used]
                block = xi.new_zeros(*here.shape, xi.shape[1])
                block[:, :, used] = part * scale[:, None, :]
                found[rows, own] = block
        return found

    def _parts(self, xi: torch.Tensor) -> Iterator[tuple[slice, torch.Tensor]]:
        """w of some scores at a time: what fits into the cache is many times faster."""
        w = _unit(xi)
        for k in range(0, len(xi), AT_ONCE):
            yield slice(k, k + AT_ONCE), w[k : k + AT_ONCE]

    def _groups(self) -> Iterator[tuple[slice, torch.Tensor, torch.Tensor, torch.Tensor]]:
        """For each channel its modes, the scores that enter, 1 / l as columns (d, used), and w' / l (N, used)."""
        for c, inverse in enumerate(self.inverse):
            own, used = torch.nonzero(self.channel == c)[:, 0], torch.nonzero(inverse)[:, 0]
            if len(own) and len(used):
                columns = torch.diag(inverse)[:, used]
                yield slice(int(own[0]), int(own[-1]) + 1), used, columns, self.points @ columns


def _unit(xi: torch.Tensor) -> torch.Tensor:
    return 2.0 * torch.special.ndtr(xi) - 1.0


def _distance(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """|a_i - b_j| (n, N)."""
    squared = torch.addmm((b**2).sum(1), a, b.T, alpha=-2.0) + (a**2).sum(1)[:, None]
    return torch.sqrt(squared.clamp(min=1e-14))


def _matern(r: torch.Tensor) -> torch.Tensor:
    x = ROOT5 * r
    return (1.0 + x + x**2 / 3.0) * torch.exp(-x)


def learn(xi: Array, a: Array, channel: NDArray[np.int64], active: list[list[int]]) -> tuple[Processes, Array, Array]:
    """Processes for coordinates a (N, modes) at scores xi (N, d); channel (modes,) of each, the first of a channel its
    leading one; active: the scores that may enter, for each channel. Also c (modes,), and what is missed (N, modes)."""
    made = Processes(len(xi), xi.shape[1], len(active), a.shape[1])
    made.points.copy_(_unit(torch.as_tensor(xi)))
    made.channel.copy_(torch.as_tensor(channel))
    constant = a.mean(axis=0)
    missed = a - constant
    for c, scores in enumerate(active):
        own = np.flatnonzero(channel == c)
        if not scores or not len(own):
            continue
        used = torch.as_tensor(scores)
        made.inverse[c, used] = _inverse_lengths(made.points[:, used], torch.as_tensor(missed[:, own[0]]))
        scaled = made.points[:, used] * made.inverse[c, used]
        values, Q = np.linalg.eigh((_matern(_distance(scaled, scaled))).numpy())
        values = np.maximum(values, 0.0) + JITTER
        for k in own:
            q = Q.T @ missed[:, k]
            eta = NOISE[int(np.argmin([_loss(q, values + noise) for noise in NOISE]))]
            alpha = Q @ (q / (values + eta))
            missed[:, k] = alpha / ((Q**2) @ (1.0 / (values + eta)))
            made.weights[:, k] = torch.as_tensor(alpha)
    return made, constant, missed


def _loss(q: Array, values: Array) -> float:
    """-2 / N log likelihood of a in the eigenvectors of K, its variance at its best."""
    return float(np.log(np.mean(q**2 / values)) + np.log(values).mean())


def _inverse_lengths(w: torch.Tensor, a: torch.Tensor) -> torch.Tensor:
    """1 / l (active,) of the largest likelihood with the signal and the noise."""
    w, z = w[:SAMPLES], a[:SAMPLES] / a[:SAMPLES].std().clamp(min=1e-300)
    p = torch.full((w.shape[1] + 2,), LONG, dtype=torch.float64)
    p[-2], p[-1] = 0.0, -2.0
    p.requires_grad_()
    eye = torch.eye(len(w), dtype=torch.float64)
    search = torch.optim.LBFGS([p], max_iter=STEPS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        search.zero_grad()
        scaled = w * torch.exp(-p[:-2])
        C = torch.exp(p[-2]) * _matern(_distance(scaled, scaled)) + (torch.exp(2.0 * p[-1]) + JITTER) * eye
        L = torch.linalg.cholesky(C)
        fit = 0.5 * (torch.linalg.solve_triangular(L, z[:, None], upper=False) ** 2).sum()
        value = fit + torch.log(torch.diagonal(L)).sum() + PULL * ((p[:-2] - LONG) ** 2).sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    search.step(loss)  # type: ignore[no-untyped-call]
    return torch.exp(-p[:-2]).detach()
