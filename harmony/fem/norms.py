"""Norms of a finite-element solution, or of its difference to a known one, by quadrature of a given degree."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from harmony.fem.elastic import strain
from harmony.fem.lagrange import Lagrange

__all__ = ["displacement_norm", "strain_norm"]

type Array = NDArray[np.float64]
type Known = Callable[[Array], Array]


def strain_norm(lagrange: Lagrange, areas: Array, moduli: Array, u: Array, known: Known | None, degree: int) -> float:
    """int e . D e dA [J/m], e = eps(u) less the known strain (xx, yy, 2 xy) at points (n, 2) m; moduli a cell."""
    xi, w = lagrange.quadrature(degree)
    cell, _, x = lagrange.spread(xi)
    e = strain(lagrange.evaluate(cell, x, u))
    if known is not None:
        e = e - known(x)
    return float(np.einsum("n,ni,nij,nj->", (areas[:, None] * w).ravel(), e, moduli[cell], e))


def displacement_norm(lagrange: Lagrange, areas: Array, u: Array, known: Known, degree: int) -> float:
    """int |u - known|^2 dA [m4], known displacement (n, 2) m at points (n, 2) m."""
    xi, w = lagrange.quadrature(degree)
    cell, local, x = lagrange.spread(xi)
    e = np.einsum("nk,nki->ni", lagrange.values(local), u[lagrange.cells[cell]]) - known(x)
    return float(((areas[:, None] * w).ravel() * (e * e).sum(axis=1)).sum())
