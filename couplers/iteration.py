"""The fixed-point iteration of one window: measures, acceleration, and the history of both."""

from collections.abc import Sequence
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from couplers.accelerations import Acceleration
from couplers.convergence import Measure
from couplers.errors import NotConverged, SetupError, whole_number
from couplers.guard import Guard
from couplers.output import Output
from couplers.report import WindowReport, advice

__all__ = ["Iteration"]

type Array = NDArray[np.float64]

RESCALE = 1e3
"""How far a data may outgrow the norm by which it is scaled [-] before all are scaled anew, and what the acceleration
has learned, in the old scale, is forgotten. Usual 1e3."""


class Iteration:
    """x: the guesses of all accelerated data, end to end, each over its norm where there are several of them, so that
    pascals do not drown metres; f: what was written."""

    def __init__(self, acceleration: Acceleration, measures: Sequence[Measure], most: int, least: int) -> None:
        for name, count in (("min_iterations", least), ("max_iterations", most)):
            whole_number(count, name, 1)
        if least > most:
            raise SetupError(f"min_iterations {least}, max_iterations {most}; give 1 <= min <= max")
        self.acceleration, self.measures, self.most, self.least = acceleration, tuple(measures), most, least
        self._blank = acceleration.save()
        self.accelerated: list[Output] = []
        self._scale: Array | None = None
        self._factors = 0
        self._last: tuple[Array, float] | None = None  # r of the iteration before, and r . r
        self._guard = Guard()

    def choose(self, outputs: Sequence[Output], accelerated: Sequence[Output]) -> None:
        """Which data are judged, and which are accelerated: those that someone reads before they are written."""
        self.accelerated = list(accelerated)
        self._guard = Guard(len(self.accelerated))
        self.judged: list[tuple[Output, tuple[Measure, ...]]] = []
        for output in outputs:
            own = tuple(m for m in self.measures if m.data in ("", output.data))
            if not self.measures and output in self.accelerated:
                own = (Measure(),)
            if own:
                self.judged.append((output, own))

    def converged(self, report: WindowReport) -> bool:
        """Judge what was written; raise where nothing more can be hoped for."""
        failing = []
        r = None
        for output, measures in self.judged:
            f = output.fresh.unknowns
            r = f - output.guess.unknowns
            squared = float(r @ r)
            residual, norm = sqrt(squared), sqrt(f @ f)
            output.largest = max(output.largest, norm)
            report.add(output.data, residual, norm)
            if not all(m.met(residual, norm, output.largest) for m in measures):
                failing.append(output.data)
        if not self.accelerated:
            return True
        x, f = self._vector("guess"), self._vector("fresh")
        if r is None or self.accelerated != [self.judged[-1][0]]:  # else it is what has just been judged
            r = f - x
            squared = float(r @ r)
        diverges = self._guard.diverges([squared] if len(self.accelerated) == 1 else self._squares())
        if self._last is not None:
            report.factors.append(float(r @ self._last[0]) / max(self._last[1], 1e-300))
        if not failing and report.iterations >= self.least:
            self.acceleration.end_window(x, f)
            self._forget()
            return True
        if diverges or report.iterations >= self.most:
            raise NotConverged(
                advice(report, failing or [self.judged[0][0].data], type(self.acceleration).__name__), report
            )
        self._last, self._now = (r, squared), (x, f)
        return False

    def accelerate(self, report: WindowReport) -> None:
        """The next guesses."""
        x = self.acceleration.next(*self._now)
        if self._scale is not None:
            x = x / self._scale
        begin = 0
        for output in self.accelerated:
            end = begin + output.guess.samples[1:].size
            output.guess = output.guess.with_unknowns(x[begin:end])
            begin = end
        for output, _ in self.judged:
            if output not in self.accelerated:
                output.guess = output.fresh

    def _vector(self, which: str) -> Array:
        parts = [getattr(output, which).unknowns for output in self.accelerated]
        if len(parts) == 1:
            return np.asarray(parts[0])
        if which == "guess":
            self._rescale()
        return np.concatenate(parts) * self._scale

    def _squares(self) -> list[float]:
        """|f - x|^2 of each data, in its own unit."""
        found = (output.fresh.unknowns - output.guess.unknowns for output in self.accelerated)
        return [float(r @ r) for r in found]

    def _forget(self) -> None:
        """The next iteration is the first of a window."""
        self._last = None
        self._guard = Guard(len(self.accelerated))

    def _rescale(self) -> None:
        norms = [float(np.linalg.norm(output.fresh.unknowns)) for output in self.accelerated]
        sizes = [output.fresh.samples[1:].size for output in self.accelerated]
        if self._scale is not None and len(self._scale) == sum(sizes):
            begins = np.cumsum([0, *sizes[:-1]])
            if all(n * self._scale[b] <= RESCALE for n, b in zip(norms, begins, strict=True)):
                return
        self._scale = np.repeat([1.0 / n if n > 0.0 else 1.0 for n in norms], sizes)
        self.acceleration.restore(self._blank)
        self._last = None

    def save(self) -> Any:
        """For a window that may be rejected."""
        self._forget()
        return self.acceleration.save(), self._scale

    def restore(self, state: Any) -> None:
        """Go back."""
        acceleration, self._scale = state
        self.acceleration.restore(acceleration)
        self._forget()
