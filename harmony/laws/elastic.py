"""A small-strain elastic law: a convex energy network of convex invariants.

    psi(eps) = s_w [N(x) - N(0) - sum_affine N_i(0) x_i] + k/2 (tr eps)^2 + g dev eps : dev eps
    x = invariants(eps / s)

N is convex, non-decreasing in the invariants that are not affine. So psi is convex in eps; the bracket is zero at rest,
its gradient too (affine invariants: subtracted; the others have none there), hence psi >= 0. The quadratic part,
k, g > 0, makes the tangent definite and lets neither compression nor tension go on without rising stress (growth).
"""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from harmony.laws.convex_network import ConvexNetwork
from harmony.laws.invariants import SYMMETRIES, invariant_slopes, invariants
from harmony.laws.mandel import DEVIATOR, IDENTITY
from harmony.laws.material_files import FLOOR

__all__ = ["ElasticLaw", "FLOOR"]


class ElasticLaw(nn.Module):
    """strain_scale s [-], energy_scale s_w [J/m3]: sizes of the data; axis: of a transversely isotropic rock; floor:
    least k and g, as a part of s_w / s^2."""

    kind = "elastic"
    symmetric = True
    state_names: tuple[str, ...] = ()

    def __init__(
        self,
        symmetry: str = "isotropic",
        *,
        strain_scale: float = 1e-3,
        energy_scale: float = 1.0,
        axis: tuple[float, float, float] | None = None,
        widths: tuple[int, ...] = (32, 32),
        activation: str = "algebraic",
        floor: float = FLOOR,
        seed: int = 0,
    ) -> None:
        super().__init__()
        self.floor = float(floor)
        known = SYMMETRIES[symmetry]
        self.symmetry, self.strain_scale, self.energy_scale = symmetry, float(strain_scale), float(energy_scale)
        direction = torch.tensor(axis if axis is not None else (0.0, 0.0, 1.0), dtype=torch.float64)
        self.register_buffer("axis", direction / direction.norm())
        self.network = ConvexNetwork(
            tuple(not a for a in known.affine), widths, activation, torch.Generator().manual_seed(seed)
        )
        self.quadratic = nn.Parameter(torch.full((2,), 0.5, dtype=torch.float64))  # roots of k, g in s_w / s^2
        self.register_buffer("affine", torch.tensor(known.affine), persistent=False)

    def moduli(self) -> torch.Tensor:
        """k, g [Pa]."""
        return (self.floor + self.quadratic**2) * (self.energy_scale / self.strain_scale**2)

    def energy(self, strain: torch.Tensor) -> torch.Tensor:
        """psi [J/m3] of strains (n, 6)."""
        x = invariants(strain / self.strain_scale, self.symmetry, self.axis)
        rest = torch.zeros(x.shape[-1], dtype=torch.float64)
        slope = torch.where(self.affine, self.network.gradient(rest), 0.0)
        bulk, shear = self.moduli()
        trace, deviator = strain[..., :3].sum(-1), strain @ DEVIATOR
        quadratic = 0.5 * bulk * trace**2 + shear * (deviator**2).sum(-1)
        return self.energy_scale * (self.network(x) - self.network(rest) - x @ slope) + quadratic

    def stress(self, strain: torch.Tensor) -> torch.Tensor:
        """d psi / d eps [Pa] (n, 6), differentiable with respect to the weights and the strain.

        s_w / s sum_i (N_i(x) - N_i(0) of affine i) dx_i + k tr eps 1 + 2 g dev eps
        """
        e = strain / self.strain_scale
        x = invariants(e, self.symmetry, self.axis)
        slopes = self.network.gradient(torch.cat([x, torch.zeros(1, x.shape[-1], dtype=torch.float64)]))
        g = slopes[:-1] - torch.where(self.affine, slopes[-1], 0.0)
        core = torch.einsum("ni,nij->nj", g, invariant_slopes(e, self.symmetry, self.axis))
        bulk, shear = self.moduli()
        elastic = bulk * strain[:, :3].sum(-1, keepdim=True) * IDENTITY + 2.0 * shear * strain @ DEVIATOR
        return self.energy_scale / self.strain_scale * core + elastic

    def stress_tangent(self, strain: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Stress (n, 6) and tangent (n, 6, 6) [Pa] by automatic differentiation."""
        eps = strain.detach().requires_grad_(True)
        with torch.enable_grad():
            sigma = self.stress(eps)
            rows = [torch.autograd.grad(sigma[:, i].sum(), eps, retain_graph=True)[0] for i in range(6)]
        return sigma.detach(), torch.stack(rows, dim=1)

    def layers(self) -> dict[str, NDArray[np.float64]]:
        """The arrays that `dda.NetworkLaw` and the model file take: W0, b0, ..., w, moduli, axis."""
        W, b, w = self.network.weights()
        out: dict[str, Any] = {f"W{k}": m for k, m in enumerate(W)} | {f"b{k}": m for k, m in enumerate(b)}
        out |= {"w": w, "moduli": self.moduli(), "axis": self.axis}
        return {name: np.ascontiguousarray(value.detach().numpy()) for name, value in out.items()}

    def settings(self) -> dict[str, Any]:
        """What makes the same module again, for the metadata of its file."""
        return {
            "symmetry": self.symmetry,
            "strain_scale": self.strain_scale,
            "energy_scale": self.energy_scale,
            "axis": self.axis.tolist(),
            "widths": list(self.network.widths),
            "activation": self.network.activation,
            "floor": self.floor,
        }
