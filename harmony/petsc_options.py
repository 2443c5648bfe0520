"""Options of PETSc for the ranks of a run, of the case file and of the command line; misspelt ones are told.

Which options exist depends on the solver that they choose, so PETSc itself is asked which of them it has used: after
the first part of a run for a warning, at its end for an error.
"""

import os
import sys

from dda.errors import InputError
from harmony import ranks

__all__ = ["PREFIXES", "refuse_unused", "take", "unused"]

PREFIXES = ("dda_", "nmm_")
"""Of the solvers of this program; what other options do, as -log_view, is for PETSc to say."""


def take(text: str | None, last: bool = False) -> None:
    """Give these options to PETSc before it starts. last: they win over those at hand."""
    if text:
        there = os.environ.get("PETSC_OPTIONS", "")
        os.environ["PETSC_OPTIONS"] = (f"{there} {text}" if last else f"{text} {there}").strip()


def unused() -> list[str]:
    """Options under our prefixes that nothing on this rank has used, or none where there is no PETSc."""
    if "petsc4py.PETSc" not in sys.modules:
        return []
    from dda.parallel.petsc import unused as of

    return [name for prefix in PREFIXES for name in of(prefix)]


def refuse_unused() -> None:
    """At the end of a run: options that no rank has used are misspelt. Ranks that work together all call it."""
    found = unused()
    if ranks.together():
        from mpi4py import MPI

        every = MPI.COMM_WORLD.allgather(found)
        found = [name for name in every[0] if all(name in one for one in every)]
    if found:
        raise InputError(
            f"petsc: nothing has used {', '.join('-' + name for name in found)}; the run is whole, without them"
        )
