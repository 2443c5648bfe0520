"""Coupling schemes, as data: who waits for whom, and whether a window is iterated."""

from dataclasses import dataclass

__all__ = ["SCHEMES", "Scheme"]


@dataclass(frozen=True)
class Scheme:
    """serial: a participant reads what those before it have written in this iteration (Gauss-Seidel); otherwise all
    read what was written in the last one (Jacobi). implicit: iterated until it converges. two: for two participants."""

    serial: bool
    implicit: bool
    two: bool = True


SCHEMES = {
    "serial-explicit": Scheme(serial=True, implicit=False),
    "parallel-explicit": Scheme(serial=False, implicit=False),
    "serial-implicit": Scheme(serial=True, implicit=True),
    "parallel-implicit": Scheme(serial=False, implicit=True),
    "multi": Scheme(serial=False, implicit=True, two=False),
}
"""Names of preCICE. `multi` is the parallel implicit scheme for any number of participants."""
