"""Linear equations in PETSc: conditions put in, the solver chosen by size.

Up to DIRECT unknowns MUMPS factors the matrix (LDL^T where it is symmetric); above, conjugate gradients with algebraic
multigrid (GAMG) that knows the rigid motions, GMRES where the matrix is unsymmetric. docs/theory/fem.md says when.
"""

from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dda.errors import StepFailure
from harmony.fem.boundary import Entries, Held
from harmony.fem.space import Space

__all__ = ["Constraints", "Solved", "Solver", "solver_for"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

# Unknowns above which the equations are solved by iteration [-].
DIRECT = 400_000

# Residual over the load at which iterations stop [-].
TOLERANCE = 1e-12

# Residual over the load [-] above which a solution is refused.
RESIDUAL = 1e-6

# Pivots under this part of the matrix's norm count as zero [-]: a body that is not held.
PIVOT = 1e-14

# Sine of the angle between two held directions of a node above which the node is held altogether [-].
TWO = 1e-6

Solver = Literal["auto", "mumps", "gamg"]
SOLVERS = ("auto", "mumps", "gamg")


class Solved(NamedTuple):
    """u (nodes, 2) m; iterations; residual over the load [-]."""

    u: Array
    iterations: int
    residual: float


class Constraints:
    """Held components of nodes, made consistent: each node is free, held in one direction, or held altogether.

    node (k,), direction (k, 2), value (k,) m as given; where a node is held in two directions, u = N^-1 g.
    """

    def __init__(self, held: list[Held], nodes: int) -> None:
        self.node: Index = np.zeros(0, dtype=np.int64)
        self.frame: Array = np.zeros((0, 2, 2))
        self.both: NDArray[np.bool_] = np.zeros(0, dtype=bool)
        self.value: Array = np.zeros((0, 2))
        if held:
            self._collect(Held(*(np.concatenate(part) for part in zip(*held, strict=True))))

    def _collect(self, held: Held) -> None:
        self.node, first, group = np.unique(held.node, return_index=True, return_inverse=True)
        n = held.direction[first]
        frame = np.stack([n, np.column_stack([-n[:, 1], n[:, 0]])], axis=1)
        value = np.zeros((len(first), 2))
        value[:, 0] = held.value[first]
        # a second direction b = c n + s t of the node, s != 0: u_t = (g_b - c g_n) / s; the largest |s| counts
        local = np.einsum("kij,kj->ki", frame[group], held.direction)
        best = np.zeros(len(first))
        for k in np.flatnonzero(np.abs(local[:, 1]) > TWO):
            g, (c, s) = group[k], local[k]
            if abs(s) > best[g] + TWO:
                best[g] = abs(s)
                value[g, 1] = (held.value[k] - c * value[g, 0]) / s
        self.frame, self.value, self.both = frame, value, best > 0.0
        whole = self.both
        self.value[whole] = np.einsum("ki,kij->kj", value[whole], frame[whole])
        self.frame[whole] = np.eye(2)

    @property
    def turned(self) -> NDArray[np.bool_]:
        """Nodes held in one direction that is no axis, (k,)."""
        return ~self.both & (np.abs(self.frame[:, 0]).min(axis=1) > 0.0)

    @property
    def dofs(self) -> tuple[Index, Array]:
        """Held unknowns 2 node + c in the frames of the nodes, and their values [m]."""
        axis = np.where(self.both | self.turned, 0, np.argmax(np.abs(self.frame[:, 0]), axis=1))
        sign = np.where(self.both | self.turned, 1.0, np.take_along_axis(self.frame[:, 0], axis[:, None], axis=1)[:, 0])
        one = 2 * self.node + axis
        two = 2 * self.node[self.both] + 1
        return np.concatenate([one, two]), np.concatenate([self.value[:, 0] * sign, self.value[self.both, 1]])

    def values_of(self, u: Array) -> Array:
        """The held unknowns in displacements (nodes, 2), in the order of `dofs` [m]."""
        return self._turned(u)[self.dofs[0]]

    def free_part(self, force: Array) -> Array:
        """Forces (nodes, 2) without those that the supports take, in the frames of the nodes (2 nodes,)."""
        local = self._turned(force)
        local[self.dofs[0]] = 0.0
        return local

    def _turned(self, values: Array) -> Array:
        """Vectors (nodes, 2) as components in the frames of the nodes, (2 nodes,)."""
        local = values.copy()
        t = self.turned
        local[self.node[t]] = np.einsum("kij,kj->ki", self.frame[t], values[self.node[t]])
        return local.ravel()


def solver_for(name: str, unknowns: int) -> str:
    """The solver that a name means for so many unknowns."""
    return name if name != "auto" else ("mumps" if unknowns <= DIRECT else "gamg")


class Equations:
    """A u = b with held components; the factors stay as long as A does."""

    def __init__(
        self,
        space: Space,
        matrix: Any,
        constraints: Constraints,
        solver: str = "auto",
        symmetric: bool = True,
        singular: bool = False,
    ) -> None:
        """matrix: PETSc, owned from now on; it is changed. singular: it may be, near a limit load."""
        self.space, self.constraints = space, constraints
        self.symmetric, self.singular = symmetric, singular
        self.turn = self._turn()
        self.matrix = matrix if self.turn is None else matrix.PtAP(self.turn)
        dof, _ = constraints.dofs
        self._rows = space.rows(dof).astype(np.int32)
        self._columns = self.matrix.duplicate(copy=True)
        self.matrix.zeroRowsColumns(self._rows, 1.0)
        self.solver = solver_for(solver, space.unknowns)
        self.ksp = self._ksp()

    def _turn(self) -> Any:
        """T with the node frames on its diagonal, u = T u'; None where all frames are the axes."""
        from petsc4py import PETSc

        turned = np.flatnonzero(self.constraints.turned)
        if not len(turned):
            return None
        size = self.space.empty()
        low, high = size.getOwnershipRange()
        T = PETSc.Mat().createAIJ((size.getSizes(), size.getSizes()), bsize=2, nnz=(2, 0), comm=self.space.comm)
        T.setOption(PETSc.Mat.Option.NEW_NONZERO_ALLOCATION_ERR, False)
        frames = {int(self.space.number[self.constraints.node[k]]): self.constraints.frame[k] for k in turned}
        for block in range(low // 2, high // 2):
            T.setValuesBlocked([block], [block], np.ascontiguousarray(frames.get(block, np.eye(2)).T))
        T.assemble()
        return T

    def _ksp(self) -> Any:
        from petsc4py import PETSc

        ksp = PETSc.KSP().create(self.space.comm)
        A = self.matrix
        if self.symmetric:
            A.setOption(PETSc.Mat.Option.SYMMETRIC, True)
        ksp.setOperators(A)
        pc = ksp.getPC()
        if self.solver == "mumps":
            ksp.setType("preonly")
            pc.setType("cholesky" if self.symmetric else "lu")
            pc.setFactorSolverType("mumps")
            pc.setFactorSetUpSolverType()
            factor = pc.getFactorMatrix()
            factor.setMumpsIcntl(24, 0 if self.singular else 1)  # look for null pivots
            factor.setMumpsIcntl(14, 60)  # room for pivoting, in percent
            factor.setMumpsCntl(3, PIVOT)
        else:
            A.setNearNullSpace(self._rigid())
            ksp.setType("cg" if self.symmetric else "gmres")
            pc.setType("gamg")
            ksp.setTolerances(rtol=TOLERANCE, max_it=5000)
        return ksp

    def _rigid(self) -> Any:
        from petsc4py import PETSc

        x = self.space.lagrange.points - self.space.lagrange.points.mean(axis=0)
        motions = [np.tile([1.0, 0.0], (len(x), 1)), np.tile([0.0, 1.0], (len(x), 1))]
        motions.append(np.column_stack([-x[:, 1], x[:, 0]]))
        basis: list[Any] = []
        for motion in motions:
            vec = self.space.vector(motion)
            for other in basis:
                vec.axpy(-vec.dot(other), other)
            vec.normalize()
            basis.append(vec)
        return PETSc.NullSpace().create(vectors=basis, comm=self.space.comm)

    def solve(self, load: Array, held: Array | None = None, strict: bool = True) -> Solved:
        """u for loads (nodes, 2) [N/m], which every rank has. held: values of the held unknowns [m], in place of those
        of the constraints and in their order. strict: a residual above RESIDUAL is a failure."""
        b = self.space.vector(load)
        if self.turn is not None:
            turned = b.duplicate()
            self.turn.multTranspose(b, turned)
            b = turned
        value = self.constraints.dofs[1] if held is None else held
        given = self.space.empty()
        low, high = given.getOwnershipRange()
        mine = (self._rows >= low) & (self._rows < high)
        given.array_w[self._rows[mine] - low] = value[mine]
        shifted = b.duplicate()
        self._columns.mult(given, shifted)
        scale = max(b.norm(), shifted.norm())
        b.axpy(-1.0, shifted)
        b.array_w[self._rows[mine] - low] = value[mine]
        x = b.duplicate()
        self.ksp.solve(b, x)
        if self.ksp.getConvergedReason() < 0:
            raise StepFailure("the equations have no solution: a piece of the body is not held, or the mesh is broken")
        self._refuse_null_pivots()
        residual = b.duplicate()
        self.matrix.mult(x, residual)
        residual.axpy(-1.0, b)
        residual.array_w[self._rows[mine] - low] = 0.0
        relative = residual.norm() / scale if scale > 0.0 else 0.0
        if strict and not relative < RESIDUAL:
            words = f"the equations were not solved, residual {relative:.2g} of the load: a piece may not be held"
            raise StepFailure(words, {"residual": relative})
        iterations = self.ksp.getIterationNumber()
        if self.turn is not None:
            back = x.duplicate()
            self.turn.mult(x, back)
            x = back
        return Solved(self.space.gathered(x), iterations, float(relative))

    def _refuse_null_pivots(self) -> None:
        if self.solver != "mumps" or self.singular:
            return
        found = self.ksp.getPC().getFactorMatrix().getMumpsInfog(28)
        if found:
            raise StepFailure(
                f"the equations have no unique solution: {found} motions are free; a piece of the body is not held"
            )


def added(space: Space, matrix: Any, parts: list[Entries]) -> Any:
    """A PETSc matrix plus entries over the nodes, which every rank has; the pattern may grow."""
    from petsc4py import PETSc

    if not parts:
        return matrix
    row, column, value = (np.concatenate(part) for part in zip(*parts, strict=True))
    if space.comm.rank > 0:  # the first rank gives all, PETSc sends them where they belong
        row, column, value = row[:0], column[:0], value[:0]
    extra = PETSc.Mat().create(space.comm)
    extra.setSizes(matrix.getSizes())
    extra.setBlockSize(2)
    extra.setType("aij")
    extra.setPreallocationCOO(space.rows(row).astype(np.int32), space.rows(column).astype(np.int32))
    extra.setValuesCOO(value, PETSc.InsertMode.ADD_VALUES)
    matrix.axpy(1.0, extra, PETSc.Mat.Structure.DIFFERENT_NONZERO_PATTERN)
    return matrix
