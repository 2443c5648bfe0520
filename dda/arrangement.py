"""Planar arrangement of line segments: every crossing and touching becomes a node, every piece between nodes an edge.

Floating-point noding with one tolerance. Points closer than it are one node (the one of lowest rank stays where it is),
a node closer than it to a segment lies on that segment. So an end that misses its line by roundoff still makes a T, and
two lines that coincide but for roundoff become the same edges. What is not near-degenerate is not moved at all.
"""

from typing import Any, NamedTuple

import numpy as np

__all__ = ["Arrangement", "arrange", "polygons_of"]

# Sine of the angle [-] below which two segments are parallel: they share nodes at their ends, never a crossing point,
# whose place would be roundoff.
PARALLEL = 1e-12


class Arrangement(NamedTuple):
    """nodes (n, 2) [m]; edges (m, 2) nodes of each edge, lower first, no edge twice; cover_edge, cover_segment (k,)
    pairs that say which input segments run along which edge.
    """

    nodes: np.ndarray
    edges: np.ndarray
    cover_edge: np.ndarray
    cover_segment: np.ndarray


def arrange(segments: np.ndarray, rank: np.ndarray, tolerance: float, roundoff: float) -> Arrangement:
    """Arrangement of segments (s, 2, 2) [m] of rank (s,); lower ranks keep their place.

    Joining points over a tolerance above roundoff (both [m]) can push an edge across another one, so the edges are
    then arranged once more among themselves.
    """
    first = _arrange(segments, rank, tolerance)
    if tolerance <= roundoff:
        return first
    edge_rank = np.full(len(first.edges), rank.max())
    np.minimum.at(edge_rank, first.cover_edge, rank[first.cover_segment])
    second = _arrange(first.nodes[first.edges], edge_rank, roundoff)
    return second._replace(**_compose(second, first))


def _compose(second: Arrangement, first: Arrangement) -> dict[str, np.ndarray]:
    """Which input segments of the first arrangement run along which edges of the second, made of the first's edges."""
    order = np.argsort(first.cover_edge, kind="stable")
    count = np.bincount(first.cover_edge, minlength=len(first.edges))[second.cover_segment]
    start = np.searchsorted(first.cover_edge[order], second.cover_segment)
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    segment = first.cover_segment[order[np.repeat(start, count) + within]]
    return {"cover_edge": np.repeat(second.cover_edge, count), "cover_segment": segment}


def _arrange(segments: np.ndarray, rank: np.ndarray, tolerance: float) -> Arrangement:
    """One pass: crossings, merged nodes, segments split at the nodes on them."""
    import shapely

    lines = shapely.linestrings(segments)
    tree = shapely.STRtree(lines)
    ends = segments.reshape(-1, 2)
    crossings = _crossings(segments, *tree.query(lines, predicate="intersects"))
    points = np.vstack([ends, crossings])
    point_rank = np.concatenate([np.repeat(rank, 2), np.full(len(crossings), rank.max() + 1)])
    nodes, node_rank, node_of = _merge(points, point_rank, tolerance)

    node, segment = tree.query(shapely.points(nodes), predicate="dwithin", distance=tolerance)
    nodes = _settle(nodes, node_rank, segments, rank, node, segment)
    owner = np.repeat(np.arange(len(segments)), 2)
    node, segment = np.concatenate([node_of[: len(ends)], node]), np.concatenate([owner, segment])
    return _split(nodes, segments, node, segment)


def _crossings(segments: np.ndarray, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    """Points (c, 2) where segments i and j cross: a + t u = b + s v, t = (b - a) x v / u x v."""
    i, j = i[i < j], j[i < j]
    a, u = segments[i, 0], segments[i, 1] - segments[i, 0]
    b, v = segments[j, 0], segments[j, 1] - segments[j, 0]
    cross = _cross(u, v)
    oblique = np.abs(cross) > PARALLEL * np.linalg.norm(u, axis=1) * np.linalg.norm(v, axis=1)
    a, u, b, v, cross = a[oblique], u[oblique], b[oblique], v[oblique], cross[oblique]
    t = np.clip(_cross(b - a, v) / cross, 0.0, 1.0)
    points: np.ndarray = a + t[:, None] * u
    return points


def _cross(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """u x v of rows [m2]."""
    product: np.ndarray = u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]
    return product


def _merge(points: np.ndarray, rank: np.ndarray, tolerance: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One node for each cluster of points within the tolerance: nodes (n, 2), their rank (n,), node of each point."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    order = np.argsort(rank, kind="stable")
    places, first, place_of = _unique_rows(points[order])
    pairs = cKDTree(places).query_pairs(tolerance, output_type="ndarray")
    near = coo_array((np.ones(len(pairs), dtype=bool), pairs.T), shape=(len(places), len(places)))
    count, cluster = connected_components(near, directed=False)
    best = np.full(count, len(points))
    np.minimum.at(best, cluster, first)
    node_of = np.empty(len(points), dtype=int)
    node_of[order] = cluster[place_of]
    return points[order][best], rank[order][best], node_of


def _unique_rows(points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distinct rows, the first position of each, and the row of each point. -0 and 0 are one."""
    keys = (points + 0.0).view(complex).ravel()
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    return points[first], first, inverse


def _settle(
    nodes: np.ndarray,
    node_rank: np.ndarray,
    segments: np.ndarray,
    rank: np.ndarray,
    node: np.ndarray,
    segment: np.ndarray,
) -> np.ndarray:
    """Nodes moved (by less than the tolerance) onto the segment of lowest rank beside them, if it outranks them."""
    above = rank[segment] < node_rank[node]
    node, segment = node[above], segment[above]
    order = np.lexsort((segment, rank[segment], node))
    node, at = np.unique(node[order], return_index=True)
    a, u = segments[segment[order][at], 0], np.diff(segments[segment[order][at]], axis=1)[:, 0]
    t = ((nodes[node] - a) * u).sum(axis=1) / (u * u).sum(axis=1)
    settled = nodes.copy()
    settled[node] = a + np.clip(t, 0.0, 1.0)[:, None] * u
    return settled


def _split(nodes: np.ndarray, segments: np.ndarray, node: np.ndarray, segment: np.ndarray) -> Arrangement:
    """Segments split at the nodes on them, given as pairs, and equal pieces made one edge."""
    a, u = segments[segment, 0], segments[segment, 1] - segments[segment, 0]
    along = ((nodes[node] - a) * u).sum(axis=1) / (u * u).sum(axis=1)
    order = np.lexsort((node, along, segment))
    node, segment = node[order], segment[order]
    piece = (segment[1:] == segment[:-1]) & (node[1:] != node[:-1])
    low, high = np.minimum(node[1:], node[:-1])[piece], np.maximum(node[1:], node[:-1])[piece]
    keys, edge = np.unique(low * len(nodes) + high, return_inverse=True)
    edges = np.column_stack(np.divmod(keys, len(nodes)))
    return Arrangement(nodes, edges, edge, segment[1:][piece])


def polygons_of(nodes: np.ndarray, edges: np.ndarray) -> Any:
    """shapely polygons of the faces, counter-clockwise; dangling ends bound nothing and vanish."""
    import shapely

    faces = shapely.get_parts(shapely.polygonize(shapely.linestrings(nodes[edges])))
    return shapely.reverse(shapely.normalize(faces))
