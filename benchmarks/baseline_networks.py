"""The networks of the baselines: a tanh network with its derivatives (physics-informed), a Fourier neural operator.

Physics-informed networks after Raissi, Perdikaris & Karniadakis (2019), JCP 378; Fourier layers after Li et al. (2021),
ICLR: v <- gelu(F^-1(R F(v)) + W v), R the complex weights of the lowest modes.
"""

import itertools
import time
from collections.abc import Callable

import torch
from torch import nn

__all__ = ["Fourier", "Tanh", "descend"]

LOOK = 20
"""Iterations of L-BFGS between two looks at the time."""


class Tanh(nn.Module):  # type: ignore[misc]
    """Fully connected, float64; inputs are taken to [-1, 1] by low, high (k,)."""

    def __init__(self, sizes: tuple[int, ...], low: list[float], high: list[float], seed: int) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        self.low, self.high = torch.tensor(low).double(), torch.tensor(high).double()
        self.weights, self.biases = nn.ParameterList(), nn.ParameterList()
        for a, b in itertools.pairwise(sizes):
            draw = torch.randn(a, b, dtype=torch.float64, generator=generator)
            self.weights.append(nn.Parameter(draw * (2.0 / (a + b)) ** 0.5))
            self.biases.append(nn.Parameter(torch.zeros(b, dtype=torch.float64)))

    def jet(self, x: torch.Tensor, second: bool = False) -> tuple[torch.Tensor, list[torch.Tensor], torch.Tensor]:
        """Outputs (n, m), their derivatives by each input, and, asked for, the second one by the first input.

        a = tanh z:  a_i = (1 - a^2) z_i,  a_00 = (1 - a^2) z_00 - 2 a (1 - a^2) z_0^2
        """
        scale = 2.0 / (self.high - self.low)
        a = (x - self.low) * scale - 1.0
        first = [torch.zeros_like(a) for _ in scale]
        for i, factor in enumerate(scale):
            first[i][:, i] = factor
        curve = torch.zeros_like(a)
        for k, (W, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            z, first = a @ W + b, [d @ W for d in first]
            curve = curve @ W if second else curve
            if k == len(self.weights) - 1:
                return z, first, curve
            a = torch.tanh(z)
            slope = 1.0 - a * a
            if second:
                curve = slope * (curve - 2.0 * a * first[0] ** 2)
            first = [slope * d for d in first]
        raise AssertionError("a network has a last layer")


class Fourier(nn.Module):  # type: ignore[misc]
    """Functions of one variable on a regular grid, (n, channels, points) -> (n, outputs, points), float32.
    pad: points of zeros behind the end, for functions that are not periodic."""

    def __init__(
        self, channels: int, outputs: int, width: int, modes: int, seed: int, layers: int = 4, pad: int = 0
    ) -> None:
        super().__init__()
        torch.manual_seed(seed)
        self.modes, self.pad = modes, pad
        self.lift = nn.Conv1d(channels, width, 1)
        spectral = torch.randn(layers, width, width, modes, 2) / width
        self.spectral = nn.Parameter(spectral)
        self.local = nn.ModuleList([nn.Conv1d(width, width, 1) for _ in range(layers)])
        self.out = nn.Sequential(nn.Conv1d(width, 128, 1), nn.GELU(), nn.Conv1d(128, outputs, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        v = nn.functional.pad(self.lift(x), (0, self.pad))
        for k, local in enumerate(self.local):
            R = torch.view_as_complex(self.spectral[k])
            low = torch.einsum("nim,iom->nom", torch.fft.rfft(v)[..., : self.modes], R[..., : v.shape[-1] // 2 + 1])
            v = torch.fft.irfft(low, n=v.shape[-1]) + local(v)
            v = nn.functional.gelu(v) if k < len(self.local) - 1 else v
        found: torch.Tensor = self.out(v[..., : x.shape[-1]])
        return found


def descend(module: nn.Module, loss: Callable[[], torch.Tensor], adam: int, seconds: float) -> tuple[float, int]:
    """Adam, then L-BFGS (strong Wolfe) until so much processor time [s] has gone; the last loss, and iterations."""
    begun, iterations = time.process_time(), 0
    optimiser = torch.optim.Adam(module.parameters(), lr=2e-3)
    for _ in range(adam):
        optimiser.zero_grad()
        loss().backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        iterations += 1
    quasi = torch.optim.LBFGS(
        module.parameters(),
        max_iter=LOOK,
        history_size=50,
        line_search_fn="strong_wolfe",
        tolerance_grad=0.0,
        tolerance_change=0.0,
    )

    def closure() -> float:
        quasi.zero_grad()
        value = loss()
        value.backward()  # type: ignore[no-untyped-call]
        return float(value.detach())

    last = float("inf")
    while time.process_time() - begun < seconds:
        before = float(quasi.step(closure))
        iterations += LOOK
        if before >= last:  # no progress over LOOK iterations
            break
        last = before
    return float(loss().detach()), iterations
