"""Short edges of a tiling of a box, dropped by joining their ends: the cells still tile the box.

The place of the joined corner is the one of both ends and their middle that leaves the cells around it most convex. A
corner on a side of the box stays on it.
"""

import numpy as np

from harmony.geometry.voronoi_cells import Cells

__all__ = ["drop_short_edges"]

# Sine of a turn to the right that still counts as straight [-]: rounding of three corners on a line.
STRAIGHT = 1e-9


def drop_short_edges(tiling: Cells, box: tuple[float, float], shortest: float) -> tuple[Cells, list[int]]:
    """The tiling without edges below `shortest` [m], and the cells that still have one because they would vanish, or
    that are not convex."""
    mesh = _Mesh(tiling, box)
    while mesh.drop_once(shortest):
        pass
    bad = [k for k, cell in enumerate(mesh.cells) if not mesh.is_good(cell, shortest)]
    used, place = np.unique(np.concatenate(mesh.cells), return_inverse=True)
    ends = np.cumsum([len(cell) for cell in mesh.cells])[:-1]
    return Cells(mesh.points[used], [part.tolist() for part in np.split(place, ends)]), bad


class _Mesh:
    """Cells whose corners are joined one pair after the other."""

    def __init__(self, tiling: Cells, box: tuple[float, float]) -> None:
        self.points = tiling.points.copy()
        self.cells = [list(cell) for cell in tiling.cells]
        self.around: list[set[int]] = [set() for _ in self.points]
        for k, cell in enumerate(self.cells):
            for corner in cell:
                self.around[corner].add(k)
        x, y = self.points.T
        on = [x == 0.0, x == box[0], y == 0.0, y == box[1]]
        self.sides = [frozenset(np.flatnonzero(row).tolist()) for row in np.column_stack(on)]

    def drop_once(self, shortest: float) -> bool:
        """Join the ends of short edges, the shortest first, none beside another; whether there was one to join."""
        ends = np.unique([sorted(edge) for cell in self.cells for edge in _edges(cell)], axis=0)
        length = np.linalg.norm(self.points[ends[:, 0]] - self.points[ends[:, 1]], axis=1)
        order = np.argsort(length, kind="stable")
        touched: set[int] = set()
        for a, b in ends[order[: np.searchsorted(length[order], shortest)]].tolist():
            if a not in touched and b not in touched and self._join(a, b):
                touched.update((a, b))
        return bool(touched)

    def is_good(self, cell: list[int], shortest: float) -> bool:
        """Whether a cell is convex and has no short edge."""
        edge = np.diff(self.points[[*cell, cell[0]]], axis=0)
        return bool(np.linalg.norm(edge, axis=1).min() >= shortest) and _least_turn(self.points[cell]) >= -STRAIGHT

    def _join(self, a: int, b: int) -> bool:
        """Join corner b to corner a, unless a cell would vanish or a side of the box would lose its corner."""
        places = self._places(a, b)
        both = self.around[a] & self.around[b]
        if not places or not all(len(self.cells[k]) > 3 and _adjacent(self.cells[k], a, b) for k in both):
            return False
        joined = {k: _replaced(self.cells[k], a, b) for k in self.around[a] | self.around[b]}
        kept = self.points[[a, b]].copy()
        turns = []
        for place in places:
            self.points[a] = place
            turns.append(min(_least_turn(self.points[cell]) for cell in joined.values()))
        best = int(np.argmax(turns))
        if turns[best] < -STRAIGHT:
            self.points[[a, b]] = kept
            return False
        self.points[a] = places[best]
        self.sides[a] = self.sides[a] | self.sides[b]
        for k, cell in joined.items():
            self.cells[k] = cell
        self.around[a] |= self.around[b]
        return True

    def _places(self, a: int, b: int) -> list[np.ndarray]:
        """Where the joined corner may lie: on every side of the box that one of the two lies on."""
        p, q = self.points[a].copy(), self.points[b].copy()
        if self.sides[a] == self.sides[b]:
            return [(p + q) / 2, p, q]
        if self.sides[a] > self.sides[b]:
            return [p]
        return [q] if self.sides[a] < self.sides[b] else []


def _edges(cell: list[int]) -> list[tuple[int, int]]:
    return list(zip(cell, [*cell[1:], cell[0]], strict=True))


def _adjacent(cell: list[int], a: int, b: int) -> bool:
    gap = abs(cell.index(a) - cell.index(b))
    return gap in (1, len(cell) - 1)


def _replaced(cell: list[int], a: int, b: int) -> list[int]:
    """The cell with corner b named a, once."""
    if a in cell:
        return [corner for corner in cell if corner != b]
    return [a if corner == b else corner for corner in cell]


def _least_turn(points: np.ndarray) -> float:
    """Smallest sine of the turns at the corners of a polygon (n, 2), counter-clockwise; negative: not convex."""
    edge = np.roll(points, -1, axis=0) - points
    after = np.roll(edge, -1, axis=0)
    length = np.linalg.norm(edge, axis=1)
    cross = edge[:, 0] * after[:, 1] - edge[:, 1] * after[:, 0]
    scale = length * np.roll(length, -1)
    return float((cross / np.where(scale > 0.0, scale, np.inf)).min())
