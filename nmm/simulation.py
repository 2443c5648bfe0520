"""A run of a model by the manifold method."""

from dataclasses import replace
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dda.advance import advance_by
from dda.checks import count, number, unknown
from dda.contact import Complementarity, Penalty, checked_contact
from dda.errors import InputError, StepFailure, explain
from dda.simulation import Settlement
from dda.simulation_checks import saved_bytes
from nmm import _core
from nmm.block_run import BlockRun, block_model
from nmm.contact_laws import require_laws
from nmm.contours import Contours
from nmm.cover import Rectangles, Triangles
from nmm.crack_contact import refuse_motion
from nmm.curved import Curved
from nmm.earlier import Earlier
from nmm.equations import Equations
from nmm.forms import Forms
from nmm.large import Large, refuse_large, turns_exactly
from nmm.model import Model, require_bodies
from nmm.model_checks import refuse_contact_beside
from nmm.motion import Ledger, Motion, State, Touch
from nmm.plastic_run import PlasticRun
from nmm.readout import Readout
from nmm.recover import distortion, remake
from nmm.remake import Remake, require_remakable
from nmm.revision import revise
from nmm.saving import restore, to_bytes
from nmm.space import ORDERS

__all__ = ["Simulation", "SolveReport"]

type Array = NDArray[np.float64]

# Residual over the load at which conjugate gradients stop [-]; the direct solve comes to about 1e-14.
CG_TOLERANCE = 1e-12

# Residual over the load [-] above which a solution is refused: a matrix that lost its digits.
RESIDUAL = 1e-6

# Rotation [rad] at which a run with small displacements stops: the false strain of a rigid turn is half its square,
# 0.5 % here.
LARGEST_ROTATION = 0.1

SOLVERS = ("direct", "mumps", "cg")
DISPLACEMENTS = ("small", "large")


class SolveReport(NamedTuple):
    """unknowns; dropped: functions left out because others span them; iterations of cg; residual over the load."""

    unknowns: int
    dropped: int
    iterations: int
    residual: float


class Simulation(Readout):
    """A manifold run of a model.

    order: 0, 1 or 2 of the local polynomials: displacements of degree order + 1 are exact. solver: of `solve` for
    elastic bodies, "direct" (LDL^T of the core), "mumps" (PETSc; faster from 2e4 unknowns on) or "cg"; steps in time
    are always by the core. threads: of the assembly; the answer has the same bits for any number. dt: nominal time step
    [s]. contact, scheme: as in `dda`; "shi" (Newmark 1/2, 1, damped; default) or "conserving" (trapezoidal) with
    Penalty, "moreau-jean" with Complementarity. displacements: "small", strains are those of the undeformed frame and a
    run stops where a body has turned by 0.1 rad; "large", bodies turn and bend by any angle; None: large in motion and
    with contact, small in statics without contact. `solve` is always linear.
    shared: all ranks of MPI make the same calls, and share the work of `solve` for elastic bodies. remake: when to lay
    a fresh cover under bodies that have been distorted; what is told of elements stays that of the first cover.

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
        solver: Literal["direct", "mumps", "cg"] = "direct",
        threads: int = 1,
        *,
        dt: float = 1e-3,
        contact: Penalty | Complementarity | None = None,
        scheme: str | None = None,
        displacements: Literal["small", "large"] | None = None,
        shared: bool = False,
        remake: Remake | None = None,
    ) -> None:
        require_bodies(model, "Simulation")
        if model.water is not None:
            raise InputError("Simulation: water is for blocks (dda) and finite elements")
        if order not in ORDERS:
            raise unknown("order", order, [str(o) for o in ORDERS], "Simulation")
        if solver not in SOLVERS:
            raise unknown("solver", solver, SOLVERS, "Simulation")
        self.model = model
        self.order = order
        self.solver, self.shared = solver, shared
        self.threads = count(threads, "Simulation", "threads", least=1)
        self.contact, self.scheme = checked_contact(contact, scheme, "Simulation")
        self.equations = Equations(model, order, self.threads)
        if displacements is not None and displacements not in DISPLACEMENTS:
            raise unknown("displacements", displacements, DISPLACEMENTS, "Simulation")
        self.displacements_are = displacements
        self._turns = displacements != "small" and turns_exactly(self.equations)
        if (displacements == "large" or remake is not None) and not self._turns:
            raise refuse_large()
        if remake is not None:
            require_remakable(self.equations)
        self.dt = number(dt, "Simulation", "dt", unit="s", above=0.0)
        self.remakes = remake
        self._earlier: list[Earlier] = []
        self._plans: list[Triangles | Rectangles] = []
        self._seen: dict[str, Any] = {}
        self._start_cover = 0
        self.unknowns: Array = np.zeros(self.equations.space.unknowns)
        self.rates: Array = np.zeros_like(self.unknowns)
        self.time = 0.0
        self._start: Array = np.zeros_like(self.unknowns)
        self._turned: Array = np.zeros(int(self.equations.manifold.pieces.max()) + 1)
        self._turned_start: Array = np.zeros_like(self._turned)
        self._ledger: Ledger | None = None
        self._motion: Motion | None = None
        blocks = block_model(model) if self._turns else None
        curved = blocks is None and any(not m.linear for m in model.materials)
        self._plastic = PlasticRun(self.equations) if curved else None
        if curved and displacements == "large":
            raise refuse_large()
        self._turns = self._turns and not curved
        self._booked: dict[str, float] = {}
        self._fresh = True
        if self._plastic is not None:
            refuse_contact_beside(model)
        self._blocks: BlockRun | None = None
        if blocks is not None:
            self._blocks = BlockRun(blocks, self.equations, self.dt, self.contact, self.scheme, self.threads)
            self._read_blocks()
        elif model.touches:
            require_laws(model)
        self._report = SolveReport(len(self.unknowns), 2 * self.equations.space.dropped, 0, 0.0)
        self.steps = self.substeps = 0
        self._reference: Array = np.asarray(self.equations.space.core.centroids())

    # -- motion -------------------------------------------------------------------------------------------------------

    def run(self, until: float | None = None, steps: int | None = None) -> None:
        """Go on to the time `until` [s] (the last step is shortened to meet it), or by `steps` nominal steps of dt."""
        if self._blocks is not None:
            try:
                self._blocks.sim.run(until, steps)
            finally:
                self._read_blocks()
            return
        if self.crack_contact is not None:
            raise refuse_motion(self.model.cracks[0].name)
        advance_by(self._advance, lambda: self.time, self.dt, until, steps)

    def _read_blocks(self) -> None:
        """The state of blocks that `dda` moves, in the coefficients of their covers."""
        assert self._blocks is not None
        blocks = self._blocks.sim
        self._take(State(*self._blocks.coefficients()[:2], blocks.time, self._blocks.coefficients()[2]))
        self.steps, self.substeps = blocks.steps, blocks.substeps

    def _advance(self, h: float) -> None:
        ledger = self._book
        try:
            state, pieces = self._moving.advance(self._now, h, ledger)
        finally:
            self._report = self._report._replace(residual=self._moving.residual)
        self._take(state)
        self.steps += 1
        self.substeps += pieces
        if self.remakes is not None and distortion(self) > self.remakes.distortion:
            self.remake(self.remakes.cover)
        if self._turns:
            return
        turned = float(np.abs(self.rotations).max(initial=0.0))
        if turned > LARGEST_ROTATION:
            why = (
                "displacements are small" if self.displacements_are == "small" else "tips and unlike springs of joints"
            )
            raise StepFailure(
                f"at t = {self.time:g} s a body has turned by {np.degrees(turned):.1f} degrees: strains are those of "
                f"the undeformed frame here ({why}), up to {np.degrees(LARGEST_ROTATION):.0f} degrees",
                self.report,
            )

    def remake(self, cover: Triangles | Rectangles | None = None) -> None:
        """Lay a fresh cover over the present geometry, and carry the state over. cover: its plan, None = as it was."""
        remake(self, cover)

    @property
    def _now(self) -> State:
        return State(self.unknowns, self.rates, self.time, self._turned)

    def _take(self, state: State) -> None:
        self.unknowns, self.rates, self.time, self._turned = state

    @property
    def _moving(self) -> Motion:
        """The matrices of motion, made when they are first needed."""
        if self._motion is None:
            touch = self._touch() if self.model.touches else None
            forms = Forms(self.equations)
            large = Large(forms, self._earlier) if self._turns else None
            self._motion = Motion(forms, self.scheme, touch, large)
            if self._plastic is not None:
                self._motion.curved = Curved(self._plastic, forms)
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
        if self._blocks is not None:
            self._blocks.sim.reset(displacement, energy, slip)
        if displacement:
            self._start, self._turned_start = self.unknowns.copy(), self._turned.copy()
            self._start_cover = len(self._earlier)
        if slip and (touch := self._touching) is not None:
            touch.engine.reset_slip()
        if energy and self._plastic is not None:
            self._booked = {k: v + self._booked.get(k, 0.0) for k, v in self.energy.items()}
        elif energy and self._blocks is None:
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
        d, iterations, residual, positive = self._linear()
        if self.crack_contact is not None:
            d = self.crack_contact.closed(d, self.equations.system(self.time))
        if not positive or not residual < RESIDUAL:
            report = {"residual": float(residual), "iterations": float(iterations)}
            raise StepFailure("the equations have no stable solution: the matrix is not positive definite", report)
        self.unknowns = d
        self._report = SolveReport(len(d), 2 * self.equations.space.dropped, iterations, residual)
        return self._report

    def _linear(self) -> tuple[Array, int, float, bool]:
        if self.shared:
            from nmm.shared import solve_shared

            return solve_shared(self.equations, self.time, self.solver, CG_TOLERANCE)
        if self.solver == "mumps":
            from nmm.shared import solve_alone

            return solve_alone(self.equations, self.time)
        system = self.equations.system(self.time)
        if self.solver == "direct":
            found = system.direct()
        else:
            found = system.cg(self.equations.space.core, CG_TOLERANCE, 20 * len(self.unknowns))
        d, iterations, residual, positive = found
        return np.asarray(d), int(iterations), float(residual), bool(positive)

    def settle(self, tolerance: float = 1e-6, max_steps: int = 1000, stuck: bool = False) -> Settlement:
        """Equilibrium as `dda.Simulation.settle` gives it: by relaxation with contact, large displacements or after
        motion; else one linear solve, or Newton's method for bodies that yield, is one step. Beyond a limit load it
        does not converge; `reason` says how.
        """
        if self._plastic is not None:
            return self._yield(self._plastic, tolerance)
        if self._blocks is not None:
            found = self._blocks.sim.settle(tolerance, max_steps, stuck)
            self._read_blocks()
            return found
        if self.model.touches or self._large:
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

    @property
    def plastic(self) -> PlasticRun | None:
        """The part that yields: state, laws at the points, Newton's method; None of elastic bodies."""
        return self._plastic

    def _yield(self, plastic: PlasticRun, tolerance: float) -> Settlement:
        before = self.displacements
        found = plastic.settle(self.time, tolerance)
        self._ledger = None
        self.unknowns = plastic.state.d
        self.steps = self.substeps = self.steps + 1
        self._report = self._report._replace(iterations=found.iterations, residual=found.residual)
        moved = np.linalg.norm(self.displacements - before, axis=1).max()
        return Settlement(found.converged, found.residual, 1, float(moved), found.reason)

    def revise(self, model: Model) -> None:
        """Take the joints, loads and supports of `model`, which has the same bodies and cover; the state stays."""
        revise(self, model)

    def save(self) -> bytes:
        """The whole state; `load` continues from it with the same bits."""
        return to_bytes(self)

    @classmethod
    def load(cls, model: Model, state: bytes, **options: Any) -> "Simulation":
        """A run that continues from `save()`; the model and options are those of the run that was saved."""
        sim = cls(model, **options)
        restore(sim, saved_bytes(state))
        return sim

    @property
    def report(self) -> dict[str, float]:
        """The last solution: residual over the load, iterations of cg; with contact as in `dda`."""
        base = {"residual": self._report.residual, "iterations": float(self._report.iterations)}
        if self._blocks is not None:
            return base | self._blocks.sim.report
        return base if self._motion is None else base | self._motion.report

    @property
    def totals(self) -> dict[str, float]:
        """Sizes: unknowns, and those left out because others span them; of bodies that are not linear: `untrusted`,
        points times equilibria that a learned law answered by its fall-back, since this object was made;
        `fresh_covers`, where they may be laid."""
        space = self.equations.space
        untrusted = {} if self._plastic is None else {"untrusted": float(self._plastic.untrusted)}
        if self._blocks is not None:
            untrusted = {"untrusted": float(self._blocks.sim.totals["untrusted"])}
        fresh = {} if self.remakes is None else {"fresh_covers": float(len(self._earlier))}
        return {"unknowns": float(space.unknowns), "dropped": 2.0 * space.dropped} | untrusted | fresh
