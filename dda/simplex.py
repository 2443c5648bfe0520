"""Exact integrals over a polygon by simplices (Shi 1988): signed triangles from one point to every edge.

Over the triangle (0, p1, p2), J = x1 y2 - x2 y1 (twice its signed area):

    int dA   = J / 2                 int x^2 dA = J / 12 (x1^2 + x1 x2 + x2^2)
    int x dA = J / 6 (x1 + x2)       int x y dA = J / 24 (2 x1 y1 + x1 y2 + x2 y1 + 2 x2 y2)

The signs make the sum exact for a polygon of any shape.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["Moments", "moments"]


class Moments(NamedTuple):
    """area [m2]; centroid (2,) [m]; second (3,) [m4] = (int X^2, int Y^2, int X Y), X and Y from the centroid."""

    area: float
    centroid: np.ndarray
    second: np.ndarray


def moments(vertices: ArrayLike) -> Moments:
    """Area, centroid and second moments of a simple polygon (n, 2) [m], either orientation."""
    points = np.asarray(vertices, dtype=float)
    first = _integrals(points, points[0])
    centroid = points[0] + first[1:3] / first[0]
    about = _integrals(points, centroid)
    sign = np.sign(about[0])
    return Moments(float(sign * about[0]), centroid, sign * about[3:])


def _integrals(points: np.ndarray, origin: np.ndarray) -> np.ndarray:
    """int (1, x, y, x^2, y^2, x y) dA with x, y from `origin`; the sign is that of the orientation."""
    (x1, y1), (x2, y2) = (points - origin).T, (np.roll(points, -1, axis=0) - origin).T
    J = x1 * y2 - x2 * y1
    return np.array(
        [
            J.sum() / 2,
            (J * (x1 + x2)).sum() / 6,
            (J * (y1 + y2)).sum() / 6,
            (J * (x1 * x1 + x1 * x2 + x2 * x2)).sum() / 12,
            (J * (y1 * y1 + y1 * y2 + y2 * y2)).sum() / 12,
            (J * (2 * x1 * y1 + x1 * y2 + x2 * y1 + 2 * x2 * y2)).sum() / 24,
        ]
    )
