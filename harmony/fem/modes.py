"""Natural modes of the free components: K x = omega^2 M x. On one process."""

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError
from harmony.fem.forms import Forms, Matrix

__all__ = ["lowest_modes"]

type Array = NDArray[np.float64]

# Of the mean of diag(K) / diag(M): how far below zero the spectrum is shifted, so that rigid motions do no harm [-].
SHIFT = 1e-8


def lowest_modes(forms: Forms, count: int) -> tuple[Array, Array]:
    """Modes (nodes, 2, count) with x M x = 1, and their circular frequencies [rad/s], ascending."""
    from scipy.sparse import csc_array, csr_array
    from scipy.sparse.linalg import eigsh

    space = forms.space
    if space.comm.size > 1:
        raise InputError("modes: are found on one process only; leave mpirun away")
    if forms.constraints_at(0.0).turned.any():
        raise InputError("modes: a support along a direction that is no axis is not available here; hold x or y")
    held = np.zeros(space.unknowns, dtype=bool)
    held[forms.constraints_at(0.0).dofs[0]] = True
    free, n = np.flatnonzero(~held), space.unknowns
    row = space.rows(free)

    def matrix(parts: list[Matrix]) -> csc_array:
        found = []
        for part in parts:
            start, column, value = part.petsc.getValuesCSR()
            found.append(csc_array(csr_array((value, column, start), shape=(n, n))[row][:, row]))
        return sum(found[1:], found[0])

    stiffness, mass = matrix(forms.stiffness), matrix([forms.mass])
    shift = SHIFT * float(stiffness.diagonal().sum() / mass.diagonal().sum())
    start = np.cos(np.arange(len(free)))  # the same for every run
    squares, modes = eigsh(stiffness, count, mass, sigma=-shift, v0=start)
    order = np.argsort(squares)
    full = np.zeros((space.unknowns, count))
    full[free] = modes[:, order]
    return full.reshape(-1, 2, count), np.sqrt(np.maximum(squares[order], 0.0))
