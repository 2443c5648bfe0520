"""Motion in time: one step of the schemes of `dda`, and what it does to each energy.

With d the displacement of a step of length h and all forces taken at the time t + theta h (Shi: theta = 1, Newmark beta
= 1/2, gamma = 1; conserving: theta = 1/2, the trapezoidal rule)

    (2 / h^2 M + theta K) d = 2 / h M v + f(t + theta h) - K u,      v <- 2 d / h - v.

Multiplied by d the left side without K is the change of kinetic energy, so every force accounts for its own work:
elasticity stores 1/2 u K u and loses (theta - 1/2) d K d to the scheme.
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dda.errors import StepFailure
from dda.ledger import ENERGIES
from nmm import _core
from nmm.forms import Forms

__all__ = ["THETA", "Ledger", "Motion", "State"]

type Array = NDArray[np.float64]

THETA = {"shi": 1.0, "conserving": 0.5}
"""Scheme -> where in a step forces are taken [-]."""

# Residual over the right-hand side [-] above which a step is refused: a matrix that lost its digits.
RESIDUAL = 1e-6


class State(NamedTuple):
    """Displacement [m] and velocity [m/s] coefficients, time [s]."""

    u: Array
    v: Array
    time: float


@dataclass
class Ledger:
    """Energies as in `dda` [J/m]; strain and potential are those now, less `strain_start` and `potential_start`."""

    entries: dict[str, float] = field(default_factory=lambda: dict.fromkeys(ENERGIES, 0.0))
    start: float = 0.0
    strain_start: float = 0.0
    potential_start: float = 0.0

    @property
    def total(self) -> float:
        """All that is or was lost, less what came from outside."""
        return sum(v for k, v in self.entries.items() if k not in ("external", "drift")) - self.entries["external"]

    @property
    def numbers(self) -> list[float]:
        """All of it, for a checkpoint."""
        return [*(self.entries[k] for k in ENERGIES), self.start, self.strain_start, self.potential_start]

    @classmethod
    def from_numbers(cls, numbers: Array) -> "Ledger":
        """The ledger that gave these numbers."""
        values = [float(x) for x in numbers]
        n = len(ENERGIES)
        return cls(dict(zip(ENERGIES, values[:n], strict=True)), *values[n:])

    @property
    def values(self) -> dict[str, float]:
        """The entries, with the drift."""
        return self.entries | {"drift": self.total - self.start}


class Motion:
    """Steps of a model that is assembled once."""

    def __init__(self, forms: Forms, scheme: str) -> None:
        self.forms, self.theta = forms, THETA[scheme]
        self._length = self.residual = 0.0

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

    def step(self, state: State, h: float, ledger: Ledger) -> State:
        """One step of length h [s]; the ledger is carried on."""
        forms, theta = self.forms, self.theta
        u, v, t = state
        at = t + theta * h
        load, support, held = forms.load(at), forms.support_load(at), forms.held_load(at)
        right = 2.0 / h * _times(forms.mass, v) + forms.gravity + forms.initial + load + support + held
        for part in (forms.bodies, forms.beds, forms.held, forms.supports):
            right -= _times(part, u)
        if forms.dashpots is not None:
            right += (2.0 * theta - 1.0) * _times(forms.dashpots, v)
        d = self._solve(h, right)
        after = State(u + d, 2.0 / h * d - v, t + h)
        e = ledger.entries
        springs = [_quadratic(part, d) for part in (forms.bodies, forms.beds)]
        e["scheme"] += (theta - 0.5) * sum(springs)
        e["external"] += float(load @ d) + float((support - _times(forms.supports, u + theta * d)) @ d)
        self._book_held(e, state, after, h)
        if forms.dashpots is not None:
            # Dissipated d C d / h; the rest is the scheme's, whose force belongs to t + theta h, not to the middle.
            e["scheme"] += float(_times(forms.dashpots, v + 2.0 * theta * (d / h - v)) @ d)
        self._take(ledger, after)
        return after

    def relax(self, state: State, u: Array, ledger: Ledger) -> State:
        """Equilibrium at displacement u under loads that stay. Multiplied by d, it loses 1/2 d K d and all motion."""
        forms, e, d = self.forms, ledger.entries, u - state.u
        e["external"] += float(forms.load(state.time) @ d)
        e["external"] += float((forms.support_load(state.time) - _times(forms.supports, u)) @ d)
        e["scheme"] += e["kinetic"] + 0.5 * sum(_quadratic(k, d) for k in (forms.bodies, forms.beds, forms.held))
        after = State(u, np.zeros_like(u), state.time)
        self._take(ledger, after)
        return after

    def _solve(self, h: float, right: Array) -> Array:
        if h != self._length:
            self._matrix = self.forms.effective(h, self.theta)
            self._factor = _core.Factor(self._matrix)
            self._length = h
        d, _, residual, positive = self._factor.solve(self._matrix, right)
        if not positive or not residual < RESIDUAL:
            raise StepFailure("the equations of a step have no stable solution", {"residual": float(residual), "dt": h})
        self.residual = float(residual)
        return np.asarray(d)

    def _book_held(self, e: dict[str, float], before: State, after: State, h: float) -> None:
        """Springs on points: their ends work by the force at t + theta h, and lose (theta - 1/2) k (dg - d)^2."""
        forms, theta = self.forms, self.theta
        d = after.u - before.u
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
        return 0.5 * _quadratic(self.forms.bodies, u) - float(self.forms.initial @ u)

    def _take(self, ledger: Ledger, state: State) -> None:
        """Energies of a state."""
        e, forms = ledger.entries, self.forms
        e["kinetic"] = 0.5 * _quadratic(forms.mass, state.v)
        e["strain"] = self._strain(state.u) - ledger.strain_start
        e["potential"] = -float(forms.gravity @ state.u) - ledger.potential_start
        e["contact"] = 0.5 * _quadratic(forms.beds, state.u) + self._held_energy(state)


def _times(system: Any, x: Array) -> Array:
    return np.asarray(system.times(x))


def _quadratic(system: Any, x: Array) -> float:
    return float(x @ _times(system, x))
