"""From the words of a case to block indices, points and edges."""

from typing import Any

import numpy as np

from harmony.case.locate import BlockLocator
from harmony.case.places import AtPoint, OnEdges
from harmony.case.problems import closest
from harmony.case.read_tables import polyline
from harmony.case.source import Source
from harmony.case.yaml_document import KeyPath

__all__ = ["Places"]

WHOLE = 1e-6
"""Part of a line that may be left uncovered by whole edges [-]; rounding of coordinates in files needs some."""


class Places:
    """Names, points and lines of a case, as blocks and edges."""

    def __init__(self, source: Source, locator: BlockLocator) -> None:
        self.source = source
        self.locator = locator
        self.blocks = locator.blocks

    def groups(self) -> list[str]:
        """The group names in use."""
        return sorted({block.group for block in self.blocks} - {""})

    def chosen(self, path: KeyPath, choice: Any) -> list[int]:
        """Indices of the blocks that `choice` names: an index, a group, a list of both; None = all moving blocks."""
        if choice is None:
            return [index for index, block in enumerate(self.blocks) if not block.fixed]
        items = choice if isinstance(choice, list) else [choice]
        return sorted({index for item in items for index in self._one(path, item)})

    def _one(self, path: KeyPath, item: int | str) -> list[int]:
        if isinstance(item, int):
            if item >= len(self.blocks):
                raise self.source.error(path, f"there are {len(self.blocks)} blocks, indices from 0", item)
            return [item]
        found = [index for index, block in enumerate(self.blocks) if block.group == item]
        if not found:
            raise self.source.error(path, f"no such group of blocks; {closest(item, self.groups())}", item)
        return found

    def point(self, path: KeyPath, place: AtPoint) -> int:
        """The block that a point load or a support acts on."""
        among = None if place.block is None else self.chosen((*path, "block"), place.block)
        return self.block_at((*path, "at"), place.at, among)

    def block_at(self, path: KeyPath, point: tuple[float, float], among: list[int] | None = None) -> int:
        """The block at a point of the initial geometry; an error outside all of them."""
        index = self.locator.at(point, among)
        if index is not None:
            return index
        if among is not None:
            raise self.source.error(path, f"({point[0]:g}, {point[1]:g}) lies outside the blocks that are named there")
        near, distance = self.locator.nearest(point)
        group = f" (group {self.blocks[near].group})" if self.blocks[near].group else ""
        raise self.source.error(
            path,
            f"({point[0]:g}, {point[1]:g}) lies outside every block; "
            f"the nearest is block {near}{group}, {distance:.4g} m away",
        )

    def edges(self, path: KeyPath, place: OnEdges) -> list[tuple[int, int]]:
        """(block, edge) pairs on which a traction or a dashpot acts."""
        among = None if place.blocks is None else self.chosen((*path, "blocks"), place.blocks)
        if place.edge is not None:
            block = (among or [0])[0]
            count = len(self.blocks[block].vertices)
            if place.edge >= count:
                raise self.source.error((*path, "edge"), f"block {block} has {count} edges, numbers 0 to {count - 1}")
            return [(block, place.edge)]
        assert place.along is not None, "the schema gives along or edge"
        line = polyline(self.source, (*path, "along"), place.along)
        edges = self.locator.edges_on(line, among)
        covered = sum(self._length(block, edge) for block, edge in edges)
        length = float(np.linalg.norm(np.diff(line, axis=0), axis=1).sum())
        if covered < (1 - WHOLE) * length:
            raise self.source.error(
                (*path, "along"),
                f"whole block edges cover {covered:g} m of this line of {length:g} m; "
                "it must run along edges, from vertex to vertex",
            )
        return edges

    def normal(self, block: int, edge: int) -> np.ndarray:
        """Outward unit normal (2,) of an edge: (dy, -dx) / l for a counter-clockwise block."""
        a, b = self._ends(block, edge)
        dx, dy = b - a
        x, y = self.blocks[block].vertices.T
        counter_clockwise = np.dot(x, np.roll(y, -1)) - np.dot(np.roll(x, -1), y) > 0
        return np.array([dy, -dx]) / np.hypot(dx, dy) * (1.0 if counter_clockwise else -1.0)

    def _length(self, block: int, edge: int) -> float:
        a, b = self._ends(block, edge)
        return float(np.linalg.norm(b - a))

    def _ends(self, block: int, edge: int) -> tuple[np.ndarray, np.ndarray]:
        vertices = self.blocks[block].vertices
        return vertices[edge], vertices[(edge + 1) % len(vertices)]
