"""Linear elasticity, in plane strain and plane stress: constants of the cells, the stiffness by DOLFINx, the stress."""

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmony.fem.space import Space
from nmm.model import Model

__all__ = ["Elasticity"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]


class Elasticity:
    """sigma = lambda tr(eps) 1 + 2 mu eps + sigma_0, with lambda' = 2 lambda mu / (lambda + 2 mu) in plane stress."""

    def __init__(self, model: Model, material: Index, body: Index) -> None:
        E, nu = (np.array([getattr(m, key) for m in model.materials])[material] for key in ("young", "poisson"))
        self.plane_strain = model.plane == "strain"
        self.poisson = nu
        self.mu: Array = E / (2 * (1 + nu))
        self.lam: Array = E * nu / ((1 + nu) * (1 - 2 * nu)) if self.plane_strain else E * nu / (1 - nu * nu)
        self.initial: Array = np.array([b.initial_stress for b in model.bodies])[body]
        self.density: Array = np.array([m.density for m in model.materials])[material]

    @cached_property
    def moduli(self) -> Array:
        """D (m, 3, 3) [Pa], on (xx, yy, 2 xy)."""
        D = np.zeros((len(self.mu), 3, 3))
        D[:, :2, :2] = self.lam[:, None, None]
        D[:, [0, 1], [0, 1]] += 2 * self.mu[:, None]
        D[:, 2, 2] = self.mu
        return D

    def stress(self, cell: Index, u: Array) -> Array:
        """(xx, yy, xy) [Pa] of rows ux, uy, ux_x, ux_y, uy_x, uy_y in cells, (n, 3)."""
        return np.asarray(np.einsum("nij,nj->ni", self.moduli[cell], strain(u)) + self.initial[cell])

    def stress_zz(self, cell: Index, u: Array) -> Array:
        """Out of plane, (n,) Pa, without that of the initial stress: nu (sigma_xx + sigma_yy); 0 in plane stress."""
        in_plane = np.einsum("nij,nj->ni", self.moduli[cell], strain(u))
        return np.asarray(self.poisson[cell] * in_plane[:, :2].sum(axis=1)) if self.plane_strain else np.zeros(len(u))

    def stiffness(self, space: Space) -> Any:
        """int lambda tr(eps(u)) tr(eps(v)) + 2 mu eps(u) : eps(v) dA, a PETSc matrix."""
        import ufl
        from dolfinx import fem
        from dolfinx.fem.petsc import assemble_matrix

        u, v = ufl.TrialFunction(space.functions), ufl.TestFunction(space.functions)
        lam, mu = space.per_cell(self.lam), space.per_cell(self.mu)
        e, d = ufl.sym(ufl.grad(u)), ufl.sym(ufl.grad(v))
        matrix = assemble_matrix(fem.form((lam * ufl.tr(e) * ufl.tr(d) + 2 * mu * ufl.inner(e, d)) * ufl.dx))
        matrix.assemble()
        return matrix

    def mass(self, space: Space) -> Any:
        """int rho u . v dA, a PETSc matrix."""
        import ufl
        from dolfinx import fem
        from dolfinx.fem.petsc import assemble_matrix

        u, v = ufl.TrialFunction(space.functions), ufl.TestFunction(space.functions)
        matrix = assemble_matrix(fem.form(space.per_cell(self.density) * ufl.inner(u, v) * ufl.dx))
        matrix.assemble()
        return matrix


def strain(u: Array) -> Array:
    """(xx, yy, 2 xy) of rows ux, uy, ux_x, ux_y, uy_x, uy_y."""
    return np.column_stack([u[:, 2], u[:, 5], u[:, 3] + u[:, 4]])
