"""Motion of bodies whose laws are not linear, at small displacements: internal forces by the laws, steps by Newton.

K u of linear motion becomes int B^T s dA + T u, T what ties elements together (ghost penalty, welds). With A = 2 / h^2
M + theta (T + ...) of what is linear of a step,

    R = right - int B^T s(u, d) - T u - A d,   (A + int B^T (ds / d eps) B) delta = R,   d <- d + delta.

s = sigma(u + theta d); with theta = 1/2 that keeps the energy of linear laws only, so a law without state takes the
mean over the step, whose work is what the law stores:

    s = int_0^1 sigma(eps + x d eps) dx,     int s . d eps dA = psi(u + d) - psi(u).

The laws' state is written back when the step is accepted; a step that fails leaves it.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dda.errors import StepFailure
from nmm import _core
from nmm.plasticity import PlasticState

if TYPE_CHECKING:
    from nmm.forms import Forms
    from nmm.plastic_run import PlasticRun

__all__ = ["Curved"]

type Array = NDArray[np.float64]

# Newton iterations of a step [-]; with inertia 2 to 5 do.
ITERATIONS = 30

# Halvings of a Newton step that leaves more out of balance than there was [-]; laws that yield have kinks.
HALVINGS = 4

# Change of a step's displacement over the largest one there is [-] at which it stands. 1e-15 is rounding; at 1e-8 the
# energy drifts.
STANDS = 1e-11


class Curved:
    """The points of a model in motion, and what they remember (in `run`)."""

    def __init__(self, run: "PlasticRun", forms: "Forms") -> None:
        self.run, self.forms = run, forms
        self.ties = forms.equations.blank()
        forms.equations.add_ties(self.ties)
        forms.equations.add_conditions(self.ties, forms.equations.conditions["seams"])
        self.iterations, self.length = 0, 0.0
        self._told: tuple[PlasticState, tuple[float, float]] | None = None  # energies of a state

    def solve(self, right: Array, u: Array, guess: Array, theta: float, h: float, linear: Any) -> tuple[Array, Array]:
        """The displacement of a step of h [s], and the internal force that it is in balance with; linear: A."""
        self.length = h
        body, d, change = self.run.body, guess, np.inf
        factor = _core.TangentFactor(body.symmetric)
        fixed = np.asarray(self.ties.times(u))

        def at(d: Array) -> tuple[Array, Array, Array]:
            """What is out of balance at d, the internal force and the tangents."""
            stress, tangent = body.over_step(d, self.run.state, theta, h)
            inner = np.asarray(body.core.force(stress)) + fixed
            return right - inner - np.asarray(linear.times(d)), inner, tangent

        residual, inner, tangent = at(d)
        for self.iterations in range(1, ITERATIONS + 1):
            system = linear.copy()
            body.core.add_stiffness(system, tangent)
            if not factor.factorise(system):
                break
            delta = np.asarray(factor.solve(residual))
            change, before = float(np.abs(delta).max(initial=0.0)), float(np.linalg.norm(residual))
            if change <= STANDS * max(float(np.abs(d).max(initial=0.0)), float(np.abs(u).max(initial=0.0))):
                return d + delta, inner + theta * np.asarray(self.ties.times(d + delta))
            for _ in range(HALVINGS + 1):
                residual, inner, tangent = at(d + delta)
                if float(np.linalg.norm(residual)) < before:
                    break
                delta = 0.5 * delta
            d = d + delta
        raise StepFailure(f"the law found no equilibrium in {ITERATIONS} iterations of a step", {"residual": change})

    def accept(self, u: Array, taken: float, entries: dict[str, float]) -> None:
        """Let the points be at u; book what they dissipated, and what they were given beyond it and did not store.

        taken: work of the step on them; entries: of the ledger [J/m].
        """
        before = sum(self._energies)
        states = self.run.body.evaluate(u, self.run.state, self.length)[2]
        self.run.state = PlasticState(u, states)
        self.run.untrusted += self.run.body.untrusted(self.run.state)
        entries["scheme"] += taken - (sum(self._energies) - before)
        entries["friction"] = self._energies[1]

    @property
    def energy(self) -> float:
        """What is stored, that of the ties included [J/m]."""
        return self._energies[0]

    @property
    def _energies(self) -> tuple[float, float]:
        """What is stored, that of the ties included, and what has been dissipated [J/m]."""
        state = self.run.state
        if self._told is None or self._told[0] is not state:
            stored, plastic = self.run.body.energies(state)
            ties = 0.5 * float(state.d @ np.asarray(self.ties.times(state.d)))
            self._told = state, (stored + ties, plastic)
        return self._told[1]
