"""A learned yield function or plastic potential: isotropic, convex, smooth.

    f(s) = (L(s) - L(0)) / (1 - L(0)) - 1 = 0,   L(s) = ln sum_(m, p) exp(sharp (a_m . p(s) - b_m)) / sharp

over the six permutations p of the principal stresses s (in units of the strength): a smooth maximum of planes, hence
convex where L(0) < 1, which is checked; f(0) = -1: the stress-free state is elastic. Mohr-Coulomb is one plane and
its permutations, a circle many.
"""

from dataclasses import dataclass, replace
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain

__all__ = ["ORDERS", "Surface"]

type Array = NDArray[np.float64]

ORDERS = np.array(list(permutations(range(3))))


@dataclass(frozen=True)
class Surface:
    """planes a (m, 3), offsets b (m,), sharp [-]; all in units of `unit` [Pa]."""

    planes: Array
    offsets: Array
    sharp: float
    unit: float
    blunt: float = 1.0

    def __post_init__(self) -> None:
        if self._zero() >= 1.0:
            raise InputError(
                explain(
                    "a surface without an elastic inside",
                    where="Surface",
                    expected="L(0) < 1",
                    got=f"{self._zero():g}",
                    do="take larger offsets, or a sharper surface",
                )
            )

    def _zero(self) -> float:
        """L(0)."""
        return _smooth(self.sharp * -np.repeat(self.offsets, len(ORDERS))) / self.sharp

    def blunted(self, factor: float) -> "Surface":
        """The same planes with corners less sharp by `factor` <= 1, at the same level: where Newton begins."""
        return replace(self, blunt=factor)

    def parts(self, s: Array) -> tuple[Array, Array, Array]:
        """f (n,), its gradient (n, 3) [1/Pa] and Hessian (n, 3, 3) at principal stresses s (n, 3) [Pa]."""
        normals = self.planes[:, ORDERS].reshape(-1, 3)
        offsets = np.repeat(self.offsets, len(ORDERS))
        zero = self._zero()
        sharp = self.sharp * self.blunt
        z = sharp * (s / self.unit @ normals.T - offsets)
        top = z.max(1, keepdims=True)
        weight = np.exp(z - top)
        total = weight.sum(1, keepdims=True)
        weight /= total
        value = (top[:, 0] + np.log(total[:, 0])) / sharp
        scale = 1.0 / (1.0 - zero)
        mean = weight @ normals
        second = np.einsum("nk,ki,kj->nij", weight, normals, normals) - mean[:, :, None] * mean[:, None, :]
        gradient = scale * mean / self.unit
        return (value - zero) * scale - 1.0, gradient, scale * sharp * second / self.unit**2


def _smooth(z: Array) -> float:
    top = float(z.max())
    return top + float(np.log(np.exp(z - top).sum()))
