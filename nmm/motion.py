"""Motion in time: one step of the schemes of `dda`, and what it does to each energy.

With d the displacement of a step of length h and all forces taken at the time t + theta h (Shi: theta = 1, Newmark beta
= 1/2, gamma = 1; conserving: theta = 1/2, the trapezoidal rule)

    (2 / h^2 M + theta K) d = 2 / h M v + f(t + theta h) - K u,      v <- 2 d / h - v.

Multiplied by d the left side without K is the change of kinetic energy, so every force accounts for its own work:
elasticity stores 1/2 u K u and loses (theta - 1/2) d K d to the scheme.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dda.errors import StepFailure
from dda.ledger import ENERGIES
from dda.simulation import Settlement
from nmm import _core
from nmm.contours import Contours
from nmm.curved import Curved
from nmm.forms import Forms
from nmm.large import Large

__all__ = ["THETA", "Ledger", "Motion", "State", "Touch"]

type Array = NDArray[np.float64]

THETA = {"shi": 1.0, "conserving": 0.5, "moreau-jean": 1.0}
"""Scheme -> where in a step forces are taken [-]."""

# As in dda: halvings of a step before the run stops; relaxation: 2 m / h^2 of the first and longest step as a part of
# E, growth of a step that went well, steps to wait after a failed one, what rigid contacts may miss at its end.
MAX_CUTS = 14
STATIC_START, STATIC_END, STATIC_GROWTH, STATIC_WAIT, STATIC_PENETRATION = 0.1, 1e-6, 2.0, 8, 1e-7
STATIC_EASY = 30  # open-close iterations of a relaxation step that may be followed by a longer one
OTHERS_PART = 1e-3  # of the largest load on any piece: a force typical of one without load

# Residual over the right-hand side [-] above which a step is refused: a matrix that lost its digits.
RESIDUAL = 1e-6

NOTHING_TURNS: Array = np.zeros(0)


class State(NamedTuple):
    """Displacement [m] and velocity [m/s] coefficients, time [s], what each piece has turned by in all steps [rad]."""

    u: Array
    v: Array
    time: float
    turned: Array = NOTHING_TURNS


@dataclass
class Ledger:
    """Energies as in `dda` [J/m]; strain and potential are those now, less `strain_start` and `potential_start`."""

    entries: dict[str, float] = field(default_factory=lambda: dict.fromkeys(ENERGIES, 0.0))
    start: float = 0.0
    strain_start: float = 0.0
    potential_start: float = 0.0
    springs: float = 0.0
    covers: float = 0.0  # lost where the state was carried to a new cover

    @property
    def total(self) -> float:
        """All that is or was lost, less what came from outside."""
        kept = sum(v for k, v in self.entries.items() if k not in ("external", "drift"))
        return kept - self.entries["external"] + self.covers

    @property
    def numbers(self) -> list[float]:
        """All of it, for a checkpoint."""
        starts = (self.start, self.strain_start, self.potential_start, self.springs, self.covers)
        return [*(self.entries[k] for k in ENERGIES), *starts]

    @classmethod
    def from_numbers(cls, numbers: Array) -> "Ledger":
        """The ledger that gave these numbers."""
        values = [float(x) for x in numbers]
        n = len(ENERGIES)
        return cls(dict(zip(ENERGIES, values[:n], strict=True)), *values[n:])

    @property
    def values(self) -> dict[str, float]:
        """The entries, with the drift."""
        found = self.entries | {"drift": self.total - self.start}
        return found | {"covers": self.covers} if self.covers != 0.0 else found


@dataclass
class Touch:
    """Contact of a run: its geometry, and the core that keeps the contacts."""

    contours: Contours
    engine: Any
    static_step: float = 0.0


class Motion:
    """Steps of a model that is assembled once. touch: its contacts, if any; large: None where displacements are small.

    With large displacements d is the step as its equations see it, and `shift` how far points move: pieces that nothing
    holds turn exactly, and velocities turn with them.
    """

    curved: Curved | None = None  # laws that are not linear, at small displacements and without contact

    def __init__(self, forms: Forms, scheme: str, touch: Touch | None = None, large: Large | None = None) -> None:
        self.forms, self.theta, self.touch, self.large = forms, THETA[scheme], touch, large
        self.report: dict[str, float] = {}
        self.residual = self.piece = 0.0
        self._length: tuple[Any, ...] | None = None

    def first_rates(self) -> Array:
        """Coefficients of the velocities that the bodies were given: M v = int rho N^T v_0 dA.

        Slivers are tied to their roots by int rho (v_e - v_root)^2, which vanishes for every v_0.
        """
        if not self.forms.momentum.any():
            return np.zeros_like(self.forms.momentum)
        matrix = self.forms.equations.blank()
        matrix.add_scaled(1.0, self.forms.mass)
        self.forms.equations.add_ghost_mass(matrix)
        v, *_ = _core.Factor(matrix).solve(matrix, self.forms.momentum)
        return np.asarray(v)

    def kinetic(self, v: Array) -> float:
        """1/2 v M v [J/m]."""
        return 0.5 * _quadratic(self.forms.mass, v)

    def start(self, ledger: Ledger, state: State, before: dict[str, float] | None) -> None:
        """Begin a ledger at a state, with what statics has booked before or with nothing."""
        if before is None:
            ledger.strain_start = self._strain(state.u)
            ledger.potential_start = -float(self.forms.gravity @ state.u)
        self._take(ledger, state)
        if before is not None:
            ledger.entries["external"] = sum(ledger.entries[k] for k in ("strain", "potential", "contact"))
        ledger.start = ledger.total

    def advance(self, state: State, h: float, ledger: Ledger) -> tuple[State, int]:
        """One nominal step of length h [s], cut where contact asks for it; the ledger is carried on. Also the number of
        pieces."""
        if self.touch is None:
            return self._step(state, h, ledger), 1
        end, left, pieces = state.time + h, h, 0
        piece = min(h, 2.0 * self.piece) if self.piece > 0.0 else h
        while left > 0.0:
            # Pieces that fit: never a sliver for the last one.
            piece = left if piece > 0.999 * left else 0.5 * left if piece > 0.5 * left else piece
            try:
                state = self._step(state, piece, ledger)
            except StepFailure as failure:
                piece *= 0.5
                if piece < h * 0.5**MAX_CUTS:
                    message = f"at t = {state.time:g} s the step was cut {MAX_CUTS} times and still failed: {failure}"
                    raise StepFailure(message, failure.report) from None
                continue
            left = left - piece if piece < left else 0.0
            state = state._replace(time=end if left == 0.0 else state.time)
            pieces += 1
            self.piece = piece if piece < h else 0.0
            piece *= 2.0
        return state, pieces

    def _step(self, state: State, h: float, ledger: Ledger, still: bool = False, stuck: bool = False) -> State:
        """One step; still: one of relaxation, which starts from rest and with forces of its end."""
        forms, theta = self.forms, 1.0 if still else self.theta
        u, v, t, turned = state
        at = t if still else t + theta * h
        load, support, held = forms.load(at), forms.support_load(at), forms.held_load(at)
        right = forms.gravity + load + support + held
        for part in (forms.beds, forms.held, forms.supports):
            right -= _times(part, u)
        if self.large is None and self.curved is None:
            right += forms.initial - _times(forms.bodies, u)
        dashpots = None if still else forms.dashpots
        if not still:
            right += 2.0 / h * _times(forms.mass, v)
            if dashpots is not None:
                right += (2.0 * theta - 1.0) * _times(dashpots, v)
        self._prepare(u, h, theta, still)
        if self.touch is None:
            d = self._solve(right, state, h, theta, still)
        else:
            d = self._solve_contact(state, h, right, load, still, stuck)
        free = np.zeros_like(v) if still else 2.0 / h * d - v
        e, shift = ledger.entries, d
        if self.large is not None:
            shift, turned = np.asarray(self.large.core.shift(d)), turned + np.asarray(self.large.core.turns(d))
            before, free = self.kinetic(free), np.asarray(self.large.core.turned(free, d))
            e["scheme"] += before - self.kinetic(free) + (theta - 0.5) * float(self.large.core.quadratic(d))
        elif self.curved is not None:
            self.curved.accept(u + d, float(self._inner @ d), e)
        else:
            e["scheme"] += (theta - 0.5) * _quadratic(forms.bodies, d)
        speeds = free if self.touch is None else self._after_impact(d, shift, free, h, still, ledger)
        after = State(u + shift, speeds, t if still else t + h, turned)
        e["scheme"] += (theta - 0.5) * _quadratic(forms.beds, d)
        e["external"] += float(load @ d) + float((support - _times(forms.supports, u + theta * d)) @ d)
        self._book_held(e, state, after, theta)
        if dashpots is not None:
            # Dissipated d C d / h; the rest is the scheme's, whose force belongs to t + theta h, not to the middle.
            e["scheme"] += float(_times(dashpots, v + 2.0 * theta * (d / h - v)) @ d)
        if still:
            e["scheme"] += e["kinetic"] + 2.0 / (h * h) * _quadratic(forms.mass, d)
        self._take(ledger, after)
        return after

    def settle(
        self, state: State, ledger: Ledger, tolerance: float, most: int, stuck: bool
    ) -> tuple[State, Settlement]:
        """Relaxation with contact, as in `dda`: steps from rest, longer and longer, until inertia takes no force."""
        longest = self._longest_static_step
        shortest, start = 1e-6 * longest / STATIC_START**0.5, state
        h = (self.touch.static_step if self.touch else 0.0) or longest / STATIC_START**0.5
        steps, residual, reason, converged, wait = 0, np.inf, "", False, 0
        while steps < most and not converged:
            try:
                after = self._step(state._replace(v=np.zeros_like(state.v)), h, ledger, True, stuck)
            except StepFailure as failure:
                h, wait = 0.5 * h, STATIC_WAIT
                if h < shortest:
                    reason = f"the shortest relaxation step fails: {failure}"
                    break
                continue
            steps += 1
            inertia = 2.0 / (h * h) * _times(self.forms.mass, after.u - state.u)
            residual = self._unbalanced(inertia, after.u)
            state = after
            converged = steps > 1 and residual <= tolerance and self.report.get("missed", 0.0) <= STATIC_PENETRATION
            if wait > 0:
                wait -= 1
            elif self.report.get("open_close", 0) < STATIC_EASY:
                h = min(longest / STATIC_END**0.5, STATIC_GROWTH * h)
        if self.touch is not None:
            self.touch.static_step = h
        if not converged and not reason:
            reason = f"after {steps} relaxation steps the unbalanced force is {residual:.3g} of the weight or load"
        moved = float(np.abs(state.u - start.u).max(initial=0.0))
        return state, Settlement(converged, float(residual), steps, moved, reason)

    def relax(self, state: State, u: Array, ledger: Ledger) -> State:
        """Equilibrium at displacement u under loads that stay. Multiplied by d, it loses 1/2 d K d and all motion."""
        forms, e, d = self.forms, ledger.entries, u - state.u
        e["external"] += float(forms.load(state.time) @ d)
        e["external"] += float((forms.support_load(state.time) - _times(forms.supports, u)) @ d)
        e["scheme"] += e["kinetic"] + 0.5 * sum(_quadratic(k, d) for k in (forms.bodies, forms.beds, forms.held))
        after = State(u, np.zeros_like(u), state.time, state.turned)
        self._take(ledger, after)
        return after

    def _prepare(self, u: Array, h: float, theta: float, still: bool) -> None:
        """Matrix of steps of this length, from u where displacements are large."""
        key, chord = (None, self.curved and self.curved.ties) if self.large is None else self.large.begin(u, theta, h)
        if (h, theta, still, key) == self._length and key != ():
            return
        self._matrix = self.forms.effective(h, theta, not still, chord)
        if self.touch is None:
            self._factor = _core.Factor(self._matrix)
        else:
            self._base = _core.BaseMatrix(self._matrix)
        self._length = (h, theta, still, key)

    def _solve(self, right: Array, state: State, h: float, theta: float, still: bool) -> Array:
        if self.large is not None:
            guess = np.zeros_like(right) if still else h * state.v
            d, self.residual = self.large.solve(right, state.u, guess, theta, h, still, (self._matrix, self._factor))
            return np.asarray(d)
        if self.curved is not None:
            d, self._inner = self.curved.solve(right, state.u, h * state.v, theta, h, self._matrix)
            return d
        d, _, residual, positive = self._factor.solve(self._matrix, right)
        self.residual = float(residual)
        if not positive or not residual < RESIDUAL:
            raise StepFailure("the equations of a step have no stable solution", {"residual": self.residual})
        return np.asarray(d)

    def _solve_contact(self, state: State, h: float, right: Array, load: Array, still: bool, stuck: bool) -> Array:
        assert self.touch is not None
        scales = self._load_scales(load)
        gravity, large = self.forms.model.gravity, None if self.large is None else self.large.core
        at = (state.time, h)
        out = self.touch.engine.attempt(self._base, state.u, state.v, right, scales, at, still, stuck, *gravity, large)
        self.report = {k: float(x) for k, x in out.items() if k not in ("failure", "d")} | {"dt": h}
        self.residual = self.report["residual"]
        if out["failure"]:
            raise StepFailure(out["failure"], self.report)
        return np.asarray(out["d"])

    def _after_impact(self, d: Array, shift: Array, free: Array, h: float, still: bool, ledger: Ledger) -> Array:
        """Velocities after the impacts of the step, and the work of its contacts."""
        assert self.touch is not None
        after, stored, friction, breakage, impact, external, scheme = self.touch.engine.commit(
            self._mass_matrix, d, shift, free, h, still
        )
        lost = self.kinetic(free) - self.kinetic(np.asarray(after))
        entries = {"friction": friction, "breakage": breakage, "impact": impact + lost, "scheme": scheme}
        for key, work in (entries | {"external": external}).items():
            ledger.entries[key] += work
        ledger.springs = stored
        return np.asarray(after)

    @cached_property
    def _mass_matrix(self) -> Any:
        return _core.BaseMatrix(self.forms.mass)

    @cached_property
    def _piece_of_unknown(self) -> NDArray[np.int64]:
        return self.forms.equations.piece_of_unknown

    def _load_scales(self, load: Array) -> Array:
        """A force typical of the loads of each owner: the largest on one unknown [N/m]."""
        assert self.touch is not None
        forms, pieces = self.forms, self.touch.contours.pieces
        largest = np.zeros(pieces.max() + 2)
        np.maximum.at(largest, self._piece_of_unknown, np.abs(load + forms.initial))
        return np.ascontiguousarray(largest[pieces])  # fixed bodies, -1, have the last entry

    @cached_property
    def _masses(self) -> tuple[Array, Array]:
        """Mass of each piece [kg], and the softest Young's modulus in it [Pa]."""
        manifold, materials = self.forms.equations.manifold, self.forms.model.materials
        young = np.array([m.young for m in materials])[manifold.material]
        masses = np.bincount(manifold.pieces, self.forms.equations.density * manifold.areas)
        softest = np.full(len(masses), np.inf)
        np.minimum.at(softest, manifold.pieces, young)
        return masses, softest

    @property
    def _longest_static_step(self) -> float:
        """sqrt(2 m / E) of the piece where that is longest [s]."""
        masses, young = self._masses
        return float(np.sqrt(2.0 * masses / young).max())

    def _unbalanced(self, inertia: Array, u: Array) -> float:
        """Largest sum of |force| on a piece over its weight or load [-]; u: where displaced supports pull."""
        forms, masses = self.forms, self._masses[0]
        total, loads = np.zeros(len(masses)), np.zeros(len(masses))
        np.add.at(total, self._piece_of_unknown, np.abs(inertia))
        load = forms.load(0.0) + forms.initial
        if self.touch is None:
            load += forms.support_load(0.0) - _times(forms.supports, u)
        np.add.at(loads, self._piece_of_unknown, np.abs(load))
        loads = np.maximum(loads, masses * float(np.hypot(*forms.model.gravity)))
        scale = np.maximum(loads, OTHERS_PART * loads.max(initial=0.0))
        return float(np.max(total / np.where(scale > 0.0, scale, 1.0), initial=0.0))

    def _book_held(self, e: dict[str, float], before: State, after: State, theta: float) -> None:
        """Springs on points: their ends work by the force at t + theta h, and lose (theta - 1/2) k (dg - d)^2."""
        forms = self.forms
        d, h = after.u - before.u, after.time - before.time
        k_g0, k_g1 = forms.held_load(before.time), forms.held_load(after.time)
        if not (k_g0.any() or k_g1.any()):
            e["scheme"] += (theta - 0.5) * _quadratic(forms.held, d)
            return
        force = forms.held_load(before.time + theta * h) - _times(forms.held, before.u + theta * d)
        stored = self._held_energy(after) - self._held_energy(before)
        moved = k_g1 - k_g0
        lost = (theta - 0.5) * (
            _quadratic(forms.held, d) - 2.0 * float(moved @ d) + forms.held_square(before.time, after.time)
        )
        e["scheme"] += lost
        e["external"] += stored + float(force @ d) + lost

    def _held_energy(self, state: State) -> float:
        forms = self.forms
        return (
            0.5 * _quadratic(forms.held, state.u)
            - float(forms.held_load(state.time) @ state.u)
            + forms.held_offset(state.time)
        )

    def _strain(self, u: Array) -> float:
        if self.large is not None:
            return self.large.strain_energy(u)
        if self.curved is not None:
            return self.curved.energy
        return 0.5 * _quadratic(self.forms.bodies, u) - float(self.forms.initial @ u)

    def _take(self, ledger: Ledger, state: State) -> None:
        """Energies of a state."""
        e, forms = ledger.entries, self.forms
        e["kinetic"] = 0.5 * _quadratic(forms.mass, state.v)
        e["strain"] = self._strain(state.u) - ledger.strain_start
        e["potential"] = -float(forms.gravity @ state.u) - ledger.potential_start
        e["contact"] = 0.5 * _quadratic(forms.beds, state.u) + self._held_energy(state) + ledger.springs


def _times(system: Any, x: Array) -> Array:
    return np.asarray(system.times(x))


def _quadratic(system: Any, x: Array) -> float:
    return float(x @ _times(system, x))
