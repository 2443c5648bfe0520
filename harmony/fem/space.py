"""The nodes of a mesh as unknowns of DOLFINx: the same mesh on every rank, its cells shared out among them."""

import importlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain
from dda.parallel import petsc
from harmony.fem.lagrange import Lagrange

__all__ = ["Space", "load_dolfinx"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]


def load_dolfinx() -> Any:
    """The module, after MPI; an InputError where there is none."""
    try:
        petsc.begin()
        return importlib.import_module("dolfinx")
    except ImportError as error:
        raise InputError(
            explain(
                "method: fem needs DOLFINx with PETSc",
                where="method",
                expected="the packages dolfinx, petsc4py and mpi4py",
                got=str(error),
                do="on Linux x86-64: `pip install dolfinx-solver-real mpi4py mpich`; elsewhere a DOLFINx >= 0.10 of "
                "conda or spack; every other method works without",
            )
        ) from error


class Space:
    """Vector Lagrange functions on the mesh. number (nodes,): block of PETSc rows of each node, 2 rows a block.

    cells: numbers of the cells that this rank integrates over, in DOLFINx's order; nodes, corners (cells, k): their
    nodes and points, in DOLFINx's order too.
    """

    def __init__(self, lagrange: Lagrange) -> None:
        load_dolfinx()
        import basix.ufl
        import ufl
        from dolfinx import fem, mesh
        from mpi4py import MPI

        self.lagrange = lagrange
        self.comm = MPI.COMM_WORLD
        shape = ufl.Mesh(basix.ufl.element("Lagrange", "triangle", 1, shape=(2,)))
        first = self.comm.rank == 0
        cells = lagrange.mesh.cells if first else np.zeros((0, 3), dtype=np.int64)
        points = lagrange.mesh.points if first else np.zeros((0, 2))
        self.mesh = mesh.create_mesh(self.comm, np.ascontiguousarray(cells), shape, points)
        self.functions = fem.functionspace(self.mesh, ("Lagrange", lagrange.degree, (2,)))
        owned = self.mesh.topology.index_map(2).size_local
        self.cells: Index = np.asarray(self.mesh.topology.original_cell_index[:owned], dtype=np.int64)
        self.number = self._numbers(owned)

    def _numbers(self, owned: int) -> Index:
        """Global block of every node, on every rank; cell by cell, since the order of a cell's nodes is known."""
        dofmap = self.functions.dofmap
        dofmaps = self.mesh.geometry.dofmaps  # a method in DOLFINx 0.10, a list from 0.11 on
        corners = dofmaps(0) if callable(dofmaps) else dofmaps[0]
        vertex = self.mesh.geometry.input_global_indices[corners[:owned]]
        mine = self.lagrange.cells[self.cells]
        order = np.argsort(mine[:, :3], axis=1)[
            np.arange(owned)[:, None], np.argsort(np.argsort(vertex, axis=1), axis=1)
        ]
        if self.lagrange.degree == 2:  # side k lies opposite vertex k, in both
            order = np.concatenate([order, 3 + order], axis=1)
        node = np.take_along_axis(mine, order, axis=1)
        self.nodes, self.corners = node, vertex
        blocks = dofmap.index_map.local_to_global(dofmap.list[:owned].ravel().astype(np.int32))
        number = np.full(self.lagrange.count, -1, dtype=np.int64)
        number[node.ravel()] = blocks
        found = np.empty_like(number)
        from mpi4py import MPI

        self.comm.Allreduce(number, found, op=MPI.MAX)
        return found

    @property
    def unknowns(self) -> int:
        """Number of unknowns, held ones too."""
        return 2 * self.lagrange.count

    def per_cell(self, values: Array) -> Any:
        """Values of all cells (m,) as a DOLFINx function, constant in each cell."""
        from dolfinx import fem

        function = fem.Function(fem.functionspace(self.mesh, ("DG", 0)))
        function.x.array[: len(self.cells)] = values[self.cells]
        return function

    def summed(self, values: Array) -> Array:
        """The sum of arrays of all ranks, on every rank."""
        from mpi4py import MPI

        found = np.empty_like(values)
        self.comm.Allreduce(values, found, op=MPI.SUM)
        return found

    def of_all_cells(self, values: Array) -> Array:
        """Rows of the cells of this rank (c, ...) as rows of all cells (m, ...), on every rank."""
        found = np.zeros((self.lagrange.mesh.count, *values.shape[1:]))
        for cells, part in self.comm.allgather((self.cells, values)):
            found[cells] = part
        return found

    # -- vectors ------------------------------------------------------------------------------------------------------

    def rows(self, dof: Index) -> Index:
        """PETSc rows of components 2 node + c."""
        return 2 * self.number[dof // 2] + dof % 2

    def vector(self, values: Array) -> Any:
        """A PETSc vector of node values (nodes, 2), which every rank has."""
        vec = self.empty()
        low, high = vec.getOwnershipRange()
        row = self.rows(np.arange(self.unknowns))
        mine = (row >= low) & (row < high)
        vec.array_w[row[mine] - low] = values.ravel()[mine]
        return vec

    def empty(self) -> Any:
        """A PETSc vector of zeros."""
        from petsc4py import PETSc

        index_map = self.functions.dofmap.index_map
        vec = PETSc.Vec().createMPI((2 * index_map.size_local, 2 * index_map.size_global), bsize=2, comm=self.comm)
        vec.set(0.0)
        return vec

    def gathered(self, vec: Any) -> Array:
        """The node values (nodes, 2) of a PETSc vector, on every rank."""
        parts = self.comm.allgather(np.array(vec.array_r))
        return np.asarray(np.concatenate(parts)[self.rows(np.arange(self.unknowns))].reshape(-1, 2))
