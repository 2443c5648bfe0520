"""A x = b over the blocks of all ranks, by PETSc.

Two systems, each with its matrix, Krylov solver and options: where no contact slides A is symmetric (prefix `dda_`),
else friction makes it unsymmetric (prefix `dda_friction_`). Up to SMALL unknowns the preconditioner is
a factor of the whole that every rank makes for itself, the same bits on all of them, so that the iteration only takes
rounding out; above, additive Schwarz (overlap 1) with incomplete factors. What does not converge is solved again with a
distributed factor by MUMPS.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Equations", "Rows"]

type Array = NDArray[np.float64]
type Rows = tuple[NDArray[np.int32], NDArray[np.int32], Array, bool, bool]
"""The block rows that a rank owns (dda/core/team.hpp): start, column, values; symmetric; on a new pattern."""

SMALL = 3_000
"""Unknowns up to which every rank factors the whole matrix [-]. More: time and memory of every rank; fewer: messages of
a distributed factor, or iterations on stiff contacts, take longer than the factor of one rank."""
ITERATIONS = {True: 10, False: 400}
"""At most, with a factor and without [-]: with one, more mean that rounding is all that is left."""
EXACT = 1e-13
"""Relative residual that is asked for where there is a factor, and one more iteration costs little [-]."""
STALLED = 1e-9
"""Relative residual that counts as solved where a factor can do no better [-]. Usual 1e-9; larger ones let contact
states differ between numbers of ranks."""


class Equations:
    """The systems of a run. centres: (n, 2) m, where the owned blocks are: rigid motions for multigrid."""

    def __init__(self, comm: Any) -> None:
        self.comm = comm
        self.centres: Array = np.zeros((0, 2))
        self._systems: dict[tuple[bool, bool], _System] = {}

    def forget(self) -> None:
        """Drop matrices and factors: another cut of the blocks, or a checkpoint."""
        for system in self._systems.values():
            system.destroy()
        self._systems = {}

    def solve(self, rows: Rows, b: Array, x: Array, tolerance: float, scale: float) -> tuple[int, float, bool, bool]:
        """x, in place: start in, solution out; |b - A x| <= tolerance max(|b|, scale). Iterations, residual over that
        scale, whether by a factor, whether it converged."""
        symmetric, new_pattern = rows[3:]
        if new_pattern:
            self.forget()
        start = x.copy()
        found = self._system(symmetric, False).solve(rows, b, x, tolerance, scale)
        if not found[3]:
            x[:] = start
            found = self._system(symmetric, True).solve(rows, b, x, tolerance, scale)
        return found

    def _system(self, symmetric: bool, direct: bool) -> "_System":
        key = symmetric, direct
        if key not in self._systems:
            self._systems[key] = _System(self.comm, symmetric, direct, self.centres)
        return self._systems[key]


class _System:
    """One matrix and its solver. direct: a factor whatever the options say."""

    def __init__(self, comm: Any, symmetric: bool, direct: bool, centres: Array) -> None:
        self.comm, self.symmetric, self.direct, self.centres = comm, symmetric, direct, centres
        self.prefix = "dda_" if symmetric else "dda_friction_"
        self.matrix: Any = None

    def destroy(self) -> None:
        """Free what PETSc holds."""
        if self.matrix is not None:
            for thing in (self.ksp, self.matrix, self._b, self._x, self._r):
                thing.destroy()
            self.matrix = None

    def solve(self, rows: Rows, b: Array, x: Array, tolerance: float, scale: float) -> tuple[int, float, bool, bool]:
        """As `Equations.solve`."""
        if self.matrix is None:
            self._create(rows)
        self._fill(rows)
        self._b.array_w[:] = b
        self._x.array_w[:] = x
        scale = max(self._b.norm(), scale)
        if scale == 0.0:
            x[:] = 0.0
            return 0, 0.0, False, True
        target = tolerance * scale
        before = self._residual()
        iterations = 0
        wanted = min(target, EXACT * scale) if self._factor else 0.5 * target
        if np.isfinite(before) and before > wanted:
            self.ksp.setTolerances(rtol=0.0, atol=wanted, divtol=1e30, max_it=self._most)
            self.ksp.solve(self._b, self._x)
            iterations = self.ksp.getIterationNumber()
        residual = self._residual()
        x[:] = self._x.array_r
        relative = float(residual / scale)
        solved = bool(np.isfinite(relative) and relative <= max(tolerance, STALLED if self._factor else 0.0))
        return iterations, relative, self._factor, solved

    def _residual(self) -> float:
        self.matrix.mult(self._x, self._r)
        self._r.aypx(-1.0, self._b)
        return float(self._r.norm())

    def _create(self, rows: Rows) -> None:
        from petsc4py import PETSc

        start, column = rows[:2]
        n = 6 * (len(start) - 1)
        A = self.matrix = PETSc.Mat().create(self.comm)
        A.setSizes(((n, None), (n, None)))
        A.setBlockSize(6)
        A.setOptionsPrefix(self.prefix)
        A.setType("aij")
        if not self.direct:
            A.setFromOptions()
        self._blocked = "baij" in A.getType()
        if self._blocked:
            A.setPreallocationCSR((start, column, np.zeros(36 * len(column))))
        else:
            A.setPreallocationCOO(*_coordinates(start, column, A.getOwnershipRange()[0]))
        if self.symmetric:
            A.setOption(PETSc.Mat.Option.SYMMETRIC, True)
        self._b, self._x = A.createVecs()
        self._r = self._b.duplicate()
        self._solver()

    def _fill(self, rows: Rows) -> None:
        from petsc4py import PETSc

        start, column, values = rows[:3]
        if self._blocked:
            self.matrix.setValuesBlockedCSR(start, column, values)
            self.matrix.assemble()
        else:
            self.matrix.setValuesCOO(values, PETSc.InsertMode.INSERT_VALUES)

    def _solver(self) -> None:
        from petsc4py import PETSc

        ksp = self.ksp = PETSc.KSP().create(self.comm)
        ksp.setOptionsPrefix(self.prefix)
        ksp.setOperators(self.matrix)
        ksp.setType("cg" if self.symmetric else "gmres")
        if not self.symmetric:
            ksp.setPCSide(PETSc.PC.Side.RIGHT)
            ksp.setGMRESRestart(100)
        ksp.setNormType(PETSc.KSP.NormType.UNPRECONDITIONED)
        ksp.setInitialGuessNonzero(True)
        pc = ksp.getPC()
        factor = "cholesky" if self.symmetric and not self._blocked else "lu"
        if self.matrix.getSize()[0] <= SMALL and self.comm.size > 1:
            pc.setType("redundant")
            self._inner("redundant_pc_type", factor)
        elif self.direct or self.matrix.getSize()[0] <= SMALL:
            pc.setType(factor)
            pc.setFactorSolverType("mumps")
        else:
            pc.setType("asm")
            pc.setASMOverlap(1)
            if self.symmetric:  # an incomplete factor that stays positive definite on stiff contacts
                pc.setASMType(PETSc.PC.ASMType.BASIC)  # symmetric too
                self._inner("sub_pc_type", "icc")
                self._inner("sub_pc_factor_shift_type", "positive_definite")
        if not self.direct:
            ksp.setFromOptions()
        if pc.getType() == "gamg":
            self.matrix.setNearNullSpace(self._rigid())
        self._factor = pc.getType() in ("cholesky", "lu", "redundant")
        self._most = ITERATIONS[self._factor]

    def _inner(self, name: str, value: str) -> None:
        """Give an option within the preconditioner a value, where the user chose neither it nor the preconditioner."""
        from petsc4py import PETSc

        options = PETSc.Options()
        if self.prefix + "pc_type" not in options.getAll() and not options.hasName(self.prefix + name):
            options[self.prefix + name] = value

    def _rigid(self) -> Any:
        """Rigid motions of all blocks together, d = (1, 0, 0 ...), (0, 1, 0 ...), (-y, x, 1, 0 ...)."""
        from petsc4py import PETSc

        x = self.centres
        modes = np.zeros((3, len(x), 6))
        modes[0, :, 0] = modes[1, :, 1] = modes[2, :, 2] = 1.0
        modes[2, :, 0], modes[2, :, 1] = -x[:, 1], x[:, 0]
        basis: list[Any] = []
        for mode in modes:
            vec = self._b.duplicate()
            vec.array_w[:] = mode.ravel()
            for other in basis:
                vec.axpy(-vec.dot(other), other)
            vec.normalize()
            basis.append(vec)
        return PETSc.NullSpace().create(vectors=basis, comm=self.comm)


def _coordinates(
    start: NDArray[np.int32], column: NDArray[np.int32], first: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Rows and columns of all values: row by row of the 6 of a block row, over all its blocks."""
    width = np.diff(start)
    row, columns = [], []
    inner = np.arange(6, dtype=np.int32)
    for k, w in enumerate(width.tolist()):
        across = (6 * column[start[k] : start[k + 1], None] + inner).ravel()
        row.append(np.repeat(first + 6 * k + inner, 6 * w))
        columns.append(np.tile(across, 6))
    if not row:
        return np.zeros(0, np.int32), np.zeros(0, np.int32)
    return np.concatenate(row).astype(np.int32), np.concatenate(columns).astype(np.int32)
