"""Symmetric quadrature over a triangle: points inside, positive weights (Strang & Fix 1973, Dunavant 1985)."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["rule"]

type Array = NDArray[np.float64]

# By degree: orbits (weight, barycentric coordinates); the points of an orbit are the permutations of its coordinates.
ORBITS: dict[int, list[tuple[float, tuple[float, float, float]]]] = {
    1: [(1.0, (1 / 3, 1 / 3, 1 / 3))],
    2: [(1 / 3, (2 / 3, 1 / 6, 1 / 6))],
    4: [
        (0.223381589678011, (0.108103018168070, 0.445948490915965, 0.445948490915965)),
        (0.109951743655322, (0.816847572980459, 0.091576213509771, 0.091576213509771)),
    ],
    6: [
        (0.116786275726379, (0.501426509658179, 0.249286745170910, 0.249286745170910)),
        (0.050844906370207, (0.873821971016996, 0.063089014491502, 0.063089014491502)),
        (0.082851075618374, (0.053145049844817, 0.310352451033784, 0.636502499121399)),
    ],
}


def rule(degree: int) -> tuple[Array, Array]:
    """Barycentric points (n, 3) and weights (n,), sum 1, exact at least to `degree` (0 to 6)."""
    from itertools import permutations

    orbits = ORBITS[min(d for d in ORBITS if d >= degree)]
    points = [(w, p) for w, coordinates in orbits for p in dict.fromkeys(permutations(coordinates))]
    weights = np.array([w for w, _ in points])
    return np.array([p for _, p in points]), weights / weights.sum()
