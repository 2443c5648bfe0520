"""The model-free solver of Kirchdoerfer & Ortiz (2016): equilibrium and measured points, no law between them.

The distance of mechanical states (eps, sigma) from data (eps*, sigma*), weighted with a stiffness C,

    sum_e w_e [ (eps_e - eps*_e) C (eps_e - eps*_e) / 2 + (sigma_e - sigma*_e) C^-1 (sigma_e - sigma*_e) / 2 ]

is made least over states in equilibrium, eps = B u, B^T w sigma + S u = f (S: springs), and over data, in turn:

    [ K  -S ] [ u ]   [ B^T w C eps*       ]
    [ S   K ] [eta] = [ f - B^T w sigma*   ],   K = B^T w C B,   sigma = sigma* + C B eta

The data are measured points, the nearest found by a k-d tree in the space scaled with C^1/2: each half step lowers the
distance, and there are finitely many assignments, so it ends. Or they are all states of a learned manifold, the nearest
found by its projection: then it is a fixed point (eps*, sigma*) -> (eps*, sigma*), and ends by a tolerance.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lu_factor, lu_solve
from scipy.spatial import cKDTree

from dda.errors import InputError, explain

if TYPE_CHECKING:
    from harmony.laws.manifold import Manifold

__all__ = ["DataDriven", "solve_data_driven", "solve_on_manifold"]

type Array = NDArray[np.float64]

LONGEST = 1000
"""Passes after which a solver that should have ended is broken."""

SETTLED = 1e-6
"""Change of the nearest states of a manifold, over themselves in the norm of the distance [-], at which they count as
found. Usual 1e-6: the energy errs by its square."""


@dataclass(frozen=True)
class DataDriven:
    """displacement (dofs,) m; strain, stress (e, c) of the mechanical state; assigned (e,): the datum of each element
    (empty on a manifold); distance [J]; passes."""

    displacement: Array
    strain: Array
    stress: Array
    assigned: NDArray[np.int64]
    distance: float
    passes: int


class _Balance:
    """The states in equilibrium that are nearest to given ones."""

    def __init__(self, B: Array, weights: Array, force: Array, stiffness: Array, springs: Array | None) -> None:
        e, c, dofs = B.shape
        self.B, self.force, self.shape = B.reshape(e * c, dofs), force, (e, c)
        self.C = stiffness
        self.weights = np.repeat(weights, c)[:, None]
        K = self.B.T @ (self.weights * self._stiff(self.B))
        S = np.zeros_like(K) if springs is None else springs
        self.factor = lu_factor(np.block([[K, -S], [S, K]]))

    def _stiff(self, rows: Array) -> Array:
        """C of every element times rows (e c, k)."""
        return (self.C @ rows.reshape(*self.shape, -1)).reshape(rows.shape)

    def nearest(self, strain: Array, stress: Array) -> tuple[Array, Array, Array]:
        """u (dofs,), strain, stress (e, c) from data (e, c)."""
        star, loaded = strain.reshape(-1, 1), stress.reshape(-1, 1)
        right = [
            self.B.T @ (self.weights * self._stiff(star)),
            self.force[:, None] - self.B.T @ (self.weights * loaded),
        ]
        u, eta = np.split(lu_solve(self.factor, np.concatenate(right)[:, 0]), 2)
        sigma = loaded + self._stiff((self.B @ eta)[:, None])
        return u, (self.B @ u).reshape(self.shape), sigma.reshape(self.shape)


def solve_data_driven(
    B: Array,
    weights: Array,
    force: Array,
    strain: Array,
    stress: Array,
    stiffness: float | Array,
    start: Array | None = None,
    springs: Array | None = None,
) -> DataDriven:
    """B: (e, c, dofs) strain of displacements of the free dofs; weights (e,): volumes; force (dofs,); data strain,
    stress (n, c) [-], [Pa]; stiffness C [Pa], a number or (c, c); start: strains (e, c) that the first data are nearest
    to, at zero stress (default 0); springs S (dofs, dofs)."""
    e, c, _ = B.shape
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
    C = stiffness * np.eye(c) if np.ndim(stiffness) == 0 else np.asarray(stiffness, float)
    root = np.linalg.cholesky(C)  # |eps root| and |root^-1 sigma| are the two parts of the distance
    scaled = np.linalg.inv(root).T
    tree = cKDTree(np.hstack([data_strain @ root, data_stress @ scaled]))
    balance = _Balance(B, weights, force, C, springs)
    eps = np.zeros((e, c)) if start is None else np.asarray(start, float).reshape(e, c)
    sigma = np.zeros((e, c))
    assigned, u = np.full(e, -1), np.zeros(B.shape[2])
    for passes in range(1, LONGEST + 1):
        distance, nearest = tree.query(np.hstack([eps @ root, sigma @ scaled]))
        if np.array_equal(nearest, assigned):
            total = float(0.5 * (weights * distance**2).sum())
            return DataDriven(u, eps, sigma, assigned, total, passes)
        assigned = nearest
        u, eps, sigma = balance.nearest(data_strain[assigned], data_stress[assigned])
    raise RuntimeError("the data-driven solver did not end")


def solve_on_manifold(
    B: Array, weights: Array, force: Array, manifold: "Manifold", springs: Array | None = None
) -> DataDriven:
    """The same with all states of a learned manifold for data, c = 6 (Mandel); its stiffness is that of the distance.

    Where loads allow it the distance comes to zero: then the answer is that of the law itself.
    """
    C = manifold.stiffness
    root = np.linalg.cholesky(C)
    scaled = np.linalg.inv(root).T
    balance = _Balance(B, weights, force, C, springs)
    star = loaded = np.zeros(B.shape[:2])
    for passes in range(1, LONGEST + 1):
        u, eps, sigma = balance.nearest(star, loaded)
        found = manifold.project(eps, sigma)
        moved = np.hstack([(found.strain - star) @ root, (found.stress - loaded) @ scaled])
        size = np.hstack([found.strain @ root, found.stress @ scaled])
        star, loaded = found.strain, found.stress
        if (weights @ moved**2).sum() <= SETTLED**2 * (weights @ size**2).sum():
            total = float(weights @ found.distance)
            return DataDriven(u, eps, sigma, np.zeros(0, np.int64), total, passes)
    raise RuntimeError("the nearest states of the manifold did not settle")
