"""The forward network F: normal scores of the parameters to the curves of all channels, with its own error.

    h = (curve - mean) / scale = sum_k phi_k a_k(xi),    a(xi) = a_0 + L xi + N(xi)

phi are the leading modes of the curves of the training samples (proper orthogonal decomposition), L a ridge regression,
N a small network that learns what is left. With more than MANY scores, whose network would need more samples than there
are, each channel has modes of its own, and a is a sparse polynomial (sparse.py). What F misses on held-out samples is
its error, one deviation for every channel and time: it adds to the error of each reading.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from harmony.inverse.sparse import Polynomial, choose
from harmony.learning.fit import FitOptions, fit

__all__ = ["Forward", "train_forward"]

type Array = NDArray[np.float64]

MODES = 40
"""Modes of the curves that are kept at most [-]."""

LEFT_OUT = 1e-10
"""Part of the variance of the curves that may be left out [-]: a deviation of 1e-5 of the spread."""

LEAST_SCALE = 1e-12
"""Spread of a channel over its size [-] below which it is constant: it tells nothing, and is not scaled up."""

RIDGE = 1e-6
"""Ridge of the linear part over the number of samples [-]."""


MANY = 10
"""Scores beyond which a is a sparse polynomial [-]."""

OWN_MODES, OWN_LEFT_OUT = 8, 1e-5
"""Modes of one channel then at most, and the part of its variance that may be left out [-]."""


class Forward(nn.Module):
    """mean, deviation (channels, m) of the curves and scale (channels,), in SI; basis (modes, channels, m), in units of
    scale; deviation: error of F, in SI."""

    def __init__(self, dimension: int, channels: int, times: int, modes: int, width: int = 48, terms: int = 0) -> None:
        super().__init__()
        self.sizes = {
            "dimension": dimension, "channels": channels, "times": times, "modes": modes, "width": width, "terms": terms
        }  # fmt: skip
        self.polynomial = Polynomial(terms, modes) if terms else None
        self.register_buffer("mean", torch.zeros(channels, times))
        self.register_buffer("scale", torch.ones(channels))
        self.register_buffer("basis", torch.zeros(modes, channels, times))
        self.register_buffer("deviation", torch.zeros(channels, times))
        self.register_buffer("linear", torch.zeros(dimension + 1, modes))
        self.register_buffer("size", torch.ones(modes))
        self.net = nn.Sequential(
            nn.Linear(dimension, width), nn.Tanh(), nn.Linear(width, width), nn.Tanh(), nn.Linear(width, modes)
        )
        self.double()

    def coordinates(self, xi: torch.Tensor) -> torch.Tensor:
        """a (..., modes) for scores xi (..., dimension)."""
        if self.polynomial is not None:
            flat = xi.reshape(-1, xi.shape[-1])
            return self.linear[0] + self.polynomial(flat).reshape(*xi.shape[:-1], -1)
        return self.linear[0] + xi @ self.linear[1:] + self.size * self.net(xi)

    def jacobian(self, xi: torch.Tensor) -> torch.Tensor:
        """da / dxi = L^T + size W_3 D_2 W_2 D_1 W_1, D = diag(1 - tanh^2), (n, modes, d) for xi (n, d)."""
        if self.polynomial is not None:
            return self.polynomial.jacobian(xi)
        first, _, second, _, third = self.net
        h1 = torch.tanh(first(xi))
        h2 = torch.tanh(second(h1))
        inner = second.weight @ ((1.0 - h1**2)[..., None] * first.weight)
        return self.linear[1:].T + self.size[:, None] * (third.weight @ ((1.0 - h2**2)[..., None] * inner))

    def curves(self, xi: torch.Tensor) -> torch.Tensor:
        """Curves (n, channels, m) in SI for scores (n, dimension)."""
        h = torch.einsum("nk,kcm->ncm", self.coordinates(xi), self.basis)
        return self.mean + self.scale[:, None] * h


def train_forward(
    xi: Array, curves: Array, seed: int = 0, steps: int = 600, told: Callable[[str], None] | None = None
) -> tuple[Forward, dict[str, Any]]:
    """F for scores (n, dimension) and whole curves (n, channels, m), and how well it does on held-out ones."""
    held = np.arange(len(xi)) % 5 == 2
    torch.manual_seed(seed)
    mean = curves[~held].mean(axis=0)
    spread = np.sqrt(((curves - mean) ** 2).mean(axis=(0, 2)))
    size = np.abs(curves).max(axis=(0, 2))
    scale = np.where(spread > LEAST_SCALE * np.maximum(size, 1e-300), spread, 1.0)
    if xi.shape[1] > MANY:
        return _sparse(xi, curves, mean, scale, held, told)
    h = ((curves - mean) / scale[:, None]).reshape(len(curves), -1)
    _, sizes, modes = np.linalg.svd(h[~held], full_matrices=False)
    kept = 1.0 - np.cumsum(sizes**2) / max(float((sizes**2).sum()), 1e-300)
    count = max(1, min(MODES, int(np.searchsorted(-kept, -LEFT_OUT)) + 1, len(sizes)))
    forward = Forward(xi.shape[1], curves.shape[1], curves.shape[2], count)
    basis = modes[:count]
    a = h @ basis.T
    design = np.column_stack([np.ones(len(xi)), xi])
    normal = design[~held].T @ design[~held] + RIDGE * len(xi) * np.eye(design.shape[1])
    linear = np.linalg.solve(normal, design[~held].T @ a[~held])
    left = np.sqrt(((a - design @ linear)[~held] ** 2).mean(axis=0))
    for name, value in (
        ("mean", mean), ("scale", scale), ("basis", basis.reshape(count, *mean.shape)),
        ("linear", linear), ("size", np.maximum(left, 1e-12)),
    ):  # fmt: skip
        getattr(forward, name).copy_(torch.as_tensor(value))
    with torch.no_grad():
        forward.net[-1].weight.mul_(0.1)
        forward.net[-1].bias.zero_()
    x, target, rest = torch.as_tensor(xi), torch.as_tensor(a), float((a[~held] ** 2).mean())

    def misfit(rows: NDArray[np.bool_]) -> torch.Tensor:
        return ((forward.coordinates(x[rows]) - target[rows]) ** 2).mean() / max(rest, 1e-300)

    found = fit(
        forward.net,
        lambda: misfit(~held),
        lambda: misfit(held),
        FitOptions(seed=seed, adam=steps // 3, lbfgs=steps - steps // 3, patience=6),
    )
    return _judged(forward, xi[held], curves[held], found.ended, told)


def _sparse(
    xi: Array, curves: Array, mean: Array, scale: Array, held: NDArray[np.bool_], told: Callable[[str], None] | None
) -> tuple[Forward, dict[str, Any]]:
    """F of many scores: modes of each channel, their coordinates by sparse polynomials that have not seen `held`."""
    h = (curves - mean) / scale[:, None]
    rows: list[Array] = []
    for channel in range(h.shape[1]):
        _, sizes, modes = np.linalg.svd(h[~held, channel], full_matrices=False)
        left = 1.0 - np.cumsum(sizes**2) / max(float((sizes**2).sum()), 1e-300)
        for mode in modes[: max(1, min(OWN_MODES, int(np.searchsorted(-left, -OWN_LEFT_OUT)) + 1))]:
            rows.append(np.zeros(h.shape[1:]))
            rows[-1][channel] = mode
    basis = np.stack(rows)
    polynomial, constant = choose(xi[~held], np.einsum("ncm,kcm->nk", h[~held], basis))
    channels, times = curves.shape[1:]
    forward = Forward(xi.shape[1], channels, times, len(basis), 1, len(polynomial.terms))
    forward.polynomial = polynomial
    for name, value in (("mean", mean), ("scale", scale), ("basis", basis)):
        getattr(forward, name).copy_(torch.as_tensor(value))
    forward.linear[0] = torch.as_tensor(constant)
    return _judged(forward, xi[held], curves[held], f"{len(polynomial.terms)} terms", told)


@torch.no_grad()
def _judged(
    forward: Forward, xi: Array, curves: Array, ended: str, told: Callable[[str], None] | None
) -> tuple[Forward, dict[str, Any]]:
    """F with the error that it makes on samples that it has not seen."""
    missed = forward.curves(torch.as_tensor(xi)).numpy() - curves
    forward.deviation.copy_(torch.as_tensor(np.sqrt((missed**2).mean(axis=0))))
    relative = np.sqrt((missed**2).mean(axis=(0, 2))) / forward.scale.numpy()
    count = forward.sizes["modes"]
    if told is not None:
        told(f"forward network: {count} modes, held-out error {relative.mean():.2e} of the spread, {ended}")
    return forward, {"modes": count, "relative": [float(e) for e in relative]}
