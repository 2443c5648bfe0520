"""An elastoplastic law from stress-strain paths: elasticity, yield points and directions of flow read off the data.

d eps_p = d eps - C^-1 d sigma;   rows where it is not zero lie on the surface, f(s / r(kappa)) = 0
grad g is parallel to the principal parts of d eps_p;   rows that do not yield lie inside, f <= 0
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from harmony.laws.plastic import LearnedPlasticity
from harmony.laws.stress_strain import StressStrain
from harmony.laws.yield_surface import ORDERS, Surface
from harmony.learning.fit import FitOptions, fit

__all__ = ["train_plastic"]

type Array = NDArray[np.float64]

YIELDS = 1e-3
"""Plastic part of a strain step above which a row counts as yielding [-]."""


@dataclass(frozen=True)
class _Rows:
    stress: torch.Tensor  # (n, 3) principal, Pa
    flow: torch.Tensor  # (n, 3) in the same axes, unit vectors
    kappa: torch.Tensor  # (n,)


class _Planes(nn.Module):
    def __init__(self, count: int, sharp: float, seed: int) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        self.planes = nn.Parameter(torch.randn(count, 3, dtype=torch.float64, generator=generator))
        self.offsets = nn.Parameter(torch.zeros(count, dtype=torch.float64))
        self.hardening = nn.Parameter(torch.ones(1, dtype=torch.float64))
        self.sharp = sharp

    def value(self, s: torch.Tensor) -> torch.Tensor:
        """f at principal stresses (n, 3) in units of the strength (harmony.laws.yield_surface)."""
        normals = self.planes[:, torch.tensor(ORDERS)].reshape(-1, 3)
        offsets = self.offsets.repeat_interleave(len(ORDERS))
        zero = torch.logsumexp(-self.sharp * offsets, 0) / self.sharp
        L = torch.logsumexp(self.sharp * (s @ normals.T - offsets), 1) / self.sharp
        return (L - zero) / (1.0 - zero) - 1.0

    def slope(self, s: torch.Tensor) -> torch.Tensor:
        normals = self.planes[:, torch.tensor(ORDERS)].reshape(-1, 3)
        offsets = self.offsets.repeat_interleave(len(ORDERS))
        mean = torch.softmax(self.sharp * (s @ normals.T - offsets), 1) @ normals
        return mean / mean.norm(dim=1, keepdim=True)

    def surface(self, unit: float) -> Surface:
        return Surface(self.planes.detach().numpy(), self.offsets.detach().numpy(), self.sharp, unit)


def train_plastic(
    data: StressStrain,
    *,
    associated: bool = False,
    planes: int = 4,
    sharp: float = 100.0,
    options: FitOptions | None = None,
) -> tuple[LearnedPlasticity, dict[str, float]]:
    """The law, and its errors: `yield`, root mean square of f; `flow`, mean angle of the flow [deg]."""
    bulk, shear = _elasticity(data)
    yielding, elastic = _split(data, bulk, shear)
    dev = yielding.stress - yielding.stress.mean(1, keepdim=True)
    unit = float(torch.sqrt(1.5 * (dev**2).sum(1)).median())
    o = options or FitOptions(adam=600, lbfgs=600, rate=2e-2)
    f, g = _Planes(planes, sharp, o.seed), _Planes(planes, sharp, o.seed + 1)
    inside = elastic / unit

    def surface_loss() -> torch.Tensor:
        size = 1.0 + f.hardening**2 * yielding.kappa
        s = yielding.stress / unit / size[:, None]
        loss = (f.value(s) ** 2).mean() + (torch.relu(f.value(inside)) ** 2).mean()
        return loss + 0.1 * flow_loss(f) if associated else loss

    def flow_loss(of: _Planes) -> torch.Tensor:
        return (1.0 - (of.slope(yielding.stress / unit) * yielding.flow).sum(1)).mean()

    fit(f, surface_loss, surface_loss, o)
    if not associated:
        fit(g, lambda: flow_loss(g), lambda: flow_loss(g), o)
    with torch.no_grad():
        hardening = float(f.hardening**2)
        s = yielding.stress / unit / (1.0 + hardening * yielding.kappa)[:, None]
        cosine = ((f if associated else g).slope(yielding.stress / unit) * yielding.flow).sum(1).clamp(-1.0, 1.0)
        errors = {
            "yield": float((f.value(s) ** 2).mean().sqrt()),
            "flow": float(torch.rad2deg(torch.arccos(cosine)).mean()),
        }
    surface = f.surface(unit)
    return LearnedPlasticity(bulk, shear, surface, surface if associated else g.surface(unit), hardening), errors


def _elasticity(data: StressStrain) -> tuple[float, float]:
    """Bulk and shear modulus [Pa] by least squares on the first row of every path."""
    first = np.flatnonzero(np.r_[True, data.path[1:] != data.path[:-1]])
    eps, sigma = data.strain[first], data.stress[first]
    volume, mean = eps[:, :3].sum(1), sigma[:, :3].mean(1)
    one = np.array([1.0, 1.0, 1.0, 0.0, 0.0, 0.0])
    e, s = eps - volume[:, None] / 3.0 * one, sigma - mean[:, None] * one
    return float((volume @ mean) / (volume @ volume)), float((e * s).sum() / (e * e).sum() / 2.0)


def _split(data: StressStrain, bulk: float, shear: float) -> tuple[_Rows, torch.Tensor]:
    """The rows that yield, and the principal stresses of those that do not."""
    mean = data.stress[:, :3].mean(1, keepdims=True)
    one = np.array([1.0, 1.0, 1.0, 0.0, 0.0, 0.0])
    plastic = data.strain - (mean * one / (3.0 * bulk) + (data.stress - mean * one) / (2.0 * shear))
    new = np.r_[True, data.path[1:] != data.path[:-1]]
    step = plastic - np.where(new[:, None], 0.0, np.roll(plastic, 1, axis=0))
    size = np.linalg.norm(step, axis=1)
    moved = np.linalg.norm(data.strain - np.where(new[:, None], 0.0, np.roll(data.strain, 1, axis=0)), axis=1)
    yields = size > YIELDS * moved
    grown = np.sqrt(2.0 / 3.0) * size * yields
    before = np.concatenate([[0.0], np.cumsum(grown)[:-1]])
    start = np.maximum.accumulate(np.where(new, before, 0.0))
    kappa = np.cumsum(grown) - start
    values, axes = np.linalg.eigh(_tensors(data.stress))
    flow = np.einsum("nia,nij,nja->na", axes, _tensors(step), axes)
    flow = flow / np.maximum(np.linalg.norm(flow, axis=1, keepdims=True), 1e-300)
    rows = _Rows(*(torch.tensor(a[yields]) for a in (values, flow, kappa)))
    return rows, torch.tensor(values[~yields])


def _tensors(rows: Array) -> Array:
    xx, yy, zz, yz, xz, xy = (rows / np.array([1, 1, 1, *[2.0**0.5] * 3])).T
    return np.stack([xx, xy, xz, xy, yy, yz, xz, yz, zz], axis=1).reshape(-1, 3, 3)
