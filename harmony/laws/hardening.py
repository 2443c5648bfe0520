"""How the size of a learned yield surface grows with the equivalent plastic strain.

    r(k) = 1 + h k + sum_i q_i (1 - exp(-k / k_i)),   h, q_i >= 0, k_i > 0

r rises, so the energy stored by hardening, the integral of r - 1, is convex. Softening would not be: it is refused, as
it makes a solution depend on its mesh.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Hardening"]

type Array = NDArray[np.float64]


@dataclass(frozen=True)
class Hardening:
    """linear h [-], per unit of plastic strain; amounts q [-] and scales k [-] of the saturating terms."""

    linear: float = 0.0
    amounts: tuple[float, ...] = ()
    scales: tuple[float, ...] = ()

    def size(self, kappa: Array) -> tuple[Array, Array]:
        """r and dr/dk at equivalent plastic strains (n,)."""
        r, slope = 1.0 + self.linear * kappa, np.full_like(kappa, self.linear)
        for q, k in zip(self.amounts, self.scales, strict=True):
            left = np.exp(-kappa / k)
            r, slope = r + q * (1.0 - left), slope + q / k * left
        return r, slope
