"""The space of displacements on a manifold: order of the polynomials, covers of their own, dependent functions."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmm import _core
from nmm.aggregates import Aggregates
from nmm.dependence import dependent
from nmm.graph import components
from nmm.manifold import Manifold

__all__ = ["ORDERS", "Space", "make_space"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

ORDERS = (0, 1, 2)
FUNCTIONS = (1, 3, 6)
"""Scalar functions of a cover, by its order."""

COVERS = 4
"""Most covers of an element, as in the core."""


@dataclass(frozen=True, eq=False)
class Space:
    """The space in the core, and what was done to make its functions independent.

    covers: (m, 4) of each element, -1 where there are fewer. order: (c,) of each cover. unknowns: two a function.
    dropped: functions left out because the others span them. unit (f,), place (f, 2) [m]: coefficients of 1 and of x,
    which the space holds (the hats alone give both). tip_cover: number of the first cover of a crack tip.
    """

    core: Any
    covers: Index
    order: Index
    functions: int
    dropped: int
    unit: Array
    place: Array
    tip_cover: int = 0

    @property
    def unknowns(self) -> int:
        """Number of unknowns."""
        return 2 * self.functions


def make_space(
    manifold: Manifold, aggregates: Aggregates, order: int, own: Index | None = None, tips: tuple[int, ...] = ()
) -> Space:
    """The space of `order` on a manifold.

    tips: number of branch functions of each crack tip: a cover of its own each, the last ones; no element lists them.

    own: (m,) number of the block that each element is, -1 = none: a block has one cover with weight 1 and an affine
    displacement. Tiny pieces (`aggregates.alone`) get one cover too, one order above that of the rest.
    """
    core = _core.Space()
    blocks = np.full(manifold.count, -1) if own is None else own
    alone = np.where(blocks >= 0, -1, aggregates.alone)
    single = np.where(blocks >= 0, blocks, np.where(alone >= 0, alone + blocks.max(initial=-1) + 1, -1))
    cells = _cells(manifold, single)
    covers = np.full((manifold.count, COVERS), -1)
    width = manifold.covers.shape[1]
    shared = single < 0
    used, number = np.unique(manifold.covers[shared], return_inverse=True)
    covers[shared, :width] = number.reshape(-1, width)
    covers[~shared, 0] = len(used) + single[~shared]
    node = manifold.cover_node[used]
    gone = dependent(
        covers[shared, :width],
        node,
        manifold.cover.nodes @ manifold.cover.axes.T,
        components(manifold.count, manifold.neighbours)[shared],
        order,
    )
    sizes = _node_sizes(manifold)
    count = cells.first_own
    centre = np.concatenate([manifold.cover.nodes[node], cells.origin[count:]])
    orders = np.full(len(centre), order)
    orders[len(used) :] = np.where(np.isin(np.arange(single.max(initial=-1) + 1), blocks), 1, min(order + 1, 2))
    first = np.concatenate([[0], np.cumsum([*np.array(FUNCTIONS)[orders], *tips])]).astype(np.int64)

    core.set_cells(
        cells.origin,
        cells.size,
        cells.weights,
        cells.corners,
        cells.corner_count.astype(np.int32),
        np.ascontiguousarray(manifold.cover.axes),
    )
    widths = np.concatenate([sizes[node], cells.size[count:], np.ones(len(tips))])
    core.set_covers(np.concatenate([centre, np.zeros((len(tips), 2))]), widths, first.astype(np.int32))
    core.set_elements(
        covers.astype(np.int32), cells.of_element.astype(np.int32), manifold.edge_start.astype(np.int32), manifold.edges
    )
    keep = np.ones(int(first[-1]), dtype=bool)
    keep[: gone.size] = ~gone.ravel()
    core.set_numbers(np.where(keep, np.cumsum(keep) - 1, -1).astype(np.int32), int(keep.sum()))
    unit, place = _rigid(first, centre, widths, manifold.cover.axes, len(used))
    return Space(core, covers, orders, int(keep.sum()), int((~keep).sum()), unit[keep], place[keep], len(centre))


def _rigid(first: Index, centre: Array, widths: Array, axes: Array, shared: int) -> tuple[Array, Array]:
    """Coefficients of 1 and of x: sum w_i = 1, sum w_i x_i = x; a cover with weight 1 has x = x_i + h A^-1 X."""
    unit, place = np.zeros(first[-1]), np.zeros((int(first[-1]), 2))
    unit[first[: len(centre)]], place[first[: len(centre)]] = 1.0, centre
    along = np.linalg.inv(axes)
    for cover in range(shared, len(centre)):
        for k in range(2):
            place[first[cover] + 1 + k] = widths[cover] * along[:, k]
    return unit, place


@dataclass(frozen=True, eq=False)
class _Cells:
    """Cells of the mathematical cover, followed by one with weight 1 for each cover of its own."""

    of_element: Index
    origin: Array
    size: Array
    weights: Array
    corners: Array
    corner_count: Index
    first_own: int


def _cells(manifold: Manifold, single: Index) -> _Cells:
    cover = manifold.cover
    count, corners = cover.cells.shape
    own = int(single.max(initial=-1)) + 1
    weights = np.zeros((count + own, COVERS, 6))
    weights[:count, :corners] = cover.weights
    weights[count:, 0, 0] = 1.0
    boxes = np.zeros((own, 2, 2))
    for k in range(own):
        points = np.concatenate(
            [manifold.edges[slice(*manifold.edge_start[e : e + 2]), :2] for e in np.flatnonzero(single == k)]
        )
        boxes[k] = points.min(axis=0), points.max(axis=0)
    all_corners = np.zeros((count + own, COVERS, 2))
    all_corners[:count, :corners] = cover.corners
    for corner, (i, j) in enumerate(((0, 0), (1, 0), (1, 1), (0, 1))):
        all_corners[count:, corner] = np.column_stack([boxes[:, i, 0], boxes[:, j, 1]])
    return _Cells(
        of_element=np.where(single >= 0, count + single, manifold.cell),
        origin=np.concatenate([cover.corners.mean(axis=1), boxes.mean(axis=1)]),
        size=np.concatenate([cover.sizes, (boxes[:, 1] - boxes[:, 0]).max(axis=1) if own else np.zeros(0)]),
        weights=weights,
        corners=all_corners,
        corner_count=np.concatenate([np.full(count, corners), np.full(own, 4)]),
        first_own=count,
    )


def _node_sizes(manifold: Manifold) -> Array:
    """Largest size of the cells around each node, (n,) m."""
    sizes = np.zeros(len(manifold.cover.nodes))
    np.maximum.at(sizes, manifold.cover.cells, manifold.cover.sizes[:, None])
    return sizes
