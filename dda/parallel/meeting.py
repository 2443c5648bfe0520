"""Ranks tell those around them which blocks they have: who sends whom which rows."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dda import _core
from dda.parallel.team import Team

__all__ = ["meet"]

type Index = NDArray[np.int64]


def meet(
    comm: Any, part: Any, team: Team, numbers: Index, owner: Index, moving: NDArray[np.bool_], corners: Index
) -> None:
    """Set up the neighbours of a part. All ranks call.

    Of each block of this rank, ascending: its number in the whole model, its owner, whether it moves, its corners.
    """
    me = owner == comm.rank
    ghost = ~me & moving
    mine = numbers.astype(np.int32)
    asked = set(owner[ghost].tolist())
    # Columns: the moving blocks of all ranks, rank by rank, each in the order of their numbers.
    owned = int((me & moving).sum())
    first = int(comm.exscan(owned) or 0)
    column = np.full(len(numbers), -1, dtype=np.int32)
    column[me & moving] = first + np.arange(owned)
    heard = comm.alltoall([rank in asked for rank in range(comm.size)])
    ranks = sorted(asked | {rank for rank, asks in enumerate(heard) if asks})
    told = dict(zip(ranks, _swap(comm, ranks, (mine, column)), strict=True))
    slot = np.cumsum(moving) - 1
    begin = np.cumsum(corners) - corners
    slots, vertices, held = [], [], []
    for rank in ranks:
        theirs, their_columns = told[rank]
        held.append(theirs)
        received = ghost & (owner == rank)
        column[received] = their_columns[np.searchsorted(theirs, numbers[received])]
        sent = me & moving & np.isin(mine, theirs)
        slots.append((rank, slot[sent], slot[received]))
        vertices.append((rank, _spans(begin, corners, sent), _spans(begin, corners, received)))
    _core.set_neighbours(part, np.array(ranks, dtype=np.int32), held, column[moving])
    team.beside(ranks, slots, vertices)


def _swap(comm: Any, ranks: list[int], message: Any) -> list[Any]:
    """The same message to each of these ranks, one from each."""
    requests = [comm.isend(message, dest=rank) for rank in ranks]
    found = [comm.recv(source=rank) for rank in ranks]
    for request in requests:
        request.wait()
    return found


def _spans(begin: Index, size: Index, which: NDArray[np.bool_]) -> Index:
    """The vertices of some blocks, one after another."""
    parts = [np.arange(b, b + n) for b, n in zip(begin[which].tolist(), size[which].tolist(), strict=True)]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
