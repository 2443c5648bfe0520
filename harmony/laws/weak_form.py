"""A law of finite or small strain from displacement fields and reactions alone: equilibrium is the teacher.

    r(v) = sum_e A_e P(F_e) : grad v_e - R . v,   loss = mean_v r(v)^2 / scale^2

over virtual displacements v that vanish on what is held and are rigid on what is pulled, so that the reactions R stand
on the right (virtual fields; EUCLID, Flaschel et al. 2021, Thakolkaran et al. 2022). v are smoother than the mesh:
noise of the displacements passes through K(h) ~ 1/h into nodal residuals, and averages out in wide virtual fields.

The measures of the energy depend on the data only: their values x and slopes d x / d F are computed once, and the
stress is a product with the slopes of the network.
"""

from dataclasses import dataclass

import torch

from harmony.laws.elastic import ElasticLaw
from harmony.laws.hyperelastic import GROWTH, HyperelasticLaw, cofactor, measures

__all__ = ["Fields", "KnownFields", "KnownStrains", "residual"]

ROOT2 = 2.0**0.5


@dataclass(frozen=True)
class Fields:
    """Triangles with linear displacements, plane strain; per load step: gradients and the work of the reactions.

    gradients F (steps, e, 2, 2) [-]; virtual: grad v times area, (virtual fields, e, 2, 2) [m]; work: R . v
    (steps, virtual fields) [N]; weight (virtual fields,) [-].
    """

    gradients: torch.Tensor
    virtual: torch.Tensor
    work: torch.Tensor
    weight: torch.Tensor


class KnownFields:
    """What stays the same while a law is trained on `fields`."""

    def __init__(self, fields: Fields, law: HyperelasticLaw) -> None:
        self.fields = fields
        F = torch.zeros(*fields.gradients.shape[:2], 3, 3, dtype=torch.float64)
        F[..., :2, :2], F[..., 2, 2] = fields.gradients, 1.0
        F = F.flatten(0, 1).requires_grad_(True)
        x, J = measures(F)
        slopes = [torch.autograd.grad(x[:, i].sum(), F, retain_graph=True)[0] for i in range(x.shape[1])]
        floor = (J + 1.0 / J - 2.0) ** 2 + 0.5 * x[:, 0] + 0.5 * (J - 1.0) ** 2
        (growth,) = torch.autograd.grad(floor.sum(), F)
        s = law.stretch_scale
        self.x = (x / s).detach()
        self.slopes = (torch.stack(slopes, 1) / s)[..., :2, :2].detach()
        self.cof = cofactor(F)[..., :2, :2].detach()
        self.growth = GROWTH * growth[..., :2, :2].detach()

    def stress(self, law: HyperelasticLaw) -> torch.Tensor:
        """P (steps, e, 2, 2) in the plane [Pa], a function of the weights."""
        g = law.network.gradient(self.x)
        rest = law.network.gradient(torch.zeros_like(self.x[0])) / law.stretch_scale
        n = 2.0 * rest[1] + 4.0 * rest[3] + rest[4]
        P = torch.einsum("pi,piab->pab", g, self.slopes) - n * self.cof + self.growth
        return law.energy_scale * P.unflatten(0, self.fields.gradients.shape[:2])


class KnownStrains:
    """The same for a law of small strain: eps = sym F - 1 in Mandel notation, (steps times e, 6) [-]."""

    def __init__(self, fields: Fields) -> None:
        self.fields = fields
        F = fields.gradients.flatten(0, 1)
        self.strain = torch.zeros(len(F), 6, dtype=torch.float64)
        self.strain[:, 0], self.strain[:, 1] = F[:, 0, 0] - 1.0, F[:, 1, 1] - 1.0
        self.strain[:, 5] = (F[:, 0, 1] + F[:, 1, 0]) / ROOT2

    def stress(self, law: ElasticLaw) -> torch.Tensor:
        """sigma (steps, e, 2, 2) in the plane [Pa], a function of the weights."""
        xx, yy, xy = law.stress(self.strain)[:, [0, 1, 5]].T
        tensor = torch.stack([xx, xy / ROOT2, xy / ROOT2, yy], dim=1)
        return tensor.unflatten(1, (2, 2)).unflatten(0, self.fields.gradients.shape[:2])


def residual(stress: torch.Tensor, fields: Fields) -> torch.Tensor:
    """Weighted residuals (steps, virtual fields) of stresses (steps, e, 2, 2) relative to the largest work of the
    reactions."""
    inner = torch.einsum("seab,veab->sv", stress, fields.virtual)
    return (inner - fields.work) * fields.weight / fields.work.abs().max()
