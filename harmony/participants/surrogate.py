"""A learned body as a participant, which asks the real one where it is not to be trusted.

    answer = w learned + (1 - w) real,     w = 0 below half the threshold of trust, 1 above it, linear in between,

so that the iteration of a window meets no jump. What yielded remembers its path: trust is the lowest so far, and the
real participant, when it is first asked, is brought through the path of the windows that were accepted.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from couplers import Participant
from dda.errors import InputError, StepFailure, explain
from harmony.operators.learned_body import LearnedBody
from harmony.operators.reduced_body import ReducedState
from harmony.participants.interface import DISPLACEMENT, FORCE, Interface

__all__ = ["SurrogateParticipant"]

type Array = NDArray[np.float64]


class SurrogateParticipant(Interface):
    """A `LearnedBody` that reads `Displacement` or `Force` at its interface and writes the other.

    threshold: trust under which `fallback` is asked, the real participant with the same interface and data; without
    one the step fails. asked: how often it was, answers of all: iterations included.
    """

    def __init__(
        self,
        name: str,
        learned: LearnedBody,
        reads: str = DISPLACEMENT,
        fallback: Participant | None = None,
        threshold: float = 0.5,
        time_step: float | None = None,
        names: dict[str, str] | None = None,
    ) -> None:
        super().__init__(name, learned.mesh, reads, names, (FORCE, DISPLACEMENT))
        self.learned, self.fallback, self.time_step = learned, fallback, time_step
        self.threshold = _checked(threshold)
        self.time, self.trust = 0.0, 1.0
        self.answers = self.asked = 0
        self.state = learned.body.begin
        self._moved = self._force = np.zeros(self.points.size)
        self._path: tuple[tuple[Array, float], ...] = ()
        self._real: list[tuple[Any, Any]] = []  # paths, none and the last one, with the real state at their ends

    def initialize(self) -> None:
        """The real participant too: it is at rest."""
        if self.fallback is not None and not self._real:
            self.fallback.initialize()
            self._real = [((), self.fallback.save())]

    def read(self, data: str, values: Array) -> None:
        """Force on the body, or displacement, at the end of the step that follows."""
        self._require_read(data)
        self._next = np.array(values, dtype=float).reshape(-1)

    def write(self, data: str) -> Array:
        """Displacement of the interface points, or the force that the body exerts there."""
        found = -self._force if self._kind(data) == FORCE else self._moved
        return np.asarray(found.reshape(-1, 2))

    def advance(self, dt: float) -> None:
        """One answer."""
        self.answers += 1
        before, given = self._path, self._next
        self._learned_answer(given)
        weight = float(np.clip(2.0 * self.trust / self.threshold - 1.0, 0.0, 1.0))
        if weight < 1.0:
            real = self._real_answer(before, given, dt)
            self._moved, self._force = (
                weight * own + (1.0 - weight) * other
                for own, other in zip((self._moved, self._force), real, strict=True)
            )
        self._path = (*before, (given, dt))
        self.time += dt

    def _learned_answer(self, given: Array) -> None:
        """Of the learned body, as long as there is a use for it; trust is the lowest of the path."""
        body, n = self.learned.body, self.points.size
        if self.trust <= self.threshold / 2.0:
            return
        try:
            step = body.to if self.reads == DISPLACEMENT else body.under
            self.state = step(self.state, given)
        except StepFailure:
            self.trust = 0.0
            return
        self.trust = min(self.trust, self.learned.trusted(self.state.x))
        self._moved, self._force = self.state.x[:n], self.state.force

    def _real_answer(self, before: Any, given: Array, dt: float) -> tuple[Array, Array]:
        """Displacement of and force on the real one, from the end of the path before."""
        real = self.fallback
        if real is None:
            raise StepFailure(
                f"participant '{self.name}': trust {self.trust:.2g} at t = {self.time:g} s, below {self.threshold:g}, "
                "and no fallback: the body is asked for what it was not taught; give fallback: the case of the real "
                "one, or train it with a larger --reach",
                {"trust": self.trust},
            )
        self.asked += 1
        name = self.names[self.reads]
        path, state = next((p, s) for p, s in reversed(self._real) if _begins_with(before, p))
        real.restore(state)
        if len(path) < len(before):
            for value, step in before[len(path) :]:
                real.read(name, value.reshape(-1, 2))
                real.advance(step)
            self._real = [self._real[0], (before, real.save())]
        real.read(name, given.reshape(-1, 2))
        real.advance(dt)
        moved, force = (np.asarray(real.write(self.names[kind]), dtype=float).ravel() for kind in (DISPLACEMENT, FORCE))
        return moved, -force

    def begin(self) -> None:
        """Time 0 is now."""
        self.time = 0.0

    def save(self) -> Any:
        """Arrays are replaced, never changed; the state of the real participant follows from the path."""
        s = self.state
        return self.time, self.trust, (s.x, s.force, s.states), self._moved, self._force, self._path

    def restore(self, state: Any) -> None:
        """Go back."""
        self.time, self.trust, (x, force, states), self._moved, self._force, self._path = state
        self.state = ReducedState(x, force, tuple(states))

    @property
    def energy(self) -> dict[str, float]:
        """What the learned body stores and has dissipated [J/m], where it answered."""
        return self.learned.body.energy(self.state)


def _begins_with(path: Any, other: Any) -> bool:
    """The very same steps, not equal ones."""
    return len(path) >= len(other) and all(a is b for a, b in zip(path, other, strict=False))


def _checked(threshold: float) -> float:
    if not 0.0 < threshold < 1.0:
        raise InputError(
            explain(
                "a threshold of trust that is no probability",
                where="trust",
                expected="between 0 and 1, as 0.5",
                got=threshold,
                do="give a number between",
            )
        )
    return float(threshold)
