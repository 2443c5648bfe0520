"""One block as the user gave it, with the map to the counter-clockwise polygon of the core."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dda.material import Material

__all__ = ["BlockSpec"]

ON_BOUNDARY = 1e-6
"""A point counts as in a block up to this distance outside of it, relative to the block's extent [-]. Larger: points
that belong to a neighbour are accepted; smaller: points computed on an edge are refused for their rounding."""


@dataclass(frozen=True, eq=False)
class BlockSpec:
    """A block. Vertices (n, 2) [m] and edge joints are in the order given, edge k joins vertices k and k + 1.

    velocity: (vx, vy [m/s], omega [rad/s]); initial_stress: (xx, yy, xy) [Pa], tension positive.
    order, edge_order: `vertices[order]` is counter-clockwise, as in the core; its edge k is the user's edge_order[k].
    """

    vertices: NDArray[np.float64]
    material: Material
    fixed: bool
    velocity: tuple[float, float, float]
    initial_stress: tuple[float, float, float]
    group: str
    edge_joints: tuple[str, ...]
    order: NDArray[np.intp]
    edge_order: NDArray[np.intp]

    def core_edge(self, edge: int) -> int:
        """The core's index of the edge that the user calls `edge`."""
        return int(np.flatnonzero(self.edge_order == edge)[0])

    def contains(self, point: tuple[float, float]) -> bool:
        """Whether a point [m] lies in the polygon or within `ON_BOUNDARY` of its edge."""
        start, p = self.vertices, np.asarray(point)
        along = np.roll(start, -1, axis=0) - start
        to = p - start
        share = np.clip((to * along).sum(1) / (along * along).sum(1), 0.0, 1.0)
        distance = np.linalg.norm(to - share[:, None] * along, axis=1).min()
        # Even-odd rule: edges that cross the horizontal ray from the point to the right.
        spans = (to[:, 1] >= 0.0) != (to[:, 1] >= along[:, 1])
        crossing = spans & (np.where(spans, to[:, 1], 0.0) / np.where(spans, along[:, 1], 1.0) * along[:, 0] > to[:, 0])
        return bool(crossing.sum() % 2 == 1 or distance <= ON_BOUNDARY * np.ptp(start, axis=0).max())
