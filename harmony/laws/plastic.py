"""A learned elastoplastic law: isotropic elasticity, learned yield function, separate learned potential, hardening.

    sigma_tr = C (eps - eps_p),   sigma = sigma_tr - dl C grad g(sigma),   f(sigma) + 1 = r(kappa),   dl >= 0

f is convex with f(0) = -1 (harmony.laws.yield_surface). With g = f and kappa' = kappa + dl the law is a generalized
standard material with stored energy int (r - 1) dkappa, whose dissipation potential is the support function of
f + 1 <= r: flow is associated, the tangent symmetric, and sigma . d eps_p - (r - 1) dl >= dl (f + 1 - r + 1) = dl.
Friction whose dilation differs has another convex g, least at zero (harmony.laws.potential), kappa' = kappa +
sqrt(2/3) |d eps_p| and an unsymmetric tangent; sigma . d eps_p = dl sigma . grad g >= 0. Isotropy keeps the principal
directions of the trial stress, so the update is a fixed point in four unknowns a point (harmony.laws.return_map).
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

import dda
from dda.constitutive import Answer
from dda.errors import StepFailure
from harmony.laws.hardening import Hardening
from harmony.laws.potential import Potential
from harmony.laws.principal import assembled, isotropic_tangent, rows, tensors
from harmony.laws.return_map import CLOSE, ReturnMap
from harmony.laws.yield_surface import Surface

__all__ = ["LearnedPlasticity"]

type Array = NDArray[np.float64]


@dataclass(frozen=True)
class LearnedPlasticity(dda.ConstitutiveLaw):
    """bulk, shear [Pa]; surface f; potential g, absent: f (associated flow); hardening r; bound: largest singular value
    of the tangent as it was measured [Pa], for a law whose flow is not associated."""

    bulk: float
    shear: float
    surface: Surface
    potential: Potential | None = None
    hardening: Hardening = field(default_factory=Hardening)
    bound: float = 0.0

    kind = "inelastic"

    @property
    def state_names(self) -> tuple[str, ...]:
        return ("plastic_xx", "plastic_yy", "plastic_zz", "plastic_yz", "plastic_xz", "plastic_xy", "equivalent")

    @property
    def symmetric(self) -> bool:
        return self.potential is None

    @property
    def stiffest(self) -> float:
        return max(3.0 * self.bulk, 2.0 * self.shear, self.bound)

    @property
    def returning(self) -> ReturnMap:
        """The return of trial stresses to the surface."""
        return ReturnMap(self.bulk, self.shear, self.surface, self.potential or self.surface, self.hardening)

    def evaluate(self, strain: ArrayLike, strain_old: ArrayLike, state: ArrayLike, dt: float = 0.0) -> Answer:
        """Stress at `strain` (n, 6) from `state` (n, 7); the path between does not matter, nor does `dt`."""
        eps, old = np.asarray(strain, float), np.asarray(state, float)
        e, directions = np.linalg.eigh(tensors(eps - old[:, :6]))
        C = self.returning.elastic()
        trial = e @ C
        s, T = trial.copy(), np.broadcast_to(C, (len(e), 3, 3)).copy()
        after = old.copy()
        yields = self.surface.slopes(trial)[0] + 1.0 > self.hardening.size(old[:, 6])[0] + CLOSE
        if yields.any():
            s[yields], T[yields], after[yields, 6], returned = self.returning.solve(trial[yields], old[yields, 6])
            if not returned.all():
                raise StepFailure(f"{(~returned).sum()} points of a learned law do not return to its yield surface")
            flow = (trial - s) @ np.linalg.inv(C)
            after[:, :6] += rows(assembled(flow, directions))
        return Answer(rows(assembled(s, directions)), isotropic_tangent(e, s, T, directions), after)

    def settings(self) -> dict[str, Any]:
        """What the file says of the law beside its arrays."""
        return {"flow": "associated" if self.symmetric else "non-associated"}

    def arrays(self) -> dict[str, Array]:
        """Everything the law is made of, as it stands in its file; hardening as (h, q ..., k ...)."""
        f, g, h = self.surface, self.potential, self.hardening
        out = {"f/planes": f.planes, "f/offsets": f.offsets, "f/sharp": np.array([f.sharp])}
        if g is not None:
            s = g.surface
            out |= {"g/planes": s.planes, "g/offsets": s.offsets, "g/sharp": np.array([s.sharp])}
        out["elastic"] = np.array([self.bulk, self.shear, f.unit, self.bound])
        return out | {"hardening": np.array([h.linear, *h.amounts, *h.scales])}

    @staticmethod
    def from_arrays(a: dict[str, Array]) -> "LearnedPlasticity":
        """The law of `arrays()`."""
        bulk, shear, unit, bound = (float(v) for v in a["elastic"])
        f = Surface(a["f/planes"], a["f/offsets"], float(a["f/sharp"][0]), unit)
        g = Surface(a["g/planes"], a["g/offsets"], float(a["g/sharp"][0]), unit) if "g/planes" in a else None
        h = [float(v) for v in a["hardening"]]
        half = (len(h) - 1) // 2
        hardening = Hardening(h[0], tuple(h[1 : 1 + half]), tuple(h[1 + half :]))
        return LearnedPlasticity(bulk, shear, f, None if g is None else Potential(g), hardening, bound)
