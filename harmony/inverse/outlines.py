"""Blocks as outlines: which of them holds a place where something was read."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from harmony.case import Case

__all__ = ["Outlines"]

type Array = NDArray[np.float64]

BESIDE = 0.02
"""Distance from a block's outline, over the root of its area [-], within which a place still counts as on it: points
that were surveyed on a surface."""


@dataclass(frozen=True, eq=False)
class Outlines:
    """b polygons: vertices (v, 2) m before the run, offsets (b + 1,) of the first vertex of each."""

    vertices: Array = field(default_factory=lambda: np.empty((0, 2)))
    offsets: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, dtype=np.int64))

    @staticmethod
    def of_case(case: "Case") -> "Outlines":
        """The blocks of a case as it stands."""
        rings = [np.asarray(block.vertices, dtype=float) for block in case.blocks]
        return Outlines(np.concatenate(rings), np.cumsum([0, *map(len, rings)]))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def ring(self, block: int) -> Array:
        """The vertices of one block (m, 2) [m]."""
        return self.vertices[self.offsets[block] : self.offsets[block + 1]]

    def holding(self, places: Array) -> tuple[NDArray[np.int64], Array]:
        """The block that holds each of n places (n, 2) m, -1 for none; and the distance to the nearest one (n,) m."""
        import shapely

        if not len(self):
            return np.full(len(places), -1), np.full(len(places), np.inf)
        polygons = np.array([shapely.Polygon(self.ring(k)) for k in range(len(self))])
        points = shapely.points(places)
        nearest, distance = shapely.STRtree(polygons).query_nearest(points, return_distance=True, all_matches=False)
        block, away = np.asarray(nearest[1]), np.asarray(distance)
        return np.where(away <= BESIDE * np.sqrt(shapely.area(polygons[block])), block, -1), away
