"""A run of a model by the manifold method."""

from dataclasses import replace
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dda.advance import advance_by
from dda.checks import array, count, number, unknown
from dda.contact import SCHEMES, Complementarity, Penalty
from dda.contact_table import DTYPE as CONTACT_DTYPE
from dda.contact_table import contact_table
from dda.errors import InputError, StepFailure, explain
from dda.ledger import ENERGIES
from dda.simulation import Settlement
from dda.simulation_checks import saved_bytes
from nmm import _core
from nmm.contours import Contours
from nmm.equations import Equations
from nmm.forms import Forms
from nmm.interaction import Intensity
from nmm.model import Model
from nmm.motion import Ledger, Motion, State, Touch
from nmm.plastic_run import PlasticRun, refuse_motion
from nmm.space import ORDERS
from nmm.tip_intensities import tip_intensities

__all__ = ["PointState", "Simulation", "SolveReport"]

type Array = NDArray[np.float64]

# Residual over the load at which conjugate gradients stop [-]; the direct solve comes to about 1e-14.
CG_TOLERANCE = 1e-12

# Residual over the load [-] above which a solution is refused: a matrix that lost its digits.
RESIDUAL = 1e-6

# Rotation [rad] at which a run stops: the false strain of a rigid turn is half its square, 0.5 % here.
LARGEST_ROTATION = 0.1

SOLVERS = ("direct", "cg")

BOOKED = ("strain", "potential", "plastic", "external")
"""Energies of elastoplastic statics."""


class PointState(NamedTuple):
    """Material points: position now, displacement [m], velocity [m/s], stress (xx, yy, xy) [Pa], one row a point."""

    position: Array
    displacement: Array
    velocity: Array
    stress: Array


class SolveReport(NamedTuple):
    """unknowns; dropped: functions left out because others span them; iterations of cg; residual over the load."""

    unknowns: int
    dropped: int
    iterations: int
    residual: float


class Simulation:
    """A manifold run of a model.

    order: 0, 1 or 2 of the local polynomials: displacements of degree order + 1 are exact. solver: "direct" (LDL^T) or
    "cg", of `solve`; steps in time are always direct. threads: of the assembly; the answer has the same bits for any
    number. dt: nominal time step [s]. contact, scheme: as in `dda`; "shi" (Newmark 1/2, 1, damped; default) or
    "conserving" (trapezoidal) with Penalty, "moreau-jean" with Complementarity.

    Raises `InputError` for a model that cannot be right, `StepFailure` when the equations cannot be solved.

    >>> import dda, nmm
    >>> model = nmm.Model(gravity=(0.0, 0.0), plane="stress", cover=nmm.Triangles(0.3))
    >>> rock = dda.Material(density=2600.0, young=5e9, poisson=0.0)
    >>> bar = model.add_body([(0, 0), (2, 0), (2, 1), (0, 1)], rock)
    >>> model.fix([(0, 0), (0, 1)])
    >>> model.add_traction([(2, 0), (2, 1)], (5e6, 0.0))
    >>> sim = nmm.Simulation(model, order=0)
    >>> sim.solve().dropped
    0
    >>> round(float(sim.at([(2.0, 0.5)]).displacement[0, 0]), 9)
    0.002
    """

    def __init__(
        self,
        model: Model,
        order: int = 1,
        solver: Literal["direct", "cg"] = "direct",
        threads: int = 1,
        *,
        dt: float = 1e-3,
        contact: Penalty | Complementarity | None = None,
        scheme: str | None = None,
    ) -> None:
        if not isinstance(model, Model) or not model.bodies:
            raise InputError(
                explain(
                    "nothing to solve",
                    where="Simulation, model",
                    expected="an nmm.Model with at least one body",
                    got=repr(model),
                    do="use add_body",
                )
            )
        if order not in ORDERS:
            raise unknown("order", order, [str(o) for o in ORDERS], "Simulation")
        if solver not in SOLVERS:
            raise unknown("solver", solver, SOLVERS, "Simulation")
        self.model = model
        self.order = order
        self.solver = solver
        self.threads = count(threads, "Simulation", "threads", least=1)
        self.equations = Equations(model, order, self.threads)
        self.dt = number(dt, "Simulation", "dt", unit="s", above=0.0)
        self.contact = Penalty() if contact is None else contact
        if not isinstance(self.contact, Penalty | Complementarity):
            raise InputError(
                explain(
                    "unknown contact method",
                    where="Simulation, contact",
                    expected="dda.Penalty(...) or dda.Complementarity()",
                    got=repr(contact),
                    do="use dda.Penalty()",
                )
            )
        schemes = SCHEMES[type(self.contact)]
        self.scheme = schemes[0] if scheme is None else scheme
        if self.scheme not in schemes:
            raise unknown(f"scheme of {type(self.contact).__name__}", scheme, dict.fromkeys(schemes), "Simulation")
        self.unknowns: Array = np.zeros(self.equations.space.unknowns)
        self.rates: Array = np.zeros_like(self.unknowns)
        self.time = 0.0
        self._start: Array = np.zeros_like(self.unknowns)
        self._ledger: Ledger | None = None
        self._motion: Motion | None = None
        self._plastic = PlasticRun(self.equations) if any(m.plastic for m in model.materials) else None
        self._booked: dict[str, float] = {}
        self._fresh = True
        if self._plastic is not None and model.touches:
            raise InputError(
                explain(
                    "materials that yield beside joints with a law of contact",
                    where="Simulation, model",
                    expected="one or the other in this version",
                    got="both",
                    do="leave out the yield law, or the laws of the joints",
                )
            )
        self._report = SolveReport(len(self.unknowns), 2 * self.equations.space.dropped, 0, 0.0)
        self.steps = self.substeps = 0
        self._reference: Array = np.asarray(self.equations.space.core.centroids())

    # -- motion -------------------------------------------------------------------------------------------------------

    def run(self, until: float | None = None, steps: int | None = None) -> None:
        """Go on to the time `until` [s] (the last step is shortened to meet it), or by `steps` nominal steps of dt."""
        advance_by(self._advance, lambda: self.time, self.dt, until, steps)

    def _advance(self, h: float) -> None:
        ledger = self._book
        try:
            state, pieces = self._moving.advance(self._now, h, ledger)
        finally:
            self._report = self._report._replace(residual=self._moving.residual)
        self._take(state)
        self.steps += 1
        self.substeps += pieces
        turned = float(np.abs(self.rotations).max(initial=0.0))
        if turned > LARGEST_ROTATION:
            raise StepFailure(
                f"at t = {self.time:g} s a body has turned by {np.degrees(turned):.1f} degrees: strains are those of "
                f"the undeformed frame in this version, up to {np.degrees(LARGEST_ROTATION):.0f} degrees; use dda",
                self.report,
            )

    @property
    def _now(self) -> State:
        return State(self.unknowns, self.rates, self.time)

    def _take(self, state: State) -> None:
        self.unknowns, self.rates, self.time = state

    @property
    def _moving(self) -> Motion:
        """The matrices of motion, made when they are first needed."""
        if self._plastic is not None:
            raise refuse_motion("run")
        if self._motion is None:
            touch = self._touch() if self.model.touches else None
            self._motion = Motion(Forms(self.equations), self.scheme, touch)
            if self._fresh:
                self._fresh = False
                self.rates = self._motion.first_rates()
                if touch is not None:
                    touch.engine.initialise(self.unknowns, self.rates)
        return self._motion

    def _touch(self) -> Touch:
        contours = Contours(self.equations)
        penalty = self.contact.stiffness or 0.0 if isinstance(self.contact, Penalty) else 0.0
        return Touch(contours, _core.ContactEngine(contours.core(), contours.joints(), self.scheme, penalty, self.dt))

    @property
    def _book(self) -> Ledger:
        """The ledger, begun with what statics has left."""
        if self._ledger is None:
            static = self.energy
            self._ledger = Ledger()
            self._moving.start(self._ledger, self._now, static)
        return self._ledger

    def modes(self, count: int) -> tuple[Array, Array]:
        """The lowest natural modes: coefficients (unknowns, count), with M-norm 1, and circular frequencies [rad/s]."""
        from nmm.modes import lowest_modes

        return lowest_modes(self._moving.forms, count)

    def frequencies(self, count: int) -> Array:
        """The lowest natural circular frequencies [rad/s], those of rigid motions of what is not held included."""
        return self.modes(count)[1]

    def reset(self, displacement: bool = True, energy: bool = True, slip: bool = False) -> None:
        """Count displacements, energies, or slip from here."""
        if displacement:
            self._start = self.unknowns.copy()
        if slip and (touch := self._touching) is not None:
            touch.engine.reset_slip()
        if energy and self._plastic is not None:
            self._booked = {k: v + self._booked.get(k, 0.0) for k, v in self.energy.items()}
        elif energy:
            self._ledger = Ledger()
            self._moving.start(self._ledger, self._now, None)

    # -- solution -----------------------------------------------------------------------------------------------------

    def solve(self) -> SolveReport:
        """Static equilibrium under all loads: of elastic bodies from the undeformed state, of those that yield from the
        state that they are in; joints are free or tied by springs."""
        if self.model.touches:
            raise InputError(
                explain(
                    "contact is not linear",
                    where="Simulation.solve",
                    expected="a model without laws of contact",
                    got="laws of joints",
                    do="use settle() for equilibrium with contact and friction, or run()",
                )
            )
        if self._plastic is not None:
            settlement = self._yield(self._plastic, RESIDUAL)
            if not settlement.converged:
                raise StepFailure(settlement.reason, {"residual": settlement.residual})
            return self._report
        system = self.equations.system(self.time)
        if self.solver == "direct":
            d, iterations, residual, positive = system.direct()
        else:
            d, iterations, residual, positive = system.cg(
                self.equations.space.core, CG_TOLERANCE, 20 * len(self.unknowns)
            )
        if not positive or not residual < RESIDUAL:
            report = {"residual": float(residual), "iterations": float(iterations)}
            raise StepFailure("the equations have no stable solution: the matrix is not positive definite", report)
        self.unknowns = np.asarray(d)
        self._report = SolveReport(len(d), 2 * self.equations.space.dropped, int(iterations), float(residual))
        return self._report

    def settle(self, tolerance: float = 1e-6, max_steps: int = 1000, stuck: bool = False) -> Settlement:
        """Equilibrium as `dda.Simulation.settle` gives it: with contact by relaxation; else one linear solve, or
        Newton's method for bodies that yield, is one step. Beyond a limit load it does not converge; `reason` says how.
        """
        if self._plastic is not None:
            return self._yield(self._plastic, tolerance)
        if self.model.touches:
            ledger, before = self._book, self.displacements
            state, settlement = self._moving.settle(self._now, ledger, tolerance, max_steps, stuck)
            self._take(state)
            self.steps += settlement.steps
            self.substeps += settlement.steps
            moved = np.linalg.norm(self.displacements - before, axis=1).max()
            return replace(settlement, displacement=float(moved))
        before, old = self.displacements, self._now
        report = self.solve()
        if self._ledger is not None:
            self._take(self._moving.relax(old, self.unknowns, self._ledger))
        self.steps += 1
        self.substeps += 1
        moved = np.linalg.norm(self.displacements - before, axis=1).max()
        return Settlement(report.residual <= max(tolerance, RESIDUAL), report.residual, 1, float(moved), "")

    def _yield(self, plastic: PlasticRun, tolerance: float) -> Settlement:
        before = self.displacements
        found = plastic.settle(self.time, tolerance)
        self.unknowns = plastic.state.d
        self.steps = self.substeps = self.steps + 1
        self._report = self._report._replace(iterations=found.iterations, residual=found.residual)
        moved = np.linalg.norm(self.displacements - before, axis=1).max()
        return Settlement(found.converged, found.residual, 1, float(moved), found.reason)

    def revise(self, model: Model) -> None:
        """Take the joints, loads and supports of `model`, which has the same bodies and cover; the state stays."""
        equations = Equations(model, self.order, self.threads)
        if equations.space.unknowns != len(self.unknowns):
            raise InputError(
                explain(
                    "another body or cover",
                    where="Simulation.revise",
                    expected=f"{len(self.unknowns)} unknowns",
                    got=equations.space.unknowns,
                    do="start a new simulation",
                )
            )
        if (self._plastic is not None) != any(m.plastic for m in model.materials):
            raise InputError("Simulation.revise: materials that yield and elastic ones do not follow on each other")
        kept = None if self._motion is None else self._motion.touch
        self.model, self.equations, self._motion = model, equations, None
        if kept is not None and model.touches:
            state = kept.engine.save()
            touch = self._moving.touch
            assert touch is not None
            touch.engine.load(state)
            touch.static_step = kept.static_step
        if self._plastic is not None:
            self._plastic = self._plastic.revised(equations)

    def save(self) -> bytes:
        """The whole state; `load` continues from it with the same bits."""
        ledger = [] if self._ledger is None else self._ledger.numbers
        head = np.array([self.steps, self.substeps, self.time, self._motion is not None, *ledger])
        touch = self._touching
        contacts = [] if touch is None or self._motion is None else [touch.static_step, self._motion.piece]
        table = np.zeros(0) if touch is None else np.asarray(touch.engine.save())
        booked = [self._booked.get(k, 0.0) for k in BOOKED]
        internal = np.zeros(0) if self._plastic is None else np.concatenate([booked, self._plastic.numbers])
        parts = (np.array([len(head)], dtype=float), head, self.unknowns, self.rates, self._start, internal)
        return b"".join(part.tobytes() for part in (*parts, np.array(contacts), table))

    @classmethod
    def load(cls, model: Model, state: bytes, **options: Any) -> "Simulation":
        """A run that continues from `save()`; the model and options are those of the run that was saved."""
        sim = cls(model, **options)
        numbers = np.frombuffer(saved_bytes(state)) if len(state) % 8 == 0 and state else np.zeros(1)
        head, n = int(min(abs(numbers[0]), len(numbers))), len(sim.unknowns)
        coefficients, rest = np.split(numbers[1 + head :], [3 * n])
        internal = 0 if sim._plastic is None else len(BOOKED) + len(sim._plastic.numbers)
        touches = model.touches and head >= 4 and bool(numbers[4])
        if head < 4 or len(coefficients) != 3 * n or (len(rest) <= 2 if touches else len(rest) != internal):
            raise InputError(
                explain(
                    "not the state of this model",
                    where="Simulation.load",
                    expected="the bytes of Simulation.save() of the same model",
                    got=f"{len(state)} bytes",
                    do="start the run anew",
                )
            )
        sim.steps, sim.substeps, sim.time = int(numbers[1]), int(numbers[2]), float(numbers[3])
        if numbers[4]:
            sim._fresh = False
            motion = sim._moving
            if motion.touch is not None:
                motion.touch.static_step, motion.piece = rest[:2].tolist()
                motion.touch.engine.load(np.ascontiguousarray(rest[2:]))
        if head > 4:
            sim._ledger = Ledger.from_numbers(numbers[5 : 1 + head])
        sim.unknowns, sim.rates, sim._start = (a.copy() for a in np.split(coefficients, 3))
        if sim._plastic is not None:
            sim._booked = dict(zip(BOOKED, rest[: len(BOOKED)].tolist(), strict=True))
            sim._plastic.take(sim.unknowns, rest[len(BOOKED) :].copy())
        return sim

    # -- state --------------------------------------------------------------------------------------------------------

    def at(self, points: ArrayLike, body: int | None = None) -> PointState:
        """Displacement and stress at points (n, 2) [m] of the undeformed geometry; on a joint of the first face found,
        or of that of `body`."""
        x = array(points, "Simulation.at", "points", shape=(None, 2), unit="m")
        element = self.equations.locator.require(x, "Simulation.at", body)
        return self._state(element, x)

    def _state(self, element: NDArray[np.int64], x: Array) -> PointState:
        u = self._evaluate(element, x)
        moved = self._evaluate(element, x, self.unknowns - self._start)[:, :2]
        v = self._evaluate(element, x, self._speeds)[:, :2]
        return PointState(x + u[:, :2], moved, v, self._stress(element, x, u))

    @property
    def _speeds(self) -> Array:
        """Velocity coefficients now: before the first step those that the bodies were given."""
        if self._motion is None and any(any(body.velocity) for body in self.model.bodies):
            _ = self._moving
        return self.rates

    def _evaluate(self, element: NDArray[np.int64], x: Array, d: Array | None = None) -> Array:
        """ux, uy [m], ux_x, ux_y, uy_x, uy_y [-] at points of elements, (n, 6); of the state, or of coefficients d."""
        coefficients = self.unknowns if d is None else d
        return self.equations.evaluate(element, x, coefficients)

    def _stress(self, element: NDArray[np.int64], x: Array, u: Array) -> Array:
        """sigma = D eps + sigma_0, or that of the law, (n, 3) Pa."""
        if self._plastic is not None:
            return self._plastic.stress(element, x, u[:, 2:])[:, [0, 1, 5]] / [1.0, 1.0, np.sqrt(2.0)]
        rows, table = self.equations.material_table
        D = table[rows[element], :9].reshape(-1, 3, 3)
        return np.einsum("nij,nj->ni", D, _strain(u)) + table[rows[element], 9:12]

    def point(self, element: int, point: ArrayLike) -> PointState:
        """A point [m] of an element, in the undeformed geometry; one row."""
        x = array(point, "Simulation.point", "point", shape=(2,), unit="m")[None]
        if element >= self.elements:  # a fixed body
            return PointState(x[0], np.zeros(2), np.zeros(2), np.zeros(3))
        return PointState(*(part[0] for part in self._state(np.array([element]), x)))

    def stress_intensity(self) -> dict[str, dict[str, Intensity]]:
        """KI, KII [Pa sqrt(m)] and J [N/m] of every crack tip: {crack: {"tip1": Intensity, ...}}, tips in order."""
        return tip_intensities(self.equations, self.unknowns)

    @property
    def elements(self) -> int:
        """Number of manifold elements; all arrays below have one row an element, and after them one a fixed body."""
        return self.equations.manifold.count

    @cached_property
    def _fixed(self) -> list[Array]:
        return [body.outline for body in self.model.bodies if body.fixed]

    def _rows(self, values: Array) -> Array:
        """Values of the elements, and zeros for the fixed bodies."""
        return np.concatenate([values, np.zeros((len(self._fixed), *values.shape[1:]))])

    def _at_centroids(self, d: Array) -> Array:
        return self._evaluate(np.arange(self.elements), self._reference, d)

    @property
    def centroids(self) -> Array:
        """Now, (m, 2) m."""
        moving = self._reference + self._at_centroids(self.unknowns)[:, :2]
        return np.concatenate([moving, *(_centroid(ring)[None] for ring in self._fixed)])

    @property
    def displacements(self) -> Array:
        """At the elements' centroids since the start, (m, 2) m."""
        return self._rows(self._at_centroids(self.unknowns - self._start)[:, :2])

    @property
    def rotations(self) -> Array:
        """(m,) rad since the start, counter-clockwise: (uy_x - ux_y) / 2."""
        u = self._at_centroids(self.unknowns - self._start)
        return self._rows((u[:, 4] - u[:, 3]) / 2)

    @property
    def stresses(self) -> Array:
        """At the elements' centroids, (m, 3) Pa as (xx, yy, xy), tension positive."""
        every = np.arange(self.elements)
        return self._rows(self._stress(every, self._reference, self._at_centroids(self.unknowns)))

    @property
    def stresses_zz(self) -> Array:
        """At the elements' centroids, out of plane, (m,) Pa; of elastic bodies without that of the initial stress."""
        every = np.arange(self.elements)
        if self._plastic is not None:
            u = self._at_centroids(self.unknowns)
            return self._rows(np.asarray(self._plastic.stress(every, self._reference, u[:, 2:])[:, 2]))
        factors = self.equations.elasticity[self.equations.manifold.material, 9:12]
        return self._rows((factors * _strain(self._at_centroids(self.unknowns))).sum(axis=1))

    @property
    def plastic_strains(self) -> Array:
        """Equivalent plastic strain, int sqrt(2/3 de_p : de_p), mean over each element, (m,); zero if elastic."""
        strains = np.zeros(self.elements) if self._plastic is None else self._plastic.plastic_strains
        return self._rows(strains)

    @property
    def masses(self) -> Array:
        """(m,) kg per metre of thickness; of fixed bodies zero."""
        density = np.array([m.density for m in self.model.materials])
        return self._rows(density[self.equations.manifold.material] * self.equations.manifold.areas)

    @property
    def all_vertices(self) -> tuple[Array, NDArray[np.int64]]:
        """Vertices of all elements now (N, 2) m, and the offsets (m + 1,) of the elements."""
        manifold = self.equations.manifold
        element = np.repeat(np.arange(self.elements), np.diff(manifold.offsets))
        moving = manifold.points + self._evaluate(element, manifold.points)[:, :2]
        ends = manifold.offsets[-1] + np.cumsum([len(ring) for ring in self._fixed], dtype=np.int64)
        return np.concatenate([moving, *self._fixed]), np.concatenate([manifold.offsets, ends])

    @property
    def velocities(self) -> Array:
        """At the elements' centroids, (m, 2) m/s."""
        return self._rows(self._at_centroids(self._speeds)[:, :2])

    @property
    def angular_velocities(self) -> Array:
        """(m,) rad/s, counter-clockwise."""
        v = self._at_centroids(self._speeds)
        return self._rows((v[:, 4] - v[:, 3]) / 2)

    @property
    def slips(self) -> Array:
        """Accumulated slip of each vertex (N,) m, in the order of `all_vertices`; zero off the boundary."""
        slips = np.zeros(len(self.all_vertices[0]))
        if (touch := self._touching) is not None:
            places = touch.contours.places
            slips[places] = np.asarray(touch.engine.slips())[::2]
        return slips

    @property
    def _touching(self) -> Touch | None:
        """Contact of the run, from the first step on."""
        return None if self._motion is None else self._motion.touch

    @property
    def contacts(self) -> NDArray[Any]:
        """Contact candidates of the last step, as `dda.Simulation.contacts`; block_a and block_b are the rows of the
        vertex and of the edge. Empty before the first step and without contact."""
        if (touch := self._touching) is None:
            return np.empty(0, dtype=CONTACT_DTYPE)
        raw = np.asarray(touch.engine.contacts())
        places = touch.contours.places
        table = contact_table(raw, places, places, np.zeros(2))
        for column, name in ((8, "block_a"), (9, "block_b")):
            table[name] = touch.contours.rows[raw[:, column].astype(np.int64)]
        return table

    @property
    def report(self) -> dict[str, float]:
        """The last solution: residual over the load, iterations of cg; with contact as in `dda`."""
        base = {"residual": self._report.residual, "iterations": float(self._report.iterations)}
        return base if self._motion is None else base | self._motion.report

    @property
    def totals(self) -> dict[str, float]:
        """Sizes: unknowns, and those left out because others span them."""
        space = self.equations.space
        return {"unknowns": float(space.unknowns), "dropped": 2.0 * space.dropped}

    @property
    def peak_speed(self) -> float:
        """Largest speed of an element now [m/s]."""
        return float(np.linalg.norm(self.velocities, axis=1).max())

    @property
    def energy(self) -> dict[str, float]:
        """The ledger of `dda` [J/m]. Linear statics is the end of a slow loading: external = strain + potential; motion
        books every energy by its own formula, drift is what is left. Bodies that yield add `plastic`, its work."""
        if self._ledger is not None:
            return self._ledger.values
        strain = self.strain_energy
        points, weights, element = self.equations.rule
        density = np.array([m.density for m in self.model.materials])[self.equations.manifold.material[element]]
        potential = -float((density * weights) @ self._evaluate(element, points)[:, :2] @ np.array(self.model.gravity))
        ledger = dict.fromkeys(ENERGIES, 0.0)
        if self._plastic is not None:
            plastic = self._plastic.body.energies(self._plastic.state)[1]
            external = strain + potential + plastic
            found = ledger | {"strain": strain, "potential": potential, "plastic": plastic, "external": external}
            return {k: v - self._booked.get(k, 0.0) for k, v in found.items()}
        kinetic = 0.0
        if (v := self._speeds).any():
            kinetic = self._moving.kinetic(v)
        return ledger | {"kinetic": kinetic, "strain": strain, "potential": potential, "external": strain + potential}

    @property
    def strain_energy(self) -> float:
        """1/2 int eps . D eps dA [J/m], exact; of bodies that yield 1/2 int sigma . D^-1 sigma dA beyond its start."""
        if self._plastic is not None:
            return self._plastic.body.energies(self._plastic.state)[0]
        return float(self._energy_density(lambda x: np.zeros((len(x), 3)))[0]) / 2

    def error_norms(self, displacement: Any, strain: Any) -> tuple[float, float]:
        """Norms of the difference to a known solution: displacement in L2 [m2], strain in energy [sqrt(J/m)].

        displacement, strain: functions of points (n, 2) with values (n, 2) [m] and (n, 3) (xx, yy, 2 xy) [-].
        """
        energy, points, weights, element = self._energy_density(strain)
        u = self._evaluate(element, points)[:, :2] - displacement(points)
        return float(np.sqrt((weights * (u * u).sum(axis=1)).sum())), float(np.sqrt(energy))

    def _energy_density(self, strain: Any) -> tuple[float, Array, Array, NDArray[np.int64]]:
        points, weights, element = self.equations.rule
        difference = _strain(self._evaluate(element, points)) - strain(points)
        D = self.equations.elasticity[self.equations.manifold.material[element], :9].reshape(-1, 3, 3)
        return float(np.einsum("n,ni,nij,nj->", weights, difference, D, difference)), points, weights, element


def _strain(u: Array) -> Array:
    """(xx, yy, 2 xy) of rows ux, uy, ux_x, ux_y, uy_x, uy_y."""
    return np.column_stack([u[:, 2], u[:, 5], u[:, 3] + u[:, 4]])


def _centroid(ring: Array) -> Array:
    """Of a polygon (n, 2) [m], (2,) m."""
    x, y = (ring - ring[0]).T
    cross = x * np.roll(y, -1) - np.roll(x, -1) * y
    arm = np.column_stack([x + np.roll(x, -1), y + np.roll(y, -1)])
    return np.asarray(ring[0] + cross @ arm / (3 * cross.sum()))
