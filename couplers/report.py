"""What an iteration went through: residual histories, and in words what to change when it does not converge."""

from dataclasses import dataclass, field
from math import isfinite

import numpy as np

from couplers.ledger import Work

__all__ = ["WindowReport", "advice", "history_text", "window_line"]

SHOWN = 8
"""Residuals of a history that a message shows: the first and the last ones."""

STALLED = 0.9
"""Mean factor of the last residuals above which an iteration stalls [-]; below, it only needs more iterations."""


@dataclass(frozen=True)
class WindowReport:
    """One time window. time: where it began [s]; residuals: per data |f - x| of each iteration, in the data's unit;
    relative: the same over |f|; factors: r_k . r_(k-1) / |r_(k-1)|^2, how one iteration changes the residual."""

    window: int
    time: float
    size: float
    residuals: dict[str, list[float]] = field(default_factory=dict)
    relative: dict[str, list[float]] = field(default_factory=dict)
    factors: list[float] = field(default_factory=list)
    converged: bool = True

    @property
    def iterations(self) -> int:
        """Passes through the participants."""
        return max((len(history) for history in self.residuals.values()), default=1)

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
    worst = max(failing, key=lambda data: report.relative[data][-1])
    history = report.residuals[worst]
    lines = [f"{data}: {history_text(report.residuals[data])}" for data in failing]
    factors = [f for f in report.factors if isfinite(f)]
    factor = float(np.median(factors)) if factors else 0.0
    if history[-1] > history[0]:
        kind = "diverges"
    else:
        last = history[-4:]
        mean = (last[-1] / last[0]) ** (1.0 / max(len(last) - 1, 1)) if last[0] > 0.0 else 0.0
        kind = "stalls" if mean > STALLED else "needs more iterations"
    if kind == "needs more iterations":
        do = "raise max_iterations"
    elif acceleration in ("Constant", "none"):
        best = f"; the residual changes by about {factor:.3g} an iteration" if factors else ""
        do = f"use aitken or IQN-ILS, or a smaller relaxation{best}"
    elif acceleration == "Aitken":
        do = "use IQN-ILS, or a smaller initial_relaxation"
    else:
        do = (
            "use a smaller initial_relaxation, a larger filter limit, a smaller time window, or change first and second"
        )
    return (
        f"the coupling iteration {kind}: window {report.window}, from {report.time:g} s, size {report.size:g} s, "
        f"{report.iterations} iterations\n  field:    {worst}, relative residual {report.relative[worst][-1]:.2e}\n"
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
