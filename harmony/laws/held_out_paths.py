"""Paths of deformation that a learned finite-strain law has not seen, and how well it follows the truth along them."""

from collections.abc import Callable

import torch

from harmony.laws.hyperelastic import HyperelasticLaw

__all__ = ["PATHS", "errors_along", "gradients"]

PATHS: dict[str, Callable[[torch.Tensor], tuple[torch.Tensor, torch.Tensor, torch.Tensor]]] = {
    "uniaxial": lambda g: (1.0 + g, 0.0 * g, 1.0 + 0.0 * g),
    "biaxial": lambda g: (1.0 + g, 0.0 * g, 1.0 + g),
    "compression": lambda g: (1.0 / (1.0 + g), 0.0 * g, 1.0 + 0.0 * g),
    "biaxial-compression": lambda g: (1.0 / (1.0 + g), 0.0 * g, 1.0 / (1.0 + g)),
    "simple-shear": lambda g: (1.0 + 0.0 * g, g, 1.0 + 0.0 * g),
    "pure-shear": lambda g: (1.0 + g, 0.0 * g, 1.0 / (1.0 + g)),
}
"""F11, F12, F22 over the size g of the deformation; plane strain."""


def gradients(path: str, sizes: torch.Tensor) -> torch.Tensor:
    """F (n, 3, 3) along a path."""
    F = torch.eye(3, dtype=torch.float64).repeat(len(sizes), 1, 1)
    F[:, 0, 0], F[:, 0, 1], F[:, 1, 1] = PATHS[path](sizes)
    return F


def errors_along(
    law: HyperelasticLaw, true: Callable[[torch.Tensor], torch.Tensor], largest: float, count: int = 40
) -> dict[str, float]:
    """Of the energies and in-plane tangents along all paths up to g = `largest`.

    energy: least coefficient of determination of a path; energy_all: of all paths together; stress, tangent: norm
    of the error over the norm, all paths together; `<path>.energy`: of one path.
    """
    sizes = torch.linspace(0.0, largest, count + 1, dtype=torch.float64)[1:]
    out: dict[str, float] = {}
    W: list[torch.Tensor] = []
    P: list[torch.Tensor] = []
    A: list[torch.Tensor] = []
    W_true: list[torch.Tensor] = []
    P_true: list[torch.Tensor] = []
    A_true: list[torch.Tensor] = []
    for path in PATHS:
        F = gradients(path, sizes)
        w, w_true = law.energy(F).detach(), true(F).detach()
        out[f"{path}.energy"] = _determination(w, w_true)
        stress, tangent = law.stress_tangent(F)
        stress_true, tangent_true = _derivatives(true, F)
        W, W_true = [*W, w], [*W_true, w_true]
        P, P_true = [*P, stress[:, :2, :2]], [*P_true, stress_true[:, :2, :2]]
        A, A_true = [*A, tangent[:, :2, :2, :2, :2]], [*A_true, tangent_true[:, :2, :2, :2, :2]]
    return out | {
        "energy": min(out.values()),
        "energy_all": _determination(torch.cat(W), torch.cat(W_true)),
        "stress": _relative(torch.cat(P), torch.cat(P_true)),
        "tangent": _relative(torch.cat(A), torch.cat(A_true)),
    }


def _derivatives(energy: Callable[[torch.Tensor], torch.Tensor], F: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    G = F.detach().requires_grad_(True)
    (P,) = torch.autograd.grad(energy(G).sum(), G, create_graph=True)
    rows = [torch.autograd.grad(P[:, i, j].sum(), G, retain_graph=True)[0] for i in range(3) for j in range(3)]
    return P.detach(), torch.stack(rows, 1).unflatten(1, (3, 3))


def _determination(found: torch.Tensor, true: torch.Tensor) -> float:
    return 1.0 - float(((found - true) ** 2).sum() / ((true - true.mean()) ** 2).sum())


def _relative(found: torch.Tensor, true: torch.Tensor) -> float:
    return float((found - true).norm() / true.norm())
