"""The model-free solver of Kirchdoerfer & Ortiz (2016): equilibrium and measured points, no law between them.

The distance of mechanical states (eps, sigma) from data (eps*, sigma*), weighted with a stiffness C,

    sum_e w_e [ C/2 (eps_e - eps*_e)^2 + (sigma_e - sigma*_e)^2 / (2 C) ]

is made least over states in equilibrium, eps = B u, B^T w sigma = f, and over assignments of data, in turn:

    (B^T w C B) u = B^T w C eps*,   (B^T w C B) eta = f - B^T w sigma*,   sigma = sigma* + C B eta

The nearest datum is found by a k-d tree in the plane scaled with sqrt(C). Each half step lowers the distance, and there
are finitely many assignments: it ends.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from dda.errors import InputError, explain

__all__ = ["DataDriven", "solve_data_driven"]

type Array = NDArray[np.float64]

LONGEST = 1000
"""Passes after which a solver that should have ended is broken."""


@dataclass(frozen=True)
class DataDriven:
    """displacement (dofs,) m; strain, stress (e, c) of the mechanical state; assigned (e,): the datum of each element;
    distance [J]; passes."""

    displacement: Array
    strain: Array
    stress: Array
    assigned: NDArray[np.int64]
    distance: float
    passes: int


def solve_data_driven(
    B: Array, weights: Array, force: Array, strain: Array, stress: Array, stiffness: float, start: Array | None = None
) -> DataDriven:
    """B: (e, c, dofs) strain of displacements of the free dofs; weights (e,): volumes; force (dofs,); data strain,
    stress (n, c) [-], [Pa]; stiffness C [Pa]; start: strains (e, c) that the first data are nearest to, at zero stress
    (default 0)."""
    e, c, dofs = B.shape
    data_strain, data_stress = np.asarray(strain, float).reshape(-1, c), np.asarray(stress, float).reshape(-1, c)
    if len(data_strain) != len(data_stress) or len(data_strain) == 0:
        raise InputError(
            explain(
                "data that do not pair",
                where="solve_data_driven",
                expected=f"strain and stress of shape (n, {c})",
                got=f"{data_strain.shape}, {data_stress.shape}",
                do="give one stress for each strain",
            )
        )
    root = np.sqrt(stiffness)
    tree = cKDTree(np.hstack([data_strain * root, data_stress / root]))
    flat, scale = B.reshape(e * c, dofs), np.repeat(weights, c)
    K = flat.T @ (scale[:, None] * stiffness * flat)
    eps = np.zeros((e, c)) if start is None else np.asarray(start, float).reshape(e, c)
    sigma = np.zeros((e, c))
    assigned, u = np.full(e, -1), np.zeros(dofs)
    for passes in range(1, LONGEST + 1):
        distance, nearest = tree.query(np.hstack([eps * root, sigma / root]))
        if np.array_equal(nearest, assigned):
            total = float(0.5 * (weights * distance**2).sum())
            return DataDriven(u, eps, sigma, assigned, total, passes)
        assigned = nearest
        star, loaded = data_strain[assigned].ravel(), data_stress[assigned].ravel()
        u = np.linalg.solve(K, flat.T @ (scale * stiffness * star))
        eta = np.linalg.solve(K, force - flat.T @ (scale * loaded))
        eps = (flat @ u).reshape(e, c)
        sigma = (loaded + stiffness * (flat @ eta)).reshape(e, c)
    raise RuntimeError("the data-driven solver did not end")
