"""Which block a point lies in, and which block edges lie on a line."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from harmony.geometry import GeneratedBlock

__all__ = ["BlockLocator"]

TOUCH = 1e-9
"""Distance over the size of the section within which a point counts as on a block [-]; looser, neighbours mix up."""


class BlockLocator:
    """Finds blocks by place, in the initial geometry."""

    def __init__(self, blocks: Sequence[GeneratedBlock]) -> None:
        import shapely

        self.blocks = blocks
        self.polygons = [shapely.Polygon(block.vertices) for block in blocks]
        self.tree = shapely.STRtree(self.polygons)
        corners = np.concatenate([block.vertices for block in blocks])
        self.touch = TOUCH * float(np.ptp(corners, axis=0).max())

    def at(self, point: tuple[float, float], among: Sequence[int] | None = None) -> int | None:
        """The block at a point [m]; on a common boundary a moving one, and of these the first. None: outside all."""
        import shapely

        found = self.tree.query(shapely.Point(point), predicate="dwithin", distance=self.touch)
        candidates = sorted(int(k) for k in found if among is None or int(k) in among)
        inside = [k for k in candidates if shapely.contains_xy(self.polygons[k], *point)]
        moving = [k for k in inside or candidates if not self.blocks[k].fixed]
        return next(iter(moving or inside or candidates), None)

    def nearest(self, point: tuple[float, float]) -> tuple[int, float]:
        """The block nearest to a point, and the distance [m]."""
        import shapely

        index = int(self.tree.nearest(shapely.Point(point)))
        return index, float(shapely.distance(self.polygons[index], shapely.Point(point)))

    def edges_on(self, line: Any, among: Sequence[int] | None = None) -> list[tuple[int, int]]:
        """(block, edge) of every edge that lies wholly on the polyline `line` (m, 2) [m]."""
        import shapely

        path = shapely.LineString(line)
        found = self.tree.query(path, predicate="dwithin", distance=self.touch)
        chosen = sorted(int(k) for k in found if among is None or int(k) in among)
        return [(k, e) for k in chosen for e in self._edges_near(self.blocks[k].vertices, path)]

    def _edges_near(self, vertices: np.ndarray, path: Any) -> list[int]:
        import shapely

        following = np.roll(vertices, -1, axis=0)
        probes = [vertices, 0.75 * vertices + 0.25 * following, 0.5 * (vertices + following), following]
        near = [shapely.distance(path, shapely.points(points)) <= self.touch for points in probes]
        return [int(edge) for edge in np.flatnonzero(np.all(near, axis=0))]
