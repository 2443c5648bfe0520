"""What a mesh has to follow: the outline of a body, its holes, regions and joints, and the ends of what acts on it."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmm.model import Body, Model

__all__ = ["Outline", "outline_of"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

# Distance over the size of the body within which two points are one, and a point lies on a line [-].
SAME = 1e-9


@dataclass(frozen=True, eq=False)
class Outline:
    """points (n, 2) [m], segments (s, 2) between them that the mesh must have as sides; area: the body, in shapely."""

    points: Array
    segments: Index
    area: Any


def outline_of(model: Model, body: Body, marks: Array) -> Outline:
    """The lines and points that a mesh of the body follows; marks (k, 2) [m]: single points of conditions."""
    import shapely

    area = shapely.Polygon(body.outline, body.holes)
    size = float(np.ptp(body.outline, axis=0).max())
    lines = [shapely.LinearRing(ring) for ring in (body.outline, *body.holes)]
    inner = [shapely.LinearRing(ring) for ring, _ in body.regions]
    inner += [shapely.LineString(trace.points) for trace in model.traces]
    lines += [shapely.intersection(line, area) for line in inner]
    origin = body.outline[0]
    near_origin = [shapely.transform(line, lambda x: x - origin) for line in lines]
    noded = shapely.get_parts(shapely.unary_union(near_origin, grid_size=SAME * size))
    ends = np.array([pair for line in noded for pair in pairwise(shapely.get_coordinates(line))]) + origin
    points, number = merged(ends.reshape(-1, 2), SAME * size)
    points = _as_given(points, lines, 2 * SAME * size)
    segments = number.reshape(-1, 2)
    segments = np.unique(np.sort(segments[segments[:, 0] != segments[:, 1]], axis=1), axis=0)
    inside = [mark for mark in marks if area.distance(shapely.Point(mark)) <= SAME * size]
    return _with_marks(points, segments, np.array(inside).reshape(-1, 2), area, 2 * SAME * size)


def merged(points: Array, near: float) -> tuple[Array, Index]:
    """Points of which those nearer than `near` [m] are one, and the number of each."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    pairs = cKDTree(points).query_pairs(near, output_type="ndarray")
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(points), len(points)))
    _, label = connected_components(graph, directed=False)
    _, first, number = np.unique(label, return_index=True, return_inverse=True)
    return points[first], number.astype(np.int64)


def _as_given(points: Array, lines: list[Any], near: float) -> Array:
    """Points without the rounding of the grid where they are points of the lines."""
    import shapely
    from scipy.spatial import cKDTree

    given = shapely.get_coordinates(lines)
    distance, which = cKDTree(given).query(points)
    return np.where((distance <= near)[:, None], given[which], points)


def _with_marks(points: Array, segments: Index, marks: Array, area: Any, near: float) -> Outline:
    """The outline with more points: on a segment they divide it, elsewhere they stand alone."""
    for mark in marks:
        if np.hypot(*(points - mark).T).min() <= near:
            continue
        a, b = points[segments[:, 0]], points[segments[:, 1]]
        d = b - a
        t = np.clip(((mark - a) * d).sum(axis=1) / (d * d).sum(axis=1), 0.0, 1.0)
        off = np.hypot(*(a + t[:, None] * d - mark).T)
        points = np.vstack([points, mark])
        hit = int(np.argmin(off))
        if off[hit] <= near:
            new = len(points) - 1
            halves = [[segments[hit, 0], new], [new, segments[hit, 1]]]
            segments = np.vstack([np.delete(segments, hit, axis=0), halves])
    return Outline(points, segments, area)
