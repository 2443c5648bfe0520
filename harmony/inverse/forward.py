"""The forward network F: normal scores of the parameters to the curves of all channels, with its own error.

    h = (curve - mean) / scale = sum_k phi_k a_k(xi),    a(xi) = a_0 + L xi + N(xi)

phi are the leading modes of the curves of the training samples (proper orthogonal decomposition), L a ridge regression,
N a small network that learns what is left. With more than MANY scores, whose network would need more samples than there
are, or where the network misses more than GOOD, each channel has modes of its own, and a is a sparse polynomial
(sparse.py) or a Gaussian process (processes.py), whichever misses less. What F misses on samples that it has not seen
is its error, one deviation for every channel and time, of which the leading modes over time are common to the readings
of a channel: it adds to the errors of the readings.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from harmony.inverse.processes import Processes, learn
from harmony.inverse.sparse import Polynomial, choose
from harmony.learning.fit import FitOptions, fit

__all__ = ["MANY", "Forward", "train_forward"]

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
GOOD = 0.01
"""Error of the network over the spread of a channel [-] below which nothing else is tried."""

COMMON = 3
"""Modes over time of the error of a channel that its readings share [-]."""


class Forward(nn.Module):
    """mean, deviation (channels, m) of the curves and scale (channels,), in SI; basis (modes, channels, m), in units of
    scale; deviation: error of F, in SI; common (errors, channels, m): its leading modes over time, in SI."""

    def __init__(
        self,
        dimension: int,
        channels: int,
        times: int,
        modes: int,
        width: int = 48,
        terms: int = 0,
        samples: int = 0,
        errors: int = 0,
    ) -> None:
        super().__init__()
        self.sizes = {
            "dimension": dimension, "channels": channels, "times": times, "modes": modes, "width": width,
            "terms": terms, "samples": samples, "errors": errors,
        }  # fmt: skip
        self.polynomial = Polynomial(terms, modes) if terms else None
        self.processes = Processes(samples, dimension, channels, modes) if samples else None
        if errors:
            self.register_buffer("common", torch.zeros(errors, channels, times))
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
        learned = [part for part in (self.polynomial, self.processes) if part is not None]
        if learned:
            flat = xi.reshape(-1, xi.shape[-1])
            return self.linear[0] + sum(part(flat) for part in learned).reshape(*xi.shape[:-1], -1)
        return self.linear[0] + xi @ self.linear[1:] + self.size * self.net(xi)

    def jacobian(self, xi: torch.Tensor) -> torch.Tensor:
        """da / dxi = L^T + size W_3 D_2 W_2 D_1 W_1, D = diag(1 - tanh^2), (n, modes, d) for xi (n, d)."""
        learned = [part for part in (self.polynomial, self.processes) if part is not None]
        if learned:
            return sum((part.jacobian(xi) for part in learned), torch.zeros((), dtype=xi.dtype))
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
        return _by_channel(xi, curves, held, told)
    made, said = _network(xi, curves, mean, scale, held, seed, steps)
    if float(np.mean(said["relative"])) > GOOD:
        other, said_of_it = _by_channel(xi, curves, held, None)
        if np.mean(said_of_it["relative"]) < np.mean(said["relative"]):
            made, said = other, said_of_it
    if told is not None:
        told(said.pop("told"))
    return made, said


def _network(
    xi: Array, curves: Array, mean: Array, scale: Array, held: NDArray[np.bool_], seed: int, steps: int
) -> tuple[Forward, dict[str, Any]]:
    """F of few scores, by the network, which has not seen `held`."""
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
    with torch.no_grad():
        missed = forward.curves(torch.as_tensor(xi[held])).numpy() - curves[held]
    return _judged(forward, list(missed.transpose(1, 0, 2)), found.ended)


def _by_channel(
    xi: Array, curves: Array, held: NDArray[np.bool_], told: Callable[[str], None] | None
) -> tuple[Forward, dict[str, Any]]:
    """F by modes of each channel, their coordinates by sparse polynomials that have not seen `held` or by processes."""
    mean = curves.mean(axis=0)
    spread, size = np.sqrt(((curves - mean) ** 2).mean(axis=(0, 2))), np.abs(curves).max(axis=(0, 2))
    scale = np.where(spread > LEAST_SCALE * np.maximum(size, 1e-300), spread, 1.0)
    h = (curves - mean) / scale[:, None]
    basis, channel = _own_modes(h)
    a = np.einsum("ncm,kcm->nk", h, basis)
    polynomial, constant = choose(xi[~held], a[~held])
    with torch.no_grad():
        told_by = polynomial(torch.as_tensor(xi[held])).numpy() + constant
    processes, middle, left_out = learn(xi, a, channel, _active(polynomial, channel))
    cut = a @ basis.reshape(len(basis), -1) - h.reshape(len(h), -1)  # what the modes do not hold
    cut = cut.reshape(h.shape)
    by_polynomial = np.einsum("nk,kcm->ncm", told_by - a[held], basis) + cut[held]
    by_process = np.einsum("nk,kcm->ncm", -left_out, basis) + cut
    better = (by_process**2).mean(axis=(0, 2)) < (by_polynomial**2).mean(axis=(0, 2))
    chosen = better[channel]
    polynomial.weights[:, torch.as_tensor(chosen)] = 0.0
    processes.weights[:, torch.as_tensor(~chosen)] = 0.0
    channels, times = curves.shape[1:]
    samples = len(xi) if chosen.any() else 0
    forward = Forward(xi.shape[1], channels, times, len(basis), 1, len(polynomial.terms), samples, min(COMMON, times))
    forward.polynomial, forward.processes = polynomial, processes if samples else None
    for name, value in (("mean", mean), ("scale", scale), ("basis", basis)):
        getattr(forward, name).copy_(torch.as_tensor(value))
    forward.linear[0] = torch.as_tensor(np.where(chosen, middle, constant))
    missed = [scale[c] * (by_process if better[c] else by_polynomial)[:, c] for c in range(channels)]
    made, said = _judged(forward, missed, f"{len(polynomial.terms)} terms, {int(better.sum())} channels by processes")
    if told is not None:
        told(said.pop("told"))
    return made, said


def _own_modes(h: Array) -> tuple[Array, NDArray[np.int64]]:
    """Modes (modes, channels, m) of which each is one channel's, the leading one first, and their channel (modes,)."""
    rows: list[Array] = []
    channel: list[int] = []
    for c in range(h.shape[1]):
        _, sizes, modes = np.linalg.svd(h[:, c], full_matrices=False)
        left = 1.0 - np.cumsum(sizes**2) / max(float((sizes**2).sum()), 1e-300)
        for mode in modes[: max(1, min(OWN_MODES, int(np.searchsorted(-left, -OWN_LEFT_OUT)) + 1))]:
            rows.append(np.zeros(h.shape[1:]))
            rows[-1][c] = mode
            channel.append(c)
    return np.stack(rows), np.array(channel)


def _active(polynomial: Polynomial, channel: NDArray[np.int64]) -> list[list[int]]:
    """The scores that the polynomials of each channel use."""
    terms, used = polynomial.terms.numpy(), polynomial.weights.numpy() != 0.0
    found = []
    for c in range(int(channel.max()) + 1):
        own = terms[used[:, channel == c].any(axis=1)]
        found.append(sorted({*own[:, 0].tolist(), *own[own[:, 3] > 0, 2].tolist()}))
    return found


@torch.no_grad()
def _judged(forward: Forward, missed: list[Array], ended: str) -> tuple[Forward, dict[str, Any]]:
    """F with the error (samples, m) SI that it makes in each channel on samples that it has not seen."""
    forward.deviation.copy_(torch.as_tensor(np.stack([np.sqrt((e**2).mean(axis=0)) for e in missed])))
    relative = np.array([np.sqrt((e**2).mean()) for e in missed]) / forward.scale.numpy()
    for c, e in enumerate(missed if forward.sizes["errors"] else []):
        _, sizes, modes = np.linalg.svd(e / np.sqrt(len(e)), full_matrices=False)
        first = min(forward.sizes["errors"], len(sizes))
        forward.common[:first, c] = torch.as_tensor(sizes[:first, None] * modes[:first])
    count = forward.sizes["modes"]
    told = f"forward network: {count} modes, error on new samples {relative.mean():.2e} of the spread, {ended}"
    return forward, {"modes": count, "relative": [float(e) for e in relative], "told": told}
