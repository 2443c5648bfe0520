"""Samples side by side on the ranks of MPI (mpi4py.futures): rank 0 gives them out, the other ranks run them."""

import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from harmony.learning.record import Record, run_sample

if TYPE_CHECKING:
    from harmony.case import Case
    from harmony.learning.sampling import Sampling

__all__ = ["dismiss", "on_ranks", "serve"]

_served: dict[str, Any] = {}
"""What a rank but the first works on: `case`, `threads`; the same for all samples, so it is sent once. On the first:
`told`, whether it has been sent."""


def on_ranks(sampling: "Sampling", numbers: Sequence[int], threads: int, stop: threading.Event) -> Iterator[Record]:
    """The records of the samples `numbers`, as they come. Called on rank 0, with `serve` on all others."""
    from concurrent.futures import FIRST_COMPLETED, Future, wait

    from mpi4py import MPI
    from mpi4py.futures import MPICommExecutor

    case = sampling.case
    MPI.COMM_WORLD.bcast((case.source.document, case.path, threads), root=0)
    _served["told"] = True
    with MPICommExecutor(MPI.COMM_WORLD, root=0) as executor:
        pool: Any = executor  # on rank 0 an MPIPoolExecutor
        left = iter(numbers)
        running: set[Future[Record]] = set()
        while True:
            while len(running) < 2 * (MPI.COMM_WORLD.size - 1) and not stop.is_set():
                number = next(left, None)
                if number is None:
                    break
                running.add(pool.submit(_sample, number, sampling.values(number)))
            if not running:
                return
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()


def serve() -> None:
    """Run samples for rank 0 until it has no more; called on every other rank."""
    from mpi4py import MPI
    from mpi4py.futures import MPICommExecutor

    from harmony.case import Case

    given = MPI.COMM_WORLD.bcast(None, root=0)
    if given is None:  # rank 0 found nothing to do, or bad input
        return
    document, path, threads = given
    _served.update(case=Case(document, path), threads=threads)
    with MPICommExecutor(MPI.COMM_WORLD, root=0):
        pass


def dismiss() -> None:
    """Tell the other ranks that there is nothing to run, unless they have been told what to run."""
    from mpi4py import MPI

    if _served.get("told"):
        return
    _served["told"] = True
    MPI.COMM_WORLD.bcast(None, root=0)


def _sample(number: int, values: dict[str, Any]) -> Record:
    case: Case = _served["case"]
    return run_sample(case, number, values, _served["threads"])
