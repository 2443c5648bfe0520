"""A finite-strain elastic law: a polyconvex energy network.

    W(F) = s_w [N(x) - N(x_I) - n (J - 1)] + k_1 (J + 1/J - 2)^2 + k_2/2 (I1~ - 3) + k_3/2 (J - 1)^2
    x = (I1~ - 3, I1 - 3, I2~^(3/2) - 3 sqrt3, I2 - 3, J - 1)
    I1 = |F|^2, I2 = |cof F|^2, J = det F, I1~ = J^(-2/3) I1, I2~ = J^(-4/3) I2

Each x is polyconvex: |F|^2 and |cof F|^2 are convex in F and cof F, |F|^2 J^(-2/3) and (|cof F|^2 J^(-4/3))^(3/2) are
jointly convex in (F, J) and (cof F, J) (|A|^p / J^q with p >= q + 1), J is affine. N is convex and non-decreasing in
the first four, convex in J: W is polyconvex (Ball 1977), hence rank-one convex; its tangent is symmetric and rank-one
elliptic. n = 2 N_2 + 4 N_4 + N_5 at F = 1 makes the stress at rest zero and is affine in J. The terms with k rise
without limit as J goes to 0 and keep the tangent at rest elliptic; their factors are fixed and small.
W depends on F through F^T F only: it is objective.
"""

from typing import Any

import torch
from torch import nn

from harmony.laws.convex_network import ConvexNetwork

__all__ = ["GROWTH", "HyperelasticLaw", "cofactor", "measures"]

GROWTH = 1e-3
"""k_1, k_2, k_3 as parts of s_w [-]: a floor, not a model; what the data say is said by the network."""

MONOTONE = (True, True, True, True, False)
REST2 = 3.0**1.5


def cofactor(F: torch.Tensor) -> torch.Tensor:
    """cof F = J F^-T, by cross products of the rows; defined for singular F too."""
    a, b, c = F.unbind(-2)
    return torch.stack([torch.linalg.cross(b, c), torch.linalg.cross(c, a), torch.linalg.cross(a, b)], dim=-2)


def measures(F: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """x (n, 5) and J (n,) of deformation gradients (n, 3, 3), J > 0."""
    cof = cofactor(F)
    J = (F[..., 0, :] * cof[..., 0, :]).sum(-1)
    I1, I2 = (F * F).sum((-2, -1)), (cof * cof).sum((-2, -1))
    x = [I1 * J ** (-2.0 / 3.0) - 3.0, I1 - 3.0, I2**1.5 / J**2 - REST2, I2 - 3.0, J - 1.0]
    return torch.stack(x, dim=-1), J


class HyperelasticLaw(nn.Module):
    """energy_scale s_w [J/m3], the size of the energies in the data; stretch_scale s: x is divided by it."""

    kind = "hyperelastic"
    symmetric = True

    def __init__(
        self,
        *,
        energy_scale: float = 1.0,
        stretch_scale: float = 0.5,
        widths: tuple[int, ...] = (16, 16),
        activation: str = "softplus",
        seed: int = 0,
    ) -> None:
        super().__init__()
        self.energy_scale, self.stretch_scale = float(energy_scale), float(stretch_scale)
        self.network = ConvexNetwork(MONOTONE, widths, activation, torch.Generator().manual_seed(seed))

    def energy(self, F: torch.Tensor) -> torch.Tensor:
        """W [J/m3] of deformation gradients (n, 3, 3)."""
        x, J = measures(F)
        s = self.stretch_scale
        rest = torch.zeros(len(MONOTONE), dtype=torch.float64)
        g = self.network.gradient(rest) / s
        n = 2.0 * g[1] + 4.0 * g[3] + g[4]
        core = self.network(x / s) - self.network(rest) - n * (J - 1.0)
        floor = (J + 1.0 / J - 2.0) ** 2 + 0.5 * x[..., 0] + 0.5 * (J - 1.0) ** 2
        return self.energy_scale * (core + GROWTH * floor)

    def stress(self, F: torch.Tensor) -> torch.Tensor:
        """First Piola-Kirchhoff stress d W / d F [Pa] (n, 3, 3), differentiable with respect to the weights."""
        G = F if F.requires_grad else F.detach().requires_grad_(True)
        with torch.enable_grad():
            (P,) = torch.autograd.grad(self.energy(G).sum(), G, create_graph=True)
        return P

    def stress_tangent(self, F: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """P (n, 3, 3) and d P / d F (n, 3, 3, 3, 3) [Pa]."""
        G = F.detach().requires_grad_(True)
        with torch.enable_grad():
            P = self.stress(G)
            rows = [torch.autograd.grad(P[:, i, j].sum(), G, retain_graph=True)[0] for i in range(3) for j in range(3)]
        return P.detach(), torch.stack(rows, dim=1).unflatten(1, (3, 3))

    def settings(self) -> dict[str, Any]:
        """What makes the same module again, for the metadata of its file."""
        return {
            "energy_scale": self.energy_scale,
            "stretch_scale": self.stretch_scale,
            "widths": list(self.network.widths),
            "activation": self.network.activation,
        }
