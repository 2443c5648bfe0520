"""A mesh of triangles as plain arrays: what the mesher makes and everything else reads."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

__all__ = ["TriangleMesh"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

SIDES = np.array([[1, 2], [2, 0], [0, 1]])
"""Vertices of the sides of a triangle; side k lies opposite vertex k, as in Basix."""


@dataclass(frozen=True, eq=False)
class TriangleMesh:
    """points (n, 2) [m]; cells (m, 3), counter-clockwise; body, material (m,): numbers of the model.

    joints (j, 4): pairs of sides that face each other across a joint, as (cell, side, cell, side); trace (j,): number
    of the joint. Points on a joint are there once for each side of it.
    """

    points: Array
    cells: Index
    body: Index
    material: Index
    joints: Index
    trace: Index

    @property
    def count(self) -> int:
        """Number of cells."""
        return len(self.cells)

    @cached_property
    def areas(self) -> Array:
        """(m,) m2."""
        a, b, c = (self.points[self.cells[:, k]] for k in range(3))
        return np.asarray(((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]) / 2)

    @cached_property
    def centroids(self) -> Array:
        """(m, 2) m."""
        return np.asarray(self.points[self.cells].mean(axis=1))

    @cached_property
    def sides(self) -> tuple[Index, Index]:
        """The sides of the mesh, each once, as pairs of points (s, 2); and those of each cell (m, 3)."""
        ends = np.sort(self.cells[:, SIDES].reshape(-1, 2), axis=1)
        unique, number = np.unique(ends, axis=0, return_inverse=True)
        return unique.astype(np.int64), number.reshape(-1, 3).astype(np.int64)

    @cached_property
    def outer(self) -> Index:
        """Sides that belong to one cell only and to no joint, as (cell, side), (b, 2)."""
        _, number = self.sides
        alone = np.bincount(number.ravel())[number] == 1
        for first in (0, 2):
            alone[self.joints[:, first], self.joints[:, first + 1]] = False
        return np.argwhere(alone)

    def ends(self, cell: Index, side: Index) -> Array:
        """Both ends of sides, the cell on their left: (b, 4) x, y, x, y [m]."""
        return np.asarray(self.points[self.cells[cell[:, None], SIDES[side]]].reshape(-1, 4))

    # What a locator needs: the cells as polygons.
    @cached_property
    def polygons(self) -> tuple[Array, Index]:
        """Vertices of all cells one after another (3 m, 2) [m], and the offsets (m + 1,)."""
        return self.points[self.cells.ravel()], np.arange(0, 3 * self.count + 1, 3)
