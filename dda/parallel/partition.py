"""Which rank owns which block: pieces of equal weight along a space-filling curve.

The Hilbert curve visits the cells of a 2^k x 2^k grid so that neighbours on the curve are neighbours in the plane; a
piece of it is compact. The order along the curve does not depend on the number of ranks.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["clusters", "curve_keys", "curve_order", "hilbert", "partition"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

LEVELS = 16
"""Of the grid: cells of 1.5e-5 of the model. Fewer: blocks share cells, and their numbers decide."""


def hilbert(x: Index, y: Index, levels: int = LEVELS) -> Index:
    """Positions (n,) along the curve of the cells (x, y), 0 <= x, y < 2^levels."""
    x, y = x.copy(), y.copy()
    position = np.zeros_like(x)
    for level in range(levels - 1, -1, -1):
        half = 1 << level
        right, upper = ((x & half) > 0).astype(np.int64), ((y & half) > 0).astype(np.int64)
        position += half * half * ((3 * right) ^ upper)
        # Turn the quadrant, so that the curve in it starts where the one before ended.
        flip = (upper == 0) & (right == 1)
        x, y = np.where(flip, half - 1 - (x & (half - 1)), x), np.where(flip, half - 1 - (y & (half - 1)), y)
        swap = upper == 0
        x, y = np.where(swap, y, x), np.where(swap, x, y)
    return position


def curve_keys(points: Array, low: Array, high: Array) -> Index:
    """Positions (n,) along the curve of points (n, 2) [m] in a model that reaches from `low` to `high` [m]."""
    extent = max(float((high - low).max()), np.finfo(float).tiny)
    cell = np.minimum((points - low) / extent * (1 << LEVELS), (1 << LEVELS) - 1).astype(np.int64)
    return hilbert(cell[:, 0], cell[:, 1])


def curve_order(points: Array) -> Index:
    """Numbers (n,) of points (n, 2) [m] in their order along the curve."""
    key = curve_keys(points, points.min(axis=0), points.max(axis=0))
    return np.lexsort((np.arange(len(points)), key))


def partition(points: Array, weight: Array, ranks: int, together: Sequence[tuple[int, int]] = ()) -> NDArray[np.int32]:
    """The owner (n,) of each block.

    points: (n, 2) m. weight: (n,) work of each block. together: pairs of blocks that get one owner.
    """
    key = curve_keys(points, points.min(axis=0), points.max(axis=0))
    for cluster in clusters(len(points), together):
        key[cluster] = key[cluster].min()
    order = np.lexsort((np.arange(len(points)), key))
    passed = np.cumsum(weight[order]) - 0.5 * weight[order]
    owner = np.empty(len(points), dtype=np.int32)
    total = max(float(weight.sum()), np.finfo(float).tiny)
    owner[order] = np.minimum(passed / total * ranks, ranks - 1).astype(np.int32)
    for cluster in clusters(len(points), together):
        owner[cluster] = owner[cluster[0]]
    return owner


def clusters(count: int, together: Sequence[tuple[int, int]]) -> list[Index]:
    """Blocks that pairs hold together, directly or through others."""
    if not together:
        return []
    parent = list(range(count))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for a, b in together:
        parent[root(a)] = root(b)
    roots = np.array([root(i) for i in range(count)])
    members = {i for pair in together for i in pair}
    return [np.flatnonzero(roots == r) for r in sorted({root(i) for i in members})]
