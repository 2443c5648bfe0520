"""Joints that slip: interface terms of zero thickness with Mohr-Coulomb's law, in static equilibrium.

With [u] = u_a - u_b the jump across a joint, n the normal out of side a and t = (-n_y, n_x) along it,

    w_n = -n . [u]  opening,   w_s = t . [u]  shear displacement,
    s_n = k_n w_n,   s_s = k_s (w_s - p),   |s_s| <= c - s_n tan(phi),   s_n <= T,

s_n effective, tension positive; p is the slip, without dilation, so that the tangent is not symmetric. A point that
opens beyond its tensile strength T is broken: it has lost c and T for good and carries pressure and friction only.
Cohesion stays where a joint slips without opening, as limit analysis has it (blocks lose theirs).

The terms are integrated at pairs of nodes (Lobatto: ends 1/6 and middle 4/6 of a side of degree 2, ends 1/2 of degree
1), so that every pair is a contact of its own and tractions do not swing from node to node.
"""

import numpy as np
from numpy.typing import NDArray

from dda.errors import InputError, explain
from dda.joint import Joint
from harmony.fem.boundary import Entries, entries
from harmony.fem.lagrange import Lagrange
from nmm.model import Model

__all__ = ["UNDECIDED", "Interface", "interface_of", "reason_of", "undecided"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

RIGID = 10.0
"""Stiffness of a joint without one, over E / h of the element beside it [-]: the joint gives way by a tenth of what one
element does. Usual 10; ten times more makes Newton slow, ten times less is a filling."""

SHARES = {1: np.array([1.0, 1.0]) / 2, 2: np.array([1.0, 1.0, 4.0]) / 6}
"""Lobatto weights of the nodes of a side over its length, by degree: both ends, then the middle."""

UNDECIDED = (
    "where rock yields beside joints that slip Newton may stop short of a limit that exists, so this is no sign that "
    "the body fails; let the rock be elastic, or make the joint a thin material of its own (region:), or use method dda"
)


def interface_of(model: Model, lagrange: Lagrange) -> "Interface | None":
    """The joints of a mesh that have a law; None where there are none."""
    laws = [model.named_joints.get(trace.name, model.joint) for trace in model.traces]
    mesh = lagrange.mesh
    sides = np.array([k for k, trace in enumerate(mesh.trace.tolist()) if laws[trace] is not None], dtype=np.int64)
    return Interface(model, lagrange, sides, laws) if len(sides) else None


def reason_of(model: Model, share: float) -> str:
    """Why nothing was found but equilibrium of a share of what was out of balance [-]: what that says of the body."""
    found = f"only {share:.1%} of what was out of balance finds equilibrium"
    return f"{found}: {UNDECIDED}" if undecided(model) else f"{found}: the body is a mechanism"


def undecided(model: Model) -> bool:
    """Rock that yields beside joints that slip: an equilibrium that is found is one, but Newton may miss one."""
    laws = [model.named_joints.get(trace.name, model.joint) for trace in model.traces]
    return any(law is not None for law in laws) and any(not material.linear for material in model.materials)


class Interface:
    """Pairs of nodes that face each other across joints.

    a, b (p,): nodes; points (p, 2) m; normal (p, 2) out of a; weight (p,) m; state (p, 3): slip [m], whether broken,
    and slip along the whole way [m]; traction (p, 2): s_n, s_s [Pa] of the last equilibrium.
    """

    def __init__(self, model: Model, lagrange: Lagrange, sides: Index, laws: list[Joint | None]) -> None:
        mesh = lagrange.mesh
        cell_a, side_a, cell_b, side_b = mesh.joints[sides].T
        ends = mesh.ends(cell_a, side_a)
        d = ends[:, 2:] - ends[:, :2]
        length = np.hypot(*d.T)
        shares = SHARES[lagrange.degree]
        q = len(shares)
        place_b = lagrange.on_side(side_b)[:, [1, 0, 2][:q]]  # b runs the other way along the same side
        self.a = np.take_along_axis(lagrange.cells[cell_a], lagrange.on_side(side_a), axis=1).ravel()
        self.b = np.take_along_axis(lagrange.cells[cell_b], place_b, axis=1).ravel()
        self.count = lagrange.count
        self.normal = np.repeat(np.column_stack([d[:, 1], -d[:, 0]]) / length[:, None], q, axis=0)
        self.along = np.column_stack([-self.normal[:, 1], self.normal[:, 0]])
        self.weight = (length[:, None] * shares).ravel()
        self.points = lagrange.points[self.a]
        self.trace = np.repeat(mesh.trace[sides], q)
        young = np.array([material.young for material in model.materials])[mesh.material]
        rigid = np.repeat(RIGID * np.maximum(young[cell_a], young[cell_b]) / length, q)
        numbers = np.array([(0.0,) * 5 if law is None else _numbers(law) for law in laws])[self.trace]
        self.friction, self.cohesion, self.tension = numbers[:, :3].T
        self.stiffness = np.where(numbers[:, 3:] > 0.0, numbers[:, 3:], rigid[:, None])
        self.state: Array = np.zeros((len(self.a), 3))
        self.traction: Array = np.zeros((len(self.a), 2))

    # -- the law ------------------------------------------------------------------------------------------------------

    def jump(self, u: Array) -> Array:
        """(w_n, w_s) [m] of node values (nodes, 2), (p, 2)."""
        jump = u[self.a] - u[self.b]
        return np.column_stack([-(jump * self.normal).sum(axis=1), (jump * self.along).sum(axis=1)])

    def evaluate(self, u: Array) -> tuple[Array, Array, Array]:
        """Traction (p, 2) [Pa], its derivatives by the jump (p, 2, 2) [Pa/m], and the new state, at u."""
        w, (k_n, k_s) = self.jump(u), self.stiffness.T
        slip, broken, way = self.state.T
        whole = broken == 0.0
        c, T = self.cohesion * whole, self.tension * whole
        s_n = k_n * w[:, 0]
        closed = s_n <= T
        s_n = np.where(closed, s_n, 0.0)
        tried = k_s * (w[:, 1] - slip)
        strength = np.where(closed, np.maximum(c - s_n * self.friction, 0.0), 0.0)
        slides = closed & (np.abs(tried) > strength)
        s_s = np.where(slides, np.sign(tried) * strength, np.where(closed, tried, 0.0))
        tangent = np.zeros((len(w), 2, 2))
        tangent[:, 0, 0] = k_n * closed
        tangent[:, 1, 1] = k_s * (closed & ~slides)
        tangent[:, 1, 0] = np.where(slides & (strength > 0.0), -np.sign(tried) * self.friction * k_n, 0.0)
        moved = np.where(closed, np.where(slides, w[:, 1] - s_s / k_s, slip), w[:, 1])
        state = np.column_stack([moved, np.where(closed, broken, 1.0), way + np.abs(moved - slip)])
        return np.column_stack([s_n, s_s]), tangent, state

    @property
    def elastic(self) -> Array:
        """The tangent without slip, (p, 2, 2)."""
        return self.stiffness[:, :, None] * np.eye(2)

    def accept(self, traction: Array, state: Array) -> float:
        """The last equilibrium is this; returns what friction took on the way, by the traction at its end [J/m]."""
        taken = float((self.weight * np.abs(traction[:, 1]) * (state[:, 2] - self.state[:, 2])).sum())
        self.traction, self.state = traction, state
        return taken

    # -- over the nodes -----------------------------------------------------------------------------------------------

    def forces(self, traction: Array) -> Array:
        """int [N] (-s_n n + s_s t) ds, (nodes, 2) N/m."""
        f = self.weight[:, None] * (traction[:, 1:] * self.along - traction[:, :1] * self.normal)
        found = np.zeros((self.count, 2))
        np.add.at(found, self.a, f)
        np.add.at(found, self.b, -f)
        return found

    def entries(self, tangent: Array) -> Entries:
        """Entries of the matrix for derivatives (p, 2, 2)."""
        R = np.stack([-self.normal, self.along], axis=1)  # w = R [u]
        K = self.weight[:, None, None] * np.einsum("pri,prs,psj->pij", R, tangent, R)
        sign = np.array([[1.0, -1.0], [-1.0, 1.0]])
        return entries(np.column_stack([self.a, self.b]), sign[:, :, None, None] * K[:, None, None])

    def pressed(self, pressure: Array) -> Array:
        """What a pressure (p,) [Pa] in the joints does: it pushes both sides apart, (nodes, 2) N/m."""
        return -self.forces(np.column_stack([-pressure, np.zeros(len(pressure))]))

    # -- checkpoints --------------------------------------------------------------------------------------------------

    @property
    def numbers(self) -> Array:
        """The state for a checkpoint."""
        return np.concatenate([self.state.ravel(), self.traction.ravel()])

    def take(self, numbers: Array) -> None:
        """The state that `numbers` told."""
        state, traction = np.split(numbers, [self.state.size])
        self.state, self.traction = state.reshape(-1, 3).copy(), traction.reshape(-1, 2).copy()


def _numbers(law: Joint) -> tuple[float, ...]:
    """tan(phi), c, T, k_n, k_s; zero stiffness is rigid."""
    if law.law != "mohr-coulomb":
        raise InputError(
            explain(
                "a friction law that finite elements do not know",
                where="joints",
                expected="mohr-coulomb",
                got=law.law,
                do="use mohr-coulomb, or method: dda or nmm",
            )
        )
    stiffness = law.normal_stiffness or 0.0, law.shear_stiffness or 0.0
    return float(law.friction_coefficient()), law.cohesion, law.tension, *stiffness
