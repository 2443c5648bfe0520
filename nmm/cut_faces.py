"""The faces of the arrangement that are elements: in which cell each lies, and in which body."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dda.arrangement import Arrangement
from dda.errors import InputError, explain
from nmm.cover import Cover
from nmm.half_edges import HalfEdges
from nmm.shapes import BodyShape, located

__all__ = ["CutFaces", "Owners", "cells_at", "cut_faces"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

# Two areas that differ by less than this part [-] are those of one ring, seen from inside and outside.
SAME_AREA = 1e-9


def cells_at(cover: Cover, points: Array, among: Index) -> Index:
    """The cell, of those `among`, that each point lies in, (n,); -1 = none."""
    import shapely

    tree = shapely.STRtree(shapely.polygons(cover.corners[among]))
    point, cell = tree.query(shapely.points(points), predicate="intersects")
    found = np.full(len(points), -1)
    found[point] = among[cell]
    return found


class Owners:
    """Which cell each half-edge has on its left (-1 unknown: no side of a cell), and which cell each cycle lies in."""

    def __init__(
        self, cover: Cover, touched: Index, sides: Index, network: Arrangement, half: HalfEdges, kept: Index, lines: int
    ) -> None:
        nodes, of_side = cover.edges
        left, right = np.full(len(nodes), -2), np.full(len(nodes), -2)  # -2: no cell, the rim of the cover
        start = cover.cells
        forward = start < np.roll(start, -1, axis=1)
        cells = np.broadcast_to(np.arange(len(start))[:, None], start.shape)
        left[of_side[forward]] = cells[forward]
        right[of_side[~forward]] = cells[~forward]

        place = np.full(len(network.edges), -1)
        place[kept] = np.arange(len(kept))
        of_mesh = (network.cover_segment >= lines) & (place[network.cover_edge] >= 0)
        edge, side = place[network.cover_edge[of_mesh]], sides[network.cover_segment[of_mesh] - lines]
        along = half.nodes[half.end[2 * edge]] - half.nodes[half.start[2 * edge]]
        mesh = cover.nodes[nodes[side, 1]] - cover.nodes[nodes[side, 0]]
        same = (along * mesh).sum(axis=1) > 0
        self.cell = np.full(2 * len(kept), -1)
        self.cell[2 * edge] = np.where(same, left[side], right[side])
        self.cell[2 * edge + 1] = np.where(same, right[side], left[side])

        is_touched = np.zeros(len(start) + 2, dtype=bool)
        is_touched[touched] = True
        self.of_cycle = np.full(len(half.first), -1)
        known = self.cell != -1
        self.of_cycle[half.cycle[known]] = np.where(is_touched[self.cell[known]], self.cell[known], -2)
        # Cycles that touch no side of a cell lie inside one.
        lost = np.flatnonzero(self.of_cycle == -1)
        h = half.first[lost]
        middle = (half.nodes[half.start[h]] + half.nodes[half.end[h]]) / 2
        self.of_cycle[lost] = cells_at(cover, middle, touched) if len(lost) else -1
        self.inner = np.zeros(len(half.first), dtype=bool)
        self.inner[lost] = half.area[lost] < 0


@dataclass(frozen=True, eq=False)
class CutFaces:
    """Faces that are elements: outer cycle, inner cycles, cell, body, material."""

    cycle: Index
    inner: dict[int, list[int]]
    cell: Index
    body: Index
    material: Index


def cut_faces(half: HalfEdges, owner: Owners, bodies: Sequence[BodyShape]) -> CutFaces:
    """The faces in touched cells that lie in a body."""
    import shapely

    outer = np.flatnonzero((owner.of_cycle >= 0) & (half.area > 0))
    rings = [half.ring(int(c)) for c in outer]
    polygons = (
        shapely.polygons(
            shapely.linearrings(
                half.nodes[half.start[np.concatenate(rings)]] if rings else np.zeros((0, 2)),
                indices=np.repeat(np.arange(len(rings)), [len(r) for r in rings]),
            )
        )
        if rings
        else np.array([])
    )
    inner: dict[int, list[int]] = {}
    for c in np.flatnonzero(owner.inner & (owner.of_cycle >= 0)):
        hosts = np.flatnonzero(owner.of_cycle[outer] == owner.of_cycle[c])
        point = shapely.points(half.nodes[half.start[half.first[c]]])
        ring = shapely.polygons(half.nodes[half.start[half.ring(int(c))]])
        larger = (1 + SAME_AREA) * -half.area[c]  # the faces inside the ring touch its points too
        around = [k for k in hosts if shapely.area(polygons[k]) > larger and shapely.covers(polygons[k], point)]
        host = min(around, key=lambda k: float(shapely.area(polygons[k])))
        inner.setdefault(int(host), []).append(int(c))
        polygons[host] = shapely.difference(polygons[host], ring)
    spots = shapely.get_coordinates(shapely.point_on_surface(polygons)).reshape(-1, 2)
    body, material = located(bodies, spots)
    inside = np.flatnonzero(body >= 0)
    position = {int(k): i for i, k in enumerate(inside)}
    _refuse_small_holes(half, inner, position, bodies)
    return CutFaces(
        outer[inside],
        {position[k]: cycles for k, cycles in inner.items() if k in position},
        owner.of_cycle[outer[inside]],
        body[inside],
        material[inside],
    )


def _refuse_small_holes(
    half: HalfEdges, inner: dict[int, list[int]], inside: dict[int, int], bodies: Sequence[BodyShape]
) -> None:
    """No hole of a body may lie inside one element: the displacement around it could not be described."""
    for host, cycles in inner.items():
        for c in cycles:
            ring = half.nodes[half.start[half.ring(c)]]
            if host in inside and located(bodies, ring.mean(axis=0)[None])[0][0] < 0:
                x, y = ring.mean(axis=0)
                raise InputError(
                    explain(
                        "the cover is coarser than a hole",
                        where=f"hole near ({x:g}, {y:g}) m, {np.ptp(ring, axis=0).max():g} m across",
                        expected="cells smaller than every hole",
                        got="a hole inside one cell",
                        do="refine the cover, or leave the hole out",
                    )
                )
