"""The points on which data lives."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from couplers.errors import SetupError

__all__ = ["Mesh"]


@dataclass(frozen=True, eq=False)
class Mesh:
    """points: (n, d) m, d = 1, 2 or 3, where data has its values; not changed by the coupling.

    edges: (m, 2) numbers of points that are joined by a straight line, triangles: (m, 3); `nearest-projection` uses
    them. Without either, points are taken as one polyline in their order.
    """

    points: NDArray[np.float64]
    edges: NDArray[np.int64] | None = None
    triangles: NDArray[np.int64] | None = None

    @classmethod
    def of(cls, what: "Mesh | ArrayLike") -> "Mesh":
        """A mesh, or points as one."""
        if isinstance(what, Mesh):
            return what
        points = np.array(what, dtype=float)
        if points.ndim == 1:
            points = points[:, None]
        if points.ndim != 2 or not points.size or not np.isfinite(points).all():
            raise SetupError(f"a mesh is points (n, d) [m], n at least 1, all finite; got an array {points.shape}")
        return cls(points)

    def __len__(self) -> int:
        return len(self.points)
