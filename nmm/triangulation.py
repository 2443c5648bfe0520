"""Cut elements as triangles that lie inside them, so that integration points do too and weights are positive."""

import numpy as np
from numpy.typing import NDArray

from nmm.manifold import Manifold
from nmm.triangle_rules import rule

__all__ = ["interior_points", "triangles"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

# Turn of a corner, as the sine of its angle [-], up to which a polygon counts as convex: rounding of straight edges.
STRAIGHT = 1e-12


def triangles(manifold: Manifold) -> tuple[Array, Index]:
    """Corners (t, 3, 2) [m], element of each (t,), sorted by element."""
    found: list[Array] = []
    owner: list[Index] = []
    for element in range(manifold.count):
        ring = manifold.points[manifold.offsets[element] : manifold.offsets[element + 1]]
        sides = manifold.edge_start[element + 1] - manifold.edge_start[element]
        parts = _fan(ring) if sides == len(ring) and _convex(ring) else _constrained(manifold, element)
        found.append(parts)
        owner.append(np.full(len(parts), element))
    return np.concatenate(found), np.concatenate(owner)


def interior_points(manifold: Manifold, degree: int) -> tuple[Array, Array, Index]:
    """Points (n, 2) [m], weights (n,) [m2], element of each (n,); polynomials of `degree` are exact."""
    corners, owner = triangles(manifold)
    barycentric, weights = rule(degree)
    a, b = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]) / 2
    points = np.einsum("gk,tki->tgi", barycentric, corners)
    return points.reshape(-1, 2), (area[:, None] * weights).ravel(), np.repeat(owner, len(weights))


def _convex(ring: Array) -> bool:
    along = np.roll(ring, -1, axis=0) - ring
    back = np.roll(along, 1, axis=0)
    turn = back[:, 0] * along[:, 1] - back[:, 1] * along[:, 0]
    return bool((turn >= -STRAIGHT * np.hypot(*along.T) * np.hypot(*back.T)).all())


def _fan(ring: Array) -> Array:
    middle = np.arange(1, len(ring) - 1)
    return np.stack([np.broadcast_to(ring[0], (len(middle), 2)), ring[middle], ring[middle + 1]], axis=1)


def _constrained(manifold: Manifold, element: int) -> Array:
    """Delaunay triangles of a polygon that is not convex or has inner rings."""
    import shapely

    edges = manifold.edges[manifold.edge_start[element] : manifold.edge_start[element + 1]]
    polygon = shapely.build_area(shapely.multilinestrings([shapely.linestrings(e.reshape(2, 2)) for e in edges]))
    parts = shapely.get_parts(shapely.constrained_delaunay_triangles(polygon))
    return np.array([shapely.get_coordinates(part)[:3] for part in parts])
