"""What a run tells of the material points of its first cover, whichever cover carries them now.

Elements, vertices and probes keep their numbers through every fresh cover: their points are followed
(`nmm/earlier.py`), so histories, fields and restarts never change their shape.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmm.earlier import Earlier, Place, carried
from nmm.equations import Equations

__all__ = ["Told"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]


class Told:
    """Points of the first cover on the present one, `now`, which follows `earlier`. seen: places that were found."""

    def __init__(self, earlier: Sequence[Earlier], now: Equations, seen: dict[str, Any]) -> None:
        self.earlier, self.now, self._seen = earlier, now, seen
        self.first = earlier[0].equations if earlier else now

    def place(self, element: Index, X: Array, name: str = "") -> Place:
        """Where points X (n, 2) [m] of elements are; those with a name are looked for once."""
        if name and name in self._seen:
            return self._seen[name]  # type: ignore[no-any-return]
        found = carried(self.earlier, self.now, element, X)
        if name:
            self._seen[name] = found
        return found

    def centroids(self) -> Place:
        """Of all elements."""
        return self.place(np.arange(self.first.manifold.count), np.asarray(self.first.space.core.centroids()), "middle")

    def corners(self) -> Place:
        """Of all elements, as `Manifold.points`."""
        m = self.first.manifold
        return self.place(np.repeat(np.arange(m.count), np.diff(m.offsets)), m.points, "corners")

    def whole(self, at: Place, d: Array) -> Array:
        """ux, uy [m] and ux_x, ux_y, uy_x, uy_y [-] against the first geometry, (n, 6); d: coefficients now."""
        u = self.now.evaluate(at.element, at.x, d)
        if at.before is None:
            return u
        u[:, :2] += at.offset
        F = (np.eye(2) + u[:, 2:].reshape(-1, 2, 2)) @ at.before
        u[:, 2:] = (F - np.eye(2)).reshape(-1, 4)
        return u

    def whole_at(self, cover: int, element: Index, X: Array, d: Array) -> Array:
        """The same on an earlier cover, number `cover`, with its coefficients d."""
        if cover == len(self.earlier):
            return self.whole(self.place(element, X), d)
        then = Told(self.earlier[:cover], self.earlier[cover].equations, {})
        return then.whole(then.place(element, X), d)
