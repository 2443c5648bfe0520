"""Faces of an arrangement that belong to the domain, cleaned of islands and slivers, as cells."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from dda.arrangement import polygons_of
from dda.cells import Cell
from dda.errors import InputError, explain

__all__ = ["Faces", "clean_faces"]


class Faces:
    """The faces that edges (m, 2) between nodes (n, 2) [m] bound inside the outline and the fixed regions.

    polygons: (f,) shapely polygons, counter-clockwise. region: (f,) index of the fixed region a face lies in; one more
    than the last = moving rock, two more = neither. Half-edges run along the outer boundaries of all faces, in order:
    face, node and edge (h,) of each.
    """

    def __init__(
        self, nodes: np.ndarray, edges: np.ndarray, outline: np.ndarray, regions: Sequence[np.ndarray]
    ) -> None:
        import shapely

        self.nodes = nodes
        self.polygons = polygons_of(nodes, edges)
        spots = shapely.get_coordinates(shapely.point_on_surface(self.polygons))
        inside = np.array([contains(ring, spots) for ring in [*regions, outline]])
        self.region = np.where(inside.any(axis=0), inside.argmax(axis=0), len(inside))
        self.moving = len(regions)
        self.face, self.node = _boundaries(self.polygons, nodes)
        self.edge = _edge_ids(edges, self.node, self.after(self.node), len(nodes))

    def after(self, values: np.ndarray) -> np.ndarray:
        """Values (h,) of the next half-edge of the same face."""
        moved: np.ndarray = values[_neighbour(self.face, 1)]
        return moved

    def before(self, values: np.ndarray) -> np.ndarray:
        """Values (h,) of the previous half-edge of the same face."""
        moved: np.ndarray = values[_neighbour(self.face, -1)]
        return moved

    @property
    def area(self) -> float:
        """Area of the faces inside the domain [m2]."""
        import shapely

        return float(shapely.area(self.polygons[self.region <= self.moving]).sum())

    def cells(self, edge_names: Sequence[str], region_names: Sequence[str], straight: float) -> list[Cell]:
        """The faces as cells, fixed ones first, then by x and y of their middle, without redundant vertices.

        edge_names: the joint name of each edge. straight [m]: a vertex this close to the line of its neighbours goes,
        unless the joint name changes there.
        """
        import shapely

        codes = {name: k for k, name in enumerate(dict.fromkeys(edge_names))}
        names, joint = list(codes), np.array([codes[edge_names[e]] for e in self.edge], dtype=int)
        p = self.nodes[self.node]
        keep = (joint != self.before(joint)) | (_distance(p, self.before(p), self.after(p)) > straight)
        start = np.searchsorted(self.face[keep], np.arange(len(self.polygons) + 1))
        vertices, joint = p[keep], joint[keep]
        middle = shapely.get_coordinates(shapely.centroid(self.polygons))
        order = np.lexsort((middle[:, 1], middle[:, 0], self.region))
        cells = []
        for f in order[self.region[order] <= self.moving]:
            span, fixed = slice(start[f], start[f + 1]), bool(self.region[f] < self.moving)
            region = region_names[self.region[f]] if fixed else ""
            cells.append(Cell(vertices[span], tuple(names[j] for j in joint[span]), region, fixed))
        return cells


def clean_faces(
    nodes: np.ndarray, edges: np.ndarray, outline: np.ndarray, regions: Sequence[np.ndarray], sliver: float
) -> tuple[Faces, np.ndarray]:
    """Faces without islands and slivers, and which edges (m,) they still use. sliver [m]: least mean width."""
    used = np.arange(len(edges))
    while True:
        faces = Faces(nodes, edges[used], outline, regions)
        drop = _island_edges(faces)
        if not len(drop):
            drop = _sliver_edges(faces, sliver)
        if not len(drop):
            return faces, used
        used = np.delete(used, drop)


def contains(ring: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Which points (n, 2) lie inside a polygon (m, 2)."""
    import shapely

    polygon = shapely.Polygon(ring)
    shapely.prepare(polygon)
    inside: np.ndarray = shapely.contains_xy(polygon, points)
    return inside


def _boundaries(polygons: Any, nodes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Face and node of every half-edge on the outer boundaries."""
    import shapely

    points, face = shapely.get_coordinates(shapely.get_exterior_ring(polygons), return_index=True)
    last = np.append(face[1:] != face[:-1], True)
    keys = (nodes + 0.0).view(complex).ravel()
    order = np.argsort(keys)
    node = order[np.searchsorted(keys[order], (points[~last] + 0.0).view(complex).ravel())]
    return face[~last], node


def _neighbour(face: np.ndarray, step: int) -> np.ndarray:
    """Position of the next (+1) or previous (-1) half-edge around the same face."""
    start = np.searchsorted(face, face)
    count = np.searchsorted(face, face, side="right") - start
    position: np.ndarray = start + (np.arange(len(face)) - start + step) % np.maximum(count, 1)
    return position


def _edge_ids(edges: np.ndarray, a: np.ndarray, b: np.ndarray, n: int) -> np.ndarray:
    """Index of the edge between nodes a and b; edges are sorted, lower node first."""
    ids: np.ndarray = np.searchsorted(edges[:, 0] * n + edges[:, 1], np.minimum(a, b) * n + np.maximum(a, b))
    return ids


def _distance(p: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Distance [m] of points p from the lines through a and b; from a where these are one point."""
    u, w = b - a, p - a
    length = np.hypot(u[:, 0], u[:, 1])
    area = np.abs(u[:, 0] * w[:, 1] - u[:, 1] * w[:, 0])
    distance: np.ndarray = np.where(length > 0, area / np.where(length > 0, length, 1.0), np.hypot(w[:, 0], w[:, 1]))
    return distance


def _island_edges(faces: Faces) -> np.ndarray:
    """Edges of the faces that lie inside a hole of another; a hole that is not moving rock is refused."""
    import shapely

    hosts = np.flatnonzero((shapely.get_num_interior_rings(faces.polygons) > 0) & (faces.region <= faces.moving))
    if not len(hosts):
        return np.array([], dtype=int)
    spots = shapely.STRtree(shapely.point_on_surface(faces.polygons))
    islands = np.zeros(len(faces.polygons), dtype=bool)
    for host in hosts:
        holes = shapely.polygons(shapely.get_rings(faces.polygons[host])[1:])
        within = spots.query(holes, predicate="contains")[1]
        if faces.region[host] != faces.moving or (faces.region[within] != faces.moving).any():
            raise InputError(_hole_message(holes[0]))
        islands[within] = True
    return np.unique(faces.edge[islands[faces.face]])


def _hole_message(hole: Any) -> str:
    x, y = hole.centroid.x, hole.centroid.y
    return explain(
        "a block would have a hole",
        where=f"near ({x:g}, {y:g}) m, {hole.area:g} m2",
        expected="blocks that are simple polygons",
        got="a fixed region or a void that one block encloses",
        do="add a joint trace from the hole to the outside of that block, or let the regions touch the outline",
    )


def _sliver_edges(faces: Faces, sliver: float) -> np.ndarray:
    """Edges between every sliver and the neighbour with the longest common boundary, of its own region if it can."""
    import shapely

    width = 2 * shapely.area(faces.polygons) / shapely.length(faces.polygons)
    thin = (width < sliver) & (faces.region <= faces.moving)
    if not thin.any():
        return np.array([], dtype=int)
    order = np.argsort(faces.edge, kind="stable")
    twin = order[:-1][faces.edge[order[1:]] == faces.edge[order[:-1]]], order[1:][np.diff(faces.edge[order]) == 0]
    a, b = np.concatenate(twin), np.concatenate(twin[::-1])
    real = thin[faces.face[a]] & (faces.region[faces.face[b]] <= faces.moving)
    a, b = a[real], b[real]
    if not len(a):
        return np.array([], dtype=int)
    p = faces.nodes[faces.node]
    length = np.linalg.norm(faces.after(p) - p, axis=1)[a]
    pair, which = np.unique(np.column_stack([faces.face[a], faces.face[b]]), axis=0, return_inverse=True)
    which = which.ravel()
    common = np.bincount(which, length)
    abroad = faces.region[pair[:, 0]] != faces.region[pair[:, 1]]
    ranked = np.lexsort((-common, abroad, pair[:, 0]))
    _, best = np.unique(pair[ranked, 0], return_index=True)
    return np.unique(faces.edge[a[np.isin(which, ranked[best])]])
