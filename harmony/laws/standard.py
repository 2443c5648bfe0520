"""A generalized standard material: convex free energy, convex dissipation potential, an internal strain.

    psi(eps, a) = psi_e(eps - a) + psi_s(a),   sigma = d psi / d eps,   A = -d psi / d a = sigma - d psi_s / d a
    da/dt = grad phi*(A)

(Halphen & Nguyen 1975). psi_e, psi_s and phi*, the dual of the dissipation potential, are convex networks of
invariants, zero with their gradients at zero (harmony.laws.elastic): dissipation A . da/dt >= phi*(A) >= 0 for any
weights. Viscous and viscoplastic rock, relaxing, creeping, with a strain that comes back, are of this form.

Implicit Euler, a = a_0 + dt grad phi*(A(eps, a)), is a fixed point; with H = psi_e'' + psi_s'' and M = phi*'' its slope
1 + dt M H has no eigenvalue under 1, so there is one solution, found by Newton. The implicit-function theorem gives the
tangent, D - D (1 + dt M H)^-1 dt M D, symmetric, and the gradients of training: one Newton step beyond the solution,
with a constant matrix, has the derivative of the solution. No iteration is unrolled.
"""

from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import nn

import dda
from dda.constitutive import Answer
from dda.errors import StepFailure
from harmony.laws.core import core_law
from harmony.laws.elastic import FLOOR, ElasticLaw
from harmony.laws.material_files import SOFT

__all__ = ["StandardLaw"]

type Array = NDArray[np.float64]

ITERATIONS = 100
CLOSE = 1e-12
"""Residual of the internal strain in units of the strain scale at which a point is solved."""

LENGTHS = (1.0, 0.5, 0.2, 0.05, 0.01)
"""Parts of a Newton step of which each point takes the best."""


class StandardLaw(nn.Module, dda.ConstitutiveLaw):
    """strain_scale [-], stress_scale [Pa], rate_scale [1/s]: sizes of the data; stiffest: largest eigenvalue of psi_e''
    where the law is trusted [Pa]. State: the internal strain, 6 numbers a point."""

    kind = "standard"

    def __init__(
        self,
        *,
        strain_scale: float = 1e-3,
        stress_scale: float = 1e6,
        rate_scale: float = 1e-3,
        widths: tuple[int, ...] = (16, 16),
        stiffest: float | None = None,
        seed: int = 0,
    ) -> None:
        super().__init__()
        self.scales = {"strain_scale": strain_scale, "stress_scale": stress_scale, "rate_scale": rate_scale}
        self.widths, self.bound = tuple(widths), stiffest
        energy, power = strain_scale * stress_scale, stress_scale * rate_scale

        def convex(size: float, of: float, floor: float, number: int) -> ElasticLaw:
            return ElasticLaw(
                strain_scale=size, energy_scale=of, widths=self.widths, floor=floor, seed=3 * seed + number
            )

        self.free = convex(strain_scale, energy, FLOOR, 0)
        self.stored = convex(strain_scale, energy, SOFT, 1)
        self.dual = convex(stress_scale, power, SOFT, 2)

    @property
    def state_names(self) -> tuple[str, ...]:
        return tuple(f"internal_{c}" for c in ("xx", "yy", "zz", "yz", "xz", "xy"))

    @property
    def symmetric(self) -> bool:
        return True

    @property
    def stiffest(self) -> float:
        return float(core_law(self.free, self.bound).stiffest)

    def settings(self) -> dict[str, Any]:
        """What makes the same module again, for the metadata of its file."""
        return {**self.scales, "widths": list(self.widths), "stiffest": self.bound}

    def evaluate(self, strain: ArrayLike, strain_old: ArrayLike, state: ArrayLike, dt: float = 0.0) -> Answer:
        """Stress at `strain` (n, 6) after `dt` [s] from `state` (n, 6); the core evaluates the networks."""
        eps, old = np.asarray(strain, float), np.asarray(state, float)
        kernels = [core_law(part) for part in (self.free, self.stored, self.dual)]
        a, sigma, D, J, M = self._solved(kernels, eps, old, np.full(len(eps), float(dt)))
        return Answer(sigma, D - D @ np.linalg.solve(J, M @ D), a)

    def _solved(
        self, kernels: list[dda.NetworkLaw], eps: Array, old: Array, dt: Array
    ) -> tuple[Array, Array, Array, Array, Array]:
        """a, sigma (n, 6), psi_e'', 1 + dt M H and dt M (n, 6, 6) at the fixed point."""
        size, a = self.scales["strain_scale"], old.copy()
        R, sigma, D, J, M = _residual(kernels, eps, a, old, dt)
        for _ in range(ITERATIONS):
            todo = np.flatnonzero(~(np.abs(R).max(1) < CLOSE * size))
            if len(todo) == 0:
                return a, sigma, D, J, M
            step = np.linalg.solve(J[todo], R[todo][:, :, None])[:, :, 0]
            start, best = a[todo].copy(), np.full(len(todo), np.inf)
            for length in LENGTHS:
                new = start - length * step
                parts = _residual(kernels, eps[todo], new, old[todo], dt[todo])
                value = np.abs(parts[0]).max(1)
                better = value < best
                best = np.where(better, value, best)
                which = todo[better]
                a[which] = new[better]
                for whole, part in zip((R, sigma, D, J, M), parts, strict=True):
                    whole[which] = part[better]
                if (best < 0.5 * np.abs(step).max(1)).all():
                    break
        reached = float(np.abs(R).max()) / size
        if reached < np.sqrt(CLOSE):
            return a, sigma, D, J, M
        raise StepFailure(f"a learned law finds no internal strain, residual {reached:.1e} of the strain scale")

    def led(self, strain: torch.Tensor, dt: torch.Tensor) -> torch.Tensor:
        """Stresses (paths, rows, 6) along strains (paths, rows, 6) with steps (paths, rows) [s], from rest,
        differentiable with respect to the weights."""
        kernels = [core_law(part) for part in (self.free, self.stored, self.dual)]
        a, out = torch.zeros_like(strain[:, 0]), []
        for k in range(strain.shape[1]):
            eps, step = strain[:, k], dt[:, k]
            found, _, _, J, _ = self._solved(kernels, eps.numpy(), a.detach().numpy(), step.numpy())
            at = torch.tensor(found)
            A = self.free.stress(eps - at) - self.stored.stress(at)
            R = at - a - step[:, None] * self.dual.stress(A)
            a = at - torch.linalg.solve(torch.tensor(J), R[:, :, None])[:, :, 0]
            out.append(self.free.stress(eps - a))
        return torch.stack(out, dim=1)


def _residual(
    kernels: list[dda.NetworkLaw], eps: Array, a: Array, old: Array, dt: Array
) -> tuple[Array, Array, Array, Array, Array]:
    """R = a - a_0 - dt grad phi*(A), and sigma, D, J, dt M there."""
    free, stored, dual = kernels
    sigma, D, _ = free.evaluate(eps - a)
    back, K, _ = stored.evaluate(a)
    rate, M, _ = dual.evaluate(sigma - back)
    M = dt[:, None, None] * M
    return a - old - dt[:, None] * rate, sigma, D, np.eye(6) + M @ (D + K), M
