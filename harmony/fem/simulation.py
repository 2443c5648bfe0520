"""A run of a model by finite elements."""

from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dda.advance import advance_by
from dda.checks import array, number, unknown
from dda.contact_table import DTYPE as CONTACT_DTYPE
from dda.errors import InputError, explain
from dda.ledger import ENERGIES
from dda.simulation import Settlement
from dda.simulation_checks import saved_bytes
from harmony.fem.algebra import RESIDUAL, SOLVERS, Equations, added
from harmony.fem.conditions import Conditions
from harmony.fem.elastic import Elasticity
from harmony.fem.forms import Forms
from harmony.fem.interface import Interface, reason_of
from harmony.fem.lagrange import DEGREES, Lagrange
from harmony.fem.mesh import TriangleMesh
from harmony.fem.mesher import mesh_model
from harmony.fem.modes import lowest_modes
from harmony.fem.motion import Motion
from harmony.fem.norms import displacement_norm, strain_norm
from harmony.fem.plasticity import Plasticity
from harmony.fem.space import Space
from nmm.locate import Locator
from nmm.model import Model, require_bodies
from nmm.motion import THETA, Ledger, State
from nmm.readout import PointState

__all__ = ["Simulation"]

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]


# Load steps for every step that `settle` may take [-].
LOAD_STEPS = 50


class Simulation:
    """Finite elements on a model: triangles of degree 1 or 2. Under MPI every rank makes the same calls and has all
    results; the assembly and the solution are shared out.

    mesh: absent = made by `mesh_model`. solver: "mumps", "gamg" or "auto", by size. dt: nominal time step [s]. scheme:
    "shi" (Newmark 1/2, 1, damped; default) or "conserving" (trapezoidal).

    Raises `InputError` for a model that cannot be right, `StepFailure` when the equations cannot be solved.

    >>> import dda, nmm
    >>> from harmony.fem import Simulation
    >>> model = nmm.Model(gravity=(0.0, 0.0), plane="stress")
    >>> rock = dda.Material(density=2600.0, young=5e9, poisson=0.0)
    >>> bar = model.add_body([(0, 0), (2, 0), (2, 1), (0, 1)], rock)
    >>> model.fix([(0, 0), (0, 1)])
    >>> model.add_traction([(2, 0), (2, 1)], (5e6, 0.0))
    >>> sim = Simulation(model)
    >>> sim.settle().converged
    True
    >>> round(float(sim.at([(2.0, 0.5)]).displacement[0, 0]), 9)
    0.002
    """

    def __init__(
        self,
        model: Model,
        mesh: TriangleMesh | None = None,
        degree: int = 2,
        solver: Literal["auto", "mumps", "gamg"] = "auto",
        *,
        dt: float = 1e-3,
        scheme: str | None = None,
    ) -> None:
        require_bodies(model, "Simulation")
        if degree not in DEGREES:
            raise unknown("degree", degree, [str(d) for d in DEGREES], "Simulation")
        if solver not in SOLVERS:
            raise unknown("solver", solver, SOLVERS, "Simulation")
        self.mesh = mesh_model(model) if mesh is None else mesh
        self.solver, self.degree = solver, degree
        self.lagrange = Lagrange(self.mesh, degree)
        cells = self.mesh.cells
        self.locator = Locator(self.mesh.points[cells].reshape(-1, 2), 3 * np.arange(len(cells) + 1), self.mesh.body)
        self.space = Space(self.lagrange)
        self.unknowns: Array = np.zeros((self.lagrange.count, 2))
        self.rates: Array = np.zeros_like(self.unknowns)
        self._start: Array = np.zeros_like(self.unknowns)
        self.time, self.dt = 0.0, number(dt, "Simulation", "dt", unit="s", above=0.0)
        self.scheme = "shi" if scheme is None else scheme
        if self.scheme not in THETA:
            raise unknown("scheme", scheme, THETA, "Simulation")
        self._ledger: Ledger | None = None
        self.steps = self.substeps = 0
        self._residual, self._iterations = 0.0, 0
        self.plasticity: Plasticity | None = None
        self.revise(model)

    def revise(self, model: Model) -> None:
        """Take the joints, loads and supports of `model`, which has the same bodies; the state stays."""
        if model.cracks:
            raise InputError("Simulation: cracks have no finite elements in this version; use nmm.Simulation")
        self.model = model
        self.elasticity = Elasticity(model, self.mesh.material, self.mesh.body)
        self.conditions = Conditions(model, self.lagrange, self.elasticity, self.locator)
        self._motion: Motion | None = None
        before, self.plasticity = self.plasticity, None
        if any(not material.linear for material in model.materials) or self.conditions.interface is not None:
            self.plasticity = Plasticity(self.space, self.conditions)
            if before is not None:
                self.plasticity.begin_as(before)

    # -- motion -------------------------------------------------------------------------------------------------------

    def run(self, until: float | None = None, steps: int | None = None) -> None:
        """Go on to the time `until` [s] (the last step is shortened to meet it), or by `steps` nominal steps of dt."""
        advance_by(self._advance, lambda: self.time, self.dt, until, steps)

    def _advance(self, h: float) -> None:
        if self.conditions.interface is not None:
            raise InputError("Simulation.run: joints that slip are static; use settle, or dda and nmm in motion")
        motion, ledger = self._moving, self._book
        self.unknowns, self.rates, self.time, _ = motion.step(State(self.unknowns, self.rates, self.time), h, ledger)
        self.steps = self.substeps = self.steps + 1
        self._residual = motion.residual

    @property
    def _moving(self) -> Motion:
        """The matrices of motion, made when they are first needed."""
        if self._motion is None:
            self._motion = Motion(Forms(self.space, self.conditions), self.scheme, self.solver, self.plasticity)
            if self._ledger is None and self.time == 0.0:
                self.rates = self._motion.forms.first_rates()
        return self._motion

    @property
    def _book(self) -> Ledger:
        """The ledger, begun with what statics has left."""
        if self._ledger is None:
            static = self.energy
            self._ledger = Ledger()
            self._moving.start(self._ledger, State(self.unknowns, self.rates, self.time), static)
        return self._ledger

    def modes(self, count: int) -> tuple[Array, Array]:
        """The lowest natural modes: node values (nodes, 2, count), with M-norm 1, and circular frequencies [rad/s]."""
        return lowest_modes(self._moving.forms, count)

    def frequencies(self, count: int) -> Array:
        """The lowest natural circular frequencies [rad/s], those of rigid motions of what is not held included."""
        return self.modes(count)[1]

    def reset(self, displacement: bool = True, energy: bool = True, slip: bool = False) -> None:
        """Count displacements, or energies, from here."""
        if displacement:
            self._start = self.unknowns.copy()
        if energy:
            self._ledger = Ledger()
            self._moving.start(self._ledger, State(self.unknowns, self.rates, self.time), None)

    # -- solution -----------------------------------------------------------------------------------------------------

    def solve(self) -> None:
        """Linear static equilibrium under all loads of the present time, from the undeformed state."""
        c = self.conditions
        stuck = [] if c.interface is None else [c.interface.entries(c.interface.elastic)]
        matrix = added(self.space, self.elasticity.stiffness(self.space), [*c.springs, *stuck])
        equations = Equations(self.space, matrix, c.constraints_at(self.time), self.solver)
        loads = c.weight + c.initial + c.surface_at(self.time) - c.inertia_at(self.time) + c.pull_at(self.time)
        solved = equations.solve(loads)
        self.unknowns, self._iterations, self._residual = solved.u, solved.iterations, solved.residual

    def settle(self, tolerance: float = 1e-6, max_steps: int = 1000, stuck: bool = False) -> Settlement:
        """Equilibrium as `dda.Simulation.settle` gives it, one step: a linear solve, or where materials yield Newton's
        iteration from the present state, in at most `max_steps` load steps. stuck: nothing yields."""
        before, old = self.displacements, State(self.unknowns, self.rates, self.time)
        if self.plasticity is not None and not stuck:
            return self._yielding(self.plasticity, tolerance, max_steps * LOAD_STEPS)
        self.solve()
        if self._ledger is not None:
            self.unknowns, self.rates, self.time, _ = self._moving.relax(old, self.unknowns, self._ledger)
        self.steps = self.substeps = self.steps + 1
        moved = float(np.linalg.norm(self.displacements - before, axis=1).max())
        return Settlement(self._residual <= max(tolerance, RESIDUAL), self._residual, 1, moved, "")

    def _yielding(self, plasticity: Plasticity, tolerance: float, steps: int) -> Settlement:
        before = self.displacements
        joints, places = self.joints, self.conditions.constraints_at(self.time).dofs[1]
        pushed = joints is not None and bool(places.any())  # far beyond what sticks: begin at rest
        if not plasticity.strain.any() and not pushed:
            self.solve()  # nothing has yielded yet: elastic first, then what is too much is let go
        self.unknowns, found = plasticity.settle(self.unknowns, self.time, self.solver, tolerance, steps)
        self._iterations, self._residual, self._ledger = found.iterations, found.residual, None
        self.steps = self.substeps = self.steps + 1
        moved = float(np.linalg.norm(self.displacements - before, axis=1).max())
        reason = "" if found.found else reason_of(self.model, found.share)
        return Settlement(found.found, found.residual, 1, moved, reason)

    def save(self) -> bytes:
        """The whole state; `load` continues from it with the same bits."""
        ledger = [] if self._ledger is None else self._ledger.numbers
        head = np.array([self.steps, self.time, self._motion is not None, *ledger])
        parts = [np.array([len(head)], dtype=float), head, self.unknowns, self.rates, self._start]
        if self.plasticity is not None:
            parts.append(self.plasticity.numbers)
        return b"".join(part.tobytes() for part in parts)

    @classmethod
    def load(cls, model: Model, state: bytes, **options: Any) -> "Simulation":
        """A run that continues from `save()`; the model and options are those of the run that was saved."""
        sim = cls(model, **options)
        numbers = np.frombuffer(saved_bytes(state)) if len(state) % 8 == 0 and state else np.zeros(1)
        head, n = int(min(abs(numbers[0]), len(numbers))), sim.unknowns.size
        own = 0 if sim.plasticity is None else len(sim.plasticity.numbers)
        if head < 3 or len(numbers) != 1 + head + 3 * n + own:
            raise InputError(
                explain(
                    "not the state of this model",
                    where="Simulation.load",
                    expected="the bytes of Simulation.save() of the same model",
                    got=f"{len(state)} bytes",
                    do="start the run anew",
                )
            )
        sim.steps = sim.substeps = int(numbers[1])
        sim.time = float(numbers[2])
        if numbers[3]:
            _ = sim._moving
        if head > 3:
            sim._ledger = Ledger.from_numbers(numbers[4 : 1 + head])
        fields, rest = np.split(numbers[1 + head :], [3 * n])
        sim.unknowns, sim.rates, sim._start = (a.reshape(-1, 2).copy() for a in np.split(fields, 3))
        if sim.plasticity is not None:
            sim.plasticity.take(rest)
        return sim

    # -- state --------------------------------------------------------------------------------------------------------

    def at(self, points: ArrayLike, body: int | None = None) -> PointState:
        """Displacement and stress at points (n, 2) [m] of the undeformed geometry; between elements of the first."""
        x = array(points, "Simulation.at", "points", shape=(None, 2), unit="m")
        return self._state(self.locator.require(x, "Simulation.at", body), x)

    def point(self, element: int, point: ArrayLike) -> PointState:
        """A point [m] of an element, in the undeformed geometry; one row."""
        x = array(point, "Simulation.point", "point", shape=(2,), unit="m")[None]
        return PointState(*(part[0] for part in self._state(np.array([element]), x)))

    def _state(self, cell: Index, x: Array) -> PointState:
        u = self.lagrange.evaluate(cell, x, self.unknowns)
        moved = self.lagrange.evaluate(cell, x, self.unknowns - self._start)[:, :2]
        v = self.lagrange.evaluate(cell, x, self._speeds)[:, :2]
        return PointState(x + u[:, :2], moved, v, self._stress(cell, x, u))

    def _stress(self, cell: Index, x: Array, u: Array) -> Array:
        """(xx, yy, xy) [Pa] at points of cells, (n, 3)."""
        if self.plasticity is None or not self.plasticity.everywhere.any():
            return self.elasticity.stress(cell, u)
        return self.plasticity.stress_at(cell, x)

    @property
    def _speeds(self) -> Array:
        """Velocities of the nodes now: before the first step those that the bodies were given."""
        if self._motion is None and any(any(body.velocity) for body in self.model.bodies):
            _ = self._moving
        return self.rates

    def _at_middle(self, u: Array) -> Array:
        """Value and gradient of node values at the centroids, (m, 6)."""
        return self.lagrange.evaluate(np.arange(self.mesh.count), self.mesh.centroids, u)

    @property
    def _middle(self) -> Array:
        """ux, uy [m], ux_x, ux_y, uy_x, uy_y [-] at the centroids, (m, 6)."""
        return self._at_middle(self.unknowns)

    @property
    def elements(self) -> int:
        """Number of elements; all arrays below have one row an element."""
        return self.mesh.count

    @property
    def centroids(self) -> Array:
        """Of the elements now, (m, 2) m."""
        return self.mesh.centroids + self._middle[:, :2]

    @property
    def displacements(self) -> Array:
        """At the elements' centroids since the start, (m, 2) m."""
        return self._at_middle(self.unknowns - self._start)[:, :2]

    @property
    def rotations(self) -> Array:
        """(m,) rad since the start, counter-clockwise: (uy_x - ux_y) / 2."""
        u = self._at_middle(self.unknowns - self._start)
        return np.asarray((u[:, 4] - u[:, 3]) / 2)

    @property
    def stresses(self) -> Array:
        """At the elements' centroids, (m, 3) Pa as (xx, yy, xy), tension positive."""
        return self._stress(np.arange(self.mesh.count), self.mesh.centroids, self._middle)

    @property
    def stresses_zz(self) -> Array:
        """At the elements' centroids, out of plane, (m,) Pa; without that of the initial stress."""
        if self.plasticity is not None and self.plasticity.everywhere.any():
            return np.asarray(self.plasticity.everywhere[..., 2].mean(axis=1))
        return self.elasticity.stress_zz(np.arange(self.mesh.count), self._middle)

    @property
    def masses(self) -> Array:
        """(m,) kg per metre of thickness."""
        return self.elasticity.density * self.mesh.areas

    @property
    def all_vertices(self) -> tuple[Array, Index]:
        """Vertices of all elements now (3 m, 2) m, and the offsets (m + 1,) of the elements."""
        points, offsets = self.mesh.polygons
        return points + self.unknowns[self.mesh.cells.ravel()], offsets

    @property
    def velocities(self) -> Array:
        """At the elements' centroids, (m, 2) m/s."""
        return self._at_middle(self._speeds)[:, :2]

    @property
    def angular_velocities(self) -> Array:
        """(m,) rad/s, counter-clockwise."""
        v = self._at_middle(self._speeds)
        return np.asarray((v[:, 4] - v[:, 3]) / 2)

    @property
    def slips(self) -> Array:
        """Slip of each vertex along the joint that it lies on (3 m,) m."""
        nodes, joints = np.zeros(self.lagrange.count), self.joints
        if joints is not None:
            for side in (joints.a, joints.b):
                np.maximum.at(nodes, side, joints.state[:, 2])
        return np.asarray(nodes[self.mesh.cells].ravel())

    @property
    def joints(self) -> Interface | None:
        """The joints that slip: pairs of nodes, their traction and slip; None where there are none."""
        return self.conditions.interface

    @property
    def contacts(self) -> NDArray[Any]:
        """No contacts: an empty array of the fields that `dda.Simulation.contacts` has."""
        return np.empty(0, dtype=CONTACT_DTYPE)

    @property
    def report(self) -> dict[str, float]:
        """The last solution: residual over the load, iterations of the linear solver."""
        newton = {} if self._motion is None or self.plasticity is None else {"newton": float(self._motion.iterations)}
        return {"residual": self._residual, "iterations": float(self._iterations)} | newton

    @property
    def totals(self) -> dict[str, float]:
        """Sizes: unknowns; of bodies that are not linear: `untrusted`, points times equilibria that a learned law
        answered by its fall-back, since this object was made."""
        untrusted = {} if self.plasticity is None else {"untrusted": float(self.plasticity.untrusted)}
        return {"unknowns": float(self.space.unknowns)} | untrusted

    @property
    def peak_speed(self) -> float:
        """Largest speed of an element now [m/s]."""
        return float(np.linalg.norm(self.velocities, axis=1).max())

    @property
    def energy(self) -> dict[str, float]:
        """The ledger of `dda` [J/m]. Linear statics is the end of a slow loading: external = strain + potential; motion
        books every energy by its own formula, drift is what is left."""
        if self._ledger is not None:
            return self._ledger.values
        strain_energy = self.strain_energy
        potential = -float((self.conditions.weight * self.unknowns).sum())
        kinetic = 0.5 * self._moving.forms.mass.quadratic(self._speeds) if self._speeds.any() else 0.0
        yielded = 0.0 if self.plasticity is None else self.plasticity.dissipated
        ledger = dict.fromkeys(ENERGIES, 0.0) | {"kinetic": kinetic, "friction": yielded}
        external = strain_energy + potential + yielded
        return ledger | {"strain": strain_energy, "potential": potential, "external": external}

    @property
    def strain_energy(self) -> float:
        """1/2 int eps . D eps dA [J/m], exact; of materials that yield 1/2 int sigma . C^-1 sigma dA."""
        if self.plasticity is not None and self.plasticity.everywhere.any():
            return self.plasticity.stored
        return strain_norm(self.lagrange, self.mesh.areas, self.elasticity.moduli, self.unknowns, None, 2) / 2

    def error_norms(self, displacement: Any, strain: Any) -> tuple[float, float]:
        """Norms of the difference to a known solution: displacement in L2 [m2], strain in energy [sqrt(J/m)].

        displacement, strain: functions of points (n, 2) with values (n, 2) [m] and (n, 3) (xx, yy, 2 xy) [-].
        """
        energy = strain_norm(self.lagrange, self.mesh.areas, self.elasticity.moduli, self.unknowns, strain, 8)
        u = displacement_norm(self.lagrange, self.mesh.areas, self.unknowns, displacement, 8)
        return float(np.sqrt(u)), float(np.sqrt(energy))
