"""Which functions of a cover of order 1 or 2 depend on the others, and are left out. The span stays the same.

A combination sum_i w_i p_i of the local polynomials p_i vanishes on a cell exactly where (derived in
`docs/theory/nmm.md`)

- on triangles p_i(x) = (a + B x + l(x) J x) . (v_i - x): a constant, B a matrix, l linear, J the quarter turn, v_i the
  node; order 1 leaves a and the turning part of B (3), order 2 all of it (8). Two cells with a common side share two
  covers, which determine all numbers: there is one such family for every connected piece.
- on parallelograms, with X, Y along their sides and from the node: along a chain of sides in X direction p_i = X for
  order 1, also X (X + X_i) for order 2; along a chain in Y direction likewise; and p_i = c_i X Y with c_0 - c_1 + c_2 -
  c_3 = 0 around each cell.

So it is known without any arithmetic how many functions are too many, and which ones may go: those by whose
coefficients the family is determined.
"""

import heapq
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import qr

from nmm.graph import components

__all__ = ["dependent"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

# Places of the monomials among the functions of a cover.
X, Y, XX, XY, YY = 1, 2, 3, 4, 5


def dependent(covers: Index, node: Index, nodes: Array, piece: Index, order: int) -> NDArray[np.bool_]:
    """Which functions (c, 1, 3 or 6) of the covers go.

    covers: (m, 3 or 4) of the elements; node: (c,) of the covers; nodes: (n, 2) in the axes of the cells [m]; piece:
    (m,) connected piece of each element.
    """
    gone = np.zeros((len(node), (1, 3, 6)[order]), dtype=bool)
    if order == 0 or not len(covers):
        return gone
    if covers.shape[1] == 3:
        _on_triangles(gone, covers, nodes[node], piece, order)
    else:
        _on_parallelograms(gone, covers, nodes[node], order)
    return gone


def _on_triangles(gone: NDArray[np.bool_], covers: Index, places: Array, piece: Index, order: int) -> None:
    """In every piece the functions in which the members of the family differ most, far from each other: by pivoting."""
    of_cover = np.zeros(len(gone), dtype=np.int64)
    of_cover[covers] = piece[:, None]
    by_piece = np.argsort(of_cover, kind="stable")
    spans = np.searchsorted(of_cover[by_piece], np.arange(piece.max() + 2))
    size = float(np.linalg.norm(places[covers[0, 1]] - places[covers[0, 0]]))
    for first, last in pairwise(spans):
        if last > first:
            own = by_piece[first:last]
            family = _family(places[own] - places[own].mean(axis=0), size, order)
            _, pivots = qr(family.reshape(-1, family.shape[2]).T, mode="r", pivoting=True)
            cover, function = np.divmod(pivots[: family.shape[2]], family.shape[1])
            gone[own[cover], 1 + function] = True


def _family(v: Array, h: float, order: int) -> Array:
    """Coefficients (c, 2 or 5, 3 or 8) of X, Y (X^2, X Y, Y^2), X = (x - v) / h, at nodes v (c, 2) of the members.

    With x = v + xi and J xi . xi = 0, p = -(a + B v + (l . v) J v) . xi - xi . B xi - (l . xi) (J v . xi). Order 1: a,
    and B = J. Order 2: a, the four numbers of B, and l without its constant, which is in B.
    """
    extent = float(np.abs(v).max()) + h
    x, y = v.T / extent
    h = h / extent
    one, zero = np.ones_like(x), np.zeros_like(x)
    if order == 1:
        return np.stack([np.column_stack([one, zero, -y]), np.column_stack([zero, one, x])], axis=1)
    # columns: a_x, a_y, B_xx, B_xy, B_yx, B_yy, l_x, l_y
    rows = [
        [one, zero, x, y, zero, zero, -x * y, -y * y],
        [zero, one, zero, zero, x, y, x * x, x * y],
        [zero, zero, h * one, zero, zero, zero, -h * y, zero],
        [zero, zero, zero, h * one, h * one, zero, h * x, -h * y],
        [zero, zero, zero, zero, zero, h * one, zero, h * x],
    ]
    return np.stack([np.column_stack(row) for row in rows], axis=1)


def _on_parallelograms(gone: NDArray[np.bool_], covers: Index, places: Array, order: int) -> None:
    """At one cover of each chain X (and X^2), or Y (and Y^2); and all X Y that the cells leave free."""
    count = len(gone)
    rows = components(count, np.concatenate([covers[:, [0, 1]], covers[:, [3, 2]]]))
    columns = components(count, np.concatenate([covers[:, [1, 2]], covers[:, [0, 3]]]))
    for chain, along, slope, bend in ((rows, places[:, 0], X, XX), (columns, places[:, 1], Y, YY)):
        order_along = np.lexsort((along, chain))
        starts = np.searchsorted(chain[order_along], np.arange(chain.max() + 2))
        first, last = order_along[starts[:-1]], order_along[starts[1:] - 1]
        if order == 1:
            gone[order_along[(starts[:-1] + starts[1:]) // 2], slope] = True
        else:  # a_i = a_0 + b (X_i - X_0) vanishes if it does at both ends; on a chain of one cover b itself goes
            gone[first, slope] = gone[last, slope] = True
            gone[first[first == last], bend] = True
    if order < 2:
        return
    corners = np.unique(covers, axis=0)
    rank = np.empty(count, dtype=np.int64)
    rank[np.argsort(places.sum(axis=1), kind="stable")] = np.arange(count)
    gone[:, XY] = True
    gone[list(_determined(corners, rank)), XY] = False


def _determined(corners: Index, rank: Index) -> set[int]:
    """Covers whose coefficient c of X Y follows from others, if c_0 - c_1 + c_2 - c_3 = 0 on every cell.

    Elimination in whole numbers: each cell determines its last corner, the third, which has the highest rank. Only
    where that corner is taken, around holes and ends of joints, is there something to eliminate.
    """
    _, first = np.unique(corners[:, 2], return_index=True)
    rows = {int(corners[k, 2]): k for k in first}
    reduced: dict[int, dict[int, int]] = {}
    for k in np.setdiff1d(np.arange(len(corners)), first):
        row = _row(corners[k])
        queue = [(-int(rank[c]), c) for c in row]
        heapq.heapify(queue)
        while queue:
            _, last = heapq.heappop(queue)
            factor = row.get(last, 0)
            if factor == 0:
                continue
            if last not in rows and last not in reduced:
                reduced[last] = row
                break
            pivot = reduced[last] if last in reduced else _row(corners[rows[last]])
            lead = pivot[last]
            row = {c: v * lead for c, v in row.items()}
            for c, v in pivot.items():
                if c not in row:
                    heapq.heappush(queue, (-int(rank[c]), c))
                row[c] = row.get(c, 0) - factor * v
            row = {c: v for c, v in row.items() if v}
    return set(rows) | set(reduced)


def _row(corners: Index) -> dict[int, int]:
    """The condition of a cell: cover -> factor."""
    row: dict[int, int] = {}
    for cover, sign in zip(corners.tolist(), (1, -1, 1, -1), strict=True):
        row[cover] = row.get(cover, 0) + sign
    return row
