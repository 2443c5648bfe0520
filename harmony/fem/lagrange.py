"""Lagrange triangles of degree 1 or 2 with straight sides: nodes, values and gradients, tabulated by Basix."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from harmony.fem.mesh import SIDES, TriangleMesh

__all__ = ["DEGREES", "Lagrange"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

DEGREES = (1, 2)


class Lagrange:
    """u(x) = sum_k N_k(x) u_k on a mesh. Nodes are the points of the mesh, then for degree 2 the middles of its sides.

    points (n, 2) m; cells (m, 3 or 6): nodes of each cell, vertices first, then side k opposite vertex k.
    """

    def __init__(self, mesh: TriangleMesh, degree: int) -> None:
        import basix

        self.mesh, self.degree = mesh, degree
        self.points, self.cells = mesh.points, mesh.cells
        if degree == 2:
            ends, number = mesh.sides
            self.points = np.vstack([mesh.points, mesh.points[ends].mean(axis=1)])
            self.cells = np.column_stack([mesh.cells, len(mesh.points) + number])
        self._element = basix.create_element(
            basix.ElementFamily.P, basix.CellType.triangle, degree, basix.LagrangeVariant.gll_warped
        )

    @property
    def count(self) -> int:
        """Number of nodes."""
        return len(self.points)

    def on_side(self, side: Index) -> Index:
        """Places, among the nodes of a cell, of those on side 0, 1 or 2: both ends, then the middle."""
        return SIDES[side] if self.degree == 1 else np.column_stack([SIDES[side], 3 + side])

    @cached_property
    def _inverse(self) -> Array:
        """d xi / d x of each cell, (m, 2, 2) 1/m, for x = a + xi (b - a) + eta (c - a)."""
        a, b, c = (self.mesh.points[self.mesh.cells[:, k]] for k in range(3))
        return np.asarray(np.linalg.inv(np.stack([b - a, c - a], axis=2)))

    def local(self, cell: Index, x: Array) -> Array:
        """Reference coordinates of points (n, 2) [m] in cells (n,), (n, 2)."""
        return np.einsum("nij,nj->ni", self._inverse[cell], x - self.mesh.points[self.mesh.cells[cell, 0]])

    def values(self, xi: Array) -> Array:
        """N_k at reference points (q, 2), (q, 3 or 6)."""
        return np.asarray(self._element.tabulate(0, xi)[0, :, :, 0])

    def gradients(self, cell: Index, xi: Array) -> Array:
        """grad N_k [1/m] at one reference point in each of the cells (n,), (n, 3 or 6, 2)."""
        local = self._element.tabulate(1, xi)[1:, :, :, 0]
        return np.einsum("dnk,ndx->nkx", local, self._inverse[cell])

    def evaluate(self, cell: Index, x: Array, u: Array) -> Array:
        """ux, uy [m], ux_x, ux_y, uy_x, uy_y [-] at points (n, 2) [m] of cells (n,), for node values u (nodes, 2)."""
        xi = self.local(cell, x)
        d = u[self.cells[cell]]
        value = np.einsum("nk,nki->ni", self.values(xi), d)
        gradient = np.einsum("nkx,nki->nix", self.gradients(cell, xi), d)
        return np.concatenate([value, gradient.reshape(-1, 4)], axis=1)

    def quadrature(self, degree: int) -> tuple[Array, Array]:
        """Reference points (q, 2) and weights over the cell's area (q,), exact to a degree; DOLFINx takes them too."""
        import basix

        xi, w = basix.make_quadrature(basix.CellType.triangle, degree)
        return np.asarray(xi), 2.0 * np.asarray(w)

    def spread(self, xi: Array) -> tuple[Index, Array, Array]:
        """The same reference points in every cell: cell (m q,), reference points (m q, 2), places (m q, 2) m."""
        m, q = self.mesh.count, len(xi)
        a, b, c = (self.mesh.points[self.mesh.cells[:, k]] for k in range(3))
        x = a[:, None] + xi[None, :, :1] * (b - a)[:, None] + xi[None, :, 1:] * (c - a)[:, None]
        return np.repeat(np.arange(m), q), np.tile(xi, (m, 1)), x.reshape(-1, 2)
