"""The blocks of all ranks in the order of their numbers, an equal stretch of it on each rank.

Who owns a block changes with its motion, and runs by the curve; what is written to a file runs by the numbers and
stays. Rows go from their owners to the ranks of their stretches by one message between any two ranks; no rank sees more
than its share.
"""

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Stretch"]

type Index = NDArray[np.int64]


class Stretch:
    """numbers: of the blocks that this rank owns, ascending; count: blocks of all ranks. All ranks call all methods.

    low, high: the numbers of this rank's stretch are low ... high - 1.
    """

    def __init__(self, comm: Any, numbers: Index, count: int) -> None:
        self.comm = comm
        bounds = count * np.arange(comm.size + 1) // comm.size
        self.low, self.high = int(bounds[comm.rank]), int(bounds[comm.rank + 1])
        self._bounds = bounds
        self._cuts = np.searchsorted(numbers, bounds)
        arrived = np.concatenate(comm.alltoall(self._split(numbers)))
        self._order = np.argsort(arrived, kind="stable")  # of each block of the stretch, its place among what arrives

    def rows(self, values: NDArray[Any]) -> NDArray[Any]:
        """One row a block: from those that this rank owns to those of its stretch."""
        return np.concatenate(self.comm.alltoall(self._split(values)))[self._order]

    def ragged(self, values: NDArray[Any], sizes: Index) -> tuple[NDArray[Any], Index]:
        """As `rows`, with `sizes` (n,) rows a block; and the sizes of the blocks of the stretch."""
        ends = np.concatenate([[0], np.cumsum(sizes)])[self._cuts]
        sent = [values[a:b] for a, b in pairwise(ends)]
        arrived = np.concatenate(self.comm.alltoall(sent))
        size = np.concatenate(self.comm.alltoall(self._split(sizes)))
        begin = (np.cumsum(size) - size)[self._order]
        size = size[self._order]
        first = np.cumsum(size) - size
        return arrived[np.repeat(begin - first, size) + np.arange(size.sum())], size

    def table(self, rows: NDArray[Any], block: Index) -> NDArray[Any]:
        """Rows that belong to the blocks `block`, any number of them to each, on the ranks of their stretches."""
        whose = np.searchsorted(self._bounds, block, side="right") - 1
        return np.concatenate(self.comm.alltoall([rows[whose == rank] for rank in range(self.comm.size)]))

    def before(self, count: int) -> tuple[int, int]:
        """How many of `count` things a rank the stretches before this one have, and all have."""
        counts = self.comm.allgather(int(count))
        return sum(counts[: self.comm.rank]), sum(counts)

    def _split(self, values: NDArray[Any]) -> list[NDArray[Any]]:
        return [values[a:b] for a, b in pairwise(self._cuts)]
