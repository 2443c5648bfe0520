"""Slivers: elements that have lost most of their cell, and the root whose polynomial steadies each of them.

An element with little of its cell left barely feels its covers, so that the matrix is as ill-conditioned as the sliver
is thin. Its polynomial is tied to that of a root element, continued over the cell of the sliver (`docs/theory/nmm.md`).
The root is found by climbing: from an element to the neighbour with the largest part of its cell, until that part is
GOOD or no neighbour has more.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nmm.graph import components
from nmm.manifold import Manifold

__all__ = ["GOOD", "Aggregates", "aggregates"]

type Index = NDArray[np.int64]

# Part of its cell [-] from which an element needs no root. Larger ties honest elements together, smaller leaves
# condition numbers of 1 / GOOD.
GOOD = 0.2


class Aggregates(NamedTuple):
    """root (m,) of each element, itself where it needs none; alone (m,): number of a tiny piece that has no good
    element and only one root, which becomes a cover of its own; -1 for the rest."""

    root: Index
    alone: Index


def aggregates(manifold: Manifold) -> Aggregates:
    """The roots of all elements. Only elements that share covers look at each other."""
    m = manifold.count
    rank = np.empty(m, dtype=np.int64)
    rank[np.lexsort((-np.arange(m), manifold.fractions))] = np.arange(m)
    best = rank.copy()
    for a, b in (manifold.neighbours.T, manifold.neighbours.T[::-1]):
        np.maximum.at(best, a, rank[b])
    of_rank = np.argsort(rank)
    good = manifold.fractions >= GOOD
    root = np.where(good, np.arange(m), of_rank[best])
    while not np.array_equal(higher := root[root], root):
        root = higher
    piece = components(m, manifold.neighbours)
    roots = np.bincount(piece, root == np.arange(m))
    best_part = np.zeros(len(roots))
    np.maximum.at(best_part, piece, manifold.fractions)
    tiny = (roots == 1) & (best_part < GOOD)
    number = np.cumsum(tiny) - 1
    return Aggregates(root, np.where(tiny[piece], number[piece], -1))
