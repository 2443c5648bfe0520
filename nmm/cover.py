"""Mathematical covers: what the unknowns stand on, chosen without looking at the body.

A cover is a mesh of triangles or of parallelograms. The patch of a node is the star of cells around it (a hexagon on
regular triangles), its weight the hat function: 1 at the node, 0 at all others, a polynomial on each cell.
"""

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dda.checks import array, number
from dda.errors import InputError, explain
from nmm.grading import Refinement, graded_lines

__all__ = ["Cover", "CoverPlan", "Mesh", "Rectangles", "Triangles"]

type Array = NDArray[np.float64]

# Cells laid around the body's box on every side, in cells [-]: its corners must lie inside, not on the rim.
MARGIN = 1.0

# How far the fourth corner of a quadrilateral may lie from that of a parallelogram, in sizes of the cell [-]; a larger
# one is cut into two triangles, because bilinear weights are polynomials on parallelograms only.
SKEW = 1e-9


@dataclass(frozen=True, eq=False)
class Cover:
    """nodes (n, 2) [m]; cells (m, 3) or (m, 4) nodes, counter-clockwise.

    axes: (2, 2) A, so that A x runs along the sides of parallelograms; unit for triangles.
    """

    nodes: Array
    cells: NDArray[np.int64]
    axes: Array = field(default_factory=lambda: np.eye(2))

    @property
    def corners(self) -> Array:
        """(m, 3 or 4, 2) m."""
        return np.asarray(self.nodes[self.cells])

    @cached_property
    def areas(self) -> Array:
        """Of the cells, (m,) m2."""
        x, y = np.moveaxis(self.corners - self.corners[:, :1], -1, 0)
        return np.asarray((x * np.roll(y, -1, axis=1) - np.roll(x, -1, axis=1) * y).sum(axis=1) / 2)

    @cached_property
    def sizes(self) -> Array:
        """Longest side of each cell, (m,) m."""
        sides = np.roll(self.corners, -1, axis=1) - self.corners
        return np.asarray(np.linalg.norm(sides, axis=2).max(axis=1))

    @cached_property
    def edges(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Nodes (k, 2) of each edge, lower first, and the edge of each side of each cell (m, 3 or 4)."""
        a, b = self.cells, np.roll(self.cells, -1, axis=1)
        keys = np.minimum(a, b) * len(self.nodes) + np.maximum(a, b)
        unique, of_side = np.unique(keys, return_inverse=True)
        return np.column_stack(np.divmod(unique, len(self.nodes))), of_side.reshape(a.shape)

    @cached_property
    def weights(self) -> Array:
        """Coefficients (m, 3 or 4, 6) of the weights over 1, X, Y, X^2, X Y, Y^2, X = (x - mean corner) / size."""
        local = (self.corners - self.corners.mean(axis=1, keepdims=True)) / self.sizes[:, None, None]
        if self.cells.shape[1] == 3:
            ones = np.ones(local.shape[:2])
            # rows of V^-T with V_kj = monomial j at corner k
            affine = np.linalg.inv(np.dstack([ones, local])).transpose(0, 2, 1)
            return np.concatenate([affine, np.zeros_like(affine)], axis=2)
        return _bilinear(local)


def _bilinear(local: Array) -> Array:
    """Weights of parallelograms: with X = s a + t b from the middle, s, t in (-1, 1), w = (1 +- s) (1 +- t) / 4."""
    a = (local[:, 1] - local[:, 0] + local[:, 2] - local[:, 3]) / 4
    b = (local[:, 3] - local[:, 0] + local[:, 2] - local[:, 1]) / 4
    cross = (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])[:, None]
    s, t = np.column_stack([b[:, 1], -b[:, 0]]) / cross, np.column_stack([-a[:, 1], a[:, 0]]) / cross
    product = np.column_stack([s[:, 0] * t[:, 0], s[:, 0] * t[:, 1] + s[:, 1] * t[:, 0], s[:, 1] * t[:, 1]])
    weights = []
    for i, j in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        weights.append(np.column_stack([np.ones(len(s)), i * s + j * t, i * j * product]) / 4)
    return np.stack(weights, axis=1)


class CoverPlan(Protocol):
    """How a cover is laid over a body."""

    def over(self, low: Array, high: Array) -> Cover:
        """The cover over the box from `low` to `high` (2,) [m]."""
        ...


@dataclass(frozen=True)
class Triangles:
    """Equilateral triangles: hexagonal patches.

    size: side [m]. origin: a node [m]. angle: of one side to the x axis [degrees].
    """

    size: float
    origin: tuple[float, float] = (0.0, 0.0)
    angle: float = 0.0

    def __post_init__(self) -> None:
        number(self.size, "cover of triangles", "size", unit="m", above=0.0)

    @property
    def basis(self) -> Array:
        """Two sides of a cell (rows), (2, 2) m; whole numbers of them lead from node to node."""
        h = self.size
        return _turned(np.array([[h, 0.0], [h / 2, h * math.sqrt(3) / 2]]), self.angle)

    def over(self, low: Array, high: Array) -> Cover:
        """The cover over the box from `low` to `high` [m]."""
        turn, (i0, j0), (i1, j1) = _lattice(low, high, self.origin, self.basis)
        grid, nodes = _grid(i0, j0, i1, j1, turn, self.origin)
        a, b, c, d = grid[:-1, :-1], grid[1:, :-1], grid[1:, 1:], grid[:-1, 1:]
        cells = np.concatenate([np.dstack([a, b, d]).reshape(-1, 3), np.dstack([b, c, d]).reshape(-1, 3)])
        return _near(Cover(nodes, cells), low, high)


@dataclass(frozen=True)
class Rectangles:
    """Rectangles with bilinear weights.

    size: sides [m], one number for squares. origin: a node [m]. angle: of the first side to the x axis [degrees].
    refine: lines of cells stand closer where they pass such points; the longer side of a cell there is that of the
    refinement, in the proportion of `size`.
    """

    size: float | tuple[float, float]
    origin: tuple[float, float] = (0.0, 0.0)
    angle: float = 0.0
    refine: tuple[Refinement, ...] = ()

    def __post_init__(self) -> None:
        for side in np.atleast_1d(self.size).tolist():
            number(side, "cover of rectangles", "size", unit="m", above=0.0)

    @property
    def basis(self) -> Array:
        """Two sides of a cell that is not refined (rows), (2, 2) m."""
        return _turned(np.diag(np.broadcast_to(np.asarray(self.size, dtype=float), 2)), self.angle)

    def over(self, low: Array, high: Array) -> Cover:
        """The cover over the box from `low` to `high` [m]."""
        sides = np.broadcast_to(np.asarray(self.size, dtype=float), 2)
        turn, (i0, j0), (i1, j1) = _lattice(low, high, self.origin, self.basis)
        if self.refine:
            grid, nodes = self._graded(low, high, sides, turn / sides[:, None])
        else:
            grid, nodes = _grid(i0, j0, i1, j1, turn, self.origin)
        cells = np.dstack([grid[:-1, :-1], grid[1:, :-1], grid[1:, 1:], grid[:-1, 1:]]).reshape(-1, 4)
        return _near(Cover(nodes, cells, _axes(turn)), low, high)

    def _graded(self, low: Array, high: Array, sides: Array, axes: Array) -> tuple[NDArray[np.int64], Array]:
        """Lines along both axes (rows, of unit length), each as close as the refinements on it want."""
        box = np.array([[low[0], low[1]], [high[0], low[1]], [high[0], high[1]], [low[0], high[1]]]) @ axes.T
        middle = np.asarray(self.origin) @ axes.T
        spots = [(np.asarray(r.at) @ axes.T, r.size / sides.max(), r.radius) for r in self.refine]
        lines = []
        for k in range(2):
            own = [(float(at[k]), float(part * sides[k]), radius) for at, part, radius in spots]
            low_k, high_k = float(box[:, k].min()), float(box[:, k].max())
            lines.append(graded_lines(low_k, high_k, float(middle[k]), float(sides[k]), own))
        s, t = lines
        nodes = np.stack(np.meshgrid(s, t, indexing="ij"), axis=-1).reshape(-1, 2) @ axes
        return np.arange(len(nodes)).reshape(len(s), len(t)), nodes


def _axes(sides: Array) -> Array:
    """A with A d parallel to the first axis for the first of the sides (rows), to the second for the second."""
    return np.asarray(np.linalg.inv((sides / np.linalg.norm(sides, axis=1)[:, None]).T))


def _turned(basis: Array, angle: float) -> Array:
    """Vectors (rows) turned by an angle [degrees]."""
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return np.asarray(basis @ np.array([[c, s], [-s, c]]))


def _lattice(
    low: Array, high: Array, origin: ArrayLike, turned: Array
) -> tuple[Array, tuple[int, int], tuple[int, int]]:
    """Lattice vectors (rows), and the index range that covers the box."""
    box = np.array([[low[0], low[1]], [high[0], low[1]], [high[0], high[1]], [low[0], high[1]]])
    index = (box - np.asarray(origin)) @ np.linalg.inv(turned)
    first, last = np.floor(index.min(axis=0) - MARGIN), np.ceil(index.max(axis=0) + MARGIN)
    return turned, (int(first[0]), int(first[1])), (int(last[0]), int(last[1]))


def _grid(i0: int, j0: int, i1: int, j1: int, basis: Array, origin: ArrayLike) -> tuple[NDArray[np.int64], Array]:
    i, j = np.meshgrid(np.arange(i0, i1 + 1), np.arange(j0, j1 + 1), indexing="ij")
    nodes = np.asarray(origin) + np.column_stack([i.ravel(), j.ravel()]) @ basis
    return np.arange(i.size).reshape(i.shape), nodes


def _near(cover: Cover, low: Array, high: Array) -> Cover:
    """Only the cells whose box meets the box of the body, and the nodes they use."""
    corners = cover.corners
    near = (corners.max(axis=1) >= low).all(axis=1) & (corners.min(axis=1) <= high).all(axis=1)
    used, cells = np.unique(cover.cells[near], return_inverse=True)
    return Cover(cover.nodes[used], cells.reshape(-1, cover.cells.shape[1]), cover.axes)


@dataclass(frozen=True, eq=False)
class Mesh:
    """A user's mesh: nodes (n, 2) [m], cells (m, 3) triangles or (m, 4) quadrilaterals, in either orientation.

    Quadrilaterals that are not all parallelograms with the same directions of sides are cut into two triangles. The
    mesh must cover the body.
    """

    nodes: ArrayLike
    cells: ArrayLike
    _cover: Cover = field(init=False)

    def __post_init__(self) -> None:
        nodes = array(self.nodes, "cover mesh", "nodes", shape=(None, 2), unit="m")
        cells = np.array(self.cells)
        if cells.ndim != 2 or cells.shape[1] not in (3, 4) or cells.dtype.kind not in "iu":
            raise _bad_mesh("cells are not triangles or quadrilaterals", "node numbers (m, 3) or (m, 4)", cells.shape)
        if cells.min() < 0 or cells.max() >= len(nodes):
            raise _bad_mesh("a cell has a node that is not there", f"0 to {len(nodes) - 1}", cells.max())
        cover = _oriented(Cover(nodes, cells.astype(np.int64)))
        object.__setattr__(self, "_cover", cover)

    def over(self, low: Array, high: Array) -> Cover:
        """The mesh, wherever the body is."""
        return self._cover


def _oriented(cover: Cover) -> Cover:
    areas = cover.areas
    flat = np.abs(areas) <= SKEW * cover.sizes**2
    if flat.any():
        raise _bad_mesh(
            "a cell has no area", "cells with an area", f"cell {int(np.argmax(flat))}: {areas[flat][0]:g} m2"
        )
    cells = np.where(areas[:, None] > 0, cover.cells, cover.cells[:, ::-1])
    if cells.shape[1] == 3:
        return Cover(cover.nodes, cells)
    axes = _common_axes(cover.nodes[cells], cover.sizes)
    if axes is None:
        return Cover(cover.nodes, np.concatenate([cells[:, [0, 1, 2]], cells[:, [0, 2, 3]]]))
    return Cover(cover.nodes, cells, axes)


def _common_axes(corners: Array, sizes: Array) -> Array | None:
    """A of cells that are all parallelograms with the same directions of sides, the same one first; else None."""
    skew = np.linalg.norm(corners[:, 0] + corners[:, 2] - corners[:, 1] - corners[:, 3], axis=1)
    sides = corners[:, [1, 2]] - corners[:, [0, 1]]
    A = _axes(sides[0])
    off = (sides @ A.T)[:, [0, 1], [1, 0]]
    straight = (skew <= SKEW * sizes).all() and (np.abs(off) <= SKEW * sizes[:, None]).all()
    return A if straight else None


def _bad_mesh(what: str, expected: str, got: object) -> InputError:
    return InputError(explain(what, where="cover mesh", expected=expected, got=got, do="correct the mesh"))
