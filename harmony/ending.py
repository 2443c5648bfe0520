"""How a run on several ranks ends: all ranks with it, whichever of them failed, and with one message.

What all ranks fail of (bad input, a step that fails, an interruption) they fail of at the same moment; then they meet,
the first one tells of it, and all end in order. A rank that fails alone (its memory is used up, its disk is full) waits
for the others in vain; it tells what it saw and ends them.
"""

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from harmony import petsc_options, ranks

__all__ = ["DismissedError", "one_end"]

GRACE_SECONDS = 3.0
"""How long a rank that failed waits for the others to fail too [s]. Shorter: a slow rank's message may be lost; longer:
so long the other ranks wait for one that failed alone."""


class DismissedError(Exception):
    """The first rank could not begin."""


@contextmanager
def one_end(petsc: str = "") -> Iterator[None]:
    """The ranks compute one run together, with these options of PETSc, and end together."""
    petsc_options.take(petsc, last=True)
    ranks.end_together()
    try:
        missed = None
        try:
            yield
        except typer.Exit as done:  # the run is whole; the first rank, that alone judges it, missed an expected value
            missed = done
        petsc_options.refuse_unused()  # by all ranks together
        if missed is not None:
            raise missed
    except typer.Exit:
        raise
    except BaseException as error:
        if not ranks.meet(GRACE_SECONDS):
            _end_all(error)
        if ranks.rank() > 0:  # the first one tells it
            raise typer.Exit(_code(error)) from error
        raise


def _code(error: BaseException) -> int:
    """The exit code of the command line for it."""
    from dda.errors import InputError

    if isinstance(error, KeyboardInterrupt):
        return 130
    return 2 if isinstance(error, InputError | DismissedError) else 1


def _end_all(error: BaseException) -> None:
    """Tell what this rank alone saw, and end the others."""
    from mpi4py import MPI

    from dda.errors import InputError, StepFailure

    known = isinstance(error, InputError | StepFailure | OSError | MemoryError | DismissedError)
    words = f"{type(error).__name__}: {error}" if known else "".join(traceback.format_exception(error))
    print(f"run failed on rank {ranks.rank()} of {ranks.size()}: {words}", file=sys.stderr, flush=True)
    MPI.COMM_WORLD.Abort(_code(error))
