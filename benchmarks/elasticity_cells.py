"""Hyperelastic unit cells with a random void: the data of `benchmarks/elasticity.py`, by finite elements.

The recipe is that of Geo-FNO's "Elasticity" (Li et al. 2023), as recalled: unit square, clamped bottom, traction t =
(0, 100) on top, incompressible Rivlin-Saunders solid w = C1 (I1 - 3) + C2 (I2 - 3), C1 = 1.863e5, C2 = 9.79e3, a void
about the middle with r(q) = 0.2 + 0.2 / (1 + exp(z)), z ~ N(0, 4^2 (-d^2/dq^2 + 3^2)^-1) at 42 angles, 0.2 < r < 0.4.
Answer: von Mises stress at about 1,000 points. Plane strain here; what the recipe's stress is, is not recalled.

    R(u, p; v, q) = int [F S + p J F^-T] : grad v - int t . v + int (J - 1) q,     S = 2 dw/dC,  P2 displacements, P1 p

Elements lie between the void and the square along rays from the middle. Newton; the mesh of one cell moved to the next.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["ANGLES", "RAYS", "Solver", "cells", "nodes", "voids"]

Floats = NDArray[np.float64]

C1, C2, TRACTION = 1.863e5, 9.79e3, 100.0
ANGLES, RAYS, LAYERS = 42, 84, 10
"""Angles that know the void, rays and layers of elements [-]."""

MODES = 20
"""Waves of the void that 42 angles resolve [-]."""

LEFT = 1e-9
"""Residual of Newton over the load [-]."""


def voids(count: int, seed: int = 0) -> Floats:
    """Radii (n, 42) [m] of random voids at the angles 2 pi (k + 1/2) / 42."""
    rng = np.random.default_rng([seed, 42])
    k = np.arange(1, MODES + 1)
    q = angles(ANGLES)
    waves = np.concatenate([np.cos(np.outer(k, q)), np.sin(np.outer(k, q))]) / np.sqrt(np.pi)
    size = 4.0 / np.sqrt(np.concatenate([k, k]) ** 2 + 9.0)
    z = rng.standard_normal((count, 2 * MODES)) * size @ waves
    z += rng.standard_normal((count, 1)) * 4.0 / 3.0 / np.sqrt(2.0 * np.pi)
    return np.asarray(0.2 + 0.2 / (1.0 + np.exp(z)))


def angles(count: int) -> Floats:
    """Angles of `count` rays [rad]; with 42 or 84 four of 84 go through the corners."""
    return np.asarray(2.0 * np.pi * (np.arange(count) + 0.5) / count)


def nodes(radii: Floats) -> Floats:
    """Vertices (layers + 1, rays, 2) [m] of the elements of a void with these radii, band-limited between angles."""
    q = angles(RAYS)
    waves = np.fft.rfft(radii)
    k = np.arange(len(waves))
    turned = waves * np.exp(-1j * k * np.pi / ANGLES)  # the first angle is half a step beyond zero
    share = np.where((k == 0) | (k == ANGLES // 2), 1.0, 2.0) / ANGLES
    r = (turned[None] * share * np.exp(1j * np.outer(q, k))).real.sum(axis=1)
    ray = np.stack([np.cos(q), np.sin(q)], axis=1)
    outer = 0.5 / np.abs(ray).max(axis=1)
    s = np.linspace(0.0, 1.0, LAYERS + 1)[:, None]
    return 0.5 + ((1.0 - s) * r + s * outer)[..., None] * ray


class Solver:
    """The cell as a finite element problem whose nodes move."""

    def __init__(self) -> None:
        from mpi4py import MPI  # isort: skip  before dolfinx
        import basix.ufl
        import dolfinx.fem.petsc as petsc
        import ufl
        from dolfinx import fem, mesh
        from petsc4py import PETSc

        ring = nodes(np.full(ANGLES, 0.3))
        grid = np.arange((LAYERS + 1) * RAYS).reshape(LAYERS + 1, RAYS)
        a, b = grid[:-1], grid[1:]
        c, d = np.roll(a, -1, axis=1), np.roll(b, -1, axis=1)
        triangles = np.concatenate([np.stack(t, axis=-1).reshape(-1, 3) for t in ((a, b, d), (a, d, c))])
        domain = mesh.create_mesh(
            MPI.COMM_SELF, triangles, basix.ufl.element("Lagrange", "triangle", 1, shape=(2,)), ring.reshape(-1, 2)
        )
        self.domain, self.order = domain, domain.geometry.input_global_indices
        u_space = basix.ufl.element("Lagrange", "triangle", 2, shape=(2,))
        space = fem.functionspace(
            domain, basix.ufl.mixed_element([u_space, basix.ufl.element("Lagrange", "triangle", 1)])
        )
        side = domain.topology.dim - 1
        top = mesh.locate_entities_boundary(domain, side, lambda x: np.isclose(x[1], 1.0))
        low = mesh.locate_entities_boundary(domain, side, lambda x: np.isclose(x[1], 0.0))
        parts, _ = space.sub(0).collapse()
        zero = fem.Function(parts)
        dofs = fem.locate_dofs_topological((space.sub(0), parts), side, low)
        self.fixed = [fem.dirichletbc(zero, dofs, space.sub(0))]
        self.w = fem.Function(space)
        u, p = ufl.split(self.w)
        v, q = ufl.split(ufl.TestFunction(space))
        gradient = ufl.variable(ufl.Identity(2) + ufl.grad(u))
        cauchy_green = gradient.T * gradient
        first = ufl.tr(cauchy_green) + 1.0  # plane strain: C33 = 1
        second = 0.5 * (first**2 - ufl.tr(cauchy_green * cauchy_green) - 1.0)
        energy = C1 * (first - 3.0) + C2 * (second - 3.0)
        jacobian = ufl.det(gradient)
        piola = ufl.diff(energy, gradient) + p * jacobian * ufl.inv(gradient).T
        tags = mesh.meshtags(domain, side, np.sort(top), np.ones(len(top), dtype=np.int32))
        load = ufl.Measure("ds", domain=domain, subdomain_data=tags)(1)
        residual = (ufl.inner(piola, ufl.grad(v)) + (jacobian - 1.0) * q) * ufl.dx
        residual -= TRACTION * v[1] * load
        self.residual, self.tangent = fem.form(residual), fem.form(ufl.derivative(residual, self.w))
        stress = piola * gradient.T / jacobian
        # the deviator of plane stress components; out of plane -p = the pressure, so von Mises is its length
        deviator = ufl.as_vector([np.sqrt(3.0) / 2.0 * (stress[0, 0] - stress[1, 1]), np.sqrt(3.0) * stress[0, 1]])
        flat = fem.functionspace(domain, ("Lagrange", 1, (2,)))
        trial, test = ufl.TrialFunction(flat), ufl.TestFunction(flat)
        self.mass, self.moment = fem.form(ufl.inner(trial, test) * ufl.dx), fem.form(ufl.inner(deviator, test) * ufl.dx)
        self.row = np.empty(len(self.order), dtype=np.int64)
        at = fem.locate_dofs_topological(flat, 0, np.arange(len(self.order)))
        close = domain.geometry.x[:, None, :2] - flat.tabulate_dof_coordinates()[None, :, :2]
        assert len(at) == len(self.order), "one vertex, one value"
        self.row[self.order] = np.abs(close).sum(axis=-1).argmin(axis=1)
        self.petsc, self.kinds = petsc, PETSc

    def stress(self, radii: Floats) -> tuple[Floats, Floats]:
        """Points (924, 2) [m] and the deviator (924, 2) [Pa] there, whose length is the von Mises stress."""
        petsc = self.petsc
        points = nodes(radii).reshape(-1, 2)
        self.domain.geometry.x[:, :2] = points[self.order]
        self.w.x.array[:] = 0.0
        first = None
        for _ in range(12):
            vector = petsc.assemble_vector(self.residual)
            petsc.apply_lifting(vector, [self.tangent], bcs=[self.fixed], x0=[self.w.x.petsc_vec], alpha=-1.0)
            petsc.set_bc(vector, self.fixed, self.w.x.petsc_vec, -1.0)
            size = vector.norm()
            first = first or size
            if size <= LEFT * first:
                break
            matrix = petsc.assemble_matrix(self.tangent, bcs=self.fixed)
            matrix.assemble()
            self.w.x.array[:] -= self.solve(matrix, vector)
        else:
            raise RuntimeError(f"Newton left {size:.1e} of {first:.1e}")
        mass = petsc.assemble_matrix(self.mass)
        mass.assemble()
        found = self.solve(mass, petsc.assemble_vector(self.moment)).reshape(-1, 2)
        return points, found[self.row]

    def solve(self, matrix: Any, vector: Any) -> Floats:
        """A direct solve; frees what PETSc holds."""
        solver = self.kinds.KSP().create(matrix.comm)
        solver.setOperators(matrix)
        solver.setType("preonly")
        solver.getPC().setType("lu")
        solver.getPC().setFactorSolverType("mumps")
        out = vector.duplicate()
        solver.solve(vector, out)
        found = out.array.copy()
        for item in (solver, matrix, vector, out):
            item.destroy()
        return np.asarray(found)


def cells(radii: Floats, file: Path, told: Any = lambda count: None) -> dict[str, Floats]:
    """Points (n, 924, 2) [m] and deviators [Pa] of voids; kept in `file`, which goes on where it was left."""
    done = dict(np.load(file)) if file.exists() else {"points": np.zeros((0, 0, 2)), "deviator": np.zeros((0, 0, 2))}
    points, deviator = list(done["points"]), list(done["deviator"])
    solver = Solver() if len(points) < len(radii) else None
    while len(points) < len(radii):
        assert solver is not None, "made above where there is work"
        found = solver.stress(radii[len(points)])
        points.append(found[0])
        deviator.append(found[1])
        if len(points) % 50 == 0 or len(points) == len(radii):
            part = file.with_name(f".{file.name}.npz")
            np.savez(part, points=np.array(points), deviator=np.array(deviator))
            part.replace(file)
            told(len(points))
    return {"points": np.array(points[: len(radii)]), "deviator": np.array(deviator[: len(radii)])}
