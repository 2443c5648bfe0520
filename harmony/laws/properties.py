"""What a law promises by construction, measured on random states: the checks of D03 and of `harmony show law`."""

import math

import torch

from harmony.laws.elastic import ElasticLaw
from harmony.laws.hyperelastic import HyperelasticLaw
from harmony.laws.mandel import from_tensor, to_tensor

__all__ = ["elastic_properties", "hyperelastic_properties", "random_gradients", "random_rotations", "random_strains"]

CHUNK = 512
"""States in one pass of automatic differentiation; larger ones leave the cache."""


def random_rotations(count: int, generator: torch.Generator) -> torch.Tensor:
    """Proper rotations (count, 3, 3), uniform (Haar): QR of normal matrices with the signs of R removed."""
    q, r = torch.linalg.qr(torch.randn(count, 3, 3, dtype=torch.float64, generator=generator))
    q = q * torch.sign(torch.diagonal(r, dim1=-2, dim2=-1)).unsqueeze(-2)
    return q * torch.linalg.det(q)[:, None, None]


def random_strains(count: int, size: float, generator: torch.Generator) -> torch.Tensor:
    """Strains (count, 6) of all directions, norms uniform up to `size`."""
    direction = torch.randn(count, 6, dtype=torch.float64, generator=generator)
    norm = size * torch.rand(count, 1, dtype=torch.float64, generator=generator)
    return direction / direction.norm(dim=1, keepdim=True) * norm


def random_gradients(count: int, size: float, generator: torch.Generator) -> torch.Tensor:
    """Deformation gradients Q U (count, 3, 3): random rotations, principal stretches exp(u), |u| <= size."""
    Q, V = random_rotations(count, generator), random_rotations(count, generator)
    stretch = torch.exp(size * (2.0 * torch.rand(count, 3, dtype=torch.float64, generator=generator) - 1.0))
    return Q @ V @ torch.diag_embed(stretch) @ V.mT


def elastic_properties(law: ElasticLaw, states: int = 10_000, size: float = 3.0, seed: int = 0) -> dict[str, float]:
    """Of strains up to `size` times the law's strain scale; tangents and stresses relative to those at rest.

    rest: |energy| and |stress| at zero strain; convexity: least eigenvalue of the tangent;
    asymmetry; spectral_bound: largest eigenvalue [Pa]; invariance: change of energy under the symmetry group;
    growth: least of psi / (psi of the quadratic floor), >= 1.
    """
    generator = torch.Generator().manual_seed(seed)
    strains = random_strains(states, size * law.strain_scale, generator)
    zero = torch.zeros(1, 6, dtype=torch.float64)
    sigma0, D0 = law.stress_tangent(zero)
    stiff = float(torch.linalg.eigvalsh(D0[0]).abs().max())
    least, largest, asymmetry = math.inf, 0.0, 0.0
    for part in strains.split(CHUNK):
        _, D = law.stress_tangent(part)
        asymmetry = max(asymmetry, float((D - D.mT).abs().max()) / stiff)
        eigenvalues = torch.linalg.eigvalsh(0.5 * (D + D.mT))
        least, largest = min(least, float(eigenvalues.min())), max(largest, float(eigenvalues.max()))
    with torch.no_grad():
        psi = law.energy(strains)
        turned = law.energy(_turned(law, strains, generator))
        bulk, shear = law.moduli()
        trace = strains[:, :3].sum(1)
        floor = 0.5 * bulk * trace**2 + shear * ((strains**2).sum(1) - trace**2 / 3.0)
        return {
            "rest": max(float(law.energy(zero).abs()) / law.energy_scale, float(sigma0.abs().max()) / stiff),
            "convexity": least / stiff,
            "asymmetry": asymmetry,
            "spectral_bound": largest,
            "invariance": float(((turned - psi).abs() / (psi.abs() + law.energy_scale)).max()),
            "growth": float((psi / floor).min()),
        }


def _turned(law: ElasticLaw, strains: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """The strains seen after a rotation of the symmetry group."""
    if law.symmetry == "anisotropic":
        return strains
    Q = random_rotations(len(strains), generator)
    if law.symmetry == "transverse":  # rotations about the axis: exp(angle K), K the cross product with n
        angle = 2.0 * math.pi * torch.rand(len(strains), 1, 1, dtype=torch.float64, generator=generator)
        x, y, z = law.axis.tolist()
        K = torch.tensor([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]], dtype=torch.float64)
        Q = torch.eye(3, dtype=torch.float64) + torch.sin(angle) * K + (1.0 - torch.cos(angle)) * (K @ K)
    return from_tensor(Q @ to_tensor(strains) @ Q.mT)


def hyperelastic_properties(
    law: HyperelasticLaw, states: int = 10_000, size: float = 0.7, seed: int = 0
) -> dict[str, float]:
    """Of gradients with principal stretches exp(-size) to exp(size).

    rest: |W| and |P| at F = 1; objectivity, isotropy: change of W under Q F and F Q; ellipticity: least eigenvalue of
    the acoustic tensor over random directions, relative to that at rest; convexity: least eigenvalue of the Hessian of
    the network in its inputs; collapse: W where J = 1e-3 over the largest W of the states; asymmetry of the tangent.
    """
    generator = torch.Generator().manual_seed(seed)
    F = random_gradients(states, size, generator)
    Q = random_rotations(states, generator)
    one = torch.eye(3, dtype=torch.float64)[None]
    with torch.no_grad():
        W, left, right = law.energy(F), law.energy(Q @ F), law.energy(F @ Q)
        squeezed = law.energy(0.1 * one.expand(1, 3, 3))
    P0, A0 = law.stress_tangent(one)
    normals = torch.randn(states, 3, dtype=torch.float64, generator=generator)
    normals = normals / normals.norm(dim=1, keepdim=True)
    rest = torch.linalg.eigvalsh(torch.einsum("iajb,a,b->ij", A0[0], normals[0], normals[0])).abs().max()
    elliptic, asymmetry = math.inf, 0.0
    for f, n in zip(F.split(CHUNK), normals.split(CHUNK), strict=True):
        _, A = law.stress_tangent(f)
        acoustic = torch.einsum("niajb,na,nb->nij", A, n, n)
        elliptic = min(elliptic, float(torch.linalg.eigvalsh(acoustic).min() / rest))
        asymmetry = max(asymmetry, float((A - A.permute(0, 3, 4, 1, 2)).abs().max() / A.abs().max()))
    scale = W.abs() + law.energy_scale
    return {
        "rest": max(float(law.energy(one).detach().abs()), float(P0.abs().max())) / law.energy_scale,
        "objectivity": float(((left - W).abs() / scale).max()),
        "isotropy": float(((right - W).abs() / scale).max()),
        "ellipticity": elliptic,
        "convexity": _least_curvature(law, F),
        "asymmetry": asymmetry,
        "collapse": float(squeezed / W.max()),
    }


def _least_curvature(law: HyperelasticLaw, F: torch.Tensor) -> float:
    """Least eigenvalue of d2 N / d x2 at the measures of F."""
    from harmony.laws.hyperelastic import measures

    least = math.inf
    for part in F.split(CHUNK):
        x = (measures(part)[0] / law.stretch_scale).detach().requires_grad_(True)
        (g,) = torch.autograd.grad(law.network(x).sum(), x, create_graph=True)
        rows = [torch.autograd.grad(g[:, i].sum(), x, retain_graph=True)[0] for i in range(x.shape[1])]
        least = min(least, float(torch.linalg.eigvalsh(torch.stack(rows, 1)).min()))
    return least
