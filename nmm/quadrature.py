"""Points and weights over cut elements, by simplices from one vertex of each: exact to degree 8."""

import numpy as np
from numpy.typing import NDArray

from nmm.manifold import Manifold

__all__ = ["element_points"]

type Array = NDArray[np.float64]

POINTS = 5


def element_points(manifold: Manifold) -> tuple[Array, Array, NDArray[np.int64]]:
    """Points (n, 2) [m], signed weights (n,) [m2], element of each (n,).

    Over the triangle (o, p, q), x = o + r ((1 - s) (p - o) + s (q - o)), dA = J r dr ds: Gauss-Legendre in r and s.
    """
    x, w = np.polynomial.legendre.leggauss(POINTS)
    x, w = (x + 1) / 2, w / 2
    r, s = (a.ravel() for a in np.meshgrid(x, x, indexing="ij"))
    weight = np.outer(w * x, w).ravel()
    owner = np.repeat(np.arange(manifold.count), np.diff(manifold.edge_start))
    origin = manifold.edges[manifold.edge_start[:-1], :2][owner]
    p, q = manifold.edges[:, :2] - origin, manifold.edges[:, 2:] - origin
    J = p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]
    points = origin[:, None] + r[:, None] * ((1 - s)[:, None] * p[:, None] + s[:, None] * q[:, None])
    return points.reshape(-1, 2), (J[:, None] * weight).ravel(), np.repeat(owner, len(weight))
