"""Which element a point lies in: of a manifold, or of a mesh."""

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain

__all__ = ["Locator"]

# Distance over the size of the model within which a point counts as on an element [-].
TOUCH = 1e-9


class Locator:
    """Finds elements by place, in the undeformed geometry.

    points (N, 2) [m]: the corners of all elements, those of element e from offsets[e] to offsets[e + 1]; body (m,): of
    each element; weight (m,): of elements that touch a point the heaviest is taken, and of equals the first.
    """

    def __init__(
        self,
        points: NDArray[np.float64],
        offsets: NDArray[np.int64],
        body: NDArray[np.int64],
        weight: NDArray[np.float64] | None = None,
    ) -> None:
        self.points, self.offsets, self.body = points, offsets, body
        self.weight = np.ones(len(body)) if weight is None else weight

    @cached_property
    def _tree(self) -> Any:
        import shapely

        element = np.repeat(np.arange(len(self.body)), np.diff(self.offsets))
        return shapely.STRtree(shapely.polygons(shapely.linearrings(self.points, indices=element)))

    def at(self, points: NDArray[np.float64], body: int | None = None) -> NDArray[np.int64]:
        """Element (n,) at points (n, 2) [m]; -1 = outside."""
        import shapely

        reach = TOUCH * float(np.ptp(self.points, axis=0).max())
        point, element = self._tree.query(shapely.points(points), predicate="dwithin", distance=reach)
        if body is not None:
            mine = self.body[element] == body
            point, element = point[mine], element[mine]
        order = np.lexsort((element, -self.weight[element], point))
        found = np.full(len(points), -1)
        first, at = np.unique(point[order], return_index=True)
        found[first] = element[order][at]
        return found

    def require(self, points: NDArray[np.float64], where: str, body: int | None = None) -> NDArray[np.int64]:
        """The same; an InputError if a point lies outside."""
        found = self.at(points, body)
        if (found < 0).any():
            x, y = points[int(np.argmin(found))]
            low, high = self.points.min(axis=0), self.points.max(axis=0)
            raise InputError(
                explain(
                    "the point lies outside the bodies",
                    where=where,
                    expected=f"a point in a body, x {low[0]:g} to {high[0]:g}, y {low[1]:g} to {high[1]:g} m",
                    got=f"({x:g}, {y:g}) m",
                    do="move the point; straight elements fall a little short of a curved boundary",
                )
            )
        return found
