"""Which strains the data of a law cover: an ellipsoid about them, in the features that its symmetry leaves to tell.

    x(eps) = (tr eps / sqrt3, |dev eps|)   of an isotropic law,   x(eps) = eps   of any other
    (x - c) . A (x - c) <= 1               the smallest ellipsoid about all x of the data, and REST about rest
    rho(eps) = (sqrt(b^2 + a k) - b) / k,  a = x . A x,  b = x . A c,  k = 1 - c . A c

    rho = max(rho, x_i / most_i, x_i / least_i)         the box of the data and of REST: directions that no data vary
                                                        widen the smallest ellipsoid along the one that they do

rho is the gauge: rho(t eps) = t rho(eps), 1 at the border, as (x / rho - c) . A (x / rho - c) = 1. Features of first
degree make it one; k > 0 as rest is inside. A law of uniaxial compression is thus trusted there, and elsewhere about
rest only. The ellipsoid is that of Khachiyan (1996): with z = (x, 1) and weights u, the design of largest
det sum u z z^T, by u <- u z . M^-1 z / (d + 1). The angle of Lode is no feature: nothing is asked of the data there.
"""

import numpy as np
from numpy.typing import NDArray

from harmony.laws.principal import DEVIATOR, ONE

__all__ = ["covered", "features", "gauge"]

type Array = NDArray[np.float64]

REST = 0.1
"""Size of the strains about rest, over the largest of the data, that every law is taken to know."""

WAYS = 600
"""Directions of x whose furthest states are looked at."""

CLOSE, STEPS = 1e-2, 2000
"""How close to the smallest ellipsoid, in steps of the weights."""


def features(strain: Array, isotropic: bool) -> Array:
    """x (n, 2) or (n, 6) of strains (n, 6)."""
    if not isotropic:
        return strain
    return np.stack([strain @ ONE / np.sqrt(3.0), np.linalg.norm(strain @ DEVIATOR, axis=1)], axis=1)


def covered(strain: Array, isotropic: bool) -> dict[str, list[float]]:
    """centre c (d,) and shape A (d, d) of the ellipsoid about strains (n, 6), least and most (d,) of the box [-]; d
    tells the features."""
    x = features(strain, isotropic)
    size = float(np.linalg.norm(x, axis=1).max())
    d = x.shape[1]
    rest = REST * size * np.vstack([np.eye(d), -np.eye(d)])
    ways = np.random.default_rng(0).standard_normal((WAYS, d))
    far = np.unique([int(np.argmax(x @ way)) for way in ways])
    z = np.hstack([np.vstack([x[far], rest]) / size, np.ones((len(far) + 2 * d, 1))])
    u = np.full(len(z), 1.0 / len(z))
    for _ in range(STEPS):
        g = np.einsum("ni,ni->n", z @ np.linalg.inv((z * u[:, None]).T @ z), z)
        if g.max() <= (1.0 + CLOSE) * (d + 1):
            break
        u *= g / (d + 1)
    centre = u @ z[:, :d]
    spread = (z[:, :d] * u[:, None]).T @ z[:, :d] - np.outer(centre, centre)
    A = np.linalg.inv(spread)
    all_of = np.vstack([x, rest]) / size - centre
    A /= np.einsum("ni,ij,nj->n", all_of, A, all_of).max()  # all within
    least, most = np.minimum(x.min(axis=0), -REST * size), np.maximum(x.max(axis=0), REST * size)
    return {
        "centre": (centre * size).tolist(),
        "shape": (A / size**2).ravel().tolist(),
        "least": least.tolist(),
        "most": most.tolist(),
    }


def gauge(strain: Array, region: dict[str, list[float]]) -> Array:
    """rho (n,) of strains (n, 6): above 1 outside."""
    c = np.asarray(region["centre"])
    A = np.asarray(region["shape"]).reshape(len(c), len(c))
    x = features(strain, len(c) == 2)
    a, b, k = np.einsum("ni,ij,nj->n", x, A, x), x @ A @ c, 1.0 - c @ A @ c
    box = np.maximum(x / np.asarray(region["most"]), x / np.asarray(region["least"])).max(axis=1)
    return np.asarray(np.maximum((np.sqrt(b**2 + a * k) - b) / k, box))
