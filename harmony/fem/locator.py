"""Which cell of a mesh a point lies in."""

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain
from harmony.fem.mesh import TriangleMesh

__all__ = ["Locator"]

# Distance over the size of the model within which a point counts as in a cell [-].
TOUCH = 1e-9


class Locator:
    """Finds cells by place, in the undeformed geometry."""

    def __init__(self, mesh: TriangleMesh) -> None:
        self.mesh = mesh

    @cached_property
    def _tree(self) -> Any:
        import shapely

        return shapely.STRtree(shapely.polygons(self.mesh.points[self.mesh.cells]))

    def at(self, points: NDArray[np.float64], body: int | None = None) -> NDArray[np.int64]:
        """Cell (n,) at points (n, 2) [m], the first of those that touch it; -1 = outside."""
        import shapely

        reach = TOUCH * float(np.ptp(self.mesh.points, axis=0).max())
        point, cell = self._tree.query(shapely.points(points), predicate="dwithin", distance=reach)
        if body is not None:
            mine = self.mesh.body[cell] == body
            point, cell = point[mine], cell[mine]
        found = np.full(len(points), -1)
        order = np.lexsort((-cell, point))
        found[point[order]] = cell[order]
        return found

    def require(self, points: NDArray[np.float64], where: str, body: int | None = None) -> NDArray[np.int64]:
        """The same; an InputError if a point lies outside."""
        found = self.at(points, body)
        if (found < 0).any():
            x, y = points[int(np.argmin(found))]
            low, high = self.mesh.points.min(axis=0), self.mesh.points.max(axis=0)
            raise InputError(
                explain(
                    "the point lies outside the mesh",
                    where=where,
                    expected=f"a point in it, x {low[0]:g} to {high[0]:g}, y {low[1]:g} to {high[1]:g} m",
                    got=f"({x:g}, {y:g}) m",
                    do="move the point, or take smaller elements at a curved boundary",
                )
            )
        return found
