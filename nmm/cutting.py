"""A body cuts a mathematical cover into manifold elements and physical covers.

1. Cells that no line touches stay whole; they are inside a body or not.
2. The sides of the other cells and all lines (outlines, holes, material boundaries, joints) become one arrangement of
   nodes and edges (`dda.arrangement`: points nearer than one tolerance are one node, a node nearer than it to a line
   lies on the line). From here on everything is said by the graph: which face is where, and who is whose neighbour.
3. Edges with the same face on both sides, the free ends of joints, are set aside: the element there stays whole.
4. A face belongs to the cell on whose sides it lies, and is inside a body or not: the faces inside are the elements.
5. Elements that share an edge which is no joint and no material boundary share the patches of their common nodes. The
   connected components of (element, node) pairs are the physical covers: each connected part of a patch is its own.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dda.arrangement import Arrangement, arrange
from dda.cells import Trace
from dda.errors import InputError, explain
from nmm.cover import Cover
from nmm.cut_faces import CutFaces, Owners, cells_at, cut_faces
from nmm.half_edges import HalfEdges, without_dangling
from nmm.manifold import Faces, Manifold
from nmm.physical_covers import physical_covers
from nmm.shapes import BodyShape, Lines, located

__all__ = ["cut"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

# Points nearer than this part of the smallest cell [-] are one; usual gaps of roundoff are 1e-15 of the coordinates.
# Larger moves honest corners, smaller lets lines that should meet miss each other.
SNAP = 1e-9

# Relative area [-] that may be lost between the bodies and their elements before the cut is called wrong.
AREA_LOSS = 1e-9


def cut(cover: Cover, bodies: Sequence[BodyShape], traces: Sequence[Trace] = ()) -> Manifold:
    """The manifold of `bodies`, which do not overlap, cut by joint `traces`, on a mathematical `cover`."""
    lines = Lines(bodies, traces)
    snap = SNAP * float(cover.sizes.min())
    touched = _touched_cells(cover, lines, 2 * snap)
    side_of = cover.edges[1]
    sides = np.unique(side_of[touched])
    mesh = cover.nodes[cover.edges[0][sides]]
    rank = np.concatenate([np.zeros(len(lines.segments), dtype=int), np.ones(len(mesh), dtype=int)])
    network = arrange(np.concatenate([lines.segments, mesh]), rank, snap, snap)
    half, kept, gone = without_dangling(network.nodes, network.edges)
    owner = Owners(cover, touched, sides, network, half, kept, len(lines.segments))

    faces = cut_faces(half, owner, bodies)
    whole = _whole_cells(cover, touched, bodies)
    parts = _Parts(cover, half, owner, faces, whole)
    manifold = _assemble(cover, lines, network, half, kept, parts)
    tips = gone[_covered(network, lines.joint, gone) >= 0]
    ends = network.nodes[network.edges[tips]].reshape(-1, 4)
    manifold = _with(manifold, tips=ends, tip_cell=cells_at(cover, ends.reshape(-1, 2, 2).mean(axis=1), touched))
    _refuse_lost_area(manifold, bodies)
    return manifold


def _with(manifold: Manifold, **fields: Any) -> Manifold:
    return Manifold(**{**{k: v for k, v in vars(manifold).items() if k in Manifold.__dataclass_fields__}, **fields})


def _touched_cells(cover: Cover, lines: Lines, reach: float) -> Index:
    """Cells within `reach` [m] of a line, ascending."""
    import shapely

    tree = shapely.STRtree(shapely.polygons(cover.corners))
    _, cell = tree.query(shapely.linestrings(lines.segments), predicate="dwithin", distance=reach)
    return np.unique(cell)


def _whole_cells(cover: Cover, touched: Index, bodies: Sequence[BodyShape]) -> tuple[Index, Index, Index]:
    """Cells that no line touches and that lie in a body, their body and material."""
    free = np.setdiff1d(np.arange(len(cover.cells)), touched)
    body, material = located(bodies, cover.corners[free].mean(axis=1))
    inside = body >= 0
    return free[inside], body[inside], material[inside]


class _Parts:
    """The elements, sorted by cell: cut faces and whole cells together; and the element of every half-edge."""

    def __init__(
        self, cover: Cover, half: HalfEdges, owner: Owners, faces: CutFaces, whole: tuple[Index, Index, Index]
    ) -> None:
        cell = np.concatenate([faces.cell, whole[0]])
        order = np.argsort(cell, kind="stable")
        number = np.empty(len(cell), dtype=np.int64)
        number[order] = np.arange(len(cell))
        self.cell = cell[order]
        self.body = np.concatenate([faces.body, whole[1]])[order]
        self.material = np.concatenate([faces.material, whole[2]])[order]
        self.whole_of_cell = np.full(len(cover.cells) + 2, -1)
        self.whole_of_cell[whole[0]] = number[len(faces.cell) :]
        of_cycle = np.full(len(half.first), -1)
        of_cycle[faces.cycle] = number[: len(faces.cell)]
        for face, cycles in faces.inner.items():
            of_cycle[cycles] = number[face]
        element = of_cycle[half.cycle]
        self.element = np.where(element >= 0, element, np.where(owner.cell != -1, self.whole_of_cell[owner.cell], -1))
        self.vertices: list[Array] = [np.zeros((0, 2))] * len(cell)
        for face, cycle in enumerate(faces.cycle):
            self.vertices[number[face]] = half.nodes[half.start[half.ring(int(cycle))]]
        for e, corners in zip(number[len(faces.cell) :], cover.corners[whole[0]], strict=True):
            self.vertices[e] = corners
        self.extra = [
            (int(number[face]), half.nodes[half.start[half.ring(c)]])
            for face, cycles in faces.inner.items()
            for c in cycles
        ]


def _assemble(
    cover: Cover, lines: Lines, network: Arrangement, half: HalfEdges, kept: Index, parts: _Parts
) -> Manifold:
    """Neighbours, covers, joints, seams and boundary."""
    left, right = parts.element[::2], parts.element[1::2]
    joint, side = _covered(network, lines.joint, kept), _covered(network, lines.side, kept)
    body, material = np.append(parts.body, -1), np.append(parts.material, -1)
    both, one = (left >= 0) & (right >= 0), (left >= 0) != (right >= 0)
    apart = both & ((joint >= 0) | (body[left] != body[right]))
    seam = both & ~apart & (material[left] != material[right])
    joined = both & ~apart & ~seam
    pairs = np.concatenate([np.column_stack([left, right])[joined], _whole_neighbours(cover, half, parts)])

    ends = half.nodes[half.edges].reshape(-1, 4)
    turned = np.where((left >= 0)[:, None], ends, ends[:, [2, 3, 0, 1]])
    outside = np.column_stack([np.maximum(left, right), np.full(len(left), -1)])
    elements = np.column_stack([left, right])
    covers, cover_node = physical_covers(cover, parts.cell, pairs)
    points, offsets = _joined(parts.vertices)
    edges, edge_start = _edges(parts)
    return Manifold(
        cover=cover,
        cell=parts.cell,
        body=parts.body,
        material=parts.material,
        covers=covers,
        cover_node=cover_node,
        points=points,
        offsets=offsets,
        edges=edges,
        edge_start=edge_start,
        neighbours=np.unique(np.sort(pairs, axis=1), axis=0),
        boundary=Faces(outside[one], turned[one], side[one]),
        joints=Faces(elements[apart], ends[apart], joint[apart]),
        seams=Faces(elements[seam], ends[seam], np.full(int(seam.sum()), -1)),
        tips=np.zeros((0, 4)),
        tip_cell=np.zeros(0, dtype=np.int64),
        areas=_areas(edges, edge_start),
    )


def _covered(network: Arrangement, line: Index, edges: Index) -> Index:
    """The lowest of the numbers `line` (one a segment, -1 none) that run along each of some edges; -1 = none."""
    most = np.iinfo(np.int64).max
    numbers = np.concatenate([line, np.full(len(network.cover_segment), -1)])  # sides of cells come after the lines
    number = numbers[np.minimum(network.cover_segment, len(line))]
    found = np.full(len(network.edges), most)
    known = number >= 0
    np.minimum.at(found, network.cover_edge[known], number[known])
    return np.where(found == most, -1, found)[edges]


def _joined(rings: Sequence[Array]) -> tuple[Array, Index]:
    offsets = np.concatenate([[0], np.cumsum([len(r) for r in rings])]).astype(np.int64)
    return (np.concatenate(rings) if len(rings) else np.zeros((0, 2))), offsets


def _edges(parts: _Parts) -> tuple[Array, Index]:
    """Edges (k, 4) of all rings of each element, and where those of each begin."""
    points, offsets = _joined(parts.vertices)
    count = np.diff(offsets)
    following = np.arange(len(points)) + 1
    following[offsets[1:] - 1] = offsets[:-1]
    edges = np.column_stack([points, points[following]])
    owner = np.repeat(np.arange(len(count)), count)
    for element, ring in parts.extra:
        edges = np.concatenate([edges, np.column_stack([ring, np.roll(ring, -1, axis=0)])])
        owner = np.concatenate([owner, np.full(len(ring), element)])
    order = np.argsort(owner, kind="stable")
    return edges[order], np.searchsorted(owner[order], np.arange(len(count) + 1))


def _areas(edges: Array, start: Index) -> Array:
    """Of each element (m,) m2, about its first vertex: 1/2 sum p x q."""
    owner = np.repeat(np.arange(len(start) - 1), np.diff(start))
    origin = edges[start[:-1], :2][owner]
    p, q = edges[:, :2] - origin, edges[:, 2:] - origin
    return np.bincount(owner, p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0], minlength=len(start) - 1) / 2


def _refuse_lost_area(manifold: Manifold, bodies: Sequence[BodyShape]) -> None:
    import shapely

    area = float(sum(shapely.Polygon(b.outline, b.holes).area for b in bodies))
    if abs(manifold.areas.sum() - area) > AREA_LOSS * area:
        raise InputError(
            explain(
                "the elements do not fill the bodies",
                where="cut of the cover",
                expected=f"elements of {area:.12g} m2 in all",
                got=f"{manifold.areas.sum():.12g} m2",
                do="let the cover reach beyond the bodies; lines that nearly coincide must be apart or together",
            )
        )


def _whole_neighbours(cover: Cover, half: HalfEdges, parts: _Parts) -> Index:
    """Pairs of whole cells with a common side."""
    side = cover.edges[1]
    element = np.broadcast_to(parts.whole_of_cell[: len(side)][:, None], side.shape)
    known = element.ravel() >= 0
    side_, element_ = side.ravel()[known], element.ravel()[known]
    order = np.argsort(side_, kind="stable")
    twice = np.flatnonzero(side_[order][1:] == side_[order][:-1])
    return np.column_stack([element_[order][twice], element_[order][twice + 1]]).reshape(-1, 2)
