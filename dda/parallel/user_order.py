"""What a part of a model says of vertices and contacts, in the user's order and the numbers of the whole model."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dda.contact_table import contact_table
from dda.parallel.slabs import Slabs

__all__ = ["UserOrder"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]


class UserOrder:
    """part: of the core; rows: its blocks, as `dealing.ROW`, in the order of their numbers; rank: this one."""

    def __init__(self, slabs: Slabs, part: Any, rows: NDArray[Any], rank: int) -> None:
        self.origin, self.part, self.rows, self.rank = slabs.origin, part, rows, rank
        self.offsets = np.asarray(part.offsets(), dtype=np.int64)
        self.corners = np.diff(self.offsets)
        self._point, vertex, edge = slabs.user_order(rows["place"])
        start = np.repeat(self.offsets[:-1], self.corners)
        self._vertex_of, self._edge_of = start + vertex, start + edge

    @property
    def vertices(self) -> tuple[Array, Array, Index]:
        """Of the own blocks: vertices now (N, 2) m, the slip of each (N,) m, and how many each block has (n,)."""
        xy, slip = np.empty((len(self._vertex_of), 2)), np.empty(len(self._vertex_of))
        xy[self._vertex_of] = np.asarray(self.part.vertices())
        slip[self._vertex_of] = np.asarray(self.part.slips())[:, 0]
        own = self.rows["owner"] == self.rank
        mine = np.repeat(own, self.corners)
        return xy[mine] + self.origin, slip[mine], self.corners[own]

    @property
    def contacts(self) -> tuple[NDArray[Any], Index]:
        """The contacts that this rank speaks for: of its own vertices, and where these belong to a fixed block, of its
        own edges. And (n, 2) numbers that put those of all ranks into the order of one rank."""
        rows, raw = self.rows, np.asarray(self.part.contacts()).reshape(-1, 12)
        a, b = raw[:, 0].astype(int), raw[:, 1].astype(int)
        raw = raw[rows["owner"][np.where(rows["moving"][a], a, b)] == self.rank]
        table = contact_table(raw, self._vertex_of, self._edge_of, self.origin)
        shift = self._point - self.offsets[:-1]  # from places of vertices here to places in the whole
        order = raw[:, 8:10].astype(np.int64)
        for k, (place, block) in enumerate((("vertex", "block_a"), ("edge", "block_b"))):
            order[:, k] += shift[table[block]]
            table[place] += shift[table[block]]
            table[block] = rows["number"][table[block]]
        return table, order
