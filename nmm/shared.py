"""Linear statics on the ranks of MPI: each assembles the elements of its piece of a space-filling curve, PETSc adds the
shares up and solves, and every rank gets the whole solution. Options of PETSc: prefix `nmm_`.

Every rank holds the cover and its elements; what is shared is assembly, matrix, factor and solution. One rank alone
takes the same way under solver "mumps".
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dda.parallel.partition import partition
from dda.parallel.petsc import load

if TYPE_CHECKING:
    from nmm.equations import Equations

__all__ = ["one_rank_matrix", "solve_alone", "solve_shared"]

type Array = NDArray[np.float64]

MOST = 5000
"""Iterations of a Krylov method [-]."""
EXACT = 1e-14
"""Relative residual that is asked for where there is a factor [-]; two refinements reach what rounding lets them."""


def solve_shared(
    equations: "Equations", time: float, solver: str, tolerance: float, comm: Any = None
) -> tuple[Array, int, float, bool]:
    """Static equilibrium under the loads of a time [s]: unknowns [m], iterations, |b - A x| / |b|, and whether the
    matrix is positive definite. solver: "direct" or "mumps", Cholesky by MUMPS, or "cg" to `tolerance`. All ranks must
    call."""
    PETSc = load()
    from mpi4py import MPI

    comm = MPI.COMM_WORLD if comm is None else comm
    centroids = np.asarray(equations.space.core.centroids())
    owner = partition(centroids, np.ones(len(centroids)), comm.size)
    system = equations.share(owner == comm.rank, comm.rank == 0, time)
    direct = solver != "cg"
    matrix = one_rank_matrix if direct and comm.size == 1 else _matrix
    A = matrix(PETSc, comm, *system.blocks())
    b, x = A.createVecs()
    whole = np.ascontiguousarray(system.load())
    comm.Allreduce(MPI.IN_PLACE, whole)
    low, high = b.getOwnershipRange()
    b.array_w[:] = whole[low:high]
    ksp = _solver(PETSc, comm, A, direct, tolerance)
    ksp.solve(b, x)
    factor = ksp.getPC().getType() == "cholesky"
    positive = not (factor and ksp.getPC().getFactorMatrix().getMumpsInfog(12))  # negative pivots
    positive = positive and ksp.getConvergedReason() not in (
        PETSc.KSP.ConvergedReason.DIVERGED_INDEFINITE_MAT,
        PETSc.KSP.ConvergedReason.DIVERGED_INDEFINITE_PC,
    )
    r = b.duplicate()
    A.mult(x, r)
    r.aypx(-1.0, b)
    scale = b.norm()
    residual = r.norm() / scale if scale > 0.0 else r.norm()
    parts = comm.allgather(x.array_r.copy())
    return np.concatenate(parts), ksp.getIterationNumber(), float(residual), bool(positive)


def solve_alone(equations: "Equations", time: float) -> tuple[Array, int, float, bool]:
    """The same by MUMPS, for this rank alone."""
    load("the solver mumps")
    from mpi4py import MPI

    return solve_shared(equations, time, "mumps", 0.0, MPI.COMM_SELF)


def one_rank_matrix(PETSc: Any, comm: Any, start: Any, column: Any, blocks: Any) -> Any:
    """The upper half of a symmetric matrix that one rank holds, from its rows of 2 x 2 blocks."""
    start, column, blocks = (np.asarray(a) for a in (start, column, blocks))
    n = len(start) - 1
    row = np.repeat(np.arange(n, dtype=column.dtype), np.diff(start))
    upper = column >= row
    begin = np.concatenate([[0], np.cumsum(np.bincount(row[upper], minlength=n))]).astype(np.int32)
    A = PETSc.Mat().createSBAIJ(2 * n, 2, csr=(begin, column[upper], blocks[upper].ravel()), comm=comm)
    A.setOptionsPrefix("nmm_")
    A.assemble()
    return A


def _matrix(PETSc: Any, comm: Any, start: Any, column: Any, blocks: Any) -> Any:
    """The sum of the shares, given as rows of 2 x 2 blocks over all unknowns."""
    start, column, blocks = (np.asarray(a) for a in (start, column, blocks))
    row = np.repeat(np.arange(len(start) - 1), np.diff(start))
    here = np.abs(blocks).max(axis=(1, 2)) > 0.0 if len(blocks) else np.zeros(0, dtype=bool)
    i = 2 * row[here][:, None, None] + np.array([[0, 0], [1, 1]])
    j = 2 * column[here][:, None, None] + np.array([[0, 1], [0, 1]])
    A = PETSc.Mat().create(comm)
    A.setSizes(2 * (len(start) - 1))
    A.setBlockSize(2)
    A.setOptionsPrefix("nmm_")
    A.setType("aij")
    A.setFromOptions()
    A.setPreallocationCOO(i.ravel().astype(np.int32), j.ravel().astype(np.int32))
    A.setValuesCOO(blocks[here].ravel(), PETSc.InsertMode.ADD_VALUES)
    A.setOption(PETSc.Mat.Option.SYMMETRIC, True)
    return A


def _solver(PETSc: Any, comm: Any, A: Any, direct: bool, tolerance: float) -> Any:
    ksp = PETSc.KSP().create(comm)
    ksp.setOptionsPrefix("nmm_")
    ksp.setOperators(A)
    ksp.setNormType(PETSc.KSP.NormType.UNPRECONDITIONED)
    ksp.setType("cg")
    pc = ksp.getPC()
    if direct:
        pc.setType("cholesky")
        pc.setFactorSolverType("mumps")
        ksp.setTolerances(rtol=EXACT, max_it=3)
    else:
        pc.setType("bjacobi")
        ksp.setTolerances(rtol=tolerance, max_it=MOST)
    ksp.setFromOptions()
    return ksp
