"""Natural modes: K x = omega^2 M x with the stiffness and the mass of motion."""

import numpy as np
from numpy.typing import NDArray

from nmm import _core
from nmm.forms import Forms

__all__ = ["lowest_modes"]

type Array = NDArray[np.float64]

# Of the mean of diag(K) / diag(M): how far below zero the spectrum is shifted, so that rigid motions do no harm [-].
SHIFT = 1e-8


def lowest_modes(forms: Forms, count: int) -> tuple[Array, Array]:
    """Modes (unknowns, count) with x M x = 1, and their circular frequencies [rad/s], ascending."""
    from scipy.sparse import bsr_array
    from scipy.sparse.linalg import LinearOperator, eigsh

    system = forms.equations.blank()
    for part in (forms.bodies, forms.beds, forms.held, forms.supports):
        system.add_scaled(1.0, part)

    def matrix(part: object) -> bsr_array:
        start, column, blocks = part.blocks()  # type: ignore[attr-defined]
        return bsr_array((blocks, column, start), shape=(n, n))

    n = len(forms.gravity)
    stiffness, mass = matrix(system), matrix(forms.mass)
    shift = SHIFT * float(stiffness.diagonal().sum() / mass.diagonal().sum())
    system.add_scaled(shift, forms.mass)
    factor = _core.Factor(system)
    inverse = LinearOperator((n, n), matvec=lambda b: factor.solve(system, np.ascontiguousarray(b).ravel())[0])
    start = np.cos(np.arange(n))  # the same for every run
    squares, modes = eigsh(stiffness, count, mass, sigma=-shift, OPinv=inverse, v0=start)
    order = np.argsort(squares)
    return modes[:, order], np.sqrt(np.maximum(squares[order], 0.0))
