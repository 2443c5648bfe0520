"""Which element a point lies in."""

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain
from nmm.manifold import Manifold

__all__ = ["Locator"]

# Distance over the size of the model within which a point counts as on an element [-].
TOUCH = 1e-9


class Locator:
    """Finds elements by place, in the geometry that was cut."""

    def __init__(self, manifold: Manifold) -> None:
        self.manifold = manifold

    @cached_property
    def _tree(self) -> Any:
        import shapely

        m = self.manifold
        rings = shapely.linearrings(m.points, indices=np.repeat(np.arange(m.count), np.diff(m.offsets)))
        return shapely.STRtree(shapely.polygons(rings))

    def at(self, points: NDArray[np.float64], body: int | None = None) -> NDArray[np.int64]:
        """Element (n,) at points (n, 2) [m]: of those that touch it the largest part of a cell; -1 = outside."""
        import shapely

        reach = TOUCH * float(np.ptp(self.manifold.points, axis=0).max())
        point, element = self._tree.query(shapely.points(points), predicate="dwithin", distance=reach)
        if body is not None:
            mine = self.manifold.body[element] == body
            point, element = point[mine], element[mine]
        order = np.lexsort((element, -self.manifold.fractions[element], point))
        found = np.full(len(points), -1)
        first, at = np.unique(point[order], return_index=True)
        found[first] = element[order][at]
        return found

    def require(self, points: NDArray[np.float64], where: str, body: int | None = None) -> NDArray[np.int64]:
        """The same; an InputError if a point lies outside."""
        found = self.at(points, body)
        if (found < 0).any():
            x, y = points[int(np.argmin(found))]
            low, high = self.manifold.points.min(axis=0), self.manifold.points.max(axis=0)
            raise InputError(
                explain(
                    "the point lies outside the bodies",
                    where=where,
                    expected=f"a point in a body, x {low[0]:g} to {high[0]:g}, y {low[1]:g} to {high[1]:g} m",
                    got=f"({x:g}, {y:g}) m",
                    do="move the point",
                )
            )
        return found
