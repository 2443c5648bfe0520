"""Invariants of a small strain, each convex in it; a convex function that does not decrease in them is convex.

e = eps / scale, n the axis of a transversely isotropic rock. Affine invariants (marked) are convex with either sign, so
the function may rise or fall with them. All are zero at rest, and all but the affine ones have a zero gradient there.

    tr e                                  affine
    dev e : dev e                         convex: a squared norm
    tr (1 + e)^4 - 3 - 4 tr e             convex: tr f(e) with f convex; = 6 tr e^2 + 4 tr e^3 + tr e^4, tells tension
                                          from compression of single directions
    n . e n                               affine
    |e n|^2                               convex: a squared norm
"""

from dataclasses import dataclass

import torch

from harmony.laws.mandel import DEVIATOR, IDENTITY, from_tensor, to_tensor

__all__ = ["SYMMETRIES", "Symmetry", "invariant_slopes", "invariants"]


@dataclass(frozen=True)
class Symmetry:
    """names of the invariants; affine: which of them are."""

    names: tuple[str, ...]
    affine: tuple[bool, ...]
    axis: bool = False

    @property
    def count(self) -> int:
        return len(self.names)


SYMMETRIES = {
    "isotropic": Symmetry(("trace", "shear", "quartic"), (True, False, False)),
    "transverse": Symmetry(
        ("trace", "shear", "quartic", "axial", "axial-square"), (True, False, False, True, False), axis=True
    ),
    "anisotropic": Symmetry(("xx", "yy", "zz", "yz", "xz", "xy"), (True,) * 6),
}
"""Material symmetries by name. The anisotropic one sees the whole strain: affine, so any convex function of it."""


def invariants(strain: torch.Tensor, symmetry: str, axis: torch.Tensor | None = None) -> torch.Tensor:
    """Invariants (n, count) of scaled strains (n, 6); axis (3,): unit vector, for the transverse symmetry."""
    if symmetry == "anisotropic":
        return strain
    e = to_tensor(strain)
    trace = strain[..., :3].sum(-1)
    square = (strain * strain).sum(-1)
    e2 = e @ e
    cubic, quartic = (e2 * e).sum((-2, -1)), (e2 * e2).sum((-2, -1))
    out = [trace, square - trace * trace / 3.0, 6.0 * square + 4.0 * cubic + quartic]
    if symmetry == "transverse":
        assert axis is not None, "a transversely isotropic law has an axis"
        along = e @ axis
        out += [along @ axis, (along * along).sum(-1)]
    return torch.stack(out, dim=-1)


def invariant_slopes(strain: torch.Tensor, symmetry: str, axis: torch.Tensor | None = None) -> torch.Tensor:
    """Gradients (n, count, 6) of the invariants with respect to scaled strains (n, 6).

    tr: 1;   |dev e|^2: 2 dev e;   quartic: 4 (1 + e)^3 - 4;   n . e n: n (x) n;   |e n|^2: e n (x) n + n (x) e n
    """
    if symmetry == "anisotropic":
        return torch.eye(6, dtype=torch.float64).expand(*strain.shape[:-1], 6, 6)
    e = to_tensor(strain)
    e2 = e @ e
    out = [IDENTITY.expand_as(strain), 2.0 * strain @ DEVIATOR, 4.0 * from_tensor(3.0 * (e + e2) + e2 @ e)]
    if symmetry == "transverse":
        assert axis is not None, "a transversely isotropic law has an axis"
        along = (e @ axis)[..., :, None] * axis
        out += [from_tensor(torch.outer(axis, axis)).expand_as(strain), from_tensor(along + along.mT)]
    return torch.stack(out, dim=-2)
