"""Boundary cycles of a planar arrangement, found from its graph alone.

Edge k between nodes a and b is two half-edges, 2 k from a to b and 2 k + 1 from b to a, each with the face on its left.
Around a node the half-edges that leave it are sorted by angle; the one that follows h is the next clockwise from the
twin of h. The orbits of this map are the cycles: counter-clockwise ones bound a face from outside, clockwise ones from
inside.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

__all__ = ["HalfEdges", "without_dangling"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class HalfEdges:
    """nodes (n, 2) [m], edges (m, 2) node numbers."""

    nodes: Array
    edges: Index

    @cached_property
    def start(self) -> Index:
        """Node that each half-edge leaves, (2 m,)."""
        return np.asarray(self.edges.ravel())

    @cached_property
    def end(self) -> Index:
        """Node that each half-edge reaches, (2 m,)."""
        return np.asarray(self.edges[:, ::-1].ravel())

    @cached_property
    def after(self) -> Index:
        """The half-edge that follows around the same face, (2 m,)."""
        d = self.nodes[self.end] - self.nodes[self.start]
        order = np.lexsort((np.arctan2(d[:, 1], d[:, 0]), self.start))
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        first = np.searchsorted(self.start[order], self.start)
        count = np.searchsorted(self.start[order], self.start, side="right") - first
        clockwise = order[first + (place - first - 1) % count]  # of each half-edge, around its start
        return np.asarray(clockwise[np.arange(len(order)) ^ 1])

    @cached_property
    def cycle(self) -> Index:
        """Number of the cycle of each half-edge, (2 m,)."""
        n = len(self.start)
        graph = coo_array((np.ones(n, dtype=bool), (np.arange(n), self.after)), shape=(n, n))
        return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)

    @cached_property
    def first(self) -> Index:
        """One half-edge of each cycle, (c,)."""
        return np.asarray(np.unique(self.cycle, return_index=True)[1], dtype=np.int64)

    @cached_property
    def area(self) -> Array:
        """Signed area of each cycle, (c,) m2, about a point of its own: 1/2 sum p x q."""
        origin = self.nodes[self.start[self.first]][self.cycle]
        p, q = self.nodes[self.start] - origin, self.nodes[self.end] - origin
        return np.bincount(self.cycle, p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]) / 2

    def ring(self, cycle: int) -> Index:
        """The half-edges of a cycle in order."""
        first = int(self.first[cycle])
        ring = [first]
        while (h := int(self.after[ring[-1]])) != first:
            ring.append(h)
        return np.array(ring, dtype=np.int64)


def without_dangling(nodes: Array, edges: Index) -> tuple[HalfEdges, Index, Index]:
    """The arrangement without edges that have the same face on both sides; which edges stay, and which are gone.

    Those are free ends of lines, bridges, and lines that touch no other.
    """
    kept = np.arange(len(edges))
    while True:
        half = HalfEdges(nodes, edges[kept])
        same = half.cycle[::2] == half.cycle[1::2]
        if not same.any():
            return half, kept, np.setdiff1d(np.arange(len(edges)), kept)
        kept = kept[~same]
