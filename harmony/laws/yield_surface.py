"""A learned yield function or plastic potential: isotropic, convex, smooth.

    f(s) = (L(s) - L(0)) / (1 - L(0)) - 1 = 0,   L(s) = ln sum_(m, p) exp(sharp (a_m . p(s) - b_m)) / sharp

over the six permutations p of the principal stresses s (in units of the strength): a smooth maximum of planes, hence
convex where L(0) < 1, which is checked; f(0) = -1: the stress-free state is elastic. Mohr-Coulomb is one plane and
its permutations, a circle many.
"""

from dataclasses import dataclass, replace
from functools import cached_property
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

    @cached_property
    def _facets(self) -> tuple[Array, Array, Array, float]:
        """All planes (k, 3), their products (k, 9), their offsets (k,), and L(0)."""
        normals = self.planes[:, ORDERS].reshape(-1, 3)
        products = (normals[:, :, None] * normals[:, None, :]).reshape(-1, 9)
        return normals, products, np.repeat(self.offsets, len(ORDERS)), self._zero()

    def slopes(self, s: Array) -> tuple[Array, Array]:
        """f (n,) and its gradient (n, 3) [1/Pa] at principal stresses s (n, 3) [Pa]."""
        value, mean, _ = self._maximum(s)
        scale = 1.0 / (1.0 - self._facets[3])
        return (value - self._facets[3]) * scale - 1.0, scale * mean / self.unit

    def parts(self, s: Array) -> tuple[Array, Array, Array]:
        """f (n,), its gradient (n, 3) [1/Pa] and Hessian (n, 3, 3) at principal stresses s (n, 3) [Pa]."""
        value, mean, weight = self._maximum(s)
        scale = 1.0 / (1.0 - self._facets[3])
        second = (weight @ self._facets[1]).reshape(-1, 3, 3) - mean[:, :, None] * mean[:, None, :]
        hessian = scale * self.sharp * self.blunt * second / self.unit**2
        return (value - self._facets[3]) * scale - 1.0, scale * mean / self.unit, hessian

    def _maximum(self, s: Array) -> tuple[Array, Array, Array]:
        """L (n,), its gradient (n, 3) in units of the strength, and the weights of the facets (n, k)."""
        normals, _, offsets, _ = self._facets
        sharp = self.sharp * self.blunt
        z = sharp * (s / self.unit @ normals.T - offsets)
        top = z.max(1, keepdims=True)
        weight = np.exp(z - top)
        total = weight.sum(1, keepdims=True)
        weight /= total
        return (top[:, 0] + np.log(total[:, 0])) / sharp, weight @ normals, weight


def _smooth(z: Array) -> float:
    top = float(z.max())
    return top + float(np.log(np.exp(z - top).sum()))
