"""What an iteration went through: residual histories, and in words what to change when it does not converge."""

from dataclasses import dataclass, field
from math import isfinite

import numpy as np

from couplers.ledger import Work

__all__ = ["WindowReport", "advice", "history_text", "window_line"]

SHOWN = 8
"""Residuals of a history that a message shows: the first and the last ones."""

STALLED = 0.9
"""Mean factor of the last residuals [-]: below it, an iteration only needs more of them; above its inverse it diverges;
between both it stalls, as a cycle between bounds does."""

GROWN = 10.0
"""Last residual over the first one [-] beyond which an iteration diverges, however slowly."""

STEADY = 0.1
"""Spread of the last factors over their median [-] under which they are one factor that can be told."""


@dataclass(frozen=True)
class WindowReport:
    """One time window. time: where it began [s]; residuals: per data |f - x| of each iteration, in the data's unit;
    relative: the same over |f|; factors: r_k . r_(k-1) / |r_(k-1)|^2, how one iteration changes the residual; when: in
    words, where number and times say nothing."""

    window: int
    time: float
    size: float
    residuals: dict[str, list[float]] = field(default_factory=dict)
    relative: dict[str, list[float]] = field(default_factory=dict)
    factors: list[float] = field(default_factory=list)
    converged: bool = True
    when: str = ""

    @property
    def judged(self) -> int:
        """Iterations whose residuals are known; every one adds to all histories."""
        for history in self.residuals.values():
            return len(history)
        return 0

    @property
    def iterations(self) -> int:
        """Passes through the participants."""
        return self.judged or 1

    def add(self, data: str, residual: float, norm: float) -> None:
        """One more iteration of `data`."""
        self.residuals.setdefault(data, []).append(residual)
        self.relative.setdefault(data, []).append(residual / norm if norm > 0.0 else float(residual > 0.0))


def history_text(history: list[float]) -> str:
    """A residual history in one line."""
    shown = [f"{value:.2e}" for value in history]
    if len(shown) > SHOWN:
        shown = [*shown[: SHOWN // 2], "...", *shown[-SHOWN // 2 :]]
    return " ".join(shown)


def advice(report: WindowReport, failing: list[str], acceleration: str) -> str:
    """Why the iteration did not converge, and what to change."""
    when = report.when or f"window {report.window}, from {report.time:g} s, size {report.size:g} s"
    worst = max(failing, key=lambda data: report.relative[data][-1])
    kind = _kind(report.residuals[worst])
    lines = [f"{data}: {history_text(report.residuals[data])}" for data in failing]
    if kind == "needs more iterations":
        do = "raise max_iterations"
    elif acceleration in ("Constant", "none"):
        do = f"use aitken or IQN-ILS, or a smaller relaxation{_steady(report.factors)}"
    elif acceleration == "Aitken":
        do = (
            "use IQN-ILS, or a smaller initial_relaxation; in a parallel scheme one factor cannot serve, since its "
            "iteration has modes of both signs: a serial one can"
        )
    else:
        do = (
            "use a larger filter limit (1e-3, 1e-2), a smaller initial_relaxation, a smaller time window, or change "
            "first and second"
        )
    if kind == "stalls":
        do += "; or a larger limit of its convergence measure, if the participants answer no more exactly than this"
    return (
        f"the coupling iteration {kind}: {when}, {report.iterations} iterations\n"
        f"  field:    {worst}, relative residual {report.relative[worst][-1]:.2e}\n"
        f"  history:  " + "\n            ".join(lines) + f"\n  do:       {do}"
    )


def window_line(report: WindowReport, work: dict[str, Work]) -> str:
    """One window in one line: iterations, last residuals, and the energy that crossed the interface."""
    residuals = ", ".join(f"{data} {history[-1]:.2e}" for data, history in report.relative.items())
    line = f"window {report.window}, to {report.time + report.size:.6g} s: iterations {report.iterations}"
    line += f"; relative residual {residuals}" if residuals else ""
    for name, w in work.items():
        line += f"; work of {name}: given {w.given:.6g} J, taken {w.taken:.6g} J, mapping {w.mapping:.2e} J"
    return line


def _kind(history: list[float]) -> str:
    """In which way a history of residuals does not end: by the mean factor between the largest ones of its third and of
    its last quarter. Zeros are left out, since an iteration may touch a fixed point of one data and leave it again."""
    known = [value for value in history if value > 0.0]
    last = known[-max(4, len(known) // 2) :]
    if len(last) < 2:
        return "needs more iterations"
    half = len(last) // 2
    mean = (max(last[half:]) / max(last[:half])) ** (2.0 / len(last))
    if known[-1] > GROWN * known[0] or (mean > 1.0 / STALLED and known[-1] > known[0]):
        return "diverges"
    return "stalls" if mean > STALLED else "needs more iterations"


def _steady(factors: list[float]) -> str:
    """What one iteration makes of the residual, where that is one number."""
    last = [f for f in factors if isfinite(f)][-4:]
    if not last or max(last) - min(last) > STEADY * abs(float(np.median(last))):
        return ""
    return f"; the residual changes by about {float(np.median(last)):.3g} an iteration"
