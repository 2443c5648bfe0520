"""The other ranks, as the core asks for them (dda/core/team.hpp), and a count of what was said."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dda.parallel.equations import Equations, Rows

__all__ = ["Team"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]


class Team:
    """All ranks of a communicator; every method is called by all of them, at the same moment of the run.

    traffic: what this rank has sent so far: reductions, messages to single ranks and their bytes.
    """

    def __init__(self, comm: Any, equations: Equations, regroup: Callable[[float], None]) -> None:
        self.comm, self.equations, self.regroup = comm, equations, regroup
        self.first = comm.rank == 0
        self.traffic = {"reductions": 0, "messages": 0, "bytes": 0}
        self.neighbours: Sequence[int] = ()
        self._slots: list[tuple[int, Index, Index]] = []
        self._vertices: list[tuple[int, Index, Index]] = []

    def beside(
        self,
        neighbours: Sequence[int],
        slots: list[tuple[int, Index, Index]],
        vertices: list[tuple[int, Index, Index]],
    ) -> None:
        """The ranks that this one talks to; slots, vertices: rank, rows that it is sent, rows that it sends."""
        self.neighbours, self._slots, self._vertices = neighbours, slots, vertices

    def maximum(self, values: Array) -> None:
        """Entry by entry, in place."""
        self._reduce(values, "MAX")

    def sum(self, values: Array) -> None:
        """Entry by entry, in place."""
        self._reduce(values, "SUM")

    def _reduce(self, values: Array, how: str) -> None:
        from mpi4py import MPI

        self.traffic["reductions"] += 1
        self.comm.Allreduce(MPI.IN_PLACE, values, op=getattr(MPI, how))

    def agree(self, failure: str) -> str:
        """The failure of the first rank that has one."""
        from mpi4py import MPI

        self.traffic["reductions"] += 1
        who = self.comm.allreduce(self.comm.rank if failure else self.comm.size, op=MPI.MIN)
        return "" if who == self.comm.size else str(self.comm.bcast(failure, root=who))

    def exchange(self, rows: Array) -> None:
        """One row a moving block: ghosts' rows from their owners."""
        self._exchange(rows, self._slots)

    def exchange_vertices(self, rows: Array) -> None:
        """One row a vertex: ghosts' rows from their owners."""
        self._exchange(rows, self._vertices)

    def _exchange(self, rows: Array, lists: list[tuple[int, Index, Index]]) -> None:
        requests, arrived = [], []
        for rank, _, received in lists:
            if len(received):
                arrived.append((received, np.empty((len(received), rows.shape[1]))))
                requests.append(self.comm.Irecv(arrived[-1][1], source=rank))
        for rank, sent, _ in lists:
            if len(sent):
                requests.append(self._send(np.ascontiguousarray(rows[sent]), rank))
        _wait(requests)
        for received, values in arrived:
            rows[received] = values

    def _send(self, values: Array, rank: int) -> tuple[Any, Array]:
        self.traffic["messages"] += 1
        self.traffic["bytes"] += values.nbytes
        return self.comm.Isend(values, dest=rank), values

    def swap(self, messages: Sequence[Array]) -> list[Array]:
        """One message to each neighbour, one from each."""
        from mpi4py import MPI

        requests = [self._send(message, rank) for message, rank in zip(messages, self.neighbours, strict=True)]
        found = []
        for rank in self.neighbours:
            status = MPI.Status()
            self.comm.Probe(source=rank, status=status)
            values = np.empty(status.Get_count(MPI.DOUBLE))
            self.comm.Recv(values, source=rank)
            found.append(values)
        _wait(requests)
        return found

    def gather(self, values: Array) -> Array:
        """What all ranks have, on the first."""
        parts = self.comm.gather(values.copy(), root=0)
        self.traffic["messages"] += not self.first
        self.traffic["bytes"] += values.nbytes * (not self.first)
        return np.concatenate(parts) if parts else np.zeros(0)

    def spread(self, values: Array) -> Array:
        """What the first rank has, on all."""
        spread: Array = self.comm.bcast(values.copy() if self.first else None, root=0)
        return spread

    def solve(self, rows: Rows, b: Array, x: Array, tolerance: float, scale: float) -> tuple[int, float, bool, bool]:
        """x, in place: start in, solution out. Iterations, relative residual, directly, converged."""
        return self.equations.solve(rows, b, x, tolerance, scale)


def _wait(requests: Sequence[Any]) -> None:
    for request in requests:
        (request[0] if isinstance(request, tuple) else request).Wait()
