"""Who gets which block, decided by ranks of which none knows them all.

A rank begins with rows for some of the blocks, one row a block: its number, its place in the file, who has its state,
whether it moves, its box and centroid [m], and its weight. The curve through all centroids is cut into pieces of equal
weight by bisection for the keys between them; rows go to the owners of their pieces; then a rank asks those whose boxes
its own blocks, widened by the margin, meet. Messages grow with the blocks of a rank and with its surface, never with
the model.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dda import _core
from dda.parallel.graph import graph_owners
from dda.parallel.partition import LEVELS, curve_keys
from dda.parallel.slabs import Slabs

__all__ = ["PARTITIONS", "ROW", "Hand", "deal", "written"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

PARTITIONS = ("graph", "curve")
"""How blocks may be dealt out."""
ROW = np.dtype(
    [
        ("number", np.int64),
        ("place", np.int64),
        ("holder", np.int64),
        ("owner", np.int64),
        ("moving", np.bool_),
        ("box", np.float64, 4),
        ("centre", np.float64, 2),
        ("weight", np.float64),
    ]
)
"""A block as ranks speak of it; `holder` has its state, `owner` is who gets it."""


@dataclass(frozen=True)
class Hand:
    """What a rank was dealt: rows of its own blocks and of its ghosts, in the order of their numbers; how: in words."""

    rows: NDArray[Any]
    rank: int
    how: str

    @property
    def own(self) -> NDArray[np.bool_]:
        """Which of them this rank owns."""
        return np.asarray(self.rows["owner"] == self.rank)


def written(comm: Any, slabs: Slabs) -> NDArray[Any]:
    """Rows of this rank's share of a file: an equal stretch of the curve."""
    n = slabs.count
    places = np.arange(n * comm.rank // comm.size, n * (comm.rank + 1) // comm.size)
    numbers, fixed, box, centre, begin = slabs.read(places, "number", "fixed", "box", "centre", "first")
    (end,) = slabs.read(places + 1, "first")
    rows = np.zeros(len(places), ROW)
    rows["number"], rows["place"], rows["holder"] = numbers, places, comm.rank
    rows["moving"], rows["box"], rows["centre"] = ~fixed, box, centre
    rows["weight"] = np.where(fixed, 0.0, end - begin)
    return rows


def deal(
    comm: Any,
    rows: NDArray[Any],
    margin: float,
    size: float,
    bolts: Sequence[tuple[int, int]],
    how: str = "graph",
) -> Hand:
    """The own blocks and ghosts of this rank. All ranks call; each block is in the rows of one of them.

    margin: of the ghosts [m]; size: of a usual block [m]; bolts: pairs of numbers, whose moving blocks get one owner;
    how: "graph" (of neighbours, where its pieces are better than the curve's), "curve", or "keep": who has the row owns
    the block, only ghosts are dealt out.
    """
    if how == "keep":
        rows, words = rows.copy(), ""
        rows["owner"] = comm.rank
    else:
        rows, words = _sent(comm, rows, _owners(comm, rows, bolts)), "Hilbert curve"
    ghosts = _ghosts(comm, rows, margin, size, bolts)
    if how == "graph" and comm.size > 1:
        owner, words = graph_owners(comm, rows, ghosts, size, bolts)
        rows = _sent(comm, rows, owner)
        ghosts = _ghosts(comm, rows, margin, size, bolts)
    all_rows = np.concatenate([rows, ghosts])
    return Hand(all_rows[np.argsort(all_rows["number"])], comm.rank, words)


def _sent(comm: Any, rows: NDArray[Any], owner: Index) -> NDArray[Any]:
    """Rows to their owners."""
    rows = rows.copy()
    rows["owner"] = owner
    return np.concatenate(comm.alltoall([rows[owner == rank] for rank in range(comm.size)]))


def _owners(comm: Any, rows: NDArray[Any], bolts: Sequence[tuple[int, int]]) -> Index:
    """The rank of each row: of its piece of the curve."""
    low, high = _extent(comm, rows["centre"])
    key = _tie(comm, rows, curve_keys(rows["centre"], low, high), bolts)
    splitters = _splitters(comm, key, rows["weight"])
    return np.searchsorted(splitters, key, side="right")


def _extent(comm: Any, points: Array) -> tuple[Array, Array]:
    from mpi4py import MPI

    ends = np.full((2, 2), -np.inf)
    if len(points):
        ends = np.array([-points.min(axis=0), points.max(axis=0)])
    comm.Allreduce(MPI.IN_PLACE, ends, op=MPI.MAX)
    return -ends[0], ends[1]


def _splitters(comm: Any, key: Index, weight: Array) -> Index:
    """Keys (ranks - 1,) at which pieces of equal weight begin: the least key with at least its share below it."""
    order = np.argsort(key, kind="stable")
    ascending, passed = key[order], np.concatenate([[0.0], np.cumsum(weight[order])])
    total = _sum(comm, np.array([passed[-1]]))[0]
    wanted = total * np.arange(1, comm.size) / comm.size
    low, high = np.zeros(comm.size - 1, np.int64), np.full(comm.size - 1, 1 << (2 * LEVELS))
    for _ in range(2 * LEVELS + 1):
        middle = (low + high) // 2
        enough = _sum(comm, passed[np.searchsorted(ascending, middle)]) >= wanted
        low, high = np.where(enough, low, np.minimum(middle + 1, high)), np.where(enough, middle, high)
    return high


def _sum(comm: Any, values: Array) -> Array:
    from mpi4py import MPI

    values = np.ascontiguousarray(values, dtype=float).copy()
    comm.Allreduce(MPI.IN_PLACE, values, op=MPI.SUM)
    return values


def _tie(comm: Any, rows: NDArray[Any], key: Index, bolts: Sequence[tuple[int, int]]) -> Index:
    """Moving blocks that bolts hold together, directly or through others, get the least of their keys."""
    if not bolts:
        return key
    bolted = np.unique(np.array(bolts))
    here = np.isin(rows["number"], bolted) & rows["moving"]
    found = comm.allgather(dict(zip(rows["number"][here].tolist(), key[here].tolist(), strict=True)))
    least = {number: k for of_rank in found for number, k in of_rank.items()}
    changed = True
    while changed:
        changed = False
        for a, b in bolts:
            if a in least and b in least and least[a] != least[b]:
                least[a] = least[b] = min(least[a], least[b])
                changed = True
    key = key.copy()
    key[here] = [least[number] for number in rows["number"][here].tolist()]
    return key


def _ghosts(comm: Any, own: NDArray[Any], margin: float, size: float, bolts: Sequence[tuple[int, int]]) -> NDArray[Any]:
    """Rows of the blocks of other ranks within the margin of own ones that move, and of those that bolts reach."""
    moving = own[own["moving"]]
    reach = np.array([np.inf, np.inf, -np.inf, -np.inf])
    if len(moving):
        reach = np.concatenate([moving["box"][:, :2].min(axis=0) - margin, moving["box"][:, 2:].max(axis=0) + margin])
    bolted = np.isin(own["number"], np.unique(np.array(bolts, np.int64)))
    sent = []
    for rank, theirs in enumerate(comm.allgather(reach)):
        box = own["box"]
        meets = (box[:, :2] <= theirs[2:]).all(axis=1) & (box[:, 2:] >= theirs[:2]).all(axis=1)
        sent.append(own[(meets | bolted) & (rank != comm.rank)])
    others = np.concatenate(comm.alltoall(sent))
    near = np.array(_core.near_any(_boxes(moving), _boxes(others), margin, size), dtype=bool)
    mine = set(own["number"].tolist())
    tied = {b for pair in bolts for a, b in (pair, pair[::-1]) if a in mine}
    return np.asarray(others[near | np.isin(others["number"], np.array(sorted(tied), np.int64))])


def _boxes(rows: NDArray[Any]) -> Array:
    return np.ascontiguousarray(rows["box"]).reshape(-1, 4)
