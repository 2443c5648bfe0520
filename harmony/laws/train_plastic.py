"""Yield surface, potential and hardening of an elastoplastic law, fitted to what stress-strain paths say of yielding.

    surface:    mean (f(s) + 1 - r(kappa))^2 over rows that yield + mean f_+^2 over those that do not (+ flow if f = g)
    potential:  mean (1 - cos(grad g, flow)) over rows that yield

The sharpness of the smooth maxima is fitted too: blunt ones make round surfaces, sharp ones edges.
"""

import math

import numpy as np
import torch
from torch import nn

from harmony.laws.hardening import Hardening
from harmony.laws.plastic import LearnedPlasticity
from harmony.laws.potential import Potential
from harmony.laws.read_off import Yielding
from harmony.laws.yield_surface import ORDERS, Surface
from harmony.learning.fit import FitOptions, fit

__all__ = ["fit_further", "fit_plastic"]

SHARP = (5.0, 400.0)
"""Least and largest sharpness: blunter surfaces have no flat parts, sharper ones are hard to return to."""

BEGIN = 30.0
INSIDE = 0.8
"""Largest L(0) of a surface: zero stress lies inside by more than a rounding."""

SATURATING = (0.003, 0.03)
"""Plastic strains over which the saturating terms of hardening begin."""

FAINT = 1e-4
"""Amount of hardening from which a term that was left out begins: from zero its slope would be zero."""

SIMPLE = 1e-6
"""Weight of the hardening itself: what the data do not ask for stays away."""

FLOW = 0.1
"""Weight of the direction of flow beside the yield condition."""

ROOT = math.sqrt(2.0 / 3.0)


class _Planes(nn.Module):
    def __init__(self, count: int, seed: int) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        draw = torch.randn(count, 3, dtype=torch.float64, generator=generator)
        self.planes = nn.Parameter(draw / draw.norm(dim=1, keepdim=True))
        self.offsets = nn.Parameter(torch.zeros(count, dtype=torch.float64))
        self.sharpness = nn.Parameter(torch.tensor(math.log(BEGIN), dtype=torch.float64))
        self.hardening = nn.Parameter(torch.full((3,), 0.3, dtype=torch.float64))
        self.scales = nn.Parameter(torch.tensor(SATURATING, dtype=torch.float64).log())

    @staticmethod
    def of(surface: Surface, hardening: Hardening) -> "_Planes":
        """Those of a law that is taught on; terms of hardening that it has not begin small."""
        out = _Planes(len(surface.planes), 0)
        terms = sorted(zip(hardening.amounts, hardening.scales, strict=True), key=lambda term: term[1])
        amounts, scales = [FAINT, FAINT], list(SATURATING)
        for k, (amount, scale) in enumerate(terms):
            at = k if len(terms) == 2 else int(scale > math.sqrt(SATURATING[0] * SATURATING[1]))
            amounts[at], scales[at] = amount, scale
        with torch.no_grad():
            out.planes.copy_(torch.tensor(surface.planes))
            out.offsets.copy_(torch.tensor(surface.offsets))
            out.sharpness.fill_(math.log(surface.sharp))
            out.hardening.copy_(torch.tensor([max(hardening.linear, FAINT), *amounts]).sqrt())
            out.scales.copy_(torch.tensor(scales).log())
        return out

    @property
    def sharp(self) -> torch.Tensor:
        return self.sharpness.exp().clamp(*SHARP)

    def _all(self) -> tuple[torch.Tensor, torch.Tensor]:
        return self.planes[:, torch.tensor(ORDERS)].reshape(-1, 3), self.offsets.repeat_interleave(len(ORDERS))

    def level(self, s: torch.Tensor) -> torch.Tensor:
        """L at principal stresses (n, 3) in units of the strength (harmony.laws.yield_surface)."""
        normals, offsets = self._all()
        return torch.logsumexp(self.sharp * (s @ normals.T - offsets), -1) / self.sharp

    def slope(self, s: torch.Tensor) -> torch.Tensor:
        """The direction of grad L, unit vectors (n, 3)."""
        normals, offsets = self._all()
        mean = torch.softmax(self.sharp * (s @ normals.T - offsets), 1) @ normals
        return mean / mean.norm(dim=1, keepdim=True).clamp(min=1e-12)

    def steepness(self, s: torch.Tensor) -> torch.Tensor:
        """|grad f| times the strength (n,): the plastic strain of a unit of the multiplier, taken as known."""
        with torch.no_grad():
            normals, offsets = self._all()
            mean = torch.softmax(self.sharp * (s @ normals.T - offsets), 1) @ normals
            return (mean.norm(dim=1) / (1.0 - self.rest())).clamp(min=1e-3)

    def size(self, kappa: torch.Tensor) -> torch.Tensor:
        """r of equivalent plastic strains (n,)."""
        h = self.hardening**2
        left = torch.exp(-kappa[:, None] / self.scales.exp())
        return 1.0 + h[0] * kappa + (h[1:] * (1.0 - left)).sum(1)

    def growth(self, largest: float) -> torch.Tensor:
        """How much r may grow in all; saturating terms count more than the linear one."""
        h = self.hardening**2
        return h[0] * largest + 3.0 * h[1:].sum()

    def rest(self) -> torch.Tensor:
        """L(0)."""
        return self.level(torch.zeros(1, 3, dtype=torch.float64))[0]

    def surface(self, unit: float) -> Surface:
        return Surface(self.planes.detach().numpy(), self.offsets.detach().numpy(), float(self.sharp.detach()), unit)

    def grown(self, largest: float) -> Hardening:
        """r; terms that raise it by less than a millionth at the `largest` plastic strain are left out."""
        h, k = (self.hardening**2).tolist(), self.scales.exp().tolist()
        kept = [(q, s) for q, s in zip(h[1:], k, strict=True) if q * -math.expm1(-largest / s) > 1e-6]
        linear = h[0] if h[0] * largest > 1e-6 else 0.0
        return Hardening(linear, tuple(q for q, _ in kept), tuple(s for _, s in kept))


def fit_plastic(
    seen: Yielding, bulk: float, shear: float, *, associated: bool, planes: int, options: FitOptions
) -> LearnedPlasticity:
    """The law of one seed; bulk, shear [Pa]."""
    dev = seen.stress - seen.stress.mean(1, keepdims=True)
    unit = float(np.median(np.sqrt(1.5 * (dev**2).sum(1))))
    f, g = _Planes(planes, options.seed), _Planes(planes, options.seed + 1000)
    return _fitted(f, None if associated else g, [(1.0, _Seen(seen, unit))], bulk, shear, unit, options)


def fit_further(
    law: LearnedPlasticity, seen: list[tuple[float, Yielding]], bulk: float, shear: float, options: FitOptions
) -> LearnedPlasticity:
    """`law` taught on with rows of several data sets, each with its weight; bulk, shear [Pa] of the law that comes."""
    unit = law.surface.unit
    f = _Planes.of(law.surface, law.hardening)
    g = None if law.potential is None else _Planes.of(law.potential.surface, law.hardening)
    return _fitted(f, g, [(weight, _Seen(rows, unit)) for weight, rows in seen], bulk, shear, unit, options)


class _Seen:
    """Rows of one data set as tensors in units of the strength, and what they ask of a surface and a potential."""

    def __init__(self, seen: Yielding, unit: float) -> None:
        self.stress, self.inside = torch.tensor(seen.stress / unit), torch.tensor(seen.elastic / unit)
        self.flow, self.moved, self.first = (torch.tensor(a) for a in (seen.flow, seen.moved, seen.first))
        self.strained = self.summed(ROOT * self.moved)

    def summed(self, steps: torch.Tensor) -> torch.Tensor:
        """kappa of steps (n,): their sums along each path."""
        total = torch.cumsum(steps, 0)
        return total - (total - steps)[self.first]

    def towards(self, of: _Planes) -> torch.Tensor:
        return (1.0 - (of.slope(self.stress) * self.flow).sum(1)).mean()

    def surface(self, f: _Planes, associated: bool) -> torch.Tensor:
        kappa = self.summed(self.moved / f.steepness(self.stress)) if associated else self.strained
        zero = f.rest()
        loss = ((f.level(self.stress) - zero - f.size(kappa) * (1.0 - zero)) ** 2).mean()
        if len(self.inside):
            loss = loss + (torch.relu(f.level(self.inside) - 1.0) ** 2).mean()
        return loss + FLOW * self.towards(f) if associated else loss

    def potential(self, g: _Planes) -> torch.Tensor:
        """Rows that yield lie where g rises, or they would not flow; the level itself is free, its size is not."""
        risen = g.level(self.stress) - g.rest()
        return self.towards(g) + (torch.relu(0.05 - risen) ** 2).mean()


def _fitted(
    f: _Planes,
    g: _Planes | None,
    sets: list[tuple[float, _Seen]],
    bulk: float,
    shear: float,
    unit: float,
    options: FitOptions,
) -> LearnedPlasticity:
    largest = max(float(seen.strained.max()) for _, seen in sets)

    def surface() -> torch.Tensor:
        loss = torch.stack([weight * seen.surface(f, g is None) for weight, seen in sets]).sum()
        return loss + torch.relu(f.rest() - INSIDE) ** 2 + SIMPLE * f.growth(largest)

    fit(f, surface, surface, options)
    if g is None:
        return LearnedPlasticity(bulk, shear, f.surface(unit), None, f.grown(largest))

    def potential() -> torch.Tensor:
        loss = torch.stack([weight * seen.potential(g) for weight, seen in sets]).sum()
        return loss + 1e-6 * (g.planes.norm(dim=1) - 1.0).pow(2).mean()

    fit(g, potential, potential, options)
    with torch.no_grad():
        g.offsets += g.rest()  # L(0) = 0: its level does not matter
    return LearnedPlasticity(bulk, shear, f.surface(unit), Potential(g.surface(unit)), f.grown(largest))
