"""PETSc, started once: without its signal handlers, with the options of PETSC_OPTIONS."""

import importlib
import sys
from typing import Any

from dda.errors import InputError, explain

__all__ = ["begin", "load", "unused"]


def begin() -> None:
    """Start MPI, then PETSc without its own handlers, which would end the process at signals that mean a checkpoint
    here; once, for what one rank alone starts again makes it wait for the others in the end. Raises ImportError where
    one of them is not there."""
    if "petsc4py.PETSc" in sys.modules:
        return
    importlib.import_module("mpi4py.MPI")
    importlib.import_module("petsc4py").init(["harmony", "-no_signal_handler"])


def load(what: str = "more ranks than one") -> Any:
    """The module petsc4py.PETSc, after MPI; an InputError where there is none. what: needs it."""
    try:
        begin()
        return importlib.import_module("petsc4py.PETSc")
    except ImportError as error:
        raise InputError(
            explain(
                "PETSc is not there",
                where=what,
                expected="the packages petsc4py and mpi4py",
                got=str(error),
                do="on Linux x86-64: `pip install dolfinx-solver-real mpi4py mpich`; or use one rank and --threads",
            )
        ) from error


def unused(prefix: str) -> list[str]:
    """Options that were given under a prefix and that nothing has asked for."""
    options = load().Options()
    return [name for name in options.getAll() if name.startswith(prefix) and not options.used(name)]
