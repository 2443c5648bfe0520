"""Blocks (DDA) as a participant, with contact among them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from couplers import Mesh
from dda.errors import InputError, StepFailure, explain
from dda.loads import HeldPoint, PointLoad
from harmony.participants.interface import DISPLACEMENT, FORCE, VELOCITY, Interface

if TYPE_CHECKING:
    import dda

__all__ = ["BlocksParticipant", "edges_along"]

type Array = NDArray[np.float64]

STIFF = 1e3
"""Stiffness of the springs on points whose displacement is given, over the largest modulus [-]: they give way by their
force over 1e3 E. Larger ones make the open-close iteration slow."""
ON_LINE = 1e-9
"""Distance of a block's corner from a line within which it lies on it, over the line's length [-]."""
TIGHT = 1e-10
"""Unbalanced force of a static step, over weight or load [-]: below what the coupling iteration resolves."""

ROUNDING = 1e-9
"""Of a step: what is left of an exchange below this is no step more [-]."""


class BlocksParticipant(Interface):
    """A `dda.Simulation` that reads `Force` or `Displacement` at points of its blocks and writes the other.

    interface: points (n, 2) [m] in the initial geometry, or a mesh, as `edges_along` gives it with the block of each
    point; blocks absent: the first moving one that has the point. Force given: point loads, linear in time within a
    step; exact. Displacement given: springs of `stiffness` [N/m] to where the points should be, whose force is written.
    Velocity can be written too. analysis: "dynamic", or "static", where each step relaxes to equilibrium, to
    `tolerance`. time_step [s]: longest step between two exchanges, None takes each window; the simulation takes its own
    steps dt within, and goes on from where it stands. frictionless: of a force that is read only the normal part acts.
    """

    def __init__(
        self,
        name: str,
        sim: "dda.Simulation",
        interface: Mesh | ArrayLike,
        reads: str = FORCE,
        blocks: Sequence[int] | None = None,
        analysis: str = "dynamic",
        stiffness: float | None = None,
        tolerance: float = TIGHT,
        time_step: float | None = None,
        names: dict[str, str] | None = None,
        frictionless: bool = False,
    ) -> None:
        super().__init__(name, interface, reads, names, (FORCE, DISPLACEMENT), frictionless)
        if frictionless and reads == DISPLACEMENT:
            raise InputError(f"participant '{name}': springs hold blocks along the interface too; let it read {FORCE}")
        self.sim, self.time_step = sim, time_step
        self.analysis, self.tolerance = analysis, tolerance
        self.blocks = [self._block(p) for p in self.points] if blocks is None else list(blocks)
        model = sim.model
        self._own = list(model.point_loads), list(model.held_points)
        young = max(block.material.young for block in model.blocks)
        self.stiffness = STIFF * young if stiffness is None else float(stiffness)
        self.given, self._fresh = np.zeros_like(self.points), True
        self._rate, self._force = np.zeros_like(self.points), np.zeros_like(self.points)

    def initialize(self) -> None:
        """Where the points are now counts as given; a participant that has moved goes on with what it was given."""
        if self._fresh and self.reads == DISPLACEMENT:
            self.given = self._displacements()
        self._next, self._fresh = self.given, False

    def read(self, data: str, values: Array) -> None:
        """Force on the blocks, or displacement, at the end of the step that follows."""
        self._require_read(data)
        self._next = np.array(values, dtype=float).reshape(-1, 2)
        if self.normals is not None:
            self._next = (self.normals @ (self.normals.T @ self._next.reshape(-1))).reshape(-1, 2)

    def _free(self) -> str:
        """What to do where blocks are held by nothing but given forces, which need not hold them in an iteration."""
        model = self.sim.model
        held = any(b.fixed for b in model.blocks) or self._own[1] or model.fixed_points
        if self.reads != FORCE or held:
            return ""
        return (
            "; nothing holds its blocks but the force that it is given, and in an iteration that is not yet right: "
            "let it read Displacement, and the other one Force"
        )

    def write(self, data: str) -> Array:
        """Displacement of the points, or the force that the blocks exert there: that of their springs, turned round."""
        if self._kind(data) == VELOCITY:
            return np.array([self.sim.point(b, p).velocity for b, p in zip(self.blocks, self.points, strict=True)])
        u = self._displacements()
        return u if self._kind(data) == DISPLACEMENT else self._force

    def rate_of(self, data: str) -> Array | None:
        """Velocity of the points, where the data is their displacement [m/s]."""
        return self.write(self.names[VELOCITY]) if self._kind(data) == DISPLACEMENT else None

    def advance(self, dt: float) -> None:
        """Steps of the simulation, or one relaxation."""
        begin, end = self.sim.time, self.sim.time + dt
        if self.analysis == "static":
            self._put(begin, end)
            settled = self.sim.settle(tolerance=self.tolerance)
            if not settled.converged:
                raise StepFailure(f"participant '{self.name}' does not relax: {settled.reason}{self._free()}")
            if self.reads == DISPLACEMENT:
                self._rate = np.zeros_like(self._next)
                self._force = -self.stiffness * (self._next - self._displacements())
        elif self.reads == DISPLACEMENT:
            self._follow(begin, end)
        else:
            self._put(begin, end)
            self.sim.run(until=end)
        self.given = self._next

    def _put(self, begin: float, end: float) -> None:
        """Loads or springs of the interface over this step; static ones do not change in time."""
        model = self.sim.model
        loads, springs = self._own
        new, old = self._next, self._next if self.analysis == "static" else self.given
        if self.reads == FORCE:
            # Two loads that fade in and out make a force that turns and grows: (1 - s) F_0 + s F_1.
            fade, rise = np.array([[begin, 1.0], [end, 0.0]]), np.array([[begin, 0.0], [end, 1.0]])
            model.point_loads = list(loads)
            for block, point, f0, f1 in zip(self.blocks, self.points, old, new, strict=True):
                at = (float(point[0]), float(point[1]))
                for force, history in ((f0, fade), (f1, rise)):
                    if force.any():
                        model.point_loads.append(PointLoad(block, at, (float(force[0]), float(force[1])), history))
            if self.analysis == "static":
                constant = [replace(load, history=None) for load in model.point_loads[len(loads) :: 2]]
                model.point_loads = [*loads, *constant]
        else:
            model.held_points = [*springs, *self._springs(begin, new, end, new)]
        self.sim.revise(model)

    def _follow(self, begin: float, end: float) -> None:
        """Follow the given displacement g with springs, in as many steps h as the simulation needs.

        All schemes go through a step with constant acceleration, v_1 = 2 (u_1 - u_0) / h - v_0, and so does g here over
        the time W between two exchanges; a linear way would be struck at its every turn, once a window, and steps
        within would ring from the blow. Let p = u + f / k be where the spring of a point, of stiffness k and force f,
        is held. Put on g at the end of each step, it would keep an error of its speed for ever, w_1 = -w_0; so it is
        held half way between g_1 and where the mean speed leads,

            p_1 = (g_1 + p_0 + h (v_0 + dg/dt_1) / 2) / 2,

        which is g_1 where p_0 = g_0 and v_0 = dg/dt_0, and takes errors e = p - g and w to (e + h w / 2) / 2 and
        -e / h - w / 2: the square of this map is zero. Told is the force at the end, k (u_1 - p_1). A mass, soft or
        stiff, that is driven so by a spring keeps or loses energy with any number of steps of scheme shi; with
        conserving only one step is safe.
        """
        old, rate, W = self.given, self._rate, end - begin
        turn = (self._next - old - rate * W) / W**2
        count = max(1, int(np.ceil(W / self.sim.dt - ROUNDING)))
        if self.sim.scheme == "conserving" and count > 1:
            raise InputError(
                explain(
                    "blocks that read Displacement cannot take several conserving steps between two exchanges",
                    where=f"participant '{self.name}'",
                    expected=f"one step of {self.sim.dt:g} s, or scheme shi, which damps what each exchange excites",
                    got=f"{count} steps in {W:g} s",
                    do="exchange at every step, take scheme shi, or let them read Force",
                )
            )
        for k in range(1, count + 1):
            now, part = self.sim.time, W * k / count
            points = [self.sim.point(b, p) for b, p in zip(self.blocks, self.points, strict=True)]
            u, v = np.array([p.displacement for p in points]), np.array([p.velocity for p in points])
            there = old + rate * part + turn * part**2 if k < count else self._next
            held = u - self._force / self.stiffness
            goal = 0.5 * (there + held + 0.5 * (begin + part - now) * (v + rate + 2.0 * turn * part))
            self.sim.model.held_points = [*self._own[1], *self._springs(now, held, begin + part, goal)]
            self.sim.revise(self.sim.model)
            self.sim.run(until=begin + part)
            self._force = self.stiffness * (self._displacements() - goal)
        self._rate = rate + 2.0 * turn * W

    def _springs(self, begin: float, u0: Array, end: float, u1: Array) -> list[HeldPoint]:
        """To a displacement that goes from u0 to u1."""
        return [
            HeldPoint(block, (float(at[0]), float(at[1])), self.stiffness, np.array([[begin, *a], [end, *b]]))
            for block, at, a, b in zip(self.blocks, self.points, u0, u1, strict=True)
        ]

    def _displacements(self) -> Array:
        return np.array([self.sim.point(b, p).displacement for b, p in zip(self.blocks, self.points, strict=True)])

    def begin(self) -> None:
        """Time 0 is now: relaxation takes no time."""

    def save(self) -> Any:
        """The bytes of the simulation, and what passed the interface last."""
        return self.sim.save(), self.given, self._rate, self._force

    def restore(self, state: Any) -> None:
        """Into the same simulation."""
        blob, self.given, self._rate, self._force = state
        self.sim.restore(blob)

    def _block(self, point: Array) -> int:
        blocks = self.sim.model.blocks
        for index, block in enumerate(blocks):
            if not block.fixed and block.contains((float(point[0]), float(point[1]))):
                return index
        raise InputError(
            explain(
                "no moving block at an interface point",
                where=f"participant '{self.name}'",
                expected="points on the boundary of moving blocks",
                got=f"({point[0]:g}, {point[1]:g}) m",
                do="move the point, or name the blocks",
            )
        )


def edges_along(model: "dda.Model", polyline: ArrayLike) -> tuple[Mesh, list[int]]:
    """The edges of moving blocks that lie on a polyline [m], as a mesh in which each edge has its own two points, and
    the block of each point: a field on it may jump between blocks, as they do."""
    import shapely

    line = shapely.LineString(np.asarray(polyline, dtype=float))
    near = ON_LINE * line.length
    found = []
    for index, block in enumerate(model.blocks):
        corners = np.asarray(block.vertices)
        for ends in zip(corners, np.roll(corners, -1, axis=0), strict=True):
            a, b = (shapely.Point(end) for end in ends)
            middle = shapely.Point((ends[0] + ends[1]) / 2)
            if not block.fixed and max(line.distance(a), line.distance(b), line.distance(middle)) <= near:
                order = sorted((float(line.project(p)), p.x, p.y) for p in (a, b))
                found.append((order[0][0], index, [item[1:] for item in order]))
    if not found:
        raise InputError(
            explain(
                "no edge of a block on the interface",
                where="interface, along",
                expected="a line on the boundary of moving blocks",
                got=np.round(np.asarray(polyline, dtype=float), 6).tolist(),
                do="move the line",
            )
        )
    found.sort(key=lambda item: item[0])
    points = np.array([point for *_, ends in found for point in ends])
    edges = np.arange(len(points)).reshape(-1, 2)
    return Mesh(points, edges), [index for _, index, _ in found for _ in range(2)]
