"""A linear structure as a participant: M u'' + C u' + K u = f(t) + B^T F, B the displacements of the interface points.

A step of length h with forces at t + theta h (Newmark: theta = 1 is `shi`, damped; theta = 1/2 `conserving`):

    A d = 2/h M v + f(t + theta h) - K u + (2 theta - 1) C v + B^T F,    A = 2/h^2 M + 2 theta/h C + theta K,
    u <- u + d,  v <- 2 d / h - v.

Force given: F is the one that was read. Displacement given, B (u + d) = g: F is the multiplier of that condition,
S F = g - B u - B d_0 with S = B A^-1 B^T and d_0 the step without it, so that nothing penetrates and no energy is lost
at the interface; -F is what the structure does to its neighbour. In statics h is infinite.
"""

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from couplers import Mesh
from dda.errors import InputError, StepFailure, explain
from harmony.participants.interface import DISPLACEMENT, FORCE, VELOCITY, Interface
from harmony.participants.mortar import mortar_rows

__all__ = [
    "DEPENDENT",
    "Structure",
    "StructureParticipant",
    "checked_solution",
    "refuse_what_is_not_linear",
    "too_many",
]

type Array = NDArray[np.float64]

DEPENDENT = 1e-11
"""Smallest over largest singular value of B A^-1 B^T [-] under which interface points cannot move on their own: there
are more of them than the mesh has nodes there. Usual values are above 1e-6."""


class Structure(Protocol):
    """The matrices of a body, over its unknowns; N per metre of thickness."""

    unknowns: int
    vertices: Array  # corners of elements (k, 2) [m]: where functions may have kinks

    def times_mass(self, x: Array) -> Array:
        """M x."""
        ...

    def times_stiffness(self, x: Array) -> Array:
        """K x."""
        ...

    def times_damping(self, x: Array) -> Array | None:
        """C x; None without dashpots."""
        ...

    def load(self, time: float) -> Array:
        """f at a time [s], what is prescribed included."""
        ...

    def rows(self, points: Array) -> Array:
        """B: displacement (x, y) of points (n, 2) [m] over the unknowns, (2 n, unknowns)."""
        ...

    def factor(self, h: float, theta: float, hold: Array | None) -> Callable[[Array], Array]:
        """Solves with A, h infinite in statics; with `hold`, points (n, 2) [m], springs G to where they were are added,
        G of the size of the modulus, for bodies that only the interface holds."""
        ...

    def stiffness_scale(self) -> float:
        """G [Pa]."""
        ...

    def take(self, u: Array, v: Array, time: float) -> None:
        """Put a state into the simulation that the structure came from, for its probes and fields."""
        ...


class StructureParticipant(Interface):
    """A structure that reads `Force`, `Displacement` or `Velocity` at its interface points, and writes the others.

    Where both sides move in different steps, read Velocity: accelerations stay free (Gravouil and Combescure 2001). Or
    exchange Displacement with waveform_degree 2 and Force with 0, in scheme shi.

    interface: points (n, 2) [m] on the body, joined by straight edges on which force and displacement are linear, or a
    `couplers.Mesh` with edges of its own. analysis: "dynamic" or "static"; scheme: "shi" or "conserving"; time_step
    [s], None takes each window at once. names: data names other than Force and Displacement. frictionless: only the
    normal part of what is read acts; C = N^T B takes the place of B, and F = N f.
    """

    def __init__(
        self,
        name: str,
        structure: Structure,
        interface: Mesh | ArrayLike,
        reads: str = FORCE,
        analysis: str = "dynamic",
        scheme: str = "shi",
        time_step: float | None = None,
        names: dict[str, str] | None = None,
        frictionless: bool = False,
    ) -> None:
        super().__init__(name, interface, reads, names, (FORCE, DISPLACEMENT, VELOCITY), frictionless)
        self.structure, self.time_step = structure, time_step
        self.analysis = analysis
        self.theta = {"shi": 1.0, "conserving": 0.5}[scheme]
        self.time = 0.0
        self.u = self.v = np.zeros(structure.unknowns)
        self.force = np.zeros(self.points.size)  # on the structure, at the last step
        self.given = np.zeros(self.points.size)
        self._steps: dict[tuple[float, float], Any] = {}

    def initialize(self) -> None:
        """The displacements of the interface over the unknowns."""
        self.B = mortar_rows(self.structure, self.interface)
        self.C = self.B if self.normals is None else self.normals.T @ self.B  # what is held, where motion is read
        self._points = self.structure.rows(self.points)
        self.given = self.force if self.reads == FORCE else self.B @ (self.u if self.reads == DISPLACEMENT else self.v)

    def read(self, data: str, values: Array) -> None:
        """Force on the structure, or displacement, at the end of the step that follows."""
        self._require_read(data)
        self._next = np.array(values, dtype=float).reshape(-1)

    def write(self, data: str) -> Array:
        """Displacement of the interface points, or the force that the structure exerts there."""
        kind = self._kind(data)
        found = -self.force if kind == FORCE else self.B @ (self.u if kind == DISPLACEMENT else self.v)
        return np.asarray(found.reshape(-1, 2))

    def rate_of(self, data: str) -> Array | None:
        """Velocity of the points, where the data is their displacement [m/s]."""
        return self.write(self.names[VELOCITY]) if self._kind(data) == DISPLACEMENT else None

    def advance(self, dt: float) -> None:
        """One step."""
        static = self.analysis == "static"
        if static and self.reads == VELOCITY:
            raise InputError(f"participant '{self.name}' is static and knows no velocity; let it read {DISPLACEMENT}")
        h, theta = (np.inf, 1.0) if static else (dt, self.theta)
        solve, Y, S = self._step(h, theta)
        s = self.structure
        right = s.load(self.time + theta * dt) - s.times_stiffness(self.u)
        if not static:
            right += 2.0 / h * s.times_mass(self.v)
            damping = s.times_damping(self.v)
            if damping is not None:
                right += (2.0 * theta - 1.0) * damping
        if self.reads == FORCE:
            force = self.given + theta * (self._next - self.given)
            if self.normals is not None:
                force = self.normals @ (self.normals.T @ force)
            d = solve(right + self.B.T @ force)
        else:
            d = solve(right)
            # S F = g - C u - C d_0, in statics with rows that take the springs of the points away again
            rows = self._rows(static)
            pull = -(rows @ d)
            pull[: len(self.C)] += self._wanted(h)
            pull = np.linalg.solve(S, pull)
            d, force = d + Y @ pull, pull[: len(self.C)]
            if self.normals is not None:
                force = self.normals @ force
            # F is that of t + theta h; what is written is that of the end, linear in between
            force = self.force + (force - self.force) / theta
        self.u = self.u + d
        self.v = np.zeros_like(d) if static else 2.0 / h * d - self.v
        self.force, self.given = force, self._next
        self.time += dt
        s.take(self.u, self.v, self.time)

    def _wanted(self, h: float) -> Array:
        """C d: to the displacement that was read, or by the mean of both velocities, v <- 2 d / h - v."""
        g = self._next if self.normals is None else self.normals.T @ self._next
        if self.reads == DISPLACEMENT:
            return np.asarray(g - self.C @ self.u)
        return np.asarray(h / 2.0 * (g + self.C @ self.v))

    def _rows(self, static: bool) -> Array:
        return np.concatenate([self.C, self._points]) if static else self.C

    def _step(self, h: float, theta: float) -> Any:
        """Solver, Y and S of a step length; kept.

        Y = A^-1 C^T, S = C Y. In statics the body may be held by nothing else, so springs G hold its interface points,
        and are taken away: with R u the displacements of the points and q = R d, A d = right + C^T F + G R^T q, where A
        has G R^T R in it. C d = g - C u and R d - q = 0 are solved for F and q.
        """
        if (h, theta) not in self._steps:
            given, static = self.reads != FORCE, bool(np.isinf(h))
            solve = self.structure.factor(h, theta, self.points if given and static else None)
            Y = S = None
            if given:
                rows, n = self._rows(static), len(self.C)
                Y = np.column_stack([solve(row) for row in rows])
                sizes = np.linalg.svd(self.C @ Y[:, :n], compute_uv=False)
                if sizes[-1] < DEPENDENT * sizes[0]:
                    raise too_many(self.name, len(self.points))
                Y[:, n:] *= self.structure.stiffness_scale()
                S = rows @ Y
                S[n:, n:] -= np.eye(len(rows) - n)
            self._steps[h, theta] = solve, Y, S
        return self._steps[h, theta]

    def begin(self) -> None:
        """Time 0 is now."""
        self.time = 0.0
        self.structure.take(self.u, self.v, self.time)

    def save(self) -> Any:
        """Arrays are replaced, never changed."""
        return self.time, self.u, self.v, self.force, self.given

    def restore(self, state: Any) -> None:
        """Go back."""
        self.time, self.u, self.v, self.force, self.given = state
        self.structure.take(self.u, self.v, self.time)

    @property
    def energy(self) -> dict[str, float]:
        """kinetic, and elastic 1/2 u K u [J/m]."""
        s = self.structure
        return {
            "kinetic": 0.5 * float(self.v @ s.times_mass(self.v)),
            "strain": 0.5 * float(self.u @ s.times_stiffness(self.u)),
        }


def refuse_what_is_not_linear(method: str, materials: bool, joints: bool) -> None:
    """A structure is its matrices: laws that yield, and joints that open or slip, have none."""
    if materials or joints:
        raise InputError(
            explain(
                "a participant that is not linear",
                where=f"method {method}, " + ("materials" if materials else "joints"),
                expected="elastic bodies, whose joints are free or tied by normal_stiffness and shear_stiffness",
                got="a material that yields, or is learned" if materials else "joints with a law of contact",
                do="use method: dda where blocks touch, or MaterialParticipant for a law outside the solver",
            )
        )


def too_many(name: str, count: int) -> InputError:
    return InputError(
        explain(
            "interface points that cannot move apart from each other",
            where=f"participant '{name}', {count} points",
            expected="at most one point a node, or a manifold element, of the interface",
            got="points whose displacements depend on each other",
            do="take fewer points, or a finer mesh",
        )
    )


def checked_solution(d: Array, residual: float) -> Array:
    """A solution, unless the matrix has lost its digits."""
    if not np.isfinite(d).all() or not residual < 1e-6:
        raise StepFailure("the equations of a participant have no stable solution", {"residual": float(residual)})
    return d
