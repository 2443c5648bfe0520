"""The cut body: manifold elements, physical covers, and the pieces of boundary, joints and material boundaries."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nmm.cover import Cover

__all__ = ["Faces", "Manifold"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Faces:
    """Straight pieces between elements, or between an element and the outside.

    elements: (s, 2), the second -1 outside. ends: (s, 4) x, y, x, y [m], the first element on the left. line: (s,) what
    runs there: on the boundary the number of the body's side, on a joint the number of its trace, else -1.
    """

    elements: Index
    ends: Array
    line: Index

    def __len__(self) -> int:
        return len(self.line)

    @cached_property
    def middles(self) -> Array:
        """(s, 2) m."""
        return np.asarray((self.ends[:, :2] + self.ends[:, 2:]) / 2)

    @cached_property
    def lengths(self) -> Array:
        """(s,) m."""
        return np.asarray(np.hypot(*(self.ends[:, 2:] - self.ends[:, :2]).T))

    @cached_property
    def normals(self) -> Array:
        """Out of the first element, (s, 2): (dy, -dx) / l."""
        dx, dy = (self.ends[:, 2:] - self.ends[:, :2]).T
        return np.column_stack([dy, -dx]) / self.lengths[:, None]

    def chosen(self, which: NDArray) -> "Faces":
        """Some of the pieces, by number or by mask."""
        return Faces(self.elements[which], self.ends[which], self.line[which])


@dataclass(frozen=True, eq=False)
class Manifold:
    """What is left of a mathematical cover inside a body, cut by its joints.

    One row an element: cell (m,) of the mathematical cover; body, material (m,); covers (m, 3 or 4), the physical
    covers in the order of the cell's nodes. One row a physical cover: cover_node (c,). Element e has the vertices
    points[offsets[e]:offsets[e + 1]], counter-clockwise; edges[edge_start[e]:edge_start[e + 1]] (x, y, x, y) are the
    same and those of its inner rings. neighbours (k, 2): pairs of elements that share covers across an edge. joints:
    pairs of elements on either side of a joint; seams: of a material boundary; boundary: where the body ends. tips:
    (t, 4) pieces of joints that end inside an element, and tip_cell (t,).
    """

    cover: Cover
    cell: Index
    body: Index
    material: Index
    covers: Index
    cover_node: Index
    points: Array
    offsets: Index
    edges: Array
    edge_start: Index
    neighbours: Index
    boundary: Faces
    joints: Faces
    seams: Faces
    tips: Array
    tip_cell: Index
    areas: Array = field(default_factory=lambda: np.zeros(0))

    @property
    def count(self) -> int:
        """Number of elements."""
        return len(self.cell)

    @cached_property
    def fractions(self) -> Array:
        """Area of each element over that of its cell, (m,)."""
        return np.asarray(self.areas / self.cover.areas[self.cell])

    @cached_property
    def pieces(self) -> Index:
        """Number of the connected piece that each element is in, (m,); seams connect, joints do not."""
        from nmm.graph import components

        return components(self.count, np.concatenate([self.neighbours, self.seams.elements]))

    @cached_property
    def piece_body(self) -> Index:
        """Body of each piece, (p,)."""
        body = np.zeros(int(self.pieces.max()) + 1, dtype=np.int64)
        body[self.pieces] = self.body
        return body
