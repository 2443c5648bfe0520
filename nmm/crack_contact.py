"""Contact and Coulomb friction on the faces of cracks with tips, in statics with small displacements.

On every piece of a crack (`nmm/crack_faces.py`), with the mean opening g and the mean slip s,

    p = k <-g>,     tau = -k s, but |tau| <= p tan phi + c where the faces touch,     k = STIFF E / h,

loads come on in proportion from nothing, so that slip goes one way and the traction T is a function of q = (g, s).
The body is linear: with the factor of its matrix, d = d_0 + K^-1 G^T l T, and on the pieces that touch

    q = q_0 + W l T(q),     W = G K^-1 G^T,

a small dense system, solved by Newton's method with the derivatives of T on either side of its kinks; where it runs in
circles, sweeps over the pieces find the states from which it does not.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, StepFailure, explain
from dda.joint import Joint
from nmm import _core
from nmm.crack_faces import CrackPoints, crack_points
from nmm.crack_laws import crack_laws

if TYPE_CHECKING:
    from nmm.equations import Equations

__all__ = ["CrackContact", "refuse_motion"]

type Array = NDArray[np.float64]

# Penalty over E / h [-]: faces miss the stress that they carry by 1 / STIFF of what a cell gives way under it.
STIFF = 1e4

# What q misses over its largest value at which Newton's method ends, and its most iterations; sweeps where it runs
# in circles [-].
STANDS, ITERATIONS, SWEEPS = 1e-9, 30, 200

# Rounds in which pieces that have come to touch are taken in; a crack rarely takes more than three.
ROUNDS = 12


class CrackContact:
    """The faces of those cracks that have a law."""

    def __init__(self, equations: "Equations") -> None:
        self.equations = equations
        laws = crack_laws(equations.model)
        self.points: CrackPoints = crack_points(equations, [k for k, law in enumerate(laws) if law is not None])
        given = [_checked(law, equations.model.cracks[k].name) for k, law in enumerate(laws) if law is not None]
        table = np.zeros((len(laws), 2))
        table[[k for k, law in enumerate(laws) if law is not None]] = given
        self.friction, self.cohesion = table[self.points.crack].T
        young = np.array([m.young for m in equations.model.materials])[equations.manifold.material]
        cells = equations.manifold.cover.sizes[equations.manifold.cell]
        owner = self.points.element
        self.stiffness: Array = STIFF * young[owner] / cells[owner]

    def apart(self, d: Array) -> Array:
        """Opening and slip of each piece (p, 2) [m]."""
        return np.asarray(self.points.rows @ d).reshape(-1, 2)

    def tractions(self, d: Array) -> Array:
        """Pressure and shear stress along the tangent on side b of each piece (p, 2) [Pa]."""
        return self._law(self.apart(d), np.arange(len(self.stiffness)))[0]

    def friction_work(self, d: Array) -> float:
        """What sliding has dissipated [J/m]: int |tau| |slip beyond that of the penalty| ds."""
        q, T = self.apart(d), self.tractions(d)
        slid = np.abs(q[:, 1]) - np.abs(T[:, 1]) / self.stiffness
        return float(self.points.length @ (np.abs(T[:, 1]) * np.maximum(slid, 0.0)))

    def closed(self, d: Array, system: Any) -> Array:
        """Equilibrium with contact, from d, that without; system: of d."""
        q0 = self.apart(d)
        touched = q0[:, 0] < 0.0
        if not touched.any():
            return d
        factor = _core.Factor(system)
        columns: dict[int, list[Array]] = {}
        for _ in range(ROUNDS):
            own = np.flatnonzero(touched)
            for k in own[[k not in columns for k in own.tolist()]].tolist():
                pull = self.points.rows[[2 * k, 2 * k + 1]].toarray()
                columns[k] = [np.asarray(factor.solve(system, np.ascontiguousarray(row))[0]) for row in pull]
            X = np.column_stack([c for k in own.tolist() for c in columns[k]])
            W = self.points.rows[np.repeat(2 * own, 2) + np.tile([0, 1], len(own))] @ X
            T = self._law(self._balance(q0[own], W, own), own)[0]
            found = d + X @ (self.points.length[own, None] * T).ravel()
            more = touched | (self.apart(found)[:, 0] < 0.0)
            if (more == touched).all():
                return found
            touched = more
        raise StepFailure("the faces of cracks do not come to rest: more and more of them touch", {})

    def _balance(self, q0: Array, W: Array, own: NDArray[np.int64]) -> Array:
        """q = q_0 + W l T(q) of some pieces, (n, 2) m."""
        W = W * np.repeat(self.points.length[own], 2)
        q, least = self._newton(q0, W, own, q0)
        if q is None:
            q, least = self._newton(q0, W, own, self._swept(q0, W, own))
        if q is None:
            raise StepFailure(
                "the faces of cracks do not come to rest between sticking and sliding", {"residual": least}
            )
        return q

    def _newton(self, q0: Array, W: Array, own: NDArray[np.int64], q: Array) -> tuple[Array | None, float]:
        """Newton's method from q, in whole steps: the exact answer for the states that q says. None: in circles."""
        n, scale, missed = len(q0), float(np.abs(q0).max()), np.inf
        for _ in range(ITERATIONS):
            T, slope = self._law(q, own)
            J = np.eye(2 * n) - np.einsum("ikj,kjl->ikl", W.reshape(2 * n, n, 2), slope).reshape(2 * n, 2 * n)
            q = q - np.linalg.solve(J, (q - q0).ravel() - W @ T.ravel()).reshape(-1, 2)
            T = self._law(q, own)[0]
            missed = float(np.abs((q - q0).ravel() - W @ T.ravel()).max()) / scale
            if missed <= STANDS:
                return q, missed
        return None, missed

    def _swept(self, q0: Array, W: Array, own: NDArray[np.int64]) -> Array:
        """Near the answer, by sweeps over the pieces, each balanced by itself (Gauss-Seidel)."""
        n = len(q0)
        T = np.zeros((n, 2))
        for _ in range(SWEEPS):
            for i, k in enumerate(own.tolist()):
                rows = slice(2 * i, 2 * i + 2)
                A = W[rows, rows] + np.eye(2) / self.stiffness[k]
                free = q0[i] + W[rows] @ T.ravel() - W[rows, rows] @ T[i]
                T[i] = _one(A, free, float(self.friction[k]), float(self.cohesion[k]))
        # The jump of a piece that slides is known by the others, of one that sticks by the spring.
        q = q0 + (W @ T.ravel()).reshape(-1, 2)
        stiffness = self.stiffness[own]
        sticks = np.abs(T[:, 1]) < self.friction[own] * T[:, 0] + self.cohesion[own] * (T[:, 0] > 0.0)
        q[:, 0] = np.where(T[:, 0] > 0.0, -T[:, 0] / stiffness, np.maximum(q[:, 0], 0.0))
        q[:, 1] = np.where(sticks, -T[:, 1] / stiffness, q[:, 1])
        return q

    def _law(self, q: Array, own: NDArray[np.int64]) -> tuple[Array, Array]:
        """T(q) (n, 2) [Pa] and dT / dq (n, 2, 2) [Pa/m]."""
        k, mu, c = self.stiffness[own], self.friction[own], self.cohesion[own]
        g, s = q.T
        touches = g < 0.0
        p = np.where(touches, -k * g, 0.0)
        most = np.where(touches, mu * p + c, 0.0)
        slides = np.abs(k * s) > most
        sense = np.sign(s)
        T = np.column_stack([p, np.where(slides, -sense * most, -k * s)])
        slope = np.zeros((len(q), 2, 2))
        slope[:, 0, 0] = np.where(touches, -k, 0.0)
        slope[:, 1, 0] = np.where(slides & touches, sense * mu * k, 0.0)
        slope[:, 1, 1] = np.where(slides, 0.0, -k)
        return T, slope


def _one(A: Array, free: Array, friction: float, cohesion: float) -> Array:
    """Pressure and shear stress of one piece whose jump is free + A T: sticks, slides one way or the other, or open."""
    T = -np.linalg.solve(A, free)
    if T[0] >= 0.0 and abs(T[1]) <= friction * T[0] + cohesion:
        return np.asarray(T)
    for sense in (1.0, -1.0):
        # tau = -sense (mu p + c), opening 0
        pressure = -(free[0] - A[0, 1] * sense * cohesion) / (A[0, 0] - A[0, 1] * sense * friction)
        shear = -sense * (friction * pressure + cohesion)
        if pressure > 0.0 and sense * (free[1] + A[1, 0] * pressure + A[1, 1] * shear) >= 0.0:
            return np.array([pressure, shear])
    return np.zeros(2)


def _checked(law: Joint, name: str) -> tuple[float, float]:
    """tan phi and cohesion [Pa]."""
    if law.law != "mohr-coulomb" or law.normal_stiffness is not None or law.shear_stiffness is not None:
        raise InputError(
            explain(
                "a law that the faces of a crack do not take",
                where=f"crack {name!r}",
                expected="mohr-coulomb without stiffness: friction and cohesion",
                got=f"{law.law}" + (", with a stiffness" if law.law == "mohr-coulomb" else ""),
                do="give the crack a joint law of its own name with a friction angle",
            )
        )
    return float(law.friction_coefficient(slip=[0.0])[0]), law.cohesion


def refuse_motion(name: str, got: str = "motion in time") -> InputError:
    """Faces that touch beside a tip, where that is not linear statics."""
    return InputError(
        explain(
            "cracks with tips whose faces touch",
            where=f"crack {name!r}",
            expected="statics of one body without other joints: the branch functions of a tip hold for small slip",
            got=got,
            do="cut with add_joint where faces are to touch (in a case file geometry.joints), or leave out the laws",
        )
    )
