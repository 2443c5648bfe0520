"""Timoshenko's cantilever (case B02) for timing: the same beam on a cover and on a mesh of DOLFINx."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

import dda
import nmm

__all__ = ["DEPTH", "LENGTH", "Elements", "displacement", "manifold"]

type Array = NDArray[np.float64]

LENGTH, DEPTH, LOAD, YOUNG, POISSON = 48.0, 12.0, 1000.0, 3e7, 0.3
INERTIA = DEPTH**3 / 12


def shear(y: Any) -> Any:
    """tau = -P / (2 I) (D^2 / 4 - y^2) [Pa] at the loaded end; y [m], numbers or an expression."""
    return -LOAD / (2 * INERTIA) * (DEPTH**2 / 4 - y**2)


def displacement(x: Array) -> Array:
    """Of points (n, 2) [m], (n, 2) m (Timoshenko & Goodier)."""
    X, Y = x.T
    EI, L, D, nu = YOUNG * INERTIA, LENGTH, DEPTH, POISSON
    u = LOAD * Y / (6 * EI) * ((6 * L - 3 * X) * X + (2 + nu) * (Y**2 - D**2 / 4))
    v = -LOAD / (6 * EI) * (3 * nu * Y**2 * (L - X) + (4 + 5 * nu) * D**2 * X / 4 + (3 * L - X) * X**2)
    return np.column_stack([u, v])


def manifold(size: float) -> nmm.Model:
    """The beam on turned triangles of this size [m]."""
    model = nmm.Model(gravity=(0.0, 0.0), plane="stress", cover=nmm.Triangles(size, (0.1, 0.23), 11.0))
    L, D = LENGTH, DEPTH
    model.add_body([(0, -D / 2), (L, -D / 2), (L, D / 2), (0, D / 2)], dda.Material(1.0, YOUNG, POISSON))
    model.set_displacement((0, 3), displacement)
    model.add_traction((0, 1), lambda x: np.column_stack([0 * x[:, 0], shear(x[:, 1])]))
    return model


class Elements:
    """The beam by DOLFINx: a rectangle of 4 n x n cells of two triangles each, Lagrange elements of a degree."""

    def __init__(self, n: int, degree: int) -> None:
        import ufl  # type: ignore[import-untyped]
        from dolfinx import fem, mesh  # type: ignore[import-untyped]
        from mpi4py import MPI

        corners = [(0.0, -DEPTH / 2), (LENGTH, DEPTH / 2)]
        self.mesh = mesh.create_rectangle(MPI.COMM_SELF, corners, [4 * n, n])
        self.space = fem.functionspace(self.mesh, ("Lagrange", degree, (2,)))
        u, v = ufl.TrialFunction(self.space), ufl.TestFunction(self.space)
        mu, lame = YOUNG / (2 * (1 + POISSON)), YOUNG * POISSON / (1 - POISSON**2)
        strain, of_v = ufl.sym(ufl.grad(u)), ufl.sym(ufl.grad(v))
        stress = lame * ufl.tr(strain) * ufl.Identity(2) + 2 * mu * strain
        edge = self.mesh.topology.dim - 1
        loaded = mesh.locate_entities_boundary(self.mesh, edge, lambda x: np.isclose(x[0], LENGTH))
        held = mesh.locate_entities_boundary(self.mesh, edge, lambda x: np.isclose(x[0], 0.0))
        tags = mesh.meshtags(self.mesh, edge, np.sort(loaded), np.ones(len(loaded), dtype=np.int32))
        ds = ufl.Measure("ds", self.mesh, subdomain_data=tags)
        self.stiffness = fem.form(ufl.inner(stress, of_v) * ufl.dx)
        self.load = fem.form(shear(ufl.SpatialCoordinate(self.mesh)[1]) * v[1] * ds(1))
        given = fem.Function(self.space)
        given.interpolate(lambda x: displacement(x[:2].T).T)
        self.support = fem.dirichletbc(given, fem.locate_dofs_topological(self.space, edge, held))

    @property
    def unknowns(self) -> int:
        """Number of them [-]."""
        return 2 * int(self.space.dofmap.index_map.size_global)

    def assemble(self) -> tuple[Any, Any]:
        """Matrix (its pattern included) and right-hand side, in PETSc."""
        from dolfinx.fem import petsc  # type: ignore[import-untyped]

        A = petsc.assemble_matrix(self.stiffness, bcs=[self.support])
        A.assemble()
        b = petsc.assemble_vector(self.load)
        petsc.apply_lifting(b, [self.stiffness], [[self.support]])
        petsc.set_bc(b, [self.support])
        return A, b

    def error(self, x: Any) -> float:
        """L2 norm of the error of a solution over that of the displacement [-]."""
        import ufl
        from dolfinx import fem

        u, best = fem.Function(self.space), fem.Function(fem.functionspace(self.mesh, ("Lagrange", 3, (2,))))
        u.x.array[:] = x.array_r
        best.interpolate(lambda x: displacement(x[:2].T).T)  # the exact one is cubic
        square = [fem.assemble_scalar(fem.form(ufl.inner(w, w) * ufl.dx)) for w in (u - best, best)]
        return float(np.sqrt(square[0] / square[1]))
