"""Motion in time: one step of the schemes of `nmm`, with supports that are exact at the nodes.

With d the displacement of a step of length h and all forces taken at the time t + theta h (Shi: theta = 1, Newmark beta
= 1/2, gamma = 1; conserving: theta = 1/2, the trapezoidal rule)

    (2 / h^2 M + theta K + 2 theta / h C) d = 2 / h M v + (2 theta - 1) C v + f(t + theta h) - K u + r,
    d = g(t + h) - g(t) where held, v <- 2 d / h - v,

r the reaction there. Multiplied by d the left side is the change of kinetic energy and what the scheme loses, so every
force accounts for its own work, r . d among them: elasticity stores 1/2 u K u and loses (theta - 1/2) d K d.

Of laws that are not linear K u becomes int B^T s dA, s = sigma(eps(u + theta d)), and Newton's matrix has the tangent
in the place of K. What such a step takes and does not store is the scheme's. At theta = 1/2 a law without state takes
its mean over the step for s (`nmm.curved`), which stores all of it.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dda.errors import StepFailure
from harmony.fem.algebra import Equations
from harmony.fem.forms import Forms, Matrix
from harmony.fem.plasticity import Plasticity
from nmm.motion import THETA, Ledger, State

__all__ = ["Motion"]

type Array = NDArray[np.float64]

# Newton iterations of a step of laws that are not linear [-]; with inertia 3 to 6 do.
ITERATIONS = 30

# Halvings of a Newton step that leaves more out of balance than there was [-]; laws that yield have kinks.
HALVINGS = 4

# Change of a step's displacement over the largest one there is [-] at which it stands. 1e-15 is rounding; at 1e-8 the
# energy drifts.
STANDS = 1e-11


class Motion:
    """Steps of a model that is assembled once."""

    def __init__(self, forms: Forms, scheme: str, solver: str, points: Plasticity | None = None) -> None:
        """points: those of laws that are not linear."""
        self.forms, self.theta, self.solver, self.points = forms, THETA[scheme], solver, points
        self._length = self.residual = 0.0
        self.iterations = 0
        self._rest: tuple[float, Matrix] | None = None  # what is linear of a step of laws that are not, by its length
        self._tangent: Any = None  # memory of Newton's matrix

    def start(self, ledger: Ledger, state: State, before: dict[str, float] | None) -> None:
        """Begin a ledger at a state, with what statics has booked before or with nothing."""
        if before is None:
            ledger.strain_start = self._strain(state.u)
            ledger.potential_start = -float((self.forms.conditions.weight * state.u).sum())
        self._take(ledger, state)
        if before is not None:
            ledger.entries["external"] = sum(ledger.entries[k] for k in ("strain", "potential", "contact"))
        ledger.start = ledger.total

    def step(self, state: State, h: float, ledger: Ledger) -> State:
        """One step of length h [s]; the ledger is carried on."""
        forms, theta = self.forms, self.theta
        u, v, t, _ = state
        at = t + theta * h
        load, held = forms.load(at), forms.held_load(at)
        right = 2.0 / h * forms.mass.times(v) + load + held
        right += forms.constant if self.points is None else forms.conditions.weight
        for part in forms.stiffness:
            if self.points is None or part is not forms.bodies:
                right -= part.times(u)
        if forms.dashpots is not None:
            right += (2.0 * theta - 1.0) * forms.dashpots.times(v)
        before, after_ = forms.constraints_at(t), forms.constraints_at(t + h)
        given = after_.dofs[1] - before.dofs[1]
        inner: Array | None = None
        linear: Array | None = None
        if self.points is None:
            d = self._solve(h, right, given)
        else:
            d, inner, linear = self._newton(self.points, h, right, given, u, h * v)
        after = State(u + d, 2.0 / h * d - v, t + h)
        e = ledger.entries
        reaction = self._effective.times(d) - right if inner is None or linear is None else linear + inner - right
        e["scheme"] += (theta - 0.5) * sum(k.quadratic(d) for k in self._linear)
        if self.points is not None and inner is not None:
            e["scheme"] += float((inner * d).sum()) - self._taken(self.points, after.u)
        e["external"] += float((load * d).sum()) + float((reaction * d).sum())
        self._book_held(e, state, after, h)
        if forms.dashpots is not None:
            # Dissipated d C d / h; the rest is the scheme's, whose force belongs to t + theta h, not to the middle.
            e["scheme"] += float((forms.dashpots.times(v + 2.0 * theta * (d / h - v)) * d).sum())
        self._take(ledger, after)
        return after

    def relax(self, state: State, u: Array, ledger: Ledger) -> State:
        """Equilibrium at displacement u under loads that stay. Multiplied by d, it loses 1/2 d K d and all motion."""
        forms, e, d = self.forms, ledger.entries, u - state.u
        load = forms.load(state.time)
        reaction = sum(part.times(u) for part in forms.stiffness) - forms.constant - load - forms.held_load(state.time)
        e["external"] += float(((load + reaction) * d).sum())
        e["scheme"] += e["kinetic"] + 0.5 * sum(k.quadratic(d) for k in forms.stiffness)
        after = State(u, np.zeros_like(u), state.time)
        self._take(ledger, after)
        return after

    @property
    def _linear(self) -> list[Matrix]:
        """Stiffnesses whose energy is quadratic, springs on points apart."""
        bodies = self.forms.bodies if self.points is None else None
        return [k for k in (bodies, self.forms.beds) if k is not None]

    def _taken(self, points: Plasticity, u: Array) -> float:
        """Let the points be at u; the energy that they stored and dissipated on the way [J/m]."""
        before = points.stored + points.dissipated
        strain, stress, _, states = points.evaluate(u, self._length)
        points.accept(strain, stress, states)
        points.gather()
        return points.stored + points.dissipated - before

    def _newton(
        self, points: Plasticity, h: float, right: Array, given: Array, u: Array, guess: Array
    ) -> tuple[Array, Array, Array]:
        """The displacement of a step, and the forces of the laws and of what is linear that balance `right` there."""
        from petsc4py import PETSc

        forms, theta, d, change, self._length = self.forms, self.theta, guess, np.inf, h
        if self._rest is None or self._rest[0] != h:
            rest_of_it = forms.effective(h, theta)
            rest_of_it.axpy(-theta, forms.bodies.petsc, PETSc.Mat.Structure.DIFFERENT_NONZERO_PATTERN)
            self._rest = h, Matrix(forms.space, rest_of_it)
        linear = self._rest[1]
        constraints = forms.constraints_at(0.0)
        stress, tangent = points.over_step(d, theta, h)
        inner, rest = points.forces(stress), linear.times(d)
        for self.iterations in range(1, ITERATIONS + 1):
            matrix = linear.petsc.duplicate(copy=True)
            self._tangent = points.stiffness(tangent, self._tangent)
            matrix.axpy(1.0, self._tangent, PETSc.Mat.Structure.SUBSET_NONZERO_PATTERN)
            equations = Equations(forms.space, matrix, constraints, self.solver, points.symmetric)
            solved = equations.solve(right - inner - rest, given - constraints.values_of(d))
            self.residual, change = solved.residual, float(np.abs(solved.u).max())
            if change <= STANDS * max(float(np.abs(d).max()), float(np.abs(u).max())):
                return d, inner, rest
            before, step = np.linalg.norm(constraints.free_part(right - inner - rest)), solved.u
            for _ in range(HALVINGS + 1):
                stress, tangent = points.over_step(d + step, theta, h)
                inner, rest = points.forces(stress), linear.times(d + step)
                if self.iterations == 1 or np.linalg.norm(constraints.free_part(right - inner - rest)) < before:
                    break  # the first step brings what is held to its place
                step = 0.5 * step
            d = d + step
        raise StepFailure(f"the law found no equilibrium in {ITERATIONS} iterations of a step", {"residual": change})

    def _solve(self, h: float, right: Array, given: Array) -> Array:
        forms = self.forms
        if h != self._length:
            matrix = forms.effective(h, self.theta)
            self._effective = Matrix(forms.space, matrix)
            self._equations = Equations(
                forms.space, matrix.duplicate(copy=True), forms.constraints_at(0.0), self.solver
            )
            self._length = h
        solved = self._equations.solve(right, given)
        self.residual = solved.residual
        return solved.u

    def _book_held(self, e: dict[str, float], before: State, after: State, h: float) -> None:
        """Springs on points: their ends work by the force at t + theta h, and lose (theta - 1/2) k (dg - d)^2."""
        forms, theta = self.forms, self.theta
        if forms.held is None:
            return
        d = after.u - before.u
        moved = forms.held_load(after.time) - forms.held_load(before.time)
        force = forms.held_load(before.time + theta * h) - forms.held.times(before.u + theta * d)
        stored = forms.held_energy(after.u, after.time) - forms.held_energy(before.u, before.time)
        squares = forms.held.quadratic(d) - 2.0 * float((moved * d).sum())
        lost = (theta - 0.5) * (squares + forms.held_square(before.time, after.time))
        e["scheme"] += lost
        e["external"] += stored + float((force * d).sum()) + lost

    def _strain(self, u: Array) -> float:
        if self.points is not None:
            return self.points.stored
        return 0.5 * self.forms.bodies.quadratic(u) - float((self.forms.conditions.initial * u).sum())

    def _take(self, ledger: Ledger, state: State) -> None:
        """Energies of a state."""
        e, forms = ledger.entries, self.forms
        e["kinetic"] = 0.5 * forms.mass.quadratic(state.v)
        e["strain"] = self._strain(state.u) - ledger.strain_start
        if self.points is not None:
            e["friction"] = self.points.dissipated
        e["potential"] = -float((forms.conditions.weight * state.u).sum()) - ledger.potential_start
        beds = 0.0 if forms.beds is None else 0.5 * forms.beds.quadratic(state.u)
        e["contact"] = beds + forms.held_energy(state.u, state.time)
