"""f(x) = x for any function: what every iteration that is written by hand should use.

e(x) = f(x) - x, and an acceleration that makes the next x of what is known.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from couplers.accelerations import Acceleration, make_acceleration
from couplers.convergence import Measure
from couplers.errors import NotConverged, require_finite, whole_number
from couplers.guard import Guard
from couplers.report import WindowReport, advice

__all__ = ["FixedPoint", "fixed_point"]

type Array = NDArray[np.float64]


@dataclass(frozen=True)
class FixedPoint:
    """x: the last result f(x), residual below the tolerance; iterations: evaluations of f; residuals: |f(x) - x|."""

    x: Array
    converged: bool
    iterations: int
    residuals: list[float]


def fixed_point(
    f: Callable[[Array], ArrayLike],
    x0: ArrayLike,
    acceleration: str | Acceleration | None = "IQN-ILS",
    tolerance: float = 1e-8,
    max_iterations: int = 50,
    absolute: bool = False,
    strict: bool = True,
    **options: Any,
) -> FixedPoint:
    """Find x = f(x) from x0 (n,).

    tolerance: of |f(x) - x|, over |f(x)| unless `absolute`. options: of the acceleration. strict: raise `NotConverged`
    with the history; otherwise the result says it.

    >>> import math
    >>> found = fixed_point(lambda x: np.cos(x), [1.0])
    >>> round(float(found.x[0]), 6), found.converged
    (0.739085, True)
    """
    measure = Measure(kind="absolute" if absolute else "relative", limit=tolerance)
    whole_number(max_iterations, "max_iterations", 1)
    step, guard = make_acceleration(acceleration, **options), Guard()
    x = np.array(x0, dtype=float).reshape(-1)
    report, last, largest = WindowReport(1, 0.0, 0.0), None, 0.0
    for _ in range(max_iterations):
        result = np.array(f(x), dtype=float).reshape(-1)
        require_finite(result, "f", "x", lambda: f"iteration {report.judged + 1}")
        r = result - x
        residual, norm = float(np.linalg.norm(r)), float(np.linalg.norm(result))
        largest = max(largest, norm)
        report.add("x", residual, norm)
        if last is not None:
            report.factors.append(float(r @ last) / max(float(last @ last), 1e-300))
        if measure.met(residual, norm, largest):
            step.end_window(x, result)
            return FixedPoint(result, True, report.iterations, report.residuals["x"])
        if guard.diverges([residual**2]):
            break
        x, last = step.next(x, result), r
    if strict:
        raise NotConverged(advice(report, ["x"], type(step).__name__), report)
    return FixedPoint(result, False, report.iterations, report.residuals["x"])
